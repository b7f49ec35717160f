"""A post that no way leads out of stormjib for has told nobody: not the clock, the report, the checklist, nor the end."""

from tests.story.test_roles import PUBLIC, boxes

TEXT = "We look into it."


def begun(world, audience):
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.forward(minutes=5)
    before = world.room(incident)["next_update_at"]
    said = world.post("ana", f"/incidents/{incident}/status", stage="Investigating", audience=audience, text=TEXT)
    world.settle()
    return incident, before, said


def test_nobody_was_told_where_nothing_leads_out_of_stormjib(make):
    world = make(webhook_url="")
    incident, before, said = begun(world, "stakeholders")
    why = "no audience 'stakeholders' with people or contact methods is in the catalogue, and webhook_url is not set"
    assert said["warning"] == f"Nobody outside stormjib is told: {why}."
    room = world.room(incident)
    assert room["next_update_at"] == before, "the clock goes on"
    assert room["posts"][0][4] == "it reached nobody outside stormjib"
    assert [one for one in room["report"]["actions"] if "told" in one] == [room["report"]["actions"][-1]]
    assert room["report"]["actions"][-1].startswith("stakeholders not told at ")
    (box,) = [box for text, box in boxes(world).items() if text.startswith("Update stakeholders")]
    assert (box["done"], box["lacks"]) == (False, why)
    world.post("ana", f"/incidents/{incident}/cancel", reason="It was a drill.")
    assert [fact["audience"] for fact in world.facts("StatusPosted")] == ["stakeholders"], "nobody is owed an end"


def test_customers_who_read_the_status_page_were_told_without_a_message(make):
    world = make(service=PUBLIC, status_page={"served": True}, webhook_url="")
    incident, before, said = begun(world, "customers")
    assert "warning" not in said
    room = world.room(incident)
    assert room["next_update_at"] > before
    assert room["posts"][0][4] == ""
    assert room["report"]["actions"][-1].startswith("customers told at ")
    refused = world.post("ana", f"/incidents/{incident}/cancel", 409, reason="It was a drill.")
    assert "customers were told of INC-1" in refused


def test_customers_without_a_status_page_are_owed_no_end(make):
    world = make(webhook_url="")
    incident, _, said = begun(world, "customers")
    assert said["warning"].startswith("Nobody outside stormjib is told: no audience 'customers'")
    assert world.room(incident)["last_update"] == ""
    closing = world.room(incident)["closure"]
    assert not [one["name"] for one in closing if "customers are told" in one["name"]], "nobody was told, so nothing holds"

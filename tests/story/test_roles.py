"""A P0 with roles: who leads, who tells the others, and that nobody takes a role without knowing what it is about."""

from starlette.testclient import TestClient
from tests.story.test_pagerduty import enqueue
from tests.story.world import SERVICE

LEADS, TELLS = "commander", "communications"


def p0(world, **alert):
    incident = world.begin(severity="P0", **alert)
    world.post("ana", f"/incidents/{incident}/acknowledge")
    return incident


def roles(world, incident="INC-1"):
    return {one["role"]: one for one in world.room(incident)["roles"]}


def said(world, word):
    return [line for line in world.told() if word in line]


def test_who_acknowledges_first_is_proposed_as_commander_and_has_to_take_it(world):
    """A proposal is no holder: the page and the API say both, and the timeline when it was taken."""
    incident = world.begin(severity="P0")
    assert (roles(world)[LEADS]["holder"], roles(world)[LEADS]["proposed"]) == ("", "")
    world.post("bo", f"/incidents/{incident}/acknowledge")
    assert (roles(world)[LEADS]["holder"], roles(world)[LEADS]["proposed"]) == ("", "bo")
    world.post("bo", f"/incidents/{incident}/take-role", role=LEADS)
    assert (roles(world)[LEADS]["holder"], roles(world)[LEADS]["proposed"]) == ("bo", "")
    assert [one["text"] for one in world.log(incident, "RoleTaken")] == ["bo is commander"]


def test_a_role_is_offered_and_stays_where_it_was_until_it_is_taken(make, tmp_path):
    """Handing over needs the acknowledgement of the one who takes it, who gets what is known, open and temporary with it."""
    (tmp_path / "secrets").write_text("ADMIN_TOKEN=Kf83mQz19xLw\n")
    (tmp_path / "secrets").chmod(0o600)
    world = make(command_env_file=tmp_path / "secrets")
    world.stand_in("curl", """echo '{"enabled": true}'""")
    incident = p0(world)
    world.post("ana", f"/incidents/{incident}/take-role", role=LEADS)
    world.run(incident, 87)
    world.told()
    world.post("ana", f"/incidents/{incident}/offer-role", role=LEADS, to="bo", reason="end of my shift")
    assert roles(world)[LEADS]["holder"] == "ana"
    assert roles(world)[LEADS]["offered_to"] == "bo"
    (offer,) = said(world, "to bo:")
    assert "ana offers you the role commander of INC-1" in offer
    assert "end of my shift" in offer
    assert "INC-1-R1" in offer
    assert "temporary and still on: maintenance mode" in offer
    assert "Needs: " in offer
    world.post("bo", f"/incidents/{incident}/take-role", role=LEADS)
    assert roles(world)[LEADS]["holder"] == "bo"
    assert said(world, "to ana:") == ["to ana: bo has taken the role commander of INC-1 over from you."]
    assert world.log(incident, "RoleTaken")[-1]["text"] == "bo is commander, handed over by ana"
    world.post("bo", f"/incidents/{incident}/severity", severity="P3", reason="only a drill")
    world.told()


def test_an_offer_may_be_declined_and_a_role_laid_down(world):
    incident = p0(world)
    world.post("ana", f"/incidents/{incident}/offer-role", role=TELLS, to="bo")
    assert said(world, "to bo:")
    assert world.post("ana", f"/incidents/{incident}/decline-role", 409, role=TELLS) == (
        "communications of INC-1 is neither yours nor offered to you: nobody holds it."
    )
    world.post("bo", f"/incidents/{incident}/decline-role", role=TELLS, reason="I am driving")
    assert said(world, "to ana:") == [
        "to ana: bo declines the role communications of INC-1: I am driving. Offer it to somebody else."
    ]
    assert roles(world)[TELLS]["offered_to"] == ""
    world.post("ana", f"/incidents/{incident}/take-role", role=TELLS)
    world.post("ana", f"/incidents/{incident}/decline-role", role=TELLS, reason="too much")
    assert roles(world)[TELLS]["holder"] == ""
    assert world.log(incident, "RoleLeft")[-1]["text"] == "ana lays down communications: too much"


def test_who_offered_a_role_and_to_whom_hear_that_somebody_else_has_taken_it(make):
    """Neither waits for an answer that can't come."""
    world = make(responders=("ana", "bo", "admin"))
    incident = p0(world)
    world.post("ana", f"/incidents/{incident}/offer-role", role=LEADS, to="bo")
    world.told()
    world.post("admin", f"/incidents/{incident}/take-role", role=LEADS, reason="I am at the desk")
    over = "admin has taken the role commander of INC-1: I am at the desk. The offer of it is over."
    assert said(world, "role commander") == [f"to ana: {over}", f"to bo: {over}"]
    world.post("admin", f"/incidents/{incident}/offer-role", role=LEADS, to="bo")
    world.told()
    world.post("admin", f"/incidents/{incident}/take-role", role=LEADS)
    assert said(world, "role commander") == ["to bo: admin has taken the role commander of INC-1. The offer of it is over."]


def test_where_only_a_sender_has_acknowledged_whoever_was_paged_hears_which_roles_nobody_holds(make):
    """A sender reads no messages; a person whom it names is the one who has it."""
    world = make(role_minutes=10)
    world.tokens["other"] = world.app.tokens.create("other", ("alert",))
    enqueue(world, who="other")
    enqueue(world, "acknowledge", who="other")
    world.forward(minutes=11)
    world.told()
    assert [line.partition(":")[0] for line in world.vacant] == ["to ana"]
    assert world.facts("RolesVacant")[0]["told"] == ["ana"]


def test_nobody_takes_a_held_role_by_accident(world):
    """Whoever takes it from somebody who did not offer it says why, and that person is told."""
    incident = p0(world)
    world.post("ana", f"/incidents/{incident}/take-role", role=LEADS)
    refused = world.post("bo", f"/incidents/{incident}/take-role", 409, role=LEADS)
    assert refused == "ana is commander of INC-1 and has not offered it to you. Ask for it, or say why you take it (--reason)."
    world.post("bo", f"/incidents/{incident}/take-role", role=LEADS, reason="ana does not answer")
    assert said(world, "to ana:") == ["to ana: bo has taken the role commander of INC-1 over from you: ana does not answer."]
    assert world.post("bo", f"/incidents/{incident}/take-role", role=LEADS)["entries"] == 0
    assert "There is no role 'comander'; 'commander' is probably meant." in world.post(
        "bo", f"/incidents/{incident}/take-role", 409, role="comander"
    )
    assert "no person" in world.post("bo", f"/incidents/{incident}/offer-role", 409, role=LEADS, to="")


def test_roles_that_nobody_holds_are_said_once_and_only_where_people_are_paged(make):
    world = make(role_minutes=10, roles={"commander": "Incident manager", "scribe": "scribe"})
    incident = p0(world)
    world.post("ana", f"/incidents/{incident}/take-role", role="incident manager")
    world.forward(minutes=11)
    world.told()
    (said,) = world.vacant
    assert said.startswith(
        "to ana: Nobody holds scribe in INC-1 (the API is down) 10 minutes after it became P0. Take it or offer it: "
    )
    assert said.endswith("/incidents/INC-1#roles, or stormjib incident take-role INC-1 scribe.")
    world.forward(minutes=60)
    world.told()
    assert len(world.facts("RolesVacant")) == 1
    world.post("ana", "/incidents", 201, title="a typo", severity="P3", service=SERVICE, separate=True)
    world.forward(minutes=30)
    world.told()
    assert world.facts("RolesVacant", "INC-2") == []


def test_the_page_shows_each_role_with_what_may_be_done(world):
    incident = p0(world)
    world.post("ana", f"/incidents/{incident}/offer-role", role="scribe", to="bo")
    world.told()
    with TestClient(world.app.asgi) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        page = browser.get(f"/incidents/{incident}").text
    part = page.partition('id="roles"')[2].partition("</section>")[0]
    for word in ("commander", "operations", "communications", "scribe", "offered to", "Take"):
        assert word in part, word


BOOK = b"""# Shop

## P1 Incident Checklist

- [ ] Assign incident commander
- [ ] Update status page
- [ ] Page on-call engineer
- [ ] Notify leadership

## Fix

1. **Ask** the team
"""
PUBLIC = [{"name": SERVICE, "status": {"name": "Uploads", "public": True}}]


def boxes(world, incident="INC-1"):
    return {one["text"]: one for one in world.room(incident)["checklist"]}


def test_each_item_is_checked_off_by_what_it_says(make):
    """The page that arrived, the message that left, the role that was taken, the post that customers can read; nothing beside it."""
    world = make(BOOK, service=PUBLIC, status_page={"served": True})
    world.receiver.answers = lambda message: 503 if "who" in message or message.get("audience") == "leadership" else 202
    incident = world.alert().json()["incidents"][0]
    world.pass_by(1)
    world.post("ana", f"/incidents/{incident}/acknowledge")
    assert not any(box["done"] for box in boxes(world).values()), "nothing has arrived"
    world.receiver.answers = lambda _: 202
    world.forward(minutes=3)
    assert boxes(world)["Notify leadership"]["done"]
    world.post("ana", f"/incidents/{incident}/offer-role", role=LEADS, to="bo")
    assert not boxes(world)["Assign incident commander"]["done"], "an offer is no commander"
    world.post("bo", f"/incidents/{incident}/take-role", role=LEADS)
    world.post("ana", f"/incidents/{incident}/status", stage="Identified", audience="stakeholders", text="It is the disk.")
    assert not boxes(world)["Update status page"]["done"], "customers read nothing of it"
    world.post("ana", f"/incidents/{incident}/status", stage="Identified", audience="customers", text="Uploads fail.")
    found = boxes(world)
    for text, kind in (("Assign incident commander", "RoleTaken"), ("Update status page", "StatusPosted")):
        proof = next(entry for entry in world.log() if entry["seq"] == found[text]["proof_seq"])
        assert proof["fact"]["fact"] == kind
    world.told()


def test_what_is_not_connected_is_said_and_a_person_does_it(make):
    world = make(BOOK, webhook_url="")
    incident = world.alert().json()["incidents"][0]
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.post("ana", f"/incidents/{incident}/status", stage="Identified", audience="customers", text="Uploads fail.")
    world.settle()
    found = boxes(world)
    assert found["Update status page"]["lacks"] == "no status page is configured"
    assert found["Page on-call engineer"]["lacks"] == "no way to page somebody is configured"
    assert found["Notify leadership"]["lacks"] == (
        "no audience 'leadership' with people or contact methods is in the catalogue, and webhook_url is not set"
    )
    assert not any(found[text]["done"] for text in ("Update status page", "Page on-call engineer", "Notify leadership"))
    world.post("ana", f"/incidents/{incident}/items/{found['Update status page']['id']}/tick", text="on the old page")
    assert boxes(world)["Update status page"]["lacks"] == ""

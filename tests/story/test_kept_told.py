"""Everyone else is kept told: updates are asked for from one after the other, leadership hears of the end, vendors stand beside their suspect."""

from datetime import UTC, datetime

import msgspec
from starlette.testclient import TestClient
from tests.story.test_closing import recovered
from tests.story.world import MEASURED, SERVICE

from stormjib.core.log import EvidenceCollected, SuspectsRanked
from stormjib.core.observation import Suspect


def p1(world, **alert):
    incident = world.begin(**alert)
    world.post("ana", f"/incidents/{incident}/acknowledge")
    return incident


def asked(world):
    world.told()
    found, world.overdue = [one for one in world.overdue if "draft" in one], []
    return sorted(one.partition(":")[0] for one in found)


def test_an_update_is_asked_for_from_who_communicates_and_then_from_the_next(make):
    """Every half an hour: the holder of the role, then also who leads, then the next that a page would reach; a post ends it."""
    world = make(responders=("ana", "bo", "cy"))
    incident = p1(world)
    world.post("bo", f"/incidents/{incident}/take-role", role="communications")
    world.forward(minutes=30.5)
    assert asked(world) == ["to bo"]
    world.forward(minutes=30)
    assert asked(world) == ["to ana", "to bo"], "whoever has the incident is the next"
    world.forward(minutes=30)
    assert asked(world) == ["to bo", "to cy"], "and then whom the escalation would page"
    world.post("bo", f"/incidents/{incident}/status", stage="Identified", audience="stakeholders", text="It is the disk.")
    world.forward(minutes=29)
    assert asked(world) == []
    world.forward(minutes=1.5)
    assert asked(world) == ["to bo"]


def test_a_draft_says_what_happened_since_the_last_update_and_a_person_sends_it(world):
    incident = p1(world)
    first = world.room(incident)["draft"]
    assert first["stage"] in {"Investigating", "Identified"}
    assert "P1: the API is down" in first["text"]
    assert "acknowledged by ana" in first["text"]
    world.post("ana", f"/incidents/{incident}/status", stage="Investigating", audience="stakeholders", text=first["text"])
    world.forward(minutes=2)
    world.run(incident, 102)
    draft = world.room(incident)["draft"]
    assert draft["stage"] == "Monitoring"
    assert "INC-1-R1 (docker-compose restart redis) is done" in draft["text"]
    assert "acknowledged by" not in draft["text"], "that was told"
    assert "The next update follows by" in draft["text"]
    assert [one for one in world.told() if "INC-1-R1" in one] == [], "nothing is sent by itself"
    with TestClient(world.app.asgi) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        page = browser.get(f"/incidents/{incident}").text
    form = page.partition('id="tell-draft"')[2].partition("</form>")[0]
    assert "docker-compose restart redis" in form
    assert "customers" not in form, "it is for colleagues"


def test_leadership_hears_of_the_end_unless_somebody_has_posted_it(make, tmp_path):
    world = make(service=MEASURED)
    recovered(world)
    world.told()
    assert world.over == ["to #leadership-alerts: INC-1 is resolved. Redis is back. It was: the API is down"]


def test_a_vendor_stands_beside_the_suspect_that_is_theirs(make):
    service = {
        "name": SERVICE,
        "vendors": [
            {"name": "Redis Inc", "components": ["redis"], "phone": "+1 555 0100", "note": "contract 7"},
            {"name": "Fastly", "components": ["cdn"]},
        ],
    }
    world = make(service=[service])
    incident = p1(world)
    suspect = SuspectsRanked((Suspect("redis", 0.9, "redis does not answer."),), True, "redis does not answer.", 1.0)
    world.app.inbox.submit(incident, lambda _: (suspect,), by="stormjib", cause="t")
    world.told()
    (found,) = world.room(incident)["support"]
    assert (found["component"], found["name"], found["reached"]) == ("redis", "Redis Inc", ["+1 555 0100", "contract 7"])


def test_a_vendor_of_a_part_stands_beside_no_other_suspect(make):
    part = {"name": SERVICE, "vendors": [{"name": "Redis Inc", "components": ["redis"]}, {"name": "Hosting"}]}
    world = make(service=[part])
    incident = p1(world)
    suspect = SuspectsRanked((Suspect(SERVICE, 0.9, "it answers 404."),), True, "it answers 404.", 1.0)
    world.app.inbox.submit(incident, lambda _: (suspect,), by="stormjib", cause="t")
    world.told()
    assert [one["name"] for one in world.room(incident)["support"]] == ["Hosting"]


def test_report_and_draft_say_since_when_each_thing_is_so(world):
    incident = world.begin(severity="high")
    began = world.clock()
    world.forward(minutes=2)
    world.post("ana", f"/incidents/{incident}/severity", severity="P0", reason="all users")
    world.forward(minutes=3)
    world.post("ana", f"/incidents/{incident}/acknowledge", seen="P0")
    suspects = SuspectsRanked(
        (Suspect("redis", 0.9, "refused (entry 15)."),),
        True,
        "redis: refused (entry 15); gone (entry 7)",
        1.0,
        None,
        "Nothing is measured.",
    )
    world.app.inbox.submit(incident, lambda _: (suspects,), by="stormjib", cause="t")
    world.told()
    times = [f"{datetime.fromtimestamp(began + 60 * later, UTC):%H:%M} UTC" for later in (0, 2, 5)]
    room = world.room(incident)
    assert room["report"]["conditions"][0].startswith(
        f"P0 since {times[1]}, P1 before, begun at {times[0]}, acknowledged since {times[2]}: "
    )
    draft = room["draft"]["text"]
    assert f"It began at {times[0]} and is acknowledged since {times[2]}" in draft
    assert "redis: refused; gone" in draft
    assert "entry" not in draft
    assert "is measured" not in draft


def test_what_needs_attention_is_counted_above_the_evidence(world):
    incident = p1(world)
    seen = {"source": "http answer", "finding": "The service answers 404."}
    warned = EvidenceCollected("c0", 1, "curl -f http://front", "", True, 0, 0.1, "0" * 64, 0, "", weight="warn", **seen)
    for fact in (warned, msgspec.structs.replace(warned, text="curl -f http://back", weight="fine")):
        world.app.inbox.submit(incident, lambda _, fact=fact: (fact,), by="stormjib", cause=f"t/{fact.text}")
    world.told()
    room = world.room(incident)
    bad = sum(one["verdict"] in {"failed", "problem"} for one in room["evidence"])
    with TestClient(world.app.asgi) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        page = browser.get(f"/incidents/{incident}").text
    assert f'Evidence <span class="count">{bad + 1} of ' in page
    assert " in need of attention</span>" in page


def test_the_report_says_conditions_actions_and_needs(world):
    incident = p1(world)
    world.propose(incident, 102)
    world.post("ana", f"/incidents/{incident}/needs", text="somebody who knows  the network")
    found = world.room(incident)["report"]
    assert found["conditions"][0].startswith("P1 since ")
    assert "firing: ApiDown" in found["conditions"]
    assert "somebody who knows the network (ana)" in found["needs"]
    assert any("INC-1-R1" in one and "needs an approval" in one for one in found["needs"])
    world.post("ana", f"/incidents/{incident}/needs", text="")
    assert not any("network" in one for one in world.room(incident)["report"]["needs"])
    world.told()

"""A page of the log is damaged: its incidents are set aside, people are paged all the same, and everything else goes on."""

import pytest
from tests.store.sqlite.damage import pages_with, settle, wreck

PAD = "the API is down " + "x" * 3000
"""An incident whose entries fill pages of their own."""


def wrecked(service):
    """Wreck the page of the log that holds the alert of this service."""

    def wreck_it(data):
        path = data / "log.db"
        settle(path)
        needle = f'"name":"Down","service":"{service}"'.encode()
        found, size = pages_with(path, needle)
        entries = [page for page in found if b'"fact":"AlertReceived"' in path.read_bytes()[page * size : (page + 1) * size]]
        assert entries, found
        wreck(path, entries[0], size)

    return wreck_it


@pytest.fixture
def two(world):
    """INC-1 on pad-1, far from INC-2 on pad-2."""
    for number in (1, 2):
        world.alert(name="Down", service=f"pad-{number}", summary=PAD)
        for note in range(4):
            world.post("ana", f"/incidents/INC-{number}/notes", text=f"{note} " + "y" * 3000)
    world.told()
    return world


def test_f3_another_incident_goes_on_for_a_damaged_one(two):
    """Nobody sends anything: after the start the damaged incident is found, and another one pages in its place."""
    two.restart(wrecked("pad-1"))
    two.app.damage.look()
    assert [line for line in two.told() if line.startswith("page")] == ["page ana, rung 0, INC-3"]
    assert two.room("INC-3")["title"].startswith("INC-1 can't be read any more")
    two.app.damage.look()
    assert two.incidents() == ["INC-1", "INC-2", "INC-3"]


def test_f3_a_new_alert_of_its_service_opens_an_incident_and_pages(two):
    """A P1 of the damaged incident's service is taken, opens an incident and pages; one of the other joins its own."""
    two.restart(wrecked("pad-1"))
    assert two.alert(name="Worse", service="pad-1", starts_at=1_790_000_000).json()["incidents"] == ["INC-3"]
    assert two.alert(name="Worse", service="pad-2", starts_at=1_790_000_000).json()["incidents"] == ["INC-2"]
    assert "page ana, rung 0, INC-3" in two.told()
    assert two.facts("AlertReceived", "INC-2")[-1]["name"] == "Worse"


def test_f3_it_is_said_where_people_look(two):
    """/healthz is degraded and names the incident, the list of incidents says it, its own page is one sentence."""
    two.restart(wrecked("pad-1"))
    two.app.damage.look()
    two.told()
    health = two.send("GET", "/healthz", "ana").json()
    assert health["status"] == "degraded"
    assert health["problems"][0].startswith("INC-1 is set aside: ")
    answer = two.send("GET", "/api/v1/incidents/INC-1", "ana")
    assert answer.status_code >= 500
    assert "INC-1" in answer.json()["error"]
    refused = two.send("POST", "/api/v1/incidents/INC-1/notes", "ana", {"text": "x"})
    assert refused.status_code >= 500
    assert "INC-1" in refused.json()["error"]
    assert [head["id"] for head in two.get("/incidents")["incidents"]] == ["INC-3", "INC-2", "INC-1"]


def test_f3_its_timers_and_effects_are_given_up_with_a_word(two, caplog):
    """The escalation of the damaged incident is due: it is given up, said in the server's log, and nothing is tried over and over."""
    two.post("ana", "/incidents/INC-2/acknowledge")
    two.restart(wrecked("pad-1"))
    two.forward(6)
    rows = two._engine("SELECT count(*) FROM workflow_status WHERE status IN ('PENDING', 'ENQUEUED')")
    assert rows[0][0] == 0
    assert "is given up" in caplog.text
    two.app.damage.look()
    assert [line for line in two.told() if line.startswith("page")][:1] == ["page ana, rung 0, INC-3"]


def test_f3_a_damaged_page_beyond_the_mark_does_not_end_the_server(two):
    """The engine is lost and the log is damaged: the incidents that can be read get what they are owed."""

    def both(data):
        for path in data.glob("engine.db*"):
            path.unlink()
        wrecked("pad-1")(data)

    two.restart(both)
    two.app.damage.look()
    two.forward(5)
    assert "page bo, rung 1, INC-2" in two.told()

"""The account of the intake: received = paged + joined + suppressed + waiting + refused, and somebody is paged where it is not."""

import pytest
from tests.story.test_intake import firing, pages, post, webhook

from stormjib.engine import intake
from stormjib.engine.intake import Account


def account(world, source="alertmanager"):
    return next(one for one in world.get("/intake")["sources"] if one["source"] == source)


def ended(name, **more):
    return {**firing(name, **more), "status": "resolved", "endsAt": "2026-09-21T15:00:00Z"}


def test_every_alert_has_one_outcome(world):
    """Opened, joined, repeated, ended, below P1, waiting, odd: each is counted once, in words that say why."""
    down, slow, vague = firing("Down"), firing("Slow", "P3", "db"), firing("Vague", "so-so", "cache")
    post(world, webhook(down, firing("AlsoDown"), slow, vague, None))
    post(world, webhook(down, ended("Down"), ended("Never")))
    post(world, webhook(ended("Down")))
    assert len(pages(world)) == 1
    found = account(world)
    assert (found["received"], found["paged"], found["joined"], found["waiting"], found["missing"]) == (9, 1, 1, 1, 0)
    assert found["suppressed"] == {"below P1": 1, "end": 1, "end of unknown": 1, "end repeated": 1, "repeat": 1}
    assert found["refused"] == {"200, named as odd": 1}
    assert (found["requests"], found["unread"]) == (3, {})


def test_what_waits_names_for_whom_and_moves_on(world):
    """A severity that nobody knows waits for a person, by name; when its end comes, it waits no more."""
    post(world, webhook(firing("Vague", "so-so", "cache")))
    (waiting,) = world.get("/intake")["waiting"]
    assert (waiting["name"], waiting["waits_for"]) == ("Vague", "ana")
    assert waiting["until"] == "somebody declares it, its sender names a severity, or it ends"
    post(world, webhook(ended("Vague", severity="so-so", service="cache")))
    found = account(world)
    assert (found["received"], found["waiting"], found["missing"]) == (2, 0, 0)
    assert found["suppressed"] == {"end": 1, "ended while waiting": 1}
    assert world.get("/intake")["waiting"] == []
    assert pages(world) == []


def test_what_waits_and_joins_the_incident_that_opens_moves_with_it(world):
    """A vague alert waits, a small one is below P1; the P1 of their service opens an incident, and they belong to it."""
    post(world, webhook(firing("Vague", "so-so", "db"), firing("Slow", "P3", "db")))
    assert pages(world) == []
    post(world, webhook(firing("Down", "P1", "db")))
    assert len(pages(world)) == 1
    found = account(world)
    assert (found["received"], found["paged"], found["joined"], found["waiting"], found["missing"]) == (3, 1, 2, 0, 0)
    assert found["suppressed"] == {}


@pytest.mark.parametrize(
    ("send", "source", "answer"),
    [
        ({"body": b"{"}, "alertmanager", "400"),
        ({"body": b"17"}, "alertmanager", "422"),
        ({"body": b"{}", "who": "ana"}, "alertmanager", "403"),
        ({"body": b"{}", "path": "/hooks/graphite"}, "unknown address", "404"),
        ({"body": b"{}", "path": "/api/v2/alerts"}, "unknown address", "404"),
    ],
)
def test_a9_a_refused_request_is_counted_and_shown(world, send, source, answer):
    """Nobody knows how many alerts it held, and unknown is not 0: it is counted as a request, and shown with its reason."""
    assert post(world, **send).status_code == int(answer)
    world.app.inbox.write(lambda _: None)
    assert account(world, source)["unread"] == {answer: 1}
    (shown,) = world.get("/intake")["refused"]
    assert (shown["source"], shown["answer"], shown["alerts"]) == (source, answer, None)
    page = world.http.get("/intake", headers={"Authorization": f"Bearer {world.tokens['ana']}"})
    assert shown["reason"][:20] in page.text.replace("&#39;", "'").replace("&quot;", '"')


def test_all_of_a_batch_refused_is_counted_by_alert(world):
    assert post(world, webhook(None, 17)).status_code == 422
    found = account(world)
    assert (found["received"], found["refused"], found["unread"], found["missing"]) == (2, {"422": 2}, {}, 0)


def test_an_imbalance_pages_the_operators_once(world, monkeypatch):
    """A mistake of the program that swallows an alert is found within a minute, paged, and not paged again for the same."""
    honest = Account.judged

    def forgets(self, alert, known, row):
        if alert.name != "Swallowed":
            honest(self, alert, known, row)

    monkeypatch.setattr(intake.Account, "judged", forgets)
    post(world, webhook(firing("Swallowed", "P3"), firing("Kept", "P3")))
    assert world.app.intake_check.check() == ["INC-1"]
    assert world.told() == [
        "page ana, rung 0, INC-1",
        "to #leadership-alerts: P1: Intake: 1 alerts are unaccounted for (INC-1)",
    ]
    assert world.facts("Declared")[0]["service"] == "stormjib"
    world.app.inbox.write(lambda _: None)
    assert world.app.intake_check.check() == []
    found = account(world)
    assert (found["missing"], found["unaccounted"]) == (0, {"INC-1": 1})
    post(world, webhook(firing("Swallowed", "P3", "db"), firing("Swallowed", "P3", "web")))
    assert world.app.intake_check.check() == ["INC-1"]
    assert world.told() == []
    assert [fact["text"][:39] for fact in world.facts("NoteAdded")] == ["Intake: 2 alerts are unaccounted for. a"]


def test_the_metrics_tell_the_same(world):
    """Prometheus reads the account with a token of the scope read."""
    post(world, webhook(firing("Slow", "P3"), None, truncatedAlerts=7))
    answer = world.send("GET", "/metrics", "ana")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    for line in (
        'stormjib_intake_alerts_received_total{source="alertmanager"} 2',
        'stormjib_intake_alerts{source="alertmanager",outcome="suppressed",rule="below P1"} 1',
        'stormjib_intake_alerts_refused_total{source="alertmanager",answer="200, named as odd"} 1',
        'stormjib_intake_alerts_truncated_total{source="alertmanager"} 7',
        'stormjib_intake_alerts_unaccounted{source="alertmanager"} 0',
    ):
        assert line in lines
    assert world.http.get("/metrics").status_code == 401
    assert world.send("GET", "/metrics", "watcher").status_code == 403

"""A kill in the middle of a page, a log that is held up, and more work than there is room for."""

import json
import sqlite3
import threading
from contextlib import closing

from tests.real.site import Site
from tests.story.patience import until
from tests.story.receiver import HANG

ALERTS_PER_BATCH = 8_000


def test_a_kill_in_the_middle_of_a_page(make, receiver):
    """kill -9 while the receiver holds the page: after the restart it comes again under the same key, and the log has it once."""
    site = make(webhook_url=receiver.url, responders=["ana"])
    receiver.answers = lambda message: HANG if "who" in message else 202
    site.start()
    site.alert()
    until(receiver.pages, "the page")
    site.kill()
    receiver.answers = lambda _: 202
    site.start()
    site.wait_for("PageSent")
    ((key, tries),) = receiver.pages().items()
    assert tries >= 2
    assert key.startswith("INC-1/")
    assert site.kinds().count("PageSent") == 1


def test_a_kill_right_after_the_answer(make, receiver):
    """kill -9 as soon as the alert is acknowledged, twice: each incident is there, and each of its pages is sent under one key."""
    site = make(webhook_url=receiver.url, responders=["ana"])
    incidents = []
    for number in range(2):
        site.start()
        incidents.append(site.alert(service=f"service-{number}"))
        site.kill()
    site.start()
    for incident in incidents:
        site.wait_for("PageSent", incident)
        assert site.kinds(incident).count("PageSent") == 1
    assert len(receiver.pages()) == len(incidents)


def test_more_work_than_there_is_room_for(make):
    """Another program holds the database, and alerts pile up: 503 with Retry-After and never 429, which Alertmanager would take for a final no; later every 200 is there."""
    site = make()
    site.start()
    answers = []

    def send(batch):
        alerts = [{"name": f"Alert{number}", "service": f"batch-{batch}", "severity": "P3"} for number in range(ALERTS_PER_BATCH)]
        status, headers, answer = site.send("POST", "/api/v1/alerts", json.dumps(alerts).encode(), "watcher")
        answers.append((batch, status, headers["retry-after"], json.loads(answer)))

    senders = [threading.Thread(target=send, args=(batch,)) for batch in range(8)]
    with closing(sqlite3.connect(site.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for sender in senders:
            sender.start()
        until(lambda: any(status == 503 for _, status, _, _ in answers), "a refusal")
        other.execute("ROLLBACK")
        for sender in senders:
            sender.join()
    assert len(answers) == len(senders)
    assert {status for _, status, _, _ in answers} <= {200, 503}
    assert all(int(after) > 0 and said["error"] for _, status, after, said in answers if status == 503)
    again = [batch for batch, status, _, _ in answers if status == 503]
    answers.clear()
    for batch in again:
        send(batch)
    assert {status for _, status, _, _ in answers} == {200}
    with closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as rows:
        (kept,) = rows.execute("SELECT count(*) FROM alert").fetchone()
    assert kept == ALERTS_PER_BATCH * len(senders)


def test_two_hundred_senders_at_once(make):
    """Two hundred connections with an alert each, of twenty services: every one is answered, and there are twenty incidents."""
    site: Site = make()
    site.start()
    answers = []

    def send(number):
        alert = {"name": f"Alert{number}", "service": f"service-{number % 20}", "severity": "P1"}
        status, _, answer = site.send("POST", "/api/v1/alerts", json.dumps(alert).encode(), "watcher")
        answers.append((status, tuple(json.loads(answer)["incidents"])))

    senders = [threading.Thread(target=send, args=(number,)) for number in range(200)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert {status for status, _ in answers} == {200}
    assert len({incidents for _, incidents in answers}) == 20
    assert len(site.get("/api/v1/incidents")["incidents"]) == 20


def test_twenty_people_say_yes_at_once(make):
    """One run, twenty approvals at the same moment: the command runs once."""
    site = make()
    site.start()
    incident = site.alert()
    path = f"/api/v1/incidents/{incident}/runs"
    room = site.get(f"/api/v1/incidents/{incident}")["incident"]
    fix = next(
        o for step in room["steps"] for group in step["groups"] for o in group["options"] if o["text"].startswith("printf")
    )
    site.post("ana", path, command_id=fix["command_id"], reason="it helps")
    answers = []

    def approve(who):
        answers.append(site.send("POST", f"{path}/{incident}-R1/approve", b'{"reason": "yes"}', who)[0])

    people = [threading.Thread(target=approve, args=(who,)) for who in ("ana", "bo") * 10]
    for person in people:
        person.start()
    for person in people:
        person.join()
    site.wait_for("RunFinished", incident)
    assert set(answers) <= {200, 409}
    assert site.kinds(incident).count("RunStarted") == 1
    assert (site.where / "fixed").read_text() == "x"


def test_the_database_is_held_for_longer_than_it_waits(make):
    """Another program holds the database for longer than stormjib waits for it: 503 with a sentence, and afterwards everything goes on by itself."""
    site = make()
    site.start()
    with closing(sqlite3.connect(site.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        alert = {"name": "ApiDown", "service": "api", "severity": "P1"}
        status, headers, answer = site.send("POST", "/api/v1/alerts", json.dumps(alert).encode(), "watcher")
        assert status == 503
        assert int(headers["retry-after"]) > 0
        assert "Another process is writing to the log" in json.loads(answer)["error"]
        other.execute("ROLLBACK")
    assert site.alert() == "INC-1"
    site.wait_for("EvidenceCollected")

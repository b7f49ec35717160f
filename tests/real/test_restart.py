"""What a server that is killed with -9 and started again must still know; what needs the clock is in the stories."""

import hmac
import json
import time

import pytest
from tests.real.site import Site
from tests.story.patience import until
from tests.story.test_contact_methods import Phones
from tests.story.test_grafana import body

SECRET = "the-secret-of-now-4567"
FILES = {
    "services/api.yaml": "name: api\nreopen_minutes: 60\n",
    "services/web.yaml": "name: web\nflap_turns: 2\n",
    "services/job.yaml": "name: job\n",
    "heartbeats/backup.yaml": "name: backup\nservice: job\nevery: 1h\ngrace: 10m\n",
    "people/ana.yaml": 'name: ana\ncontact:\n  - {name: push, kind: ntfy, to: "URL/push/ana"}\n  - {name: text, kind: ntfy, to: "URL/text/ana"}\n'
    "notify:\n  - {methods: [push]}\n  - {after_minutes: 60, methods: [text]}\n",
}
BOOK = "# Book\n\n## Mitigation\n\n- Ask somebody\n"


@pytest.fixture
def phones():
    made = Phones()
    yield made
    made.close()


@pytest.fixture
def site(tmp_path, phones):
    for name, text in FILES.items():
        path = tmp_path / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("URL", phones.url))
    site = Site(tmp_path, BOOK, catalogue=tmp_path / "catalogue", responders=["ana"])
    with site.settings.open("a") as settings:
        settings.write(f'[signed.grafana]\nsecrets = ["{SECRET}"]\ntimestamp_header = "X-Sent"\n')
    site.start()
    yield site
    site.close()


def again(site):
    site.kill()
    site.start()


def grafana(status, start):
    """A signed message of the service api."""
    said = body(status, labels={"alertname": "High load", "service": "api", "severity": "critical"}, startsAt=start)
    content, at = json.dumps(said).encode(), str(int(time.time()))
    seal = hmac.new(SECRET.encode(), f"{at}:".encode() + content, "sha256").hexdigest()
    return content, {"X-Sent": at, "X-Grafana-Alerting-Signature": seal}


def send(site, content, head):
    return site.send("POST", "/hooks/grafana", content, headers=head)[0]


def resolve(site, incident):
    for one in site.get(f"/api/v1/incidents/{incident}")["incident"]["resolution"]:
        if not one["met"] and one["proof_id"]:
            site.post("ana", f"/api/v1/incidents/{incident}/items/{one['proof_id']}/tick", text="I have looked")
    site.post("ana", f"/api/v1/incidents/{incident}/resolve", text="it is over")


def test_a_signed_message_is_not_taken_again_and_the_group_opens_its_incident_again(site):
    fired = grafana("firing", "2026-09-21T14:00:00Z")
    assert send(site, *fired) == 200
    again(site)
    ended = grafana("resolved", "2026-09-21T14:00:00Z")
    assert send(site, *ended) == 200
    site.post("ana", "/api/v1/incidents/INC-1/acknowledge")
    resolve(site, "INC-1")
    again(site)
    assert [send(site, *one) for one in (fired, ended)] == [401, 401]
    until(lambda: unread(site) == {"401": 2}, "both to be counted")
    assert site.get("/api/v1/incidents/INC-1")["incident"]["status"] == "resolved"
    assert site.alert("Another", "api", fingerprint="another") == "INC-1"
    assert "Reopened" in site.kinds()


def test_silences_turns_check_ins_and_pages_that_wait(site, phones):
    site.post("ana", "/api/v1/silences", service="job", end="2h", reason="the database moves", alert="DbDown")
    assert site.send("POST", "/heartbeat/backup", b"3 files", "watcher")[0] == 200
    again(site)
    (beat,) = site.get("/api/v1/heartbeats")["heartbeats"]
    assert (beat["state"], beat["says"]) == ("ok", "3 files")
    assert site.post("watcher", "/api/v1/alerts", name="DbDown", service="job", severity="P1")["incidents"] == []
    for turn in range(3):
        assert site.alert("Flaps", "web", fingerprint="f", starts_at=1_790_000_000 + turn) == "INC-1"
        again(site)
        clear = b'{"name": "Flaps", "service": "web", "fingerprint": "f", "status": "resolved"}'
        assert site.send("POST", "/api/v1/alerts", clear, "watcher")[0] == 200
    assert [fact["text"] for fact in facts(site, "NoteAdded")] == [
        "alert Flaps is flapping: 3 turns in 10 min; no turn of it pages by itself"
    ]
    assert len(facts(site, "PageRequested")) == 1
    phones.status.update(push=503, text=503)
    assert site.alert("Worse", "job", severity="P0") == "INC-2"
    site.wait_for("EffectFailed", "INC-2")
    again(site)
    phones.taken.clear()
    phones.status.clear()
    until(lambda: len(facts(site, "PageSent", "INC-2")) == 2, lambda: f"both methods: {site.kinds('INC-2')}")
    again(site)
    site.post("ana", "/api/v1/incidents/INC-2/acknowledge")
    assert sorted(fact["method"] for fact in facts(site, "PageSent", "INC-2")) == ["push", "text"]
    assert sorted(kind for kind, _ in phones.taken) == ["push", "text"]


def unread(site):
    return next(one["unread"] for one in site.get("/api/v1/intake")["sources"] if one["source"] == "grafana")


def facts(site, kind, incident="INC-1"):
    return [entry["fact"] for entry in site.log(incident) if entry["fact"]["fact"] == kind]

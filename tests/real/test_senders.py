"""What other people's programs send, from these programs themselves: it fires, it is acknowledged, it is over."""

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pagerduty
import pytest
from tests.story.patience import until

from stormjib.drill.processes import free_port
from stormjib.integrations.answers import Answers

ALERTMANAGER = "prometheus-alertmanager"
ROUTE = {"receiver": "us", "group_by": ["alertname"], "group_wait": "1s", "group_interval": "1s", "repeat_interval": "1h"}


class Client(pagerduty.EventsApiV2Client):
    """Theirs, but for its rule that PagerDuty is reached over TLS."""

    url = ""

    def __init__(self, key, url):
        super().__init__(key)
        self.url = url


class Alertmanager:
    """Debian's, with one receiver; ended by its process id."""

    def __init__(self, where, receiver):
        self.port = free_port()
        config = where / "alertmanager.yml"
        config.write_text(json.dumps({"route": ROUTE, "receivers": [{"name": "us", **receiver}]}))
        address = f"--web.listen-address=127.0.0.1:{self.port}"
        argv = [ALERTMANAGER, f"--config.file={config}", f"--storage.path={where / 'am'}", address, "--cluster.listen-address="]
        with (where / "alertmanager.log").open("wb") as output:
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        until(self.answers, lambda: f"Alertmanager: {(where / 'alertmanager.log').read_text()}")

    def answers(self):
        with contextlib.suppress(OSError, urllib.error.URLError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready").status == 200
        return False

    def send(self, *, ends=False, **labels):
        alert = {"labels": {"alertname": "ApiDown", "service": "api", "severity": "P1", **labels}}
        if ends:
            alert["endsAt"] = datetime.now(UTC).isoformat()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v2/alerts", json.dumps([alert]).encode())
        request.add_header("Content-Type", "application/json")
        assert urllib.request.urlopen(request).status == 200

    def close(self):
        self._process.kill()
        self._process.wait()


def _webhook(site):
    how = {"url": f"{site.url}/hooks/alertmanager", "http_config": {"authorization": {"credentials": site.tokens["watcher"]}}}
    return {"webhook_configs": [how]}


def _pagerduty(site):
    return {"pagerduty_configs": [{"url": f"{site.url}/v2/enqueue", "routing_key": site.tokens["watcher"]}]}


def _opsgenie(site):
    return {"opsgenie_configs": [{"api_url": f"{site.url}/opsgenie/", "api_key": site.tokens["watcher"], "update_alerts": True}]}


@pytest.fixture
def alertmanager(tmp_path):
    with contextlib.ExitStack() as ends:

        def start(receiver):
            one = Alertmanager(tmp_path, receiver)
            ends.callback(one.close)
            return one

        yield start


def told(site, path, who="reader"):
    return json.loads(site.send("GET", f"/api/v1/{path}", who=who)[2])


def timeline(site, incident="INC-1"):
    return [entry["fact"] for entry in told(site, f"incidents/{incident}/log")["entries"]]


def kinds(site, kind):
    return [fact for fact in timeline(site) if fact["fact"] == kind]


@pytest.mark.parametrize("receiver", [_webhook, _pagerduty, _opsgenie], ids=["webhook", "pagerduty", "opsgenie"])
def test_alertmanager_fires_grows_and_resolves(site, alertmanager, receiver):
    """By each of its receivers: one incident of the service with the alert's own severity, one page, and it is clear at the end."""
    sender = alertmanager(receiver(site))
    sender.send(instance="one")
    until(lambda: told(site, "incidents")["incidents"], lambda: f"the incident: {site.said()}")
    (head,) = told(site, "incidents")["incidents"]
    assert (head["service"], head["severity"]) == ("api", "P1")
    sender.send(instance="two")
    if receiver is _webhook:
        until(lambda: len(kinds(site, "AlertReceived")) == 2, "the second alert of the group")
    else:
        until(lambda: kinds(site, "NoteAdded"), "what is new of the group")
    for instance in ("one", "two"):
        sender.send(instance=instance, ends=True)
    until(lambda: told(site, "incidents/INC-1")["incident"]["firing"] == [], lambda: f"the end: {timeline(site)}")
    assert len(kinds(site, "PageRequested")) == 1
    assert all(not one["missing"] and not one["refused"] and not one["unread"] for one in told(site, "intake")["sources"])


def test_pagerdutys_own_client_for_python(site):
    """Trigger, acknowledge and resolve by ``pagerduty``, and a change event."""
    client = Client(site.tokens["watcher"], site.url)
    client.send_change_event(payload={"summary": "Deploy 42", "source": "ci"})
    key = client.trigger("the disk is full", "db-1", severity="critical")
    client.trigger("the disk is full", "db-1", severity="critical", dedup_key=key)
    client.acknowledge(key)
    client.resolve(key)
    said = [fact["fact"] for fact in timeline(site)]
    assert [said.count(one) for one in ("Declared", "AlertReceived", "Acknowledged", "AlertCleared", "ChangeReported")] == [1] * 5
    with pytest.raises(pagerduty.Error):
        Client("wrong", site.url).trigger("the disk is full", "db-1")


def silences(sender):
    with urllib.request.urlopen(f"http://127.0.0.1:{sender.port}/api/v2/silences") as answer:
        return json.loads(answer.read())


def state_of(sender):
    return [(one["status"]["state"], one["createdBy"]) for one in silences(sender)]


def test_an_acknowledgement_silences_the_alert_there_until_the_incident_is_over(make, alertmanager):
    """In Debian's Alertmanager: exactly this alert, with our address; the item of the runbook is proven by its answer."""
    site = make(runbook="# A\n\n## Detection (0-5 minutes)\n\n1. **Acknowledge the alert** in Alertmanager\n")
    sender = alertmanager(_webhook(site))
    with site.settings.open("a") as settings:
        settings.write(f'[sources.alertmanager]\nurl = "http://127.0.0.1:{sender.port}/"\n')
    site.start()
    sender.send(instance="one")
    until(
        lambda: kinds(site, "PageRequested") if told(site, "incidents")["incidents"] else [], lambda: f"the page: {site.said()}"
    )
    assert silences(sender) == []
    site.send("POST", "/api/v1/incidents/INC-1/acknowledge", b"{}", "ana")
    until(lambda: kinds(site, "SourceAnswered"), lambda: f"the answer: {timeline(site)}")
    (silence,) = silences(sender)
    assert (silence["status"]["state"], silence["comment"]) == ("active", f"acknowledged by ana: {site.url}/incidents/INC-1")
    labels = {"alertname": "ApiDown", "service": "api", "severity": "P1", "instance": "one"}
    assert {one["name"]: one["value"] for one in silence["matchers"]} == labels
    there = Answers({"alertmanager": (f"http://127.0.0.1:{sender.port}", "")}, time.time).firing()
    assert frozenset(labels.items()) in there, "what is silenced there is not gone"
    entries = told(site, "incidents/INC-1/log")["entries"]
    proof = next(entry["seq"] for entry in entries if entry["fact"]["fact"] == "SourceAnswered")
    assert {(one["text"], one["proof_seq"]) for one in kinds(site, "ItemTicked")} == {
        ("Acknowledge the alert in Alertmanager", proof)
    }
    sender.send(instance="two")
    until(lambda: len(kinds(site, "SourceAnswered")) == 2, lambda: f"the one that joined: {timeline(site)}")
    assert len(kinds(site, "PageRequested")) == 1
    site.send("POST", "/api/v1/incidents/INC-1/cancel", b'{"reason": "it was a test"}', "ana")
    until(lambda: {one for one, _ in state_of(sender)} == {"expired"}, lambda: f"their ends: {timeline(site)}")
    assert state_of(sender) == [("expired", "stormjib")] * 2

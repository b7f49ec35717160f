"""What the server tells of itself: metrics, the rules over them, signs of life, and its own log."""

import json
import logging
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient
from tests.story.patience import until

from stormjib.core.log import NoteAdded
from stormjib.heartbeat import Heartbeat
from stormjib.own_log import JsonLines, Seldom
from stormjib.ports import DeliveryError, Unavailable

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "stormjib.rules.yml"


def told(world):
    text = world.send("GET", "/metrics", "ana").text
    return dict(row.rsplit(" ", 1) for row in text.splitlines() if not row.startswith("#")), text


def test_the_metrics_say_how_the_server_is(world):
    before, _ = told(world)
    assert before["stormjib_pages_undelivered"] == "0"
    world.begin()
    world.told()
    found, _ = told(world)
    assert found['stormjib_pages_total{result="delivered"}'] == "1"
    assert found['stormjib_incidents_open{severity="P1"}'] == "1"
    assert found["stormjib_incidents_unacknowledged"] == "1"
    assert found["stormjib_page_seconds_count"] == found['stormjib_page_seconds_bucket{le="+Inf"}'] == "1"
    assert int(found["stormjib_log_bytes"]) > 0
    assert int(found["stormjib_disk_free_bytes"]) > 0
    assert found["stormjib_runs_unknown"] == "0"
    until(lambda: told(world)[0]["stormjib_effects_behind_entries"] == "0", lambda: told(world)[1])


def test_every_metric_that_a_rule_names_is_told(world):
    """Also one without a value now: its name and its kind are there."""
    _, text = told(world)
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    named = set(re.findall(r"\bstormjib_[a-z_]+", " ".join(rule["expr"] for rule in rules())))
    named = {name.removesuffix("_bucket") if kinds.get(name.removesuffix("_bucket")) == "histogram" else name for name in named}
    assert named
    assert named <= kinds.keys()


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


@pytest.fixture(scope="session")
def promtool():
    try:
        subprocess.run(["promtool", "--version"], capture_output=True, check=True)
    except OSError:
        pytest.skip("promtool is not on this machine")


def test_promtool_takes_the_rules(promtool):
    done = subprocess.run(["promtool", "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules())} rules found" in done.stdout


FIRES = {
    "StormjibDown": 'up{job="stormjib"}',
    "StormjibPagesNotDelivered": "stormjib_pages_undelivered",
    "StormjibOutcomeUnknown": "stormjib_runs_unknown",
    "StormjibEffectsBehind": "stormjib_effects_behind_entries",
}


def test_the_first_refusal_and_the_first_failure_are_an_increase(world):
    """Every series that a rule takes the increase of is there before anything happened, as 0."""
    found, _ = told(world)
    for name in ("alerts_refused", "requests_unread"):
        for source in ("alertmanager", "generic"):
            assert found[f'stormjib_intake_{name}_total{{source="{source}",answer="401"}}'] == "0"
    assert found['stormjib_effects_failed_total{integration="webhook"}'] == "0"
    world.send("POST", "/api/v1/alerts", "watcher", "no alert")
    after, text = told(world)
    changed = [name for name in after if "_total{source=" in name and '"4' in name and after[name] != "0"]
    assert changed, text
    assert set(changed) <= found.keys()


def test_the_rule_fires_for_the_first_refused_request(promtool, tmp_path):
    series = 'stormjib_intake_requests_unread_total{source="generic",answer="401"}'
    labels = {"severity": "warning", "source": "generic", "answer": "401"}
    said = "Alerts of generic were refused with 401. See stormjib intake."
    case = {
        "interval": "1m",
        "input_series": [{"series": series, "values": "0x10 1x20"}],
        "alert_rule_test": [
            {"eval_time": "9m", "alertname": "StormjibAlertsRefused", "exp_alerts": []},
            {
                "eval_time": "13m",
                "alertname": "StormjibAlertsRefused",
                "exp_alerts": [{"exp_labels": labels, "exp_annotations": {"summary": said}}],
            },
        ],
    }
    file = tmp_path / "test.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [case]}))
    done = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", FIRES)
def test_a_rule_fires_when_it_should_and_not_before(promtool, tmp_path, name):
    """Prometheus's own unit test: well for ten minutes, then not."""
    well, ill = ("1x10", "0x20") if name == "StormjibDown" else ("0x10", "3x20")
    if name != "StormjibDown":
        well = f"0x10 {ill}"
    series = [{"series": FIRES[name], "values": well if name != "StormjibDown" else f"{well} {ill}"}]
    rule = next(one for one in rules() if one["alert"] == name)
    value = "0" if name == "StormjibDown" else "3"
    firing = {
        "exp_labels": {**rule["labels"], **({"job": "stormjib"} if name == "StormjibDown" else {})},
        "exp_annotations": {"summary": rule["annotations"]["summary"].replace("{{ $value }}", value)},
    }
    cases = [
        {"eval_time": "9m", "alertname": name, "exp_alerts": []},
        {"eval_time": "25m", "alertname": name, "exp_alerts": [firing]},
    ]
    file = tmp_path / "test.yml"
    file.write_text(
        yaml.safe_dump(
            {
                "rule_files": [str(RULES)],
                "evaluation_interval": "1m",
                "tests": [{"interval": "1m", "input_series": series, "alert_rule_test": cases}],
            }
        )
    )
    done = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_health_has_the_fields_that_the_reference_names(world):
    page = (RULES.parents[2] / "docs" / "reference" / "http.md").read_text()
    found = world.http.get("/healthz").json()
    assert list(found) == list(json.loads(re.search(r'{"status".*}', page).group()))


# The dead man's switch


class Receiver:
    """A notifier that keeps what it is given."""

    def __init__(self):
        self.taken = []

    def send(self, notification):
        self.taken.append(notification)

    def close(self):
        pass


class Gone(Receiver):
    def send(self, _):
        raise DeliveryError("webhook", "dead.example did not answer.", permanent=False)


def beats(receiver, works=lambda: ""):
    return Heartbeat(receiver, works, lambda: 1_790_000_000.0, every_seconds=60)


def test_a_heartbeat_leaves_only_while_a_page_would():
    receiver, reason = Receiver(), [""]
    heart = beats(receiver, lambda: reason[0])
    assert heart.beat()
    reason[0] = "Pages do not arrive."
    assert not heart.beat()
    reason[0] = ""
    assert heart.beat()
    assert [one.content["schema"] for one in receiver.taken] == ["stormjib.heartbeat/1"] * 2


def test_a_writer_that_refuses_and_a_receiver_that_is_gone_are_silence(caplog):
    def refuse(*_):
        raise Unavailable("the disk is full.")

    assert not beats(Receiver(), refuse).beat()
    heart = beats(Gone())
    assert not heart.beat()
    assert not heart.beat()
    assert heart.sent_at is None
    assert caplog.text.count("dead.example did not answer") == 1


def test_while_pages_fail_the_server_sends_no_sign_of_life(world):
    """The server's own: its log takes something, its engine answers, and no page is failing."""
    assert world.app.upkeep._works() == ""
    world.receiver.answers = lambda _: 500
    world.alert(name="Down", service="api", severity="P1")
    until(world.app.outbox.alarm.standing, "a page that fails")
    assert "Pages do not arrive" in world.app.upkeep._works()


def silent_and_degraded(world, words, who="ana"):
    health = (world.send("GET", "/healthz", who) if who else world.http.get("/healthz")).json()
    assert (health["status"], health["paging"]) == ("degraded", "stopped")
    assert any(words in problem for problem in health["problems"]) if who else health["problems_total"]
    assert words in world.app.upkeep._works()
    assert not beats(Receiver(), world.app.upkeep._works).beat()


def test_a_disk_with_too_little_room_for_an_alert_is_silence(make, tmp_path):
    """Every new alert is refused: it is said, and no sign of life leaves."""
    world = make(free_bytes_min=2 * shutil.disk_usage(tmp_path).free)
    assert world.send("POST", "/api/v1/alerts", "watcher", {"name": "Down", "service": "api"}).status_code == 503
    silent_and_degraded(world, "takes nothing new below")
    world.told()


def test_an_empty_log_in_the_place_of_another_is_silence_until_somebody_has_a_token(world):
    """The log is removed and the server starts again: everything is refused, which is said at every start until a person acts."""

    def removed(data):
        for path in data.glob("log.db*"):
            path.unlink()

    world.restart(removed)
    world.restart()
    assert world.send("POST", "/api/v1/alerts", "watcher", {"name": "Down", "service": "api"}).status_code == 401
    silent_and_degraded(world, "stormjib restore DIR", who="")
    world.app.tokens.create("watcher", ("alert",))
    assert world.http.get("/healthz").json()["status"] == "ok"
    assert world.app.upkeep._works() == ""


# Its own log


def test_what_happens_in_an_incident_is_in_the_servers_own_log(world, caplog):
    caplog.set_level(logging.INFO)
    world.begin()
    world.post("ana", "/incidents/INC-1/acknowledge")
    until(lambda: "acknowledged by ana" in caplog.text, lambda: caplog.text)
    assert "INC-1 stormjib: declared P1" in caplog.text
    assert "paged ana through webhook" in caplog.text
    assert world.send("POST", "/api/v1/incidents/INC-1/close", "ana").status_code == 409
    assert "refused: close by ana in INC-1" in caplog.text
    assert world.http.get("/metrics", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert "sign-in failed: an unknown token for /metrics" in caplog.text
    assert "nonsense" not in caplog.text
    world.told()


def test_what_is_caught_up_with_at_the_start_is_in_it_too(world, caplog):
    """After a kill pages leave before the rest of the server has begun."""
    caplog.set_level(logging.INFO)
    world.begin()
    world.stop()
    world.app = type(world.app)(world, world.settings)
    world.app.inbox.submit("INC-1", lambda _: (NoteAdded("it was the switch"),), by="bo")
    world.app.start()
    world.http = TestClient(world.app.asgi)
    world.http.__enter__()
    until(lambda: "INC-1 bo: note added" in caplog.text, lambda: caplog.text)
    world.told()


def test_a_line_as_json():
    record = logging.LogRecord("stormjib.incident", logging.ERROR, "", 0, "%s", ("paged\nana",), None)
    record.incident, record.seq, record.by, record.fact = "INC-1", 3, "stormjib", "PageSent"
    found = json.loads(JsonLines().format(record))
    assert (found["level"], found["message"], found["incident"], found["seq"]) == ("ERROR", "paged\nana", "INC-1", 3)
    assert found["at"].endswith("+00:00")


def test_whoever_tries_tokens_does_not_fill_the_log():
    seldom = Seldom()
    records = [logging.makeLogRecord({"created": 100.0 + number / 100}) for number in range(500)]
    assert sum(map(seldom.filter, records)) == 20
    assert seldom.filter(logging.makeLogRecord({"created": 120.0}))

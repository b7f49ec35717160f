"""Shadow: the same alerts, the same decisions, and nothing leaves; at the switch to live what still fires pages."""

import re
from typing import get_args

import pytest
from tests.story.test_commands import RESTART_API
from tests.story.world import SERVICE

from stormjib.core.actions import SITE_TABLE, TABLE
from stormjib.core.effects import (
    AnswerSource,
    AnyEffect,
    CheckUsers,
    Collect,
    DraftPostmortem,
    Measure,
    OpenChannel,
    Page,
    Post,
    ReadLogs,
    ReviewMetrics,
    RunCommand,
    SendMessage,
    WakeAt,
)
from stormjib.core.risk import Risk
from stormjib.engine.job import Job, encode

DOCKER = "docker compose restart api"
LEFT = (
    Page("page/0", who="ana", rung=0, title="It fails", severity="P1", url="http://127.0.0.1/"),
    SendMessage("leadership", audience="leadership", text="It fails"),
    OpenChannel("channel", name="#incident", topic="It fails"),
    Post("post", place="", channel="C1", name="#incident", text="It fails", until=1, url="", at=0.0),
    Collect("look/c1", command_id="c1", line=1, text=DOCKER, run_as=DOCKER, target="", timeout_seconds=1.0),
    ReadLogs("logs/c1", command_id="c1", line=1, text=DOCKER, target="", detected_at=0.0, timeout_seconds=1.0),
    ReviewMetrics("metrics", line=1, detected_at=0.0, timeout_seconds=1.0),
    Measure("measure/t1", task_id="t1", line=1, name="health"),
    RunCommand(
        "run/INC-1-R1", run_id="INC-1-R1", command_id="c1", text=DOCKER, risk=Risk.DISRUPT, target="", timeout_seconds=1.0
    ),
    AnswerSource("answer/0", "pagerduty", "f1", "ApiDown", {}, "acknowledged", "ana", ""),
)


@pytest.fixture
def world(make):
    return make(mode="shadow")


def live(world):
    """The operator changes the setting and starts the server again."""
    world.app.settings = world.settings.model_copy(update={"mode": "live"})
    world.again()
    world.settle()


def test_an_alert_is_decided_and_nobody_hears_of_it(world):
    """The levels follow one another as they would, and nothing of it leaves: no page, no message, no command."""
    assert world.alert().json()["incidents"] == ["INC-1"]
    world.forward(20)
    assert world.told() == []
    assert world.ran() == []
    assert [one["people"] for one in world.facts("PageRequested")][:3] == [["ana"], ["bo"], ["ana", "bo"]]
    assert all(one["text"].startswith("SHADOW, nobody is paged: ") for one in world.log(kind="PageRequested"))
    assert world.facts("PageSent") == []
    assert world.app.problems() == []
    (alert,) = world.get("/alerts")["alerts"]
    assert world.get(f"/alerts/{alert['id']}")["outcome"].endswith("SHADOW: nothing leaves this server.")
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.settle()
    assert world.told() == []


OUTWARD = {
    "page": ("/incidents/INC-1/page", {"who": "bo"}),
    "hand-over": ("/incidents/INC-1/hand-over", {"to": "bo"}),
    "offer-role": ("/incidents/INC-1/offer-role", {"role": "commander", "to": "bo"}),
    "post-update": ("/incidents/INC-1/status", {"text": "we look", "audience": "leadership", "stage": "Investigating"}),
    "collect": ("/incidents/INC-1/collect", {"command_id": "c1"}),
    "propose": ("/incidents/INC-1/runs", {"command_id": "c1", "reason": "it has to be"}),
    "approve": ("/incidents/INC-1/runs/INC-1-R1/approve", {"reason": "it has to be"}),
    "break-glass": ("/incidents/INC-1/runs/INC-1-R1/break-glass", {"reason": "it has to be"}),
    "verify": ("/incidents/INC-1/verify", {}),
    "plan-maintenance": ("/status-page/maintenance", {"title": "Upgrade", "text": "We upgrade.", "end": "in 2 hours"}),
    "end-maintenance": ("/status-page/maintenance/1/end", {"text": "It is over."}),
}


def test_every_action_that_reaches_outward_is_here():
    assert set(OUTWARD) == {one.name for one in (*TABLE, *SITE_TABLE) if one.outward}


@pytest.mark.parametrize("name", OUTWARD)
def test_what_reaches_outward_is_refused_with_a_sentence_and_writes_nothing(world, name):
    """Else the answer and the timeline would say that somebody was paged or told."""
    world.alert()
    world.settle()
    before = world.log()
    path, body = OUTWARD[name]
    assert world.post("ana", path, 409, **body).startswith("SHADOW: nothing leaves this server")
    assert world.log() == before
    assert name not in world.room("INC-1")["offers"]
    assert world.told() == []


def test_the_status_page_is_not_published_and_the_answer_says_why(world):
    assert world.post("ana", "/status-page/publish", 409).startswith("SHADOW: nothing leaves this server")


def test_from_live_to_shadow_what_is_open_is_named_until_it_is_over(make, caplog):
    """It pages nobody any more, and whoever waits for that has to know."""
    world = make()
    world.begin()
    run = world.propose("INC-1", RESTART_API)
    world.app.settings = world.settings.model_copy(update={"mode": "shadow"})
    world.again()
    says = "INC-1 was open when this server went into shadow, and pages nobody any more"
    assert says in caplog.text
    assert any(says in one for one in world.app.problems())
    assert "page" not in world.room("INC-1")["offers"]
    assert "SHADOW" in world.post("bo", f"/incidents/INC-1/runs/{run}/approve", 409, reason="it has to be")
    world.again()
    assert any(says in one for one in world.app.problems())
    world.post("ana", "/incidents/INC-1/cancel", reason="it is worked on elsewhere")
    assert world.app.problems() == []


def test_every_page_and_every_answer_says_so(world):
    world.alert()
    world.http.post("/login", data={"token": world.tokens["ana"]}, headers={"Origin": "http://testserver"})
    for path in ("/", "/incidents/INC-1", "/oncall", "/shadow", "/alerts", "/login"):
        page = world.http.get(path)
        assert "pages nobody" in page.text, path
        assert page.headers["stormjib-mode"] == "shadow", path
    assert world.send("GET", "/api/v1/incidents", "ana").headers["stormjib-mode"] == "shadow"


def test_an_incident_ends_by_itself_where_its_alerts_do_so_that_the_next_one_is_decided_anew(world):
    world.alert()
    world.alert(status="resolved")
    world.settle()
    assert world.room("INC-1")["status"] == "cancelled"
    assert world.alert(name="Other").json()["incidents"] == ["INC-2"]
    assert world.told() == []


def test_at_the_switch_what_was_open_ends_and_what_still_fires_pages(world):
    """Of the incident that was decided in shadow nothing leaves any more, by no timer and no later entry."""
    world.alert()
    world.alert(name="Gone", service="elsewhere")
    world.alert(name="Gone", service="elsewhere", status="resolved")
    world.settle()
    live(world)
    assert world.room("INC-1")["status"] == "cancelled"
    assert world.room("INC-3")["status"] == "declared"
    assert world.room("INC-3")["service"] == SERVICE
    assert [line.partition(",")[0].partition(":")[0] for line in world.told()] == ["page ana", "to #leadership-alerts"]
    world.post("ana", "/incidents/INC-3/acknowledge")
    world.post("ana", "/incidents/INC-1/notes", text="seen in shadow")
    world.forward(30)
    assert world.told() == []
    world.post("ana", "/incidents/INC-1/reopen", reason="it is back")
    assert [line.partition(",")[0].partition(":")[0] for line in world.told()] == ["page ana", "to #leadership-alerts"]


def test_a_switch_while_nothing_is_open_changes_nothing(world):
    live(world)
    assert world.told() == []
    world.begin()
    world.again()
    world.settle()
    assert world.room("INC-1")["status"] == "declared"


def test_what_a_live_server_has_left_behind_in_its_rows_does_not_leave_either(world):
    """A page that was being tried, a message, a command that was approved: each kind of effect, as a row of the engine."""
    assert {type(one) for one in LEFT} | {WakeAt, DraftPostmortem, CheckUsers} == set(get_args(AnyEffect))
    world.alert()
    for number, effect in enumerate(LEFT):
        world.app.outbox.perform(encode(Job(1, "INC-1", 2, effect, attempt=2 + number)))
    world.forward(1)
    assert (world.told(), world.ran(), world.facts("RunStarted")) == ([], [], [])


def test_nothing_that_the_settings_name_is_told(make):
    """The pager, the sign of life, the head of the log, the chat, the status page, the sources of alerts."""
    url = "http://127.0.0.1:9/"
    table = {"kind": "slack", "url": url, "token": "${TOKEN}"}
    world = make(
        mode="shadow",
        heartbeat_url=url,
        log_head_url=url,
        chat=table,
        status_page={"served": True},
        sources={"pagerduty": {"url": url}},
    )
    settings = world.app.settings
    told = settings.webhook_url, settings.heartbeat_url, settings.log_head_url, settings.sources
    assert told == ("", "", "", {})
    assert (settings.chat.kind, settings.status_page.on, settings.check_every_hours) == ("none", False, 0)
    world.post("ana", "/runbook/check")
    assert world.ran() == []


def test_a_page_has_no_button_for_what_would_be_refused(make, tmp_path):
    """Nobody finds out by pressing it: in shadow each has that of their own contact methods, and no other one."""
    people = tmp_path / "catalogue" / "people"
    people.mkdir(parents=True)
    for who in ("ana", "bo"):
        hook = '{name: hook, kind: webhook, to: "http://127.0.0.1:9/hook"}'
        (people / f"{who}.yaml").write_text(f"name: {who}\ncontact:\n  - {hook}\n")
    world = make(mode="shadow", catalogue=tmp_path / "catalogue")

    def buttons():
        world.http.post("/login", data={"token": world.tokens["ana"]}, headers={"Origin": "http://testserver"})
        page = world.http.get("/people").text
        assert "hook" in page
        return re.findall(r'aria-label="Test hook of (\w+)"', page)

    assert buttons() == ["ana"]
    live(world)
    assert buttons() == ["ana", "bo"]
    told = world.told()
    assert all("would reach nobody in time" in one for one in told), told

"""A check mark proves exactly its sentence: what checks an item off, and what is near to it and does not."""

import pytest
from tests.core.story import PROVES, RUNBOOK, Story

from stormjib.core.catalogue.check import TargetCheck
from stormjib.core.catalogue.service import Service
from stormjib.core.log import (
    Acknowledged,
    AlertCleared,
    AlertReceived,
    ChannelOpened,
    Entry,
    EvidenceCollected,
    ItemTicked,
    MessageSent,
    MetricsReviewed,
    PageSent,
    PostmortemDrafted,
    Resolved,
    RunFinished,
    RunProposed,
    SeverityChanged,
    Verified,
)
from stormjib.core.markdown import compile_runbook
from stormjib.core.observation import Metric
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity

POLICY = Policy(responders=("ana", "bo"), services=(Service(name="watermark-lab-api", check=(PROVES,)),))


def opened(severity=Severity.P1, policy=POLICY):
    story = Story(policy)
    story.declare(severity)
    return story


def checked(story):
    """The texts of what has been checked off by itself."""
    return {fact.text for fact in (entry.fact for entry in story.entries) if isinstance(fact, ItemTicked) and fact.proof_seq}


def sent(story, circle, integration, audience="x"):
    """A message left, as what an earlier entry asked for."""
    key = circle if circle == "leadership" else f"status/{circle}"
    story.at += 1
    cause = f"INC-1/{story.incident.seq}/{key}"
    entry = Entry("INC-1", len(story.entries) + 1, story.at, "stormjib", MessageSent(audience, integration, "x"), cause)
    story.take(entry)


def ran(story, line, *, ok=True):
    command = next(command for command in RUNBOOK.commands if command.line == line)
    number = len(story.incident.runs) + 1
    asked = RunProposed(
        f"INC-1-R{number}", command.id, line, command.text, "f", RUNBOOK.sha256, command.risk, "", 1, story.at + 60, 9.0
    )
    finished = RunFinished(asked.run_id, command.id, ok, 0 if ok else 1, 1.0, "0" * 64, 2, "out")
    story.tell(asked, finished, by="stormjib")


def verified(story, *names, ok=True, measured=True):
    for name in names:
        story.tell(Verified(name, 1, name, ok, "x", measured=measured), by="stormjib")


def metric(*names):
    return MetricsReviewed("scraping", tuple(Metric("host", name, "", now=0.4) for name in names), 0.1, line=63)


FUNCTIONAL, LATENCY, ERRORS = "t151", "t152", "t153"
RESTART, REVERT, MAINTENANCE = 77, 83, 87


@pytest.mark.parametrize(
    ("fact", "proven", "not_proven"),
    [
        (ChannelOpened("#incident-x", "room"), (), ("Create incident channel", "Create incident channel in Slack")),
        (ChannelOpened("#incident-x", "teams"), ("Create incident channel",), ("Create incident channel in Slack",)),
        (ChannelOpened("#incident-x", "slack"), ("Create incident channel", "Create incident channel in Slack"), ()),
        (PageSent("ana", "room"), (), ("Page on-call engineer",)),
        (PageSent("ana", "webhook"), ("Page on-call engineer",), ()),
        (Acknowledged("ana"), ("Acknowledge alert",), ("Acknowledge the alert in monitoring",)),
        (metric("disk"), (), ("CPU, memory, disk",)),
        (metric("cpu", "memory", "disk"), ("Resource Usage: CPU, memory, disk",), ("Dependencies",)),
        (metric("5xx share"), (), ("Error Rate: Monitor 4xx/5xx",)),
        (metric("5xx share", "4xx share"), ("Error Rate: Monitor 4xx/5xx",), ()),
        (Resolved("ana"), ("Document timeline in incident log",), ("Gather Timeline",)),
        (PostmortemDrafted("0" * 64, ()), ("Gather Timeline",), ()),
    ],
)
def test_i9_a_fact_proves_its_sentence_and_not_its_neighbours(fact, proven, not_proven):
    story = opened()
    story.tell(fact, by="stormjib")
    texts = checked(story)
    for start in proven:
        assert any(start in text for text in texts), (start, texts)
    for start in not_proven:
        assert not any(start in text for text in texts), (start, texts)


@pytest.mark.parametrize(
    ("circle", "integration", "proven", "not_proven"),
    [
        ("customers", "room", (), ("Start customer communication", "Update stakeholders")),
        ("customers", "webhook", ("Start customer communication",), ("Status Page", "Update stakeholders")),
        ("leadership", "room", (), ("Escalate to leadership", "Notify management")),
        ("leadership", "webhook", ("Escalate to leadership", "Notify management"), ()),
        ("stakeholders", "webhook", (), ("regular updates", "Start customer communication")),
    ],
)
def test_i9_who_was_told_is_who_the_sentence_names(circle, integration, proven, not_proven):
    story = opened(Severity.P0)
    sent(story, circle, integration)
    texts = checked(story)
    assert [start for start in proven if not any(start in text for text in texts)] == []
    assert [start for start in not_proven if any(start in text for text in texts)] == []


def test_i9_stakeholders_are_updated_by_an_update_to_them():
    story = opened()
    sent(story, "stakeholders", "room")
    assert "Update stakeholders" not in checked(story)
    sent(story, "stakeholders", "webhook")
    assert "Update stakeholders" in checked(story)


def test_i9_a_mitigation_is_implemented_when_it_did_what_it_should():
    story = opened()
    ran(story, RESTART)
    assert "Implement mitigation" not in checked(story)
    verified(story, FUNCTIONAL, LATENCY)
    assert "Implement mitigation" not in checked(story), "the error rate is not measured yet"
    verified(story, ERRORS)
    assert "Implement mitigation" in checked(story)


def test_i9_a_fix_and_a_health_check_that_answers_are_no_mitigation():
    service = Service(name="watermark-lab-api", target_url="http://service.example", check=(TargetCheck(),))
    story = opened(policy=Policy(responders=("ana", "bo"), services=(service,)))
    ran(story, RESTART)
    verified(story, "service-health")
    assert "Implement mitigation" not in checked(story)


@pytest.mark.parametrize("line", [REVERT, MAINTENANCE])
def test_i9_what_mends_nothing_by_itself_is_no_mitigation(line):
    story = opened()
    ran(story, line)
    verified(story, FUNCTIONAL, LATENCY, ERRORS)
    story.tell(AlertCleared("f1", "ReadinessFailing", story.at, source="alertmanager"), by="stormjib")
    assert "Implement mitigation" not in checked(story)


@pytest.mark.parametrize(("who", "proven"), [("", True), ("ana", False)])
def test_i9_a_mitigation_worked_where_the_sender_of_the_alert_says_so(who, proven):
    story = opened()
    ran(story, RESTART)
    story.tell(AlertCleared("f1", "ReadinessFailing", story.at, source="alertmanager", who=who), by="stormjib")
    assert ("Implement mitigation" in checked(story)) is proven


def test_i9_what_was_well_before_the_fix_or_failed_after_it_proves_no_fix():
    story = opened()
    verified(story, FUNCTIONAL, LATENCY, ERRORS)
    ran(story, RESTART, ok=False)
    verified(story, FUNCTIONAL, LATENCY, ERRORS)
    assert "Implement mitigation" not in checked(story)
    ran(story, RESTART)
    verified(story, FUNCTIONAL, LATENCY)
    verified(story, ERRORS, ok=False)
    assert "Implement mitigation" not in checked(story)


def test_i9_one_measurement_is_no_monitoring_and_no_measurement_no_test():
    story = opened()
    verified(story, FUNCTIONAL, LATENCY, ERRORS)
    assert "Monitor progress" not in checked(story)
    other = opened()
    verified(other, FUNCTIONAL, measured=False)
    assert not any("Functional Testing" in text for text in checked(other))


def test_i9_what_was_stored_before_a_run_is_no_investigation():
    story = opened()
    seen = EvidenceCollected("c41", 41, "redis-cli ping", "x", True, 0, 0.1, "0" * 64, 1, "", before_run="INC-1-R1")
    story.tell(seen, by="stormjib")
    assert "Begin investigation" not in checked(story)
    story.tell(EvidenceCollected("c41", 41, "redis-cli ping", "x", True, 0, 0.1, "0" * 64, 1, ""), by="stormjib")
    assert "Begin investigation" in checked(story)


def test_i9_a_worse_severity_checks_off_what_is_proven_and_nothing_else():
    story = opened(Severity.P3)
    story.tell(ChannelOpened("#incident-x", "room"), PageSent("ana", "room"), by="stormjib")
    sent(story, "customers", "room")
    ran(story, RESTART)
    story.tell(SeverityChanged(Severity.P0, "all users"))
    assert {"Begin incident log"} <= checked(story)
    assert not checked(story) & {
        "Create incident channel", "Page on-call engineer", "Start customer communication", "Implement immediate mitigation"
    }  # fmt: skip
    sent(story, "customers", "webhook")
    story.tell(SeverityChanged(Severity.P1, "fewer"), SeverityChanged(Severity.P0, "all users"))
    assert "Start customer communication" in checked(story)


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("Acknowledge the page in PagerDuty", ""),
        ("Acknowledge the alert in the monitoring system", "acknowledge/source"),
        ("Acknowledge the alert in Alertmanager", "acknowledge/alertmanager"),
        ("Acknowledge the alert in Grafana", ""),
        ("Open a Teams channel", "channel/teams"),
        ("Open a channel for the incident", "channel"),
        ("Start log collection on the hosts", ""),
        ("Start the incident timeline", "log"),
        ("Get leadership approval for the refund", ""),
        ("Inform leadership", "leadership"),
        ("Update the status page", "status"),
        ("Send regular updates every 30 minutes", ""),
    ],
)
def test_i9_words_of_other_runbooks(text, duty):
    book = compile_runbook(f"# Checkout\n\n## P1 checklist\n- [ ] {text}\n".encode())
    assert [item.duty for item in book.checklists[0].items] == [duty]


def test_i9_an_alert_is_detected_by_an_alert():
    story = opened()
    assert any(text.startswith("Automatic Alerts") for text in checked(story))
    assert isinstance(story.entries[0].fact, AlertReceived)


BOXES = b"# Shop\n\n## First five minutes\n\n- [ ] Acknowledge the alert\n- [ ] Create incident channel\n- [ ] Read the manual\n"


def test_a_box_that_is_a_task_as_well_is_checked_off_in_one_line_of_the_timeline():
    """By proof and by hand; both are done, and nothing stands twice."""
    story = Story(POLICY, compile_runbook(BOXES))
    story.declare()
    story.tell(ChannelOpened("#x", "slack", reference="C1"))
    story.act("acknowledge")
    story.act("check-off", item_id="t7")
    ticks = [entry.fact for entry in story.entries if isinstance(entry.fact, ItemTicked)]
    assert [(one.line, {one.item_id, *one.also}) for one in ticks] == [(6, {"i6", "t6"}), (5, {"i5", "t5"}), (7, {"i7", "t7"})]
    assert {"i5", "t5", "i6", "t6", "i7", "t7"} <= story.incident.ticks.keys()
    assert story.act("check-off", item_id="i7") == []

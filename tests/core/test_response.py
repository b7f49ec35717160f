"""From the declaration to the closed incident by the reference runbook, in the core alone."""

from collections.abc import Sequence

import msgspec
import pytest
from msgspec.structs import replace
from tests.core.story import HEALTH, POLICY, RUNBOOK, Story

from stormjib.core import closure, comms, guard, postmortem
from stormjib.core.actions import BY_NAME, Context
from stormjib.core.actions.run_request import Propose
from stormjib.core.closure import UNMEASURED
from stormjib.core.effects import Collect, DraftPostmortem, Measure, ReadLogs, RunCommand, SendMessage
from stormjib.core.incident import Refused
from stormjib.core.log import (
    Acknowledged,
    AlertCleared,
    AnyFact,
    ChannelOpened,
    DebtTaken,
    EffectFailed,
    Entry,
    EvidenceCollected,
    ItemOverdue,
    ItemTicked,
    MessageSent,
    MetricsReviewed,
    OutcomeUnknown,
    PageSent,
    PostmortemDrafted,
    RunExpired,
    RunFinished,
    RunReleased,
    RunStarted,
    SeverityChanged,
    SuspectsRanked,
    TimerDue,
    Verified,
)
from stormjib.core.markdown import compile_runbook
from stormjib.core.narrate import narrate
from stormjib.core.next_step import next_step
from stormjib.core.observation import Metric, Suspect
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.severity import Severity
from stormjib.core.shell.maintenance import maintenance
from stormjib.core.view import room
from stormjib.ports import DeliveryError


def at(line):
    return next(command for command in RUNBOOK.commands if command.line == line)


def looked(command, *, ok=True, **more):
    return EvidenceCollected(
        command.id, command.line, command.text, command.target, ok, 0 if ok else 1, 0.1, "0" * 64, 3, "out", **more
    )


def propose(story, line, reason="it is needed"):
    story.act("propose", command_id=at(line).id, reason=reason)
    return list(story.incident.runs)[-1]


def approve(story, run_id, who="bo", reason="agreed"):
    return story.act("approve", who, run_id=run_id, reason=reason)


def finish(story, run_id, *, ok=True):
    command_id = story.incident.runs[run_id].proposal.command_id
    story.tell(RunStarted(run_id), RunFinished(run_id, command_id, ok, 0, 1.0, "0" * 64, 2, "out"), by="stormjib")


def run(story, line):
    run_id = propose(story, line)
    for effect in approve(story, run_id):
        if isinstance(effect, Collect):
            story.tell(
                EvidenceCollected(
                    effect.command_id, effect.line, effect.text, "x", True, 0, 0.1, "0" * 64, 1, "", before_run=run_id
                )
            )
    finish(story, run_id)


def recovered(story):
    for effect in story.act("verify", policy=POLICY):
        assert isinstance(effect, Measure)
        story.tell(Verified(effect.task_id, effect.line, effect.name, True, "fine"), by="stormjib")
    story.tell(AlertCleared("f1", "ReadinessFailing", story.at))


def test_all_proven_reads_are_collected_once_those_of_the_investigation_first():
    """Beside them those of the mitigations (95, 96, 108) and of the common commands, which would be looked at next."""
    effects = Story().declare()
    lines = [effect.line for effect in effects if isinstance(effect, Collect)]
    assert lines[:11] == [33, 34, 37, 38, 41, 44, 45, 51, 54, 57, 60]
    assert lines[11:] == [95, 96, 108, 236, 237, 238, 245, 246, 251, 252, 256, 257]
    assert next(effect.run_as for effect in effects if getattr(effect, "line", 0) == 37) != "docker stats"


def test_nothing_above_read_runs_without_a_person():
    story = Story()
    effects = story.declare()
    assert not [effect for effect in effects if isinstance(effect, RunCommand)]
    run_id = propose(story, 102)
    assert story.incident.runs[run_id].state == "proposed"
    with pytest.raises(Refused, match="proven read"):
        story.decided("collect", command_id=at(102).id)


def test_a_trusted_command_is_a_read_and_the_log_says_so():
    story = Story()
    story.declare()
    assert "RiskLowered" in story.kinds()
    assert guard.guard(at(159), POLICY).unattended
    assert not guard.guard(at(159), Policy()).unattended
    assert at(159).text == HEALTH


def test_evidence_is_stored_before_a_disrupt_starts():
    story = Story()
    story.declare()
    run_id = propose(story, 102)
    effects = approve(story, run_id, "ana")
    assert not [effect for effect in effects if isinstance(effect, RunCommand)]
    snapshots = [effect for effect in effects if isinstance(effect, Collect)]
    assert {"redis-cli info", "redis-cli dbsize"} <= {effect.text for effect in snapshots}
    for effect in snapshots[:-1]:
        story.tell(EvidenceCollected(effect.command_id, 1, effect.text, "x", False, 1, 0.1, "0" * 64, 1, "", before_run=run_id))
    assert story.incident.runs[run_id].state == "approved"
    last = snapshots[-1]
    effects = story.tell(EvidenceCollected(last.command_id, 1, last.text, "x", True, 0, 0.1, "0" * 64, 1, "", before_run=run_id))
    assert [effect.text for effect in effects if isinstance(effect, RunCommand)] == ["docker-compose restart redis"]


def test_a_look_that_hangs_does_not_hold_a_mitigation_up_and_it_starts_only_once():
    story = Story()
    story.declare()
    run_id = propose(story, 102)
    snapshots = [effect for effect in approve(story, run_id, "ana") if isinstance(effect, Collect)]
    effects = story.tell(TimerDue(f"release/{run_id}"), by="stormjib")
    assert len([effect for effect in effects if isinstance(effect, RunCommand)]) == 1
    late = [
        story.tell(EvidenceCollected(effect.command_id, 1, effect.text, "x", True, 0, 0.1, "0" * 64, 1, "", before_run=run_id))
        for effect in snapshots
    ]
    assert not [effect for effects in late for effect in effects if isinstance(effect, RunCommand)]
    assert story.kinds().count(RunReleased.__name__) == 1


def test_destroy_needs_a_second_person_and_a_reason():
    story = Story()
    story.declare()
    with pytest.raises(Refused, match="say why"):
        propose(story, 99, reason="")
    run_id = propose(story, 99, reason="poisoned keys")
    assert story.incident.runs[run_id].proposal.risk is Risk.DESTROY
    with pytest.raises(Refused, match="second person"):
        approve(story, run_id, "ana")
    with pytest.raises(Refused, match="with a reason"):
        approve(story, run_id, "bo", reason=" ")
    approve(story, run_id, "bo")
    assert story.incident.runs[run_id].state == "approved"


def test_an_approval_runs_out():
    story = Story()
    story.declare()
    run_id = propose(story, 77)
    story.at += POLICY.approval_expires_minutes * 60 + 2
    with pytest.raises(Refused, match="run out"):
        approve(story, run_id)
    story.tell(TimerDue(f"expire/{run_id}"), by="stormjib")
    assert isinstance(story.entries[-1].fact, RunExpired)


def test_a_command_is_named_by_id_only_and_once():
    story = Story()
    story.declare()
    with pytest.raises(Refused, match="no command"):
        story.decided("propose", command_id="rm -rf /", reason="x")
    propose(story, 77)
    with pytest.raises(Refused, match="already"):
        propose(story, 77)


def test_an_unknown_outcome_is_asked_about_and_blocks_resolution():
    story = Story()
    story.declare()
    run_id = propose(story, 77)
    approve(story, run_id, "ana")
    story.tell(TimerDue(f"release/{run_id}"), RunStarted(run_id), OutcomeUnknown(run_id, at(77).id), by="stormjib")
    with pytest.raises(Refused, match="no outcome is unknown: INC-1-R1"):
        story.decided("resolve", policy=UNMEASURED, text="")
    story.tell(Acknowledged("ana"))
    assert next_step(story.incident, RUNBOOK)[1] == "settle"
    story.act("record-outcome", run_id=run_id, took_effect=True, note="looked at docker ps")
    assert story.incident.runs[run_id].state == "settled"


def test_a_run_of_unknown_outcome_is_not_repeated():
    """Nobody knows whether it took effect: the same command on the same target is refused until somebody has looked and said."""
    story = Story()
    story.declare()
    run_id = propose(story, 77)
    approve(story, run_id, "ana")
    effects = story.tell(TimerDue(f"release/{run_id}"), by="stormjib")
    assert [type(effect) for effect in effects].count(RunCommand) == 1
    story.tell(RunStarted(run_id), OutcomeUnknown(run_id, at(77).id), by="stormjib")
    with pytest.raises(Refused, match=f"{run_id} asks for the same command already"):
        propose(story, 77)
    assert not story.tell(TimerDue(f"release/{run_id}"), TimerDue(f"expire/{run_id}"), by="stormjib")
    assert list(story.incident.runs) == [run_id]
    story.act("record-outcome", run_id=run_id, took_effect=False, note="the container is as old as before")
    assert propose(story, 77) != run_id


def test_items_are_ticked_by_the_entry_that_proves_them():
    story = Story()
    story.declare()
    story.tell(ChannelOpened("#incident-x", "slack"), PageSent("ana", "webhook"), Acknowledged("ana"), looked(at(41)))
    ticks = {fact.text: fact for fact in (e.fact for e in story.entries) if isinstance(fact, ItemTicked)}
    for text, proof in (
        ("Acknowledge alert within 15 minutes", "Acknowledged"),
        ("Create incident channel", "ChannelOpened"),
        ("Begin investigation", "EvidenceCollected"),
        ("Start incident log", "Declared"),
    ):
        assert type(story.entries[ticks[text].proof_seq - 1].fact).__name__ == proof
    assert "Implement mitigation" not in ticks


def test_ticking_a_task_ticks_its_twin_in_the_checklist():
    story = Story()
    story.declare()
    twin = next(item for item in RUNBOOK.checklist("P1").items if item.same_as == "t24")
    story.incident.ticks.clear()
    story.act("check-off", item_id=twin.same_as, text="")
    assert twin.id in story.incident.ticks
    said = story.incident.ticks[twin.same_as]
    assert (said.who, said.proof_seq) != ("", 0)
    assert (story.incident.ticks[twin.id].who, story.incident.ticks[twin.id].proof_seq) == (said.who, 0), (
        "a word is no proof there"
    )


def test_a_review_of_the_metrics_ticks_what_it_has_a_value_of():
    story = Story()
    story.declare()
    metrics = (
        Metric("api", "p95 latency", "seconds", now=0.04),
        Metric("api", "5xx share", "share"),
        Metric("redis", "dependency up", "", now=1.0),
        *(Metric("host", name, "share", now=0.4) for name in ("cpu", "memory", "disk")),
    )
    story.tell(MetricsReviewed("scraping", metrics, 0.1, line=63))
    ticked = {entry.fact.line: entry.fact for entry in story.entries if isinstance(entry.fact, ItemTicked)}
    assert {64, 67} <= ticked.keys()
    assert not {65, 66, 68} & ticked.keys()
    assert ticked[64].proof_seq == next(e.seq for e in story.entries if isinstance(e.fact, MetricsReviewed))


def test_a_deadline_that_passes_is_said_once():
    story = Story()
    story.declare(Severity.P0)
    item = next(item for item in RUNBOOK.checklist("P0").items if item.deadline_minutes)
    story.at += 301
    story.tell(TimerDue(f"item/{item.id}"), TimerDue(f"item/{item.id}"), by="stormjib")
    assert [e.fact.deadline_minutes for e in story.entries if isinstance(e.fact, ItemOverdue)] == [5.0]


def test_what_stands_in_two_places_is_overdue_once():
    """A box and the task that it is the same as pass their deadline together: one entry, one message that names it once."""
    steps = "## Immediate response (0-15 minutes)\n\n- **Queue**: Drain the order queue within 10 minutes\n"
    boxes = "## Checklists\n\n### P0 Incident Checklist\n\n- [ ] Drain order queue within 10 minutes\n"
    book = compile_runbook(f"# Shop\n\n{steps}\n{boxes}".encode())
    (box,), (task,) = book.checklists[0].items, book.tasks
    assert (box.same_as, box.deadline_minutes, task.deadline_minutes) == (task.id, 10, 10)
    story = Story(runbook=book)
    story.declare(Severity.P0)
    story.act("acknowledge")
    story.at += 601
    effects = story.tell(*(TimerDue(f"item/{one.id}") for one in (box, task)), by="stormjib")
    assert [e.fact.item_id for e in story.entries if isinstance(e.fact, ItemOverdue)] == [box.id]
    (message,) = (one for one in effects if isinstance(one, SendMessage))
    assert message.text.count("Drain") == 1


def test_updates_are_asked_for_every_half_hour_until_it_is_over():
    story = Story()
    story.declare()
    story.at += 30 * 60
    effects = story.tell(TimerDue("cadence/1"), by="stormjib")
    assert [e.fact.line for e in story.entries if isinstance(e.fact, ItemOverdue)] == [131]
    assert [effect.timer for effect in effects] == ["cadence/2"]


@pytest.mark.parametrize(
    ("duty", "counts"),
    [("", {"customers", "stakeholders"}), ("customers", {"customers"}), ("leadership", {"leadership"})],
)
@pytest.mark.parametrize("audience", ["customers", "stakeholders", "leadership"])
def test_an_update_counts_for_those_that_its_line_is_for(duty, counts, audience):
    """What leadership alone has read does not begin the time anew until customers are to be told again."""
    tasks = tuple(msgspec.structs.replace(one, duty=duty) if one.cadence_minutes else one for one in RUNBOOK.tasks)
    book = msgspec.structs.replace(RUNBOOK, tasks=tasks)
    story = Story()
    story.declare()
    due = comms.next_update_at(story.incident, book)
    story.at += 600
    story.act("post-update", stage="Identified", audience=audience, text="the cache is full", values={})
    cause = f"INC-1/{story.incident.posts[-1][0].seq}/status/{audience}"
    sent = MessageSent(audience, "webhook", "x")
    story.take(Entry("INC-1", len(story.entries) + 1, story.at, "stormjib", sent, cause))
    assert (comms.next_update_at(story.incident, book) != due) == (audience in counts)


def test_status_texts_come_from_the_runbook_and_no_field_stays_empty():
    story = Story()
    story.declare()
    with pytest.raises(Refused, match=r"empty fields: \[issue description\]"):
        story.decided("post-update", stage="investigating", audience="customers", text="", values={})
    facts = story.decided("post-update", stage="identified", audience="customers", text="", values={"issue": "a full cache"})
    effects = story.tell(*facts)
    assert facts[0].text.startswith("We have identified the cause of a full cache")
    assert [type(effect) for effect in effects] == [SendMessage]


def test_maintenance_mode_is_a_temporary_measure_that_blocks_resolving():
    story = Story()
    story.declare()
    run(story, 87)
    assert list(story.incident.debts) == [guard.MAINTENANCE]
    assert "Implement mitigation" not in {e.fact.text for e in story.entries if isinstance(e.fact, ItemTicked)}
    run(story, 77)
    recovered(story)
    with pytest.raises(
        Refused, match=r"maintenance mode is off \(line 163\): it is still on; switch it off: stormjib run start INC-1 c163"
    ):
        story.decided("resolve", policy=UNMEASURED, text="")
    run(story, 163)
    with pytest.raises(
        Refused, match=r"but not for users: maintenance mode kept them out; when it is off: stormjib incident verify"
    ):
        story.decided("resolve", policy=UNMEASURED, text="")
    recovered(story)
    story.act("resolve", policy=UNMEASURED, text="")


def test_what_was_measured_before_maintenance_mode_went_on_proves_nothing_either():
    story = Story()
    story.declare()
    run(story, 77)
    recovered(story)
    run(story, 87)
    run(story, 163)
    with pytest.raises(Refused, match="maintenance mode kept them out"):
        story.decided("resolve", policy=UNMEASURED, text="")


def test_a_measure_that_no_command_switches_off_is_answered_for_by_a_person():
    story = Story()
    story.declare()
    story.tell(DebtTaken("rate limit", "INC-1-R1"))
    criterion = closure.resolution_criteria(story.incident, RUNBOOK)[3]
    assert (criterion.name, criterion.met, criterion.proof_id) == ("rate limit is off", False, "off-rate-limit")
    story.act("overrule", item_id="off-rate-limit", text="the proxy was set back by hand")
    assert closure.resolution_criteria(story.incident, RUNBOOK)[3].met


def test_a_measurement_from_before_a_later_restart_proves_nothing():
    story = Story()
    story.declare()
    run(story, 102)
    recovered(story)
    run(story, 77)
    with pytest.raises(Refused, match="R2 ran after the measurement"):
        story.decided("resolve", policy=UNMEASURED, text="")
    recovered(story)
    story.act("resolve", policy=UNMEASURED, text="")
    assert story.incident.status == "resolved"


def test_closing_steps_run_in_sequence():
    book = compile_runbook(b"# Shop\n\n## Verification\n\n```bash\nuptime\nsystemctl restart nginx\n```\n")
    check, restart = book.commands
    story = Story()
    story.declare()
    context = Context("ana", story.at, book, POLICY)
    wanted = Propose(restart.id, "it is needed")
    with pytest.raises(Refused, match=r"line 6 \(uptime\) comes first"):
        BY_NAME["propose"].facts(story.incident, wanted, context)
    story.tell(looked(check, ok=False))
    assert BY_NAME["propose"].facts(story.incident, wanted, context)


def test_the_whole_way_to_closure_and_the_post_mortem():
    story = Story()
    story.declare()
    story.tell(ChannelOpened("#incident-x", "room"), PageSent("ana", "room"), MessageSent("#leadership-alerts", "room", "x"))
    story.tell(Acknowledged("ana"), looked(at(41), ok=False))
    story.act("post-update", stage="Identified", audience="customers", text="", values={"issue": "x"})
    run(story, 102)
    with pytest.raises(Refused, match="still firing: ReadinessFailing"):
        story.decided("resolve", policy=UNMEASURED, text="")
    recovered(story)
    story.act("resolve", policy=UNMEASURED, text="it answers")
    story.tell(looked(at(159)))
    with pytest.raises(Refused, match="Update monitoring"):
        story.decided("close", policy=UNMEASURED)
    story.act("post-update", stage="Resolved", audience="customers")
    for criterion in closure.closure_criteria(story.incident, RUNBOOK):
        if not criterion.met:
            story.act("check-off", item_id=criterion.detail.split()[-1], text="done")
    effects = story.act("close", policy=UNMEASURED)
    assert [type(effect) for effect in effects] == [DraftPostmortem]
    draft = postmortem.draft(story.incident, story.entries, RUNBOOK)
    story.tell(PostmortemDrafted("0" * 64, draft.fields_left))
    assert story.incident.status == "closed"
    assert "**Severity**: P1" in draft.text
    # When the cause was known, only people know; that customers were told says less.
    assert [line for line in draft.text.splitlines() if "HH:MM" in line] == ["- HH:MM - Root cause identified"]
    assert "[Detailed explanation of what caused the incident]" in draft.fields_left
    assert room(story.incident, RUNBOOK, POLICY, story.at).status == "closed"


@pytest.mark.parametrize(
    ("text", "exit_code", "output", "ok"),
    [
        ("redis-cli ping", 0, "PONG", True),
        ("redis-cli ping", 1, "refused", False),
        ("redis-cli ping", None, "", False),
        ("curl -X POST http://x/admin/maintenance -d '{\"enabled\": true}'", 0, '{"enabled": true}', True),
        ("curl -X POST http://x/admin/maintenance -d '{\"enabled\": true}'", 0, '{"error": "wrong token"}', False),
        ("curl -X POST http://x/admin/maintenance -d '{\"enabled\": false}'", 0, '{"enabled": true}', False),
        ("curl -X POST http://x/admin/maintenance -d '{\"enabled\": false}'", 7, "", False),
        ("curl -X POST http://x/maintenance -d '{\"on\": true}'", 0, '{"on": true}', True),
        ("curl -X POST http://x/maintenance -d on=1", 0, "", True),
        ("curl -X POST http://x/maintenance -d on=1", 0, "<title>401 Unauthorized</title>", False),
        ("curl -X POST http://x/maintenance -d on=0", 0, "", False),
        ("curl -fsS -X POST http://x/maintenance -d on=0", 0, "", True),
        ("curl -X POST http://x/maintenance -d on=0", 0, '{"maintenance": "off"}', True),
        ("./site maintenance off", 0, "done", True),
    ],
)
def test_whether_a_command_did_what_it_was_for(text, exit_code, output, ok):
    assert guard.conclude(text, exit_code, output)[0] is ok


def test_a_check_that_found_the_cause_is_no_ok_and_is_from_before_the_fix():
    story = Story()
    story.declare()
    story.tell(looked(at(44), ok=True, source="redis info", weight="bad", finding="Redis uses 111 % of its memory limit."))
    story.tell(looked(at(45), ok=True))
    info, ping = (_option(story, line) for line in (44, 45))
    assert (info.last, ping.last) == ("problem", "ran")
    assert narrate(story.entries[-1].fact).endswith("→ ran")
    assert not info.last_before
    run(story, 102)
    assert _option(story, 44).last_before == "INC-1-R1"
    assert {look.before for look in room(story.incident, RUNBOOK, POLICY, story.at).evidence if look.line == 44} == {"INC-1-R1"}


def test_a_check_that_a_suspect_rests_on_says_so():
    story = Story()
    story.declare()
    story.tell(looked(at(44), ok=True, source="top", weight="fine"))
    seq = story.incident.evidence[-1][0].seq
    story.tell(SuspectsRanked((Suspect("cpu", 0.8, "cpu: it is busy.", (seq,)),), clear=True, sentence="", seconds=1.0))
    look = next(one for one in room(story.incident, RUNBOOK, POLICY, story.at).evidence if one.seq == seq)
    assert (look.verdict, look.finding) == ("note", "It speaks for the suspect cpu.")


def _option(story, line):
    steps = room(story.incident, RUNBOOK, POLICY, story.at).steps
    return next(one for step in steps for group in step.groups for one in group.options if one.line == line)


def test_what_runs_by_itself_is_what_the_declaration_asks_for_and_nothing_else():
    """A proven read elsewhere needs no approval, and is run by whoever wants it; a text that stands twice is run once."""
    story = Story()
    effects = story.declare()
    asked = {effect.command_id for effect in effects if isinstance(effect, Collect | ReadLogs)}
    shown = [
        option
        for step in room(story.incident, RUNBOOK, POLICY, story.at).steps
        for group in step.groups
        for option in group.options
    ]
    assert {option.command_id for option in shown if option.by_itself} == asked
    assert {option.line for option in shown if option.unattended and not option.by_itself} >= {159}


def test_whoever_reads_is_not_told_to_do_what_only_others_may():
    story = Story()
    story.declare()
    story.tell(EffectFailed("page/0", "webhook", "refused.", permanent=False, attempt=3, who="ana"))
    sentence, verb = next_step(story.incident, RUNBOOK)
    assert (sentence, verb) == ("Reach ana in another way: the page has not arrived, and nobody has acknowledged", "acknowledge")
    assert story.incident.alarm == "The page to ana has not arrived: refused. (attempt 3; it is tried again)"


def test_a_page_that_may_have_arrived_is_not_called_one_that_has_not():
    """ana's was refused for good; bo's was taken and never answered, then refused. Each is said for itself, each sentence with one end."""
    story = Story()
    story.declare()
    refused = EffectFailed("page/0", "webhook", "It said no.", permanent=True, attempt=1, who="ana")
    lost = EffectFailed("page/1", "webhook", "it ended the connection", permanent=False, attempt=1, who="bo", unknown=True)
    story.tell(refused)
    story.tell(lost, replace(lost, reason="it answered 500.", unknown=False, attempt=2))
    unknown = "Nobody knows whether the page to bo has arrived: it answered 500. (attempt 2; it is tried again)"
    assert story.incident.alarm == f"The page to ana has not arrived: It said no. No try will change that. {unknown}"
    said = "Reach ana in another way: the page has not arrived, and nobody has acknowledged"
    assert next_step(story.incident, RUNBOOK)[0] == said
    story.tell(PageSent("ana", "webhook"))
    assert story.incident.alarm == unknown
    said = "Reach bo in another way: nobody knows whether the page has arrived, and nobody has acknowledged"
    assert next_step(story.incident, RUNBOOK)[0] == said


def test_a_sentence_of_somebody_elses_within_ours_ends_once():
    assert (
        DeliveryError("slack", "Slack can't be reached: it hung up..", permanent=False).reason
        == "Slack can't be reached: it hung up."
    )
    story = Story()
    effects = story.declare()
    effects = story.tell(SeverityChanged(Severity.P0, "all of them."), by="bo")
    texts = [one.text for one in effects if isinstance(one, SendMessage)]
    assert texts
    assert not [one for one in texts if ".." in one]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("curl -X POST https://shop/admin/maintenance -H 'X-Token: a' -d '{\"on\": true}'", True),
        ('curl -X PUT https://shop/maintenance-mode -d \'{"maintenance":"on"}\'', True),
        ('curl -X POST https://shop/maintenance -d "{\\"active\\": false}"', False),
        ("curl -X POST 'https://shop/admin/maintenance?enabled=0'", False),
        ("curl -X POST https://shop/admin/maintenance/enable", True),
        ("curl -X DELETE https://shop/api/maintenance", False),
        ("heroku maintenance:on -a shop", True),
        ("sudo -u www-data php occ maintenance:mode --off", False),
        ("./deploy.sh disable-maintenance", False),
        ("touch /var/www/shop/maintenance.flag", True),
        ("rm -f /var/www/shop/maintenance.html", False),
        ("systemctl restart maintenance-1", None),
        ("docker restart shop", None),
        ("curl -X POST https://shop/admin/maintenance", None),
    ],
)
def test_which_way_a_command_switches_maintenance_mode(text, way):
    assert maintenance(text) is way


def test_a_read_that_speaks_of_maintenance_mode_switches_nothing():
    book = compile_runbook(
        b"# A\n\n## Mitigation\n\n```bash\ngrep 'maintenance on' /var/log/shop.log\n./site maintenance on\n```\n"
    )
    assert [command.maintenance for command in book.commands] == [None, True]


def asked(book: bytes, line: int, **given: object) -> Sequence[AnyFact]:
    """What comes of asking for the command of a line in a new incident by this book."""
    runbook = compile_runbook(book)
    story = Story()
    story.declare()
    (wanted,) = (command for command in runbook.commands if command.line == line)
    return BY_NAME["propose"].facts(story.incident, Propose(wanted.id, **given), Context("ana", story.at, runbook, POLICY))


BULLETS = "- End it: `kill -9 42`\n- Restart: `systemctl restart shop`\n- If the disk is full: `rm -f /var/lib/wal/old`\n"
"""Three commands, from line 5 on."""


@pytest.mark.parametrize("title", ["Was hilft", "What helps", "Options", "Things to try", "Shop does not answer", "Verification"])
@pytest.mark.parametrize("line", [5, 6, 7])
def test_a_list_without_numbers_is_a_choice(title, line):
    assert asked(f"# Shop\n\n## {title}\n\n{BULLETS}".encode(), line, reason="it is needed")


def test_what_has_a_condition_waits_for_nothing():
    book = b"# Shop\n\n## Verification\n\n1. Restart: `systemctl restart shop`\n2. If the disk is full: `systemctl restart db`\n"
    assert asked(book, 6, reason="it is full")


def test_the_parts_of_a_general_step_are_no_sequence():
    fences = "### Hangs\n```bash\nsystemctl restart shop\n```\n### Full\n```bash\nsystemctl restart db\n```\n"
    assert asked(f"# Shop\n\n## Shop does not answer\n{fences}".encode(), 10, reason="it is full")


def test_a_line_may_be_run_out_of_turn_with_a_reason():
    book = b"# Shop\n\n## Verification\n\n1. Run `systemctl restart cache`\n2. Run `systemctl restart shop`\n"
    for given in ({"reason": "it is needed"}, {"out_of_turn": True}):
        with pytest.raises(Refused, match=r"line 5 \(systemctl restart cache\) comes first.* --out-of-turn --reason"):
            asked(book, 6, **given)
    (proposed,) = asked(book, 6, reason="the cache is fine", out_of_turn=True)
    assert proposed.reason == "out of turn: the cache is fine"


def test_a_failed_page_says_which_method_has_it_whenever_that_got_it():
    failed = EffectFailed("page/1/0", "webhook", "it answers 410.", permanent=True, attempt=1, who="ana", instead="push")
    assert narrate(failed) == "page to ana through webhook failed for good: it answers 410. push stands in."

"""The outbox without DBOS: what is started when, tried again how often, and written how. The log is the real one."""

from collections import Counter
from types import SimpleNamespace

import pytest

from stormjib.core.effects import Collect, Page, RunCommand, SendMessage, WakeAt
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import (
    Acknowledged,
    Declared,
    EffectFailed,
    MessageSent,
    NoteAdded,
    OutcomeUnknown,
    PageSent,
    RunApproved,
    RunFinished,
    RunProposed,
    RunRefused,
    RunReleased,
    RunStarted,
    TimerDue,
)
from stormjib.core.risk import Risk
from stormjib.core.severity import Severity
from stormjib.engine.inbox import Inbox
from stormjib.engine.outbox import Outbox, Unwritten
from stormjib.engine.rules import Rules
from stormjib.ports import DeliveryError, Outcome, Unavailable
from stormjib.store.reader import open_reader
from stormjib.store.sqlite import open_log

PAGE = Page("page/0", who="ana", rung=0, title="API 5xx", severity="P1", url="http://here")
MESSAGE = SendMessage("status/team", audience="team", text="Investigating")


def collect(number, target="host"):
    return Collect(f"collect/{number}", command_id=f"c{number}", line=1, text="x", run_as="x", target=target, timeout_seconds=1)


def run_command(run_id, target="host"):
    return RunCommand(
        f"run/{run_id}", run_id=run_id, command_id="c1", text="x", risk=Risk.CHANGE, target=target, timeout_seconds=1
    )


class FakeExecutor:
    """Keeps rows, and runs nothing by itself."""

    executor_id = "fake"

    def __init__(self):
        self.started = {}
        self.later = {}
        self.order = []

    def start(self, effect_id, payload):
        if effect_id in self.started or effect_id in self.later:
            return False
        self.started[effect_id] = payload
        self.order.append(effect_id)
        return True

    def start_later(self, effect_id, payload, lane, at):
        if effect_id in self.started or effect_id in self.later:
            return False
        self.later[effect_id] = (payload, lane, at)
        self.order.append(effect_id)
        return True


class Recorder:
    """A performer that remembers what it was asked for, and answers with what it was given."""

    def __init__(self):
        self.asked = []
        self.answer = lambda effect: Outcome((MessageSent("x", "recorder", effect.key),))

    def perform(self, effect, *, effect_id, incident):
        self.asked.append(effect_id)
        return self.answer(effect)


class House:
    """A log with one incident, in which a note's text says which effects it asks for."""

    def __init__(self, path):
        self.now = 1000.0
        self.asks = {}
        self.emitted = []
        self.log = open_log(path)
        self.reader = open_reader(path)
        rules = Rules(
            new=Incident.new,
            evolve=evolve,
            proves=lambda *_: (),
            react=lambda now, entry, *_: self.react(now, entry),
            runbook=lambda _: None,
            choose_runbook=lambda _: "",
            policy=lambda: None,
        )
        self.inbox = Inbox(self.log, rules, self.clock, dispatch=self.emitted.extend, on_fatal=pytest.fail, disk=self.log)
        self.executor = FakeExecutor()
        self.recorder = Recorder()
        self.outbox = self.new_outbox()
        declared = Declared("API 5xx", Severity.P1, "api", "", 1000.0)
        self.incident = self.inbox.declare(lambda _: (declared,), by="ana").entries[0].incident
        self.dispatch()

    def close(self):
        self.inbox.close()
        self.reader.close()
        self.log.close()

    def clock(self):
        return self.now

    def react(self, now, entry):
        assert now.seq == entry.seq
        return self.asks.get(entry.fact.text, ()) if isinstance(entry.fact, NoteAdded) else ()

    def new_outbox(self, inbox=None):
        """As after a boot: it knows only what the log and the executor know."""
        performers = dict.fromkeys((Page, SendMessage, Collect, RunCommand), self.recorder)
        outbox = Outbox(
            executor=self.executor,
            inbox=inbox or self.inbox,
            log=self.reader,
            performers=performers,
            derive=self.react,
            clock=self.clock,
        )
        outbox.dispatcher.resume()
        return outbox

    def append(self, *facts):
        self.inbox.submit(self.incident, lambda _: facts, by="ana")

    def ask(self, *effects):
        """An entry that asks for these effects, on disk and not dispatched."""
        name = f"ask {len(self.asks)}"
        self.asks[name] = effects
        self.append(NoteAdded(name))

    def dispatch(self):
        items, self.emitted[:] = list(self.emitted), []
        self.outbox.dispatcher.accept(items)
        self.outbox.dispatcher.start_ready()

    def perform(self, effect_id):
        """What the executor does with a row."""
        row = self.executor.started.get(effect_id) or self.executor.later[effect_id][0]
        self.outbox.perform(row)

    def facts(self, *kinds):
        return [entry.fact for entry in self.reader.entries(self.incident) if isinstance(entry.fact, kinds or object)]

    def causes(self):
        return [entry.cause for entry in self.reader.entries(self.incident) if entry.cause]


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    yield house
    house.close()


def test_an_effect_is_started_under_its_id_and_its_result_is_a_fact(house):
    house.ask(PAGE)
    house.dispatch()
    assert list(house.executor.started) == ["INC-1/2/page/0"]
    house.recorder.answer = lambda effect: Outcome((PageSent(effect.who, "recorder"), NoteAdded("and more")), (b"blob",))
    house.perform("INC-1/2/page/0")
    assert house.recorder.asked == ["INC-1/2/page/0"]
    assert house.facts()[2:] == [PageSent("ana", "recorder"), NoteAdded("and more")]
    assert house.causes() == ["INC-1/2/page/0"]


def test_performing_again_after_a_kill_writes_nothing_twice(house):
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    house.perform("INC-1/2/status/team")
    assert len(house.recorder.asked) == 2
    assert len(house.facts(MessageSent)) == 1


def test_what_was_committed_and_not_started_is_found_after_a_boot(house):
    house.ask(PAGE, collect(1))
    house.emitted.clear()
    assert house.executor.started == {}
    house.new_outbox()
    assert list(house.executor.started) == ["INC-1/2/page/0", "INC-1/2/collect/1"]
    house.new_outbox()
    assert len(house.executor.order) == 2


def test_what_a_lost_commit_asked_for_is_found_with_the_next_one(house):
    house.ask(PAGE)
    house.emitted.clear()
    house.ask(MESSAGE)
    house.dispatch()
    assert house.executor.order == ["INC-1/2/page/0", "INC-1/3/status/team"]


def test_the_mark_stands_before_the_first_effect_that_is_not_started(house):
    marks = []
    house.inbox.mark = lambda name, position: marks.append((name, position))
    house.ask(*[collect(number) for number in range(9)])
    house.append(NoteAdded("asks for nothing"))
    house.dispatch()
    house.outbox.dispatcher.save_mark()
    house.perform("INC-1/2/collect/0")
    house.dispatch()
    house.outbox.dispatcher.save_mark()
    house.outbox.dispatcher.save_mark()
    assert marks == [("outbox", 1), ("outbox", 4)]


def test_a_page_goes_before_everything_else_that_an_entry_asks_for(house):
    timers = [WakeAt(f"item/{number}", timer=f"item/{number}", at=2000.0) for number in range(3)]
    house.ask(*timers, collect(1), MESSAGE, PAGE)
    house.dispatch()
    assert [name.removeprefix("INC-1/2/") for name in house.executor.order] == [
        "page/0",
        "status/team",
        "collect/1",
        "item/0",
        "item/1",
        "item/2",
    ]


def test_a_lane_has_so_many_places_and_the_others_wait_in_order(house):
    house.ask(*[collect(number) for number in range(20)], PAGE)
    house.dispatch()
    started = [name.removeprefix("INC-1/2/") for name in house.executor.order]
    assert started == ["page/0", *[f"collect/{number}" for number in range(8)]]
    house.perform("INC-1/2/collect/3")
    house.perform("INC-1/2/collect/5")
    house.dispatch()
    assert house.executor.order[-2:] == ["INC-1/2/collect/8", "INC-1/2/collect/9"]


def test_one_command_at_a_time_runs_on_a_target(house):
    house.ask(run_command("a"), run_command("b"), run_command("c", "redis"), run_command("d"))
    house.dispatch()
    assert house.executor.order == ["INC-1/2/run/a", "INC-1/2/run/c"]
    house.perform("INC-1/2/run/a")
    house.dispatch()
    assert house.executor.order[2:] == ["INC-1/2/run/b"]


def test_who_waits_for_a_target_keeps_the_place_in_the_line(house):
    others = [run_command(f"t{number}", f"target {number}") for number in range(8)]
    house.ask(run_command("a"), run_command("b"), *others, run_command("c"))
    house.dispatch()
    assert house.executor.order == ["INC-1/2/run/a", *[f"INC-1/2/run/t{number}" for number in range(7)]]
    house.perform("INC-1/2/run/a")
    house.dispatch()
    assert house.executor.order[8:] == ["INC-1/2/run/b"]


def test_a_command_of_a_dead_process_steps_back_when_its_target_is_busy(house):
    house.ask(run_command("a"))
    house.dispatch()
    before = house.outbox
    house.ask(run_command("b"))
    house.dispatch()
    house.outbox = house.new_outbox()
    assert "INC-1/3/run/b" in house.executor.started
    house.outbox.perform(house.executor.started["INC-1/2/run/a"])
    assert house.recorder.asked == []
    payload, _, at = house.executor.later["INC-1/2/run/a@1"]
    assert at == house.now + 1
    house.perform("INC-1/3/run/b")
    house.outbox.perform(payload)
    assert "INC-1/2/run/a@2" not in house.executor.later
    assert before is not house.outbox


@pytest.mark.parametrize(("effect", "attempts"), [(MESSAGE, 10), (PAGE, 30)])
def test_trying_again_waits_longer_each_time_and_ends(house, effect, attempts):
    def fail(effect):
        raise DeliveryError("recorder", "busy.", permanent=False)

    house.recorder.answer = fail
    house.ask(effect)
    house.dispatch()
    first = f"INC-1/2/{effect.key}"
    house.perform(first)
    waits = []
    for number in range(2, attempts + 1):
        house.now = house.executor.later[f"{first}~{number}"][2]
        waits.append(house.now)
        house.perform(f"{first}~{number}")
    steps = [at - before for before, at in zip([1000.0, *waits], waits, strict=False)]
    assert steps == [1, 2, 4, 8, 16, 32, *[60] * (attempts - 7)]
    assert f"{first}~{attempts + 1}" not in house.executor.later
    assert set(house.recorder.asked) == {first}
    failures = house.facts(EffectFailed)
    assert [fact.attempt for fact in failures] == list(range(1, attempts + 1))
    assert [fact.permanent for fact in failures] == [False] * (attempts - 1) + [True]
    assert failures[-1].reason == f"busy. Given up after {attempts} attempts."


def test_a_permanent_failure_is_not_tried_again(house):
    def fail(effect):
        raise DeliveryError("recorder", "no such address.", permanent=True)

    house.recorder.answer = fail
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    assert house.facts(EffectFailed) == [EffectFailed("status/team", "recorder", "no such address.", permanent=True, attempt=1)]
    assert house.executor.later == {}


def test_a_page_that_failed_is_not_tried_again_once_somebody_has_it(house):
    def fail(effect):
        raise DeliveryError("recorder", "busy.", permanent=False)

    house.recorder.answer = fail
    house.ask(PAGE)
    house.dispatch()
    house.perform("INC-1/2/page/0")
    house.append(Acknowledged("ana"))
    house.perform("INC-1/2/page/0~2")
    assert len(house.recorder.asked) == 1
    assert len(house.facts(EffectFailed)) == 1


def test_a_performer_that_breaks_is_a_fact_and_not_a_silence(house):
    house.recorder.answer = lambda effect: 1 // 0
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    (failed,) = house.facts(EffectFailed)
    assert failed.permanent
    assert "ZeroDivisionError" in failed.reason


def test_an_effect_that_nobody_is_set_up_for_says_so(house):
    house.ask(MESSAGE)
    house.dispatch()
    house.outbox._performers = {}
    house.perform("INC-1/2/status/team")
    (failed,) = house.facts(EffectFailed)
    assert "Nothing is set up to do SendMessage" in failed.reason


def test_a_timer_is_a_row_and_writes_its_fact_once(house):
    house.ask(WakeAt("escalate/1", timer="escalate/1", at=1300.0))
    house.dispatch()
    assert house.executor.later["INC-1/2/escalate/1"][2] == 1300.0
    house.perform("INC-1/2/escalate/1")
    house.perform("INC-1/2/escalate/1")
    assert house.facts(TimerDue) == [TimerDue("escalate/1")]


@pytest.mark.parametrize(
    ("payload", "facts"),
    [
        ('{"v":1,"incident":"INC-1","seq":7,"effect":{"effect":"Teleport","key":"x"}}', 1),
        ('{"v":9,"incident":"INC-1","seq":7,"effect":{"effect":"SendMessage","key":"x","audience":"a","text":"b"}}', 1),
        ('{"no":"incident"}', 0),
        ("not even JSON", 0),
    ],
)
def test_an_effect_of_another_version_is_not_done_and_said(house, payload, facts):
    house.outbox.perform(payload)
    house.outbox.perform(payload)
    assert len(house.facts(EffectFailed)) == facts


# The guard


@pytest.fixture
def released(house):
    """A run that may start now."""
    proposal = RunProposed("r1", "c1", 1, "x", "f", "", Risk.CHANGE, "host", 1, 9e9, 1.0)
    house.append(proposal, RunApproved("r1", "ben"), RunReleased("r1"))
    finished = RunFinished("r1", "c1", True, 0, 0.1, "", 0, "")
    house.recorder.answer = lambda effect: Outcome((finished,))
    house.ask(run_command("r1"))
    house.dispatch()
    return SimpleNamespace(id="INC-1/5/run/r1", finished=finished)


RUN = (RunStarted, RunFinished, OutcomeUnknown)


def test_a_run_is_claimed_then_run_then_written(house, released):
    house.perform(released.id)
    assert house.facts(*RUN) == [RunStarted("r1"), released.finished]
    assert house.causes() == ["run/r1/started", "run/r1/finished"]


def test_a_run_that_has_finished_never_runs_again(house, released):
    house.perform(released.id)
    house.perform(released.id)
    assert len(house.recorder.asked) == 1
    assert house.facts(*RUN) == [RunStarted("r1"), released.finished]


def test_a_claim_without_a_result_is_an_unknown_outcome_and_never_runs(house, released):
    house.inbox.submit(house.incident, lambda _: (RunStarted("r1"),), by="x", cause="run/r1/started")
    house.perform(released.id)
    house.perform(released.id)
    assert house.recorder.asked == []
    assert house.facts(*RUN) == [RunStarted("r1"), OutcomeUnknown("r1", "c1")]


def test_a_run_that_was_refused_meanwhile_does_not_start(house, released):
    house.append(RunRefused("r1", "cem"))
    house.perform(released.id)
    assert house.recorder.asked == []
    assert house.facts(*RUN) == []


@pytest.mark.parametrize("error", [DeliveryError("x", "lost the connection.", permanent=False), ZeroDivisionError()])
def test_a_run_that_breaks_is_an_unknown_outcome_and_is_not_tried_again(house, released, error):
    def fail(effect):
        raise error

    house.recorder.answer = fail
    house.perform(released.id)
    assert house.facts(*RUN) == [RunStarted("r1"), OutcomeUnknown("r1", "c1")]
    assert house.facts(EffectFailed)[0].permanent
    assert house.executor.later == {}


# A log that takes nothing


class Full:
    """An inbox whose disk is full for a while."""

    def __init__(self, inbox, times):
        self.inbox = inbox
        self.times = times
        self.mark = inbox.mark

    def submit(self, *arguments, **named):
        self.times -= 1
        if self.times >= 0:
            raise Unavailable("The disk is full.")
        return self.inbox.submit(*arguments, **named)


def test_a_result_waits_for_a_log_that_takes_nothing(house, monkeypatch):
    monkeypatch.setattr("stormjib.engine.outbox.UNWRITABLE_SECONDS", 0)
    house.outbox = house.new_outbox(Full(house.inbox, 3))
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    assert Counter(map(type, house.facts()))[MessageSent] == 1


def test_a_result_that_could_not_be_written_before_the_end_leaves_the_effect_undone(house):
    house.outbox = house.new_outbox(Full(house.inbox, 1))
    house.ask(MESSAGE)
    house.dispatch()
    house.outbox.stop()
    with pytest.raises(Unwritten):
        house.perform("INC-1/2/status/team")
    assert not issubclass(Unwritten, Exception)

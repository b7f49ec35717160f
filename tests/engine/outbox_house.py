"""A real log with one incident, an outbox over it, and an executor that runs nothing by itself."""

import threading
from concurrent.futures import Future

import pytest

from stormjib.core.effects import Collect, OpenChannel, Page, Receipt, RunCommand, SendMessage
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import (
    Declared,
    NoteAdded,
    RunStarted,
)
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.severity import Severity
from stormjib.engine.inbox import Inbox
from stormjib.engine.outbox import Outbox
from stormjib.engine.rules import Rules
from stormjib.ports import Lane, Outcome
from stormjib.store.database import TimerRows, open_log, open_reader

POLICY = Policy()

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
        self.later = {}

    def delayed(self):
        return [(payload, at) for payload, lane, at in self.later.values() if lane in {Lane.PAGE, Lane.TIMER}]

    def forget(self, effect_ids):
        for effect_id in effect_ids:
            self.later.pop(effect_id, None)

    def start_later(self, effect_id, payload, lane, at):
        if effect_id in self.later:
            return False
        self.later[effect_id] = (payload, lane, at)
        return True


def released(now, run_id):
    run = now.runs.get(run_id)
    return (RunStarted(run_id),) if run and run.state == "released" else ()


class HandPools:
    """What has begun is done when a test says so: ``house.perform``."""

    def __init__(self, body, receiver_of):
        self.body = body
        self.begun = {}
        self.known = {}
        self.at_once = False

    def __len__(self):
        return len(self.begun)

    def begin(self, job, first=None):
        if job.execution_id not in self.begun:
            self.begun[job.execution_id] = (job, Future())
            self.known[job.execution_id] = job
        if self.at_once:
            self.do(job.execution_id)
        return self.begun[job.execution_id][1]

    def do(self, execution_id):
        job, future = self.begun[execution_id]
        try:
            self.body(job)
        except BaseException as error:
            future.set_exception(error)
            raise
        future.set_result(None)

    def forget(self, job):
        self.begun.pop(job.execution_id, None)

    def let_pass(self, begun):
        pass

    def stop(self):
        pass


class Recorder:
    """A performer that remembers what it was asked for, and answers with what it was given."""

    def __init__(self):
        self.asked = []
        self.left = []
        """Keys and threads of what has left at once."""
        self.answer = lambda effect: Outcome((NoteAdded(effect.key),))

    def perform(self, effect, *, effect_id, incident):
        self.asked.append(effect_id)
        return self.answer(effect)

    def begin(self, notification):
        self.left.append((notification.key, threading.current_thread().name, notification.content))

    def send(self, notification):
        self.asked.append(notification.key)
        self.answer(notification)
        return Receipt("recorder")


class House:
    """A log with one incident, in which a note's text says which effects it asks for."""

    def __init__(self, path):
        self.now = 1000.0
        self.asks = {}
        self.outboxes = []
        self.emitted = []
        self.log = open_log(path)
        self.timer_rows = TimerRows(path.with_name("engine.db"))
        self.reader = open_reader(path)
        rules = Rules(
            new=Incident.new,
            evolve=evolve,
            follows=(),
            react=lambda now, entry, *_: self.react(now, entry),
            runbook=lambda _: None,
            choose_runbook=lambda _: "",
            policy=lambda: POLICY,
        )
        self.inbox = Inbox(self.log, rules, self.clock, dispatch=self.emitted.extend, on_fatal=pytest.fail, disk=self.log)
        self.executor = FakeExecutor()
        self.recorder = Recorder()
        self.outbox = self.new_outbox()
        declared = Declared("API 5xx", Severity.P1, "api", "", 1000.0)
        self.incident = self.inbox.declare(lambda _: (declared,), by="ana").entries[0].incident
        self.dispatch()

    def close(self):
        for outbox in self.outboxes:
            outbox.stop()
        self.inbox.close()
        self.reader.close()
        self.log.close()

    def clock(self):
        return self.now

    def react(self, now, entry):
        assert now.seq == entry.seq
        return self.asks.get(entry.fact.text, ()) if isinstance(entry.fact, NoteAdded) else ()

    def new_outbox(self, inbox=None, pools=HandPools, **more):
        """As after a boot: it knows only what the log and the executor know."""
        outbox = Outbox(
            executor=self.executor,
            inbox=inbox or self.inbox,
            log=self.reader,
            timer_rows=self.timer_rows,
            performers=dict.fromkeys((Collect, RunCommand), self.recorder),
            notifiers=dict.fromkeys((OpenChannel, Page, SendMessage), self.recorder),
            derive=self.react,
            clock=self.clock,
            may_start=released,
            pools=pools,
            **more,
        )
        self.outboxes.append(outbox)
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
        self.outbox.dispatch(items)
        self.outbox.dispatcher.accept(items)
        self.outbox.dispatcher.start_ready()

    @property
    def began(self):
        """What was begun in this boot, in order."""
        return list(self.outbox._pools.known)

    def perform(self, effect_id):
        """What a thread of a pool does with what has begun, and the executor with a row."""
        pools = self.outbox._pools
        if effect_id in pools.begun:
            pools.do(effect_id)
            return
        if effect_id in pools.known:
            # As after a kill, when the log did not know of it.
            self.outbox._do_now(pools.known[effect_id])
            return
        pools.at_once = True
        try:
            self.outbox.perform(self.executor.later[effect_id][0])
        finally:
            pools.at_once = False

    def facts(self, *kinds):
        return [entry.fact for entry in self.reader.entries(self.incident) if isinstance(entry.fact, kinds or object)]

    def causes(self):
        return [entry.cause for entry in self.reader.entries(self.incident) if entry.cause]

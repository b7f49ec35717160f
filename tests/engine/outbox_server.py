"""A program with the real log, the real outbox and the real DBOS, which a test kills. Usage: DIRECTORY BOOT KILL UNTIL.

KILL says where it kills itself: ``before-start`` (committed, nothing started), ``in-body`` (started and performed,
nothing written), ``after-result`` (a page's result is on disk and nobody has heard), ``delayed`` (a timer's row is written) or ``never``. On the first boot it asks for one effect of each
kind. It ends when the fact UNTIL is in the log, and every performance is a line in the file ``performed``.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from stormjib.core.effects import Page, Receipt, RunCommand, SendMessage, WakeAt
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import (
    Declared,
    NoteAdded,
    PageSent,
    RunApproved,
    RunFinished,
    RunProposed,
    RunReleased,
    RunStarted,
)
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.severity import Severity
from stormjib.engine.dbos import DbosExecutor
from stormjib.engine.inbox import Inbox
from stormjib.engine.node import Node
from stormjib.engine.outbox import Outbox
from stormjib.engine.rules import Rules
from stormjib.ports import Outcome
from stormjib.store.database import EngineRows, TimerRows, open_log, open_reader

POLICY = Policy()

ASKS = {
    "page": (Page("page/0", who="ana", rung=0, title="x", severity="P1", url=""),),
    "run": (RunCommand("run/r1", run_id="r1", command_id="c1", text="x", risk=Risk.CHANGE, target="host", timeout_seconds=1),),
    "timer": (WakeAt("wake", timer="wake", at=time.time() + 2.0),),
    "message": (SendMessage("message", audience="team", text="x"),),
}


def die():
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


class Performer:
    def __init__(self, directory, kill):
        self.directory = directory
        self.kill = kill

    def perform(self, effect, *, effect_id, incident):
        self.note(effect_id)
        return Outcome((RunFinished("r1", "c1", True, 0, 0.1, "", 0, ""),))

    def begin(self, notification):
        pass

    def send(self, notification):
        self.note(notification.key)
        return Receipt("test")

    def note(self, key):
        with (self.directory / "performed").open("a") as file:
            file.write(f"{key}\n")
        if self.kill == "in-body":
            die()


def react(now, entry, *_):
    return ASKS.get(entry.fact.text, ()) if isinstance(entry.fact, NoteAdded) else ()


def main(directory, boot, kill, until, *asks):
    log, ended = open_log(directory / "log.db"), threading.Event()
    reader = open_reader(directory / "log.db")
    timer_rows = TimerRows(directory / "engine.db")
    executor = DbosExecutor(EngineRows(directory / "engine.db"), f"boot-{boot}", time.time, poll_seconds=0.05)
    rules = Rules(Incident.new, evolve, (), react, lambda _: None, lambda _: "", lambda: POLICY)

    def dispatch(items):
        if kill == "before-start" and any(effects for _, _, effects in items):
            die()
        if kill == "after-result" and any(isinstance(entry.fact, PageSent) for _, entry, _ in items):
            die()
        outbox.dispatch(items)

    inbox = Inbox(log, rules, time.time, dispatch=dispatch, on_fatal=print, disk=log)
    performer = Performer(directory, kill)
    outbox = Outbox(
        executor=executor,
        inbox=inbox,
        log=reader,
        timer_rows=timer_rows,
        performers={RunCommand: performer},
        notifiers=dict.fromkeys((Page, SendMessage), performer),
        derive=react,
        clock=time.time,
        may_start=lambda now, run_id: (RunStarted(run_id),) if now.runs[run_id].state == "released" else (),
    )
    inbox.subscribe(lambda entries: ended.set() if until in {type(entry.fact).__name__ for entry in entries} else None)
    executor.launch(outbox.perform)
    Node(executor, time.time).start()
    outbox.start()
    if asks:
        first = inbox.declare(lambda _: (Declared("x", Severity.P1, "api", "", 0.0),), by="x").entries[0].incident
        run = (
            RunProposed("r1", "c1", 1, "x", "f", "", Risk.CHANGE, "host", 1, 9e9, 1.0),
            RunApproved("r1", "b"),
            RunReleased("r1"),
        )
        inbox.submit(first, lambda _: (*run, *map(NoteAdded, asks)), by="x")
    if kill == "delayed":
        while timer_rows.next_at() is None:
            os.sched_yield()
        die()
    sys.exit(0 if ended.wait(60) else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

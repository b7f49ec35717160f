"""The executor over DBOS Transact: rows in a database of its own, beside the log.

Only here is DBOS called; the database behind it is one of ``store/``, which knows its kind and its file. What it is used for: do
something later under an id that starts once, and run again what a dead process left unfinished.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from stormjib.engine.lean import without
from stormjib.engine.retry import PAGE_RETRY_AFTER_SECONDS_MAX
from stormjib.ports import Clock, EngineDatabase, Lane, Library

with without("psycopg", "sqlalchemy.orm", "sqlalchemy.ext.asyncio"):
    from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID, WorkflowStatusString, error
    from dbos._dbos import _get_dbos_instance

VERSION = "1"
"""Constant, since rows of an older program must go on after an upgrade; payloads carry their own version."""
THREADS_MAX = 96
"""Enough for all queues, and what a takeover brings."""
KEEP_SECONDS = 7 * 86_400.0
"""Rows of what has ended are kept this long, for whoever wants to look."""
ROWS_MAX = 5_000
"""Read or removed at a time."""

_PAGE = "page"
_TIMERS_BEFORE = "urgent"
"""The queue in which older versions had their timers."""
_LATER = "later"
_QUEUE_OF: Mapping[Lane, str] = {
    Lane.PAGE: _PAGE,
    Lane.NOTIFY: _LATER,
    Lane.PROBE: _LATER,
    Lane.RUN: _LATER,
}
"""What is delayed has two queues and not one per lane: each costs 0.35 % of a core when polled once a second.

Pages that are tried again have their own: nothing else may hold them up, and receivers that hang hold one thread each.
"""
_QUEUES: Mapping[str, tuple[int, float]] = {_PAGE: (32, 1.0), _LATER: (8, 2.0)}
"""How many run at a time, and how often it is looked at, in ``poll_seconds``."""
_ENDED = [
    WorkflowStatusString.SUCCESS.value,
    WorkflowStatusString.ERROR.value,
    WorkflowStatusString.CANCELLED.value,
]

_UNTOUCHED = [WorkflowStatusString.DELAYED.value, WorkflowStatusString.ENQUEUED.value]
"""What nobody has begun; DBOS takes it ill where a row goes that is being performed."""

T = TypeVar("T")


class DbosExecutor:
    """``Executor`` over DBOS, whose instance is one per process. Every method may be called from any thread."""

    def __init__(self, database: EngineDatabase, executor_id: str, clock: Clock, *, poll_seconds: float = 1.0) -> None:
        """``executor_id`` is a fresh one per boot."""
        self._database = database
        self._executor_id = executor_id
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._effect: Callable[[str], None] = _not_launched
        self.steady: Callable[[], AbstractContextManager[None]] = nullcontext
        """Within it the wall clock makes no step that ``shift`` would be told of later, with rows that need no shift."""

    @property
    def executor_id(self) -> str:
        """Who runs what is started here."""
        return self._executor_id

    def launch(self, body: Callable[[str], None]) -> None:
        """Open the database and be ready; ``body`` takes a payload and performs it. Raises ``StoreFailed``."""

        def effect(payload: str) -> None:
            """A plain function, for DBOS stores the class of a method in every row."""
            body(payload)

        with self._database.refusing():
            self._open(effect)

    def _open(self, effect: Callable[[str], None]) -> None:
        self._database.prepare()
        # However often it is killed, it is run again: giving up silently would lose a page.
        self._effect = DBOS.workflow(name="effect", max_recovery_attempts=None)(effect)
        DBOS(config=self._config())
        DBOS.launch()
        self._database.watch(_rows())
        for name, (workers, polls) in _QUEUES.items():
            DBOS.register_queue(name, worker_concurrency=workers, polling_interval_sec=self._poll_seconds * polls)
        DBOS.delete_queue(_TIMERS_BEFORE)
        self._bring_near()
        self.sweep()

    def stop(self, grace_seconds: int = 0) -> None:
        """Take nothing more; what runs is waited for so long, and is run again by whoever takes over."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=grace_seconds)

    def start_later(self, effect_id: str, payload: str, lane: Lane, at: float) -> bool:
        """Write the row; a queue runs it when its time has come."""
        delay_seconds = max(0.0, at - self._clock())

        def enqueue() -> object:
            with (
                SetWorkflowID(effect_id, workflow_id_reuse_policy="reject"),
                SetEnqueueOptions(delay_seconds=delay_seconds),
            ):
                return DBOS.enqueue_workflow(_QUEUE_OF[lane], self._effect, payload)

        try:
            with self.steady():
                self._outside(enqueue)
        except error.DBOSWorkflowIDInUseError:
            return False
        return True

    def delayed(self) -> list[tuple[str, float]]:
        """The pages that wait, and the timers of older versions; read some at a time, for a storm left a hundred thousand."""
        found: list[tuple[str, float]] = []
        while True:
            read = partial(
                DBOS.list_workflows, status=_UNTOUCHED, queue_name=[_PAGE, _TIMERS_BEFORE], limit=ROWS_MAX, offset=len(found)
            )
            rows = self._outside(partial(read, load_output=False))
            found += [(row.input["args"][0], (row.delay_until_epoch_ms or 0) / 1000) for row in rows if row.input]
            if len(rows) < ROWS_MAX:
                return found

    def forget(self, effect_ids: Sequence[str]) -> None:
        """Delete the rows that nobody has begun."""
        for first in range(0, len(effect_ids), ROWS_MAX):
            some = effect_ids[first : first + ROWS_MAX]
            self._outside(partial(self._database.forget, _rows(), some, _UNTOUCHED))

    def shift(self, seconds: float) -> None:
        """Move every delayed row, for DBOS compares them with the wall clock."""
        self._outside(lambda: self._database.shift(_rows(), int(seconds * 1000), WorkflowStatusString.DELAYED.value))

    def _bring_near(self) -> None:
        """No page waits for longer than a page ever does: where one seems to, the clock went back while nobody was here."""
        latest = int((self._clock() + PAGE_RETRY_AFTER_SECONDS_MAX) * 1000)
        self._outside(lambda: self._database.bring_near(_rows(), _PAGE, latest))

    def takeover(self, alive: Collection[str]) -> tuple[str, ...]:
        """Run again what dead executors left. Safe from several nodes: each row goes to one of them."""
        rows = DBOS.list_workflows(status=WorkflowStatusString.PENDING.value, load_input=False, load_output=False)
        left = {row.executor_id for row in rows if row.executor_id}
        dead = sorted(left - set(alive) - {self._executor_id})
        if dead:
            DBOS._recover_pending_workflows(dead)
        return tuple(dead)

    def sweep(self) -> None:
        """Forget some of what ended long ago; its place in the log is far behind the mark. Raises ``StoreFailed``."""
        before = datetime.fromtimestamp(self._clock() - KEEP_SECONDS, UTC).isoformat()

        def forget() -> None:
            rows = DBOS.list_workflows(
                status=_ENDED, completed_before=before, limit=ROWS_MAX, load_input=False, load_output=False
            )
            if rows:
                DBOS.delete_workflows([row.workflow_id for row in rows])

        self._outside(forget)

    def _config(self) -> DBOSConfig:
        return {
            "name": "stormjib",
            "system_database_url": self._database.url,
            "application_version": VERSION,
            "executor_id": self._executor_id,
            # The default serializer is pickle.
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "max_executor_threads": THREADS_MAX,
            "db_engine_kwargs": self._database.options(),
            # Nothing here uses its messages, and it writes no schedules.
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": self._poll_seconds,
            "scheduler_polling_interval_sec": 3600.0,
        }

    def _outside(self, call: Callable[[], T]) -> T:
        """Call in an empty context: from within a body DBOS would take the call for a step of that body. Raises ``StoreFailed``."""
        with self._database.refusing():
            return Context().run(call)


def _rows() -> Library:
    return _get_dbos_instance()._sys_db


def _not_launched(_: str) -> None:
    message = "the executor has not been launched"
    raise RuntimeError(message)

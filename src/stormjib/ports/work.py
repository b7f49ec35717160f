"""Work: who performs effects, and who starts them."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import Any, Protocol

import msgspec

from stormjib.core.effects import AnyEffect
from stormjib.core.incident import Incident
from stormjib.ports.records import Outcome

Clock = Callable[[], float]
"""Seconds since the epoch, UTC."""


class Performer(Protocol):
    """Does one kind of effect. ``effect_id`` is the idempotency key to hand to the other side."""

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:
        """Do it once and say what came of it; raises ``DeliveryError``."""


class Lane(Enum):
    """What kind of effect it is, so that one kind never holds up another: each lane has its own limit."""

    PAGE = "page"
    NOTIFY = "notify"
    PROBE = "probe"
    RUN = "run"
    """One at a time per target."""
    TIMER = "timer"


class Executor(Protocol):
    """Does later what is delayed or is to be tried again, so that a kill loses none of it. An id is started once."""

    @property
    def executor_id(self) -> str:
        """Who runs what is started here: another one after every boot."""

    def start_later(self, effect_id: str, payload: str, lane: Lane, at: float) -> bool:
        """Write the row; the body runs at ``at`` (seconds since the epoch) or up to 3 seconds later.

        False, and nothing happens, where the id exists.
        """

    def delayed(self) -> list[tuple[str, float]]:
        """The payloads of pages that wait, and of timers that an older version left; each with when it is due (seconds since the epoch)."""

    def forget(self, effect_ids: Sequence[str]) -> None:
        """Remove what is not needed any more; an id may be started again then."""

    def shift(self, seconds: float) -> None:
        """The wall clock stepped by so many seconds: move everything delayed along with it."""

    def takeover(self, alive: Collection[str]) -> tuple[str, ...]:
        """Run again what executors outside ``alive`` left unfinished; the ids of the executors that left something."""


class Timer(msgspec.Struct, frozen=True):
    """A timer that is set: ``name`` is what its fact says, and its id the cause of that fact."""

    id: str
    incident: str
    name: str
    at: float
    """When it is due by the wall clock, in seconds since the epoch."""
    whole_seconds: float
    """How far away it was when it was set."""
    last: bool
    """Whether the others go first where more are due than fire together."""


class TimerRows(Protocol):
    """The timers that are set, on disk. Any thread may use it; every method but ``close`` raises ``StoreFailed``."""

    def put(self, timers: Sequence[Timer]) -> None:
        """Write them, all or none; one that is there already stays as it is."""

    def due(self, now: float, limit: int) -> list[Timer]:
        """Those that are due, in their order."""

    def next_at(self) -> float | None:
        """When the next one is due; None where none is set."""

    def drop(self, ids: Sequence[str]) -> None:
        """Remove them."""

    def shift(self, seconds: float) -> None:
        """Move all of them by so much."""

    def bring_near(self, now: float) -> None:
        """None is further away from ``now`` than when it was set."""

    def close(self) -> None:
        """Let the file go; the next call opens it again."""


class Library(Protocol):
    """What a durable engine's library shows of its own database: SQLAlchemy's engine, and the tables by their names."""

    engine: Any
    tables: Any


class EngineDatabase(Protocol):
    """The database of the durable engine's rows, behind its library: ``library`` is the library's own view of it."""

    url: str
    """As the library takes it."""

    def options(self) -> dict[str, object]:
        """How the library has to use connections to this kind of database."""

    def prepare(self) -> None:
        """Make it ready for the library. Raises what ``refusing`` takes."""

    def refusing(self) -> AbstractContextManager[None]:
        """Turn what the database refuses into ``StoreFailed``."""

    def watch(self, library: Library) -> None:
        """From now on the process ends where the database is full or broken, whichever thread finds out."""

    def forget(self, library: Library, names: Sequence[str], states: Sequence[str]) -> None:
        """Remove the rows of these names that are in one of these states."""

    def shift(self, library: Library, milliseconds: int, state: str) -> None:
        """Move the due time of everything in this state by so much."""

    def bring_near(self, library: Library, queue: str, latest: int) -> None:
        """Nothing in this queue is due after ``latest``, in milliseconds since the epoch."""


class Heartbeats(Protocol):
    """One row per executor, in a database that all of them share."""

    def beat(self, executor_id: str, at: float) -> None:
        """Write that this executor lives, at ``at`` (seconds since the epoch)."""

    def beats(self) -> dict[str, float]:
        """The newest beat of every executor."""

    def forget(self, executor_id: str) -> None:
        """Remove the row of an executor that is gone."""

"""A job: one effect of one log entry, as the versioned JSON that waits in the executor's rows."""

from collections.abc import Sequence
from hashlib import sha256
from typing import assert_never

import msgspec

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
from stormjib.core.log import EffectFailed, Entry
from stormjib.ports import Lane

VERSION = 1
AT_ONCE = Page | RunCommand
"""What begins in the writer's own call: a page, or a command that somebody approved. Messages wait for pages that are leaving."""


_ORDER = (Lane.PAGE, Lane.NOTIFY, Lane.RUN, Lane.PROBE, Lane.TIMER)


class Job(msgspec.Struct, frozen=True):
    """What has to be done, and which try it is. ``v`` is the version of this form."""

    v: int
    incident: str
    seq: int
    effect: AnyEffect
    attempt: int = 1
    waits: int = 0
    """How often it had to wait for a log that could not be read."""
    generation: str = ""
    """Of the entry, so that no other log and no other past of this one ever uses the same key."""

    @property
    def effect_id(self) -> str:
        """The same for every try, and unique in this log: the cause of the result's entry."""
        return f"{self.incident}/{self.seq}/{self.effect.key}"

    @property
    def key(self) -> str:
        """The same for every try, and unique among all logs: the idempotency key at the other side."""
        return f"{self.effect_id}#{self.generation}" if self.generation else self.effect_id

    @property
    def execution_id(self) -> str:
        """Of this very try, for the executor, which starts an id only once."""
        tries = f"~{self.attempt}" if self.attempt > 1 else ""
        return f"{self.key}{tries}" + (f"@{self.waits}" if self.waits else "")

    @property
    def lane(self) -> Lane:
        """Where it runs."""
        return lane_of(self.effect)

    @property
    def is_first(self) -> bool:
        """Whether nothing has held it up so far."""
        return self.attempt == 1 and not self.waits

    def again(self) -> "Job":
        """The next try."""
        return msgspec.structs.replace(self, attempt=self.attempt + 1, waits=0)

    def later(self) -> "Job":
        """The same try, after a wait for its turn."""
        return msgspec.structs.replace(self, waits=self.waits + 1)


def of(entry: Entry, effects: Sequence[AnyEffect], generation: str) -> list[Job]:
    """The first tries of effects that an entry asks for, in the order in which they begin."""
    found = [Job(VERSION, entry.incident, entry.seq, effect, generation=generation) for effect in effects]
    return sorted(found, key=turn)


def turn(job: Job) -> int:
    """What goes first: pages, then what else people wait for."""
    return _ORDER.index(job.lane)


class Sender(msgspec.Struct):
    """As much of a job as can be read from a payload whose effect this version does not know."""

    incident: str
    seq: int


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Job)
_sender = msgspec.json.Decoder(Sender)


def encode(job: Job) -> str:
    """The job as JSON."""
    return _encoder.encode(job).decode()


def decode(payload: str) -> Job:
    """The job; raises ``msgspec.ValidationError`` for a form or an effect that this version does not know."""
    job = _decoder.decode(payload)
    if job.v != VERSION:
        message = f"the payload has version {job.v}, this program knows {VERSION}"
        raise msgspec.ValidationError(message)
    return job


def unreadable(payload: str, error: msgspec.DecodeError, by: str) -> tuple[str, EffectFailed, str] | None:
    """What is written where ``decode`` fails: into which incident, what, and its cause; None where even that is not known."""
    try:
        sender = _sender.decode(payload)
    except msgspec.DecodeError:
        return None
    reason = f"An effect of entry {sender.seq} was written by another version of stormjib and was not done: {error}."
    cause = f"{sender.incident}/{sender.seq}/unreadable/{sha256(payload.encode()).hexdigest()[:16]}"
    return sender.incident, EffectFailed("unknown", by, reason, permanent=True, attempt=1), cause


def lane_of(effect: AnyEffect) -> Lane:
    """Pages have a lane of their own, for nothing may hold them up."""
    match effect:
        case Page():
            return Lane.PAGE
        case OpenChannel() | Post() | SendMessage() | DraftPostmortem() | AnswerSource():
            return Lane.NOTIFY
        case CheckUsers() | Collect() | Measure() | ReviewMetrics() | ReadLogs():
            return Lane.PROBE
        case RunCommand():
            return Lane.RUN
        case WakeAt():
            return Lane.TIMER
        case _:
            assert_never(effect)

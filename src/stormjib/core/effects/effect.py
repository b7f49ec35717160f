"""The effects as data: what the world must be told or asked."""

from typing import Literal

import msgspec

from stormjib.core.risk import Risk


class Effect(msgspec.Struct, frozen=True, tag=True, tag_field="effect", omit_defaults=True):
    """Something to be done outside. ``key`` is unique among the effects of one entry and the same on every replay."""

    key: str


class OpenChannel(Effect, frozen=True):
    """Open a channel of this name, with a message in it that says how things stand."""

    name: str
    topic: str
    purpose: str = ""
    summary: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """What people open from it: a name and an address each."""
    at: float = 0.0
    """When it was asked for. So everywhere."""


class Post(Effect, frozen=True):
    """Tell a place in the chat what happened there since the last post, up to the entry ``until``: one at a time, so that their order is kept."""

    place: str
    channel: str
    """By the chat's own reference; "" is the channel of the site that is called so."""
    name: str
    """With # before it."""
    text: str
    until: int
    url: str
    at: float
    people: tuple[str, ...] = ()
    """Who is to be in the channel."""
    summary: tuple[str, str] = ("", "")
    """The message that says how things stand, and how they stand at the end."""
    archives: bool = False
    """Nothing follows, and the channel is put away."""


class Page(Effect, frozen=True):
    """Wake somebody. The key is the deduplication key at the other side."""

    who: str
    rung: int
    title: str
    severity: str
    url: str
    sums_up: bool = False
    """It stands for the pages to ``who`` that a storm held back."""
    more: int = 0
    """How many other incidents it tells of; known only when it is sent."""
    about: str = ""
    """The incident of its title where that is another one; known only when it is sent."""
    service: str = ""
    called: str = ""
    """The severity in the runbook's own words."""
    by_hand: bool = False
    """A person asked for it, so it is owed whoever has the incident."""
    method: str = ""
    """The contact method of ``who``; "" is the site's own way. So everywhere."""
    then: tuple[str, ...] = ()
    """Their methods that get it in its place where this one does not take it, in this order."""
    asked: int = 0
    """The entry that asked for it; 0 in rows of older versions."""
    asked_at: float = 0.0
    further: bool = False
    """It follows one that was let through before: the person is paged for this already."""


class PageUpdate(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has become of a page, for the receiver that took it; ``key`` is the page's own, ``at`` seconds since the epoch."""

    key: str
    status: Literal["acknowledged", "resolved"]
    by: str
    at: float
    title: str
    severity: str
    service: str
    url: str


class SendMessage(Effect, frozen=True):
    """Tell a channel or a person; losing it is bad, not fatal."""

    audience: str
    text: str
    update: PageUpdate | None = None
    """Where the receiver is told, so that its own incident follows this one."""
    method: str = ""
    """The contact method of whom it is for that is told; "": the person's own, else the site's own way."""
    urgent: bool = False
    """It does not wait for the end of quiet hours, as a page would not."""


class Collect(Effect, frozen=True):
    """Run a proven read and store what it says. Running it twice is harmless."""

    command_id: str
    line: int
    text: str
    run_as: str
    target: str
    timeout_seconds: float
    before_run: str = ""
    secrets: tuple[str, ...] = ()
    expect: str = ""
    place: str = ""
    """Where it runs, such as ``ssh:ops@web-1``; "" is this machine. So everywhere here."""


class ReviewMetrics(Effect, frozen=True):
    """Look at the metrics around ``detected_at`` (seconds since the epoch) and judge each against its baseline."""

    line: int
    detected_at: float
    timeout_seconds: float


class ReadLogs(Effect, frozen=True):
    """Group the lines of the log that this command reads, and say what is new since ``detected_at``; running it twice is harmless."""

    command_id: str
    line: int
    text: str
    target: str
    detected_at: float
    timeout_seconds: float
    secrets: tuple[str, ...] = ()
    place: str = ""


class RunCommand(Effect, frozen=True):
    """Run an approved command, guarded: claimed before, never started twice."""

    run_id: str
    command_id: str
    text: str
    risk: Risk
    target: str
    timeout_seconds: float
    secrets: tuple[str, ...] = ()
    place: str = ""


class Measure(Effect, frozen=True):
    """Measure one verification task of the runbook against the target."""

    task_id: str
    line: int
    name: str


class CheckUsers(Effect, frozen=True):
    """Check whether the users of a service are well; ``asked`` is the entry of the alert that waits for it, 0 for none."""

    service: str
    asked: int = 0
    timeout_seconds: float = 5.0


class WakeAt(Effect, frozen=True):
    """Write ``TimerDue(timer)`` at this time (seconds since the epoch)."""

    timer: str
    at: float
    by_clock: bool = False
    """The time is one of the wall clock that a person named, and none that counts from the entry."""


class AnswerSource(Effect, frozen=True):
    """Tell where an alert comes from that somebody has its incident, or that it is over; telling it twice is harmless."""

    source: str
    fingerprint: str
    name: str
    labels: dict[str, str]
    status: Literal["acknowledged", "resolved"]
    by: str
    url: str
    reference: str = ""
    """What the source called the acknowledgement."""


class DraftPostmortem(Effect, frozen=True):
    """Fill the runbook's post-mortem template from the log."""


AnyEffect = (
    OpenChannel
    | Post
    | Page
    | SendMessage
    | Collect
    | ReviewMetrics
    | ReadLogs
    | RunCommand
    | Measure
    | CheckUsers
    | WakeAt
    | AnswerSource
    | DraftPostmortem
)

"""Recovery, closure, post-mortem."""

from stormjib.core.log.ends import Ended, Linked
from stormjib.core.log.fact import Fact
from stormjib.core.severity import Severity


class VerificationStarted(Fact, frozen=True):
    """Somebody wants the recovery measured now."""

    who: str


class Verified(Fact, frozen=True):
    """A verification task was measured. ``ok`` False keeps the incident open.

    ``measured`` False: there was nothing to measure it by, and a person has to say whether it holds.
    """

    task_id: str
    line: int
    name: str
    ok: bool
    detail: str
    output_sha256: str = ""
    measured: bool = True
    by: tuple[str, ...] = ()
    """What kinds of checks it rests on: ``user flow``, ``catalogue's word`` on what it proves, ``health check`` and others."""


class ProofOverruled(Fact, frozen=True):
    """A person answers for a proof of the recovery that is missing or failed: it counts, and was not measured."""

    proof_id: str
    line: int
    text: str
    who: str
    reason: str


class Resolved(Fact, frozen=True):
    """The service is back; the post-incident clocks start."""

    who: str
    reason: str = ""
    proof: str = ""
    """What the recovery rests on: measurements, somebody's word, or nothing."""


class Reopened(Fact, frozen=True):
    """It was not over."""

    who: str
    reason: str


class Closed(Fact, frozen=True):
    """Every exit criterion holds; ``proof`` is what the recovery rests on, in words."""

    who: str
    proof: str = ""


class PostmortemDrafted(Fact, frozen=True):
    """The runbook's template was filled from the log; ``fields_left`` wait for people."""

    document_sha256: str
    fields_left: tuple[str, ...]


class ActionItemAdded(Fact, frozen=True):
    """Something to do so that it does not happen again. ``due`` is YYYY-MM-DD."""

    text: str
    owner: str
    due: str
    reviews: str = ""
    """The run whose review it is, which break-glass asks for by itself; it says nothing of what people have written down."""


class ActionItemDone(Fact, frozen=True):
    """The incident's action item of this number, from 1, is done."""

    number: int
    note: str = ""


class PostmortemWritten(Fact, frozen=True):
    """What a person wrote into a field or a section of the post-mortem; the newest text counts, an empty one takes it back."""

    field: str
    text: str


class Exported(Fact, frozen=True):
    """The entries before this one stand in a file, and here no longer: this is what stays known of a closed incident.

    Times are seconds since the epoch, UTC, 0 where it never came to that.
    """

    file: str
    """Its name in the directory of exports."""
    file_sha256: str
    entries: int
    """How many entries there were before this one."""
    head: str
    """The hash of the last of them, in hex: what the file's own chain has to end with."""
    title: str
    severity: Severity
    worst: Severity
    service: str
    runbook_sha256: str
    detected_at: float
    declared_at: float
    acknowledged_at: float
    resolved_at: float
    closed_at: float
    alerts_total: int
    end: Ended | None = None
    linked: tuple[Linked, ...] = ()
    """The other incidents that it is tied to."""
    """How it ended without a recovery; None where it was resolved and closed."""


Recovery = (
    VerificationStarted
    | Verified
    | ProofOverruled
    | Resolved
    | Reopened
    | Closed
    | Exported
    | PostmortemDrafted
    | ActionItemAdded
    | ActionItemDone
    | PostmortemWritten
)

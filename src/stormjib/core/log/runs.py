"""A command above ``read``, from the wish to its outcome."""

from stormjib.core.log.fact import Fact
from stormjib.core.place import on
from stormjib.core.risk import Risk


class RunProposed(Fact, frozen=True):
    """A command above ``read`` is wanted. An approval binds everything that stands here."""

    run_id: str
    command_id: str
    line: int
    text: str
    fingerprint: str
    runbook_sha256: str
    risk: Risk
    target: str
    approvals_needed: int
    expires_at: float
    timeout_seconds: float
    reason: str = ""
    approved_at_once: bool = False
    """Whoever asked approves it in the same commit, so nobody is told that it waits."""
    place: str = ""
    """Where it runs, such as ``ssh:ops@web-1``; "" is this machine."""
    on_call: tuple[str, ...] = ()
    """Who is told; in logs of old, which do not say it, the responders. So everywhere here."""

    @property
    def on(self) -> str:
        """What it acts on, and where."""
        return on(self.target, self.place)


class RunApproved(Fact, frozen=True):
    """One person said yes; ``who`` is never the one who asked where the risk is ``destroy``."""

    run_id: str
    who: str
    reason: str = ""


class RunForced(Fact, frozen=True):
    """Break-glass: one person alone runs what needs two, and answers for it with a reason."""

    run_id: str
    who: str
    reason: str
    on_call: tuple[str, ...] = ()


class RunRefused(Fact, frozen=True):
    """One person said no, which ends it."""

    run_id: str
    who: str
    reason: str = ""


class RunExpired(Fact, frozen=True):
    """It can't start any more: nobody said yes in time, or what ``reason`` says."""

    run_id: str
    reason: str = ""


class RunReleased(Fact, frozen=True):
    """Approved, and what the command would wipe out is stored (or could not be had in time): it may start now."""

    run_id: str
    snapshots: int = 0
    missing: int = 0
    failed: int = 0
    """Of those stored so many are of a command that failed, so what it should have kept may not be there."""


class RunStarted(Fact, frozen=True):
    """The claim: committed before the command starts, so that a second start is seen."""

    run_id: str


class RunFinished(Fact, frozen=True):
    """The command ended. ``ok`` says whether it did what it was for, which an exit code alone may not tell."""

    run_id: str
    command_id: str
    ok: bool
    exit_code: int | None
    seconds: float
    output_sha256: str
    output_bytes: int
    excerpt: str
    conclusion: str = ""
    timed_out: bool = False
    truncated: bool = False
    blanked: tuple[str, ...] = ()


class OutcomeUnknown(Fact, frozen=True):
    """The command was started and nobody knows whether it took effect. It is never run again by itself."""

    run_id: str
    command_id: str
    reason: str = ""
    """Why, as a sentence, where more is known than that this program was ended."""


class OutcomeSettled(Fact, frozen=True):
    """A person looked and says what became of it."""

    run_id: str
    took_effect: bool
    who: str
    note: str


class ValueGiven(Fact, frozen=True):
    """What a command of the runbook lacks has a value from now on: every ``name`` of the incident, in runs that are asked for later."""

    name: str
    value: str
    who: str
    source: str = ""
    """Where the proposal came from that was taken; "" where a person knew it."""


Runs = (
    RunProposed
    | RunApproved
    | RunForced
    | RunRefused
    | RunExpired
    | RunReleased
    | RunStarted
    | RunFinished
    | OutcomeUnknown
    | OutcomeSettled
    | ValueGiven
)

"""Evidence: what was checked, what it found, and what to look at first."""

from stormjib.core.log.fact import Fact
from stormjib.core.observation import Level, LogPattern, Measured, Metric, State, Suspect
from stormjib.core.place import on
from stormjib.core.severity import Severity


class EvidenceCollected(Fact, frozen=True):
    """What a read-only command printed. ``finding`` is one plain sentence; "" where there are no findings."""

    command_id: str
    line: int
    text: str
    target: str
    ok: bool
    exit_code: int | None
    seconds: float
    output_sha256: str
    output_bytes: int
    excerpt: str
    finding: str = ""
    source: str = ""
    """The reader that understood it, such as ``redis info``; "" for none."""
    weight: Level = "fine"
    facts: tuple[Measured | State, ...] = ()
    """What the reader read out of it, the first of many."""
    ran_as: str = ""
    """The bounded form, where the written command never ends or asks a database."""
    before_run: str = ""
    """The run before which this was stored, because that run would wipe it out."""
    timed_out: bool = False
    truncated: bool = False
    blanked: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()
    """The exit codes of a pipeline's parts, where they are known: which of them failed."""
    place: str = ""
    """Where it ran, such as ``ssh:ops@web-1``; "" is this machine."""

    @property
    def on(self) -> str:
        """What it acts on, and where."""
        return on(self.target, self.place)

    @property
    def verdict(self) -> str:
        """``ok``, ``note``, ``needs attention``, ``problem`` by a reader; else ``ran``, ``failed``, ``stopped``."""
        if not self.source:
            return "stopped" if self.timed_out else "ran" if self.ok else "failed"
        return {"fine": "ok", "note": "note", "warn": "needs attention", "bad": "problem"}[self.weight]


class CollectRequested(Fact, frozen=True):
    """Somebody wants a read of the runbook run (again)."""

    command_id: str
    line: int = 0
    text: str = ""


class MetricsReviewed(Fact, frozen=True):
    """The metrics were looked at, each against its baseline. ``problems`` are what could not be asked, in words."""

    source: str
    metrics: tuple[Metric, ...]
    seconds: float
    line: int = 0
    sentence: str = ""
    problems: tuple[str, ...] = ()
    output_sha256: str = ""
    """The whole series as JSON."""


class LogsRead(Fact, frozen=True):
    """Log lines were grouped into patterns. ``component`` wrote them; ``errors`` are lines of level error and worse."""

    source: str
    component: str
    line: int
    lines: int
    errors: int
    patterns: tuple[LogPattern, ...]
    seconds: float
    sentence: str = ""
    weight: Level = "fine"
    facts: tuple[Measured | State, ...] = ()
    """What an access log says about routes and upstreams."""
    problems: tuple[str, ...] = ()
    output_sha256: str = ""
    """The whole report as JSON."""


class SuspectsRanked(Fact, frozen=True):
    """What to look at first. ``clear`` is False where no suspect stands out; ``seconds`` are since the declaration.

    ``proposed`` is the severity that the measured ``impact`` would be; a person decides.
    """

    suspects: tuple[Suspect, ...]
    clear: bool
    sentence: str
    seconds: float
    proposed: Severity | None = None
    impact: str = ""
    missing: tuple[str, ...] = ()
    """What had not answered by then."""


Evidence = EvidenceCollected | CollectRequested | MetricsReviewed | LogsRead | SuspectsRanked

"""The shape of what people see of an incident: the same for the page, the API and the command line."""

import msgspec

from stormjib.core.closure import Criterion
from stormjib.core.incident import Episode
from stormjib.core.log import ChangeReported, LogsRead, MetricsReviewed, SuspectsRanked
from stormjib.core.report import Draft, Report
from stormjib.core.roles import RoleView
from stormjib.core.values import Wanted
from stormjib.core.vendors import Support


class Box(msgspec.Struct, frozen=True):
    """A checklist item or task with its state. Times are seconds since the epoch."""

    id: str
    line: int
    text: str
    done: bool
    proof_seq: int
    who: str
    note: str
    due_at: float | None
    overdue: bool
    acknowledges: bool = False
    """To check it off is to acknowledge the incident."""
    forbids: bool = False
    """It says what must not be done: there is nothing to check off."""
    after: bool = False
    """It belongs to the time after the incident, and can be checked off when that is closed, too."""
    lacks: str = ""
    """Which system that would do and prove it is not connected; "" where none is lacking."""


class Look(msgspec.Struct, frozen=True):
    """A piece of evidence."""

    seq: int
    at: float
    command_id: str
    line: int
    text: str
    target: str
    ok: bool
    finding: str
    exit_code: int | None
    seconds: float
    output_sha256: str
    output_bytes: int
    excerpt: str
    ran_as: str
    before_run: str
    timed_out: bool
    truncated: bool
    source: str = ""
    weight: str = "fine"
    verdict: str = ""
    """What the output means where it was understood, else only how the command ended."""
    before: str = ""
    """The first run that has ended since, so that it may not be so any more."""

    @property
    def is_bad(self) -> bool:
        """It comes first, and is red."""
        return self.verdict in {"failed", "problem"}

    @property
    def needs_attention(self) -> bool:
        """It is counted above the others."""
        return self.is_bad or self.verdict == "needs attention"


class MetricsView(msgspec.Struct, frozen=True):
    """The newest review of the metrics, with its entry."""

    seq: int
    at: float
    review: MetricsReviewed


class LogsView(msgspec.Struct, frozen=True):
    """The patterns of one log, with their entry."""

    seq: int
    at: float
    read: LogsRead


class SuspectsView(msgspec.Struct, frozen=True):
    """The newest ranking of suspects, with its entry."""

    seq: int
    at: float
    ranking: SuspectsRanked
    before: str = ""
    """The first run that has ended since."""


class ChangeView(msgspec.Struct, frozen=True):
    """Something that somebody said was changed, such as a deployment; ``at``: when they did, in seconds since the epoch."""

    seq: int
    at: float
    change: ChangeReported


class RunView(msgspec.Struct, frozen=True):
    """A wish to run a command and what became of it. ``snapshots`` is what is stored before it starts."""

    run_id: str
    command_id: str
    line: int
    text: str
    risk: str
    target: str
    state: str
    asked_by: str
    asked_at: float
    reason: str
    approvals: dict[str, str]
    approvals_needed: int
    second_person: bool
    expires_at: float
    snapshots: tuple[str, ...]
    runbook_sha256: str
    fingerprint: str
    ok: bool | None
    conclusion: str
    excerpt: str
    output_sha256: str
    seconds: float | None
    forced_by: str = ""
    """Who ran it alone by break-glass, and why; "" where nobody did."""
    label: str = ""
    """What the runbook says of the command: its comment, with its warning."""
    ended_at: float | None = None


class Option(msgspec.Struct, frozen=True):
    """A command that may be chosen. ``key`` groups alternatives ("either") and sequences ("in order") of one label."""

    command_id: str
    line: int
    label: str
    text: str
    runs_as: str
    risk: str
    why: str
    target: str
    unattended: bool
    approvals_needed: int
    second_person: bool
    alternative: str
    sequence: str
    condition: str
    endless: bool
    secrets: tuple[str, ...]
    last_seq: int
    last_ok: bool | None
    """How the command itself ended; what it found is ``last``."""
    checked: str = ""
    """What the runbook's check knows of a read, in words: ``worked 6 h ago``, ``failing since …``, ``never ran``."""
    works: bool | None = None
    """What ``checked`` says, None where nobody knows."""
    fits: str = ""
    """The suspect that it acts on, and what is said of it; "" where none."""
    last: str = ""
    """What came of it last: the verdict on what a check found, or ``done`` and ``failed`` of a run."""
    last_before: str = ""
    """The first run that has ended since, so that it may not be so any more."""
    needs: tuple[str, ...] = ()
    """The values that it lacks, such as ``$NS`` and ``<host>``; until they are given it is refused, whoever asks."""
    advice: str = ""
    """How to give what it needs, or why a value that was given can't be used there."""
    values: tuple[str, ...] = ()
    """The names, among the incident's ``values``, of what it lacks as the runbook has it."""
    misplaced: str = ""
    """Why it is not run where the runbook has it run, whoever asks; "" where it may be."""
    fingerprint: str = ""
    """By what whoever asks for it tells that it is still the one that they saw."""
    by_itself: bool = False
    """Whether it runs at the declaration, asked by nobody; a read elsewhere only needs no approval."""


class Group(msgspec.Struct, frozen=True):
    """A leaf heading of a step with its options and the tasks that only people can do."""

    title: str
    options: tuple[Option, ...]
    tasks: tuple[Box, ...]


class StepView(msgspec.Struct, frozen=True):
    """A step of the runbook, its mode and its groups; the first group has no title when the step has no leaf headings."""

    id: str
    number: int | None
    title: str
    line: int
    mode: str
    phase: int
    groups: tuple[Group, ...]


class PhaseView(msgspec.Struct, frozen=True):
    """A phase with its window in minutes since detection; windows overlap, so several may be current."""

    title: str
    line: int
    window_minutes: tuple[float, float] | None
    ongoing: bool
    mode: str
    current: bool


class PagedView(msgspec.Struct, frozen=True):
    """Somebody whom a page was asked for: at which level of the escalation, and by what, "" where they are named."""

    level: str
    who: str
    how: str
    at: float
    delivered: bool
    outcome: str = "delivered"
    """The same in words, such as ``not delivered``."""


class IncidentView(msgspec.Struct, frozen=True):
    """Everything about one incident but its log. ``next_step`` is the one next thing, in words."""

    id: str
    title: str
    severity: str
    called: str
    """The severity in the runbook's own words."""
    service: str
    status: str
    seq: int
    now: float
    detected_at: float
    declared_at: float | None
    acknowledged_at: float | None
    acknowledged_by: str
    acknowledge_due_at: float | None
    resolved_at: float | None
    closed_at: float | None
    channel: str
    """"" where no chat is connected."""
    channel_url: str
    """Where it is opened in the chat."""
    paged: tuple[str, ...]
    firing: tuple[str, ...]
    clearable: tuple[tuple[str, str], ...]
    """What a person may say is over: how the form names it, and in words."""
    alerts_total: int
    next_step: str
    next_action: str
    next_update_at: float | None
    phases: tuple[PhaseView, ...]
    checklist_title: str
    checklist: tuple[Box, ...]
    evidence: tuple[Look, ...]
    metrics: MetricsView | None
    logs: tuple[LogsView, ...]
    suspects: SuspectsView | None
    runs: tuple[RunView, ...]
    steps: tuple[StepView, ...]
    resolution: tuple[Criterion, ...]
    closure: tuple[Criterion, ...]
    debts: tuple[str, ...]
    posts: tuple[tuple[float, str, str, str, str], ...]
    """When, the stage, the audience, the text, and what keeps it from people ("" once it is delivered)."""
    failures: int
    action_items: tuple[tuple[str, str, str], ...]
    postmortem_sha256: str
    runbook_sha256: str
    runbook_title: str
    paging: tuple[PagedView, ...] = ()
    """In the order of the pages."""
    next_page_at: float | None = None
    """When the next level is paged, unless somebody acknowledges."""
    raised_by: str = ""
    """The alert that made it as bad as it is, and what it says."""
    offers: tuple[str, ...] = ()
    """What may be done now, by the names of the table of actions."""
    links: tuple[tuple[str, str], ...] = ()
    """How it is tied to which other incidents, such as ("duplicate of", "INC-7")."""
    episodes: tuple[Episode, ...] = ()
    """From the detection, and from each reopening, to the end; where it was never reopened there is one."""
    changes: tuple[ChangeView, ...] = ()
    """What was changed before and since, the newest first."""
    see_also: tuple[tuple[str, str], ...] = ()
    """Where the senders of its alerts have more to see: what it is called, and the address."""
    last_update: str = ""
    """What customers are still to be told at the end, to be changed and posted; "" where nothing is owed to them."""
    action_items_done: tuple[int, ...] = ()
    """The numbers, from 1, of the action items that are done."""
    values: tuple[Wanted, ...] = ()
    """What the runbook's commands lack as it is written, who gave it, and what it may be."""
    roles: tuple[RoleView, ...] = ()
    report: Report = Report((), (), ())
    draft: Draft = Draft("", "")
    support: tuple[Support, ...] = ()
    stopped: str = ""
    """Why no alert is taken now, so that nobody takes silence for a good sign."""
    clock_problem: str = ""
    """That times here may be off, for the machine's clock stepped."""
    alarm: str = ""
    """A page or a message that has not arrived, a sentence each: louder than everything else."""

"""The parts of a runbook: Phase > Step > Task | Command | Checklist | Template | Contact."""

import msgspec

from stormjib.core.kinds import Clock, Demand, Kind, Mode
from stormjib.core.place import on
from stormjib.core.risk import Risk
from stormjib.core.severity import canonical

NO_PHASE = -1
"""The value of ``Step.phase`` for a step that stands outside every phase, such as a quick reference."""


class Command(msgspec.Struct, frozen=True):
    """One command of a fence, with what was found out about it without running it.

    ``line`` counts from 1 and is where the command starts. ``risk`` is the worse of what was computed and what the
    fence's attributes ask for. ``bounded`` is the form that runs in its place, if there is one: it ends, or its session with a database only reads.
    ``alternative`` and ``sequence`` are keys: commands of one step and group with the same ``alternative`` are one
    choice each, those with the same ``sequence`` are done in the order of their lines.
    """

    id: str
    line: int
    text: str
    label: str
    risk: Risk
    endless: bool = False
    bounded: str | None = None
    secrets: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    target: str = ""
    """What it acts on, as far as that can be told."""
    place: str = ""
    """Where it runs, such as ``ssh:ops@web-1``: what the runbook says, and for an incident what holds for its service. "" is this machine."""
    misplaced: str = ""
    """Why it must not run there, as a sentence."""
    reason: str = ""
    fingerprint: str = ""
    step: str = ""
    group: str = ""
    timeout_seconds: float | None = None
    approvals: int | None = None
    expect: str | None = None
    verify: str | None = None
    undo: str | None = None
    opens_editor: bool = False
    alternative: str = ""
    sequence: str = ""
    condition: str = ""
    free: bool = False
    """It stands in a list without numbers or in a sentence, so that it waits for no other command of its step."""
    programs: tuple[str, ...] = ()
    follows_log: bool = False
    """It watches a log as it grows, which is for a person's eyes; what the log holds is read otherwise."""
    assigns: str = ""
    """The variable that later commands of its block get its output as; "" where it is for people only."""
    maintenance: bool | None = None
    """True or False where it switches maintenance mode on or off, None for any other command."""
    temporary: str = ""
    """What the runbook calls the temporary measure that it takes, "" where it takes none; maintenance mode is apart."""
    undone_by: str = ""
    """The id of the command that takes a temporary measure back; "" where the runbook has none."""

    @property
    def on(self) -> str:
        """What it acts on, and where."""
        return on(self.target, self.place)

    @property
    def seen(self) -> str:
        """By what somebody who saw it tells it from another one: its fingerprint, and what it acts on."""
        return f"{self.fingerprint} {self.on}".strip()


class Task(msgspec.Struct, frozen=True):
    """Something that a person does. ``severities`` empty means all; ``deadline_minutes`` counts from the phase's start."""

    id: str
    line: int
    label: str
    text: str
    deadline_minutes: float | None = None
    cadence_minutes: tuple[float, float] | None = None
    severities: tuple[str, ...] = ()
    condition: str = ""
    step: str = ""
    group: str = ""
    duty: str = ""
    """What kind of fact proves it, such as ``acknowledge``, or ``channel/slack``; "" when only a person can say."""
    proved_by: str = ""
    """What measures it in a step that verifies: ``functional``, ``latency``, ``errors``, or "" when only a person can tell."""
    hold_minutes: float | None = None
    """For how long what proves it has to hold; None where one measurement is enough."""
    metrics: tuple[str, ...] = ()
    """What it asks for in a step about metrics: ``latency``, ``errors``, ``4xx``, ``5xx``, ``throughput``, ``cpu``, ``memory``, ``disk``, ``other``."""

    demand: Demand = Demand.REQUIRED
    levels: tuple[str, ...] = ()
    """The ``severities`` as P0 … P4."""

    def holds(self, severity: str) -> bool:
        """Whether it is for an incident of this severity, P0 … P4."""
        return not self.severities or severity in (self.levels or map(canonical, self.severities))


class Item(msgspec.Struct, frozen=True):
    """One box of a checklist. ``same_as`` is the id of the task that is the same thing: ticking one ticks the other."""

    id: str
    line: int
    text: str
    deadline_minutes: float | None = None
    cadence_minutes: tuple[float, float] | None = None
    same_as: str = ""
    duty: str = ""
    """As of a task."""
    demand: Demand = Demand.REQUIRED


class Checklist(msgspec.Struct, frozen=True):
    """The boxes that an incident of ``severity`` has to tick; ``severity`` is empty when it holds for every one.

    ``level`` is the severity as P0 … P4.
    """

    severity: str
    title: str
    line: int
    items: tuple[Item, ...] = ()
    level: str = ""


class Step(msgspec.Struct, frozen=True):
    """A heading with something to do. ``phase`` is an index into ``Runbook.phases`` or ``NO_PHASE``."""

    id: str
    number: int | None
    title: str
    line: int
    phase: int
    mode: Mode
    groups: tuple[str, ...] = ()
    command_ids: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    verifies: bool = False
    """It proves the recovery."""
    closes: bool = False
    reviews_metrics: bool = False
    kind: Kind = Kind.RESPOND


class Phase(msgspec.Struct, frozen=True):
    """A stretch of the incident. ``window_minutes`` is (from, until), None when it is ongoing or not given."""

    title: str
    line: int
    window_minutes: tuple[float, float] | None
    ongoing: bool
    mode: Mode
    clock: Clock = Clock.INCIDENT
    kind: Kind = Kind.RESPOND


class Severity(msgspec.Struct, frozen=True):
    """A level that the runbook defines, in its own words.

    ``level`` is P0 … P4 by its rank among the runbook's levels. The minutes are those that the runbook gives to it: until
    somebody acknowledges, and between two updates; None where it gives none.
    """

    name: str
    text: str
    line: int
    level: str = ""
    acknowledge_minutes: float | None = None
    update_minutes: float | None = None


class Template(msgspec.Struct, frozen=True):
    """A text to fill in. ``fields`` are the placeholders as they stand in ``text``, each once, in order.

    ``kind`` is "status", "postmortem" or "other"; ``stage`` is what a status text is for, such as "Investigating".
    """

    id: str
    title: str
    line: int
    text: str
    fields: tuple[str, ...] = ()
    kind: str = "other"
    stage: str = ""


class Contact(msgspec.Struct, frozen=True):
    """An entry of the directory; ``kind`` is "person", "channel" or "vendor". Not ``filled``: nobody can be reached by it."""

    group: str
    name: str
    value: str
    line: int
    filled: bool
    kind: str = "person"
    place: str = ""
    """What a channel is for: incidents, engineering, leadership or support; "" where its name does not say."""
    after_minutes: float | None = None
    """When somebody is reached after the first page, where it says so."""


class Finding(msgspec.Struct, frozen=True):
    """What is wrong at a line and what to do about it. ``code`` is a stable word."""

    code: str
    line: int
    message: str


class Prose(msgspec.Struct, frozen=True):
    """Text that asks for nothing, shown where it stands; ``end_line`` is included."""

    line: int
    end_line: int
    text: str


class Coverage(msgspec.Struct, frozen=True):
    """How much of the file was understood, in lines that are not blank: lines = bound + prose + len(unexplained)."""

    lines: int = 0
    bound: int = 0
    prose: int = 0
    unexplained: tuple[int, ...] = ()

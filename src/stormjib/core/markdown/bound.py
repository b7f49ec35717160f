"""What a walk over a runbook's blocks has bound so far, and what it asks about the place where it is."""

import msgspec

from stormjib.core.kinds import Demand, Mode
from stormjib.core.markdown import checklists, directory, fences, inline, level_names, levels, tables
from stormjib.core.markdown.around import Around, forbidden
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.markdown.coverage import Ledger
from stormjib.core.markdown.outline import Outline, Section
from stormjib.core.markdown.sense import ASKS, Leads, Sense, of_line
from stormjib.core.markdown.words import Words
from stormjib.core.runbook import NO_PHASE, Command, Contact, Finding, Item, Task, Template

COMMANDS_MAX = 2_000
_LABEL_CHARACTERS_MAX = 200


class Bound:
    """All that is found, each with the section that it stands in."""

    def __init__(
        self, found: tuple[Block, ...], shape: Outline, lines: list[str], words: Words, immediately_minutes: float
    ) -> None:
        """Start with nothing bound but the title and the comments that carry attributes."""
        self.blocks, self.shape, self.words = found, shape, words
        self.levels = levels.read(found, shape, words, immediately_minutes)
        self.reading = checklists.Reading(words, self.levels.names, immediately_minutes)
        self.leads = Leads(found, words)
        self.around = Around(found, shape, words)
        self.ledger = Ledger(lines)
        self.findings: list[Finding] = [*self.levels.differs]
        self.commands: list[tuple[int, str, Command]] = []
        self.tasks: list[tuple[int, Task]] = []
        self.items: dict[int, list[Item]] = {}
        self.templates: list[Template] = []
        self.contacts: list[Contact] = []
        self.at, self.shell_bytes, self.reminder, self.reminder_line = 0, 0, "", 0
        self.used: set[int] = {0}
        self.windowed = shape.windowed

    @property
    def section(self) -> Section:
        """Where the walk is."""
        return self.shape.sections[self.at]

    def _sense(self, position: int, text: str) -> Sense:
        path = (self.shape.sections[at] for at in self.section.path[1 + self.shape.has_title :])
        of_all = tuple(section for section in path if not level_names.severities(section.title, self.levels.names))
        return of_line(text, self.leads.of(position), of_all, self.words)

    def _spoken(self, position: int, block: Block, text: str, sense: Sense, row: tables.Row | None = None) -> bool:
        """Take the commands that stand in a sentence; those that it forbids are shown as forbidden, and what only informs gives none."""
        free = COMMANDS_MAX - len(self.commands)
        if not free or sense.demand is None or (sense.demand is Demand.FORBIDS and block.kind == "item"):
            return False
        found = inline.commands(text, self.words, kind=self.section.kind, typed_in=row.typed if row else frozenset())[:free]
        label, leads = (row.label if row else plain(text))[:_LABEL_CHARACTERS_MAX], self.leads.of(position)
        for spoken in found:
            line = block.line + text.count("\n", 0, spoken.offset)
            said = sense.demand if sense.demand is Demand.FORBIDS else self.around.of_code(position, text, spoken.offset, leads)
            if said is Demand.FORBIDS:
                self.tasks.append((self.at, forbidden(line, spoken.text, sense, self.tasks)))
                continue
            command = fences.command(spoken.text, line, plain(spoken.lead) or label, self.section.given, self.words)
            command = msgspec.structs.replace(command, free=self.section.mode is Mode.SEQUENCE and self.leads.is_free(position))
            texts = (text, *leads, self.around.before(position))
            self.commands.append((self.at, "", self.around.held(command, sense.condition, self.at, said, *texts)))
        if found:
            self.used.update({self.at, self.section.step})
        return bool(found)

    def _use(self, block: Block) -> None:
        self.used.add(self.at)
        self.ledger.bind(block.line, block.end_line)

    def _task(self, line: int, text: str, sense: Sense = ASKS) -> None:
        task = checklists.task(line, text, self.reading, sense)
        self.tasks.append((self.at, msgspec.structs.replace(task, severities=task.severities or self._named())))
        self.used.update({self.at, self.section.step})

    def _named(self) -> tuple[str, ...]:
        """The levels that a heading above is, or is for: "SEV1", "When it is critical"."""
        headings = ((self.shape.sections[at].title, at in self.levels.sections) for at in reversed(self.section.path))
        return next(filter(None, (level_names.of_heading(*heading, self.levels.names) for heading in headings)), ())

    def _numbered(self) -> bool:
        return self.shape.sections[self.section.step].number is not None

    def _asks(self) -> bool:
        """Whether the items here ask for something: in a step, and in a runbook without windows anywhere."""
        return not self.section.informs and (self.section.phase != NO_PHASE or self._numbered() or not self.windowed)

    def _is_directory(self) -> bool:
        of_level = level_names.named(self.section.title, self.levels.names)
        path = self.section.path[-1 - bool(of_level) :] if self.section.phase != NO_PHASE else self.section.path[1:]
        titles = (self.shape.sections[at].title for at in path if at > self.shape.has_title)
        return directory.is_directory(" / ".join(titles), self.words)

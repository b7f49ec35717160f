"""The walk over a runbook's blocks that binds each to what it means, and the rest to prose."""

import bisect
import itertools
import re
from collections.abc import Iterator

from stormjib.core.markdown import attributes, checklists, directory, fences, levels, templates
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.markdown.coverage import Ledger
from stormjib.core.markdown.outline import Outline, Section
from stormjib.core.runbook import NO_PHASE, Command, Contact, Finding, Item, Severity, Task, Template

COMMANDS_MAX = 2_000
SHELL_BYTES_MAX = 131_072
_LABEL_CHARACTERS_MAX = 200
_TEXT_CHARACTERS_MAX = 4_000
_SHELLS = ("bash", "sh", "shell", "zsh", "console")
_BY_HAND = (
    *("bash", "sh", "shell", "zsh"),
    *("sql", "psql", "mysql", "promql", "logql", "kql", "python", "py", "ruby", "perl", "javascript", "js", "go"),
    *("powershell", "ps1", "pwsh", "bat", "cmd", "http", "graphql", "redis", "lua", "groovy"),
)
_ABOUT_LEVELS = re.compile(r"severit|priorit|\blevels?\b", re.IGNORECASE)
_REMINDER = re.compile(r"\W{0,4}remember\b", re.IGNORECASE)


class Binding:
    """One pass in the order of the lines, then what needs the whole: ids, steps, the ties between tasks and items."""

    def __init__(self, found: tuple[Block, ...], shape: Outline, lines: list[str], immediately_minutes: float) -> None:
        """Start with nothing bound but the title and the comments that carry attributes."""
        self.blocks, self.shape, self.immediately_minutes = found, shape, immediately_minutes
        self.at = 0
        self.ledger = Ledger(lines)
        self.findings: list[Finding] = []
        self.severities: list[Severity] = []
        self.commands: list[tuple[int, str, Command]] = []
        self.tasks: list[tuple[int, Task]] = []
        self.items: dict[int, list[Item]] = {}
        self.templates: list[Template] = []
        self.contacts: list[Contact] = []
        self.reminder, self.reminder_line = "", 0
        self.used: set[int] = {0}
        self.levelled = set[int]()
        self.windowed = any(phase.window_minutes for phase in shape.phases)
        self.shell_bytes = 0

    @property
    def section(self) -> Section:
        """Where the walk is."""
        return self.shape.sections[self.at]

    def index_at(self, line: int) -> int:
        """The index of the section that a line stands in."""
        return max(bisect.bisect_right(self.shape.sections, line, lo=1, key=lambda section: section.line) - 1, 0)

    def walk(self) -> None:
        """Bind every block once."""
        self.levelled = set(self._level_lists())
        for position, block in enumerate(self.blocks):
            match block.kind:
                case "heading":
                    self.at += 1
                    self._heading(block)
                case "item":
                    self._item(position, block)
                case "fence":
                    self._fence(position, block)
                case "table":
                    self._table(block)
                case "front":
                    self.ledger.bind(block.line, block.end_line)
                case "html" if block.line in self.shape.markers:
                    self.ledger.bind(block.line, block.end_line)
                case _:
                    self._paragraph(block)

    def _heading(self, block: Block) -> None:
        section = self.section
        if section.is_phase or section.number is not None or (self.shape.has_title and self.at == 1):
            self.used.add(self.at)
        own = section.given.problems
        self.findings.extend(Finding(code, block.line, sentence) for code, sentence in own)

    def _paragraph(self, block: Block) -> None:
        if block.kind == "paragraph" and _REMINDER.match(block.text[:20]):
            self.reminder, self.reminder_line = plain(block.text)[:_TEXT_CHARACTERS_MAX], block.line
            self.ledger.bind(block.line, block.end_line)
        else:
            self.ledger.show(block.line, block.end_line, block.text or "---")

    def _level_lists(self) -> Iterator[int]:
        """The positions of the items of lists that define severities, below words that say so."""
        about = False
        for is_item, group in itertools.groupby(enumerate(self.blocks), key=lambda pair: pair[1].kind == "item"):
            members = list(group)
            if is_item and about:
                found = levels.of_items(block for _, block in members)
                self.severities.extend(found)
                yield from (position for position, _ in members if found)
            about = bool(_ABOUT_LEVELS.search(members[-1][1].text[:_TEXT_CHARACTERS_MAX])) and not is_item

    def _item(self, position: int, block: Block) -> None:
        """A list item is a level, a box, a contact, a task or prose, tried in this order."""
        text = block.text[:_TEXT_CHARACTERS_MAX]
        contact = directory.of_item(block, self.section.title) if self._is_directory() and block.checkbox is None else None
        if position in self.levelled:
            self._use(block)
        elif not block.text.strip():
            return
        elif not plain(text):
            self.ledger.show(block.line, block.end_line, text)
        elif block.checkbox is not None:
            item = checklists.item(block.line, text, immediately_minutes=self.immediately_minutes)
            self.items.setdefault(self.at, []).append(item)
            if self.section.phase != NO_PHASE or self._numbered():
                self._task(block.line, text)
            self._use(block)
        elif contact:
            self.contacts.append(contact)
            self.used.update(at for at in self.section.path if directory.is_directory(self.shape.sections[at].title))
            self._use(block)
        elif self._asks():
            self._task(block.line, text)
            self._use(block)
        else:
            self.ledger.show(block.line, block.end_line, block.text)

    def _use(self, block: Block) -> None:
        self.used.add(self.at)
        self.ledger.bind(block.line, block.end_line)

    def _task(self, line: int, text: str) -> None:
        self.tasks.append((self.at, checklists.task(line, text, immediately_minutes=self.immediately_minutes)))
        self.used.update({self.at, self.section.step})

    def _numbered(self) -> bool:
        return self.shape.sections[self.section.step].number is not None

    def _asks(self) -> bool:
        """Whether the items here ask for something: in a step, and in a runbook without windows anywhere."""
        return not self.section.informs and (self.section.phase != NO_PHASE or self._numbered() or not self.windowed)

    def _is_directory(self) -> bool:
        if self._numbered():
            return False
        path = self.section.path[-1:] if self.section.phase != NO_PHASE else self.section.path[1:]
        skipped = 1 if self.shape.has_title else 0
        return directory.is_directory(" / ".join(self.shape.sections[at].title for at in path if at > skipped))

    def _above(self, position: int, block: Block) -> str:
        """The words that introduce a fence: the list item that it stands in, or the text before it that ends in a colon."""
        if block.item >= 0:
            return plain(self.blocks[block.item].text[:_LABEL_CHARACTERS_MAX]).rstrip(":")
        before = self.blocks[position - 1] if position else None
        text = plain(before.text) if before and before.kind in {"paragraph", "item"} else ""
        return text.rstrip(":")[-_LABEL_CHARACTERS_MAX:] if text.endswith(":") else ""

    def _fence(self, position: int, block: Block) -> None:
        """A fence is levels, a template, commands, something to run by hand or prose, tried in this order."""
        language, given = attributes.fence(block.info)
        self.findings.extend(Finding(code, block.line, sentence) for code, sentence in given.problems)
        above = self._above(position, block)
        defined = levels.of_fence(block)
        found = None
        if defined:
            self._levels(block, language, defined)
        elif templates.is_template(language, f"{above} {self.section.title}"):
            self.templates.extend(templates.read(block, self.section.title))
            self._use(block)
        else:
            found = self._commands(block, language, given, above)
            if found:
                return
            if language in _BY_HAND and self._asks() and block.text.strip():
                text = block.text.strip()[:_TEXT_CHARACTERS_MAX]
                self.tasks.append((self.at, Task(f"t{block.line}", block.line, f"Run by hand ({language})", text)))
                self.used.add(self.section.step)
                self._use(block)
            else:
                self.ledger.show(block.line, block.end_line, block.text)

    def _levels(self, block: Block, language: str, defined: tuple[Severity, ...]) -> None:
        self.severities.extend(defined)
        self._use(block)
        if language in _SHELLS:
            sentence = f"This fence says {language} but defines severity levels; it is never run. Tag it text."
            self.findings.append(Finding("mislabelled-severities", block.line, sentence))

    def _commands(self, block: Block, language: str, given: attributes.Attributes, above: str) -> bool:
        """Take the commands of a fence; False when it is not shell or there are too many."""
        size = len(block.text.encode())
        tagged = language in _SHELLS
        if (tagged and size > fences.BYTES_MAX) or (self.shell_bytes > SHELL_BYTES_MAX and (tagged or not language)):
            return self._too_many(block)
        found = fences.read(block, language, given.over(self.section.given), above)
        if found is None or not (found.commands or found.notes):
            return False
        if len(self.commands) + len(found.commands) > COMMANDS_MAX:
            return self._too_many(block)
        self.shell_bytes += size
        for command in found.commands:
            if given.risk and given.risk < command.risk:
                sentence = (
                    f"risk={given.risk.value} is ignored: this is {command.risk.value}, and a runbook can only raise a risk. "
                    "If you know better, let the site's operator trust the exact command in the settings."
                )
                self.findings.append(Finding("bad-attribute", command.line, sentence))
        self.commands.extend((self.at, given.id, command) for command in found.commands)
        if found.commands and block.item >= 0:
            self._introduce(self.blocks[block.item])
        for line, text in found.notes:
            self._task(line, text)
        self.used.update({self.at, self.section.step})
        self.ledger.show_rest(block.line, block.end_line, found.lines)
        return True

    def _too_many(self, block: Block) -> bool:
        limit = f"{COMMANDS_MAX} commands, {SHELL_BYTES_MAX} bytes of them, or {fences.BYTES_MAX} bytes in a fence"
        sentence = f"There are more than {limit}, so this fence is not read. Split it, or the runbook."
        self.findings.append(Finding("too-many-commands", block.line, sentence))
        return False

    def _introduce(self, item: Block) -> None:
        """The list item that commands stand in is their label, and not one more thing to do."""
        if self.tasks and self.tasks[-1][1].line == item.line and len(item.text) <= _LABEL_CHARACTERS_MAX:
            task = self.tasks[-1][1]
            if item.checkbox is None and not (task.deadline_minutes or task.cadence_minutes or task.severities or task.condition):
                self.tasks.pop()

    def _table(self, block: Block) -> None:
        """A table is levels, contacts or prose."""
        titles = " ".join(self.shape.sections[at].title for at in self.section.path)
        defined = levels.of_table(block, about_severity=bool(_ABOUT_LEVELS.search(titles)))
        entries = directory.of_table(block, self.section.title) if self._is_directory() and not defined else ()
        self.severities.extend(defined)
        self.contacts.extend(entries)
        if defined or entries:
            self._use(block)
        else:
            self.ledger.show(block.line, block.end_line, block.text)

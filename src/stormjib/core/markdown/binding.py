"""The walk over a runbook's blocks that binds each to what it means, and the rest to prose."""

import re

import msgspec

from stormjib.core.kinds import Demand, Kind, Mode
from stormjib.core.markdown import attributes, checklists, directory, fences, outline, tables, templates
from stormjib.core.markdown.around import NEVER, forbidden, stated
from stormjib.core.markdown.blocks import QUOTED, Block, plain
from stormjib.core.markdown.bound import COMMANDS_MAX, Bound
from stormjib.core.markdown.inline import is_typed
from stormjib.core.markdown.meaning import RUN_BY_HAND
from stormjib.core.markdown.sense import ASKS, INFORMS, OFFERS, Sense, of_line
from stormjib.core.runbook import NO_PHASE, Contact, Finding, Task

SHELL_BYTES_MAX = 131_072
_LABEL_CHARACTERS_MAX = 200
_TEXT_CHARACTERS_MAX = 4_000
_LEAD_WORDS_MAX, _LABEL_LEVEL = 3, 6
_LINK = re.compile(r"(?:[-\u2013*]\s)?!?\[[^\[\]]{0,300}\]\((?:[^()\s]|\([^()\s]{0,99}\)){0,500}\)|<?https?://\S+")
_NAME = re.compile(r"[*_\s]*(?:`(?:[A-Z][A-Z0-9_]+|[\w.-]+:\s[^`\s]+)`|https?://\S+|[\w.-]+@\S+)[*_\s.]*")
"""A name or an address alone says nothing that could be done: "`VPS_HOST`"."""
_REMINDER = re.compile(r"\W{0,4}remember\b", re.IGNORECASE)

_STEP = re.compile(r"\W{0,3}\d{1,2}[.)] +(?=[^\W\d])")
"""A comment with a number is a step of an order, whatever its words are."""


class Binding(Bound):
    """One pass in the order of the lines, then what needs the whole: ids, steps, the ties between tasks and items."""

    def walk(self) -> None:
        """Bind every block once."""
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
                    self._table(position, block)
                case "front":
                    self.ledger.bind(block.line, block.end_line)
                case "html" if block.line in self.shape.markers:
                    self.ledger.bind(block.line, block.end_line)
                case _:
                    self._paragraph(position, block)

    def _heading(self, block: Block) -> None:
        section = self.section
        if section.is_phase or section.number is not None or (self.shape.has_title and self.at == 1):
            self.used.add(self.at)
        self.findings.extend(Finding(code, block.line, sentence) for code, sentence in section.given.problems)

    def _paragraph(self, position: int, block: Block) -> None:
        text = block.text[:_TEXT_CHARACTERS_MAX]
        titles = [self.shape.sections[at].title for at in self.section.path[1 + self.shape.has_title :]]
        if position in self.levels.positions:
            self._use(block)
        elif block.info == QUOTED and (text_of := templates.of_quote(self.blocks, position, titles, self.words)):
            self.templates += [text_of] if self.blocks[position - 1].info != QUOTED else []
            self._use(block)
        elif block.kind == "paragraph" and (known := self._contacts(block)):
            self._reach(block, *known)
        elif block.kind == "paragraph" and _REMINDER.match(block.text[:20]):
            self.reminder, self.reminder_line = plain(block.text)[:_TEXT_CHARACTERS_MAX], block.line
            self.ledger.bind(block.line, block.end_line)
        elif block.kind == "paragraph" and self._spoken(position, block, text, self._sense(position, text)):
            self._use(block)
        else:
            for task in self.around.prose(position, self.tasks):
                self.tasks.append((self.at, task))
                self.used.update({self.at, self.section.step})
            self.ledger.show(block.line, block.end_line, block.text or "---")

    def _item(self, position: int, block: Block) -> None:
        """A list item is a level, a box, a contact, commands, a task or prose, tried in this order."""
        text = block.text[:_TEXT_CHARACTERS_MAX]
        named = len(plain(text).partition(":")[0].split()) == 1
        does = self._numbered() and (block.ordered or (self.words.has("acts", plain(text)) and not named))
        listed = self._is_directory() and block.checkbox is None and not does
        contact = directory.of_item(block, self.section.title, self.words) if listed else None
        if not (contact or block.ordered or block.checkbox is not None):
            contact = self._contact(text, block.line)
        if position in self.levels.positions:
            self._use(block)
        elif not block.text.strip():
            return
        elif not plain(text) or _LINK.fullmatch(text.strip()):
            self.ledger.show(block.line, block.end_line, text)
        elif contact:
            self._reach(block, contact)
        elif listed and not self.words.has("acts", plain(text)):
            self.ledger.show(block.line, block.end_line, block.text)
        else:
            self._asked(position, block, text)

    def _reach(self, block: Block, *contacts: Contact) -> None:
        self.contacts.extend(contacts)
        self.used.update(at for at in self.section.path if directory.is_directory(self.shape.sections[at].title, self.words))
        self._use(block)

    def _contacts(self, block: Block) -> list[Contact]:
        """The contacts of a paragraph whose every line is one."""
        lines = enumerate(block.text[:_TEXT_CHARACTERS_MAX].split("\n"), block.line)
        found = [self._contact(text, line) for line, text in lines]
        return [one for one in found if one] if all(found) else []

    def _contact(self, text: str, line: int) -> Contact | None:
        return directory.of_line(text, line, self.section.title, self.words, listed=self._is_directory())

    def _asked(self, position: int, block: Block, text: str) -> None:
        """An item that may ask for something: a box, commands, a task, or prose where it only informs."""
        sense = self._sense(position, text)
        if (
            block.checkbox is not None
            and sense.demand is None
            and (not self.leads.of(position) or self._sense(position, "").demand)
        ):
            sense = OFFERS if self.section.offers else ASKS  # A box asks for something, whatever its heading is called.
        describes = self.at in self.levels.sections and not (block.ordered or self.words.has("acts", plain(text)))
        asks = sense.demand is not None and not (describes and block.checkbox is None)
        if block.checkbox is not None and asks:
            self._spoken(position, block, text, sense)
            self.items.setdefault(self.at, []).append(checklists.item(block.line, text, self.reading, sense))
            if self.section.phase != NO_PHASE or self._numbered() or self.section.kind is Kind.VERIFY:
                self._task(block.line, text, sense)
            self._use(block)
        elif asks and self._asks():
            spoken = self._spoken(position, block, text, sense)
            task = checklists.task(block.line, text, self.reading, sense)
            told = sense if spoken else self._told(position, block, sense, task)
            if not spoken and (told.demand is None or self.leads.lead_on(position, self.words) or _NAME.fullmatch(text)):
                self.ledger.show(block.line, block.end_line, block.text)
                return
            if not (spoken and checklists.says_no_more(task)) or self.section.kind is Kind.VERIFY:
                self._task(block.line, text, told)
            self.used.update({self.at, self.section.step})
            self._use(block)
        elif asks and self._spoken(position, block, text, sense):
            self._use(block)
        else:
            self.ledger.show(block.line, block.end_line, block.text)

    def _told(self, position: int, block: Block, sense: Sense, task: Task) -> Sense:
        """The sense of a point that names no deed: it informs, what has a name of its own or may help or follow is offered.

        What proves or closes is a state, a numbered item a step. Below a deed the points are what it is about.
        """
        timed = task.deadline_minutes or task.cadence_minutes
        states = self.section.kind in {Kind.VERIFY, Kind.CLOSE}
        bare = sense._replace(hold_minutes=None)
        settled = bare not in {ASKS, OFFERS} or (bare == OFFERS and not self.section.offers)
        if settled or self.windowed or block.ordered or states or timed:
            return sense
        if outline.numbered(plain(block.text[:_LABEL_CHARACTERS_MAX]), self.words)[0] is not None:
            return sense  # "Step 3: …" is one, whatever its words are.
        if self._introduced(position) or any(
            self.words.has("acts", said) for said in (task.label, task.text, task.text.partition(":")[2])
        ):
            return sense
        labelled = block.text.lstrip().startswith(("**", "__"))
        helps = self.section.kind in {Kind.MITIGATE, Kind.AFTER} and not self.section.offers
        return OFFERS if block.item < 0 and (labelled or helps) else INFORMS

    def _introduced(self, position: int) -> bool:
        """Whether what stands above a point says what to do with it: "Check the following", or the few words of an item, "Inform:"."""
        leads = self.leads.of(position)
        above = leads[0] if leads else self.section.title if self.section.level >= _LABEL_LEVEL else ""
        short = self.blocks[position].item < 0 or len(above.split()) <= _LEAD_WORDS_MAX
        return short and (self.words.has("acts", plain(above)) or self.words.has("lead.asks", plain(above)))

    def _fence(self, position: int, block: Block) -> None:
        """A fence is levels, a template, commands, something to run by hand or prose, tried in this order."""
        language, given = attributes.fence(block.info)
        self.findings.extend(Finding(code, block.line, sentence) for code, sentence in given.problems)
        above = self.leads.label(position)[-_LABEL_CHARACTERS_MAX:]
        about = f"{above} {self.section.title}"
        if position in self.levels.positions:
            self._use(block)
            if language in fences.SHELLS:
                sentence = f"This fence says {language} but defines severity levels; it is never run. Tag it text."
                self.findings.append(Finding("mislabelled-severities", block.line, sentence))
        elif templates.is_template(language, about, block.text[:_TEXT_CHARACTERS_MAX], self.words) and (
            language or not fences.holds_commands(block, language, above, self.words)
        ):
            self.templates.extend(templates.read(block, self.section.title, self.words))
            self._use(block)
        elif not self._commands(position, block, language, given, above):
            self._by_hand(position, block, language, above)

    def _by_hand(self, position: int, block: Block, language: str, above: str) -> None:
        """A fence in another language is run by a person, where something is asked for, or nobody runs it; any other is shown."""
        sense = self.around.over(position, self._sense(position, ""), above)
        printed = language in fences.SHELLS and fences.is_all_printed(block.text)
        forbids = sense.demand is Demand.FORBIDS and fences.holds_commands(block, language, "", self.words)
        asked = language in fences.BY_HAND and self._asks() and sense.demand
        if (asked or forbids) and block.text.strip() and not printed:
            text = block.text.strip()[:_TEXT_CHARACTERS_MAX]
            label = f"{RUN_BY_HAND} ({language})" if sense.demand is not Demand.FORBIDS else sense.label or NEVER
            as_needed = language in fences.SHELLS and sense.demand is Demand.REQUIRED
            demand = Demand.CONDITIONAL if as_needed else sense.demand or Demand.REQUIRED
            task = Task(f"t{block.line}", block.line, label, text, condition=sense.condition, demand=demand)
            self.tasks.append((self.at, task))
            self.used.add(self.section.step)
            self._use(block)
        else:
            self.ledger.show(block.line, block.end_line, block.text)

    def _commands(self, position: int, block: Block, language: str, given: attributes.Attributes, above: str) -> bool:
        """Take the commands of a fence; False when it is not shell, there are too many, or the book forbids what stands in it."""
        sense = self.around.over(position, self._sense(position, ""), above)
        if sense.demand is Demand.FORBIDS:
            return False
        size, tagged = len(block.text.encode()), language in fences.SHELLS
        if (tagged and size > fences.BYTES_MAX) or (self.shell_bytes > SHELL_BYTES_MAX and (tagged or not language)):
            return self._too_many(block)
        found = fences.read(block, language, given.over(self.section.given), above, self.words)
        if found is None or not (found.commands or found.notes):
            return False
        if len(self.commands) + len(found.commands) > COMMANDS_MAX:
            return self._too_many(block)
        self.shell_bytes += size
        self.findings.extend(fences.not_lowered(found, given.risk))
        for command in found.commands:
            said = self.around.of_command(position, command, above)
            if said is Demand.FORBIDS:
                self.tasks.append((self.at, forbidden(command.line, command.text, sense, self.tasks)))
            else:
                texts = (above, command.label, self.around.before(position), *self.leads.of(position))
                held = self.around.held(command, sense.condition, self.at, said, *texts)
                free = block.item >= 0 and self.section.mode is Mode.SEQUENCE and self.leads.is_free(position)
                self.commands.append((self.at, given.id, msgspec.structs.replace(held, free=free)))
        if found.commands and block.item >= 0:
            self._introduce(self.blocks[block.item])
        forbade = 0
        for line, text in found.notes:
            note = of_line(text, (), (), self.words)
            if is_typed(text):
                if forbade == line - 1:
                    self.tasks.append((self.at, forbidden(line, text, Sense(Demand.FORBIDS), self.tasks)))
                    forbade = line
                continue
            forbade = line if note.demand is Demand.FORBIDS else forbade
            if note.demand is Demand.FORBIDS or _STEP.match(text) or self.words.has("acts", text):
                self._task(line, text, note if note.demand is Demand.FORBIDS else ASKS)
        self.used.update({self.at, self.section.step})
        self.ledger.show_rest(block.line, block.end_line, found.lines)
        return True

    def _too_many(self, block: Block) -> bool:
        limit = f"{COMMANDS_MAX} commands, {SHELL_BYTES_MAX} bytes of them, or {fences.BYTES_MAX} bytes in a fence"
        said = f"There are more than {limit}, so this fence is not read. Split it, or the runbook."
        self.findings.append(Finding("too-many-commands", block.line, said))
        return False

    def _introduce(self, item: Block) -> None:
        """The list item that commands stand in is their label, and not one more thing to do."""
        task = self.tasks[-1][1] if self.tasks and item.checkbox is None else None
        labels = task and task.id == f"t{item.line}" and len(item.text) <= _LABEL_CHARACTERS_MAX
        if task and labels and checklists.says_no_more(task) and not task.condition:
            self.tasks.pop()

    def _table(self, position: int, block: Block) -> None:
        """A table is levels, contacts, commands, fixes that a person does, or prose."""
        entries: tuple[Contact, ...] = ()
        listed = self._is_directory() or directory.lists_channels(block, self.words)
        if listed and position not in self.levels.positions:
            entries = directory.of_table(block, self.section.title, self.words)
        self.contacts.extend(entries)
        if position in self.levels.positions or entries:
            self._use(block)
            return
        sense = self._sense(position, "")
        for row in tables.rows(block, self.words):
            spoken = self._spoken(position, block._replace(line=row.line, end_line=row.line), row.text, sense, row)
            chosen = not spoken and row.acts and sense.demand and self.section.kind is Kind.MITIGATE
            forbids = [] if spoken else [stated(row.line, text, self.tasks) for text in row.forbids]
            self.tasks.extend((self.at, task) for task in forbids)
            if chosen:
                self._task(row.line, row.text, Sense(Demand.CONDITIONAL))
            if spoken or chosen or forbids:
                self.ledger.bind(row.line, row.line)
        self.ledger.show(block.line, block.end_line, block.text)

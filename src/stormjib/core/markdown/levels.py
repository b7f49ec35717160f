"""The severity levels of a runbook in its own words: where they are defined, what they are called, which times go with them."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from stormjib.core.lint import differ
from stormjib.core.markdown import windows
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.markdown.level_names import Names, Said, acknowledged, is_stated, said_at_start
from stormjib.core.markdown.level_ranks import ranked
from stormjib.core.markdown.outline import Outline
from stormjib.core.markdown.words import Words
from stormjib.core.runbook import Finding, Severity
from stormjib.core.severity import spelling

_TEXT_CHARACTERS_MAX = 2_000
_CLAUSES = re.compile(r"[,;.()|\n\u2022（）。、，]+")
_APART = re.compile(r"(?:(?<!\s)\s+)?[/|]\s*")
_DESCRIBED_WORDS, _RANKS = 3, ("worst", "mildest", "h.levels")
_SENTENCES = {"item", "paragraph"}
_LEVELS_MAX = 30  # No team tells more levels apart; a longer list or table is about something else.


class Levels(NamedTuple):
    """The levels of a book. ``positions`` are the blocks that define them, ``sections`` those of headings that name one."""

    defined: tuple[Severity, ...]
    names: Names
    positions: frozenset[int]
    sections: frozenset[int]
    differs: tuple[Finding, ...]


class _Found(NamedTuple):
    severity: Severity
    positions: tuple[int, ...]
    section: int = -1


def read(blocks: tuple[Block, ...], shape: Outline, words: Words, immediately_minutes: float) -> Levels:
    """Every level that a fence, table, list, paragraph or row of headings defines, each once, with its rank and its times.

    Two that are the same name are one level. A table of times alone, such as how often to inform, adds times to the levels that
    are defined elsewhere and defines none.
    """
    reader = _Reader(blocks, shape, words, immediately_minutes)
    found = list(reader.definitions())
    merged: dict[str, Severity] = {}
    for one in found:
        known = merged.get(spelling(one.severity.name))
        merged[spelling(one.severity.name)] = _joined(known, one.severity) if known else one.severity
    differs = list[Finding]()
    for severity in reader.times(merged):
        known = merged.setdefault(spelling(severity.name), severity)
        times = [(one.acknowledge_minutes, one.line) for one in (known, severity) if one.acknowledge_minutes]
        differs.extend(differ(known.name, times))
        merged[spelling(severity.name)] = _joined(known, severity)
    levels = ranked(list(merged.values()), words)
    positions = frozenset(position for one in found for position in one.positions)
    sections = frozenset(one.section for one in found if one.section >= 0)
    return Levels(levels, Names(tuple((one.name, one.level) for one in levels)), positions, sections, tuple(differs))


def _joined(known: Severity, more: Severity) -> Severity:
    return msgspec.structs.replace(
        known,
        text=known.text or more.text,
        acknowledge_minutes=min(filter(None, (known.acknowledge_minutes, more.acknowledge_minutes)), default=None),
        update_minutes=more.update_minutes if known.update_minutes is None else known.update_minutes,
    )


class _Reader:
    """One look at all blocks, section by section."""

    def __init__(self, blocks: tuple[Block, ...], shape: Outline, words: Words, immediately_minutes: float) -> None:
        self.blocks, self.shape, self.words, self.immediately_minutes = blocks, shape, words, immediately_minutes
        self.at = list(itertools.accumulate(block.kind == "heading" for block in blocks))

    def definitions(self) -> Iterator[_Found]:
        """All of them, in the order of their lines."""
        yield from sorted(
            itertools.chain(self._headings(), self._lists(), self._others(), self._bare()), key=lambda found: found.severity.line
        )

    def times(self, known: dict[str, Severity]) -> Iterator[Severity]:
        """The times that tables and lists which define nothing give to levels that are known."""
        names, defined = Names(tuple((one.name, "") for one in known.values())), bool(known)
        for position, block in enumerate(self.blocks):
            if block.kind == "table":
                for line, cells in block.rows[:_LEVELS_MAX]:
                    said = self._said(cells[0], about=True) if cells else None
                    if said and spelling(said.name) in known:
                        found = self._timed(Severity(said.name, "", line), block.header[1:], cells[1:])
                        if self.words.has("h.cadence", self._titles(position)) and found.update_minutes is None:
                            often = (self._minutes(plain(cell)) for cell in cells[1:])
                            first = next((minutes for minutes in often if minutes is not None), None)
                            found = msgspec.structs.replace(found, update_minutes=first)
                        yield found
                continue
            for name, minutes in acknowledged(plain(block.text), names, self.words) if block.kind in _SENTENCES else ():
                if spelling(name) in known or not defined:
                    yield Severity(name, "", block.line, "", minutes)
            if block.kind == "item" and self.words.has("h.cadence", self._titles(position)):
                said = self._said(block.text, about=True)
                if said and spelling(said.name) in known:
                    yield msgspec.structs.replace(self._severity(said, block.line, updates=True), text="")

    def _titles(self, position: int) -> str:
        section = self.shape.sections[self.at[position]]
        return " / ".join(self.shape.sections[at].title for at in section.path[1 + self.shape.has_title :])

    def _about(self, position: int) -> bool:
        return self.words.has("h.levels", self._titles(position))

    def _said(self, text: str, *, about: bool) -> Said | None:
        return said_at_start(plain(text[:_TEXT_CHARACTERS_MAX]), self.words, about=about)

    def _severity(self, said: Said, line: int, *, updates: bool = False) -> Severity:
        """A level with what its text says of times: "Response: 15 minutes", "update every 30 min"."""
        acknowledge = update = None
        for clause in _CLAUSES.split(said.text):
            minutes = self._minutes(clause)
            if minutes is None or self.words.has("h.resolve", clause):
                continue
            often = windows.cadence_minutes(clause, self.words)
            if often and (updates or self.words.has("update", said.text)):
                update = often[1]
            elif self.words.has("update", clause):
                update = minutes if update is None else update
            elif self.words.has("ack", clause):
                acknowledge = minutes if acknowledge is None else acknowledge
        return Severity(said.name, said.text, line, "", acknowledge, update)

    def _minutes(self, text: str) -> float | None:
        at_once = self.immediately_minutes if self.words.has("at_once", f"{text} ".replace("mmediate ", "mmediately ")) else None
        found, cadence = windows.duration_minutes(text, self.words), windows.cadence_minutes(text, self.words)
        return found if found is not None else cadence[1] if cadence else at_once

    def _timed(self, severity: Severity, header: tuple[str, ...], cells: tuple[str, ...]) -> Severity:
        """With the times of a row's cells, by the words at the head of each column."""
        acknowledge, update = severity.acknowledge_minutes, severity.update_minutes
        for head, cell in zip(header, cells, strict=False):
            heads, values = _APART.split(head), _APART.split(cell)
            pairs = zip(heads, values, strict=True) if len(heads) == len(values) else [(head, cell)]
            for name, value in pairs:
                minutes = self._minutes(plain(value))
                if minutes is None or self.words.has("h.resolve", name):
                    continue
                told = self._severity(Said("", plain(value)), severity.line)
                if told.update_minutes is not None:  # "Page at once, update every 15 minutes" in one cell are two times.
                    update = told.update_minutes if update is None else update
                    first = _CLAUSES.split(plain(value))[0]
                    minutes = None if self.words.has("update", first) else self._minutes(first)
                    if minutes is None or self.words.has("update", name):
                        continue
                if self.words.has("update", name):
                    update = minutes if update is None else update
                elif self.words.has("ack", name):
                    acknowledge = minutes if acknowledge is None else acknowledge
                elif self.words.has("within", value):
                    acknowledge = told.acknowledge_minutes if acknowledge is None else acknowledge
        return msgspec.structs.replace(severity, acknowledge_minutes=acknowledge, update_minutes=update)

    def _headings(self) -> Iterator[_Found]:
        """Two headings or more side by side that each begin with a level, such as "P0 - Critical (Response: 15 minutes)"."""
        heads = [(position, block) for position, block in enumerate(self.blocks) if block.kind == "heading"]
        rows: dict[tuple[int, ...], list[tuple[int, Block, Said]]] = {}
        for position, block in heads:
            section = self.shape.sections[self.at[position]]
            about = self.words.has("h.levels", " / ".join(self.shape.sections[at].title for at in section.path[1:-1]))
            said = self._said(section.title, about=about)
            does = self.words.has("h.other", section.title) or (said and not about and not self._only_names(said))
            if said and not does:
                rows.setdefault((*section.path[:-1], block.level), []).append((position, block, said))
        for row in rows.values():
            if 1 < len(row) <= _LEVELS_MAX:
                yield from (self._heading(position, block, said) for position, block, said in row)

    def _only_names(self, said: Said) -> bool:
        """Outside of a part about levels, a heading defines one only where nothing but a word for it follows."""
        rest = windows.window(said.text, self.words)[0]
        return not rest or any(self.words.has(key, rest) for key in _RANKS) or bool(_LEVEL_WORD.search(rest))

    def _heading(self, position: int, block: Block, said: Said) -> _Found:
        """The level of a heading, described by the heading and by the text and the list right below it."""
        below, taken = list[str](), list[int]()
        for at in range(position + 1, len(self.blocks)):
            if self.blocks[at].kind not in {"paragraph", "item"}:
                break
            below.extend(map(plain, self.blocks[at].text[:_TEXT_CHARACTERS_MAX].split("\n")))
            if self.blocks[at].kind == "paragraph":
                taken.append(at)
        whole = self._severity(Said(said.name, "; ".join([said.text, *below])), block.line)
        text = said.text if not below else f"{said.text}: {below[0]}" if said.text else below[0]
        return _Found(msgspec.structs.replace(whole, text=text.strip(" ()")), tuple(taken), self.at[position])

    def _lists(self) -> Iterator[_Found]:
        """Lists whose every item defines a level, below words, or in an item, that say so."""
        about = False
        for is_item, group in itertools.groupby(enumerate(self.blocks), key=lambda pair: pair[1].kind == "item"):
            *_, (last, block) = members = list(group)
            if is_item:
                for outer in dict.fromkeys(item.item for _, item in members):
                    if about if outer == members[0][1].item else self.words.has("h.levels", self.blocks[outer].text):
                        yield from self._list([one for one in members if one[1].item == outer])
            above = block.text[:_TEXT_CHARACTERS_MAX] if block.kind in {"heading", "paragraph"} else ""
            about = self.words.has("h.levels", above) or (self._about(last) and block.kind == "paragraph")

    def _list(self, items: list[tuple[int, Block]]) -> Iterator[_Found]:
        """The levels of the items beside each other, where each is one."""
        said = [(position, item, self._said(item.text, about=True)) for position, item in items[: _LEVELS_MAX + 1]]
        if 1 < len(said) <= _LEVELS_MAX and all(one and one.text and item.checkbox is None for _, item, one in said):
            yield from (_Found(self._severity(one, item.line), (position,)) for position, item, one in said if one)

    def _others(self) -> Iterator[_Found]:
        """Fences and paragraphs whose every line defines one, and tables with one in the first cell of every row."""
        for position, block in enumerate(self.blocks):
            lines = list[Severity]()
            if block.kind == "fence":
                first = block.line + (1 if block.fenced else 0)
                texts = [(first + offset, line) for offset, line in enumerate(block.text.split("\n"))]
                lines = self._all((line, text) for line, text in texts if text.strip() and not text.lstrip().startswith("#"))
            elif block.kind == "paragraph" and self._about(position) and block.item < 0:
                found = self._all((block.line + offset, line) for offset, line in enumerate(block.text.split("\n")))
                lines = found if len(found) > 1 or (found and block.text.lstrip().startswith("**")) else []
            elif block.kind == "table":
                lines = self._table(position, block)
            yield from (_Found(severity, (position,)) for severity in lines)

    def _bare(self) -> Iterator[_Found]:
        """Paragraphs or items one below the other that define levels without a word above that says so: "**Critical** = no sale"."""
        stated = [(position, block.kind, self._stated(position, block)) for position, block in enumerate(self.blocks)]
        for _, group in itertools.groupby(stated, key=lambda one: (one[1], bool(one[2]))):
            found = [_Found(severity, (position,)) for position, _, lines in group for severity in lines]
            if 1 < len(found) <= _LEVELS_MAX:
                yield from found

    def _stated(self, position: int, block: Block) -> list[Severity]:
        """The levels of a block whose every line is a name and what it means. A colon says so only outside of what asks for something."""
        if block.kind not in {"paragraph", "item"} or block.item >= 0 or block.checkbox is not None or self._about(position):
            return []
        lines = [
            (block.line + offset, one)
            for offset, text in enumerate(block.text[:_TEXT_CHARACTERS_MAX].split("\n"))
            for one in re.split(r"\s/\s(?=\*\*)", text)
        ]
        free = not self._titles(position) or self.shape.sections[self.at[position]].informs
        return self._all(lines, about=True) if all(is_stated(one, free=free) for _, one in lines) else []

    def _all(self, lines: Iterable[tuple[int, str]], *, about: bool = False) -> list[Severity]:
        found: list[Severity] = []
        for line, text in lines:
            if len(found) > _LEVELS_MAX:
                return []
            said = self._said(text.strip(), about=False) or self._said(text.strip(), about=about or "**" in text)
            if said is None or not said.text:
                return []
            found.append(self._severity(said, line))
        return found

    def _table(self, position: int, block: Block) -> list[Severity]:
        titles, title = self._titles(position), self.shape.sections[self.at[position]].title
        # A part about whom to call, or how often to tell, defines levels only where it says so.
        first = zip(block.header[1:], block.rows[0][1][1:] if block.rows else (), strict=False)
        defines = self.words.has("h.levels", title) or any(
            self.words.has("h.informs", head) and self._minutes(plain(cell)) is None for head, cell in first
        )
        if len(block.rows) > _LEVELS_MAX or (self.words.has("h.directory", titles) and not defines):
            return []
        about = self._about(position) or self.words.has("h.levels", " ".join(block.header[:1]))
        found = []
        for line, cells in block.rows:
            said = self._said(cells[0], about=about) if cells else None
            if said is None:
                return []
            text = ", ".join([*([said.text] if said.text else []), *(plain(cell) for cell in cells[1:] if cell)])
            found.append(self._timed(Severity(said.name, text, line), block.header[1:], cells[1:]))
        rest = [one for _, cells in block.rows for cell in cells[1:] if self._minutes(one := plain(cell)) is None]
        describes = any(len(cell.split()) >= _DESCRIBED_WORDS for cell in rest)
        wide = any(re.search(r"[\u3040-\u9fff]{4}", cell) for cell in rest)
        only_times = self.words.has("h.cadence", titles) and not (describes or wide or defines)
        return [] if only_times else found


_LEVEL_WORD = re.compile(r"^\W*(?:critical|high|major|medium|moderate|minor|low|info\w*|cosmetic|urgent|normal)\b", re.IGNORECASE)

"""The headings of a runbook as phases, steps and groups."""

import re
from typing import NamedTuple

import ftfy

from stormjib.core.markdown import attributes, english, windows
from stormjib.core.markdown.attributes import Attributes
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.runbook import NO_PHASE, Mode, Phase

_STEP = re.compile(
    r"(?:(?:step|stage)\s{1,3}(\d{1,3})\s{0,3}[:.)\u2013\u2014-]?\s{1,3}|(\d{1,3})(?:[.):]|\s{0,3}[\u2013\u2014-])\s{1,3})(?=\S)",
    re.IGNORECASE,
)
_TITLE_CHARACTERS_MAX = 300
_PHASE_WORDS_MAX = 5
_INFORMS = re.compile(
    r"\b(meaning|impact|summary|overview|background|description|symptoms?|introduction|about|causes?|glossary|"
    r"references|links|see also|further reading|architecture)\b",
    re.IGNORECASE,
)
_VOCABULARY = (
    (Mode.MENU, re.compile(r"\b(communicat\w*|notif\w*|contacts?|quick reference|cheat ?sheet|reference|escalations?)\b")),
    (
        Mode.SEQUENCE,
        re.compile(
            rf"{english.AFTER}|\b(verif\w*|validat\w*|clos(?:e|ing|ure)|post-?\s?(?:incident|mortem)\w*|"
            r"detect\w*|declar\w*|initial response|immediate\w*|prevent\w*|prerequisites?|what to do|steps|"
            r"procedures?|actions?)\b"
        ),
    ),
    (
        Mode.CHOOSE,
        re.compile(r"\b(mitigat\w*|remediat\w*|recover\w*|fix(?:es)?|workarounds?|solutions?|roll-?\s?backs?|repair\w*)\b"),
    ),
    (Mode.COLLECT, re.compile(r"\b(diagnos\w*|investigat\w*|triag\w*|debug\w*|troubleshoot\w*|analysis)\b")),
)
_OTHER = re.compile(r"checklist|template|\bcontacts?\b|channels", re.IGNORECASE)
_RESOLUTION = re.compile(r"\bresol(?:ution|v\w*)\b", re.IGNORECASE)


class Section(NamedTuple):
    """A heading and what it is. Indices point into ``Outline.sections``; 0 is what stands before the first heading.

    ``step`` is the section that holds the commands and tasks found here, which may be the section itself.
    ``informs`` is True where text explains and asks for nothing, such as below "Meaning".
    """

    line: int
    level: int
    title: str
    number: int | None
    path: tuple[int, ...]
    phase: int
    step: int
    group: str
    mode: Mode
    informs: bool
    given: Attributes
    is_phase: bool = False


class Outline(NamedTuple):
    """The whole structure. ``repaired`` are the lines whose text was mojibake, ``markers`` those of comments that count."""

    title: str
    sections: tuple[Section, ...]
    phases: tuple[Phase, ...]
    repaired: tuple[int, ...]
    markers: tuple[int, ...]
    has_title: bool


class _Heading(NamedTuple):
    line: int
    level: int
    title: str
    number: int | None
    window: tuple[float, float] | None
    ongoing: bool
    given: Attributes
    path: tuple[int, ...]


def read(blocks: tuple[Block, ...]) -> Outline:
    """The outline of a document: phases by their windows and, where no heading has one, by the field's usual words."""
    start = _Heading(1, 0, "", None, None, ongoing=False, given=Attributes(), path=(0,))
    headings, markers, repaired = [start], list[int](), list[int]()
    for position, block in enumerate(blocks):
        if block.kind == "heading":
            given = _marker(blocks, position)
            if given:
                markers.append(blocks[position - 1].line)
            headings.append(_heading(block, headings, given or Attributes()))
            if _repaired(block.text) != block.text[:_TITLE_CHARACTERS_MAX]:
                repaired.append(block.line)
    top = [heading for heading in headings if heading.level == 1]
    has_title = len(headings) > 1 and headings[1].level == 1 and len(top) == 1
    title = top[0].title if top else next((heading.title for heading in headings if heading.title), "")
    phased = _phased(headings, has_title=has_title)
    mitigates = any("mitigat" in heading.title.lower() for heading in headings)
    modes = [_mode(heading, mitigates=mitigates) for heading in headings]
    phases = tuple(_phase(headings[index], modes[index]) for index in phased)
    order = {at: number for number, at in enumerate(phased)}
    sections = tuple(_section(headings, index, modes, order) for index in range(len(headings)))
    return Outline(title, sections, phases, tuple(repaired), tuple(markers), has_title)


def _marker(blocks: tuple[Block, ...], position: int) -> Attributes | None:
    """The attributes of the HTML comment that stands right before a heading."""
    before = blocks[position - 1] if position else None
    return attributes.comment(before.text) if before and before.kind == "html" else None


def _heading(block: Block, before: list[_Heading], given: Attributes) -> _Heading:
    """A heading taken apart: repaired for display, its window and its number split off."""
    text = plain(_repaired(block.text))
    title, window, ongoing = windows.window(text)
    found = _STEP.match(title)
    number = int(found.group(1) or found.group(2)) if found else None
    path = before[-1].path if before else ()
    while len(path) > 1 and before[path[-1]].level >= block.level:
        path = path[:-1]
    title = title[found.end() :] if found else title
    return _Heading(block.line, block.level, title, number, window, ongoing, given, (*path, len(before)))


def _repaired(text: str) -> str:
    """A title with text that was decoded wrongly once put right; only for display, the file stays as it is."""
    short = text[:_TITLE_CHARACTERS_MAX]
    return short if short.isascii() else ftfy.fix_encoding(short)


def _phased(headings: list[_Heading], *, has_title: bool) -> tuple[int, ...]:
    """The indices of the headings that are phases: never one below another, never the document's title."""
    windowed = any(heading.window for heading in headings)
    found: dict[int, None] = {}
    for index, heading in enumerate(headings):
        is_title = has_title and index == 1
        named = bool(heading.window or heading.ongoing) if windowed else not is_title and _is_named(heading)
        if index and named and not any(at in found for at in heading.path):
            found[index] = None
    return tuple(found)


def _is_named(heading: _Heading) -> bool:
    """Whether a title is one of the words that runbooks name their parts with, and not a sentence that holds one."""
    title = heading.title.lower()
    known = _INFORMS.search(title) or _RESOLUTION.search(title) or any(words.search(title) for _, words in _VOCABULARY)
    return bool(known) and len(title.split()) <= _PHASE_WORDS_MAX and not _OTHER.search(title)


def _mode(heading: _Heading, *, mitigates: bool) -> Mode | None:
    """The mode that a heading asks for. "Resolution" is a choice of fixes unless another part already mitigates."""
    text = heading.title.lower()
    if heading.given.mode:
        return heading.given.mode
    if _RESOLUTION.search(text):
        return Mode.SEQUENCE if mitigates else Mode.CHOOSE
    return next((mode for mode, words in _VOCABULARY if words.search(text)), None)


def _phase(heading: _Heading, mode: Mode | None) -> Phase:
    fallback = Mode.MENU if _INFORMS.search(heading.title) else Mode.SEQUENCE
    return Phase(heading.title, heading.line, heading.window, heading.ongoing, mode or fallback)


def _section(headings: list[_Heading], index: int, modes: list[Mode | None], order: dict[int, int]) -> Section:
    """A heading placed; ``order`` gives the number of the phase that a heading opens."""
    heading = headings[index]
    above = next((at for at in heading.path if at in order), None)
    below = heading.path[heading.path.index(above) + 1 :] if above else heading.path[1:]
    numbered = next((at for at in below if headings[at].number is not None), None)
    outermost = below[0] if below else above
    step = numbered or (outermost if above and outermost else index)
    given = heading.given
    for at in reversed(heading.path[:-1]):
        given = given.over(headings[at].given)
    return Section(
        heading.line,
        heading.level,
        heading.title,
        heading.number,
        heading.path,
        order[above] if above else NO_PHASE,
        step,
        heading.title if step != index else "",
        _mode_of(headings, heading.path, modes, above),
        any(_INFORMS.search(headings[at].title) and modes[at] is None for at in heading.path[1:]),
        given,
        index in order,
    )


def _mode_of(headings: list[_Heading], path: tuple[int, ...], modes: list[Mode | None], above: int | None) -> Mode:
    """A comment's mode before the phase's, and only outside of phases what the nearest telling title says."""
    asked = next((headings[at].given.mode for at in reversed(path) if headings[at].given.mode), None)
    if asked:
        return asked
    if above:
        return _phase(headings[above], modes[above]).mode
    return next((mode for mode in (modes[at] for at in reversed(path)) if mode), Mode.SEQUENCE)

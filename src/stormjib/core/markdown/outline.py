"""The headings of a runbook as phases, steps and groups."""

import functools
import re
from typing import NamedTuple

import ftfy

from stormjib.core.kinds import Clock, Kind, Mode
from stormjib.core.markdown import attributes, cases, windows
from stormjib.core.markdown.attributes import Attributes
from stormjib.core.markdown.blocks import BOLD_LEVEL, Block, plain
from stormjib.core.markdown.headings import MODES, kind_of, within
from stormjib.core.markdown.words import Words
from stormjib.core.runbook import NO_PHASE, Phase

_NUMBER = re.compile(r"\W{0,4}(\d{1,3})(?:[.):\uff0e\u3001]\s{0,3}|\s{0,3}[\u2013\u2014-]\s{1,3})(?=[^\s\d.])")
_TITLE_CHARACTERS_MAX = 300
_PHASE_WORDS_MAX = 6
_FIRST_STEPS = 2


class Section(NamedTuple):
    """A heading and what it is. Indices point into ``Outline.sections``; 0 is what stands before the first heading.

    ``step`` is the section that holds the commands and tasks found here, which may be the section itself.
    ``informs`` is True where text explains and asks for nothing, such as below "Meaning", ``forbids`` below "Never".
    ``offers`` where it asks for nothing by itself: it is one case of several, or for another time ("Prevention").
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
    kind: Kind = Kind.RESPOND
    forbids: bool = False
    offers: bool = False


class Outline(NamedTuple):
    """The whole structure. ``repaired`` are the lines whose text was mojibake, ``markers`` those of comments that count."""

    title: str
    sections: tuple[Section, ...]
    phases: tuple[Phase, ...]
    repaired: tuple[int, ...]
    markers: tuple[int, ...]
    has_title: bool
    windowed: bool


class _Heading(NamedTuple):
    line: int
    level: int
    title: str
    number: int | None
    window: tuple[float, float] | None
    ongoing: bool
    given: Attributes
    path: tuple[int, ...]
    whole: str = ""


def read(blocks: tuple[Block, ...], words: Words) -> Outline:
    """The outline of a document: phases by their windows and, where no heading has one, by the field's usual words."""
    start = _Heading(1, 0, "", None, None, ongoing=False, given=Attributes(), path=(0,))
    headings, markers, repaired = [start], list[int](), list[int]()
    for position, block in enumerate(blocks):
        if block.kind == "heading":
            given = _marker(blocks, position)
            if given:
                markers.append(blocks[position - 1].line)
            headings.append(_heading(block, headings, given or Attributes(), words))
            if _repaired(block.text) != block.text[:_TITLE_CHARACTERS_MAX]:
                repaired.append(block.line)
    top = [heading for heading in headings if heading.level == 1]
    has_title = len(headings) > 1 and headings[1].level == 1 and len(top) == 1
    title = top[0].title if top else next((heading.title for heading in headings if heading.title), "")
    headings = _durations(headings, words)
    mitigates = any(
        kind_of(heading.title, words, mitigates=False) is Kind.MITIGATE
        for heading in headings
        if not (words.has("h.resolve", heading.title) or words.has("h.actions", heading.title))
    )
    kinds = [kind_of(heading.title, words, mitigates=mitigates) for heading in headings]
    kinds = _confirmed(kinds, headings, words)
    if has_title and any(kind is not None for kind in kinds[2:]):
        kinds[1] = None
    titles, paths = [heading.title for heading in headings], [heading.path for heading in headings]
    each = cases.found(titles, paths, kinds, words, 1 + has_title)
    phased = _phased(headings, kinds, words, has_title=has_title, each=each)
    below = _kinds_below(headings, kinds)
    phases = tuple(_phase(headings[index], below[index], words) for index in phased)
    order = {at: number for number, at in enumerate(phased)}
    forbids = [words.has("h.forbids", heading.title) for heading in headings]
    aside = (at for at, title in enumerate(titles) if words.has("h.aside", title) and not re.search(r"\d", title))
    offers = each | set(aside)
    drawn = _Drawn(headings, kinds, below, forbids, order, 1 + has_title, offers)
    sections = tuple(_section(drawn, index) for index in range(len(headings)))
    return Outline(title, sections, phases, tuple(repaired), tuple(markers), has_title, _is_windowed(headings))


def _confirmed(kinds: list[Kind | None], headings: list[_Heading], words: Words) -> list[Kind | None]:
    """The kinds; "Verify the pods run" is a check where it comes first and nothing was mitigated before, and a proof after all that was."""
    fixes = [index for index, kind in enumerate(kinds) if kind is Kind.MITIGATE]
    found = list(kinds)
    for index, heading in enumerate(headings):
        early = not fixes or index < fixes[0]
        if kinds[index] not in {Kind.VERIFY, Kind.INVESTIGATE} or not words.has("imperative", heading.title):
            continue
        if early and (heading.number or 0) <= _FIRST_STEPS:
            found[index] = Kind.INVESTIGATE
        elif fixes and index > fixes[-1]:
            found[index] = Kind.VERIFY
    return found


def _marker(blocks: tuple[Block, ...], position: int) -> Attributes | None:
    """The attributes of the HTML comment that stands right before a heading."""
    before = blocks[position - 1] if position else None
    return attributes.comment(before.text) if before and before.kind == "html" else None


def _heading(block: Block, before: list[_Heading], given: Attributes, words: Words) -> _Heading:
    """A heading taken apart: repaired for display, its window and its number split off."""
    text = plain(_repaired(block.text)).rstrip(":\uff1a") if block.level == BOLD_LEVEL else plain(_repaired(block.text))
    title, window, ongoing = windows.window(text, words)
    number, title, whole = *numbered(title, words), numbered(text, words)[1]
    path = before[-1].path if before else ()
    while len(path) > 1 and before[path[-1]].level >= block.level:
        path = path[:-1]
    return _Heading(block.line, block.level, title, number, window, ongoing, given, (*path, len(before)), whole)


def numbered(title: str, words: Words) -> tuple[int | None, str]:
    """The number that a title begins with, "4." or "Step 4:", and the rest of it."""
    found = _step(words).match(title) or _NUMBER.match(title)
    number = next((group for group in found.groups() if group), None) if found else None
    return (int(number), title[found.end() :]) if found and number else (None, title)


@functools.cache
def _step(words: Words) -> re.Pattern[str]:
    return re.compile(
        rf"\W{{0,4}}(?:(?:{words.source('h.step')})\s{{0,3}}(\d{{1,3}})|第\s?(\d{{1,3}})\s?步)\s{{0,3}}[:.)\uff1a\u2013\u2014-]?\s{{0,3}}(?=\S)",
        re.IGNORECASE,
    )


def _repaired(text: str) -> str:
    """A title with text that was decoded wrongly once put right; only for display, the file stays as it is."""
    short = text[:_TITLE_CHARACTERS_MAX]
    return short if short.isascii() else ftfy.fix_encoding(short)


def _durations(headings: list[_Heading], words: Words) -> list[_Heading]:
    """Without the windows where they are none: how long a part takes ("Migrate (10-30 minutes)") says nothing of when it begins.

    Windows begin at the beginning; what is only after the incident has one wherever it begins.
    """
    found = [heading for heading in headings if heading.window and not words.has("h.after", heading.title)]
    if not found or found[0].window is None or found[0].window[0] == 0:
        return headings
    lines = {heading.line for heading in found}
    return [one._replace(title=one.whole, window=None) if one.window and one.line in lines else one for one in headings]


def _phased(
    headings: list[_Heading], kinds: list[Kind | None], words: Words, *, has_title: bool, each: frozenset[int]
) -> tuple[int, ...]:
    """The indices of the headings that are phases: never one below another, never the document's title.

    A general part ("Procedure") that holds parts with names of their own leaves it to them, as each case does that is one of several. Beside parts with a window, those
    that have none are phases where they stand as high as the others and are about the incident itself.
    """
    windowed = [heading for heading in headings if heading.window] if _is_windowed(headings) else []
    highest = min((heading.level for heading in windowed), default=0)
    above = {at for heading in windowed for at in heading.path}
    named = {index for index, heading in enumerate(headings) if _is_named(heading, kinds[index], words)}
    yielding = _yielding(headings, named, kinds)
    general = {index for index in named & yielding if kinds[index] in {Kind.RESPOND, Kind.INFORM}}
    found: dict[int, None] = {}
    for index, heading in enumerate(headings):
        is_title = has_title and index == 1
        own = not is_title and index in named - general - each
        timed = bool(heading.window or heading.ongoing)
        beside = own and heading.level <= highest and index not in above and kinds[index] in _OF_INCIDENT and not timed
        if index and (timed or (beside if windowed else own)) and not any(at in found for at in heading.path):
            found[index] = None
    return tuple(found)


def _is_windowed(headings: list[_Heading]) -> bool:
    """Whether a book is told along the clock: a single part with a window says nothing of the others."""
    return sum(heading.window is not None for heading in headings) > 1


_OF_INCIDENT = {Kind.INVESTIGATE, Kind.MITIGATE, Kind.VERIFY, Kind.CLOSE, Kind.AFTER}


def _yielding(headings: list[_Heading], named: set[int], kinds: list[Kind | None]) -> set[int]:
    """The parts below which another says more exactly what it is about; steps in their order belong to the part."""
    exact = (index for index in named if kinds[index] in {Kind.INVESTIGATE, Kind.MITIGATE, Kind.VERIFY})
    return {above for index in exact if headings[index].number is None for above in headings[index].path[:-1]}


def _is_named(heading: _Heading, kind: Kind | None, words: Words) -> bool:
    """Whether a title is one of the words that runbooks name their parts with, and not a sentence that holds one."""
    return kind is not None and len(heading.title.split()) <= _PHASE_WORDS_MAX and not words.has("h.other", heading.title)


def _kinds_below(headings: list[_Heading], kinds: list[Kind | None]) -> list[Kind | None]:
    """The kind of each part with what the parts above say."""
    found: list[Kind | None] = []
    for index, heading in enumerate(headings):
        above = found[heading.path[-2]] if len(heading.path) > 1 else None
        found.append(within(above, kinds[index]))
    return found


def _phase(heading: _Heading, kind: Kind | None, words: Words) -> Phase:
    known = kind or Kind.RESPOND
    clock = (
        Clock.RESOLUTION
        if words.has("h.after", heading.title) or (known is Kind.AFTER and not heading.window)
        else Clock.INCIDENT
    )
    window = heading.window or windows.limit(heading.whole, words)
    return Phase(heading.title, heading.line, window, heading.ongoing, heading.given.mode or MODES[known], clock, known)


class _Drawn(NamedTuple):
    """All headings with what was found out; ``order`` gives the number of the phase that one opens, ``top`` is below the title."""

    headings: list[_Heading]
    kinds: list[Kind | None]
    below: list[Kind | None]
    forbids: list[bool]
    order: dict[int, int]
    top: int
    offers: frozenset[int]


def _section(drawn: _Drawn, index: int) -> Section:
    """A heading placed."""
    headings, order = drawn.headings, drawn.order
    heading = headings[index]
    path = heading.path[drawn.top :]
    above = next((at for at in heading.path if at in order), None)
    under = heading.path[heading.path.index(above) + 1 :] if above else heading.path[1:]
    numbered = next((at for at in under if headings[at].number is not None), None)
    outermost = under[0] if under else above
    step = numbered or (outermost if above and outermost else index)
    given = heading.given
    for at in reversed(heading.path[:-1]):
        given = given.over(headings[at].given)
    kind = drawn.below[index] or Kind.RESPOND
    asked = next((headings[at].given.mode for at in reversed(heading.path) if headings[at].given.mode), None)
    telling = next((drawn.kinds[at] for at in reversed(path) if drawn.kinds[at] is not None), None)
    forbids = any(drawn.forbids[at] for at in path)
    return Section(
        heading.line,
        heading.level,
        heading.title,
        heading.number,
        heading.path,
        order[above] if above else NO_PHASE,
        step,
        heading.title if step != index else "",
        asked or MODES[kind],
        telling is Kind.INFORM and not forbids,
        given,
        index in order,
        kind,
        forbids,
        any(at in drawn.offers for at in path),
    )

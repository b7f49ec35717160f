"""A tally → what a person wants to know: errors by time, the top patterns, what is new, what comes more or less often."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from stormjib.evidence.loglines.group import group
from stormjib.evidence.loglines.rates import Change, Counts, changes, dispersion
from stormjib.evidence.loglines.tally import OTHER, OTHER_ERROR, Shape, Tally
from stormjib.evidence.loglines.trace import raised

TIMED_SHARE_LAST: Final = 4
"""Without a moment, the last quarter of the time is compared with what was before it."""


@dataclass(slots=True)
class Pattern:
    """Lines of one template. ``first`` and ``last`` are stretches; ``shapes`` are the numbers of its shapes in the tally."""

    template: str
    error: bool
    count: int
    first: int
    last: int
    example: str
    line: int
    file: str
    trace: tuple[str, ...]
    shapes: list[int]
    before: int = 0
    since: int = 0
    new: bool = False
    change: Change | None = None
    raises: dict[str, int] = field(default_factory=dict)
    """The exceptions in what is joined to it, with their counts."""


@dataclass(frozen=True, slots=True)
class Report:
    """All patterns, the most frequent first, and the errors of each stretch."""

    patterns: Sequence[Pattern]
    errors: dict[int, int]
    lines: int
    joined: int
    other: int
    other_errors: int
    moment: int | None
    """The stretch that "new" and "changed" look back from; None where the log is too short to compare."""
    begins: int | None
    ends: int | None
    width_seconds: int


def report(tally: Tally, moment: int | None, span: tuple[int, int] | None = None) -> Report:
    """What the tally says. ``moment`` is a second (or, without times, the number of a stretch).

    ``span``: the seconds of the first and the last line, where they are known better than by the stretch.
    """
    patterns, joined = _patterns(tally)
    stretches = sorted(tally.cells)
    begins, ends = (stretches[0], stretches[-1]) if stretches else (None, None)
    moment = _moment(tally, stretches) if moment is None else moment
    if moment is not None and begins is not None and ends is not None and begins < moment <= ends:
        _compare(tally, patterns, moment, span)
    else:
        moment = None
    return Report(
        patterns=sorted(patterns, key=lambda one: (-one.count, one.template)),
        errors=_errors(tally),
        lines=tally.lines,
        joined=joined,
        other=tally.shapes[OTHER].count,
        other_errors=tally.shapes[OTHER_ERROR].count,
        moment=moment,
        begins=begins,
        ends=ends,
        width_seconds=tally.width_seconds,
    )


def _patterns(tally: Tally) -> tuple[list[Pattern], int]:
    heads = [number for number, shape in enumerate(tally.shapes) if number > OTHER_ERROR and not shape.joined and shape.count]
    templates = group(tally.shapes[number].text for number in heads)
    found: dict[tuple[str, bool], Pattern] = {}
    owner: dict[int, Pattern] = {}
    for number in heads:
        shape = tally.shapes[number]
        key = (templates[shape.text], shape.error)
        one = found.get(key)
        if one is None:
            one = found[key] = _pattern(key[0], shape)
        elif shape.first < one.first:
            one.first, one.example, one.line, one.file = shape.first, shape.example, shape.line, shape.file
        one.count += shape.count
        one.last = max(one.last, shape.last)
        one.trace = one.trace or shape.trace
        one.shapes.append(number)
        owner[number] = one
    joined = 0
    for shape in tally.shapes:
        if shape.joined:
            joined += shape.count
            name, head = raised(shape.example), owner.get(shape.head or -1)
            if name and head is not None:
                head.raises[name] = head.raises.get(name, 0) + shape.count
    return list(found.values()), joined


def _pattern(template: str, shape: Shape) -> Pattern:
    return Pattern(template, shape.error, 0, shape.first, shape.last, shape.example, shape.line, shape.file, shape.trace, [])


def _errors(tally: Tally) -> dict[int, int]:
    """Lines of errors by stretch; what is joined to a line is not counted again."""
    bad = {number for number, shape in enumerate(tally.shapes) if shape.error and not shape.joined}
    return {
        begins: sum(times for number, times in tally.cells[begins].items() if number in bad) for begins in sorted(tally.cells)
    }


def _moment(tally: Tally, stretches: Sequence[int]) -> int | None:
    """The beginning of the last quarter."""
    if len(stretches) < TIMED_SHARE_LAST:
        return None
    width = tally.width_seconds if tally.timed else 1
    wanted = stretches[-1] + width - (stretches[-1] + width - stretches[0]) // TIMED_SHARE_LAST
    return next((one for one in stretches if one >= wanted), stretches[-1])


def _compare(tally: Tally, patterns: Sequence[Pattern], moment: int, span: tuple[int, int] | None) -> None:
    """Say of each pattern whether it is new since the moment, and whether its rate changed."""
    number_of = {shape: number for number, one in enumerate(patterns) for shape in one.shapes}
    earlier: dict[int, Counter[int]] = defaultdict(Counter)
    for begins, counted in tally.cells.items():
        for shape, times in counted.items():
            number = number_of.get(shape)
            if number is None:
                continue
            if begins < moment:
                patterns[number].before += times
                earlier[number][begins] += times
            else:
                patterns[number].since += times
    place = {begins: at for at, begins in enumerate(begins for begins in tally.cells if begins < moment)}
    counts = {}
    for number, one in enumerate(patterns):
        one.new = one.before == 0 and one.since > 0
        series = [0] * len(place)
        for begins, times in earlier[number].items():
            series[place[begins]] = times
        counts[number] = Counts(one.before, one.since, dispersion(series))
    width = tally.width_seconds if tally.timed else 1
    begins, ends = span or (min(tally.cells), max(tally.cells) + width)
    before, since = max(1, moment - begins), max(1, ends - moment)
    for number, change in changes(counts, before, since).items():
        patterns[number].change = change

"""Counts → what a person wants to know: errors by time, the top patterns, what is new, what comes more or less often."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from stormjib.evidence.loglines.counts import OTHER, OTHER_ERROR, Counts, Shape
from stormjib.evidence.loglines.envelope import message
from stormjib.evidence.loglines.group import group
from stormjib.evidence.loglines.masks import unnumbered
from stormjib.evidence.loglines.rates import Change, Events, changes, dispersion
from stormjib.evidence.loglines.trace import raised

TIMED_SHARE_LAST: Final = 4
"""Without a moment and without errors that begin, the last quarter of the time is compared with what was before it."""
GAIN_MIN: Final = 12.0
"""Two rates of errors have to be so much likelier than one; about the log of the moments that are tried, and more."""


@dataclass(slots=True)
class Pattern:
    """Lines of one template. ``first`` and ``last`` are buckets; ``shapes`` are the numbers of its shapes in the counts."""

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
    """All patterns, the most frequent first, and the errors of each bucket.

    ``untimed`` lines stand before the first time of a log that has times; they are in no bucket.
    """

    patterns: Sequence[Pattern]
    errors: dict[int, int]
    error_lines: int
    untimed: int
    lines: int
    joined: int
    other: int
    other_errors: int
    moment: int | None
    """The bucket that "new" and "changed" look back from; None where the log is too short to compare."""
    begins: int | None
    ends: int | None
    width_seconds: int


def report(counts: Counts, moment: int | None, span: tuple[int, int] | None = None) -> Report:
    """What the counts say. ``moment`` is a second (or, without times, the number of a bucket).

    ``span``: the seconds of the first and the last line, where they are known better than by the bucket.
    """
    counts.stand_alone()
    patterns, joined = _patterns(counts)
    buckets = sorted(set(counts.cells) - counts.no_time)
    begins, ends = (buckets[0], buckets[-1]) if buckets else (None, None)
    errors = _errors(counts, buckets)
    moment = _moment(counts, buckets, errors) if moment is None else moment
    if moment is not None and begins is not None and ends is not None and begins < moment <= ends:
        _compare(counts, patterns, moment, span)
    else:
        moment = None
    return Report(
        patterns=sorted(patterns, key=lambda one: (-one.count, one.template)),
        errors=errors,
        error_lines=sum(shape.count for shape in counts.shapes if shape.error and not shape.joined),
        untimed=sum(sum(counts.cells.get(bucket, {}).values()) for bucket in counts.no_time),
        lines=counts.lines,
        joined=joined,
        other=counts.shapes[OTHER].count,
        other_errors=counts.shapes[OTHER_ERROR].count,
        moment=moment,
        begins=begins,
        ends=ends,
        width_seconds=counts.width_seconds,
    )


def _patterns(counts: Counts) -> tuple[list[Pattern], int]:
    heads = [number for number, shape in enumerate(counts.shapes) if number > OTHER_ERROR and not shape.joined and shape.count]
    templates = group(counts.shapes[number].text for number in heads)
    found: dict[tuple[str, bool], Pattern] = {}
    owner: dict[int, Pattern] = {}
    for number in heads:
        shape = counts.shapes[number]
        key = (templates[shape.text], shape.error)
        one = found.get(key)
        if one is None:
            one = found[key] = _pattern(key[0], shape)
        elif shape.first < one.first or (one.first in counts.no_time and shape.first not in counts.no_time):
            one.first, one.example, one.line, one.file = shape.first, shape.example, shape.line, shape.file
        one.count += shape.count
        one.last = max(one.last, shape.last)
        one.trace = one.trace or shape.trace
        one.shapes.append(number)
        owner[number] = one
    for one in found.values():
        if one.count > 1:
            one.template = unnumbered(one.template)
    joined = 0
    for shape in counts.shapes:
        if shape.joined:
            joined += shape.count
            name, head = raised(message(shape.text)), owner.get(shape.head or -1)
            if name and head is not None:
                head.raises[name] = head.raises.get(name, 0) + shape.count
    return list(found.values()), joined


def _pattern(template: str, shape: Shape) -> Pattern:
    return Pattern(template, shape.error, 0, shape.first, shape.last, shape.example, shape.line, shape.file, shape.trace, [])


def _errors(counts: Counts, buckets: Sequence[int]) -> dict[int, int]:
    """Lines of errors by bucket; what is joined to a line is not counted again."""
    bad = {number for number, shape in enumerate(counts.shapes) if shape.error and not shape.joined}
    return {begins: sum(times for number, times in counts.cells[begins].items() if number in bad) for begins in buckets}


def _moment(counts: Counts, buckets: Sequence[int], errors: Mapping[int, int]) -> int | None:
    """Where the errors begin; the beginning of the last quarter where nothing says so."""
    if len(buckets) < TIMED_SHARE_LAST:
        return None
    width = counts.width_seconds if counts.timed else 1
    ends = buckets[-1] + width
    first = next((one for one in buckets if errors[one]), None)
    if first is not None and first >= buckets[0] + (ends - buckets[0]) // TIMED_SHARE_LAST:
        return first
    gain, begins = max((_gain(errors, one, buckets[0], ends), -one) for one in buckets[1:])
    if gain >= GAIN_MIN:
        return -begins
    wanted = ends - (ends - buckets[0]) // TIMED_SHARE_LAST
    return next((one for one in buckets if one >= wanted), buckets[-1])


def _gain(errors: Mapping[int, int], moment: int, begins: int, ends: int) -> float:
    """How much likelier two rates of errors are, a higher one from the moment on, than one (log of the ratio, Poisson)."""
    before = sum(count for at, count in errors.items() if at < moment)
    since = sum(errors.values()) - before
    share = (ends - moment) / (ends - begins)
    if since <= (before + since) * share:
        return 0.0
    total = before + since
    return sum(count * math.log(count / (total * part)) for count, part in ((before, 1 - share), (since, share)) if count)


def standing_out(patterns: Iterable[Pattern], most: int) -> list[Pattern]:
    """The errors to look at first: the most frequent one, the newest, the next frequent one, the rarest, and so on."""
    errors = [one for one in patterns if one.error]
    orders = (
        sorted(errors, key=lambda one: -one.count),
        sorted(errors, key=lambda one: (-one.first, one.count)),
        sorted(errors, key=lambda one: -one.count),
        sorted(errors, key=lambda one: (one.count, -one.first)),
    )
    chosen: list[Pattern] = []
    for turn in range(most):
        one = next((one for one in orders[turn % len(orders)] if one not in chosen), None)
        if one is not None:
            chosen.append(one)
    return chosen


def _compare(counts: Counts, patterns: Sequence[Pattern], moment: int, span: tuple[int, int] | None) -> None:
    """Say of each pattern whether it is new since the moment, and whether its rate changed."""
    number_of = {shape: number for number, one in enumerate(patterns) for shape in one.shapes}
    earlier: dict[int, Counter[int]] = defaultdict(Counter)
    for begins, counted in counts.cells.items():
        for shape, times in counted.items():
            number = number_of.get(shape)
            if number is None or begins in counts.no_time:
                continue
            if begins < moment:
                patterns[number].before += times
                earlier[number][begins] += times
            else:
                patterns[number].since += times
    place = {begins: at for at, begins in enumerate(begins for begins in set(counts.cells) - counts.no_time if begins < moment)}
    events = {}
    for number, one in enumerate(patterns):
        one.new = one.before == 0 and one.since > 0
        series = [0] * len(place)
        for begins, times in earlier[number].items():
            series[place[begins]] = times
        events[number] = Events(one.before, one.since, dispersion(series))
    width = counts.width_seconds if counts.timed else 1
    begins, ends = span or (min(set(counts.cells) - counts.no_time), max(counts.cells) + width)
    before, since = max(1, moment - begins), max(1, ends - moment)
    for number, change in changes(events, before, since).items():
        patterns[number].change = change

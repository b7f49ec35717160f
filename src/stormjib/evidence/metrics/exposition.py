"""The Prometheus text format 0.0.4 and as much of OpenMetrics as is scraped: text → samples, and a sentence for what is no sample."""

import math
import re
from collections.abc import Callable

import msgspec

from stormjib.evidence.metrics.sample import COUNTER_ENDINGS, Labels, Sample

LINE_CHARS_MAX = 20_000
PROBLEMS_MAX = 3
QUOTE_CHARS_MAX = 60
_TYPE = re.compile(r"#\s*TYPE\s+(\S+)\s+(\S+)\s*$")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:.]*")
_LABEL = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|(?=\}))')
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
_ESCAPE = re.compile(r'\\[\\"n]')
_WORDS = {"+Inf": math.inf, "Inf": math.inf, "-Inf": -math.inf, "NaN": math.nan}


class Exposition(msgspec.Struct, frozen=True):
    """What one scrape said. ``series`` is how many there were, also those that nobody wanted; ``problems`` are sentences."""

    samples: tuple[Sample, ...]
    series: int = 0
    problems: tuple[str, ...] = ()


def parse(text: str, wanted: Callable[[str], bool] = lambda _: True, series_max: int = 100_000) -> Exposition:
    """The samples whose name is ``wanted``, at most so many; bad lines are told of and left out, nothing is raised."""
    types: dict[str, str] = {}
    samples: list[Sample] = []
    wrong: list[str] = []
    series = wrong_total = kept_total = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line:
            continue
        if line[0] == "#":
            found = _TYPE.match(line)
            if found:
                types[found[1]] = found[2]
            continue
        series += 1
        name = _NAME.match(line[:300])
        if name is not None and not wanted(name[0]) and " " in line:
            continue
        sample = _sample(line, name[0], types) if name and len(line) <= LINE_CHARS_MAX else None
        if sample is None:
            wrong_total += 1
            if len(wrong) < PROBLEMS_MAX:
                wrong.append(f"Line {number} is not a sample of the Prometheus text format: {_quote(line)}")
            continue
        kept_total += 1
        if len(samples) < series_max:
            samples.append(sample)
    if wrong_total > len(wrong):
        wrong.append(f"{wrong_total} lines in all are no samples.")
    if kept_total > series_max:
        wrong.append(f"There are {kept_total} series that count; the first {series_max} are kept. Drop a label with many values.")
    return Exposition(tuple(samples), series, tuple(wrong))


def _sample(line: str, name: str, types: dict[str, str]) -> Sample | None:
    rest = line[len(name) :].lstrip()
    labels: Labels = ()
    if rest.startswith("{"):
        found = _labels(rest)
        if found is None:
            return None
        labels, end = found
        rest = rest[end:]
    words = rest.split()
    if not words:
        return None
    value = _number(words[0])
    if value is None or not _ends_well(words[1:]):
        return None
    return Sample(name, labels, value, counter=_counts(name, types))


def _labels(text: str) -> tuple[Labels, int] | None:
    """The labels of ``{…}`` in the order of their names and where they end; None for what is not closed."""
    at = 1
    found: list[tuple[str, str]] = []
    while True:
        while at < len(text) and text[at] in " ,":
            at += 1
        if at < len(text) and text[at] == "}":
            return tuple(sorted(found)), at + 1
        one = _LABEL.match(text, at)
        if one is None:
            return None
        found.append((one[1], _ESCAPE.sub(lambda each: _ESCAPES[each[0]], one[2])))
        at = one.end()


def _ends_well(words: list[str]) -> bool:
    """A timestamp may follow, and in OpenMetrics an exemplar after ``#``."""
    if not words or words[0] == "#":
        return True
    return _number(words[0]) is not None and (len(words) == 1 or words[1] == "#")


def _number(word: str) -> float | None:
    if word in _WORDS:
        return _WORDS[word]
    if "_" in word:  # Python would read 1_000
        return None
    try:
        return float(word)
    except ValueError:
        return None


def _counts(name: str, types: dict[str, str]) -> bool:
    """Whether it only ever grows: by its type where one is given, else by its ending."""
    base = next((name.removesuffix(ending) for ending in COUNTER_ENDINGS if name.endswith(ending)), name)
    given = types.get(name) or types.get(base)
    if given in {"counter", "histogram", "summary"}:
        return given == "counter" or name != base
    return given in {None, "untyped", "unknown"} and name != base


def _quote(line: str) -> str:
    short = line if len(line) <= QUOTE_CHARS_MAX else line[:QUOTE_CHARS_MAX] + "…"
    return "".join(char if char.isprintable() else "·" for char in short)

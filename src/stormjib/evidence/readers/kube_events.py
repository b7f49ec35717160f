"""Events of Kubernetes: the warnings, by what they are about, and how long ago they came."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stormjib.core.text.units import counted
from stormjib.evidence.readers.columns import rows_of
from stormjib.evidence.readers.kube_rows import RECENT_SECONDS, WORDS, age_seconds
from stormjib.evidence.readers.reading import Clause, Fact, Level, Measured, Reading, State, tell

_BARE: Final = re.compile(
    r"(?:(?P<NAMESPACE>\S+) +)?(?P<SEEN>(?:\d+[dhms])+|<unknown>)(?: \(x(?P<COUNT>\d+) over \S+\))? +(?P<TYPE>Normal|Warning) +"
    r"(?P<REASON>\w+) +(?P<OBJECT>[a-z.]+/\S+) +(?P<MESSAGE>.*)"
)
_MESSAGE_CHARS_MAX: Final = 140


def event_rows(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Those of ``kubectl get events`` and ``kubectl events``, with a header or without one."""
    lines = list(lines)
    for row in rows_of(lines, "REASON", "OBJECT"):
        yield {**row, "SEEN": row.get("LAST SEEN", "")}
    if not any("REASON" in line for line in lines[:3]):
        yield from (
            {name: value or "" for name, value in found.groupdict().items()} for line in lines if (found := _BARE.fullmatch(line))
        )


def read_events(source: str, rows: Iterable[dict[str, str]]) -> Reading:
    """The warnings; those that came more than an hour ago are history and weigh little."""
    rows = list(rows)
    warnings = [row for row in rows if row.get("TYPE") == "Warning"]
    facts, clauses = told_events(warnings)
    return tell(source, [Measured("events", "warnings", float(len(warnings)), "count"), *facts], clauses)


def told_events(warnings: Iterable[dict[str, str]]) -> tuple[list[Fact], list[Clause]]:
    """One fact and one sentence for each reason of each thing, the newest of its words."""
    newest: dict[tuple[str, str], tuple[dict[str, str], int]] = {}
    for row in warnings:
        key = row.get("REASON", ""), row.get("OBJECT", "").rpartition("/")[2]
        count = _count(row)
        known = newest.get(key)
        newest[key] = (
            row if known is None or _seconds(row) <= _seconds(known[0]) else known[0],
            count + (known[1] if known else 0),
        )
    facts: list[Fact] = []
    clauses: list[Clause] = []
    for (reason, thing), (row, count) in newest.items():
        old = _seconds(row) > RECENT_SECONDS
        word = WORDS.get(reason)
        level: Level = "note" if old else word.level if word else "warn"
        message = " ".join(row.get("MESSAGE", "").split())[:_MESSAGE_CHARS_MAX].rstrip(".")
        facts.append(State(thing, "old event" if old else "event", reason))
        facts.append(State(thing, "event says", message))
        times = f", {counted(count, 'time')}" if count > 1 else ""
        ago = f", last {row['SEEN']} ago" if old else ""
        clauses.append(Clause(level, f"{thing} {word.says if word else 'has trouble'} ({reason}{times}{ago}): {message}"))
    return facts, clauses


def _count(row: dict[str, str]) -> int:
    found = re.search(r"\(x(\d{1,7})", row.get("SEEN", ""))
    said = row.get("COUNT", "")
    return int(found[1]) if found else int(said) if said.isdecimal() else 1


def _seconds(row: dict[str, str]) -> float:
    return age_seconds(row.get("SEEN", "").partition(" ")[0]) or 0.0

"""What the server tells about itself, in Prometheus's text format.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from stormjib.web.intake_page import IntakeReport

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_INTAKE: Final = "stormjib_intake_"
SOURCES: Final = ("alertmanager", "generic")
ANSWERS: Final = ("400", "401", "403", "408", "413", "422", "503", "200, named as odd")
"""What may be refused, told from the start as 0: a series that begins with its first refusal has no increase to be found."""


class Sample(NamedTuple):
    """One value; ``suffix`` is what a histogram adds to the name."""

    value: float
    labels: dict[str, str] = {}  # noqa: RUF012 - nobody changes it
    suffix: str = ""


class Family(NamedTuple):
    """A metric with all its values; ``kind`` is counter, gauge or histogram."""

    name: str
    kind: str
    text: str
    samples: Iterable[Sample]


def exposition(families: Iterable[Family]) -> str:
    """The text that Prometheus reads."""
    lines: list[str] = []
    for family in families:
        lines += (f"# HELP {family.name} {family.text}", f"# TYPE {family.name} {family.kind}")
        lines += (f"{family.name}{one.suffix}{_labels(one.labels)} {one.value}" for one in family.samples)
    return "\n".join([*lines, ""])


def _labels(labels: dict[str, str]) -> str:
    said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{{{said}}}" if said else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def of_intake(found: IntakeReport) -> Iterator[Family]:
    """What arrived and what became of it."""
    each = found.sources
    quiet = [one for one in SOURCES if one not in {known.source for known in each}]
    none: dict[str, int] = dict.fromkeys(ANSWERS, 0)
    refusals = [*((one.source, none | one.refused, none | one.unread) for one in each), *((name, none, none) for name in quiet)]
    received = (Sample(one.received, {"source": one.source}) for one in each)
    yield Family(f"{_INTAKE}alerts_received_total", "counter", "Alerts found in requests.", received)
    refused = (Sample(n, {"source": name, "answer": answer}) for name, all_, _ in refusals for answer, n in all_.items())
    yield Family(f"{_INTAKE}alerts_refused_total", "counter", "Alerts that were refused, by answer.", refused)
    unread = (Sample(n, {"source": name, "answer": answer}) for name, _, all_ in refusals for answer, n in all_.items())
    yield Family(f"{_INTAKE}requests_unread_total", "counter", "Refused requests with an unknown number of alerts.", unread)
    truncated = (Sample(one.truncated, {"source": one.source}) for one in each)
    yield Family(f"{_INTAKE}alerts_truncated_total", "counter", "Alerts that a sender left out of its messages.", truncated)
    mended = (Sample(one.mended, {"source": one.source}) for one in each)
    yield Family(f"{_INTAKE}alerts_mended_total", "counter", "Alerts that were taken although something was odd.", mended)
    outcomes = (
        Sample(count, {"source": one.source, "outcome": outcome, "rule": rule})
        for one in each
        for outcome, rule, count in (
            ("paged", "", one.paged),
            ("joined", "", one.joined),
            ("waiting", "", one.waiting),
            *(("suppressed", rule, count) for rule, count in one.suppressed.items()),
        )
    )
    yield Family(f"{_INTAKE}alerts", "gauge", "What became of the alerts; an alert that waits moves on.", outcomes)
    missing = (Sample(one.missing + sum(one.unaccounted.values()), {"source": one.source}) for one in each)
    yield Family(f"{_INTAKE}alerts_unaccounted", "gauge", "Alerts without an outcome; below zero: with two.", missing)
    seen = (Sample(one.last_seen_at, {"source": one.source}) for one in each if one.last_seen_at is not None)
    yield Family(f"{_INTAKE}last_seen_timestamp_seconds", "gauge", "When the source was last heard of.", seen)

"""Drills as they ended, what they come to, and the confusion table."""

from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

import msgspec

TOP_SHARE_BAR: Final = 0.80
THREE_SHARE_BAR: Final = 0.95
WORK_SECONDS_BAR: Final = 10.0
EVIDENCE_SECONDS_BAR: Final = 60.0


class Run(msgspec.Struct):
    """One drill. ``place`` is where the right one stands, 1 the first; 0 where it is not named."""

    fault: str
    seed: int
    wanted: str
    """What is to blame, as the table of the bench calls it."""
    right: tuple[str, ...]
    """The names that the right one may have."""
    suspects: tuple[tuple[str, float], ...] = ()
    place: int = 0
    clear: bool = False
    proposed: str = ""
    impact: str = ""
    seconds_to_declaration: float = 0.0
    seconds_to_evidence: float = 0.0
    """From the declaration until the suspects were ranked."""
    work_seconds: float = 0.0
    """What the server and all that it started used of the processors from the declaration until then."""
    rank_seconds: float = 0.0
    """The ranking alone, on this log."""
    missing: tuple[str, ...] = ()
    error: str = ""

    @property
    def first(self) -> str:
        """The first suspect, or that there is none."""
        return self.suspects[0][0] if self.suspects else "(none)"


def figures(runs: list[Run]) -> dict[str, Any]:
    """The shares, the times, and which bars are met."""
    count = len(runs)
    done = [run for run in runs if not run.error]
    top, three = (sum(0 < run.place <= most for run in runs) / count for most in (1, 3))
    evidence, work = [run.seconds_to_evidence for run in done], [run.work_seconds for run in done]
    return {
        "runs": count,
        "failed": count - len(done),
        "first_right": round(top, 3),
        "within_three": round(three, 3),
        "called_clear_and_wrong": sum(run.clear and run.place != 1 for run in done),
        "evidence_seconds_median": round(median(evidence), 2) if done else None,
        "evidence_seconds_max": max(evidence, default=None),
        "work_seconds_median": round(median(work), 2) if done else None,
        "rank_seconds_max": max((run.rank_seconds for run in done), default=None),
        "met": {
            "first_right": top >= TOP_SHARE_BAR,
            "within_three": three >= THREE_SHARE_BAR,
            "evidence": bool(done) and max(evidence) <= EVIDENCE_SECONDS_BAR,
            "work": bool(done) and median(work) <= WORK_SECONDS_BAR,
        },
    }


def table(runs: list[Run]) -> str:
    """A row for each fault, a column for each component that came first."""
    columns = sorted({run.first for run in runs})
    counts = Counter((run.fault, run.first) for run in runs)
    return "\n".join(_rows(runs, columns, counts))


def _rows(runs: list[Run], columns: list[str], counts: Counter[tuple[str, str]]) -> Iterator[str]:
    yield "\nFault (rows) against the first suspect (columns); the last two: right, within three.\n"
    for number, column in enumerate(columns, 1):
        yield f"  {number:>2} = {column}"
    yield (
        "\n" + f"{'fault':<20}{'right one':<34}" + "".join(f"{number:>4}" for number in range(1, len(columns) + 1)) + "   1st  ≤3"
    )
    for fault in dict.fromkeys(run.fault for run in runs):
        own = [run for run in runs if run.fault == fault]
        cells = "".join(f"{counts[fault, column] or '·':>4}" for column in columns)
        first, three = (sum(0 < run.place <= most for run in own) for most in (1, 3))
        yield f"{fault:<20}{own[0].wanted:<34}{cells}   {first}/{len(own)}  {three}/{len(own)}"

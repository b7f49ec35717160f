"""How well lines are grouped, on labelled samples: `python -m bench.grouping DIRECTORY`.

The directory holds a folder for each system with a `*_structured.csv` (columns Content, EventId, EventTemplate), as the samples of
Loghub have (for research; they are no part of this project). One setting for all of them. Grouping accuracy (GA) is the share of lines
whose group has exactly the lines of the true group; FGA is F1 over groups; FTA is F1 over groups whose template is also the true text
(Khan et al. 2022; Jiang et al. 2024, Loghub-2.0). With `--raw` the lines are those of the `.log` beside it, as `stormjib logs` reads them: with
their times, hosts and levels. Then only the groups are compared, for a template holds what the true one leaves out.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Hashable, Sequence
from pathlib import Path
from statistics import mean
from typing import Final, NamedTuple

from stormjib.evidence.loglines.group import group
from stormjib.evidence.loglines.timestamp import recognise
from stormjib.integrations.logs.lines import text_without

BARS: Final = {"GA": 0.92, "FGA": 0.94, "FTA": 0.69}
RAW_BARS: Final = {"GA": 0.85, "FGA": 0.90}
SAMPLE_LINES: Final = 1_000
NOW: Final = 1_800_000_000.0
"""A time without a year is of the year before; it does not matter here."""


class Score(NamedTuple):
    """GA, FGA and FTA, and how many groups there are and should be."""

    ga: float
    fga: float
    fta: float
    found: int
    true: int


def score(found: Sequence[str], true: Sequence[Hashable], templates: Sequence[str]) -> Score:
    """Compare the found template of each line with its true event and template."""
    own, theirs = _groups(found), _groups(true)
    by_lines = {tuple(lines): event for event, lines in theirs.items()}
    right = [lines for lines in own.values() if tuple(lines) in by_lines]
    exact = [lines for lines in right if found[lines[0]] == templates[lines[0]]]
    both = len(own) + len(theirs)
    return Score(sum(map(len, right)) / len(found), 2 * len(right) / both, 2 * len(exact) / both, len(own), len(theirs))


def _groups(names: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for line, name in enumerate(names):
        groups[name].append(line)
    return groups


def raw(file: Path) -> list[str]:
    """The lines of a log without their times."""
    lines = file.read_bytes().removesuffix(b"\n").split(b"\n")
    stamp = recognise(lines[:SAMPLE_LINES], NOW)
    return [text_without(line, stamp) for line in lines]


def measure(file: Path, *, whole: bool = False) -> Score:
    """One system; ``whole``: of its raw lines."""
    with file.open(encoding="utf-8", errors="replace", newline="") as opened:
        rows = list(csv.DictReader(opened))
    lines = raw(file.with_name(file.name.removesuffix("_structured.csv"))) if whole else [row["Content"] for row in rows]
    if len(lines) != len(rows):
        raise SystemExit(f"{file} has {len(rows):,} rows for {len(lines):,} lines")
    templates = group(lines)
    return score([templates[line] for line in lines], [row["EventId"] for row in rows], [row["EventTemplate"] for row in rows])


def main() -> int:
    """Print a row for each system and the means; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.grouping", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="holds SYSTEM/*_structured.csv")
    parser.add_argument("--raw", action="store_true", help="the lines as they stand in the log")
    given = parser.parse_args()
    bars = RAW_BARS if given.raw else BARS
    files = sorted(given.directory.glob("*/*_structured.csv"))
    if not files:
        parser.error("there is no SYSTEM/*_structured.csv in that directory")
    print("| system | GA | FGA | FTA | groups | true |\n|---|---:|---:|---:|---:|---:|")
    scores = []
    for file in files:
        one = measure(file, whole=given.raw)
        scores.append(one)
        print(f"| {file.parent.name} | {one.ga:.3f} | {one.fga:.3f} | {one.fta:.3f} | {one.found} | {one.true} |")
    means = {"GA": mean(one.ga for one in scores), "FGA": mean(one.fga for one in scores), "FTA": mean(one.fta for one in scores)}
    print("| **mean** | " + " | ".join(f"{value:.3f}" for value in means.values()) + " | | |")
    print("\n" + ", ".join(f"{name} {means[name]:.3f} (bar {bar})" for name, bar in bars.items()))
    return int(any(means[name] < bar for name, bar in bars.items()))


if __name__ == "__main__":
    sys.exit(main())

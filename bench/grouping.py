"""How well lines are grouped, on labelled samples: `python -m bench.grouping DIRECTORY`.

The directory holds a folder for each system with a `*_structured.csv` (columns Content, EventId, EventTemplate), as the samples of
Loghub have (for research; they are no part of this project). One setting for all of them. Grouping accuracy (GA) is the share of lines
whose group has exactly the lines of the true group; FGA is F1 over groups; FTA is F1 over groups whose template is also the true text
(Khan et al. 2022; Jiang et al. 2024, Loghub-2.0).
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

BARS: Final = {"GA": 0.90, "FGA": 0.90, "FTA": 0.48}


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


def measure(file: Path) -> Score:
    """One system."""
    with file.open(encoding="utf-8", errors="replace", newline="") as opened:
        rows = list(csv.DictReader(opened))
    lines = [row["Content"] for row in rows]
    templates = group(lines)
    return score([templates[line] for line in lines], [row["EventId"] for row in rows], [row["EventTemplate"] for row in rows])


def main() -> int:
    """Print a row for each system and the means; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.grouping", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="holds SYSTEM/*_structured.csv")
    files = sorted(parser.parse_args().directory.glob("*/*_structured.csv"))
    if not files:
        parser.error("there is no SYSTEM/*_structured.csv in that directory")
    print("| system | GA | FGA | FTA | groups | true |\n|---|---:|---:|---:|---:|---:|")
    scores = []
    for file in files:
        one = measure(file)
        scores.append(one)
        print(f"| {file.parent.name} | {one.ga:.3f} | {one.fga:.3f} | {one.fta:.3f} | {one.found} | {one.true} |")
    means = {"GA": mean(one.ga for one in scores), "FGA": mean(one.fga for one in scores), "FTA": mean(one.fta for one in scores)}
    print("| **mean** | " + " | ".join(f"{value:.3f}" for value in means.values()) + " | | |")
    print("\n" + ", ".join(f"{name} {value:.3f} (bar {BARS[name]})" for name, value in means.items()))
    return int(any(value < BARS[name] for name, value in means.items()))


if __name__ == "__main__":
    sys.exit(main())

"""Everything that is measured, in one run: `python -m bench`, or some of it: `python -m bench intake paging --seconds 5`."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from bench import deadlines, footprint, intake, machine, memory, paging, replay, report, storm
from bench.figure import Part
from bench.server import ALERTMANAGER

PARTS: Final = ("intake", "paging", "memory", "replay", "help", "rest", "deadlines", "storm", "size")
COMPARED: Final = {"intake": (ALERTMANAGER, "wrk"), "paging": (ALERTMANAGER,), "memory": (ALERTMANAGER,)}
"""What has to be installed for them."""
SECONDS_MAX: Final = 60.0


def main() -> int:
    """Measure, print, write; 1 where a bar is missed or a part could not be measured."""
    given = _arguments()
    given.where.mkdir(parents=True, exist_ok=True)
    found: dict[str, Part] = {}
    with tempfile.TemporaryDirectory(prefix="stormjib-bench-", dir=given.where) as name:
        where = Path(name)
        about = machine.describe(where)
        _warn(where)
        for title, measure in _measures(where, given).items():
            if title in given.parts:
                _tell(f"{title}:")
                found[title] = _missing(title) or measure()
    figures = [figure for part in found.values() for figure in part.figures]
    raw = {name: part.raw | ({"missing": part.missing} if part.missing else {}) for name, part in found.items()}
    report.write(given.output, {"machine": about, "raw": raw}, figures)
    print(report.table(figures))
    for name, missing in ((name, part.missing) for name, part in found.items() if part.missing):
        print(f"\n{name} was not measured. {missing}")
    return int(any(figure.met is False for figure in figures) or any(part.missing for part in found.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which to measure, of {', '.join(PARTS)}; all of them without")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each run of the load takes (default 5)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each load is run, in turn (default 3)")
    parser.add_argument("--samples", type=int, default=paging.SAMPLES_MIN, help="alerts that are timed one by one (default 200)")
    parser.add_argument("--alerts", type=int, default=storm.ALERTS, help="distinct alerts of the storm (default 10000)")
    parser.add_argument("--where", type=Path, default=Path("/var/tmp"), help="a directory on a real disk (default /var/tmp)")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("results.json"), help="where the numbers go")
    given = parser.parse_args()
    wrong = [part for part in given.parts if part not in PARTS]
    if wrong:
        parser.error(f"there is no part {wrong[0]}; there are {', '.join(PARTS)}")
    if not 1 <= given.seconds <= SECONDS_MAX or min(given.rounds, given.samples, given.alerts) < 1:
        parser.error(f"--seconds is 1 to {SECONDS_MAX:.0f}, --rounds, --samples and --alerts at least 1")
    given.parts = given.parts or list(PARTS)
    return given


def _measures(where: Path, given: argparse.Namespace) -> dict[str, Callable[[], Part]]:
    return {
        "intake": partial(intake.measure, where, seconds=given.seconds, rounds=given.rounds, tell=_tell),
        "paging": partial(paging.measure, where, samples=given.samples, tell=_tell),
        "memory": partial(memory.measure, where, tell=_tell),
        "replay": partial(replay.measure, where, tell=_tell),
        "help": partial(footprint.command_line, where, tell=_tell),
        "rest": partial(footprint.at_rest, where, tell=_tell),
        "deadlines": partial(deadlines.measure, where, tell=_tell),
        "storm": partial(storm.measure, where, alerts=given.alerts, tell=_tell),
        "size": partial(footprint.installed, where, tell=_tell),
    }


def _missing(part: str) -> Part | None:
    absent = [program for program in COMPARED.get(part, ()) if shutil.which(program) is None]
    if not absent:
        return None
    packages = " ".join(absent)
    return Part([], missing=f"It needs {packages}: apt-get install -y --no-install-recommends {packages}")


def _warn(where: Path) -> None:
    if machine.in_memory(where):
        _tell(f"  {where} is memory, so that writing costs nothing here; give a directory on a disk: --where")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

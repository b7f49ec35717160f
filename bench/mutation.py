"""How many small faults in the core its tests notice: `python -m bench.mutation --sample 300 --seed 1`.

A fault is put into one line, and the tests that run this line are run until one fails. Which tests run which lines is found
out once and kept. Each fault has a process of its own, forked before anything of stormjib is imported. Printed: the share that
was noticed, with its 95 % interval (Wilson), per directory and per kind, and every fault that was not. What only tests would
notice that take longer than --budget counts as not noticed. The texts of f-strings and docstrings are left alone.
"""

import argparse
import gc
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import SourceFileLoader
from itertools import accumulate
from math import sqrt
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from hypothesis import Phase, settings

from bench import tests_of_lines
from bench.mutants import Mutant, mutants, mutate

ROOT: Final = Path(__file__).parents[1]
CORE: Final = ROOT / "src" / "stormjib" / "core"
TESTS: Final = ("tests/core", "tests/runbook", "tests/engine", "tests/web", "tests/cli", "tests/story")
CONTROLLED: Final = 10
"""Of so many faults that were noticed one is taken out again, and then its tests have to pass."""
SHARE_MIN: Final = 0.9
MEMORY_BYTES_MAX: Final = 3 * 1024**3
_USELESS: Final = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
QUIET: Final = ("-x", "-p", "no:timeout", "-p", "no:cacheprovider", "-W", "ignore")


class Result(NamedTuple):
    """One fault: where it is, and whether a test failed ("killed"), none did ("survived"), or none runs the line ("unseen")."""

    file: str
    mutant: Mutant
    outcome: str


def main() -> int:
    """Print the share; 1 where it is below the bar."""
    given = _arguments()
    seen = tests_of_lines.read([_traced(directory, given.map) for directory in given.tests])
    every = [(file, mutant) for file in sorted(CORE.rglob("*.py")) for mutant in mutants(file.read_text(encoding="utf-8"))]
    every = [(file, mutant) for file, mutant in every if given.only in str(file.relative_to(CORE))]
    chosen = random.Random(given.seed).sample(every, min(given.sample, len(every))) if given.sample else every
    print(f"{len(chosen)} of {len(every)} faults, seed {given.seed}", flush=True)
    with ThreadPoolExecutor(given.jobs) as pool:
        results = list(pool.map(lambda one: _judged(*one, seen, given), chosen))
    _report(results)
    return int(sum(one.outcome == "killed" for one in results) < SHARE_MIN * len(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many faults, drawn at random; 0 for all (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default 1)")
    parser.add_argument("--only", default="", help="only files of the core whose path has this in it")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time (default 1)")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of tests for one fault (default 60)")
    parser.add_argument(
        "--map", type=Path, default=ROOT / "build" / "tests-of-lines", help="where it is kept which tests run which lines"
    )
    parser.add_argument("--tests", nargs="*", default=list(TESTS), help="the tests that may notice")
    return parser.parse_args()


def _traced(directory: str, kept: Path) -> Path:
    """Where it stands which lines the tests of this directory run; remove the file after the tests have changed."""
    file = kept / f"{directory.replace('/', '-')}.json"
    if not file.exists():
        kept.mkdir(parents=True, exist_ok=True)
        environ = {**os.environ, "TESTS_OF_LINES": str(file), "TESTS_OF_LINES_CORE": f"{CORE}/"}
        argv = [sys.executable, "-m", "pytest", "-q", "-p", "bench.tests_of_lines", "-p", "no:timeout", directory]
        subprocess.run(argv, cwd=ROOT, env=environ, check=False)
    return file


def _judged(file: Path, mutant: Mutant, seen: tests_of_lines.Seen, given: argparse.Namespace) -> Result:
    name = file.relative_to(CORE).as_posix()
    # What runs while a file is imported, such as the reading of a table, belongs to no test.
    tests = [] if mutant.at_import else seen.of_line(name, mutant.line)
    tests = tests or seen.of_file(name)
    ordered = sorted(tests, key=lambda test: seen.seconds[test])
    affordable = [
        test
        for test, total in zip(ordered, accumulate(seen.seconds[test] for test in ordered), strict=True)
        if total <= given.budget
    ]
    outcome = _run(file, mutant, affordable, sum(seen.seconds[test] for test in affordable)) if affordable else "unseen"
    if outcome == "killed" and mutant.number % CONTROLLED == 0:
        assert _run(file, None, affordable, sum(seen.seconds[test] for test in affordable)) == "survived", (
            f"{name} without a fault"
        )
    if outcome != "killed":
        text = file.read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
        print(f"{outcome}: {name}:{mutant.line} {mutant.kind} ({len(affordable)} tests): {text[:110]}", flush=True)
    return Result(name, mutant, outcome)


def _run(file: Path, mutant: Mutant | None, tests: list[str], seconds: float) -> str:
    child = os.fork()
    if child == 0:
        _notice(file, mutant, tests, seconds)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code in _USELESS:
        raise RuntimeError(f"pytest ended with {code} for {file}: nothing was tested.")
    return "survived" if code == 0 else "killed"


def _notice(file: Path, mutant: Mutant | None, tests: list[str], seconds: float) -> None:
    """In a process of its own: import the faulty source, run the tests, and end with 0 where all of them pass."""
    silent = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(silent, number)
    limit = int(4 * seconds) + 20
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    signal.alarm(10 * limit)
    source, plain = file.read_text(encoding="utf-8"), SourceFileLoader.get_code
    code = compile(mutate(source, mutant.number) if mutant else source, str(file), "exec")
    SourceFileLoader.get_code = lambda self, name: code if self.path == str(file) else plain(self, name)
    settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate), database=None)
    settings.load_profile("mutation")
    with tempfile.TemporaryDirectory() as where:
        ended = pytest.main(
            [*QUIET, "--basetemp", f"{where}/tests", *sorted({test.partition("::")[0] for test in tests})], plugins=[_Only(tests)]
        )
    os._exit(int(ended))


class _Only:
    """Of what was collected only these tests, in this order."""

    def __init__(self, tests: list[str]) -> None:
        self._places = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self._places), key=lambda item: self._places[item.nodeid])
        gc.freeze()


def _report(results: list[Result]) -> None:
    for title, key in (("directory", lambda one: one.file.partition("/")[0]), ("kind", lambda one: one.mutant.kind)):
        groups = defaultdict(list)
        for one in results:
            groups[key(one)].append(one.outcome == "killed")
        print(f"\nper {title}:")
        for name, killed in sorted(groups.items()):
            print(f"  {name:24} {sum(killed):5} of {len(killed):5}  {sum(killed) / len(killed):6.1%}")
    killed, n = sum(one.outcome == "killed" for one in results), len(results)
    low, high = _interval(killed, n)
    print(f"\n{killed} of {n} faults were noticed: {killed / n:.1%} (95 %: {low:.1%} to {high:.1%})")


def _interval(k: int, n: int) -> tuple[float, float]:
    """Wilson's score interval at 95 %."""
    z, share = 1.96, k / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


if __name__ == "__main__":
    sys.exit(main())

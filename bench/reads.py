"""Whether what is called a read is one: `python -m bench.reads`. Texts are made up, judged, and each read is run by real bash.

It runs in a box without network whose programs are stand-ins that note every start. A failure is a file that was written, a device
or a secret that was opened or shown, and a program that the verdict did not name or that was started with words that are no read.
"""

import argparse
import random
import re
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bench.box import Box, Seen, missing
from bench.grammar import NAMES, VALUES, Grammar
from stormjib.core.risk import Risk
from stormjib.core.shell import judge

BATCH = 400
# What a program runs by itself, which is no work of the text: xargs without a command.
_IMPLIED = {"xargs": {"echo"}}
_KEPT = {
    "PATH",
    "HOME",
    "PWD",
    "IFS",
    "SHELLOPTS",
    "BASHOPTS",
    "UID",
    "EUID",
    "PPID",
    "BASH_ENV",
    "ENV",
    "LANG",
    "TERM",
    "REMOTE_SHELL",
    "AMBIENT",
    "_",
}
_REMOTE = ("bash", "dash")


class Escape(NamedTuple):
    """A text that was called a read and did something else."""

    text: str
    why: str


class Tally(NamedTuple):
    """What came of it."""

    made: int
    read: int
    started: int
    slow: int
    escapes: list[Escape]


def fuzz(count: int, seed: int, tell: bool = False) -> Tally:
    """Run ``count`` different reads, made from ``seed``, and say what escaped."""
    pick = random.Random(seed)
    made, read, started, slow = [0], 0, 0, 0
    escapes: list[Escape] = []
    texts = _reads(Grammar(seed), made)
    with Box() as box:
        while batch := list(islice(texts, min(BATCH, count - read))):
            names = {*NAMES, *(name for text in batch for name in judge(text).variables)} - _KEPT
            variables = {name: pick.choice(VALUES) for name in sorted(names)}
            read += len(batch)
            found, starts, stopped = _run(box, batch, variables, pick.choice(_REMOTE))
            escapes, started, slow = escapes + found, started + starts, slow + stopped
            if tell:
                print(
                    f"{read} reads of {made[0]} texts, {started} programs started, {slow} too slow, {len(escapes)} escapes",
                    file=sys.stderr,
                )
            for escape in found if tell else ():
                print(f"{escape.why}: {escape.text!r}", flush=True)
    return Tally(made[0], read, started, slow, escapes)


def _reads(grammar: Grammar, made: list[int]) -> Iterator[str]:
    """Different texts that are called reads and end by themselves; ``made`` counts all that were judged."""
    seen: set[int] = set()
    while True:
        text = grammar.text()
        made[0] += 1
        if hash(text) in seen or "\0" in text:
            continue
        seen.add(hash(text))
        verdict = judge(text)
        looping = "timeout" in verdict.programs and re.search(r"while|until", text)  # ends, but only after its time
        if verdict.risk is Risk.READ and not verdict.endless and not looping:
            yield text


def _run(box: Box, texts: Sequence[str], variables: dict[str, str], shell: str) -> tuple[list[Escape], int, int]:
    """Run the texts, and again by halves where something was written or opened, until it is known by which."""
    seen = box.run(texts, variables, shell)
    if seen.stopped is not None:
        rest = list(texts[seen.stopped + 1 :])
        print(f"too slow: {texts[seen.stopped]!r}", file=sys.stderr)
        before, starts, slow = _run(box, texts[: seen.stopped], variables, shell) if seen.stopped else ([], 0, 0)
        after, more, slower = _run(box, rest, variables, shell) if rest else ([], 0, 0)
        return before + after, starts + more, slow + slower + 1
    escapes = [Escape(texts[number], "a secret or device was shown") for number in seen.shown]
    escapes += _unaccounted(texts, seen)
    if seen.written or seen.opened:
        if len(texts) == 1:
            escapes.append(Escape(texts[0], f"it wrote {seen.written[:3]}" if seen.written else f"it opened {seen.opened[:3]}"))
        else:
            half = len(texts) // 2
            for part in (texts[:half], texts[half:]):
                escapes += _run(box, part, variables, shell)[0]
    return list(dict.fromkeys(escapes)), len(seen.starts), 0


def _unaccounted(texts: Sequence[str], seen: Seen) -> Iterator[Escape]:
    """Starts that the verdict did not name, and those that would be no read if they stood there as they ran."""
    for number, argv in seen.starts:
        named = set(judge(texts[number]).programs)
        named |= {name for program in named for name in _IMPLIED.get(program, ())}
        if {"exit", "return", "break", "continue"} & set(argv):
            continue  # there are no such programs; only a stand-in is found by these names
        if argv[0] not in named:
            yield Escape(texts[number], f"it started {shlex.join(argv)[:80]}")
        if argv[0] in named and judge(_plain(argv)).risk is not Risk.READ:
            yield Escape(texts[number], f"it started {shlex.join(argv)[:80]}, which is no read")


def _plain(argv: Sequence[str]) -> str:
    """The words that a program was started with as a text, with plain values where a variable's or a pipe's name stands."""
    words = [re.sub(r"/dev/fd/\d+", "/dev/stdin", word) for word in argv]
    for value in VALUES:
        if " " in value or ";" in value:
            words = [word.replace(value, "x") for word in words]
    return shlex.join(words)


def main() -> int:
    """Fuzz, print, and 1 where something escaped."""
    parser = argparse.ArgumentParser(prog="python -m bench.reads", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many reads are run (default 100000)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same texts (default 1)")
    given = parser.parse_args()
    if reason := missing():
        print(reason)
        return 1
    began = time.monotonic()
    tally = fuzz(given.count, given.seed, tell=True)
    print(
        f"{tally.made} texts, {tally.read} reads run, {tally.started} programs started, {tally.slow} too slow to end, "
        f"{len(tally.escapes)} escapes, {time.monotonic() - began:.0f} s"
    )
    return int(bool(tally.escapes))


if __name__ == "__main__":
    sys.exit(main())

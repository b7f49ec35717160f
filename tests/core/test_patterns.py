"""No pattern takes time with the square of a text: each is tried with long texts that are made of its own parts."""

import importlib
import pkgutil
import re
import time
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import stormjib.core.redact
import stormjib.core.shell
import stormjib.evidence.loglines
import stormjib.integrations.logs

ROOT = Path(__file__).parents[2]
BOUNDED = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "bounded-patterns.tsv").read_text().splitlines()
    if line[:1] != "#"
]
SOURCES = {
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): path.read_text(encoding="utf-8")
    for path in (ROOT / "src").rglob("*.py")
}
SHORT, LONG = 400, 3_200
SQUARE = 24  # of eight times the text linear time is 8 times as much, that of a square 64 times
SECONDS_MIN = 0.004  # what takes less is not measured any closer
INPUTS_MAX = 40
CATEGORIES = {op.CATEGORY_DIGIT: "1", op.CATEGORY_WORD: "a", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_DIGIT: "a", op.CATEGORY_NOT_WORD: " ", op.CATEGORY_NOT_SPACE: "a"}  # fmt: skip
UNBOUNDED = 100


def patterns() -> dict[tuple[str, int], set[tuple[str, str]]]:
    """Every pattern that the modules keep which read what anybody may have written, with the modules and names that it has there."""
    found: dict[tuple[str, int], set[tuple[str, str]]] = {}
    packages = (stormjib.core.shell, stormjib.core.redact, stormjib.evidence.loglines, stormjib.integrations.logs)
    modules = [info.name for package in packages for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    for module in modules:
        waiting = [(name, value, 0) for name, value in vars(importlib.import_module(module)).items()]
        while waiting:
            name, value, depth = waiting.pop()
            if isinstance(value, re.Pattern):
                bytes_ = isinstance(value.pattern, bytes)
                key = (value.pattern.decode(), value.flags | re.ASCII) if bytes_ else (value.pattern, value.flags)
                found.setdefault(key, set()).add((module, name))
            elif depth < 4 and isinstance(value, (tuple, list, set, frozenset, dict)):
                waiting += [(name, inner, depth + 1) for inner in (value.values() if isinstance(value, dict) else value)]
    return found


def letters(items: Any) -> list[str]:
    """Some characters of a class."""
    out: list[str] = []
    for kind, value in items:
        if kind is op.LITERAL:
            out.append(chr(value))
        elif kind is op.RANGE:
            out.append(chr(value[0]))
        elif kind is op.CATEGORY:
            out.append(CATEGORIES[value])
    if items and items[0][0] is op.NEGATE:
        return [char for char in "a 1-./:,='x(" if char not in out][:4] or ["\u00e9"]
    return out[:6] or ["a"]


class Made:
    """Texts that match parts of a pattern: what stands before each repetition, and what it repeats."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pumps: dict[tuple[str, str], None] = {}
        whole = self.sequence(parser.parse(pattern, flags), "")
        tried: dict[tuple[str, str], None] = {}
        for before, pump in self.pumps:
            tried |= dict.fromkeys(
                [(before, pump), ("", before + pump), (before, pump + before), ("", before), (before, pump + " ")]
            )
        tried[("", whole)] = None
        self.tried = [(before, pump) for before, pump in tried if pump][:INPUTS_MAX]

    def sequence(self, tree: Any, before: str) -> str:
        """The shortest text that a sequence matches, or nearly so."""
        out = ""
        for kind, value in tree:
            out += self.part(kind, value, before + out)
        return out

    def part(self, kind: Any, value: Any, before: str) -> str:
        """One part of a sequence."""
        match kind:
            case op.LITERAL:
                return chr(value)
            case op.NOT_LITERAL | op.ANY:
                return "a"
            case op.IN:
                return letters(value)[0]
            case op.BRANCH:
                branches = [self.sequence(branch, before) for branch in value[1]]
                return branches[0]
            case op.SUBPATTERN:
                return self.sequence(value[3], before)
            case op.ATOMIC_GROUP:
                return self.sequence(value, before)
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                least, most, body = value
                return self.repeated(least, most, body, before)
            case _:
                return ""

    def repeated(self, least: int, most: Any, body: Any, before: str) -> str:
        """A repetition: many of what it repeats are tried behind what stands before it."""
        once = self.sequence(body, before)
        if int(most) >= UNBOUNDED:
            choices = [once, *(letters(body[0][1]) if len(body) == 1 and body[0][0] is op.IN else [])]
            self.pumps |= dict.fromkeys((before, choice) for choice in choices if choice)
        return once * least

    def text(self, index: int, length: int) -> str:
        """A text of about this length."""
        before, pump = self.tried[index]
        return before + (pump * (length // len(pump) + 1))[:length] + "\x7f"


def ways(names: set[tuple[str, str]]) -> list[str]:
    """How the code uses a pattern, by its name."""
    searched = matched = False
    for module, name in names:
        used = set(
            re.findall(
                rf"\b{name}(?:\[[^\]\n]{{0,40}}\])?\.(search|finditer|findall|sub|subn|split|match|fullmatch)\b", SOURCES[module]
            )
        )
        matched = matched or bool(used & {"match", "fullmatch"})
        searched = searched or bool(used - {"match", "fullmatch"})
    searched = searched or not matched
    return [*(["finditer"] if searched else []), *(["fullmatch"] if matched else [])]


def seconds(compiled: re.Pattern[str], way: str, text: str) -> float:
    """Processor time of one try."""
    began = time.process_time()
    if way == "finditer":
        for _ in compiled.finditer(text):
            pass
    else:
        compiled.fullmatch(text)
    return time.process_time() - began


def is_slow(compiled: re.Pattern[str], way: str, made: Made, index: int) -> bool:
    """Whether eight times the text takes far more than eight times as long. A short text shows first what would never end."""
    for length in (24, 60, 150):
        if (
            seconds(compiled, way, made.text(index, length)) > SECONDS_MIN
            and seconds(compiled, way, made.text(index, length)) > SECONDS_MIN
        ):
            return True
    long, short = made.text(index, LONG), made.text(index, SHORT)
    if min(seconds(compiled, way, long) for _ in range(2)) < SECONDS_MIN:
        return False
    least = [min(seconds(compiled, way, text) for _ in range(4)) for text in (long, short)]
    return least[0] > SQUARE * max(least[1], 1e-5)


def slow(pattern: str, flags: int, names: set[tuple[str, str]]) -> str:
    """A text for which a pattern takes long, and how it is used; "" without one."""
    compiled, made = re.compile(pattern, flags), Made(pattern, flags)
    for way in ways(names):
        for index in range(len(made.tried)):
            if is_slow(compiled, way, made, index):
                return f"{way} {made.text(index, 24)!r}"
    return ""


@pytest.mark.parametrize(("pattern", "flags", "names"), [(*key, names) for key, names in sorted(patterns().items())], ids=str)
def test_no_pattern_takes_time_with_the_square_of_a_text(pattern: str, flags: int, names: set[tuple[str, str]]) -> None:
    if not any(list(name) == row[:2] for name in names for row in BOUNDED):
        assert slow(pattern, flags, names) == "", sorted(names)


def test_the_search_for_slow_patterns_finds_some() -> None:
    names = {("stormjib.core.shell.verbs", "_NONE")}
    assert slow(r"\w+\s*=", 0, names)
    assert slow(r"x\s*,?\s*y", 0, names)
    assert not slow(r"(?<!\w)\w++\s*+=", 0, names)


def test_every_bounded_pattern_is_there() -> None:
    there = {name for names in patterns().values() for name in names}
    assert [row for row in BOUNDED if (row[0], row[1]) not in there] == []

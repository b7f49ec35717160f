"""The files of words: nothing in them is said twice."""

import re
from collections import Counter
from importlib import resources

import pytest

from stormjib.core.markdown.words import LANGUAGES, _rows

LONG = 40
"""A part of a pattern that is this long has a name where it is needed again."""
PARTS = re.compile(r"\\.|\[(?:\\.|[^]\\])*\]|\((?:\?<?[:=!])?|[)|]|[^\\()|[]+")


def source(language: str) -> list[tuple[str, str]]:
    text = resources.files("stormjib.core.markdown").joinpath(f"words/{language}.txt").read_text("utf-8")
    return [tuple(row.split("\t", 1)) for row in text.splitlines() if "\t" in row and not row.startswith("#")]


def groups(pattern: str) -> list[list[str]]:
    """The alternatives of each group of a pattern, those of the whole last."""
    closed: list[list[str]] = []
    still_open, kinds = [[""]], []
    for part in PARTS.findall(pattern):
        if part.startswith("("):
            kinds.append(part)
            still_open.append([""])
        elif part == "|":
            still_open[-1].append("")
        elif part == ")":
            closed.append(still_open.pop())
            still_open[-1][-1] += f"{kinds.pop()}{'|'.join(closed[-1])})"
        else:
            still_open[-1][-1] += part
    return [*closed, *still_open]


def doubles(rows: list[tuple[str, str]]) -> list[str]:
    within = [one for _, pattern in rows for group in groups(pattern)[:-1] for one, times in Counter(group).items() if times > 1]
    of_a_key = Counter((key, one) for key, pattern in rows for one in groups(pattern)[-1])
    long = Counter("|".join(group) for _, pattern in rows for group in groups(pattern)[:-1])
    return [
        *within,
        *(f"{key}: {one}" for (key, one), times in of_a_key.items() if times > 1),
        *(part for part, times in long.items() if times > 1 and len(part) >= LONG),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_twice(language):
    assert doubles(source(language)) == []


TWICE = ([("a", "x|(?:b|c|b)")], [("a", "b|c"), ("a", "b")], [("a", f"(?!{'x' * LONG})"), ("b", f"c(?={'x' * LONG})")])


@pytest.mark.parametrize("rows", TWICE)
def test_what_is_said_twice_is_found(rows):
    assert doubles(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_stands_for_something(language):
    assert [key for key, pattern in _rows(language) if "{{" in key + pattern] == []
    names = [key for key, _ in source(language) if key.startswith("{{")]
    assert [name for name in names if not any(name in pattern for _, pattern in source(language))] == []

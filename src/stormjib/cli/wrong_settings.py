"""What is wrong with the settings, in sentences: which key of which table, in which line of the file, and what is right."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from stormjib.core.catalogue.reading import Mistake, WrongTables
from stormjib.core.text.meant import meant
from stormjib.settings import keys_of

Place = tuple[int | str, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")
_LISTED_MAX: Final = 20


def sentences(error: ValidationError, file: Path | None) -> str:
    """One sentence for each mistake; ``file`` is None where the values come from elsewhere."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file else []
    return " ".join(_sentence(dict(problem), file, lines) for problem in error.errors(include_input=False))


def _sentence(problem: dict[str, object], file: Path | None, lines: Sequence[str]) -> str:
    place = problem["loc"]
    assert isinstance(place, tuple)
    context = problem.get("ctx")
    cause = context.get("error") if isinstance(context, dict) else None
    if isinstance(cause, WrongTables):
        return " ".join(_of_a_table(mistake, file, lines) for mistake in cause.mistakes)
    where = _where(place, file, lines)
    if problem["type"] == "extra_forbidden":
        return _unknown(place, keys_of(str(place[0]) if len(place) > 1 else ""), where)
    if problem["type"] == "missing":
        return f"{_table(place[:-1])} needs the key {place[-1]!r}{where}."
    said = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    name = ".".join(str(part) for part in place) or "settings"
    return f"{name}{where}: {said}."


def _of_a_table(mistake: Mistake, file: Path | None, lines: Sequence[str]) -> str:
    where = _where(mistake.place, file, lines)
    if mistake.keys:
        return _unknown(mistake.place, mistake.keys, where)
    return f"{'.'.join(part for part in mistake.place if isinstance(part, str))}{where}: {mistake.sentence}."


def _unknown(place: Place, keys: Sequence[str], where: str) -> str:
    key = str(place[-1])
    listed = f" Its keys are {', '.join(keys)}." if len(keys) <= _LISTED_MAX else " All keys: docs/reference/settings.md."
    return f"{_table(place[:-1])} has no key {key!r}{where}{meant(key, keys)}.{listed}"


def _table(place: Place) -> str:
    names = [str(part) for part in place if isinstance(part, str)]
    return f"[[{'.'.join(names)}]]" if names else "The file"


def _where(place: Place, file: Path | None, lines: Sequence[str]) -> str:
    """``(line 12 of FILE)``; only the file where the line can't be told, such as in an inline table."""
    if file is None:
        return ""
    table = next((number for number, at in _places(lines) if at == place[:-1] and at), 0)
    line = next((number for number, at in _places(lines) if at == place), table)
    return f" (line {line} of {file})" if line else f" (in {file})"


def _places(lines: Sequence[str]) -> Iterator[tuple[int, Place]]:
    """Where each key stands, and each table: ``("service", 0, "check", 1, "url")``, counted from 0, with its line from 1."""
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(lines, 1):
        header, key = _HEADER.fullmatch(line), _KEY.match(line)
        if header:
            names = [name.strip("\"' ") for name in header[2].split(".")]
            table = ()
            for depth, name in enumerate(names, 1):
                table = (*table, name)
                if depth == len(names) and header[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
            yield number, table
        elif key:
            yield number, (*table, key[1])

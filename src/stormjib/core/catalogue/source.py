"""YAML as the catalogue takes it: one document of plain values, each with its line and column; whatever surprises is a problem."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import msgspec
import yaml

Place = tuple[int | str, ...]
"""The way from the document to a value: ``("check", 0, "url")``, counted from 0."""
PLURALS: Final = {"check": "checks", "step": "steps"}
"""Tables of the settings, as a list of them is called in a file."""
DEPTH_MAX: Final = 20
BYTES_MAX: Final = 1_000_000
_INT_CHARS_MAX: Final = 18
_FAST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where it is there: ten times as fast, and less clear about mistakes."""
_OPEN: Final = "found unexpected end of stream"
_INT = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?")
_WORDS: Final = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True} | {
    "false": False,
    "False": False,
    "FALSE": False,
}
_TAGS: Final = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq")} | {"!"}


_WRONG_SPACE = re.compile(r"(?:^[ -]*|:)([\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff])", re.MULTILINE)
"""Where YAML asks for a space: before a key, and behind its colon."""
_UNWRITABLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff]")


_WORDLIKE: Final = re.compile(r"[\w .,/@+=<>~^&|!-]{1,60}")
"""A wrong key or word as people type one. A line of a file of passwords is none, and a sentence is read by more people than the file."""


def shown(text: str) -> str:
    """A wrong word for a sentence: in quotes, and only how long it is where it is none such as people type."""
    return repr(text) if _WORDLIKE.fullmatch(text) else f"of {len(text)} characters, which is no word,"


class Problem(msgspec.Struct, frozen=True, order=True):
    """What is wrong in a file and what would be right, in a sentence; lines and columns count from 1, 0 where there is none."""

    file: str
    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        """As editors know it."""
        where = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{where}: {self.sentence}"


class Source(msgspec.Struct):
    """A file that was read: its value, where everything in it stands, and what is wrong with it."""

    file: str
    value: Any = None
    places: dict[Place, tuple[int, int]] = {}
    problems: list[Problem] = []

    def problem(self, sentence: str, place: Place = ()) -> None:
        """Something is wrong at this place, or at the next one around it that stands in the file."""
        while place and place not in self.places:
            plural = tuple(PLURALS.get(part, part) if isinstance(part, str) else part for part in place)
            place = plural if plural in self.places else place[:-1]
        self.problems.append(Problem(self.file, *self.places.get(place, (0, 0)), sentence))


class _Stop(Exception):
    """The file can't be read on."""


def read_yaml(file: str, source: bytes) -> Source:
    """Never raises: what is wrong stands in ``problems``. An alias is refused, so that a small file can't become a large one."""
    found = Source(file)
    text = _decoded(found, source)
    if text is None:
        return found
    with suppress(yaml.YAMLError, _Stop):
        found.value = _Reader(found, yaml.parse(text, Loader=_FAST)).document()
        if isinstance(found.value, str) and (spot := _WRONG_SPACE.search(text)):
            at = spot.start(1)
            line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
            sentence = f"the character U+{ord(spot[1]):04X} looks like a space and is none; type a space"
            return Source(file, problems=[Problem(file, line, column, sentence)])
        return found
    return _slowly(Source(file), text)


def _slowly(found: Source, text: str) -> Source:
    """With the sentences and places of the other parser."""
    file = found.file
    try:
        found.value = _Reader(found, yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        mark = (error.context_mark if _OPEN in str(error.problem) else None) or error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        found.problems.append(Problem(file, line, column, _said(error, text, line)))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        sentence = f"the character U+{int(error.character):04X} can't stand in YAML; take it out"
        found.problems.append(Problem(file, line, column, sentence))
    return found


def _decoded(found: Source, source: bytes) -> str | None:
    if len(source) > BYTES_MAX:
        found.problem(f"this file has more than {BYTES_MAX:,} bytes. Give each service a file of its own")
        return None
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        found.problems.append(Problem(found.file, line, column, "this is not UTF-8; save the file as UTF-8"))
        return None


def _said(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    """What the parser found, and what is usually meant."""
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in str(error.problem):
        return "YAML is indented with spaces, not with tabs; put spaces there"
    problem = re.sub(r"\s+", " ", str(error.problem or error.context)).strip()
    hint = {
        "mapping values are not allowed here": "a value that holds “: ” needs quotes, or the indentation is wrong",
        "could not find expected ':'": "a key needs “: ” behind it",
        _OPEN: "the quote that begins here never ends",
    }.get(problem)
    return f"this is no YAML: {hint or problem}"


class _Reader:
    """Builds the value from the parser's events, so that nothing is expanded and the depth has a limit."""

    def __init__(self, found: Source, events: Iterator[yaml.Event]) -> None:
        self._found = found
        self._events = events

    def document(self) -> object:
        """The only document; None for an empty file."""
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        value = self._value(event, ())
        self._next()
        following = self._next()
        if not isinstance(following, yaml.StreamEndEvent):
            self._stop(following, "a second document begins here; give it a file of its own")
        return value

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _stop(self, event: yaml.Event, sentence: str) -> None:
        self._found.problems.append(Problem(self._found.file, *_at(event), sentence))
        raise _Stop

    def _value(self, event: yaml.Event, place: Place) -> object:
        self._found.places.setdefault(place, _at(event))
        if isinstance(event, yaml.AliasEvent):
            self._stop(event, f"*{event.anchor} repeats what stands elsewhere; write it out here")
        if len(place) > DEPTH_MAX:
            self._stop(event, f"this is nested more than {DEPTH_MAX} deep")
        tag = getattr(event, "tag", None)
        if tag and tag not in _TAGS:
            self._stop(event, f"the tag {shown(tag)} is not taken; write a plain value")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        assert isinstance(event, yaml.ScalarEvent)
        self._check_characters(event)
        return _scalar(event)

    def _check_characters(self, event: yaml.ScalarEvent) -> None:
        """An escape in quotes may write what no file's name, no address and no log can hold."""
        found = _UNWRITABLE.search(event.value)
        if found:
            self._stop(event, f"the character U+{ord(found[0]):04X} can't stand here; take it out")

    def _sequence(self, place: Place) -> list[object]:
        values: list[object] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            values.append(self._value(event, (*place, len(values))))
        return values

    def _mapping(self, place: Place) -> dict[str, object]:
        values: dict[str, object] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._stop(event, "a key is a word, not a list or a table")
            assert isinstance(event, yaml.ScalarEvent)
            self._check_characters(event)
            key = event.value
            at = _at(event)
            if key == "<<" and event.implicit[0]:
                self._stop(event, "<< takes in what stands elsewhere; write it out here")
            if key in values:
                first = self._found.places[*place, key][0]
                self._found.problems.append(
                    Problem(self._found.file, *at, f"the key {shown(key)} stands in line {first} already; only one can count")
                )
            self._found.places.setdefault((*place, key), at)
            value = self._value(self._next(), (*place, key))
            values.setdefault(key, value)
        return values


def _at(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _scalar(event: yaml.ScalarEvent) -> object:
    """By YAML 1.2: ``no``, ``12:30`` and ``2024-01-01`` are texts."""
    text = event.value
    tag = (event.tag or "").rpartition(":")[2]
    if tag == "str" or not (event.implicit[0] or tag):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) <= _INT_CHARS_MAX:
        return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
    return float(text) if _FLOAT.fullmatch(text) else text

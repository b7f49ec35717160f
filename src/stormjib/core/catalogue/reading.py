"""Plain values become the model, or a sentence for each thing that is wrong: where it stands, and what would be right."""

import copy
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, TypeVar

import msgspec
from msgspec import inspect

from stormjib.core.catalogue.check import Wrong
from stormjib.core.catalogue.service import Service
from stormjib.core.catalogue.source import Place, shown
from stormjib.core.text.meant import meant

T = TypeVar("T")
PROBLEMS_MAX: Final = 50
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_KIND = re.compile(r"Expected `(.*?)`, got `(.*?)`")
_LIMIT = re.compile(r"Expected `(\w+)` (?:of length )?(>=|<=|>|<) (\S+)")
_LACKING: Final = "is missing here"
_NAMES: Final = {("name",), ("aliases",)}
_WORD = re.compile(r"Invalid (?:enum )?value (.*)", re.DOTALL)
_SPOKEN: Final = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list"} | {
    "object": "a table of keys",
    "null": "nothing",
}
_LISTED_MAX: Final = 8


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong at a place, and what would be right. ``keys`` are those that there are, where one is unknown."""

    sentence: str
    place: Place
    keys: tuple[str, ...] = ()


class WrongTables(ValueError):
    """Tables of the settings can't be taken; the text is the first mistake, without its place."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(mistakes[0].sentence)
        self.mistakes = tuple(mistakes)


def read_as(value: object, kind: type[T], spoken: Mapping[str, str] = {}) -> tuple[T | None, list[Mistake]]:
    """The value as this struct, and everything that is wrong with it, up to a limit. ``value`` is not changed.

    With mistakes it is what could be read, and nothing where even its names are in doubt. ``spoken``: what keys are called there.
    """
    mistakes: list[Mistake] = []
    left, gone = copy.deepcopy(value), list[Place]()
    for number in range(PROBLEMS_MAX):
        try:
            found = msgspec.convert(left, type=kind)
        except msgspec.ValidationError as error:
            place, mistake = _mistake(left, kind, error, spoken)
            mistake = msgspec.structs.replace(mistake, place=_before(mistake.place, gone))
            if not any(_follows(mistake, one) for one in mistakes):
                mistakes.append(mistake)
            lacks = _LACKING in mistake.sentence and mistake.place[-1]
            if lacks and _put_in(left, place, str(lacks), _at(kind, left, (*place, lacks)), number):
                continue
            if not _take_out(left, place, gone):
                return None, mistakes
        else:
            doubtful = any((one.keys and len(one.place) == 1) or one.place[:1] in _NAMES for one in mistakes)
            return (None if doubtful else found), mistakes
    return None, mistakes


def read_services(tables: object) -> tuple[Service, ...]:
    """``[[service]]`` tables, as TOML gives them; raises ``WrongTables``."""
    mistakes: list[Mistake] = []
    services: list[Service] = []
    for number, table in enumerate(tables if isinstance(tables, list) else [tables]):
        service, wrong = read_as(table, Service)
        mistakes += [Mistake(one.sentence, ("service", number, *one.place), one.keys) for one in wrong]
        services += [service] if service else []
    names = [name for service in services for name in sorted(set(service.names))]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        sentence = f"two services are called {twice!r}; an incident has to belong to one of them"
        mistakes.append(Mistake(sentence, ("service",)))
    if mistakes:
        raise WrongTables(mistakes)
    return tuple(services)


def unknown(key: str, keys: Sequence[str]) -> str:
    """The sentence about a key that does not exist. All of many are named only where none of them is probably meant."""
    near = meant(key, keys)
    return f"there is no key {shown(key)} here{near}" + (
        "" if near and len(keys) > _LISTED_MAX else f". The keys are {', '.join(keys)}"
    )


def _mistake(value: object, kind: type, error: msgspec.ValidationError, spoken: Mapping[str, str]) -> tuple[Place, Mistake]:
    """What to take out before the next try, and the mistake."""
    said, _, path = str(error).rpartition(" - at ") if " - at " in str(error) else (str(error), "", "`$`")
    place = _place(value, path.split("`")[-2] if "`" in path else "$")
    if isinstance(error.__cause__, ValueError):
        keys = error.__cause__.keys if isinstance(error.__cause__, Wrong) else ()
        place = (*place, *keys)
        return place, Mistake(str(error.__cause__), place)
    if found := _UNKNOWN.fullmatch(said):
        keys = tuple(spoken.get(key, key) for key in _keys(kind, value, place))
        return (*place, found[1]), Mistake(unknown(found[1], keys), (*place, found[1]), keys)
    if found := _MISSING.fullmatch(said):
        return place, Mistake(f"the key {found[1]!r} {_LACKING}", (*place, found[1]))
    return place, Mistake(_expected(said, kind, value, place), place)


def _expected(said: str, kind: type, value: object, place: Place) -> str:
    if found := _WORD.fullmatch(said):
        known = _words(kind, value, place)
        typed = found[1].strip("'")
        near = [one for one in known if sorted(one) == sorted(typed)] or get_close_matches(typed, known, 1)
        return f"{shown(typed)} is none of {', '.join(known)}" + (f"; {near[0]} is probably meant" if near else "")
    if found := _LIMIT.fullmatch(said):
        words = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}[found[2]]
        what = {"str": "characters", "array": "entries"}.get(found[1])
        return f"this has to have {words} {found[3]} {what}" if what else f"this has to be {words} {found[3].removesuffix('.0')}"
    if found := _KIND.fullmatch(said):
        wanted = " or ".join(_SPOKEN.get(one, one) for one in found[1].split(" | ") if one != "null")
        quotes = "; put it into quotes" if "str" in found[1].split(" | ") and found[2] in {"int", "float", "bool"} else ""
        return f"this has to be {wanted}, not {_SPOKEN.get(found[2], found[2])}{quotes}"
    return said


def _place(value: object, path: str) -> Place:
    """``$.check[0].url``; of ``[...]``, an entry of a table whose name is not told, the first that is no text."""
    place: list[int | str] = []
    for name, index in re.findall(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]", path):
        key: int | str = name or index
        if index == "...":
            entries = value if isinstance(value, dict) else {}
            key = next((str(key) for key, one in entries.items() if not isinstance(one, str)), "")
        elif index:
            key = int(index)
        place.append(key)
        value = _within(value, key)
    return tuple(place)


def _follows(mistake: Mistake, earlier: Mistake) -> bool:
    """Whether it is wrong only because of what was taken out, or of a key that was mistyped."""
    place, near = earlier.place, get_close_matches(str(earlier.place[-1:] and earlier.place[-1]), earlier.keys, 1)
    mistyped = mistake.sentence.endswith(_LACKING) and mistake.place == (*place[:-1], *near)
    return bool(place) and (mistake.place[: len(place)] == place or mistyped)


def _take_out(value: object, place: Place, gone: list[Place]) -> bool:
    """So that whatever else is wrong is found as well; ``gone`` learns of an entry of a list, behind which the others move up."""
    while place:
        around = value
        for part in place[:-1]:
            around = _within(around, part)
        last = place[-1]
        if isinstance(around, dict) and last in around:
            del around[last]
            return True
        if isinstance(around, list) and isinstance(last, int) and last < len(around):
            del around[last]
            gone.append(place)
            return True
        place = place[:-1]
    return False


def _before(place: Place, gone: Sequence[Place]) -> Place:
    """Where it stands in the file, before entries of lists were taken out."""
    found = list(place)
    for one in reversed(gone):
        at = len(one) - 1
        last, here = one[at], found[at] if at < len(found) else None
        if isinstance(last, int) and isinstance(here, int) and tuple(found[:at]) == one[:at] and here >= last:
            found[at] = here + 1
    return tuple(found)


def _put_in(value: object, place: Place, key: str, wanted: inspect.Type, number: int) -> bool:
    """Something of the right kind for a key that is missing, so that what else is wrong beside it is found."""
    for part in place:
        value = _within(value, part)
    stands_in: object = None
    if isinstance(wanted, inspect.StrType):
        stands_in = f"http://missing{number}"
    elif isinstance(wanted, inspect.LiteralType):
        stands_in = wanted.values[0]
    elif isinstance(wanted, inspect.FloatType | inspect.IntType):
        stands_in = 1
    if stands_in is None or not isinstance(value, dict):
        return False
    value[key] = stands_in
    return True


@lru_cache
def _type(kind: type) -> inspect.Type:
    return inspect.type_info(kind)


def _at(kind: type, value: object, place: Place) -> inspect.Type:
    """The type that is wanted at a place."""
    wanted = _plain(_type(kind), value)
    for part in place:
        value = _within(value, part)
        if isinstance(wanted, inspect.StructType):
            wanted = next((one.type for one in wanted.fields if one.encode_name == part), inspect.AnyType())
        elif isinstance(wanted, inspect.VarTupleType):
            wanted = wanted.item_type
        wanted = _plain(wanted, value)
    return wanted


def _within(value: object, part: int | str) -> object:
    if isinstance(value, dict):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) else None


def _plain(wanted: inspect.Type, value: object) -> inspect.Type:
    """Without what is said about it; of several structs the one that the value's tag names."""
    while isinstance(wanted, inspect.Metadata):
        wanted = wanted.type
    if not isinstance(wanted, inspect.UnionType):
        return wanted
    types = [_plain(one, value) for one in wanted.types]
    tag = value.get("kind") if isinstance(value, dict) else None
    named: list[inspect.Type] = [one for one in types if isinstance(one, inspect.StructType) and one.tag == tag]
    return (named or [one for one in types if not isinstance(one, inspect.NoneType)])[0]


def _keys(kind: type, value: object, place: Place) -> tuple[str, ...]:
    wanted = _at(kind, value, place)
    if not isinstance(wanted, inspect.StructType):
        return ()
    tags = (wanted.tag_field,) if wanted.tag_field else ()
    return (*tags, *(one.encode_name for one in wanted.fields))


def _words(kind: type, value: object, place: Place) -> tuple[str, ...]:
    """The words of which one is wanted."""
    wanted = _at(kind, value, place)
    if isinstance(wanted, inspect.LiteralType):
        return tuple(map(str, wanted.values))
    if place and place[-1] == "kind":
        around = _type(kind)
        fields = around.fields if isinstance(around, inspect.StructType) else ()
        inner = next((one.type for one in fields if one.encode_name == place[0]), None)
        while isinstance(inner, inspect.Metadata | inspect.VarTupleType):
            inner = inner.type if isinstance(inner, inspect.Metadata) else inner.item_type
        if isinstance(inner, inspect.UnionType):
            return tuple(str(one.tag) for one in inner.types if isinstance(one, inspect.StructType))
    return ()

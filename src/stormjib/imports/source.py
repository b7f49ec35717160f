"""The JSON of another system's API as its files hold it: pages and wrappers opened, each object with the place where it stands."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from msgspec import Meta, Struct, inspect

from stormjib.core.catalogue.reading import read_as
from stormjib.core.catalogue.source import Place

T = TypeVar("T")
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d")]
"""A time of a day; what follows the minute does not count."""
Count = Annotated[int, Meta(ge=1, le=1_000)]
Id = str | int
Moment = Annotated[datetime, Meta(tz=True)]
"""A time that says its zone; one that does not is refused with its place in the export."""
Seconds = Annotated[int, Meta(ge=1, le=100_000_000)]
_YEARS: Final = range(1970, 2201)
_PAGES: Final = ("data", "results", "items", "nodes")
"""What APIs call the list, or the object, that an answer is about."""
_SWITCHES: Final = {"is_active", "active", "enabled"}
"""Of these, not being so says something."""
_MORE: Final = ("more", "next", "hasNextPage")
_TOTALS: Final = ("total", "count", "totalCount")
"""How an answer says that there are more pages, or how many there are in all."""
_DEPTH_MAX: Final = 8


class WrongExport(ValueError):
    """A file can't be taken; the text has its place and what would be right."""


class Known(Struct, frozen=True, kw_only=True):
    """Whatever others name by its id."""

    id: Id


class Named(Known, frozen=True, kw_only=True):
    """What becomes a file of this name."""

    name: str
    description: str = ""


class Object(NamedTuple):
    """One object of an answer, and where it stands: ``users.json: users[3]``."""

    where: str
    raw: Mapping[str, Any]


Export = Mapping[str, Sequence[Object]]
"""All objects, by their kind as the API calls it."""


def load(files: Sequence[tuple[str, bytes]], kinds: Sequence[str]) -> Export:
    """Every object of these kinds in the files; raises ``WrongExport``. A kind is named by a key, else by the file's name."""
    found: dict[str, list[Object]] = {kind: [] for kind in kinds}
    for name, body in files:
        count = sum(map(len, found.values()))
        _collect(found, _parsed(name, body), f"{name}:", _of_name(name, kinds), 0)
        if sum(map(len, found.values())) == count and not _is_empty(body):
            raise WrongExport(
                f"{name} holds none of {', '.join(kinds)}. Call a file after what is in it, such as {kinds[0]}.json"
            )
    return found


def unfinished(files: Sequence[tuple[str, bytes]], found: Export) -> Iterator[str]:
    """The kinds of which an answer says that more follow, and that are not in the files."""
    last: dict[str, bool] = {}
    totals: dict[str, int] = {}
    for name, body in files:
        of = _of_name(name, list(found))
        for kind, answer in _answers(_parsed(name, body), of, found, 0):
            more = any(answer.get(key) not in {None, "", False} for key in _MORE if isinstance(answer.get(key), str | bool))
            last[kind] = last.get(kind, False) or not more
            totals[kind] = max([totals.get(kind, 0), *(one for key in _TOTALS if isinstance(one := answer.get(key), int))])
    for kind, is_last in last.items():
        if not is_last or totals.get(kind, 0) > len(found[kind]):
            yield kind


def _answers(value: object, kind: str, kinds: Export, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What stands around a list, as one: PagerDuty has ``more`` beside it, Opsgenie ``paging`` and GoAlert ``pageInfo``."""
    if not isinstance(value, dict) or depth > _DEPTH_MAX:
        return
    inside = {key: one for key, one in value.items() if isinstance(one, dict)}
    own = next((key for key, one in value.items() if key in kinds and isinstance(one, list)), kind)
    if own and any(isinstance(one, list) for one in value.values()):
        yield own, {**value, **inside.get("paging", {}), **inside.get("pageInfo", {})}
    for key, one in inside.items():
        yield from _answers(one, key if key in kinds else own, kinds, depth + 1)


def _parsed(name: str, body: bytes) -> Any:  # noqa: ANN401 - whatever stands in the file
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        raise WrongExport(f"{name}:{error.lineno}:{error.colno} is no JSON: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise WrongExport(f"{name} is no JSON in UTF-8; save the answer of the API as it came") from error


def _is_empty(body: bytes) -> bool:
    return not re.search(rb"\[\s*[^\s\]]", body)


def _of_name(name: str, kinds: Sequence[str]) -> str:
    stem = name.rpartition("/")[2].casefold().replace("-", "_")
    return max((kind for kind in kinds if stem.startswith(kind.casefold())), key=len, default="")


def _collect(found: dict[str, list[Object]], value: object, where: str, kind: str, depth: int) -> None:
    if depth > _DEPTH_MAX:
        return
    if isinstance(value, list):
        for number, one in enumerate(value):
            _collect(found, one, f"{where}[{number}]", kind, depth + 1)
    elif isinstance(value, dict):
        # An answer about one object has nothing beside it.
        named = [(key, kind) for key in value for kind in found if key == kind or (len(value) == 1 and key == _one(kind))]
        inside = [key for key in _PAGES if isinstance(value.get(key), list | dict)]
        if "id" not in value and (named or inside):
            for key, of in named or [(key, kind) for key in inside]:
                _collect(found, value[key], f"{where} {key}" if where.endswith(":") else f"{where}.{key}", of, depth + 1)
        elif kind:
            found[kind].append(Object(where, value))
    elif kind and value is not None:
        raise WrongExport(f"{where} has to be an object of the {kind}, not {json.dumps(value)[:40]}")


def _one(plural: str) -> str:
    return f"{plural[:-3]}y" if plural.endswith("ies") else plural.removesuffix("s")


def read(one: Object, kind: type[T]) -> T:
    """The object as this struct; what the struct does not know is passed over. Raises ``WrongExport`` with all that is wrong."""
    value, mistakes = read_as(_filled(one.raw), kind)
    if mistakes or value is None:
        raise WrongExport(". ".join(f"{one.where}{_path(mistake.place)}: {mistake.sentence}" for mistake in mistakes[:5]))
    odd = next((at for at in _times(value) if at.year not in _YEARS), None)
    if odd:
        raise WrongExport(f"{one.where}: {odd.isoformat()} is in no year of a schedule; those are {_YEARS[0]} to {_YEARS[-1]}")
    return value


def _times(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from _times(getattr(value, field))
    elif isinstance(value, tuple):
        for part in value:
            yield from _times(part)


def _path(place: Place) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)


def _filled(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Without what is null, so that it is what it would be if it were not there."""
    if isinstance(value, Mapping):
        return {key: _filled(one) for key, one in value.items() if one is not None}
    return [_filled(one) for one in value if one is not None] if isinstance(value, list) else value


def unread(raw: object, kind: type) -> Iterator[str]:
    """The fields that say something and that the struct does not know, as ``layers.color``; each once."""
    yield from dict.fromkeys(_unread(raw, _type(kind), ""))


@lru_cache
def _type(kind: type) -> inspect.Type:
    return inspect.type_info(kind)


def _unread(raw: object, wanted: inspect.Type, path: str) -> Iterator[str]:
    if isinstance(wanted, inspect.Metadata):
        yield from _unread(raw, wanted.type, path)
    elif isinstance(wanted, inspect.UnionType):
        for one in wanted.types:
            yield from _unread(raw, one, path)
    elif isinstance(wanted, inspect.VarTupleType) and isinstance(raw, list):
        for part in raw:
            yield from _unread(part, wanted.item_type, path)
    elif isinstance(wanted, inspect.StructType) and isinstance(raw, Mapping):
        known = {one.encode_name: one.type for one in wanted.fields}
        for key, value in raw.items():
            if key in known:
                yield from _unread(value, known[key], f"{path}{key}.")
            elif value is False if key in _SWITCHES else value not in (None, "", [], {}, False, 0):
                yield f"{path}{key}"

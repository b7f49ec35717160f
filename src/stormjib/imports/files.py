"""The files that come of an import, and where they say something else than the system that they come from."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec
import yaml

from stormjib.core.catalogue.drafts import file_of
from stormjib.core.catalogue.whole import Item
from stormjib.core.oncall.schedule import Schedule, Shift, shifts
from stormjib.imports.shape import Brought

MINUTE: Final = 60.0
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z .@_/+-]*[A-Za-z]|[A-Za-z]")
"""Texts that nobody takes for anything else."""


class _Writer(yaml.SafeDumper):
    """Quotes every text that could be taken for something else, and has no aliases, which a catalogue refuses."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _text(writer: yaml.SafeDumper, text: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if _PLAIN.fullmatch(text) else '"')


_Writer.add_representer(str, _text)


def files(found: Brought, system: str) -> dict[str, str]:
    """What every file holds, by its name in the directory of the catalogue."""
    written: dict[str, str] = {}
    for kind, items in found.items.items():
        for item in items:
            name, number = file_of(kind, item.name), 1
            while name in written:
                number += 1
                name = file_of(kind, f"{item.name}-{number}")
            written[name] = f"# Imported from {system}: stormjib import --help\n{_yaml(item)}"
    return written


def _yaml(item: Item) -> str:
    keys: dict[str, Any] = {"name": item.name} | msgspec.to_builtins(item)
    filled = {key: value for key, value in keys.items() if value not in ("", [], (), {}, None)}
    return "".join(
        yaml.dump(
            {key: value},
            Dumper=_Writer,
            sort_keys=False,
            allow_unicode=True,
            width=120,
            default_flow_style=None if isinstance(value, list | tuple | dict) else False,
        )
        for key, value in filled.items()
    )


class Difference(msgspec.Struct, frozen=True):
    """From when until when the system says another thing than the files, in seconds of UTC."""

    schedule: str
    start: float
    end: float
    there: tuple[str, ...]
    here: tuple[str, ...]


def differences(found: Brought) -> Iterator[Difference]:
    """Minute by minute of what the system itself states, in the order of time."""
    for name, names, stated in found.stated:
        since, until = min(one.start for one in stated), max(one.end for one in stated)
        parts: list[Schedule] = [one for one in found.items["schedules"] if one.name in names]
        here = [turn for part in parts for turn in shifts(part, (), since, until)]
        yield from _between(name, stated, here)


def _between(name: str, stated: Sequence[Shift], here: Sequence[Shift]) -> Iterator[Difference]:
    moments = sorted({at // MINUTE * MINUTE for one in (*stated, *here) for at in (one.start, one.end)})
    last: Difference | None = None
    for start, end in pairwise(moments):
        there, ours = (
            tuple(sorted({one.person for one in turns if one.start < start + MINUTE and start < one.end // MINUTE * MINUTE}))
            for turns in (stated, here)
        )
        if last and (last.end, last.there, last.here) == (start, there, ours):
            last = msgspec.structs.replace(last, end=end)
            continue
        if last and last.there != last.here:
            yield last
        last = Difference(name, start, end, there, ours)
    if last and last.there != last.here:
        yield last

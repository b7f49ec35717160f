"""The services from their tables in the settings; what is wrong with one is said with its place."""

import re
from typing import Any

import msgspec

from stormjib.core.catalogue.check import AnyCheck, Request
from stormjib.core.catalogue.service import Service

_UNKNOWN_KEY = re.compile(r"Object contains unknown field `(.*)` - at `\$(.*)`")


class UnknownKey(ValueError):
    """A table has a key that does not exist: where, and which ones do."""

    def __init__(self, place: tuple[int | str, ...], keys: tuple[str, ...]) -> None:
        """``place`` such as ``("service", 0, "check", 1, "urll")``, counted from 0."""
        super().__init__(f"there is no key {place[-1]!r}")
        self.place = place
        self.keys = keys


def _unknown_key(tables: object, said: str) -> UnknownKey | None:
    found = _UNKNOWN_KEY.fullmatch(said)
    if found is None:
        return None
    place: list[int | str] = [int(part) if part.isdecimal() else part for part in re.findall(r"\w+", found[2])]
    table: Any = tables
    for part in place:
        table = table[part]
    kinds = {str(kind.__struct_config__.tag): kind for kind in AnyCheck.__args__}
    checks = 3
    struct = Service if len(place) == 1 else kinds[table["kind"]] if len(place) == checks else Request
    tags = (struct.__struct_config__.tag_field,) if struct.__struct_config__.tag_field else ()
    return UnknownKey(("service", *place, found[1]), (*tags, *struct.__struct_encode_fields__))


def read_services(tables: object) -> tuple[Service, ...]:
    """``[[service]]`` tables, as TOML gives them; raises ``ValueError`` with a sentence that says where it is wrong."""
    try:
        services = msgspec.convert(tables, type=tuple[Service, ...])
    except msgspec.ValidationError as error:
        unknown = _unknown_key(tables, str(error))
        if unknown:
            raise unknown from error
        sentence, _, place = str(error).partition(" - at ")
        where = place.strip("`").replace("$[", "service[", 1)
        raise ValueError(f"{sentence}{f' (in {where}, counted from 0)' if where else ''}") from error
    names = [name.casefold() for service in services for name in {service.name, *service.aliases}]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise ValueError(f"two services are called {twice!r}; an incident has to belong to one of them")
    return services

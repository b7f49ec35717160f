"""The hosts that a text names: in addresses, and behind the options that are given one."""

import re
from collections.abc import Iterable

_HOST = r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?"
_PLACE = re.compile(rf"(?:[a-z][a-z0-9+.-]*://)?{_HOST}(?::\d{{1,5}})?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(
    rf"(?:://(?:[^\s/@]*@)?|\s--host[= ]|\b(?:psql|mysql|mariadb|redis-cli|pg_isready)\s[^|;\n]*?-h[= ]?){_HOST}(?![\w.$<-])",
    re.IGNORECASE,
)


def hosts_in(texts: Iterable[str], values: Iterable[str] = ()) -> frozenset[str]:
    """The hosts that ``texts`` name, and those that ``values`` are, as ``host_of`` writes them."""
    named = {_plain(match[1]) for text in texts for match in _NAMED.finditer(text)}
    return frozenset(named | {host for value in values if (host := host_of(value.strip()))})


def host_of(place: str) -> str:
    """The host of ``host``, ``host:port`` or an address, in small letters; "" for anything else, and where a name and a password stand in it."""
    match = _PLACE.fullmatch(place)
    return _plain(match[1]) if match else ""


def _plain(host: str) -> str:
    return host.strip("[]").casefold()

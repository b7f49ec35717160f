"""The hosts that a text names: in addresses, and behind the options that are given one."""

import re
from collections.abc import Collection, Iterable
from hashlib import sha256

_HOST = r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?"
_PLACE = re.compile(rf"(?:[a-z][a-z0-9+.-]*://)?{_HOST}(?::\d{{1,5}})?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(
    rf"(?:://(?:[^\s/@]*@)?|\s--host[= ]|\b(?:psql|mysql|mariadb|redis-cli|pg_isready)\s[^|;\n]*?-h[= ]?){_HOST}(?![\w.$<-])",
    re.IGNORECASE,
)


def hosts_in(texts: Iterable[str], values: Iterable[str] = ()) -> frozenset[str]:
    """The hosts that ``texts`` name, and those that ``values`` are, each by its ``digest``: the log of an incident keeps no address."""
    named = {match[1] for text in texts for match in _NAMED.finditer(text)}
    named |= {match[1] for value in values if (match := _PLACE.fullmatch(value.strip()))}
    return frozenset(map(digest, named))


def is_among(place: str, hosts: Collection[str]) -> bool:
    """Whether ``host``, ``host:port`` or an address leads to one of these hosts; never where a name and a password stand in it."""
    match = _PLACE.fullmatch(place)
    return match is not None and digest(match[1]) in hosts


def digest(host: str) -> str:
    """What tells a host from another one, in any case of letters."""
    return sha256(host.strip("[]").casefold().encode("utf-8", "surrogatepass")).hexdigest()[:16]

"""The hosts that a text names: in addresses, and behind the options that are given one."""

import re
from collections.abc import Collection, Iterable
from hashlib import sha256

_HOST = r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?"
_PORT = r"(?::(?P<port>\d{1,5}))?"
_PLACE = re.compile(rf"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?{_HOST}{_PORT}(?P<below>[/?#].*)?", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(
    rf"(?:(?P<scheme>\b[a-z][a-z0-9+.-]{{0,20}})?://(?:[^\s/@]*@)?|\s--host[= ]|\b(?:psql|mysql|mariadb|redis-cli|pg_isready)\s[^|;\n]*?-h[= ]?)"
    rf"{_HOST}(?![\w.$<-]){_PORT}",
    re.IGNORECASE,
)
_PORTS = {"http": ("80",), "https": ("443",), "": ("80", "443")}


def hosts_in(texts: Iterable[str], values: Iterable[str] = ()) -> frozenset[str]:
    """The hosts that ``texts`` name, and those that ``values`` are, each by its ``digest`` alone and with its port.

    The log of an incident keeps no address. Without a port it is that of its scheme, or of both where it has none.
    """
    found = [match for text in texts for match in _NAMED.finditer(text)]
    found += [match for value in values if (match := _PLACE.fullmatch(value.strip()))]
    return frozenset(digest(place) for match in found for place in (match["host"], *_ported(match)))


def is_among(place: str, hosts: Collection[str]) -> bool:
    """Whether ``host`` or ``host:port`` is one of these; never where a name and a password stand in it.

    An address is one where nothing stands behind its host and port, whose path would be a choice of its own.
    """
    match = _PLACE.fullmatch(place)
    if match is None or match["below"] not in {None, "", "/"}:
        return False
    chosen = _ported(match) if match["port"] or match["scheme"] else [match["host"]]
    return any(digest(one) in hosts for one in chosen)


def _ported(match: re.Match[str]) -> list[str]:
    ports = (match["port"],) if match["port"] else _PORTS.get((match["scheme"] or "").casefold(), ())
    return [f"{match['host'].strip('[]')}:{port}" for port in ports]


def digest(host: str) -> str:
    """What tells a host from another one, in any case of letters."""
    return sha256(host.strip("[]").casefold().encode("utf-8", "surrogatepass")).hexdigest()[:16]

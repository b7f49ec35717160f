"""Whether an address is of the internet, and neither of a network of ours nor of this machine itself."""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Final

_TRANSLATED: Final = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48")))
"""Every IPv4 address behind a gateway (RFC 6052), also a private one (RFC 8215)."""
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_public(address: str, allowed: Iterable[_Network]) -> bool:
    """Whether a stranger may have it called; what is ``allowed`` is called in any case."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = (getattr(found, "ipv4_mapped", None), getattr(found, "sixtofour", None), *(getattr(found, "teredo", None) or ()))
    found = inner[0] or found
    if any(found in one for one in allowed):
        return True
    closed = found.is_multicast or any(found in one for one in _TRANSLATED) or any(one and not one.is_global for one in inner)
    return found.is_global and not closed and not _is_own(found)


def _is_own(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it stands on an interface: to such an address alone a socket can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - the number is the name
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as tried:
            tried.bind((str(address), 0))
    except OSError:
        return False
    return True

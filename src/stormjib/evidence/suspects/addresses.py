"""Addresses: whose an address is that a check asks, as far as the evidence tells."""

import re
from collections.abc import Iterable
from typing import Final

from stormjib.core.catalogue.check import requests_of
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, State
from stormjib.core.policy import Policy
from stormjib.evidence.suspects.words import PORTS, PROXIES, tokens

_URL: Final = re.compile(
    r"(?:(https?)://)?((?:[a-z0-9_-]{1,63}\.){0,8}[a-z0-9_-]{1,63}|\[[0-9a-f:]{2,39}\])(?::(\d{1,5}))?(?=[/\s'\"?]|$)",
    re.IGNORECASE,
)
LOCAL: Final = {"localhost", "127.0.0.1", "[::1]", "0.0.0.0", ""}  # noqa: S104 - read, never bound
_PUBLIC_PORTS: Final = {"80", "443"}
_GATEWAY: Final = {502.0, 504.0}
_OK: Final = range(200, 400)


def address_of(text: str) -> str:
    """``host:port`` of the address that a command such as curl asks; "" where it names none."""
    found = re.search(r"https?://[^\s'\"]{1,300}", text, re.IGNORECASE)
    words = (
        [found[0]]
        if found
        else [word.strip("'\"") for word in text.split()[1:] if "/" in word or ":" in word or word == "localhost"]
    )
    for word in words:
        match = _URL.match(word)
        if match and (match[1] or match[3] or match[2] == "localhost" or "." in match[2]):
            return f"{match[2].lower()}:{match[3] or ('443' if match[1] == 'https' else '80')}"
    return ""


def owners(asked: Iterable[EvidenceCollected], *, service: str, front: str, upstreams: set[str]) -> dict[str, str]:
    """``host:port`` → the component that listens there: the proxy by what it answers, else by who else is asked.

    Beside an address of the proxy, or a public one, any other that is asked is the service's own. What nothing tells is left out.
    """
    found: dict[str, str] = {}
    open_ones: set[str] = set()
    for fact in asked:
        address = address_of(fact.text) if fact.source == "http" else ""
        if not address:
            continue
        open_ones.add(address)
        status = next((one.value for one in fact.facts if isinstance(one, Measured) and one.name == "status"), 0.0)
        server = next((one.value for one in fact.facts if isinstance(one, State) and one.name == "server"), "")
        if address in upstreams:
            found[address] = service
        elif front and (status in _GATEWAY or any(word in PROXIES for word in tokens(server))):
            found[address] = front
        elif address.rpartition(":")[2] in PORTS:
            found[address] = PORTS[address.rpartition(":")[2]]
    public = {one for one in open_ones if one.rpartition(":")[2] in _PUBLIC_PORTS}
    if front:
        found.update({one: front for one in public if one not in found})
    if front in found.values():
        found.update({one: service for one in open_ones if one not in found})
    return found


def same_place(address: str) -> str:
    """``host:port`` as it is compared: this machine has several names."""
    host, _, port = address.rpartition(":")
    return f"localhost:{port}" if host in LOCAL else address


def elsewhere(service: str, policy: Policy) -> dict[str, str]:
    """``host:port``, as it is compared, → the other service whose address that is alone: not where this one's is there too."""
    own = policy.service_of(service)
    asked = (own.target_url, *(one.url for check in own.checks for one in requests_of(check))) if own else ()
    here = {same_place(address_of(url)) for url in asked}
    found = {same_place(address_of(one.target_url)): one.name for one in policy.services if own and one is not own}
    return {address: name for address, name in found.items() if address and address not in here}


def answers(fact: EvidenceCollected) -> bool:
    """Whether somebody answered a check over HTTP, and well."""
    status = next((one.value for one in fact.facts if isinstance(one, Measured) and one.name == "status"), 0.0)
    return fact.source == "http" and fact.ok and fact.weight == "fine" and (not status or int(status) in _OK)

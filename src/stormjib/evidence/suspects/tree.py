"""The components and what each needs: as the operator names them, otherwise as the evidence does."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from stormjib.core.incident import Incident
from stormjib.core.observation import Measured, State
from stormjib.core.policy import Policy
from stormjib.evidence.readers.compose_name import replica_of
from stormjib.evidence.suspects.addresses import LOCAL, address_of, answers, elsewhere, owners, same_place
from stormjib.evidence.suspects.requests import requests_of
from stormjib.evidence.suspects.words import (
    CERTIFICATE,
    CLOCK,
    CPU,
    DEPLOYMENT,
    DISK,
    DNS,
    DOCKER,
    MAINTENANCE,
    MEMORY,
    PROXIES,
    TRAFFIC,
    product_of,
    tokens,
)

GROUND: Final = (DISK, MEMORY, CPU, DOCKER, CLOCK, DNS, CERTIFICATE)
"""What everything stands on."""
_ALONE: Final = (MAINTENANCE, TRAFFIC)
_COMMON: Final = {"server", "service", "app", "application", "prod", "production", "staging", "web", "the", "com", "svc", "default", "localhost", "http", "https"}  # fmt: skip
_DEPENDENCY_FACTS: Final = {"dependency", "metric up"}
_WHOLE: Final = {"", "all", "service", "log", "target", "the target", "total", "overall"}
_TEXT_CHARS_MAX: Final = 4_000


class Tree(msgspec.Struct):
    """``service`` is what the incident is about, ``front`` the proxy before it ("" where none is known)."""

    service: str
    front: str = ""
    detected_at: float = 0.0
    """Seconds since the epoch."""
    needs: dict[str, set[str]] = {}
    """Component → what it needs."""
    words: dict[str, str] = {}
    """The operator's words and the names of dependencies, in lower case → component."""
    containers: dict[str, str] = {}
    """Container → component."""
    upstreams: set[str] = set()
    """The addresses that the proxy passes requests to."""
    addresses: dict[str, str] = {}
    """``host:port`` that a check asks → the component that listens there, where the evidence tells."""
    alive: set[str] = set()
    """The addresses at which the service itself answers well."""
    running: set[str] = set()
    """The components whose own unit or process was seen running."""
    strangers: set[str] = set()
    """The names of other services, in lower case: their trouble is not this incident's."""
    elsewhere: dict[str, str] = {}
    """``host:port`` that the catalogue says is another service's, as it is compared → that service."""

    def owner(self, text: str) -> str:
        """The component that listens at the address that a command asks; "" where nothing tells."""
        address = address_of(text)
        host = address.rpartition(":")[0]
        known = (
            self.elsewhere.get(same_place(address))
            or self.words.get(address)
            or self.words.get(host)
            or self.addresses.get(address, "")
        )
        return known or (self.of(host) if host not in LOCAL and host in self.containers else "")

    def passes_wrongly(self, address: str) -> bool:
        """Whether the proxy passes requests to where nobody is, while the service answers at another port."""
        port = address.rpartition(":")[2]
        return bool(self.alive) and is_address(address) and all(one.rpartition(":")[2] != port for one in self.alive)

    def strange(self, thing: str) -> bool:
        """Whether it belongs to another service that stormjib protects, and nothing says that this one needs it."""
        name = thing.strip().lower()
        return name in self.strangers or _base(name) in self.strangers

    def of(self, thing: str) -> str:
        """The component that a container, a unit, an image or a label names; "" where it names none that is known."""
        name = thing.strip().lower()
        if name in self.words:
            return self.words[name]
        if name in _WHOLE:
            return self.service
        base = _base(name)
        if base in self.words:
            return self.words[base]
        product = product_of(name)
        if product:
            return product
        found = tokens(name)
        proxy = next((word for word in found if word in PROXIES), "")
        if proxy:
            return self.front if self.front and proxy in self.front else proxy
        if found and all(word in _COMMON for word in found):
            return self.service  # "app", "web": what there is only one of needs no name
        own = [word for word in tokens(self.service) if word not in _COMMON]
        mine = [word for word in found if word not in _COMMON]
        if own and mine and (mine[-1] == own[-1] or set(mine) <= set(own)):
            return self.service
        return next((component for word, component in self.words.items() if tokens(word) and tokens(word) == found), "")

    def named_in(self, text: str, *, but: str = "") -> str:
        """The component that a line speaks of, other than its writer; the first that is named."""
        line = text[:_TEXT_CHARS_MAX].lower()
        found = [
            (at, component)
            for word, component in self.words.items()
            if component != but and len(word) > 1 and (at := _stands(word, line)) >= 0
        ]
        if found:
            return min(found)[1]
        product = product_of(line)
        return product if product != but else ""

    def below(self, component: str) -> set[str]:
        """Everything that it needs, directly or not. A circle ends where it began."""
        seen: set[str] = set()
        waiting = list(self.needs.get(component, ()))
        while waiting:
            one = waiting.pop()
            if one not in seen and one != component:
                seen.add(one)
                waiting.extend(self.needs.get(one, ()))
        return seen

    def replicas(self) -> set[str]:
        """The containers that are the service, where there are several."""
        found = {name for name, component in self.containers.items() if component == self.service}
        return found if len(found) > 1 else set()

    def add(self, component: str, *, word: str = "") -> None:
        """The service needs it, unless the operator has said where it belongs."""
        if word:
            self.words.setdefault(word.lower(), component)
        if component in {"", self.service, self.front} or any(component in needed for needed in self.needs.values()):
            return
        self.needs.setdefault(self.service, set()).add(component)

    def meet(self, component: str) -> None:
        """Somebody speaks of a component that nobody has named: the service needs it, and it stands on the same ground."""
        if component in self.needs or component in _ALONE or component in GROUND or component.startswith(DEPLOYMENT):
            return
        self.add(component)
        self.needs.setdefault(component, set()).update(GROUND)


def tree_of(incident: Incident, policy: Policy) -> Tree:
    """Read it out of the settings and out of everything that the log holds."""
    components = policy.components_of(incident.service)
    service = incident.service or next((one.name for one in components), "") or "the service"
    tree = Tree(service, detected_at=incident.detected_at)
    for one in components:
        tree.words.update({word.lower(): one.name for word in (one.name, *one.words)})
        tree.needs.setdefault(one.name, set()).update(one.depends_on)
    tree.service = tree.words.get(service.lower(), service)
    tree.front = _front(incident, tree)
    if tree.front:
        tree.needs.setdefault(tree.front, set()).add(tree.service)
        tree.words.setdefault(tree.front, tree.front)
    for name in sorted(_dependencies(incident)):
        component = tree.words.get(name.lower()) or product_of(name) or (DISK if name.lower() in _DISKS else name)
        tree.add(component, word=name)
    tree.strangers = _strangers(incident, policy, tree.below(tree.service))
    tree.elsewhere = elsewhere(incident.service, policy)
    _containers(incident, tree)
    tree.upstreams.update(_upstreams(incident))
    newest = {(fact.text, fact.target): fact for _, fact in incident.evidence if not fact.before_run}
    tree.addresses = owners(newest.values(), service=tree.service, front=tree.front, upstreams=tree.upstreams)
    tree.alive = {
        address
        for fact in newest.values()
        if answers(fact) and tree.addresses.get(address := address_of(fact.text)) == tree.service
    }
    tree.running = {
        tree.of(one.thing)
        for fact in newest.values()
        if fact.source in {"systemd", "processes"}
        for one in fact.facts
        if isinstance(one, State) and (one.name, one.value) in {("active", "active"), ("running", "yes")}
    }
    for alone in (*_ALONE, DEPLOYMENT + tree.service):
        tree.needs.setdefault(tree.service, set()).add(alone)
    for component in [*tree.needs, *(needed for found in list(tree.needs.values()) for needed in found)]:
        if component not in {*GROUND, *_ALONE}:
            tree.needs.setdefault(component, set()).update(GROUND)
    return tree


_DISKS: Final = {"disk", "storage", "filesystem", "file system", "volume"}


def _strangers(incident: Incident, policy: Policy, below: set[str]) -> set[str]:
    """The other services that are protected, without those that this one needs."""
    own = next((one for one in policy.services if one.name == incident.service), None)
    needed = {*below, *(own.depends_on if own else ()), incident.service}
    others = [one for one in policy.services if own and not needed & {one.name, *one.aliases}]
    return {word.lower() for one in others for word in (one.name, *one.aliases)}


def _front(incident: Incident, tree: Tree) -> str:
    """The operator's component that needs the service, or the proxy that a command of the runbook speaks of."""
    above = next((name for name, needed in tree.needs.items() if tree.service in needed), "")
    if above:
        return above
    spoken = [fact.text for _, fact in incident.evidence] + [fact.source for _, fact in incident.logs]
    said = {word for text in spoken for word in tokens(text)}
    return next((proxy for proxy in PROXIES if proxy in said), "")


def _dependencies(incident: Incident) -> Iterator[str]:
    """What the service itself, its metrics, its log and its alerts call a dependency; and what the runbook asks directly."""
    for _, fact in incident.evidence:
        if fact.source.startswith("redis"):
            yield "redis"
        for one in fact.facts:
            if one.name in _DEPENDENCY_FACTS or one.name.startswith("blamed"):
                yield from _name(one.thing)
    if incident.metrics:
        for metric in incident.metrics[1].metrics:
            if "dependency" in metric.name.lower():
                yield from _name(metric.thing)
    for alert in incident.alerts.values():
        if alert.labels.get("dependency"):
            yield from _name(alert.labels["dependency"])


def _name(thing: str) -> Iterator[str]:
    name = thing.strip().lower().removeprefix("dependency ")
    if name not in _WHOLE and len(name) <= _NAME_CHARS_MAX:
        yield name


_NAME_CHARS_MAX: Final = 80
_CONTAINER_SOURCES: Final = {"kubectl", "docker stats", "docker ps", "docker inspect", "compose", "compose ps"}
_NOT_CONTAINERS: Final = {"docker", "compose", "images", "kubernetes", "events"}


def _containers(incident: Incident, tree: Tree) -> None:
    for name in _container_names(
        fact for _, found in incident.evidence if found.source in _CONTAINER_SOURCES for fact in found.facts
    ):
        if tree.strange(name):
            continue
        component = tree.of(name) or _base(name)
        tree.containers[name] = component
        tree.words.setdefault(name.lower(), component)
        tree.add(component)


def _upstreams(incident: Incident) -> Iterator[str]:
    """``host:port`` of each upstream in an access log."""
    for facts in (*(fact.facts for _, fact in incident.evidence), *(fact.facts for _, fact in incident.logs)):
        yield from (name for name in requests_of(facts) if is_address(name))


def is_address(thing: str) -> bool:
    """``10.0.0.1:8080``, and not a route."""
    host, colon, port = thing.rpartition(":")
    return bool(colon) and port.isdigit() and bool(host) and " " not in host and "/" not in host


def _container_names(facts: Iterable[Measured | State]) -> list[str]:
    return sorted({fact.thing for fact in facts if fact.thing not in _NOT_CONTAINERS})


def _base(name: str) -> str:
    """``app-api`` of ``app-api-2``, which is also what the first of several is called where it has no number; ``api`` of a pod's name."""
    pod = _POD.fullmatch(name)
    return pod[1] if pod else replica_of(name) or name


_POD: Final = re.compile(
    r"([a-z0-9][a-z0-9.-]{0,200}?)-(?:(?:[a-f0-9]{6,10}|[bcdfghjklmnpqrstvwxz2456789]{6,10})-)?[bcdfghjklmnpqrstvwxz2456789]{5}"
)
"""Kubernetes adds a hash of the template and five letters (of those without vowels) that it makes up."""


def _stands(word: str, line: str) -> int:
    """Where a word stands in a line, as a word of its own; -1 where it does not."""
    at = line.find(word)
    while at >= 0:
        end = at + len(word)
        if (at == 0 or not line[at - 1].isalnum()) and (end >= len(line) or not line[end].isalnum()):
            return at
        at = line.find(word, end)
    return -1

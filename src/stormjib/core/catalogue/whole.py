"""The catalogue as a whole: every file read, and what no file can know alone: names, labels, owners, dependencies, runbooks."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from stormjib.core.catalogue.audience import Audience
from stormjib.core.catalogue.escalation import Escalation, misled
from stormjib.core.catalogue.heartbeat import Heartbeat
from stormjib.core.catalogue.intake import Mapping as OwnWay
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.reading import read_as
from stormjib.core.catalogue.schedules import strangers
from stormjib.core.catalogue.service import Labels, Service, alike
from stormjib.core.catalogue.source import PLURALS, Place, Problem, Source
from stormjib.core.catalogue.unmeant import unmeant
from stormjib.core.oncall.schedule import Schedule
from stormjib.core.text.meant import meant

Item = Service | Team | Person | Schedule | Escalation | OwnWay | Audience | Heartbeat
KINDS: Final[Mapping[str, type[Item]]] = {
    "services": Service,
    "teams": Team,
    "people": Person,
    "schedules": Schedule,
    "escalation": Escalation,
    "intake": OwnWay,
    "audiences": Audience,
    "heartbeats": Heartbeat,
}
"""The directories, and what each of their files is."""
_ONE: Final = {"services": "service", "teams": "team", "people": "person", "schedules": "schedule"} | {
    "escalation": "escalation policy",
    "intake": "way in",
    "audiences": "audience",
    "heartbeats": "heartbeat",
}


class Catalogue(msgspec.Struct, frozen=True):
    """What the site protects, and who owns it."""

    services: tuple[Service, ...] = ()
    teams: tuple[Team, ...] = ()
    people: tuple[Person, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    intake: tuple[OwnWay, ...] = ()
    audiences: tuple[Audience, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()


class Document(msgspec.Struct):
    """A file, and what it says, also where something in it is wrong; None where even its names can't be read."""

    kind: str
    source: Source
    item: Item | None = None


Around = Sequence[tuple[Document, Any]]


def read(kind: str, source: Source) -> Document:
    """One file; what is wrong is added to the source's problems."""
    if source.value is None:
        if not source.problems:
            source.problem(f"this file is empty; a {_ONE[kind]} needs at least its name")
        return Document(kind, source)
    item, mistakes = read_as(_singular(source.value) if kind == "services" else source.value, KINDS[kind], PLURALS)
    for mistake in mistakes:
        source.problem(mistake.sentence, mistake.place)
    for place, sentence in unmeant(item) if item else ():
        source.problem(sentence, place)
    return Document(kind, source, item)


def check(documents: Sequence[Document], *, book: Callable[[str], str], zones: Collection[str]) -> Catalogue:
    """Add what is wrong between the files to their problems, and give what there is.

    ``book`` says why a runbook's file can't be read, "" where it can; ``zones`` are the time zones that there are.
    """
    services = _of(documents, Service)
    teams, people, schedules = _of(documents, Team), _of(documents, Person), _of(documents, Schedule)
    policies, intake, audiences = _of(documents, Escalation), _of(documents, OwnWay), _of(documents, Audience)
    heartbeats = _of(documents, Heartbeat)
    every = (services, teams, people, schedules, policies, intake, audiences, heartbeats)
    for found in every:
        _names(found)
    _claims(services)
    _members(people)
    # Where the names of a file can't be read, nobody can say that there is none of that name.
    unread = {document.kind for document in documents if document.item is None}
    for found, key, among, where in (
        (services, "owner", teams, "teams"),
        (services, "depends_on", services, "services"),
        (teams, "members", people, "people"),
        (teams, "lead", people, "people"),
        (audiences, "people", people, "people"),
        (services, "escalation", policies, "escalation"),
        (teams, "escalation", policies, "escalation"),
        (heartbeats, "service", services, "services"),
    ):
        if where not in unread:
            _known(found, key, among, where)
    _circles(services)
    for document, service in services:
        _books(document.source, service, book)
    for document, one in (*people, *schedules, *policies, *audiences, *heartbeats):
        if one.time_zone and one.time_zone not in zones:
            document.source.problem(f"there is no time zone {one.time_zone!r}{meant(one.time_zone, zones)}", ("time_zone",))
    for document, schedule in schedules:
        for number, layer in enumerate(schedule.layers):
            if layer.time_zone and layer.time_zone not in zones:
                sentence = f"there is no time zone {layer.time_zone!r}{meant(layer.time_zone, zones)}"
                document.source.problem(sentence, ("layers", number, "time_zone"))
    if "people" not in unread:
        names = [person.name for _, person in people]
        for document, schedule in schedules:
            for place, name in strangers(schedule, names):
                document.source.problem(_missing(name, names, "people"), place)
    reached = tuple(one for _, one in (*schedules, *teams, *people))
    for document, policy in () if unread & {"schedules", "teams", "people"} else policies:
        for place, sentence in misled(policy, reached):
            document.source.problem(sentence, place)
    return Catalogue(*(tuple(item for _, item in found) for found in every))


def problems(documents: Sequence[Document]) -> tuple[Problem, ...]:
    """Everything that is wrong, file by file."""
    return tuple(sorted({problem for document in documents for problem in document.source.problems}))


def _singular(value: object) -> object:
    """Lists have their plural in a file, and are called as tables of the settings are: ``checks``, ``steps``."""
    if not isinstance(value, dict):
        return value
    named = {plural: one for one, plural in PLURALS.items()}
    found = {(named.get(key, key) if named.get(key) not in value else key): one for key, one in value.items()}
    checks = found.get("check")
    if isinstance(checks, list):
        found["check"] = [_singular(one) for one in checks]
    return found


def _of(documents: Sequence[Document], kind: type[Any]) -> Around:
    return [(document, document.item) for document in documents if isinstance(document.item, kind)]


def _called(item: Item) -> list[tuple[str, Place]]:
    aliases = item.aliases if isinstance(item, Service) else ()
    return [(item.name, ("name",)), *((alias, ("aliases", number)) for number, alias in enumerate(aliases))]


def _names(found: Around) -> None:
    """Each name belongs to one."""
    first: dict[str, tuple[Source, str]] = {}
    for document, item in found:
        for name, place in _called(item):
            key = alike(name)
            there, owner = first.setdefault(key, (document.source, item.name))
            if there is not document.source:
                sentence = f"{name!r} is {owner} in {there.file} already; give this {_ONE[document.kind]} a name of its own"
                document.source.problem(sentence, place)


def _claims(services: Around) -> None:
    """One alert means one service."""
    for number, (document, service) in enumerate(services):
        for other, earlier in services[:number]:
            if service.labels and _overlap(service.labels, earlier.labels):
                said = ", ".join(
                    f"{name}: {value if isinstance(value, str) else list(value)}" for name, value in service.labels.items()
                )
                sentence = f"{other.source.file} claims alerts with these labels, too ({said}); an alert has to mean one service. Add a label"
                document.source.problem(sentence, ("labels",))


def _members(people: Around) -> None:
    """Whoever acts from a chat is one person."""
    first: dict[str, str] = {}
    for document, person in people:
        for key, member in (("slack", person.slack_user), ("matrix", person.matrix)):
            if member and first.setdefault(member, document.source.file) != document.source.file:
                sentence = f"{member} is somebody's in {first[member]} already; a member of a chat is one person"
                document.source.problem(sentence, (key,))


def _overlap(one: Labels, other: Labels) -> bool:
    return one.keys() == other.keys() and all(_values(one[name]) & _values(other[name]) for name in one)


def _values(wanted: str | tuple[str, ...]) -> set[str]:
    return {wanted} if isinstance(wanted, str) else set(wanted)


def _known(found: Around, key: str, among: Around, where: str) -> None:
    """Whatever is named is there."""
    names = {alike(name) for _, item in among for name, _ in _called(item)}
    for document, item in found:
        given = getattr(item, key)
        for number, name in enumerate((given,) if isinstance(given, str) else given):
            if name and alike(name) not in names:
                sentence = _missing(name, [item.name for _, item in among], where)
                document.source.problem(sentence, (key,) if isinstance(given, str) else (key, number))


def _missing(name: str, names: Sequence[str], where: str) -> str:
    return f"there is no {_ONE[where]} {name!r}{meant(name, names) or f': add {where}/{name}.yaml, or take it out'}"


def _circles(services: Around) -> None:
    """Nothing can need itself."""
    names = {alike(name): service.name for _, service in services for name, _ in _called(service)}
    needs = {service.name: [names[alike(one)] for one in service.depends_on if alike(one) in names] for _, service in services}
    told: set[frozenset[str]] = set()
    for document, service in services:
        way = _way(needs, service.name)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            circle = " needs ".join((*way, service.name))
            document.source.problem(f"{circle}: take out the one that is not so", ("depends_on",))


def _way(needs: Mapping[str, Sequence[str]], start: str) -> list[str]:
    """From a service back to itself, by what each needs; empty where there is no such way."""
    before: dict[str, str] = {}
    waiting = [start]
    while waiting:
        one = waiting.pop(0)
        for needed in needs.get(one, ()):
            if needed == start:
                way = [one]
                while way[0] != start:
                    way.insert(0, before[way[0]])
                return way
            if needed not in before:
                before[needed] = one
                waiting.append(needed)
    return []


def _books(source: Source, service: Service, book: Callable[[str], str]) -> None:
    places: Iterator[Place] = iter([("runbook",)] if service.runbook else [("runbooks", n) for n in range(len(service.runbooks))])
    called: dict[str, str] = {}
    chosen: dict[str, str] = {}
    for rule, place in zip(service.books, places, strict=True):
        trouble = book(rule.file)
        if trouble:
            source.problem(f"the runbook {rule.file} can't be used: {trouble}", (*place, "file"))
        if called.setdefault(rule.called.casefold(), rule.file) != rule.file:
            source.problem(f"two runbooks are called {rule.called!r}; give one of them a name of its own", (*place, "name"))
        for alert in () if rule.labels else rule.alerts:
            if chosen.setdefault(alert, rule.file) != rule.file:
                sentence = f"the alert {alert!r} chooses {chosen[alert]} already; it can choose one"
                source.problem(sentence, (*place, "alerts"))

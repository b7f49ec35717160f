"""What every reader gives, whatever the system: people, teams, schedules, policies and services, and what had no place."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeVar
from zoneinfo import available_timezones

import msgspec

from stormjib.core.catalogue.escalation import Escalation, Level
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.reading import read_as
from stormjib.core.catalogue.service import Service, alike
from stormjib.core.oncall.schedule import NOBODY, Restriction, Schedule, Shift
from stormjib.core.text.table import table
from stormjib.imports.layers import Rotation, tracks
from stormjib.imports.source import Export, Id, Known, Named, Object, read, unread

N = TypeVar("N", bound=Known)
NAME_CHARS_MAX: Final = 70
"""So that ``schedule NAME`` is still a name."""
SUMMARY_CHARS_MAX: Final = 500
MINUTES_MAX: Final = 24 * 60
REPEATS_MAX: Final = 20
_LINK: Final = re.compile(r"https?://[^\s/?#]+[^\s]*")
_HOUR: Final = timedelta(hours=1)
KINDS: Final = ("people", "teams", "schedules", "escalation", "services")


class Left(msgspec.Struct, frozen=True, order=True):
    """What had no place: of which object which field, why, and what a person does about it."""

    what: str
    field: str
    why: str
    do: str = ""


class _Known(msgspec.Struct, frozen=True, array_like=True):
    """A row of ``fields.txt``; ``why`` "-" where nobody misses the field."""

    system: str
    field: str
    why: str
    do: str = ""


@lru_cache
def _fields(system: str) -> Mapping[str, _Known]:
    return {one.field: one for one in table(_Known, __package__, "fields.txt") if one.system in {"*", system}}


_zones = lru_cache(available_timezones)


class Step(msgspec.Struct, frozen=True):
    """A level of a policy: whom it pages as (kind, id), the minutes until the next, and in which hours."""

    page: Sequence[tuple[str, Id]]
    minutes: float = 0.0
    hours: tuple[Restriction, ...] = ()


class Brought:
    """The catalogue that comes of an export, filled by a reader in this order: people, teams, schedules, policies, services."""

    def __init__(self, system: str, now: float) -> None:
        self.now = now
        self.items: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        self.stated: list[tuple[str, tuple[str, ...], tuple[Shift, ...]]] = []
        """What the system itself says of a schedule: its name, the names of its files, who is on call when."""
        self._system = system
        self._left: dict[Left, None] = {}
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        self._taken: dict[str, set[str]] = {kind: {NOBODY} for kind in KINDS}

    @property
    def left(self) -> list[Left]:
        """In the order in which it was found."""
        return list(self._left)

    def leave(self, what: str, field: str, why: str, do: str = "") -> None:
        """It has no place."""
        self._left[Left(what, field, why, do)] = None

    def each(self, export: Export, of: str, kind: type[N], word: str) -> Iterator[N]:
        """Every object of a kind; once it was taken, what the reader does not know of it has no place."""
        for one in export[of]:
            found = read(one, kind)
            yield found
            name = found.name if isinstance(found, Named) else self._names["people", str(found.id)][0]
            self.leave_rest(f"{word} {name}", one, kind, of)

    def leave_rest(self, what: str, one: Object, kind: type, of: str) -> None:
        """Every field that the reader does not take."""
        known = _fields(self._system)
        for field in unread(one.raw, kind):
            last = field.rpartition(".")[2]
            row = known.get(f"{of}.{field}") or known.get(field) or known.get(last)
            if row is None:
                self.leave(what, field, "stormjib has nothing like it", "nothing, unless somebody relies on it")
            elif row.why != "-":
                self.leave(what, field, row.why, row.do)

    def called(self, kind: str, wanted: str, number: Id = "") -> str:
        """A name of its own, as a file of the catalogue may have it."""
        whole = "".join(char for char in wanted.replace("/", "-") if unicodedata.category(char)[0] != "C")
        stem = " ".join(whole.split())[:NAME_CHARS_MAX].strip()
        stem = stem if any(map(str.isalnum, stem)) else f"{kind} {number}".strip()
        name, count = stem, 1
        while alike(name) in self._taken[kind]:
            count += 1
            name = f"{stem} {count}"
        self._taken[kind].add(alike(name))
        return name

    def person(
        self, number: Id, wanted: str, *, full_name: str = "", email: str = "", phone: str = "", time_zone: str = ""
    ) -> str:
        """Somebody who can be on call. What can't be mail, a number or a zone is left out, and named."""
        name = self.called("people", wanted or email.partition("@")[0] or full_name, number)
        what = f"person {name}"
        email, phone = self._sound(Person, what, "email", email), self._sound(Person, what, "phone", phone)
        zone = self.zone(time_zone, what, "")
        item = Person(name=name, full_name=full_name, email=email, phone=phone, time_zone=zone)
        self._add("people", number, item)
        return name

    def _sound(self, kind: type[Person | Team], what: str, key: str, value: str) -> str:
        """The value, where such a file may have it."""
        _, mistakes = read_as({"name": "-", key: value}, kind)
        for mistake in mistakes:
            self.leave(what, key, mistake.sentence, f"write {key} into the file")
        return "" if mistakes else value

    def zone(self, wanted: str, what: str, otherwise: str = "UTC") -> str:
        """The time zone, where there is one of that name."""
        if wanted and wanted not in _zones():
            self.leave(what, "time zone", f"there is no time zone {wanted!r}", "write time_zone into the file")
            return otherwise
        return wanted or otherwise

    def team(self, number: Id, wanted: str, members: Sequence[Id] = (), summary: str = "", email: str = "") -> None:
        """A team; whoever is not among the people is named."""
        name = self.called("teams", wanted, number)
        found = tuple(dict.fromkeys(who for one in members for who in self.people(one, f"team {name}")))
        email, summary = self._sound(Team, f"team {name}", "email", email), self.summary(summary, f"team {name}")
        self._add("teams", number, Team(name=name, members=found, summary=summary, email=email))

    def people(self, number: Id, what: str, full_name: str = "") -> tuple[str, ...]:
        """The name of somebody by the number that they have in the export; whoever is only named there gets a file, too."""
        found = self._names.get(("people", str(number)), ())
        if not found:
            do = "write email and phone into their file" if full_name else "export the users too, or put somebody in their place"
            self.leave(what, f"user {full_name or number}", "the export has no such user", do)
        return (self.person(number, "", full_name=full_name),) if full_name and not found else found

    def turns(self, numbers: Iterable[tuple[Id, str]], what: str) -> tuple[str, ...]:
        """Everybody in the order of their turns, by number and name; a turn of somebody who is unknown is nobody's."""
        return tuple((self.people(number, what, name) or (NOBODY,))[0] for number, name in numbers)

    def schedule(
        self,
        number: Id,
        wanted: str,
        rotations: Sequence[Rotation],
        *,
        time_zone: str = "",
        summary: str = "",
        ical: str = "",
        stated: Sequence[Shift] = (),
    ) -> None:
        """A schedule, as several files where several people are on call at once."""
        name = self.called("schedules", wanted, number)
        what, zone = f"schedule {name}", self.zone(time_zone, f"schedule {wanted}")
        whole = Schedule(name=name, time_zone=zone, summary=self.summary(summary, what), ical=ical)
        for one in (one for one in rotations if one.length % _HOUR):
            self.leave(what, one.name or "a rotation", f"turns of {one.length} hours are no whole hours", "write a layer for it")
        usual = [one for one in rotations if set(one.people) - {NOBODY} and not one.length % _HOUR]
        found = tracks(usual, zone, self.now)
        if not (found or ical):
            self.leave(what, "layers", "nobody is ever on call in it", "add layers, where it is needed")
            return
        files = [whole] if ical else []
        for count, layers in enumerate(found):
            part = name if not count else self.called("schedules", name)
            files.append(msgspec.structs.replace(whole, name=part, layers=layers, always=not count))
        if len(files) > 1:
            names = ", ".join(one.name for one in files)
            self.leave(
                what,
                "layers",
                f"several people are on call at once, so it is {len(files)} schedules: {names}",
                "page all of them",
            )
        self.items["schedules"] += files
        self._names["schedules", str(number)] = tuple(one.name for one in files)
        # What was before now is nobody's duty any more, and no layer is written for it.
        later = [msgspec.structs.replace(one, start=max(one.start, self.now)) for one in stated if one.end > self.now]
        if later:
            self.stated.append((name, self._names["schedules", str(number)], tuple(later)))

    def policy(self, number: Id, wanted: str, steps: Sequence[Step], *, summary: str = "", repeat: int = 0) -> None:
        """An escalation policy; a level that would page nobody is left out, and named."""
        name = self.called("escalation", wanted, number)
        what = f"escalation policy {name}"
        levels = []
        for place, step in enumerate(steps, 1):
            page = tuple(dict.fromkeys(self._targets(step.page, f"{what}, level {place}")))
            if page:
                minutes = min(int(step.minutes) if step.minutes % 1 == 0 else step.minutes, MINUTES_MAX) or None
                levels.append(Level(page=page, acknowledge_minutes=minutes, hours=step.hours))
        if not levels:
            self.leave(what, "levels", "no level of it pages anybody", "write it anew, where it is needed")
            return
        if repeat > REPEATS_MAX:
            self.leave(what, "repeat", f"it repeats {repeat} times, and {REPEATS_MAX} is the most", "")
        short = self.summary(summary, what)
        self._add(
            "escalation", number, Escalation(name=name, summary=short, levels=tuple(levels), repeat=min(repeat, REPEATS_MAX))
        )

    def owns(self, team: Id, policy: Id) -> None:
        """Who is paged for the services of a team; the first policy counts."""
        of, name = self._names.get(("teams", str(team)), ("",))[0], self._names.get(("escalation", str(policy)), ("",))[0]
        for number, one in enumerate(self.items["teams"]):
            if name and one.name == of and one.escalation:
                self.leave(
                    f"team {of}", f"escalation policy {name}", f"it has {one.escalation} already", "write it into a service"
                )
            elif name and one.name == of:
                self.items["teams"][number] = msgspec.structs.replace(one, escalation=name)

    def _targets(self, page: Sequence[tuple[str, Id]], what: str) -> Iterator[str]:
        for kind, number in page:
            word = {"people": "person", "teams": "team", "schedules": "schedule"}.get(kind, "")
            found = self._names.get((kind, str(number)), ())
            teams: list[Team] = self.items["teams"]
            if not word:
                self.leave(
                    what,
                    kind or "target",
                    f"a level can't page a {kind or 'thing of no kind'}",
                    "name a schedule, a team or a person in its place",
                )
            elif not found:
                self.leave(
                    what, f"{word} {number}", f"the export has no such {word}, or it has nobody", "put somebody in its place"
                )
            elif kind == "teams" and not any(one.members for one in teams if one.name == found[0]):
                self.leave(what, f"team {found[0]}", "it has no members", "give it members, and name it in this level")
            else:
                yield from (f"{word} {name}" for name in found)

    def service(self, number: Id, wanted: str, *, summary: str = "", team: Id = "", policy: Id = "", url: str = "") -> None:
        """A service; what its name can't hold becomes an alias, by which alerts find it."""
        name = self.called("services", wanted, number)
        what = f"service {name}"
        keys = {"owner": ("teams", team), "escalation": ("escalation", policy)}
        found = {key: self._names.get((kind, str(given)), ("",))[0] for key, (kind, given) in keys.items()}
        for key, (kind, given) in keys.items():
            if given and not found[key]:
                self.leave(what, key, f"the export has no {kind} {given}", f"write {key} into its file")
        free = wanted != name and alike(wanted) not in self._taken["services"] and len(wanted) <= NAME_CHARS_MAX
        aliases = (wanted,) if free else ()
        links = {self._system: url} if _LINK.fullmatch(url) else {}
        short = self.summary(summary, what)
        owner, escalation = found["owner"], found["escalation"]
        item = Service(name=name, aliases=aliases, summary=short, links=links, owner=owner, escalation=escalation)
        self._add("services", number, item)

    def summary(self, text: str, what: str) -> str:
        """One line, and not too long."""
        short = " ".join(text.split())
        if len(short) > SUMMARY_CHARS_MAX:
            self.leave(
                what, "description", f"it is longer than {SUMMARY_CHARS_MAX} characters and is cut", "keep the rest elsewhere"
            )
        return short[:SUMMARY_CHARS_MAX]

    def _add(self, kind: str, number: Id, item: Any) -> None:  # noqa: ANN401 - an item of the catalogue
        self.items[kind].append(item)
        self._names[kind, str(number)] = (item.name,)


def turn(start: datetime, end: datetime, person: str) -> Shift:
    """What a system states, in seconds of UTC."""
    return Shift(start.timestamp(), end.timestamp(), person)


def once(start: datetime, end: datetime, person: str, level: int, name: str = "") -> Rotation:
    """Somebody is on call a single time, as in an override."""
    return Rotation(people=(person,), length=timedelta(weeks=100), start=start, end=end, level=level, name=name)

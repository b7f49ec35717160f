"""Watches over who is on call while the server runs: reads calendars again and keeps the last good one, and finds where nobody is."""

import logging
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from stormjib import owned
from stormjib.catalogue_files import GAP_SECONDS, when
from stormjib.core.oncall.schedule import Schedule, Shift, gaps
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.policy import Policy
from stormjib.engine.rota import Rota
from stormjib.engine.rounds import Rounds
from stormjib.integrations.ical import Unread, fetch, read
from stormjib.ports import Clock
from stormjib.settings import Settings

POLL_SECONDS: Final = 300.0
DAY_SECONDS: Final = 86_400.0
DAYS: Final = (-35, 400)
"""What is taken out of a calendar, from today on."""
_STRANGER: Final = "names nobody of people/, so nobody is on call by it: write a name, full_name or email of theirs"
_log = logging.getLogger(__name__)


class OnCallWatch(Rounds):
    """``start`` and ``stop`` are called once each."""

    def __init__(
        self, settings: Settings, clock: Clock, rota: Rota, policy: Callable[[], Policy], put_in_force: Callable[[], None]
    ) -> None:
        """Begin with the copies that are kept. ``policy``: the settings in force."""
        self._directory = settings.catalogue or Path()
        self._kept = settings.data_dir / "calendars"
        self._clock = clock
        self._rota = rota
        self._policy = policy
        self._put_in_force = put_in_force
        self._wrong: dict[str, str] = {}
        super().__init__("calendars", self._watch)
        self.each_round: Callable[[], None] = lambda: None
        """What else is looked at as often."""
        rota.calendars = {one.name: self._of_copy(one) for one in policy().schedules if one.ical}

    def gaps(self) -> int:
        """How many times nobody is on call in the next days."""
        return len(self._rota.gaps(self._policy(), self._clock()))

    def problems(self) -> list[str]:
        """What is wrong with calendars and where nobody is on call, a sentence each."""
        policy = self._policy()
        names = {one.name for one in policy.schedules if one.ical}
        return [
            *(said for name, said in list(self._wrong.items()) if name in names),
            *self._rota.problems(policy, self._clock()),
        ]

    def poll(self, *, keep: bool = True) -> None:
        """Read each calendar; what can't be read stays as it was. ``keep``: a copy of what can."""
        found = {}
        for one in (schedule for schedule in self._policy().schedules if schedule.ical):
            found[one.name] = self._rota.calendars.get(one.name, ())
            try:
                found[one.name] = self._fresh(one, keep=keep)
            except Unread as error:
                copy = self._copy(one)
                kept = f"what it said {utc_minute(copy.stat().st_mtime)} counts" if copy.exists() else "nobody is on call by it"
                said = f"The calendar of the schedule {one.name}, {_shown(one.ical)}: {error}; {kept}."
                if said != self._wrong.get(one.name):
                    _log.error("%s", said)
                self._wrong[one.name] = said
        if found != self._rota.calendars:
            self._rota.calendars = found
            self._put_in_force()

    def _fresh(self, schedule: Schedule, *, keep: bool) -> tuple[Shift, ...]:
        body = fetch(schedule.ical, self._directory)
        found, stranger = self._read(schedule, body)
        if not any(one.end > self._clock() for one in found):
            raise Unread("it is empty from now on" + (f", for {stranger!r} names nobody of people/" if stranger else ""))
        self._wrong.pop(schedule.name, None)
        if stranger:
            self._wrong[schedule.name] = f"The calendar of the schedule {schedule.name}: the event {stranger!r} {_STRANGER}."
        if keep:
            owned.directory(self._kept, 0o700)
            owned.write(self._copy(schedule), body)
        return found

    def _read(self, schedule: Schedule, body: bytes) -> tuple[tuple[Shift, ...], str]:
        """From midnight on, so that an hour later the same calendar says the same."""
        today = self._clock() // DAY_SECONDS * DAY_SECONDS
        low, high = (today + days * DAY_SECONDS for days in DAYS)
        return read(body, schedule, self._policy().people, low, high)

    def _of_copy(self, schedule: Schedule) -> tuple[Shift, ...]:
        try:
            return self._read(schedule, self._copy(schedule).read_bytes())[0]
        except (OSError, Unread):
            return ()

    def _copy(self, schedule: Schedule) -> Path:
        return self._kept / f"{sha256(schedule.name.encode()).hexdigest()[:16]}.ics"

    def _watch(self) -> None:
        seconds = 0.0
        while not self.pause(seconds):
            seconds = POLL_SECONDS
            self.poll()
            self.each_round()


def faults(policy: Policy, directory: Path, now: float) -> Iterator[str]:
    """What is wrong with calendars that are files of the catalogue, when nobody is on call by them, and which were not asked for; nothing is kept."""
    for one in policy.schedules:
        which = f"the calendar of the schedule {one.name}, {_shown(one.ical)}"
        if not one.ical or "://" in one.ical:
            yield from [f"{which}, was not asked for, for files alone are read here; stormjib doctor asks it"] if one.ical else ()
            continue
        try:
            found, stranger = read(fetch(one.ical, directory), one, policy.people, now, now + DAYS[1] * DAY_SECONDS)
        except Unread as error:
            yield f"{which}: {error}; nobody is on call by it"
            continue
        if stranger:
            yield f"{which}: the event {stranger!r} {_STRANGER}"
        whole = msgspec.structs.replace(one, imported=found)
        if one.always and (empty := gaps(whole, policy.overrides, now, now + GAP_SECONDS)):
            yield f"{which}: nobody is on call {when(empty)}; fill it there, or write always: false"


def _shown(where: str) -> str:
    """An address is often a secret; its host is none."""
    return "/".join(where.split("/")[:3]).rpartition("@")[2] if "://" in where else where

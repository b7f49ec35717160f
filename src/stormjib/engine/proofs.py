"""Which contact methods have been proven: what became of the newest test of each, read from the log of the site."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from stormjib.core.access import SITE
from stormjib.core.catalogue.contact import Contact
from stormjib.core.catalogue.people import Person
from stormjib.core.incident.telling import asked
from stormjib.core.log import ContactTestRequested, EffectFailed, Entry, MessageSent, PageSent
from stormjib.core.log.messages import TEST
from stormjib.engine import site_log
from stormjib.ports import LogReader

OLD_SECONDS: Final = 30 * 86_400.0
"""After so long nobody knows any more whether a method works."""
State = Literal["proven", "never", "failed", "old"]


class MethodReport(msgspec.Struct, frozen=True):
    """A contact method, and whether it was proven. ``at``: when it was tried last, in seconds since the epoch; 0: never."""

    who: str
    name: str
    kind: str
    where: str
    state: State
    at: float = 0.0
    reason: str = ""


class Proofs:
    """``heard`` is called in the writer's thread, the others by any."""

    def __init__(self, reader: LogReader) -> None:
        self._asked: dict[int, str] = {}
        """What is tested, by the number of the entry that asks for it."""
        self._newest: dict[tuple[str, str], tuple[float, str, str]] = {}
        self._failing: dict[tuple[str, str], tuple[float, str]] = {}
        """What a page failed at since the start, until one arrives."""
        site_log.read(reader, self.heard, "no contact method is known to be proven")

    def heard(self, entries: Sequence[Entry]) -> None:
        """Learn from what was written."""
        for entry in entries:
            match entry.fact:
                case ContactTestRequested(digest=digest):
                    self._asked[entry.seq] = digest
                case MessageSent(audience=who, integration=method) if entry.incident == SITE:
                    self._tested(entry, who, method, "")
                case EffectFailed(effect=effect, audience=who, method=method, reason=reason) if effect.startswith(TEST):
                    self._tested(entry, who, method, reason)
                case EffectFailed(who=who, method=method, reason=reason) if who and method:
                    self._failing[who, method] = (entry.at, reason)
                case PageSent(who=who, method=method):
                    self._failing.pop((who, method), None)
                case _:
                    pass

    def reports(self, people: Iterable[Person], now: float) -> list[MethodReport]:
        """Every method of these people."""
        return [self._of(person.name, one, now) for person in people for one in person.contact]

    def _tested(self, entry: Entry, who: str, method: str, reason: str) -> None:
        self._newest[who, method] = (entry.at, reason, self._asked.pop(asked(entry)[0], ""))
        self._failing.pop((who, method), None)

    def _of(self, who: str, contact: Contact, now: float) -> MethodReport:
        at, reason, digest = self._newest.get((who, contact.name), (0.0, "", ""))
        if digest != contact.digest:
            at, reason = 0.0, ""
        at, reason = self._failing.get((who, contact.name), (at, reason))
        state: State = "never" if not at else "failed" if reason else "old" if now - at > OLD_SECONDS else "proven"
        return MethodReport(who, contact.name, contact.kind, contact.where, state, at, reason)

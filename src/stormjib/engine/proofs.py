"""Which contact methods have been proven: what became of the newest test of each, read from the log of the site."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from stormjib.core.access import SITE
from stormjib.core.catalogue.people import Person
from stormjib.core.log import EffectFailed, Entry, MessageSent
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
        self._newest: dict[tuple[str, str], tuple[float, str]] = {}
        site_log.read(reader, self.heard, "no contact method is known to be proven")

    def heard(self, entries: Sequence[Entry]) -> None:
        """Learn from what was written."""
        for entry in entries:
            match entry.fact:
                case MessageSent(audience=who, integration=method) if entry.incident == SITE:
                    self._newest[who, method] = (entry.at, "")
                case EffectFailed(effect=effect, audience=who, method=method, reason=reason) if effect.startswith(TEST):
                    self._newest[who, method] = (entry.at, reason)
                case _:
                    pass

    def reports(self, people: Iterable[Person], now: float) -> list[MethodReport]:
        """Every method of these people."""
        return [self._of(person.name, one.name, one.kind, one.where, now) for person in people for one in person.contact]

    def _of(self, who: str, name: str, kind: str, where: str, now: float) -> MethodReport:
        at, reason = self._newest.get((who, name), (0.0, ""))
        state: State = "never" if not at else "failed" if reason else "old" if now - at > OLD_SECONDS else "proven"
        return MethodReport(who, name, kind, where, state, at, reason)

"""The alarm of paging itself: who should have been woken and was not, while nobody has the incident."""

import threading
from typing import Final

import msgspec

from stormjib.core.log import Acknowledged, Closed, EffectFailed, Entry, PageSent, Resolved

LISTED_MAX: Final = 5


class Unreached(msgspec.Struct, frozen=True):
    """A page that has not arrived. ``since`` is when it failed first, in seconds since the epoch."""

    incident: str
    who: str
    since: float
    reason: str


class Alarm:
    """Hears of every failed page, written down or not, and of what ends the alarm. Any thread may use it."""

    def __init__(self) -> None:
        self._unreached: dict[tuple[str, str], Unreached] = {}
        self._lock = threading.Lock()

    def standing(self) -> tuple[Unreached, ...]:
        """What is so now, the oldest first."""
        with self._lock:
            return tuple(self._unreached.values())

    def sentences(self) -> list[str]:
        """The same for people, in one sentence however many there are; none where every page has arrived."""
        standing = self.standing()
        if not standing:
            return []
        newest = standing[-1]
        incidents = list(dict.fromkeys(one.incident for one in standing))
        more = f" and {len(incidents) - LISTED_MAX} more incidents" if len(incidents) > LISTED_MAX else ""
        names = ", ".join(dict.fromkeys(one.who for one in standing[:LISTED_MAX]))
        listed = ", ".join(incidents[:LISTED_MAX])
        reason = f"{newest.reason} Reach them in another way, and run: stormjib doctor"
        return [f"Pages do not arrive: {names} could not be reached for {listed}{more}. {reason}"]

    def failed(self, incident: str, who: str, at: float, reason: str) -> None:
        """A page did not arrive."""
        with self._lock:
            known = self._unreached.get((incident, who))
            self._unreached[incident, who] = Unreached(incident, who, known.since if known else at, reason)

    def observe(self, entry: Entry) -> None:
        """Learn from an entry of the log, in the order of the log."""
        match entry.fact:
            case EffectFailed(who=who, reason=reason) if who:
                self.failed(entry.incident, who, entry.at, reason)
            case PageSent(who=who):
                with self._lock:
                    self._unreached.pop((entry.incident, who), None)
            case Acknowledged() | Resolved() | Closed():
                with self._lock:
                    for key in [key for key in self._unreached if key[0] == entry.incident]:
                        del self._unreached[key]
            case _:
                pass

"""The alarm of paging and telling: who should have been woken while nobody has the incident, or told, and was not."""

import threading
from typing import Final

import msgspec

from stormjib.core.incident import Incident
from stormjib.core.incident.telling import asked
from stormjib.core.log import (
    Acknowledged,
    Closed,
    EffectFailed,
    Ended,
    Entry,
    MessageSent,
    PageRequested,
    PageSent,
    Reopened,
    Resolved,
)
from stormjib.core.log.messages import AUDIENCES, circle_of
from stormjib.ports import Clock

LISTED_MAX: Final = 5
PERSONAL_SECONDS: Final = 86_400.0
"""How long a message to one person is missed after its last failure: unlike an audience's, nobody can post it again."""


class Unreached(msgspec.Struct, frozen=True):
    """A page or a message that has not arrived. ``since`` is when it failed first, in seconds since the epoch."""

    incident: str
    who: str
    since: float
    reason: str
    last: float = 0.0
    """When it failed last that was written down."""
    unknown: bool = False
    """It may have arrived: nobody knows."""


class Alarm:
    """Hears of every failed page, written down or not, of messages, and of what ends the alarm. Any thread may use it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._unreached: dict[tuple[str, str], Unreached] = {}
        self._untold: dict[tuple[str, str], tuple[int, Unreached]] = {}
        """Each with the number of the newest entry that asks for such a message: what was asked for before does not end it."""
        self._told: dict[tuple[str, str], int] = {}
        """The number of the newest entry whose message has been sent."""
        self._closed: set[str] = set()
        self._answered: set[str] = set()
        """Incidents for which nobody waits to be woken: a try that was under way may still fail for them."""
        self._handed: dict[str, set[str]] = {}
        """Whom an incident was handed over to, and who was paged since: nobody waits for the pages before."""
        self._lock = threading.Lock()

    def standing(self) -> tuple[Unreached, ...]:
        """The pages that have not arrived, the oldest first."""
        with self._lock:
            return tuple(self._unreached.values())

    def untold(self) -> tuple[Unreached, ...]:
        """The messages that have not arrived, the oldest first."""
        gone = self._clock() - PERSONAL_SECONDS
        with self._lock:
            return tuple(one for _, one in self._untold.values() if one.who in AUDIENCES or one.last > gone)

    def sentences(self) -> list[str]:
        """The same for people, one sentence for pages and one for messages however many there are; none where all arrived."""
        pages, messages = self.standing(), self.untold()
        found = []
        if pages:
            do = "may" if all(one.unknown for one in pages) else "do"
            found.append(
                f"Pages {do} not arrive: {_listed(pages, 'reached')} Reach them in another way, and run: stormjib doctor"
            )
        if messages:
            found.append(
                f"Messages do not arrive: {_listed(messages, 'reached')} Inform them in another way or post it again, "
                "and run: stormjib doctor"
            )
        return found

    def failed(self, incident: str, who: str, at: float, reason: str, *, unknown: bool = False) -> None:
        """A page did not arrive, or nobody knows; once it may have, it goes on to be unknown."""
        with self._lock:
            known = self._unreached.get((incident, who))
            self._unreached[incident, who] = Unreached(
                incident, who, known.since if known else at, reason, unknown=unknown or (known is not None and known.unknown)
            )

    def observe(self, entry: Entry) -> None:
        """Learn from an entry of the log, in the order of the log."""
        match entry.fact:
            case EffectFailed(instead=instead) if instead:
                pass  # another contact method of the same person has got it
            case EffectFailed(who=who, reason=reason, unknown=unknown) if who:
                if entry.incident not in self._answered and who in self._handed.get(entry.incident, {who}):
                    self.failed(entry.incident, who, entry.at, reason, unknown=unknown)
            case EffectFailed(effect=effect, reason=reason, audience=audience) if circle_of(effect, audience):
                self._message_failed(entry.incident, circle_of(effect, audience), asked(entry)[0], entry.at, reason)
            case MessageSent(audience=audience):
                self._sent(entry, audience)
            case PageSent(who=who):
                with self._lock:
                    self._unreached.pop((entry.incident, who), None)
            case PageRequested(anew=anew, people=people):
                self._answered.discard(entry.incident)
                if anew:
                    self._handed[entry.incident] = set()
                    self._ended(entry)
                self._handed.get(entry.incident, set()).update(people)
            case Acknowledged() | Resolved() | Closed() | Ended():
                self._answered.add(entry.incident)
                self._ended(entry)
            case Reopened():
                self._closed.discard(entry.incident)
                self._answered.discard(entry.incident)
            case _:
                pass

    def remember(self, incident: Incident) -> None:
        """Learn from an incident whose entries are older than those that were observed; only of messages, for pages go on."""
        for (seq, _), message in incident.messages.items():
            if message.failed and incident.untold.get(message.circle):
                self._message_failed(incident.id, message.circle, seq, message.failed_at, message.failed.reason)

    def _message_failed(self, incident: str, circle: str, seq: int, at: float, reason: str) -> None:
        with self._lock:
            key = (incident, circle)
            if incident in self._closed or seq <= self._told.get(key, -1):
                return
            before, known = self._untold.get(key, (seq, None))
            failed = Unreached(
                incident, circle, min(known.since, at) if known else at, reason, max(known.last, at) if known else at
            )
            self._untold[key] = (max(seq, before), failed)

    def _sent(self, entry: Entry, audience: str) -> None:
        seq, effect = asked(entry)
        key = (entry.incident, circle_of(effect, audience))
        if not effect:
            return
        with self._lock:
            self._told[key] = max(seq, self._told.get(key, 0))
            if key in self._untold and self._untold[key][0] <= self._told[key]:
                del self._untold[key]

    def _ended(self, entry: Entry) -> None:
        with self._lock:
            for key in [key for key in self._unreached if key[0] == entry.incident]:
                del self._unreached[key]
            if isinstance(entry.fact, Closed):
                self._closed.add(entry.incident)
                self._handed.pop(entry.incident, None)
                self._untold = {key: one for key, one in self._untold.items() if key[0] != entry.incident}
                self._told = {key: seq for key, seq in self._told.items() if key[0] != entry.incident}


def _listed(standing: tuple[Unreached, ...], verb: str) -> str:
    incidents = list(dict.fromkeys(one.incident for one in standing))
    more = f" and {len(incidents) - LISTED_MAX} more incidents" if len(incidents) > LISTED_MAX else ""
    names = ", ".join(dict.fromkeys(one.who for one in standing[:LISTED_MAX]))
    listed = ", ".join(incidents[:LISTED_MAX])
    if all(one.unknown for one in standing):
        return f"nobody knows whether {names} got theirs for {listed}{more}. {standing[-1].reason}"
    return f"{names} could not be {verb} for {listed}{more}. {standing[-1].reason}"

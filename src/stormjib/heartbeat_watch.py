"""Watches over the heartbeats of the catalogue: what stays away is sent to the intake as an alert, and what still does is said again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from stormjib.core.alert import Alert
from stormjib.core.catalogue.heartbeat import Heartbeat
from stormjib.core.heartbeat import SOURCE, Pulse, checked_in, missing, pulse, whose
from stormjib.engine.course import HEARD_SECONDS
from stormjib.engine.inbox import Inbox
from stormjib.engine.rounds import Rounds
from stormjib.ports import AlertState, Clock, LogReader, Overloaded, StoreFailed, Unavailable

ROUND_SECONDS: Final = 10.0
LATE: Final = "heartbeats late"


class HeartbeatWatch(Rounds):
    """``start`` and ``stop`` are called once each; ``poll`` and ``pulses`` by any thread."""

    def __init__(self, reader: LogReader, inbox: Inbox, clock: Clock, known: Callable[[], Sequence[Heartbeat]]) -> None:
        """``known``: those of the catalogue in force."""
        self._reader = reader
        self._inbox = inbox
        self._clock = clock
        self._known = known
        self._said: dict[str, float] = {}
        self._started = clock()
        self._since = dict.fromkeys(map(_key, known()), self._started)
        """From when on the silence of each counts: nobody listened before, or it was another one."""
        self._late = dict(msgspec.json.decode(reader.setting(LATE) or "[]", type=list[tuple[tuple[str, ...], float]]))
        """The same of those that were late at an earlier start: another start gives them no more time."""
        super().__init__("heartbeats", self._watch)

    def pulses(self) -> list[Pulse]:
        """How each is."""
        return [found for _, _, found in self._found(self._clock())]

    def whose(self, one: Heartbeat) -> str:
        """The sender that alone speaks for it; "" where nobody has yet."""
        known = next((state.alert for state in self._reader.alerts_of(SOURCE) if state.alert.fingerprint == one.name), None)
        return whose(one, known)

    def poll(self) -> None:
        """Send what is to be sent now."""
        now, late = self._clock(), {}
        for one, state, found in self._found(now) if self._known() else ():
            since = found.due - one.grace_seconds if found.due is not None else 0.0
            if state and state.firing:
                self._send(state.alert, now)
            elif found.last is not None and found.due is not None and now >= found.due:
                self._send(missing(one, found.last, found.sender, found.due, self._started), now)
            elif found.state == "late" and found.next is not None and since > found.next:
                late[_key(one, found.last)] = since
        if late != self._late:
            self._late = late
            self._inbox.write(lambda log: log.put_setting(LATE, msgspec.json.encode(list(late.items())).decode()))

    def _send(self, alert: Alert, now: float) -> None:
        """A repetition only now and then: it keeps an alert from going quiet."""
        self._said = {episode: at for episode, at in self._said.items() if now - at < HEARD_SECONDS}
        if alert.episode not in self._said:
            self._inbox.accept((alert,), alert.sender).result()
            self._said[alert.episode] = now

    def _found(self, now: float) -> Iterator[tuple[Heartbeat, AlertState | None, Pulse]]:
        states = {state.alert.fingerprint: state for state in self._reader.alerts_of(SOURCE)}
        for one in self._known():
            state = states.get(one.name)
            last = (checked_in(state.alert) or state.received_at) if state else None
            since = self._late.get(_key(one, last), self._since.setdefault(_key(one), now))
            yield one, state, pulse(one, (state.alert, state.received_at) if state else None, now, since)

    def _watch(self) -> None:
        while not self.pause(ROUND_SECONDS):
            # What can't be written now is sent in the next round.
            with suppress(Overloaded, Unavailable, StoreFailed):
                self.poll()


def _key(one: Heartbeat, last: float | None = None) -> tuple[str, ...]:
    """Another one is expected at other times. ``last``: its last check-in, which the next one ends."""
    return one.name, one.every, one.cron, one.time_zone, one.grace, repr(last)

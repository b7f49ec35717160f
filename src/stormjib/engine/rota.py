"""What changes who is paged while the server runs: overrides and silences, which are facts of the site, and what calendars said last."""

import threading
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from stormjib.core import silence
from stormjib.core.log import AnyFact, Entry, OverrideMade, OverrideRemoved, SilenceEnded, SilenceMade, TimerDue
from stormjib.core.oncall.schedule import Override, Shift, Span, gaps
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.policy import Policy
from stormjib.core.text.units import counted
from stormjib.engine import site_log
from stormjib.ports import LogReader

SOON_SECONDS: Final = 7 * 86_400.0
"""How far ahead a gap is a problem."""
_KEPT_SECONDS: Final = 60.0


class Rota:
    """``heard`` is called in the writer's thread, ``on`` and ``problems`` by any."""

    def __init__(self, reader: LogReader | None = None) -> None:
        """With what the log of the site has."""
        self.putting = threading.Lock()
        """Held by whoever puts another state in force."""
        self._made: dict[int, Override] = {}
        self._silences: dict[int, silence.Silence] = {}
        self.calendars: Mapping[str, tuple[Shift, ...]] = {}
        """Of each schedule that stands in a calendar, what that said last."""
        self._gaps: tuple[Policy | None, float, tuple[tuple[str, Span], ...]] = (None, 0.0, ())
        if reader is not None:
            # Who is on call by the files can still be paged.
            site_log.read(reader, self.heard, "overrides and silences do not count")

    def heard(self, entries: Sequence[Entry]) -> bool:
        """Whether one of them changes who is on call, or what is silent."""
        changed = False
        for entry in entries:
            match entry.fact:
                case SilenceMade() as fact:
                    span = (fact.start, fact.end)
                    self._silences[entry.seq] = silence.Silence(
                        str(entry.seq),
                        fact.service,
                        fact.alerts,
                        fact.up_to,
                        *span,
                        fact.reason,
                        entry.by,
                        begun=fact.start <= entry.at,
                    )
                    changed = True
                case SilenceEnded() | TimerDue():
                    changed = self._silences.pop(silence_ended(entry.fact) or 0, None) is not None or changed
                case OverrideMade() as fact:
                    other = str(entry.seq + fact.other) if fact.other else ""
                    self._made[entry.seq] = Override(
                        fact.schedule, fact.person, fact.start, fact.end, str(entry.seq), fact.reason, entry.by, other
                    )
                    changed = True
                case OverrideRemoved():
                    changed = self._made.pop(entry.fact.override, None) is not None or changed
                case _:
                    pass
        return changed

    def on(self, policy: Policy) -> Policy:
        """The settings with what counts now."""
        schedules = tuple(
            msgspec.structs.replace(one, imported=self.calendars.get(one.name, ())) if one.ical else one
            for one in policy.schedules
        )
        return msgspec.structs.replace(
            policy, schedules=schedules, overrides=tuple(self._made.values()), silences=tuple(self._silences.values())
        )

    def gaps(self, policy: Policy, now: float) -> tuple[tuple[str, Span], ...]:
        """When nobody will be on call in the next days, by schedule. Of one that stands in a calendar the calendar says what is wrong."""
        known, at, found = self._gaps
        if known is not policy or not at <= now < at + _KEPT_SECONDS:
            found = soon(policy, now)
            self._gaps = (policy, now, found)
        return found

    def problems(self, policy: Policy, now: float) -> list[str]:
        """The first gap of each schedule, in a sentence."""
        found: dict[str, list[Span]] = {}
        for name, span in self.gaps(policy, now):
            found.setdefault(name, []).append(span)
        return [said(name, spans) for name, spans in found.items()]


def silence_ended(fact: AnyFact) -> int | None:
    """The number of the silence that this fact ends."""
    if isinstance(fact, SilenceEnded):
        return fact.silence
    kind, _, number = fact.key.partition("/") if isinstance(fact, TimerDue) else ("", "", "")
    return int(number) if kind == silence.TIMER else None


def soon(policy: Policy, now: float) -> tuple[tuple[str, Span], ...]:
    """Where nobody is on call who has to be; by a calendar that was never read nobody is."""
    return tuple(
        (one.name, span)
        for one in policy.schedules
        if one.always
        for span in gaps(one, policy.overrides, now, now + SOON_SECONDS)
    )


def said(name: str, spans: Sequence[Span]) -> str:
    """A sentence, with what to do."""
    start, end = spans[0]
    more = f", and {counted(len(spans) - 1, 'time')} more in the next 7 days" if spans[1:] else ""
    return (
        f"Nobody is on call for {name} from {utc_minute(start)} to {utc_minute(end)}{more}. "
        f"Put somebody there: stormjib oncall override {name} PERSON --from TIME --to TIME"
    )

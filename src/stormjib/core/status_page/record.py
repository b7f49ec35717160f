"""What the log says that is public: posts for customers, maintenance that was announced, and what the page tells of since when."""

from collections.abc import Iterable

import msgspec

from stormjib.core.comms import CUSTOMERS
from stormjib.core.log import ComponentsListed, Entry, MaintenanceEnded, MaintenancePlanned, StatusPosted


class Maintenance(msgspec.Struct, frozen=True):
    """Work that customers were told of. ``ended_at`` is 0 where it takes its whole time."""

    id: str
    planned: MaintenancePlanned
    planned_at: float
    ended_at: float = 0.0
    ended: str = ""

    @property
    def over_at(self) -> float:
        """When it is over."""
        return self.ended_at or self.planned.end

    @property
    def cancelled(self) -> bool:
        """Whether it ended before it began."""
        return 0 < self.ended_at <= self.planned.start

    def state(self, now: float) -> str:
        """``scheduled``, ``in_progress`` or ``completed``."""
        if self.over_at <= now:
            return "completed"
        return "in_progress" if self.planned.start <= now else "scheduled"


class Record:
    """Nothing but these facts ever comes onto the page. Entries may come twice, and those of one incident in any order."""

    def __init__(self) -> None:
        """Nothing was posted yet."""
        self.posts: dict[str, dict[int, tuple[float, StatusPosted]]] = {}
        self.maintenance: dict[int, Maintenance] = {}
        self.listed: dict[int, tuple[float, tuple[str, ...]]] = {}

    def heard(self, entries: Iterable[Entry]) -> bool:
        """Whether one of them is public, and new."""
        return sum(map(self._hear, entries)) > 0

    def _hear(self, entry: Entry) -> bool:
        match entry.fact:
            case StatusPosted(audience=audience) if audience == CUSTOMERS:
                posts = self.posts.setdefault(entry.incident, {})
                new = entry.seq not in posts
                posts[entry.seq] = (entry.at, entry.fact)
                return new
            case ComponentsListed():
                self.listed[entry.seq] = (entry.at, entry.fact.components)
            case MaintenancePlanned() as fact if entry.seq not in self.maintenance:
                self.maintenance[entry.seq] = Maintenance(str(entry.seq), fact, entry.at)
                return True
            case MaintenanceEnded(maintenance=number) if number in self.maintenance:
                known = self.maintenance[number]
                self.maintenance[number] = msgspec.structs.replace(known, ended_at=entry.at, ended=entry.fact.text)
                return True
            case _:
                pass
        return False

    def components(self) -> tuple[str, ...]:
        """What the page tells of, by the log."""
        return self.listed[max(self.listed)][1] if self.listed else ()

    def known(self, name: str, now: float) -> list[tuple[float, float]]:
        """From when to when the page told of a component; it may have been taken off and put back."""
        spans: list[tuple[float, float]] = []
        since: float | None = None
        for at, names in (self.listed[seq] for seq in sorted(self.listed)):
            if name in names and since is None:
                since = at
            elif name not in names and since is not None:
                spans.append((since, at))
                since = None
        return [*spans, (since, now)] if since is not None else spans

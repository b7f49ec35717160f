"""What the writer knows, in three layers: the job's change, the group's, and what is on disk; the newest answers first."""

from collections.abc import Sequence
from typing import Final

import msgspec

from stormjib.core.alert import StillFiring
from stormjib.core.log import Entry
from stormjib.engine.change import Change
from stormjib.ports import AlertRow, Counts, Head, LogStore, NotFound

_ALL: Final = 2**62


class Layers:
    """Used by the writer's thread only."""

    def __init__(self, store: LogStore) -> None:
        """Read the rows of the open incidents; raises ``StoreFailed``."""
        self._store = store
        heads = store.open_heads()
        self._heads: dict[str, Head] = {head.id: head for head in heads if head.open}
        self._groups: dict[str, str] = {head.group_key: head.id for head in reversed(self._heads.values())}
        self._moved: dict[str, str] = {head.group_key: head.id for head in heads if head.goes_on_in}
        """The newest incident of a group that has ended in another one."""
        self._newest: tuple[int, int] | None = None
        self._group = Change()
        self.change = Change()

    def newest(self) -> tuple[int, int]:
        """The newest position and number of an incident that the store was given; nobody else gives it any."""
        if self._newest is None:
            self._newest = self._store.last()
        return self._newest

    def head(self, incident_id: str) -> Head:
        """The incident's row, not to be changed; raises ``NotFound``."""
        found = self.change.heads.get(incident_id) or self._group.heads.get(incident_id) or self._heads.get(incident_id)
        found = found or self._store.head(incident_id)
        if found is None:
            raise NotFound(f"There is no incident {incident_id}; `stormjib incident list` shows those that exist.")
        return found

    def own_head(self, incident_id: str) -> Head:
        """The incident's row, to be changed and written with the job's change."""
        if incident_id not in self.change.heads:
            self.change.heads[incident_id] = msgspec.structs.replace(self.head(incident_id))
        return self.change.heads[incident_id]

    def open_in(self, group_key: str) -> str | None:
        """The open incident that an alert of this group joins: its own, or the one in which its own goes on."""
        moved = self.change.moved.get(group_key) or self._group.moved.get(group_key) or self._moved.get(group_key)
        return self._own(group_key) or (self._goes_on(moved) if moved else None)

    def _own(self, group_key: str) -> str | None:
        for change in (self.change, self._group):
            if group_key in change.groups:
                return change.groups[group_key]
        return self._groups.get(group_key)

    def _goes_on(self, incident_id: str) -> str | None:
        """Where an incident has got to that has ended in another; None where that is over."""
        head, seen = self.head(incident_id), {incident_id}
        while head.goes_on_in and head.goes_on_in not in seen:
            head = self.head(head.goes_on_in)
            seen.add(head.id)
        return head.id if head.open else None

    def is_open(self, incident_id: str) -> bool:
        """Whether there is an open incident of this name."""
        found = self.change.heads.get(incident_id) or self._group.heads.get(incident_id) or self._heads.get(incident_id)
        return found is not None and found.open

    def open_of(self, group_key: str) -> list[Head]:
        """The open incidents of a group, the oldest first."""
        heads = {**self._heads, **self._group.heads, **self.change.heads}
        return sorted(
            (head for head in heads.values() if head.group_key == group_key and head.open), key=lambda head: head.number
        )

    def newest_in(self, group_key: str) -> str:
        """The newest incident of a group, whatever has become of it; "" where there was none."""
        changed = [change.heads.values() for change in (self._group, self.change) if group_key in change.groups]
        numbers = [head.number for heads in changed for head in heads if head.group_key == group_key]
        return f"INC-{max(numbers)}" if numbers else self._store.newest_in(group_key)

    def caused(self, incident_id: str, cause: str) -> Entry | None:
        """The entry that carries this cause in this incident."""
        key = (incident_id, cause)
        return self.change.causes.get(key) or self._group.causes.get(key) or self._store.caused(incident_id, cause)

    def declared(self, cause: str) -> Entry | None:
        """The first entry of the newest incident that was declared for this cause."""
        pending = (entry for (_, named), entry in reversed(self._group.causes.items()) if named == cause and entry.seq == 1)
        return next(pending, None) or self._store.declared(cause)

    def known_alert(self, key: tuple[str, str]) -> AlertRow | None:
        """An alert that this transaction has changed already."""
        return self.change.alerts.get(key) or self._group.alerts.get(key)

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire, with everything kept so far."""
        self._flush_alerts()
        return self._store.still_firing(incident_id)

    def firing_named(self, incident_id: str, wanted: str = "") -> list[AlertRow]:
        """The firing alerts of an incident, all or those with this name or fingerprint, with everything kept so far."""
        self._flush_alerts()
        return self._store.alert_rows(self._store.firing_keys(incident_id, wanted))

    def alert_rows(self, keys: Sequence[tuple[str, str]]) -> list[AlertRow]:
        """Everything about these alerts, with everything kept and changed so far."""
        self._flush_alerts()
        found = self._store.alert_rows(keys)
        return [self.change.alerts.get((row.source, row.fingerprint), row) for row in found]

    def waiting_rows(self) -> list[AlertRow]:
        """Every alert that fires and belongs to no incident, with everything kept and changed so far."""
        self._flush_alerts()
        stored = self._store.alert_rows(self._store.waiting_keys(_ALL))
        found = {(row.source, row.fingerprint): row for row in stored} | self.change.alerts
        return [row for row in found.values() if row.firing and not row.incident]

    def _flush_alerts(self) -> None:
        if self._group.encoded:
            self._store.put_alerts(self._group.encoded)
            self._group.encoded = []

    def keep_log(self, log_id: str, number: int = 0) -> None:
        """Make sure that there is a log of this name for what belongs to no incident; its number is below all incidents'."""
        known = log_id in self.change.heads or log_id in self._group.heads or log_id in self._heads
        if not known and self._store.head(log_id) is None:
            self.change.heads[log_id] = Head(id=log_id, number=number, group_key=log_id)

    def touched(self) -> list[str]:
        """The open incidents that were there before, and that what is not committed yet would change."""
        return [incident_id for incident_id in {**self._group.heads, **self.change.heads} if incident_id in self._heads]

    def count(self, counts: Counts) -> None:
        """Write these with the group, whatever becomes of its jobs."""
        for key, count in counts.items():
            self._group.counts[key] += count

"""Recent: which alerts have just begun to fire without an incident, so that one that opens now finds what came before it."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from stormjib.core.alert import Alert
from stormjib.ports import LogStore

SECONDS: Final = 900.0
"""An alert that began earlier than that before an incident is not taken for a part of it."""
OF_GROUP_MAX: Final = 20
GROUPS_MAX: Final = 5_000
AT_START_MAX: Final = 500

Key = tuple[str, str]
"""The source and the fingerprint."""


class Recent:
    """Used by the writer's thread only. Keys may be of what was never written, or has ended: whoever asks looks them up."""

    def __init__(self, store: LogStore, group_of: Callable[[Alert], str]) -> None:
        self._groups: OrderedDict[str, deque[tuple[float, Key]]] = OrderedDict()
        for row in store.alert_rows(store.waiting_keys(AT_START_MAX)):
            self.add(group_of(row.body), (row.source, row.fingerprint), row.received_at)

    def add(self, group_key: str, key: Key, at: float) -> None:
        """It fires since ``at`` and belongs to no incident."""
        found = self._groups.get(group_key)
        if found is None:
            found = self._groups[group_key] = deque(maxlen=OF_GROUP_MAX)
            if len(self._groups) > GROUPS_MAX:
                self._groups.popitem(last=False)
        found.append((at, key))

    def of(self, group_key: str, now: float) -> list[Key]:
        """Those of a group that are recent enough, each once; they are forgotten here."""
        found = self._groups.pop(group_key, ())
        return list(dict.fromkeys(key for at, key in found if now - at <= SECONDS))

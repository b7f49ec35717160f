"""Which alerts were ever heard of: a set that says "never" for certain, so that a new alert costs no lookup."""

from collections.abc import Iterable
from typing import Final

from stormjib.ports import LogStore, StoreFailed

KEYS_MAX: Final = 500_000
"""About 60 bytes each. With more alerts than that in the log, every one is looked up."""

Key = tuple[str, str]
"""The source and the fingerprint."""


class SeenAlerts:
    """Used by the writer's thread only. Only the hashes of the keys are kept, so "maybe" may be wrong and "never" is not."""

    def __init__(self, store: LogStore) -> None:
        self._hashes: set[int] | None = None
        try:
            self._hashes = {hash(key) for key in store.alert_keys(KEYS_MAX + 1)}
        except StoreFailed as error:
            # Where they can't all be read, "never" is certain for none.
            if not error.damage:
                raise
        self._limit()

    def among(self, keys: Iterable[Key]) -> list[Key]:
        """Those of these keys that may have been heard of; from now on, all of them have been."""
        if self._hashes is None:
            return list(keys)
        hashes = self._hashes
        hashed = [(hash(key), key) for key in keys]
        known = [key for found, key in hashed if found in hashes]
        hashes.update(found for found, _ in hashed)
        self._limit()
        return known

    def _limit(self) -> None:
        if self._hashes is not None and len(self._hashes) > KEYS_MAX:
            self._hashes = None

"""What was heard of which alerts: a set says "never" for certain, so that a new alert costs no lookup."""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from stormjib.core.alert import Alert
from stormjib.engine import course as courses
from stormjib.engine.course import Known
from stormjib.engine.ledger import Ledger
from stormjib.ports import AlertMark, Delivery, LogStore, StoreFailed

KEYS_MAX: Final = 500_000
"""About 60 bytes each. With more alerts than that in the log, every one is looked up."""

Key = tuple[str, str]
"""The source and the fingerprint."""


class SeenAlerts:
    """Used by the writer's thread only. Only the hashes of the keys are kept, so "maybe" may be wrong and "never" is not."""

    def __init__(self, store: LogStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self._marks: dict[Key, AlertMark | None] = {}
        self._hashes: set[int] | None = None
        try:
            self._hashes = {hash(key) for key in store.alert_keys(KEYS_MAX + 1)}
        except StoreFailed as error:
            # Where they can't all be read, "never" is certain for none.
            if not error.damage:
                raise
        self._limit()

    def look_up(self, alerts: Iterable[Alert]) -> None:
        """Ask the store once for what is known about them; raises ``StoreFailed``."""
        self._marks = {}
        self._ask({(alert.source, alert.fingerprint) for alert in alerts})

    def own(self, alert: Alert) -> tuple[Alert, Known | None, Known | None]:
        """The alert by what it is known as here, what its sender has said of it before, and the equal one of another sender."""
        theirs, known = None, self._known(alert)
        while known is not None and (apart := courses.apart(known, alert)):
            theirs = known if courses.is_anothers(known, alert.sender) else theirs
            alert = msgspec.structs.replace(alert, fingerprint=f"{alert.fingerprint}/{apart}")
            known = self._known(alert)
        if known is not None and not alert.sender:
            # It is not ours because we hear of it in another way.
            alert = msgspec.structs.replace(alert, sender=known.sender or "")
        return alert, known, theirs

    def named(self, delivery: Delivery, name: str) -> Known | None:
        """What the sender calls so."""
        return self.own(Alert(name, delivery.source, firing=True, name="", service="", sender=delivery.sender))[1]

    def _known(self, alert: Alert) -> Known | None:
        key = (alert.source, alert.fingerprint)
        if key not in self._marks:
            self._ask([key])
        return self._ledger.known_alert(key) or self._marks[key]

    def _ask(self, keys: Collection[Key]) -> None:
        self._marks |= dict.fromkeys(keys)
        if heard := self._among(keys):
            self._marks |= {(mark.source, mark.fingerprint): mark for mark in self._store.alert_marks(heard)}

    def _among(self, keys: Iterable[Key]) -> list[Key]:
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

"""What the ways in refused: counted for good, logged, and the newest kept to be shown."""

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from stormjib.engine.intake import refused
from stormjib.ports import Clock, Counts

KEPT: Final = 50
LOG_SECONDS: Final = 10.0
"""Between two lines about the same source and answer: whoever sends rubbish must not fill the journal with it."""
KINDS_MAX: Final = 200
REASON_CHARS_MAX: Final = 300

_log = logging.getLogger(__name__)


class RefusedRequest(msgspec.Struct, frozen=True):
    """One refused request; ``alerts`` None where nobody knows how many it held, 0 where it is no alert, ``sender`` the token's name or the address."""

    at: float
    source: str
    answer: str
    sender: str
    reason: str
    alerts: int | None


class Refusals:
    """Used by the event loop; the pages read it from their own threads."""

    def __init__(self, count: Callable[[Counts], None], clock: Clock) -> None:
        self._count = count
        self._clock = clock
        self._newest: deque[RefusedRequest] = deque(maxlen=KEPT)
        self._logged: dict[tuple[str, str], tuple[float, int]] = {}

    def newest(self) -> list[RefusedRequest]:
        """Since the start of this server, the newest first."""
        return list(self._newest)[::-1]

    def note(
        self, source: str, answer: str, reason: str, *, sender: str = "", alerts: int | None = None, counted: bool = False
    ) -> None:
        """A request was refused; ``counted`` where the account has it already."""
        now = self._clock()
        self._newest.append(RefusedRequest(now, source, answer, sender, reason[:REASON_CHARS_MAX], alerts))
        if not counted:
            self._count(refused(source, answer, alerts))
        last, more = self._logged.get((source, answer), (0.0, 0))
        if 0 <= now - last < LOG_SECONDS:
            self._logged[source, answer] = (last, more + 1)
            return
        if len(self._logged) >= KINDS_MAX:
            self._logged.clear()
        self._logged[source, answer] = (now, 0)
        held = {None: "an unknown number of alerts", 0: "what is no alert,"}.get(alerts, f"{alerts} alerts")
        again = f"; {more} more like it since the last line" if more else ""
        _log.warning(
            "refused %s of %s with %s, from %s: %r%s",
            held,
            source,
            answer,
            sender or "?",
            reason[:REASON_CHARS_MAX],
            again,
        )

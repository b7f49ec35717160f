"""A probe: one look at something, bounded in time, its failure a sentence."""

import threading
from collections.abc import Callable

import msgspec

from stormjib.integrations.health.report import Check

Clock = Callable[[], float]
"""monotonic seconds"""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe saw."""

    detail: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""


class UnhealthyError(Exception):
    """A probe saw something wrong; the finding says what."""

    def __init__(
        self,
        detail: str,
        *,
        value: float | None = None,
        limit: float | None = None,
        unit: str = "",
    ) -> None:
        """Fail with a sentence and, where there is one, the number that was too high or too low."""
        super().__init__(detail)
        self.finding = Finding(detail=detail, value=value, limit=limit, unit=unit)


Probe = Callable[[], Finding]


class Prober:
    """Runs probes one after the other."""

    def __init__(self, clock: Clock, timeout_seconds: float) -> None:
        """Give each probe at most `timeout_seconds`."""
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self.left_behind = False
        """whether a probe still hangs in its thread"""

    def run(self, name: str, probe: Probe) -> Check:
        """Run a probe and give its check, also when it hangs in something that has no timeout of its own.

        A name server that does not answer, or a peer that sends a byte now and then, cannot be interrupted; the thread
        is left behind and ends with the process.
        """
        seen: list[tuple[bool, Finding]] = []

        def look() -> None:
            try:
                seen.append((True, probe()))
            except UnhealthyError as error:
                seen.append((False, error.finding))

        start = self._clock()
        thread = threading.Thread(target=look, name=f"health-{name}", daemon=True)
        thread.start()
        thread.join(self._timeout_seconds)
        seconds = round(self._clock() - start, 6)
        if seen:
            ok, finding = seen[0]
        elif thread.is_alive():
            self.left_behind = True
            ok, finding = (
                False,
                Finding(detail=f"Gave up after {self._timeout_seconds:g} s without a result."),
            )
        else:
            ok, finding = (
                False,
                Finding(detail="The check itself failed; the error is on the standard error output."),
            )
        return Check(
            name=name,
            ok=ok,
            detail=finding.detail,
            seconds=seconds,
            value=finding.value,
            limit=finding.limit,
            unit=finding.unit,
        )

"""A probe: one check of something, bounded in time, its failure a sentence."""

import threading
from collections.abc import Callable, Sequence

import msgspec

from stormjib.integrations.health.report import Check

NOT_TRIED = "Not tried"
"""So begins what is said of a check that was not worth its time."""
Clock = Callable[[], float]
"""monotonic seconds"""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe saw. ``name`` and ``proves`` are those of its check where they are None."""

    detail: str
    ok: bool = True
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    name: str | None = None
    proves: tuple[str, ...] | None = None
    measured: bool = True


class UnhealthyError(Exception):
    """A probe saw something wrong; the finding says what."""

    def __init__(self, detail: str, *, value: float | None = None, limit: float | None = None, unit: str = "") -> None:
        """Fail with a sentence and, where there is one, the number that was too high or too low."""
        super().__init__(detail)
        self.finding = Finding(detail=detail, ok=False, value=value, limit=limit, unit=unit)


class NoAnswerError(UnhealthyError):
    """Nobody answered, or what answered broke off."""


Probe = Callable[[], Sequence[Finding]]


class Prober:
    """Runs probes one after the other."""

    def __init__(self, clock: Clock, timeout_seconds: float) -> None:
        """Give each probe at most `timeout_seconds`."""
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    def run(self, name: str, probe: Probe, *, proves: tuple[str, ...] = (), hint: str = "", by: str = "") -> list[Check]:
        """Run a probe and give its checks, also when it hangs in something that has no timeout of its own.

        A name server that does not answer, or a peer that sends a byte now and then, cannot be interrupted; the thread
        is left behind and ends with the process. ``hint`` follows what is wrong.
        """
        seen: list[Finding] = []

        def look() -> None:
            try:
                seen.extend(probe())
            except UnhealthyError as error:
                seen.append(error.finding)

        start = self._clock()
        thread = threading.Thread(target=look, name=f"health-{name}", daemon=True)
        thread.start()
        thread.join(self._timeout_seconds)
        seconds = round(self._clock() - start, 6)
        found = list(seen)
        if thread.is_alive():
            found = [Finding(detail=f"Gave up after {self._timeout_seconds:g} s without a result.", ok=False)]
        elif not found:
            found = [Finding(detail="The check itself failed; the error is on the standard error output.", ok=False)]
        return [msgspec.structs.replace(_check(one, name, proves, hint, seconds), by=by) for one in found]


def _check(finding: Finding, name: str, proves: tuple[str, ...], hint: str, seconds: float) -> Check:
    wrong = finding.measured and not finding.ok and not finding.detail.startswith(NOT_TRIED)
    return Check(
        name=name if finding.name is None else finding.name,
        ok=finding.ok and finding.measured,
        detail=_with(finding.detail, hint) if wrong and hint else finding.detail,
        seconds=seconds,
        value=finding.value,
        limit=finding.limit,
        unit=finding.unit,
        proves=proves if finding.proves is None else finding.proves,
        measured=finding.measured,
    )


def _with(detail: str, hint: str) -> str:
    return f"{detail}{'' if detail.endswith(('.', '!', '?', '…')) else '.'} {hint}"

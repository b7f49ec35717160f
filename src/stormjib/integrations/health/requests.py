"""The checks that send HTTP requests: one request, a user's flow, and the smallest case, an address that has to answer."""

import json
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from stormjib.core.catalogue.check import HEALTH_PATHS, LATENCY_REQUESTS, FlowCheck, HttpCheck, Request, TargetCheck, proofs_of
from stormjib.integrations.health.exchange import Answer, Exchange
from stormjib.integrations.health.probe import NOT_TRIED, Finding, NoAnswerError, UnhealthyError

PERCENTILE: Final = 0.95
UNANSWERED_MAX: Final = 3
_NOT_FOUND: Final = 404
_BAD_STATES: Final = frozenset(
    {
        "bad",
        "critical",
        "degraded",
        "down",
        "error",
        "fail",
        "failed",
        "failing",
        "not_ready",
        "out_of_service",
        "red",
        "unavailable",
        "unhealthy",
        "unready",
    }
)


class Timed:
    """What one request came to, sent several times one after the other."""

    def __init__(self, request: Request, times: int, send: Callable[[], Answer]) -> None:
        """Send it; raises UnhealthyError where nobody answers. Stops once it is certain that it is too slow."""
        self.request = request
        self.times = times
        self.seconds: list[float] = []
        """of the answers that were as expected"""
        self.wrong: list[str] = []
        self.sent = self.slow = 0
        self._limit = request.latency_ms / 1000 if request.latency_ms else None
        unanswered = 0
        for _ in range(times):
            self.sent += 1
            try:
                answer = send()
            except UnhealthyError as error:
                self.wrong.append(error.finding.detail)
                unanswered = unanswered + 1 if isinstance(error, NoAnswerError) else 0
                if unanswered >= UNANSWERED_MAX:
                    break
                continue
            unanswered = 0
            self.seconds.append(answer.seconds)
            self.slow += self._limit is not None and answer.seconds > self._limit
            if self.slow > times - math.ceil(PERCENTILE * times):
                break

    def works(self) -> Finding:
        """Whether every answer was as expected."""
        if self.wrong:
            often = f"{len(self.wrong)} of {self.sent} requests failed. " if self.sent > 1 else ""
            raise UnhealthyError(f"{often}{self.wrong[-1]}")
        return Finding(detail=f"{self.request.method} {self.request.url} answered as expected{_often(self.sent)}.")

    def fast(self) -> Finding:
        """Whether the p95 (nearest rank) of the good answers keeps to its limit; how often it fails is not its business."""
        if not self.seconds:
            raise UnhealthyError(f"None of {self.sent} requests was answered as expected. {self.wrong[-1]}")
        ordered = sorted(self.seconds)
        if self._limit is not None and self.slow > self.times - math.ceil(PERCENTILE * self.times):
            sentence = f"{self.slow} of {len(ordered)} requests took longer than {self._limit:g} s."
            raise UnhealthyError(sentence, value=round(ordered[-self.slow], 6), limit=self._limit, unit="s")
        value = round(ordered[math.ceil(PERCENTILE * len(ordered)) - 1], 6)
        what = f"p95 of {len(ordered)} requests" if len(ordered) > 1 else "one request"
        return Finding(detail=f"{self.request.method} {self.request.url}: {what}.", value=value, limit=self._limit, unit="s")


def http(check: HttpCheck, exchange: Exchange) -> list[Finding]:
    """One request, as often as the check says."""

    def send() -> Answer:
        answer = exchange.send(check, {})
        exchange.hold(check, answer)
        return answer

    timed = Timed(check, check.times, send)
    return _rows(check.name, proofs_of(check), timed.works, timed.fast)


def flow(check: FlowCheck, exchange: Exchange) -> list[Finding]:
    """Its steps in order, each with what the ones before it saved; raises UnhealthyError at the first that fails."""
    saved: dict[str, object] = {}
    seconds = 0.0
    for number, step in enumerate(check.step, 1):
        try:
            answer = exchange.send(step, saved)
            saved |= exchange.hold(step, answer)
        except UnhealthyError as error:
            if error.finding.detail.startswith(NOT_TRIED):
                raise
            raise UnhealthyError(f"Step {number} of {len(check.step)}: {error.finding.detail}") from error
        seconds += answer.seconds
        if step.latency_ms is not None and answer.seconds * 1000 > step.latency_ms:
            raise UnhealthyError(
                f"Step {number} of {len(check.step)}: {answer.request} took too long.",
                value=round(answer.seconds, 6),
                limit=step.latency_ms / 1000,
                unit="s",
            )
    done = f"{len(check.step)} steps went as expected." if len(check.step) > 1 else "Its step went as expected."
    limit = check.latency_ms / 1000 if check.latency_ms else None

    def fast() -> Finding:
        value = round(seconds, 6)
        if limit is not None and value > limit:
            raise UnhealthyError(f"The {len(check.step)} steps together took too long.", value=value, limit=limit, unit="s")
        return Finding(detail=f"The {len(check.step)} steps together.", value=value, limit=limit, unit="s")

    return _rows(check.name, proofs_of(check), lambda: Finding(detail=done), fast)


def target(check: TargetCheck, exchange: Exchange, target_url: str, known: str | None) -> tuple[list[Finding], str]:
    """(findings, the path that was asked). ``known`` is the one that was found when the service was well.

    Without it the well-known addresses are asked in their order, and the first that is there is its health check. Once it
    is known no other is asked: an answer elsewhere would prove nothing.
    """
    exact = target_url.rstrip("/").removeprefix(exchange.base)
    places = (exact,) if exact else (known,) if known is not None else (*HEALTH_PATHS, "")
    for place in places:
        request = Request(url=place, latency_ms=check.latency_ms)
        first = exchange.send(request, {})
        if first.status != _NOT_FOUND:
            timed = Timed(request, LATENCY_REQUESTS, partial(_well, exchange, request))
            return _rows(check.name, proofs_of(check), timed.works, timed.fast, fast_name="latency"), place
    if len(places) == 1:
        raise UnhealthyError(f"{first.request} answered {first.status}: {first.quote()}")
    asked = ", ".join(place or "/" for place in places)
    raise UnhealthyError(
        f"Each of {asked} answered 404. Give the address of its health check as target_url, or [[service.check]]s."
    )


def _well(exchange: Exchange, request: Request) -> Answer:
    answer = exchange.send(request, {})
    exchange.hold(request, answer)
    state = _state(answer.body)
    if state.casefold().replace("-", "_").replace(" ", "_") in _BAD_STATES:
        raise UnhealthyError(f"{answer.request} answered {answer.status}, but its status is {state!r}.")
    return answer


def _state(body: bytes) -> str:
    """The word after ``status`` in a JSON answer, by which many health checks tell more than their HTTP status does."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    state = found.get("status") if isinstance(found, dict) else None
    return state if isinstance(state, str) else ""


def _rows(
    name: str, proves: Sequence[str], works: Callable[[], Finding], fast: Callable[[], Finding], *, fast_name: str = ""
) -> list[Finding]:
    """What is proven apart stands apart: a slow answer is no broken flow."""
    timed = "latency" in proves
    rest = tuple(proof for proof in proves if proof != "latency")
    rows = [] if timed and not rest else [_row(works, name, rest)]
    if timed:
        rows.append(_row(fast, name if not rest else fast_name or f"{name} latency", ("latency",)))
    return rows


def _row(found: Callable[[], Finding], name: str, proves: tuple[str, ...]) -> Finding:
    try:
        finding = found()
    except UnhealthyError as error:
        finding = error.finding
    return msgspec.structs.replace(finding, name=name, proves=proves)


def _often(times: int) -> str:
    return f", {times} times" if times > 1 else ""

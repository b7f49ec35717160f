"""The traffic of the check: what a user does, how fast and how often it fails."""

import math
import re
from typing import Final

import msgspec

from stormjib.integrations.health.probe import Finding, UnhealthyError
from stormjib.integrations.health.report import Limits
from stormjib.integrations.health.service import Answer, Service

PERCENTILE: Final = 0.95
PROMPT: Final = "This function returns the name of the file"
TEXT: Final = "The crew set a small strong sail before the storm came, and kept the ship under control until the morning. " * 10
_TOKENS: Final = 200
_OK: Final = 200
_SERVER_ERROR: Final = 500
_UNANSWERED_MAX: Final = 3
_OPERATOR_ROUTES: Final = frozenset({"/health", "/ready", "/metrics", "/admin/maintenance"})
_SAMPLE: Final = re.compile(r"http_requests_total\{([^}\n]*)\}[ \t]+([0-9.eE+-]+)")
_STARTED: Final = re.compile(r"^process_start_time_seconds[ \t]+([0-9.eE+-]+)", re.MULTILINE)
_READS_MAX: Final = 6
_LABEL: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Counts(msgspec.Struct, frozen=True):
    """Requests of users and how many of them failed with 5xx."""

    requests: float = 0.0
    errors: float = 0.0

    @property
    def share(self) -> float:
        """The failed share, 0 without requests."""
        return self.errors / self.requests if self.requests else 0.0


class Counters(msgspec.Struct, frozen=True):
    """Counts by labels, and which process counted: behind a load balancer the next answer may be another replica's."""

    process: str
    by_labels: dict[str, Counts]


class _Written(msgspec.Struct):
    text: str


class _Detected(msgspec.Struct):
    z: float


class _Refusal(msgspec.Struct):
    error: str = ""


class Traffic:
    """Requests as a user sends them; counts its own failures."""

    def __init__(self, service: Service, limits: Limits) -> None:
        """Send them to a service."""
        self._service = service
        self._limits = limits
        self._requests = 0
        self._errors = 0
        self._unanswered_in_a_row = 0
        self._unanswered = ""

    def user_flow(self) -> Finding:
        """Write a watermarked text and detect it again; raises UnhealthyError."""
        written = self._post("/v1/watermark", {"prompt": PROMPT, "tokens": _TOKENS})
        text = _expect_ok(written).decode(_Written).text
        detected = self._post("/v1/detect", {"text": text})
        z, limit = (
            _expect_ok(detected).decode(_Detected).z,
            self._limits.watermark_z_min,
        )
        if z < limit:
            sentence = "The watermark of a fresh text was not found again: writing and detecting may use different keys."
            raise UnhealthyError(sentence, value=z, limit=limit, unit="z")
        return Finding(
            detail=f"A text of {_TOKENS} words was written and its watermark found again.",
            value=z,
            limit=limit,
            unit="z",
        )

    def latency(self) -> Finding:
        """Time detections, one after the other, and compare the p95 (nearest rank) with its limit; raises UnhealthyError.

        Stops as soon as the verdict is certain, so that a slow service is not asked for longer than needed.
        """
        limit, count = (
            self._limits.latency_p95_seconds_max,
            self._limits.latency_requests,
        )
        rank = math.ceil(PERCENTILE * count)
        slow_max = count - rank
        times: list[float] = []
        self._unanswered_in_a_row = 0
        slow, last = 0, None
        for _ in range(count):
            answer = self._timed()
            last = answer or last
            if answer is None or answer.status != _OK:
                if self._unanswered_in_a_row >= _UNANSWERED_MAX:
                    raise UnhealthyError(f"{_UNANSWERED_MAX} requests in a row got no answer. {self._unanswered}")
                continue  # how often requests fail is the error rate's business; a fast failure is no good latency
            times.append(answer.seconds)
            slow += answer.seconds > limit
            if slow > slow_max:
                value = round(sorted(times)[-slow], 6)
                sentence = f"{slow} of {len(times)} requests took longer than {limit:g} s, so the p95 of {count} is above it."
                raise UnhealthyError(sentence, value=value, limit=limit, unit="s")
        if not times:
            raise UnhealthyError(f"None of {count} requests was answered with 200. {_reason(last)}".rstrip())
        value = round(sorted(times)[math.ceil(PERCENTILE * len(times)) - 1], 6)
        return Finding(
            detail=f"p95 of {len(times)} detections, one after the other.",
            value=value,
            limit=limit,
            unit="s",
        )

    def error_rate(self, before: Counters | None) -> Finding:
        """Compare the failed share with its limit; raises UnhealthyError.

        Judged are this check's own requests, and everybody's between the two looks at the counters. The counters' share
        since the start is only told: it holds the incident itself and would stay high for days after the recovery.
        """
        own = Counts(self._requests, self._errors)
        after = self._read_again(before)
        total = Counts(
            sum(c.requests for c in after.by_labels.values()),
            sum(c.errors for c in after.by_labels.values()),
        )
        since, remark = _difference(before, after)
        value, limit = max(own.share, since.share), self._limits.error_share_max
        detail = (
            f"{own.errors:g} of {own.requests:g} requests of this check failed, {since.errors:g} of {since.requests:g} of all"
            f" meanwhile{remark}; since its start the service counts {total.errors:g} of {total.requests:g}."
        )
        if value > limit:
            raise UnhealthyError(detail, value=round(value, 6), limit=limit, unit="share")
        return Finding(detail=detail, value=round(value, 6), limit=limit, unit="share")

    def _read_again(self, before: Counters | None) -> Counters:
        """Read the counters of the process that was read before, if one of a few answers is its; raises UnhealthyError."""
        after = read_counters(self._service)
        for _ in range(_READS_MAX - 1):
            if before is None or after.process == before.process:
                break
            after = read_counters(self._service)
        return after

    def _timed(self) -> Answer | None:
        try:
            return self._post("/v1/detect", {"text": TEXT})
        except UnhealthyError:
            return None

    def _post(self, path: str, content: dict[str, object]) -> Answer:
        self._requests += 1
        try:
            answer = self._service.post(path, content)
        except UnhealthyError as error:
            self._errors += 1
            self._unanswered_in_a_row += 1
            self._unanswered = error.finding.detail
            raise
        self._unanswered_in_a_row = 0
        self._errors += answer.status >= _SERVER_ERROR
        return answer


def read_counters(service: Service) -> Counters:
    """Read http_requests_total from /metrics, by its labels; leaves out the operators' own routes. Raises UnhealthyError."""
    answer = service.get("/metrics")
    if answer.status != _OK:
        raise UnhealthyError(f"GET /metrics answered {answer.status}, so the error rate is unknown: {answer.quote()}")
    text = answer.body.decode("utf-8", "replace")
    counters: dict[str, Counts] = {}
    samples = 0
    for labels_text, number in _SAMPLE.findall(text):
        labels = dict(_LABEL.findall(labels_text))
        status = labels.get("status") or labels.get("code") or ""
        try:
            count = float(number)
        except ValueError as error:
            raise UnhealthyError(f"GET /metrics holds a counter that is no number: {number}") from error
        samples += 1
        if labels.get("route") not in _OPERATOR_ROUTES:
            counters[labels_text] = Counts(count, count if status.startswith("5") else 0.0)
    if not samples:
        raise UnhealthyError(f"GET /metrics holds no http_requests_total, so the error rate is unknown: {answer.quote()}")
    started = _STARTED.search(text)
    return Counters(started[1] if started else "", counters)


def _difference(earlier: Counters | None, later: Counters) -> tuple[Counts, str]:
    if earlier is None:
        return Counts(), " (the counters could not be read before)"
    if earlier.process != later.process:
        return Counts(), " (other counters answered: the service restarted, or several replicas answer in turn)"
    before, after = earlier.by_labels, later.by_labels
    steps = [(now, before.get(labels, Counts())) for labels, now in after.items()]
    if any(labels not in after for labels in before) or any(now.requests < then.requests for now, then in steps):
        return (
            Counts(),
            " (the counters went back: the service restarted, or several replicas answer in turn)",
        )
    requests = sum(now.requests - then.requests for now, then in steps)
    return Counts(requests, sum(now.errors - then.errors for now, then in steps)), ""


def _expect_ok(answer: Answer) -> Answer:
    if answer.status != _OK:
        raise UnhealthyError(_reason(answer))
    return answer


def _reason(answer: Answer | None) -> str:
    if answer is None:
        return ""
    try:
        told = msgspec.json.decode(answer.body, type=_Refusal).error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        told = ""
    return f"{answer.request} answered {answer.status}: {told or answer.quote()}"

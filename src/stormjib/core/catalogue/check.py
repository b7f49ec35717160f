"""The checks that prove that a service works: requests, user flows, queries, commands."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

Proof = Literal["functional", "latency", "errors", "health"]
"""What a check can prove of a recovery: it does its work, it is fast enough, it does not fail too often; or that it answers, and no more."""
PROOFS: tuple[Proof, ...] = ("functional", "latency", "errors", "health")
HEALTH_CHECK = "health check"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
REQUESTS_MAX = 100
LATENCY_REQUESTS = 20
"""So many requests make a p95 where a request changes nothing."""
HEALTH_PATHS = ("/health", "/healthz", "/-/healthy", "/actuator/health", "/livez")
"""What is tried, in this order, where only the address of a service is given."""
HEALTH_ENDINGS = ("/health", "/healthz", "/-/healthy", "/livez", "/readyz", "/ready", "/actuator/health", "/ping", "/status")
"""Addresses that end so are a health check by themselves, by the conventions of the trade."""
_STATUS_CLASSES = range(1, 6)
"""Of HTTP: 1xx to 5xx."""
_STATUS = re.compile(r"[1-5]xx")
_REQUESTED = re.compile(r"/.*|\$.*|\{.*|https?://[^\s/?#]+.*", re.DOTALL)
"""A path below the service's address, a variable, a value that was saved, or a whole address."""
_USED = re.compile(r"(?<!\$)\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
_Positive = Annotated[float, msgspec.Meta(gt=0)]
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=300)]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One HTTP request and what its answer has to be. ``url`` is whole, or begins with ``/`` below the service's ``target_url``.

    ``status``: a number, ``"2xx"`` or a list of them; without it any 2xx. ``text`` has to appear in the answer. ``expect`` is a
    JMESPath expression that has to be true of the JSON answer; ``save`` takes values out of it, each by a JMESPath expression,
    for ``{name}`` in what is sent later. ``$NAME`` is a variable of the commands' environment.
    """

    url: Annotated[str, msgspec.Meta(min_length=1)]
    method: str = "GET"
    headers: dict[str, str] = {}
    json: Any = None
    body: str = ""
    status: int | str | tuple[int | str, ...] = "2xx"
    text: str = ""
    expect: str = ""
    save: dict[str, str] = {}
    latency_ms: _Positive | None = None
    timeout_seconds: _Seconds | None = None

    def __post_init__(self) -> None:
        """Refuse what can't work, in a sentence."""
        whole = not self.url or bool(_REQUESTED.fullmatch(self.url))  # the probe of a service begins without one
        must(
            whole,
            f"{self.url!r} is no address; give one such as http://localhost:8080/healthz, or /healthz below target_url",
            "url",
        )
        must(self.method in METHODS, f"the method is one of {', '.join(sorted(METHODS))}, not {self.method!r}", "method")
        for wanted in self.statuses:
            good = wanted // 100 in _STATUS_CLASSES if isinstance(wanted, int) else bool(_STATUS.fullmatch(wanted))
            must(good, f'{wanted!r} is no HTTP status; write a number such as 204, or "2xx"', "status")
        must(bool(self.statuses), "status is an empty list, so no answer would do", "status")
        must(self.json is None or not self.body, "give json or body, not both", "body")
        for name, expression in self.save.items():
            compiles(expression, "save", name)
        compiles(self.expect or "@", "expect")
        for name in self.save:
            must(bool(_NAME.fullmatch(name)), f"{name!r} can't be used as {{{name}}}; take letters, digits and _", "save", name)

    @property
    def statuses(self) -> tuple[int | str, ...]:
        """The statuses that are expected."""
        return self.status if isinstance(self.status, tuple) else (self.status,)

    def accepts(self, status: int) -> bool:
        """Whether an answer with this status is as expected; by default every 2xx and nothing else."""
        return any(status == wanted or f"{status // 100}xx" == wanted for wanted in self.statuses)

    def uses(self) -> set[str]:
        """The names in braces."""
        return set(_USED.findall(msgspec.json.encode([self.url, self.headers, self.json, self.body, self.text]).decode()))


class HttpCheck(Request, frozen=True, kw_only=True, tag_field="kind", tag="http"):
    """One request. With ``latency_ms`` and a method that changes nothing it is sent 20 times, and their p95 is held to it."""

    name: Name
    proves: Proof | tuple[Proof, ...] | None = None
    requests: Annotated[int, msgspec.Meta(ge=1, le=REQUESTS_MAX)] | None = None
    hint: str = ""
    """What it means when it fails, and where to look."""

    def __post_init__(self) -> None:
        """Refuse what can't work."""
        super().__post_init__()
        _none_unsaved(self.name, (self,))
        _has_limit(self)

    @property
    def times(self) -> int:
        """How often it is sent."""
        return self.requests or (LATENCY_REQUESTS if self.latency_ms and self.method in _READS else 1)


class FlowCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="flow"):
    """What a user does: requests one after the other; ``latency_ms`` is for all of them together."""

    name: Name
    step: Annotated[tuple[Request, ...], msgspec.Meta(min_length=1, max_length=50)]
    proves: Proof | tuple[Proof, ...] | None = None
    latency_ms: _Positive | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        """Refuse a value that no earlier step saves."""
        _none_unsaved(self.name, self.step)
        _has_limit(self)


class PromqlCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="promql"):
    """A query of the Prometheus server whose every value has to be ``op`` ``threshold``. No value at all is a failure."""

    name: Name
    query: Annotated[str, msgspec.Meta(min_length=1)]
    op: Literal["<", "<=", ">", ">=", "=="]
    threshold: float
    unit: str = ""
    proves: Proof | tuple[Proof, ...] | None = None
    hint: str = ""


class CommandCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="command"):
    """A command where the runbook's commands run: ``argv`` exactly as the operator writes it, or ``command``, a proven read."""

    name: Name
    argv: tuple[str, ...] = ()
    command: str = ""
    exit_code: int = 0
    text: str = ""
    timeout_seconds: _Seconds | None = None
    proves: Proof | tuple[Proof, ...] | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        """One of the two, not both."""
        must(
            bool(self.argv) != bool(self.command),
            'give argv = ["program", …] or command = "…", one of the two',
            "command" if self.command else "argv",
        )


class ErrorRateCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="error_rate"):
    """The share of requests that end with 5xx, from the service's own metrics, while the other checks run."""

    name: Name = "error_rate"
    share_max: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.01
    proves: Proof | tuple[Proof, ...] | None = None
    hint: str = ""
    if_there: bool = False
    """Where there are no metrics it is not measured, rather than failed: nobody has said that there are any."""


class TargetCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="target"):
    """The smallest case: the service answers at its ``target_url``, or at the first well-known health address below it."""

    name: Name = "health"
    proves: Proof | tuple[Proof, ...] | None = None
    latency_ms: _Positive = 500.0
    hint: str = ""


AnyCheck = HttpCheck | FlowCheck | PromqlCheck | CommandCheck | ErrorRateCheck | TargetCheck


def proofs_of(check: AnyCheck) -> tuple[Proof, ...]:
    """What a check proves: what it says, else what its kind is for."""
    if check.proves is not None:
        return (check.proves,) if isinstance(check.proves, str) else check.proves
    if isinstance(check, PromqlCheck | ErrorRateCheck):
        return ("errors",)
    timed = isinstance(check, HttpCheck | FlowCheck | TargetCheck) and check.latency_ms is not None
    return ("functional", "latency") if timed else ("functional",)


def requests_of(check: AnyCheck) -> tuple[Request, ...]:
    """The requests that a check sends."""
    if isinstance(check, FlowCheck):
        return check.step
    return (check,) if isinstance(check, HttpCheck) else ()


def provable(checks: Iterable[AnyCheck]) -> tuple[Proof, ...]:
    """What checks can prove together: ``health`` instead of what nothing but a health check would speak of."""
    said = {(proof, shown_by(check) == HEALTH_CHECK) for check in checks for proof in proofs_of(check)}
    found = {proof for proof, of_health in said if not of_health}
    return tuple(one for one in PROOFS if one in found or (one == "health" and any(proof not in found for proof, _ in said)))


def shown_by(check: AnyCheck) -> str:
    """What kind of check it is, in words. A GET of a health path shows that the service answers, unless the file says what it proves."""
    requests = requests_of(check)
    if check.proves is None and (isinstance(check, TargetCheck) or (requests and all(map(_asks_health, requests)))):
        return HEALTH_CHECK
    if isinstance(check, FlowCheck):
        return "user flow"
    if check.proves is not None:
        return "catalogue's word"
    return {HttpCheck: "request", PromqlCheck: "query", CommandCheck: "command"}.get(type(check), "error rate")


def _asks_health(request: Request) -> bool:
    return request.method in _READS and request.url.partition("?")[0].rstrip("/").endswith(HEALTH_ENDINGS)


def base_of(target_url: str) -> str:
    """The address of a service without the path of its health check."""
    base = target_url.partition("?")[0].rstrip("/")
    ending = max((ending for ending in HEALTH_ENDINGS if base.endswith(ending)), key=len, default="")
    return base.removesuffix(ending)


def compiles(expression: str, *keys: str) -> None:
    """Raise ``Wrong`` where it is no JMESPath expression."""
    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        raise Wrong(f"{expression!r} is no JMESPath expression ({str(error).splitlines()[0]})", keys) from error


def _none_unsaved(name: str, steps: Iterable[Request]) -> None:
    saved: set[str] = set()
    for number, step in enumerate(steps, 1):
        missing = sorted(step.uses() - saved)
        must(not missing, f"step {number} of {name!r} uses {{{missing[0] if missing else ''}}}, which no earlier step saves")
        saved |= set(step.save)


def _has_limit(check: HttpCheck | FlowCheck) -> None:
    must(
        "latency" not in proofs_of(check) or check.latency_ms is not None,
        f"{check.name!r} proves the latency, so it needs latency_ms",
    )


class Wrong(ValueError):
    """What can't work, in a sentence; ``keys`` say where, from the table that was read."""

    def __init__(self, sentence: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.keys = keys


def in_address(name: str) -> bool:
    """Whether it can stand in an address as it is."""
    return name.isascii() and name.islower() and name.replace("-", "").replace("_", "").isalnum()


def must(holds: bool, sentence: str, *keys: str) -> None:
    """Raise ``Wrong`` unless it holds."""
    if not holds:
        raise Wrong(sentence, keys)

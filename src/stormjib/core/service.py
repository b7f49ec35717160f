"""A protected service: its names, where it answers, and the checks that prove that it works, as the site's settings give them."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

Proof = Literal["functional", "latency", "errors"]
"""What a check can prove of a recovery: it does its work, it is fast enough, it does not fail too often."""
PROOFS: tuple[Proof, ...] = ("functional", "latency", "errors")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
REQUESTS_MAX = 100
LATENCY_REQUESTS = 20
"""So many requests make a p95 where a request changes nothing."""
HEALTH_ENDINGS = ("/health", "/healthz", "/-/healthy", "/livez", "/readyz", "/ready", "/actuator/health", "/ping", "/status")
"""Addresses that end so are a health check by themselves, by the conventions of the trade."""
HEALTH_PATHS = ("/health", "/healthz", "/-/healthy", "/actuator/health", "/livez")
"""What is tried, in this order, where only the address of a service is given."""
_STATUS_CLASSES = range(1, 6)
"""Of HTTP: 1xx to 5xx."""
_STATUS = re.compile(r"[1-5]xx")
_USED = re.compile(r"(?<!\$)\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ADDRESS = re.compile(r"https?://(?:[^\s/?#@]+@)?(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)(?::\d{1,5})?(?:[/?#]\S*)?|\$.*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
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
        _must(self.method in METHODS, f"the method is one of {', '.join(sorted(METHODS))}, not {self.method!r}")
        for wanted in self.statuses:
            good = wanted // 100 in _STATUS_CLASSES if isinstance(wanted, int) else bool(_STATUS.fullmatch(wanted))
            _must(good, f'{wanted!r} is no HTTP status; write a number such as 204, or "2xx"')
        _must(bool(self.statuses), "status is an empty list, so no answer would do")
        _must(self.json is None or not self.body, "give json or body, not both")
        for expression in (*self.save.values(), *filter(None, [self.expect])):
            _compiles(expression)
        for name in self.save:
            _must(bool(_NAME.fullmatch(name)), f"{name!r} can't be used as {{{name}}}; take letters, digits and _")

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

    name: _Name
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
        return self.requests or (LATENCY_REQUESTS if self.latency_ms and self.method in {"GET", "HEAD", "OPTIONS"} else 1)


class FlowCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="flow"):
    """What a user does: requests one after the other; ``latency_ms`` is for all of them together."""

    name: _Name
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

    name: _Name
    query: Annotated[str, msgspec.Meta(min_length=1)]
    op: Literal["<", "<=", ">", ">=", "=="]
    threshold: float
    unit: str = ""
    proves: Proof | tuple[Proof, ...] | None = None
    hint: str = ""


class CommandCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="command"):
    """A command where the runbook's commands run: ``argv`` exactly as the operator writes it, or ``command``, a proven read."""

    name: _Name
    argv: tuple[str, ...] = ()
    command: str = ""
    exit_code: int = 0
    text: str = ""
    timeout_seconds: _Seconds | None = None
    proves: Proof | tuple[Proof, ...] | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        """One of the two, not both."""
        _must(bool(self.argv) != bool(self.command), 'give argv = ["program", …] or command = "…", one of the two')


class ErrorRateCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="error_rate"):
    """The share of requests that end with 5xx, from the service's own metrics, while the other checks run."""

    name: _Name = "error_rate"
    share_max: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.01
    proves: Proof | tuple[Proof, ...] | None = None
    hint: str = ""
    if_there: bool = False
    """Where there are no metrics it is not measured, rather than failed: nobody has said that there are any."""


class TargetCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="target"):
    """The smallest case: the service answers at its ``target_url``, or at the first well-known health address below it."""

    name: _Name = "health"
    proves: Proof | tuple[Proof, ...] | None = ("functional", "latency")
    latency_ms: _Positive = 500.0
    hint: str = ""


AnyCheck = HttpCheck | FlowCheck | PromqlCheck | CommandCheck | ErrorRateCheck | TargetCheck


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[service]]``. ``aliases`` are what alerts and people call it as well."""

    name: _Name
    aliases: tuple[_Name, ...] = ()
    target_url: str = ""
    redis_url: str = ""
    metrics_url: str | tuple[str, ...] = ()
    runbook: str = ""
    """The Markdown file that its incidents follow, where it is not the site's."""
    target: str = ""
    """Where its commands run."""
    targets: tuple[str, ...] = ()
    """Other places that a command of its runbook may name."""
    check: tuple[AnyCheck, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what can't work: two checks of one name, a path below no address."""
        for url in (self.target_url, *self.metrics_urls):
            _must(
                not url or bool(_ADDRESS.fullmatch(url)),
                f"{url!r} is not the address of a service; give one such as http://localhost:8080",
            )
        names = [check.name.casefold() for check in self.check]
        twice = next((name for name in names if names.count(name) > 1), "")
        _must(not twice, f"{self.name} has two checks called {twice!r}; give each a name of its own")
        if not self.target_url:
            for check in self.check:
                paths = [request.url for request in requests_of(check) if request.url.startswith("/")]
                _must(not paths, f"the check {check.name!r} asks for {paths[:1]} of {self.name}, which has no target_url")
                _must(not isinstance(check, TargetCheck), f"the check {check.name!r} needs the target_url of {self.name}")
        lacks = not self.metrics_urls and any(isinstance(check, ErrorRateCheck) for check in self.check)
        _must(not lacks, f"the error rate of {self.name} needs its metrics_url")

    @property
    def metrics_urls(self) -> tuple[str, ...]:
        """Where it tells its metrics: what is given, else ``/metrics`` below its address."""
        given = (self.metrics_url,) if isinstance(self.metrics_url, str) else self.metrics_url
        return tuple(filter(None, given)) or ((f"{base_of(self.target_url)}/metrics",) if self.target_url else ())

    @property
    def checks(self) -> tuple[AnyCheck, ...]:
        """The checks that are given; where there is only an address, that it answers there, how fast, and how often it fails."""
        if self.check or not self.target_url:
            return self.check
        return (TargetCheck(), ErrorRateCheck(if_there=not self.metrics_url))

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """What its checks can prove."""
        found = {proof for check in self.checks for proof in proofs_of(check)}
        return tuple(proof for proof in PROOFS if proof in found)

    def called(self, name: str) -> bool:
        """Whether this is its name or an alias; the case does not matter."""
        return name.strip().casefold() in {each.casefold() for each in (self.name, *self.aliases)}


def proofs_of(check: AnyCheck) -> tuple[Proof, ...]:
    """What a check proves: what it says, else what its kind is for."""
    if check.proves is not None:
        return (check.proves,) if isinstance(check.proves, str) else check.proves
    if isinstance(check, PromqlCheck | ErrorRateCheck):
        return ("errors",)
    timed = isinstance(check, HttpCheck | FlowCheck) and check.latency_ms is not None
    return ("functional", "latency") if timed else ("functional",)


def requests_of(check: AnyCheck) -> tuple[Request, ...]:
    """The requests that a check sends."""
    if isinstance(check, FlowCheck):
        return check.step
    return (check,) if isinstance(check, HttpCheck) else ()


def base_of(target_url: str) -> str:
    """The address of a service without the path of its health check."""
    base = target_url.partition("?")[0].rstrip("/")
    ending = max((ending for ending in HEALTH_ENDINGS if base.endswith(ending)), key=len, default="")
    return base.removesuffix(ending)


def find(services: Sequence[Service], name: str) -> Service | None:
    """The service of this name or alias; None where there is none, so that nothing is proven by another's checks."""
    return next((service for service in services if service.called(name)), None) if name.strip() else None


def _compiles(expression: str) -> None:
    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        raise ValueError(f"{expression!r} is no JMESPath expression ({str(error).splitlines()[0]})") from error


def _none_unsaved(name: str, steps: Iterable[Request]) -> None:
    saved: set[str] = set()
    for number, step in enumerate(steps, 1):
        missing = sorted(step.uses() - saved)
        _must(not missing, f"step {number} of {name!r} uses {{{missing[0] if missing else ''}}}, which no earlier step saves")
        saved |= set(step.save)


def _has_limit(check: HttpCheck | FlowCheck) -> None:
    _must(
        "latency" not in proofs_of(check) or check.latency_ms is not None,
        f"{check.name!r} proves the latency, so it needs latency_ms",
    )


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)

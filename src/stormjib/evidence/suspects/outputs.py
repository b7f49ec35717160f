"""Outputs: what the facts of one command's output say about components."""

from collections.abc import Callable, Iterator
from typing import Final

from stormjib.core.incident import Happened
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, State
from stormjib.core.text import units
from stormjib.evidence.suspects.access import of_access
from stormjib.evidence.suspects.host import of_disk, of_memory, of_processes
from stormjib.evidence.suspects.redis import of_redis
from stormjib.evidence.suspects.signal import UPSTREAM, Kind, Signal
from stormjib.evidence.suspects.texts import of_text
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import CLOCK, DISK, DOCKER, MAINTENANCE, MEMORY, tokens

SLOW_ANSWER_SECONDS: Final = 1.0
MEMORY_NEAR_PERCENT: Final = 90.0
BUSY_PERCENT: Final = 90.0
_OUT_OF_MEMORY_CODE: Final = 137.0
_GATEWAY: Final = {502.0: "no process of it takes requests", 504.0: "it does not answer the proxy in time"}
_SERVER_ERROR: Final = 500.0
_CERTIFICATE: Final = ("certificate", "tls handshake")

Reader = Callable[[Tree, Happened, EvidenceCollected], Iterator[Signal]]


def of_output(tree: Tree, when: Happened, fact: EvidenceCollected, *, grouped: bool) -> Iterator[Signal]:
    """Its signals; ``grouped`` is whether the same lines were read into patterns, which say more."""
    if fact.exit_code is None or fact.timed_out:
        yield from _hung(tree, when, fact)
        return
    reader = _READERS.get(fact.source, _of_text_only)
    if fact.source in _LOG_SOURCES and grouped:
        return
    yield from reader(tree, when, fact)


def _hung(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Whatever was checked did not answer in time."""
    component, strength = _target(tree, fact)
    if component:
        yield Signal(component, "hung", strength, when.seq, f"`{_short(fact.text)}` gets no answer in time")
    if component == tree.service and tree.front:
        says = f"it proxies to {tree.service} and may be what stalls"
        yield Signal(tree.front, "hung", _MAY_HANG, when.seq, says, own=False)


def _target(tree: Tree, fact: EvidenceCollected) -> tuple[str, float]:
    words = tokens(fact.text)
    if fact.source.startswith("redis") or "redis" in words[:2]:
        return "redis", 0.8
    if "docker" in words[:2]:
        return DOCKER, 0.6
    if fact.source == "http":
        return tree.service, 0.6
    return "", 0.0


def _short(text: str) -> str:
    return text if len(text) <= _SHORT_CHARS else text[: _SHORT_CHARS - 1] + "…"


_SHORT_CHARS: Final = 60
_MAY_HANG: Final = 0.45
"""The proxy, where a request through it gets no answer."""


def _http(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    finding = fact.finding.lower()
    for one in fact.facts:
        if isinstance(one, Measured) and one.name == "status" and one.value >= _SERVER_ERROR:
            yield from _status(tree, when, fact, one.value)
        elif isinstance(one, Measured) and one.name == "latency" and one.value >= SLOW_ANSWER_SECONDS:
            yield Signal(tree.service, "slow", 0.5, when.seq, f"an answer took {units.duration(one.value)}")
        elif isinstance(one, State) and (one.name, one.value) in {("dependency", "failing"), ("metric up", "0")}:
            component = tree.of(one.thing) or one.thing
            if component != tree.service:
                yield Signal(component, "erroring", 0.6, when.seq, f"{tree.service} says that it is down", own=False)
        elif isinstance(one, State) and one.name == "maintenance" and one.value == "on":
            yield Signal(MAINTENANCE, "maintenance", 0.8, when.seq, f"{tree.service} says that it is on")
    if any(mark in finding for mark in _CERTIFICATE):
        yield Signal("TLS certificate", "misconfigured", 0.8, when.seq, "it is not accepted")
    elif "name of the address is not found" in finding:
        yield Signal("DNS", "down", 0.8, when.seq, "the name of the service is not found")
    elif "nothing answers" in finding:
        yield Signal(tree.front or tree.service, "refused", 0.75, when.seq, "nothing answers at its address")
    elif "did not answer in time" in finding:
        yield Signal(tree.service, "hung", 0.6, when.seq, "it does not answer in time")
    elif "without an answer" in finding or "broke" in finding:
        yield Signal(tree.service, "erroring", 0.5, when.seq, "it breaks connections off")
    elif fact.ok and fact.weight == "fine":
        yield Signal(tree.service, "answers", 0.3, when.seq, "it answers")


def _status(tree: Tree, when: Happened, fact: EvidenceCollected, status: float) -> Iterator[Signal]:
    gateway = _GATEWAY.get(status, "")
    if gateway:
        kind: Kind = "down" if status == min(_GATEWAY) else "hung"
        yield Signal(tree.service, kind, 0.6, when.seq, f"{gateway} ({status:.0f})")
    else:
        yield Signal(tree.service, "erroring", 0.45, when.seq, f"`{_short(fact.text)}` answers {status:.0f}")


def _containers(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    codes = {one.thing: one.value for one in fact.facts if isinstance(one, Measured) and one.name == "exit code"}
    for one in fact.facts:
        component = tree.containers.get(one.thing) or tree.of(one.thing)
        if not component:
            continue
        for kind, strength, says in _of_container(one, codes.get(one.thing)):
            yield Signal(component, kind, strength, when.seq, says, thing=one.thing)


def _of_container(one: Measured | State, code: float | None) -> Iterator[tuple[Kind, float, str]]:
    match one:
        case State(name="state", value="exited" | "dead"):
            why = "" if code is None else f" with code {code:.0f}"
            yield "down", 0.8 if code else 0.6, f"its container exited{why}"
            if code == _OUT_OF_MEMORY_CODE:
                yield "full", 0.2, "it was killed (137), perhaps for lack of memory"
        case State(name="state", value="restarting"):
            yield "restarted", 0.8, "its container restarts again and again"
        case State(name="state", value="paused"):
            yield "hung", 0.85, "its container is paused"
        case State(name="health", value="unhealthy"):
            yield "erroring", 0.5, "its container is unhealthy"
        case State(name="killed for lack of memory"):
            yield "full", 0.85, "it was killed for lack of memory"
        case Measured(name="restarts") if one.value:
            yield "restarted", min(0.3 + 0.1 * one.value, 0.7), f"it was restarted {one.value:.0f} ×"
        case Measured(name="memory") if one.limit and 100 * one.value / one.limit >= MEMORY_NEAR_PERCENT:
            yield "full", 0.75, f"it uses {units.percent(100 * one.value / one.limit)} of its memory"
        case Measured(name="cpu") if one.value >= BUSY_PERCENT:
            yield "saturated", 0.4, f"it uses {units.percent(one.value)} of a processor"
        case _:
            return


def _stats(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """What runs uses; and which container the runbook names but does not run."""
    yield from _containers(tree, when, fact)
    running = {tree.of(one.thing) for one in fact.facts if one.name in {"memory", "cpu"}}
    nothing = any(one.thing == "docker" and one.name == "containers" for one in fact.facts)
    if tree.service in running:
        yield Signal(tree.service, "well", 0.2, when.seq, "its containers run")
    elif (running or nothing) and tree.service in tree.containers.values():
        yield Signal(tree.service, "down", 0.6, when.seq, "none of its containers runs")


def _docker(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    said = next((one.value for one in fact.facts if isinstance(one, State) and one.name == "refusal"), fact.finding)
    if "daemon does not answer" in said or "did not answer in time" in said:
        yield Signal(DOCKER, "down", 0.85, when.seq, "its daemon does not answer")
    elif "no space" in said:
        yield Signal(DISK, "full", 0.85, when.seq, "Docker finds no space left")
    elif "is not running" in said or "is paused" in said or "is restarting" in said:
        component = tree.named_in(said) or tree.service
        yield Signal(component, "hung" if "paused" in said else "down", 0.75, when.seq, said)
    elif "no container named" in said or "no container of" in said:
        yield Signal(tree.named_in(said) or tree.service, "down", 0.35, when.seq, said)


def _units(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    for one in fact.facts:
        if not isinstance(one, State) or one.name != "active":
            continue
        component = DOCKER if one.thing == DOCKER else tree.of(one.thing) or one.thing
        if one.value in {"failed", "inactive"}:
            yield Signal(component, "down", 0.85, when.seq, f"its unit is {one.value}")
        elif one.value in {"activating", "deactivating"}:
            yield Signal(component, "restarted", 0.7, when.seq, f"its unit is {one.value}")
        elif one.value == "active":
            yield Signal(component, "well", 0.4, when.seq, "its unit is active")


def _journal(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    for one in fact.facts:
        match one:
            case State(name="killed by the kernel"):
                component = tree.of(one.thing) or tree.service
                thing = one.thing if one.thing in tree.containers else ""
                yield Signal(component, "full", 0.7, when.seq, f"the kernel killed {one.thing} for lack of memory", thing)
                yield Signal(MEMORY, "full", 0.3, when.seq, f"the kernel killed {one.thing}")
            case State(name="main process ended"):
                component = tree.of(one.thing) or one.thing
                yield Signal(component, "down", 0.6, when.seq, f"its main process ended ({one.value})")
            case Measured(name="restarts") if one.value:
                yield Signal(
                    tree.of(one.thing) or one.thing, "restarted", 0.6, when.seq, f"systemd restarted it {one.value:.0f} ×"
                )
            case State(name="last error"):
                writer = DOCKER if DOCKER in tokens(fact.text) else tree.service
                yield from of_text(tree, when.seq, one.value, writer=writer, weight=0.5, plain=0.2)
            case _:
                continue


def _log(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """The lines of errors that the reader has counted, of the newest hour or of no known time."""
    writer = tree.named_in(fact.text) or tree.service
    blamed = {one.thing: one.value for one in fact.facts if isinstance(one, Measured) and one.name == "blamed in error lines"}
    for one in fact.facts:
        if isinstance(one, Measured) and one.name == "lines of this error":
            yield from of_text(tree, when.seq, one.thing, writer=writer, weight=0.85 * _often(one.value), plain=0.5)
    for name, count in blamed.items():
        component = tree.of(name) or name
        says = f"the log of {writer} blames it in {count:.0f} lines"
        yield Signal(component, "erroring", 0.5 * _often(count), when.seq, says, own=False)


def _often(count: float) -> float:
    """One line may be chance; a few are not."""
    return 1.0 - float(0.5 ** max(count, 0.0))


def _nginx(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    front = tree.front or "nginx"
    for one in fact.facts:
        if not isinstance(one, Measured) or one.name in {"lines", "other errors"}:
            continue
        thing = "" if one.thing == "nginx" else f"{UPSTREAM}{one.thing}"
        weight = 0.8 * _often(one.value)
        for signal in of_text(tree, when.seq, one.name, writer=front, named=tree.service, weight=weight):
            yield Signal(signal.component, signal.kind, signal.strength, when.seq, signal.says, thing, own=False)


def _access(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    yield from of_access(tree, when.seq, fact.facts, 0.8)


def _clock(_tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    if "clock" in fact.finding.lower():
        yield Signal(CLOCK, "misconfigured", 0.5, when.seq, fact.finding)


def _of_text_only(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Nobody has read facts out of it: the sentence about it, where there is one that is bad."""
    if fact.weight in {"warn", "bad"} and fact.finding:
        component = tree.named_in(fact.text) or tree.of(fact.target)
        weight = 0.8 if fact.weight == "bad" else 0.5
        yield from of_text(tree, when.seq, f"{fact.finding} {fact.excerpt[-300:]}", writer=component, weight=weight)


def _nothing(_tree: Tree, _when: Happened, _fact: EvidenceCollected) -> Iterator[Signal]:
    yield from ()


_LOG_SOURCES: Final = {"log", "nginx error log", "access log"}
_READERS: Final[dict[str, Reader]] = {
    "http": _http,
    "health check": _http,
    "docker stats": _stats,
    "docker ps": _containers,
    "docker inspect": _containers,
    "compose ps": _containers,
    "docker": _docker,
    "redis": of_redis,
    "redis info": of_redis,
    "systemd": _units,
    "disk": of_disk,
    "memory": of_memory,
    "processes": of_processes,
    "journal": _journal,
    "log": _log,
    "nginx error log": _nginx,
    "access log": _access,
    "timedatectl": _clock,
    "git log": _nothing,
    "images": _nothing,
    "search": _nothing,
    "shell": _nothing,
    "sockets": _nothing,
}

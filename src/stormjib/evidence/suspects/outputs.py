"""Outputs: what the facts of one command's output say about components."""

from collections.abc import Callable, Iterator
from typing import Final

from stormjib.core.incident import Happened
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, State
from stormjib.core.text import units
from stormjib.evidence.suspects.access import of_access
from stormjib.evidence.suspects.clients import of_certificate, of_dns, of_kube, of_postgres
from stormjib.evidence.suspects.host import of_disk, of_memory, of_processes
from stormjib.evidence.suspects.http import of_http, short
from stormjib.evidence.suspects.redis import of_redis
from stormjib.evidence.suspects.signal import UPSTREAM, Kind, Signal
from stormjib.evidence.suspects.texts import of_text, wrong_upstream
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import CLOCK, DISK, DOCKER, MEMORY, tokens

MEMORY_NEAR_PERCENT: Final = 90.0
BUSY_PERCENT: Final = 90.0
_OUT_OF_MEMORY_CODE: Final = 137.0

LEAD_SECONDS: Final = 600.0
"""Lines that had ended so long before the detection are of an earlier trouble."""

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
        yield Signal(component, "hung", strength, when.seq, f"`{short(fact.text)}` gets no answer in time")
    if component == tree.service and tree.front:
        says = f"it proxies to {tree.service} and may be what stalls"
        yield Signal(tree.front, "hung", _MAY_HANG, when.seq, says, own=False)


def _target(tree: Tree, fact: EvidenceCollected) -> tuple[str, float]:
    words = tokens(fact.text)
    if fact.source.startswith("redis") or "redis" in words[:2]:
        return "redis", 0.8
    if "docker" in words[:2]:
        return DOCKER, 0.6
    if fact.source == "http" or words[:1] in (["curl"], ["wget"]):
        return tree.owner(fact.text) or tree.service, 0.6
    if words[:1] in (["psql"], ["pg_isready"]):
        return tree.of("postgres"), 0.7
    return "", 0.0


_MAY_HANG: Final = 0.45
"""The proxy, where a request through it gets no answer."""


def _containers(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    codes = {one.thing: one.value for one in fact.facts if isinstance(one, Measured) and one.name == "exit code"}
    for one in fact.facts:
        component = tree.containers.get(one.thing) or tree.of(one.thing)
        if not component or tree.strange(one.thing):
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
    ago = next((one.value for one in fact.facts if isinstance(one, Measured) and one.name == "last error ago"), 0.0)
    if when.at - ago < tree.detected_at - LEAD_SECONDS:
        return
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
        if one.name in _NOBODY_THERE and tree.passes_wrongly(one.thing):
            yield wrong_upstream(tree, when.seq, one.thing, 0.9 * _often(one.value))
            continue
        thing = "" if one.thing == "nginx" else f"{UPSTREAM}{one.thing}"
        weight = 0.8 * _often(one.value)
        for signal in of_text(tree, when.seq, one.name, writer=front, named=tree.service, weight=weight):
            yield Signal(signal.component, signal.kind, signal.strength, when.seq, signal.says, thing, own=False)


_NOBODY_THERE: Final = {"Connection refused", "No route to host", "upstream timed out"}


def _access(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    yield from of_access(tree, when.seq, fact.facts, 0.8)


def _clock(_tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    if "clock" in fact.finding.lower():
        yield Signal(CLOCK, "misconfigured", 0.5, when.seq, fact.finding)


def _of_text_only(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Nobody has read facts out of it: what it says of the one that it names. What a check says of itself is no sign of anything."""
    component = tree.named_in(fact.text) or tree.of(fact.target)
    if fact.weight not in {"warn", "bad"} or not fact.finding or not component:
        return
    weight = 0.8 if fact.weight == "bad" else 0.5
    for one in of_text(tree, when.seq, f"{fact.finding} {fact.excerpt[-300:]}", writer=component, weight=weight):
        if fact.ok or one.kind in _OF_ANOTHER:
            yield one


_OF_ANOTHER: Final[frozenset[Kind]] = frozenset({"refused", "hung", "unreachable", "saturated", "full"})
"""What a check that fails can say of whom it asks; that it is misconfigured or crashes is its own trouble."""


def _said(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """What a check prints where its first command did not end well is about whom that command asks."""
    said = next(
        (one.value for one in fact.facts if (one.thing, one.name) == ("check", "otherwise") and isinstance(one, State)), ""
    )
    component = _target(tree, fact)[0] or tree.named_in(fact.text)
    if said and component:
        yield Signal(component, "erroring", 0.6, when.seq, f"its check says “{said[:80]}”")


def _nothing(_tree: Tree, _when: Happened, _fact: EvidenceCollected) -> Iterator[Signal]:
    yield from ()


_LOG_SOURCES: Final = {"log", "nginx error log", "access log"}
_READERS: Final[dict[str, Reader]] = {
    "http": of_http,
    "health check": of_http,
    "docker stats": _stats,
    "docker ps": _containers,
    "docker inspect": _containers,
    "compose ps": _containers,
    "docker": _docker,
    "kubectl": of_kube,
    "postgres": of_postgres,
    "certificate": of_certificate,
    "dns": of_dns,
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
    "shell": _said,
    "check": _nothing,
    "sockets": _nothing,
}

"""What the clients of Kubernetes, PostgreSQL, TLS and DNS were told."""

from collections.abc import Iterator
from math import isfinite
from typing import Final

import msgspec

from stormjib.core.incident import Happened
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, State
from stormjib.core.shell.command_line import parse_command
from stormjib.core.text.units import DAY, counted, duration
from stormjib.evidence.readers.kube_rows import WORDS, word_of
from stormjib.evidence.suspects.signal import Kind, Signal
from stormjib.evidence.suspects.texts import quoted
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import CERTIFICATE, DEPLOYMENT, DNS

_SOON_SECONDS: Final = 3 * DAY
_LOCK_SECONDS: Final = 60.0
_OTHERS: Final = 0.5
"""A pod of which nobody knows whether the service needs it."""
_REFUSED: Final[tuple[tuple[str, Kind, float], ...]] = (
    ("as many connections as it takes", "saturated", 0.85),
    ("starting up", "restarted", 0.75),
    ("shutting down", "down", 0.7),
    ("in recovery", "restarted", 0.7),
    ("statement timeout", "hung", 0.6),
    ("waited for a lock", "hung", 0.7),
    ("no space left", "full", 0.85),
    ("without an answer", "erroring", 0.6),
)


def _finite(fact: EvidenceCollected) -> Iterator[Measured | State]:
    return (one for one in fact.facts if isinstance(one, State) or isfinite(one.value))


def of_kube(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Pods by what they are pods of; nodes, volumes and the like by their own names. A refusal is about the check."""
    kinds = {one.thing: one.value for one in fact.facts if isinstance(one, State) and one.name == "kind"}
    for one in _finite(fact):
        node = kinds.get(one.thing) == "node"
        component = f"node {one.thing}" if node else tree.containers.get(one.thing) or tree.of(one.thing)
        if not component or tree.strange(one.thing):
            continue
        known = component == tree.service or node or tree.named_in(component) or component in tree.words
        for kind, strength, says in _of_thing(one):
            factor = 1.0 if known else _OTHERS
            about = DEPLOYMENT + component if kind == "misconfigured" and "image" in says else component
            thing = "" if node or about != component else one.thing
            yield Signal(about, kind, strength * factor, when.seq, says, thing)


def _of_thing(one: Measured | State) -> Iterator[tuple[Kind, float, str]]:
    word = None
    match one:
        case State(name="status"):
            word = word_of(one.value)
        case State(name="event" | "condition"):
            word = WORDS.get(one.value)
        case State(name="killed for lack of memory"):
            word = WORDS["OOMKilled"]
        case State(name="endpoints"):
            yield "down", 0.6, "it has no endpoints"
        case State(name="rollout", value=value) if value != "complete":
            yield "changed", 0.5, "its rollout is not complete"
        case Measured(name="ready") if one.limit and one.value < one.limit:
            yield "down", 0.7 if not one.value else 0.4, f"{one.value:.0f} of {one.limit:.0f} are ready"
        case Measured(name="memory used" | "processors used") if one.value >= _FULL_PERCENT:
            yield (
                "full" if one.name == "memory used" else "saturated",
                0.5,
                f"it uses {one.value:.0f} % of its {one.name.split()[0]}",
            )
        case _:
            return
    if word and word.strength:
        yield msgspec.convert(word.kind, Kind), word.strength, f"{one.thing} {word.says} ({word.word})"


_FULL_PERCENT: Final = 90.0


def of_postgres(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """What does not answer, who waits for a lock, and what turns others away; a wrong password or name is about the check."""
    database = _database(tree, fact)
    for one in _finite(fact):
        match one:
            case State(name="answer", value="none"):
                yield Signal(database, "refused", 0.85, when.seq, fact.finding.rstrip(".")[:120] or "it does not answer")
            case State(name="answer"):
                yield Signal(database, "answers", 0.4, when.seq, "it takes connections")
            case State(name="refusal"):
                found = next(((kind, strength) for mark, kind, strength in _REFUSED if mark in one.value), None)
                if found:
                    yield Signal(database, found[0], found[1], when.seq, one.value)
            case Measured(name="blocked sessions" | "sessions that wait for a lock" | "locks not granted") if one.value:
                says = f"{counted(int(one.value), 'session')} of it wait for a lock: {fact.finding.partition('; ')[2].rstrip('.') or 'something holds it'}"
                yield Signal(database, "hung", 0.85, when.seq, says)
            case Measured(name="longest") if one.value >= _LOCK_SECONDS:
                yield Signal(database, "slow", 0.4, when.seq, f"a query or transaction is open for {duration(one.value)}")
            case Measured(name="lag") if one.value >= _LOCK_SECONDS:
                yield Signal(f"{database} replica", "slow", 0.5, when.seq, f"it is {duration(one.value)} behind")
            case _:
                continue


def _database(tree: Tree, fact: EvidenceCollected) -> str:
    """The operator's own name for the host that is asked, else PostgreSQL's."""
    programs = parse_command(fact.text).programs
    host = next((value for one in programs if (value := one.value("-h", "--host"))), "").lower()
    return tree.words.get(host) or tree.of("postgres")


def of_certificate(_tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """One that has expired or will within days, and one that is refused; that nobody answers is told by the other checks."""
    for one in _finite(fact):
        match one:
            case Measured(name="certificate left") if one.value < _SOON_SECONDS:
                gone = one.value <= 0
                says = f"that of {one.thing} {'has expired' if gone else f'expires in {duration(one.value)}'}"
                yield Signal(CERTIFICATE, "misconfigured", 0.85 if gone else 0.3, when.seq, says)
            case State(name="certificate", value="not valid yet"):
                yield Signal(CERTIFICATE, "misconfigured", 0.8, when.seq, f"that of {one.thing} is not valid yet")
            case State(name="certificate refused") if "expired" in one.value:
                yield Signal(CERTIFICATE, "misconfigured", 0.85, when.seq, f"that of {one.thing} has expired")
            case _:
                continue


def of_dns(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """A name that is not found, and a server that does not answer."""
    for one in fact.facts:
        if isinstance(one, State) and one.name == "dns" and one.value in {"NXDOMAIN", "SERVFAIL", "REFUSED", "no answer"}:
            yield Signal(DNS, "down", 0.75, when.seq, f"it has no answer for {quoted(one.thing)} ({one.value})")
            named = tree.of(one.thing)
            if named and named != tree.service:
                yield Signal(named, "unreachable", 0.4, when.seq, "its name is not found", own=False)

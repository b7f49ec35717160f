"""HTTP: what the answers of the service say, and whose an address is at which nobody answers."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.incident import Happened
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, State
from stormjib.core.text import units
from stormjib.evidence.suspects.addresses import address_of, answers
from stormjib.evidence.suspects.signal import Kind, Signal
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import MAINTENANCE

SLOW_ANSWER_SECONDS: Final = 1.0
_GATEWAY: Final = {502.0: "no process of it takes requests", 504.0: "it does not answer the proxy in time"}
_SERVER_ERROR: Final = 500.0
_CERTIFICATE: Final = ("certificate", "tls handshake")
_SHORT_CHARS: Final = 60


def of_http(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Status, latency, what the body names as failing, and why there is no answer."""
    finding = fact.finding.lower()
    owner = tree.owner(fact.text) or tree.service
    asked = owner if owner in tree.elsewhere.values() else tree.service
    if tree.strange(asked):
        return
    for one in fact.facts:
        if isinstance(one, Measured) and one.name == "status" and one.value >= _SERVER_ERROR:
            yield from _status(asked, when, fact, one.value)
        elif isinstance(one, Measured) and one.name == "latency" and one.value >= SLOW_ANSWER_SECONDS:
            yield Signal(asked, "slow", 0.5, when.seq, f"an answer took {units.duration(one.value)}")
        elif isinstance(one, State) and (one.name, one.value) in {("dependency", "failing"), ("metric up", "0")}:
            component = tree.of(one.thing) or one.thing
            if component != asked:
                yield Signal(component, "erroring", 0.6, when.seq, f"{asked} says that it is down", own=False)
        elif isinstance(one, State) and one.name == "maintenance" and one.value == "on":
            yield Signal(MAINTENANCE, "maintenance", 0.8, when.seq, f"{asked} says that it is on")
    if any(mark in finding for mark in _CERTIFICATE):
        yield Signal("TLS certificate", "misconfigured", 0.8, when.seq, "it is not accepted")
    elif "name of the address is not found" in finding:
        yield Signal("DNS", "down", 0.8, when.seq, "the name of the service is not found")
    elif "nothing answers" in finding:
        yield from _refused(tree, when, fact)
    elif "did not answer in time" in finding:
        yield Signal(owner, "hung", 0.6, when.seq, "it does not answer in time")
    elif "without an answer" in finding or "broke" in finding:
        yield Signal(owner, "erroring", 0.5, when.seq, "it breaks connections off")
    elif answers(fact):
        yield Signal(owner, "answers", 0.3, when.seq, "it answers")


def _refused(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Nobody takes connections at an address: its owner; where nothing tells whose it is, the proxy, unless that is well."""
    owner = tree.owner(fact.text)
    if owner or not tree.front:
        address = address_of(fact.text)
        yield Signal(
            owner or tree.service, "refused", 0.75, when.seq, f"nothing answers at its address{f' {address}' if owner else ''}"
        )
    elif tree.front in tree.running:
        yield Signal(tree.service, "refused", 0.7, when.seq, f"nothing answers at its address, and {tree.front} runs")
    else:
        yield Signal(tree.front, "refused", 0.75, when.seq, "nothing answers at its address")


def _status(asked: str, when: Happened, fact: EvidenceCollected, status: float) -> Iterator[Signal]:
    gateway = _GATEWAY.get(status, "")
    if gateway:
        kind: Kind = "down" if status == min(_GATEWAY) else "hung"
        yield Signal(asked, kind, 0.6, when.seq, f"{gateway} ({status:.0f})")
    else:
        yield Signal(asked, "erroring", 0.45, when.seq, f"`{short(fact.text)}` answers {status:.0f}")


def short(text: str) -> str:
    """A command, cut to what fits a sentence."""
    return text if len(text) <= _SHORT_CHARS else text[: _SHORT_CHARS - 1] + "…"

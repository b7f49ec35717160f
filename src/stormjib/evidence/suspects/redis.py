"""Redis: what its answers say of it, and how long they took."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.incident import Happened
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, State
from stormjib.core.text import units
from stormjib.evidence.suspects.host import BAD_PERCENT
from stormjib.evidence.suspects.signal import Signal
from stormjib.evidence.suspects.texts import of_text
from stormjib.evidence.suspects.tree import Tree

SLOW_LOOK_SECONDS: Final = 0.5
"""A ping answers in a thousandth of that; a program's start takes a tenth."""

_OF_THE_CHECK: Final = (
    "NOAUTH",
    "AUTH failed",
    "WRONGPASS",
    "NOPERM",
    "MOVED",
    "ASK",
    "ERR unknown",
    "this check",
    "the TLS handshake",
)
"""How a check is refused that has another password, certificate or node than the service."""


def of_redis(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Refusals, memory, slowness, connections and the link of a replica to its master; a ping that is answered speaks for it."""
    redis = tree.of("redis")
    for one in fact.facts:
        match one:
            case State(name="answer", value="none"):
                yield Signal(redis, "refused", 0.85, when.seq, "the connection is refused")
            case State(name="answer", value="PONG"):
                if fact.seconds >= SLOW_LOOK_SECONDS:
                    yield Signal(redis, "slow", 0.5, when.seq, f"a ping took {units.duration(fact.seconds)}")
                else:
                    yield Signal(redis, "answers", 0.5, when.seq, "it answers a ping")
            case State(name="refusal", value=value) if value.startswith(_OF_THE_CHECK):
                continue
            case State(name="cluster state") if one.value != "ok":
                yield Signal(redis, "down", 0.75, when.seq, "its cluster is not whole")
            case State(name="refusal"):
                yield from of_text(tree, when.seq, f"redis: {one.value} {fact.excerpt[:200]}", writer=redis, weight=1.0)
            case State(name="master link status") if one.value != "up":
                yield Signal("redis replica", "down", 0.7, when.seq, "its link to its master is down")
            case Measured(name="slowest command") if one.value >= SLOW_LOOK_SECONDS:
                yield Signal(redis, "slow", 0.5, when.seq, f"one command took {units.duration(one.value)}")
            case Measured(name="rejected connections") if one.value:
                yield Signal(redis, "saturated", 0.7, when.seq, f"it turned {one.value:.0f} connections away")
            case Measured(name="evicted keys") if one.value:
                yield Signal(redis, "full", 0.4, when.seq, f"it evicted {one.value:.0f} keys")
            case Measured(name="memory") if one.limit and 100 * one.value / one.limit >= BAD_PERCENT:
                yield Signal(redis, "full", 0.8, when.seq, f"it uses {units.percent(100 * one.value / one.limit)} of its memory")
            case _:
                continue
    if "link to its master" in fact.finding and not any(one.name == "master link status" for one in fact.facts):
        yield Signal("redis replica", "down", 0.7, when.seq, "its link to its master is down")

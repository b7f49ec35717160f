"""The host: what full disks, scarce memory and busy or stopped processes say."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.incident import Happened
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, State
from stormjib.core.text import units
from stormjib.evidence.suspects.signal import Signal
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import CPU, DISK, MEMORY

FULL_PERCENT: Final = 90.0
BAD_PERCENT: Final = 97.0
IDLE_PERCENT_MIN: Final = 10.0
DISK_WAIT_PERCENT: Final = 20.0
MEMORY_LEFT_PERCENT: Final = 5.0
SWAP_PERCENT: Final = 50.0
_ASIDE: Final = ("/tmp/", "/media/", "/run/", "/boot")  # noqa: S108 - read, never written
"""File systems on which services seldom stand: that one is full has to be said by somebody who needs it, too."""


def of_disk(_tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """File systems, by space and by inodes."""
    for one in fact.facts:
        if isinstance(one, Measured) and one.unit == "percent" and one.value >= FULL_PERCENT:
            strength = 0.85 if one.value >= BAD_PERCENT and not one.thing.startswith(_ASIDE) else 0.4
            of = " of its inodes" if "inodes" in one.name else ""
            yield Signal(DISK, "full", strength, when.seq, f"{one.thing} is {units.percent(one.value)} full{of}")


def of_memory(_tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Memory that is left, and swap that is used."""
    for one in fact.facts:
        if not isinstance(one, Measured) or not one.limit:
            continue
        percent = 100 * one.value / one.limit
        if one.name == "available" and percent < MEMORY_LEFT_PERCENT:
            yield Signal(MEMORY, "full", 0.75, when.seq, f"only {units.percent(percent)} of it are left")
        elif one.thing == "swap" and percent >= SWAP_PERCENT:
            yield Signal(MEMORY, "full", 0.5, when.seq, f"swap is {units.percent(percent)} full")


def of_processes(tree: Tree, when: Happened, fact: EvidenceCollected) -> Iterator[Signal]:
    """Processes that are stopped or wait for a disk, a service without one, and what the processors do."""
    for one in fact.facts:
        match one:
            case State(name="state") if one.value[:1] in {"T", "t"}:
                yield Signal(_process(tree, one.thing), "hung", 0.85, when.seq, f"its process {one.thing} is stopped")
            case State(name="state") if one.value[:1] == "D":
                yield Signal(DISK, "slow", 0.4, when.seq, f"the process {one.thing} waits for it")
            case State(thing="processes", name="matching", value="none"):
                yield Signal(tree.service, "down", 0.5, when.seq, "no process of it runs")
            case Measured(thing="processors", name="idle") if one.value < IDLE_PERCENT_MIN:
                yield Signal(CPU, "saturated", 0.45, when.seq, f"the processors are idle for only {units.percent(one.value)}")
            case Measured(thing="processors", name="waiting for a disk") if one.value >= DISK_WAIT_PERCENT:
                yield Signal(
                    DISK, "slow", 0.65, when.seq, f"the processors wait for it for {units.percent(one.value)} of the time"
                )
            case _:
                continue


def _process(tree: Tree, thing: str) -> str:
    """The component of ``redis-server (1234)``; an interpreter is the service's."""
    return tree.of(thing.split(" (", maxsplit=1)[0]) or tree.service

"""Logs: what the patterns of a log say about who wrote it and about what it names."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.incident import Happened
from stormjib.core.log import LogsRead
from stormjib.core.observation import LogPattern
from stormjib.evidence.loglines.level import of_word
from stormjib.evidence.loglines.line import line_of
from stormjib.evidence.suspects.access import of_access
from stormjib.evidence.suspects.signal import Signal
from stormjib.evidence.suspects.texts import of_text
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import DOCKER

_CHRONIC: Final = 0.15
"""What a log said as often before the trouble has little to do with it."""
_UNCOMPARED: Final = 0.8
"""Nobody knows whether it is new."""
_MORE: Final = 0.9
_OF_DOCKER: Final = {"docker", "dockerd", "containerd"}


def of_logs(tree: Tree, when: Happened, read: LogsRead, *, alike: bool) -> Iterator[Signal]:
    """Patterns of errors, new and more frequent ones first of all; and what an access log counts.

    ``alike`` is whether the logs of several replicas were read: the log of one alone does not tell that the others are well.
    """
    writer = DOCKER if read.component.lower() in _OF_DOCKER else tree.of(read.component) or read.component or tree.service
    thing = read.component if alike and read.component in tree.replicas() else ""
    for pattern in read.patterns:
        weight = _weight(pattern)
        if weight <= 0.0:
            continue
        for text in dict.fromkeys(text for text in (pattern.last, pattern.first, pattern.text) if text):
            line = line_of(text)
            named = tree.of(line.blames) or line.blames if line.blames else ""
            found = tuple(of_text(tree, when.seq, line.text, writer=writer, weight=weight, named=named, plain=0.55, thing=thing))
            yield from found
            if found:
                break
    yield from of_access(tree, when.seq, read.facts)


def _weight(pattern: LogPattern) -> float:
    """Only what is an error, or is new and speaks of trouble; by how often it comes and whether it always did."""
    told = pattern.last or pattern.first or pattern.text
    level = "error" if of_word(pattern.level) == "error" else line_of(told).level
    if level == "other" or (level == "warning" and not pattern.new):
        return 0.0
    often = 1.0 - 0.5 ** max(min(pattern.count, 60), 0)
    if pattern.new:
        return often
    if pattern.changed:
        return often * (_MORE if pattern.since >= pattern.before else _CHRONIC)
    return often * (_CHRONIC if pattern.before > 0 else _UNCOMPARED)

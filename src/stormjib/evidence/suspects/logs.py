"""Logs: what the patterns of a log say about who wrote it and about what it names."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from stormjib.core.incident import Happened, Incident
from stormjib.core.log import LogsRead
from stormjib.core.observation import LogPattern
from stormjib.core.risk import Risk
from stormjib.evidence.loglines.level import of_word
from stormjib.evidence.loglines.line import line_of
from stormjib.evidence.suspects.access import of_access
from stormjib.evidence.suspects.outputs import LEAD_SECONDS
from stormjib.evidence.suspects.requests import requests_of
from stormjib.evidence.suspects.signal import UPSTREAM, Signal
from stormjib.evidence.suspects.texts import of_text, wrong_upstream
from stormjib.evidence.suspects.tree import Tree, is_address
from stormjib.evidence.suspects.words import DOCKER, signs_of

_CHRONIC: Final = 0.15
"""What a log said as often before the trouble has little to do with it."""
_UNCOMPARED: Final = 0.8
"""Nobody knows whether it is new."""
_MORE: Final = 0.9
_UPSTREAM: Final = re.compile(r'upstream: "(?:\w+://)?([^/"]{1,100})')
_TEXT_CHARS: Final = 4_000
_OF_DOCKER: Final = {"docker", "dockerd", "containerd"}


RECENT_SECONDS: Final = 120.0
"""Lines that had ended so long before it are weak where whoever they blame is well now."""


def of_logs(tree: Tree, when: Happened, read: LogsRead, *, alike: bool, incident: Incident) -> Iterator[Signal]:
    """Patterns of errors, new and more frequent ones first of all; and what an access log counts.

    What ended long before the detection, or before the newest fix, says nothing of this trouble.
    ``alike`` is whether the logs of several replicas were read: the log of one alone does not tell that the others are well.
    """
    counted = frozenset(filter(is_address, requests_of(read.facts)))
    passes = tree.front if counted else ""  # whoever writes down upstreams is the proxy
    writer = (
        DOCKER if read.component.lower() in _OF_DOCKER else tree.of(read.component) or passes or read.component or tree.service
    )
    thing = read.component if alike and read.component in tree.replicas() else ""
    fixed_at = _fixed_at(incident)
    for pattern in read.patterns:
        weight = _weight(pattern)
        before = incident.detected_at - pattern.last_at if pattern.last_at else 0.0
        if weight <= 0.0 or before > LEAD_SECONDS or 0.0 < pattern.last_at <= fixed_at:
            continue
        for text in dict.fromkeys(text for text in (pattern.last, pattern.first, pattern.text) if text):
            line = line_of(text)
            named = tree.of(line.blames) or line.blames if line.blames else ""
            upstream = _UPSTREAM.search(text[:_TEXT_CHARS]) if writer == tree.front else None
            if upstream and tree.passes_wrongly(upstream[1]):
                yield wrong_upstream(tree, when.seq, upstream[1], 0.9 * weight)
                break
            found = tuple(of_text(tree, when.seq, line.text, writer=writer, weight=weight, named=named, plain=0.55, thing=thing))
            yield from (msgspec.structs.replace(_replicas(tree, one, counted), past=before > RECENT_SECONDS) for one in found)
            if found:
                break
    yield from of_access(tree, when.seq, read.facts)


def _replicas(tree: Tree, one: Signal, counted: frozenset[str]) -> Signal:
    """What is said of an address behind the proxy is said of the replica that listens there.

    Where the log counts what each address answers, the counts tell which is sick, and one line that was taken from it does not.
    """
    if one.component not in tree.upstreams:
        return one
    if one.component in counted:
        return msgspec.structs.replace(one, component=tree.service)
    return msgspec.structs.replace(one, component=tree.service, thing=f"{UPSTREAM}{one.component}")


def newest_error(tree: Tree, incident: Incident, component: str) -> tuple[int, str, float] | None:
    """Entry, text and lines per minute of the most frequent error of a component's log that is new and is its own fault.

    A line that blames a dependency, or is a known sign of one, is no news of the component's code.
    """
    found = [
        (pattern.since, when.seq, line_of(pattern.last or pattern.first or pattern.text))
        for when, read in incident.logs
        if (tree.of(read.component) or read.component) == component
        for pattern in read.patterns
        if pattern.new and _weight(pattern) > 0.0
    ]
    own = [
        (often, -seq, line.text) for often, seq, line in found if not line.blames and not any(True for _ in signs_of(line.text))
    ]
    often, seq, text = max(own, default=(0.0, 0, ""))
    return (-seq, text, often) if text else None


def _fixed_at(incident: Incident) -> float:
    """When the newest run that disrupts something took effect; 0 where none did."""
    fixes = (run for run in incident.runs.values() if run.result and run.result.ok and run.ended)
    return max((run.ended.at for run in fixes if run.ended and run.proposal.risk in {Risk.DISRUPT, Risk.DESTROY}), default=0.0)


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

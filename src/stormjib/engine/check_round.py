"""A round of the runbook's check: every probe once, side by side and bounded as in an incident, and what is known afterwards."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from stormjib.core.checkup import (
    Observed,
    Probe,
    ProbeRecord,
    Report,
    Settled,
    began_to_fail,
    key_of,
    not_run,
    probes,
    remember,
    report,
)
from stormjib.core.incident import Incident
from stormjib.core.log import EvidenceCollected
from stormjib.core.place import on
from stormjib.core.policy import Policy
from stormjib.core.shell import how_to_give, missing
from stormjib.engine.pools import PLACES
from stormjib.evidence.verdict import judge
from stormjib.ports import Clock, DeliveryError, Lane, Performer

SIDE_BY_SIDE = PLACES[Lane.PROBE]


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a round: the report, what has to be remembered, and the lines that worked the last time and fail now."""

    report: Report
    remembered: tuple[ProbeRecord, ...]
    began_to_fail: tuple[ProbeRecord, ...]


def check(
    books: Sequence[Settled], policy: Policy, performer: Performer, history: Mapping[str, ProbeRecord], clock: Clock
) -> Round:
    """Run every proven read of one runbook once, as its services have it; nothing above ``read`` is ever handed to the performer."""
    asked = probes(books, policy)
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="probe") as pool:
        observed = dict(zip(asked, pool.map(lambda probe: _observe(probe, policy, performer, clock), asked), strict=True))
    known = _known(books[0].runbook.sha256, asked, observed, history)
    began = tuple(one for key, one in known.items() if began_to_fail(history.get(key), one))
    found = report(books, asked, observed, {**history, **known}, clock())
    return Round(found, tuple(known.values()), began)


def _observe(probe: Probe, policy: Policy, performer: Performer, clock: Clock) -> Observed:
    at, began = clock(), time.monotonic()
    lacking = missing(probe.look.text, policy.variables)
    if refused := probe.commands[0].misplaced:
        return Observed(at, not_run(f"It was not run. {refused}"))
    if lacking:
        return Observed(at, not_run(f"It was not run. {how_to_give(lacking)}"))
    try:
        outcome = performer.perform(probe.look, effect_id=f"check/{probe.key}", incident=Incident.new(""))
    except DeliveryError as error:
        return Observed(at, not_run(error.reason))
    fact = next(fact for fact in outcome.facts if isinstance(fact, EvidenceCollected))
    output = outcome.blobs[0].decode("utf-8", "replace") if outcome.blobs else fact.excerpt
    verdict = judge(fact, output, probe.look.expect, at=at)
    return Observed(at, verdict, fact.exit_code, round(time.monotonic() - began, 3))


def _known(
    sha256: str, asked: Sequence[Probe], observed: Mapping[Probe, Observed], history: Mapping[str, ProbeRecord]
) -> dict[str, ProbeRecord]:
    """The memory after the round. Two probes of one command that differ in what they expect are one memory: the failing one counts."""
    known: dict[str, ProbeRecord] = {}
    for probe in sorted(asked, key=lambda probe: not observed[probe].verdict.works):
        seen = observed[probe]
        if probe.key in known and not known[probe.key].works:
            continue
        known[probe.key] = remember(
            history.get(probe.key),
            seen.verdict,
            text=probe.look.text,
            target=on(probe.look.target, probe.look.place),
            at=seen.at,
            line=probe.look.line,
            exit_code=seen.exit_code,
            runbook_sha256=sha256,
        )
    return known


def learn(fact: EvidenceCollected, incident: str, at: float, history: Mapping[str, ProbeRecord]) -> ProbeRecord:
    """What an incident's own look teaches about its command."""
    earlier = history.get(key_of(fact.text, fact.on))
    verdict = judge(fact, fact.excerpt, at=at)
    return remember(
        earlier,
        verdict,
        text=fact.text,
        target=fact.on,
        at=at,
        line=fact.line,
        exit_code=fact.exit_code,
        source=incident,
    )

"""Answers: where an alert comes from, it is acknowledged with its incident, and that ends with the incident."""

from collections.abc import Iterator

from stormjib.core.effects.effect import AnswerSource
from stormjib.core.incident import Incident
from stormjib.core.log import Acknowledged, AlertReceived, Entry, SourceAnswered
from stormjib.core.policy import Policy


def answers(incident: Incident, entry: Entry, policy: Policy) -> Iterator[AnswerSource]:
    """Of this entry; ``incident`` is the state with it applied. Only sources that the settings connect are told."""
    fact, has_it, over = entry.fact, incident.acknowledged, incident.resolved or incident.closed
    said = incident.answered_at_source
    url = f"{policy.base_url}/incidents/{incident.id}"
    late = f"{fact.source}/{fact.fingerprint}" if isinstance(fact, SourceAnswered) else ""
    if over and (over.seq == entry.seq or late in said):
        for number, (key, one) in enumerate(said.items()):
            if late not in {"", key}:
                continue
            labels = incident.alerts[key].labels if key in incident.alerts else {}
            yield AnswerSource(
                f"over/{number}", one.source, one.fingerprint, one.name, labels, "resolved", over.by, url, one.reference
            )
    elif has_it and incident.open and (has_it.seq == entry.seq or isinstance(fact, AlertReceived)):
        through = fact.through if isinstance(fact, Acknowledged) else ""
        for number, (key, alert) in enumerate(incident.alerts.items()):
            source = key.removesuffix(f"/{alert.fingerprint}")
            is_new = entry.seq in {has_it.seq, alert.seq}
            if is_new and alert.firing and key not in said and source in policy.sources and source != through:
                yield AnswerSource(
                    f"answer/{number}", source, alert.fingerprint, alert.name, alert.labels, "acknowledged", has_it.by, url
                )

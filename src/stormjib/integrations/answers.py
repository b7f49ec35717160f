"""Acknowledging an alert where it comes from, and taking that back: a silence in Alertmanager, events for PagerDuty and Opsgenie.

Sources: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml,
https://developer.pagerduty.com/docs/send-alert-event and https://docs.opsgenie.com/docs/alert-api
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from stormjib import exchange
from stormjib.caller import Caller
from stormjib.core.effects import AnswerSource, AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.log import SourceAnswered
from stormjib.ports import Clock, DeliveryError, Outcome

SECONDS_MAX: Final = 15.0
SILENCE_SECONDS: Final = 24 * 3600.0
"""After a day Alertmanager speaks again, also where nobody can take its silence back any more."""
BY: Final = "stormjib"


class Answers:
    """``Performer``. Addresses and keys are the settings'; nothing that an alert says is ever called."""

    def __init__(self, known: Mapping[str, tuple[str, str]], clock: Clock) -> None:
        """``known``: the address and the key of each source."""
        self._known = known
        self._clock = clock

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:  # noqa: ARG002 - the port's shape
        """Tell it; raises ``DeliveryError``."""
        assert isinstance(effect, AnswerSource)
        if effect.source not in self._known:
            raise DeliveryError(effect.source, f"[sources.{effect.source}] is no longer in the settings.", permanent=True)
        tell = {"alertmanager": self._silence, "pagerduty": _event, "opsgenie": _action}[effect.source]
        with self._client(effect.source) as caller:
            reference = tell(caller, effect, self._known[effect.source][1])
        return Outcome((SourceAnswered(effect.source, effect.fingerprint, effect.name, effect.status, reference),))

    def firing(self) -> set[frozenset[tuple[str, str]]]:
        """The labels of all that fires in Alertmanager, also of what is silenced there; raises ``DeliveryError``."""
        with self._client("alertmanager") as caller:
            return _listed(caller)

    @contextmanager
    def _client(self, source: str) -> Iterator[Caller]:
        url, key = self._known[source]
        given = {"alertmanager": f"Bearer {key}" if key else "", "opsgenie": f"GenieKey {key}"}.get(source, "")
        with exchange.client(timeout_seconds=SECONDS_MAX, headers={"Authorization": given} if given else None) as client:
            yield Caller(client.request, source, url.rstrip("/"))

    def _silence(self, caller: Caller, effect: AnswerSource, _: str) -> str:
        """One that matches the alert's labels and nothing else. A second try finds the first one's by its comment.

        What is not there is of another one, which tells of its end, or has just ended: a silence would keep that from us.
        """
        if effect.status == "resolved":
            found = caller.ask("GET", f"/api/v2/silence/{quote(effect.reference, safe='')}", gone={})
            if found.get("status", {}).get("state") in {"active", "pending"}:
                caller.ask("DELETE", f"/api/v2/silence/{quote(effect.reference, safe='')}", gone={})
            return effect.reference
        comment = f"acknowledged by {effect.by}: {effect.url}"
        matchers = [{"name": name, "value": text, "isRegex": False, "isEqual": True} for name, text in effect.labels.items()]
        for one in caller.ask("GET", "/api/v2/silences"):
            mine = one.get("comment") == comment and one.get("createdBy") == BY
            if mine and one["status"]["state"] == "active" and _same(one["matchers"], matchers):
                return str(one["id"])
        named = json.dumps(effect.labels.get("alertname", ""), ensure_ascii=False)
        if frozenset(effect.labels.items()) not in _listed(caller, f"?filter={quote(f'alertname={named}', safe='')}"):
            reason = f"{effect.source} lists no alert with the labels of {effect.name}, so nothing was silenced there."
            raise DeliveryError(effect.source, reason, permanent=True)
        now = self._clock()
        times = {"startsAt": _time(now), "endsAt": _time(now + SILENCE_SECONDS)}
        made = caller.ask("POST", "/api/v2/silences", {"matchers": matchers, **times, "createdBy": BY, "comment": comment})
        return str(made["silenceID"])


def _listed(caller: Caller, some: str = "") -> set[frozenset[tuple[str, str]]]:
    return {frozenset(one["labels"].items()) for one in caller.ask("GET", f"/api/v2/alerts{some}")}


def _event(caller: Caller, effect: AnswerSource, key: str) -> str:
    status = {"acknowledged": "acknowledge", "resolved": "resolve"}[effect.status]
    caller.ask("POST", "/v2/enqueue", {"routing_key": key, "event_action": status, "dedup_key": _own(effect)})
    return ""


def _action(caller: Caller, effect: AnswerSource, _: str) -> str:
    verb = {"acknowledged": "acknowledge", "resolved": "close"}[effect.status]
    body = {"user": effect.by, "source": BY, "note": effect.url}
    caller.ask("POST", f"/v2/alerts/{quote(_own(effect), safe='')}/{verb}?identifierType=alias", body)
    return ""


def _own(effect: AnswerSource) -> str:
    """What the sender calls it, behind the name of its token."""
    return effect.fingerprint.partition("/")[2]


def _same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    return sorted((part["name"], part["value"]) for part in one) == sorted((part["name"], part["value"]) for part in other)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")

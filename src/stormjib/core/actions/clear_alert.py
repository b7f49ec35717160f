"""Clear an alert: it fires no more although its sender does not say so."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words, unless_closed
from stormjib.core.actions.parameter import Spelling, Text, spelled, why
from stormjib.core.alert import Alert
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AlertCleared, AnyFact

NAMED_MAX = 10
"""Alerts that a refusal names one by one."""
EVERY = "every "
"""Before the name of alerts that are all over, in the form."""


class ClearAlert(msgspec.Struct, frozen=True):
    """An alert's name or fingerprint, and why it is over. Of several, a name means one of them only by mistake."""

    alert: Annotated[
        str, Meta(min_length=1, max_length=1_000), spelled("its name or its fingerprint", Spelling("alert", "alert", "ALERT"))
    ]
    reason: Annotated[Text, why(must=True)] = ""
    every: Annotated[bool, spelled("every alert of this name, where several fire", Spelling(word="--all", default=False))] = (
        msgspec.field(default=False, name="all")
    )

    @property
    def wanted(self) -> tuple[str, ...]:
        """Of several alerts, one."""
        return (self.alert,)


def _from_form(fields: Mapping[str, str]) -> dict[str, object]:
    alert = fields.get("alert", "")
    return {"alert": alert.removeprefix(EVERY), "all": alert.startswith(EVERY), "reason": fields.get("reason", "")}


def _decide(incident: Incident, parameters: ClearAlert, context: Context) -> Sequence[AnyFact]:
    wanted, alerts, reason = parameters.alert, context.named, parameters.reason.strip()
    if len(alerts) > 1 and not parameters.every:
        raise Refused(
            f"{len(alerts):,} alerts {wanted} fire in {incident.id}: {', '.join(told_apart(alerts)[:NAMED_MAX])}"
            f"{' …' if len(alerts) > NAMED_MAX else ''}. Name one by its fingerprint, or say that all of them are over: --all."
        )
    found = [
        AlertCleared(alert.fingerprint, alert.name, context.at, source=key.partition("/")[0], who=context.who, reason=reason)
        for key, alert in incident.alerts.items()
        if alert.firing and wanted in {alert.name, alert.fingerprint, key}
    ]
    if context.unlisted:
        more = "1 more alert" if context.unlisted == 1 else f"{context.unlisted:,} more alerts"
        found.append(AlertCleared("", f"{alerts[0].name} ({more})", context.at, who=context.who, reason=reason))
    if not found:
        names = ", ".join(incident.firing[:NAMED_MAX]) or "none that has an entry of its own"
        raise Refused(f"No alert {wanted} fires in {incident.id}; firing: {names}. `stormjib alert list` shows all.")
    if not reason:
        raise Refused(f"Say why {wanted} is over although its sender does not say so; the post-mortem will ask.")
    return found


def told_apart(alerts: Sequence[Alert]) -> list[str]:
    """Each alert by its fingerprint, with the labels, or the senders, in which they differ."""
    first = alerts[0].labels
    differ = sorted({name for alert in alerts for name, value in alert.labels.items() if first.get(name) != value})
    senders = {alert.sender for alert in alerts}
    return [f"{alert.fingerprint} ({_own(alert, differ[:3], by_sender=len(senders) > 1)})" for alert in alerts]


def _own(alert: Alert, differ: Sequence[str], *, by_sender: bool) -> str:
    if by_sender and not differ:
        return f"of {alert.sender or 'nobody named'}"
    return ", ".join(f"{name}={alert.labels[name]}" for name in differ if name in alert.labels)


CLEAR_ALERT = Action(
    name="clear-alert",
    summary="Clear an alert by hand: its sender has not resolved it",
    parameters=ClearAlert,
    example=ClearAlert("ReadinessFailing", "the target was removed from monitoring"),
    on="alerts",
    when=unless_closed,
    decide=_decide,
    button="Clear the alert",
    path="incidents/{incident_id}/alerts/clear",
    form="clear-alert",
    from_form=_from_form,
    words=Words(
        "alert clear",
        "{alert} is cleared in {incident}: you say that it is over, its sender does not (entry {seq})",
    ),
)

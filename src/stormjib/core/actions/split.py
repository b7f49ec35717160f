"""Split: some alerts of an incident are another one, which pages by its own severity; the rest stays."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words, unless_closed
from stormjib.core.actions.parameter import Spelling, Text, spelled, why
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, Linked
from stormjib.core.severity import Severity


class Split(msgspec.Struct, frozen=True):
    """Which alerts, why, and what the new incident is called and how bad it is."""

    alert: Annotated[
        str,
        Meta(min_length=1, max_length=10_000),
        spelled("names or fingerprints of alerts that fire, separated by commas", Spelling("alert", "alert", "ALERTS")),
    ]
    reason: Annotated[Text, why(must=True)]
    title: Annotated[
        str,
        Meta(max_length=300),
        spelled("a few words about what is broken; default: what the worst alert says", Spelling("title", "--title", "TITLE")),
    ] = ""
    severity: Annotated[
        Severity | None,
        spelled(
            "how bad it is; default: what the worst alert says",
            Spelling("severity", "--severity", "P0…P4", "severity", default=None),
        ),
    ] = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Each name or fingerprint by itself."""
        return tuple(one.strip() for one in self.alert.split(",") if one.strip())


def _when(incident: Incident) -> str | None:
    return unless_closed(incident) or (
        None
        if any(alert.firing for alert in incident.alerts.values())
        else f"No alert fires in {incident.id}, so there is nothing to split off."
    )


def _decide(incident: Incident, parameters: Split, context: Context) -> Sequence[AnyFact]:
    wanted = parameters.wanted
    firing = {key: alert for key, alert in incident.alerts.items() if alert.firing}
    found = {key: alert for key, alert in firing.items() if {key, alert.name, alert.fingerprint} & set(wanted)}
    unlisted = {f"{alert.source}/{alert.fingerprint}": alert for alert in context.named}
    known = {name for key, alert in (found | unlisted).items() for name in (key, alert.name, alert.fingerprint)}
    missing = [one for one in wanted if one not in known]
    if missing or not wanted:
        names = ", ".join(incident.firing) or "none"
        raise Refused(f"No alert {', '.join(missing)} fires in {incident.id}; firing: {names}.")
    if not parameters.reason.strip():
        raise Refused(f"Say why {parameters.alert} is another incident than {incident.id}; it stays in the timeline.")
    proposed = [alert.proposed for alert in found.values() if alert.proposed]
    severity = parameters.severity or min(proposed, key=lambda one: one.rank, default=incident.severity)
    worst = next((alert for alert in found.values() if alert.proposed is severity), next(iter((found | unlisted).values())))
    title = parameters.title.strip() or worst.summary or worst.name
    keys = tuple(found | unlisted)
    return [Linked("", "split into", context.who, parameters.reason.strip(), severity, title[:300], keys)]


SPLIT = Action(
    name="split",
    summary="Split alerts off into an incident of their own",
    parameters=Split,
    example=Split("DiskFull,b5c1e0f2a9d87364", "the disk has nothing to do with the outage"),
    on="alerts",
    when=_when,
    decide=_decide,
    button="Split off",
    path="incidents/{incident_id}/split",
    words=Words("incident split", "{alert} became an incident of its own, split from {incident} (entry {seq})"),
)

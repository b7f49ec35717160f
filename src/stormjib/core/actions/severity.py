"""Change the severity, with a reason."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.acknowledge import Seen, must_know
from stormjib.core.actions.action import Action, Context, Words, unless_closed
from stormjib.core.actions.parameter import Spelling, Text, spelled, why
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, SeverityChanged
from stormjib.core.severity import Severity, by_both


class ChangeSeverity(msgspec.Struct, frozen=True):
    """The new severity and why."""

    severity: Annotated[
        Severity,
        spelled("how bad it is: P0 is the worst", Spelling("severity", "severity", "P0…P4", "severity")),
    ]
    reason: Annotated[Text, why()] = ""
    seen: Seen = None


def _decide(incident: Incident, parameters: ChangeSeverity, context: Context) -> Sequence[AnyFact]:
    must_know(incident, parameters.seen, context.runbook)
    if parameters.severity is incident.severity:
        return []
    if not parameters.reason.strip():
        wanted = parameters.severity.value
        wanted = by_both(wanted, context.runbook.called(wanted))
        raise Refused(f"Say why {incident.id} becomes {wanted}; the post-mortem will ask.")
    return [SeverityChanged(parameters.severity, parameters.reason.strip())]


CHANGE_SEVERITY = Action(
    name="change-severity",
    summary="Change the severity",
    parameters=ChangeSeverity,
    example=ChangeSeverity(Severity.P0, "all users are affected"),
    when=unless_closed,
    decide=_decide,
    button="Change severity",
    path="incidents/{incident_id}/severity",
    words=Words("incident severity", "{incident} is {severity} now (entry {seq})", "{incident} is {severity} already"),
)

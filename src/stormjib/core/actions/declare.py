"""Declare: open an incident by hand."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, spelled
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, Declared, SeverityChanged
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.text.meant import meant
from stormjib.core.text.visible import shows

TITLE_CHARS_MAX = 500


class Declare(msgspec.Struct, frozen=True):
    """A new incident."""

    title: Annotated[
        str,
        Meta(min_length=1, max_length=TITLE_CHARS_MAX),
        spelled("a few words about what is broken", Spelling("title", "title", "TITLE")),
    ]
    severity: Annotated[
        Severity, spelled("how bad it is: P0 is the worst", Spelling("severity", "--severity", "P0…P4", "severity", must=True))
    ]
    service: Annotated[Name, spelled("the service that is broken", Spelling("service", "--service", "SERVICE"))] = ""
    runbook: Annotated[
        Name,
        spelled(
            "the runbook that it follows, by its name (default: the service's first)",
            Spelling("runbook", "--runbook", "RUNBOOK"),
        ),
    ] = ""
    cause: Annotated[
        Name,
        spelled(
            "a key of your own; while its incident is open, the same key again is the same incident",
            Spelling(word="--cause", metavar="KEY"),
        ),
    ] = ""
    separate: Annotated[
        bool | None,
        spelled(
            "declare it although the service has an open incident that is as bad, instead of being asked to join that one",
            Spelling("separate", "--separate", default=False),
        ),
    ] = None


def _from_form(fields: Mapping[str, str]) -> dict[str, object]:
    names = ("title", "severity", "service", "runbook")
    return {**{name: fields.get(name, "") for name in names}, "separate": fields.get("separate") == "yes"}


def _decide(incident: Incident, parameters: Declare, context: Context) -> Sequence[AnyFact]:
    """A person who declares beside what is known is asked first; a program with its own key, and what is worse, is not held up.

    Under a key whose incident is open, only what is worse than that incident is news.
    """
    if incident.declared is not None:
        if incident.severity.rank <= parameters.severity.rank:
            return []
        return [SeverityChanged(parameters.severity, f"declared again by {context.who}: {parameters.title.strip()}")]
    if not shows(parameters.title):
        raise Refused("An incident needs a title: a few words about what is broken.")
    if parameters.service.strip() and not shows(parameters.service):
        raise Refused("Nobody sees anything of the name of this service; write it anew, or leave it out.")
    other, severity = context.beside or ("", Severity.P4)
    if other and severity.rank <= parameters.severity.rank and not parameters.cause.strip():
        raise Refused(
            f"{other} is open for {parameters.service} already. If this is the same problem, write a note there: "
            f"stormjib incident note {other} TEXT. If it is another one, declare it separately (--separate)."
        )
    return [
        Declared(
            title=parameters.title.strip(),
            severity=parameters.severity,
            service=parameters.service,
            runbook_sha256=context.runbook.sha256,
            detected_at=context.at,
            reason=f"declared by {context.who}",
            runbook=f"{parameters.runbook}, chosen by {context.who}" if parameters.runbook else "",
            warning=unknown_service(parameters.service, context.policy),
        )
    ]


def unknown_service(service: str, policy: Policy) -> str:
    """At night nobody is refused for a mistyped name, but hears at once that nothing of the service's own is used."""
    if not service.strip() or policy.every_incident or not policy.services or policy.service_named(service):
        return ""
    known = [name for one in policy.services for name in (one.name, *one.aliases)]
    return f"There is no service {service!r}{meant(service, known)}. Nothing of a service is checked: cancel this incident and declare it for the right one"


DECLARE = Action(
    name="declare",
    summary="Declare an incident",
    machines=True,
    parameters=Declare,
    example=Declare("API answers 5xx", Severity.P1, "shop"),
    on="new",
    from_form=_from_form,
    decide=_decide,
    button="Declare",
    path="incidents",
    words=Words(
        "declare",
        "{incident} is declared as {severity}",
        "{incident} is declared already (the cause is the same) as {severity}",
        "stormjib ack {incident}",
        incident="none",
    ),
)

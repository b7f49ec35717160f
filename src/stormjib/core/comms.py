"""Audiences, cadence, templates: who is told what, in the runbook's own words, and how often."""

import re
from collections.abc import Mapping
from typing import Final

from stormjib.core import ends
from stormjib.core.incident import Incident, Refused
from stormjib.core.kinds import Demand
from stormjib.core.log import messages
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook, Task, Template
from stormjib.core.severity import Severity, duty

AUDIENCES = CUSTOMERS, STAKEHOLDERS, LEADERSHIP = messages.AUDIENCES
RESOLVED = "Resolved"
"""The stage of the last update."""
STAGES: Final = ("Investigating", "Identified", "Monitoring", RESOLVED)
"""Of what customers read, in their order."""
_FIELD = re.compile(r"\[[^\][\n]{1,80}\]")


def status_template(runbook: Runbook, stage: str) -> Template:
    """The runbook's text for a stage such as ``Investigating``; refused with the stages that there are."""
    texts = [template for template in runbook.templates if template.kind == "status"]
    for template in texts:
        if template.stage.lower() == stage.strip().lower():
            return template
    known = ", ".join(template.stage for template in texts) or "none"
    message = f"The runbook has no status text for {stage!r}; it has: {known}. Give the text yourself (--text)."
    raise Refused(message)


def fill(template: Template, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with its ``[fields]`` filled, and the fields that are left; refused where a value is for none of them.

    A value is for the field of its name, else for the only one in which its name is a word: ``issue`` for ``[what the issue is]``.
    """
    names = {field: _name(field) for field in template.fields}
    put: dict[str, str] = {}
    for given, value in values.items():
        name = _name(given)
        within = [field for field in names if name and f" {name} " in f" {names[field]} "]
        own = [field for field in within if names[field] == name] or within
        if not own or len({names[field] for field in own}) > 1 or any(field in put for field in own):
            known = ", ".join(field.strip("[]").strip() for field in names) or "none, so give no value"
            raise Refused(f"{given!r} is no field of the text for {template.stage or template.title}; its fields: {known}.")
        put |= dict.fromkeys(own, value.strip())
    text = _FIELD.sub(lambda field: put.get(field[0]) or field[0], template.text)
    return text, tuple(dict.fromkeys(_FIELD.findall(text)))


def _name(field: str) -> str:
    return " ".join(field.strip("[]").casefold().split())


def cadence_task(incident: Incident, runbook: Runbook) -> Task | None:
    """The task that asks for regular updates: what the runbook's level gives, else its task for this severity; None without one."""
    level = runbook.severity(incident.severity.value)
    if level and level.update_minutes:
        text = f"Post an update every {level.update_minutes:g} minutes"
        often = (level.update_minutes, level.update_minutes)
        return Task("update", level.line, text, text, cadence_minutes=often)
    held = (task for task in runbook.tasks if task.holds(incident.severity.value) and task.demand is not Demand.FORBIDS)
    return next((task for task in held if task.cadence_minutes), None)


def next_update_at(incident: Incident, runbook: Runbook) -> float | None:
    """When the next update is due at the latest, None when none is (seconds since the epoch).

    Another severity, and a reopening, begin anew. A post counts for whom the line names, else for customers and stakeholders.
    """
    task = cadence_task(incident, runbook)
    if task is None or task.cadence_minutes is None or not incident.open or incident.declared is None:
        return None
    since = incident.duties_since or incident.declared
    readers = {task.duty} if task.duty in AUDIENCES else {CUSTOMERS, STAKEHOLDERS}
    told = [
        incident.messages[when.seq, post.audience].sent_at
        for when, post in incident.told
        if post.audience in readers and not incident.not_delivered(when, post)
    ]
    last = max([incident.declared.at, since.at, *told])
    return last + task.cadence_minutes[1] * 60


def last_update(incident: Incident, runbook: Runbook) -> str:
    """What customers are still to be told at the end, in the runbook's words; "" where nothing is owed to them."""
    if incident.end or CUSTOMERS not in ends.informed(incident):
        return ""
    texts = [text.text for text in runbook.templates if text.kind == "status" and text.stage == RESOLVED and not text.fields]
    return texts[0] if texts else "This incident has been resolved."


def audience(said: str, runbook: Runbook, policy: Policy) -> str:
    """One of the audiences, also where it is called by the channel in which it reads; refused with those that there are."""
    name = LEADERSHIP if said == leadership_audience(runbook) else said
    known = audiences(policy)
    if name not in known:
        raise Refused(f"{said!r} is no audience; the audiences are: {', '.join(known)}.")
    return name


def audiences(policy: Policy) -> tuple[str, ...]:
    """Those that there always are, and those of the catalogue."""
    return tuple(dict.fromkeys((*AUDIENCES, *(one.name for one in policy.audiences))))


def channel_of(place: str, runbook: Runbook) -> str:
    """The directory's channel for it, such as #incidents; "" where there is none."""
    own = (one for one in runbook.contacts if one.place == place and one.filled)
    found = (one.name if one.name.startswith("#") else one.value.split(",")[0].strip() for one in own)
    return next((name for name in found if name.startswith("#")), "")


def lacks(duty: str, runbook: Runbook, policy: Policy) -> str:
    """Which system that would do and prove a kind of item is not connected, so that a person does it; "" where nothing is lacking."""
    kind, _, product = duty.partition("/")
    match kind:
        case "channel" if not (policy.chat and product in {"", policy.chat}):
            return f"{product.title()} is not connected" if policy.chat else "no chat is connected"
        case "status" if not policy.status_page:
            return "no status page is configured"
        case "page" if not (policy.sends or any(person.contact for person in policy.people)):
            return "no way to page somebody is configured"
        case "customers" | "stakeholders" | "leadership":
            return reaches_nobody(kind, runbook, policy)
        case _:
            return ""


def reaches_nobody(audience: str, runbook: Runbook, policy: Policy) -> str:
    """Why no message to an audience leaves stormjib; "" where one does."""
    found = policy.audience(audience)
    own = found is not None and bool(found.people or found.notify or found.contact)
    if policy.sends or own or (policy.chat and read_by(audience, runbook, policy.chat).startswith("#")):
        return ""
    chat = f", the runbook names no channel of {policy.chat} for it" if policy.chat else ""
    return f"no audience {audience!r} with people or contact methods is in the catalogue{chat}, and webhook_url is not set"


def read_by(audience: str, runbook: Runbook, chat: str) -> str:
    """Where an audience reads: leadership in the runbook's own channel for it, stakeholders in its channel of incidents, in a chat."""
    if audience == LEADERSHIP:
        return leadership_audience(runbook)
    return (channel_of("incidents", runbook) if chat and audience == STAKEHOLDERS else "") or audience


def leadership_audience(runbook: Runbook) -> str:
    """Where leadership reads: the runbook's own channel for it when it is filled in."""
    for contact in runbook.contacts:
        if contact.filled and contact.name.lower() == LEADERSHIP:
            return contact.value
    return channel_of(LEADERSHIP, runbook) or LEADERSHIP


def tells_leadership(severity: Severity, runbook: Runbook) -> bool:
    """At the levels that the runbook says, where it says so; else where the severity obliges to it."""
    return severity.value in runbook.leadership if runbook.leadership else duty(severity).tells_leadership

"""A runbook on one screen: what it has happen by itself, what people do and decide, what its end demands, and who is told."""

from collections.abc import Iterator

import msgspec

from stormjib.core.catalogue.escalation import Level
from stormjib.core.catalogue.service import alike
from stormjib.core.closure import closure_criteria, resolution_criteria
from stormjib.core.duties import acknowledge_minutes
from stormjib.core.escalation import people_of
from stormjib.core.incident import Incident
from stormjib.core.oncall.schedule import on_call
from stormjib.core.plan import APPROVED, PERSON, STORMJIB, TWICE_APPROVED, UNSET, PlanLine, plan
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.risk import Risk
from stormjib.core.runbook import Contact, Runbook
from stormjib.core.severity import Severity

_PAGING = (Severity.P0, Severity.P1)
_PEOPLE = (PERSON, APPROVED, TWICE_APPROVED)


def named_people(runbook: Runbook, policy: Policy, at: float) -> tuple[PlanLine, ...]:
    """Who the contacts of the runbook are: a schedule and who is on call for it then, a person of the catalogue, or what stands there."""
    contacts = [one for one in runbook.contacts if one.kind == "person"]
    return tuple(
        PlanLine("when needed", None, f"{one.name}: {_reached(one, policy, at)}", PERSON, one.line, "reference")
        for one in contacts
    )


def _reached(contact: Contact, policy: Policy, at: float) -> str:
    if not contact.filled:
        return "not filled in, so nobody is reached"
    named = alike(contact.value.strip("`@ "))
    if schedule := next((one for one in policy.schedules if alike(one.name) == named), None):
        return f"schedule {schedule.name}, now {', '.join(on_call(schedule, policy.overrides, at)) or 'nobody'}"
    person = next((one.name for one in policy.people if named in {alike(one.name), alike(one.full_name)}), "")
    return f"{person}, of the catalogue" if person else f"{contact.value}, which is no schedule and no person of the catalogue"


def escalation_levels(runbook: Runbook, policy: Policy, at: float) -> tuple[PlanLine, ...]:
    """Whom each level of each escalation policy pages, who that is then, in which hours, and how long they have."""
    found = []
    for one in policy.escalation:
        for number, level in enumerate(one.levels):
            times = ", ".join(f"{severity.value} {_minutes(level, severity, runbook, policy):g} min" for severity in _PAGING)
            hours = "; ".join(f"{' '.join(span.days) or 'every day'} {span.begins}-{span.ends}" for span in level.hours)
            only = f", only {hours} ({one.time_zone})" if hours else ""
            found.append((f"{one.name}, level {number}", level.page, f"{only}; {times} to acknowledge"))
        found.append((f"{one.name}, then again and again", one.final, ""))
    now = (
        (what, names, dict.fromkeys(who for name in names for who in people_of(name, policy, at)), more)
        for what, names, more in found
    )
    return tuple(
        PlanLine("when needed", None, f"{what}: {', '.join(names)} (now {', '.join(who) or 'nobody'}){more}", STORMJIB, 0, "own")
        for what, names, who, more in now
    )


def _minutes(level: Level, severity: Severity, runbook: Runbook, policy: Policy) -> float:
    own = level.minutes(severity.value)
    usual = acknowledge_minutes(severity, runbook, policy) if own is None else own
    return policy.escalate_minutes if usual is None else usual


def overview(runbook: Runbook, policy: Policy = UNSET) -> tuple[tuple[str, tuple[PlanLine, ...]], ...]:
    """What runs by itself, what a person decides, what the end demands, who is told, what is forbidden, what was not understood."""
    lines = dict[tuple[int, str], PlanLine]()
    levels = dict[tuple[int, str], list[Severity]]()
    for level in Severity:
        for line in plan(runbook, level.value, policy):
            if line.kind != "phase":
                lines.setdefault((line.line, line.what), line)
                levels.setdefault((line.line, line.what), []).append(level)
    for key, line in lines.items():
        if line.kind == "own":
            lines[key] = msgspec.structs.replace(line, what=f"{line.what}{_only(levels[key], runbook)}")
    found = sorted(lines.values(), key=lambda line: line.line)
    unknown = [
        PlanLine("when needed", None, f"{shown(command.text.strip())}: {command.reason}", PERSON, command.line, "unknown")
        for command in runbook.commands
        if command.risk is Risk.UNKNOWN
    ]
    left = [
        PlanLine("when needed", None, "this line was not understood", PERSON, line, "unknown")
        for line in runbook.coverage.unexplained
    ]
    return (
        ("By itself, when an incident is declared", tuple(line for line in found if line.who == STORMJIB)),
        (
            "A person decides or does",
            tuple(sorted((line for line in found if line.who in _PEOPLE), key=lambda line: line.kind != "offer")),
        ),
        ("Before an incident may end", _demanded(runbook, policy)),
        ("Whom it names, and what is told", tuple(_told(runbook))),
        ("The runbook forbids", tuple(line for line in found if line.kind == "forbids")),
        ("Not understood", (*unknown, *left)),
    )


def _demanded(runbook: Runbook, policy: Policy) -> tuple[PlanLine, ...]:
    """What the runbook wants done or proven before the end, at the levels that want it: asked of the code that asks for it then."""
    found = dict[PlanLine, list[Severity]]()
    for level in Severity:
        incident = msgspec.structs.replace(Incident.new(""), severity=level)
        resolving = {(one.line, one.name) for one in resolution_criteria(incident, runbook, policy=policy)}
        for one in closure_criteria(incident, runbook, policy=policy):
            at = "to resolve" if (one.line, one.name) in resolving else "to close"
            line = PlanLine(at, None, f"{at}: {one.name}", PERSON, one.line, "demand")
            found.setdefault(line, []).extend([level] if one.line else [])
    named = (msgspec.structs.replace(one, what=f"{one.what}{_only(levels, runbook)}") for one, levels in found.items() if levels)
    return tuple(sorted(named, key=lambda one: (one.at == "to close", one.line)))


def _only(levels: list[Severity], runbook: Runbook) -> str:
    """The levels that something is for, where it is not for all that the runbook has: " (SEV1, SEV2)"."""
    own = [level for level in Severity if not runbook.severities or runbook.severity(level.value)]
    some = [level for level in own if level in levels]
    return (
        "" if len(some) == len(own) else f" ({', '.join(runbook.called(level.value) for level in some) or 'none of its levels'})"
    )


def _told(runbook: Runbook) -> Iterator[PlanLine]:
    """Its contacts, how often each level is told of, and the texts that it has for that."""
    for one in runbook.contacts:
        reached = one.value if one.filled else "not filled in, so nobody is reached"
        yield PlanLine("when needed", None, f"{one.name}: {reached}", PERSON, one.line, "reference")
    for level in runbook.severities:
        if level.update_minutes:
            what = f"{level.name}: an update every {level.update_minutes:g} minutes"
            yield PlanLine("ongoing", None, what, PERSON, level.line, "update")
    for text in runbook.templates:
        yield PlanLine("when needed", None, f"text: {text.stage or text.title}", PERSON, text.line, "reference")

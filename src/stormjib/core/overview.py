"""A runbook on one screen: what it has happen by itself, what people do and decide, what its end demands, and who is told."""

import itertools
from collections.abc import Iterator

import msgspec

from stormjib.core.catalogue.escalation import Level
from stormjib.core.catalogue.people import Person
from stormjib.core.catalogue.service import alike
from stormjib.core.closure import closure_criteria, resolution_criteria
from stormjib.core.duties import acknowledge_minutes
from stormjib.core.escalation import people_of
from stormjib.core.incident import Incident
from stormjib.core.oncall.schedule import Schedule, on_call
from stormjib.core.opinion import wakes
from stormjib.core.plan import APPROVED, PERSON, STORMJIB, TWICE_APPROVED, UNSET, PlanLine, plan
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.risk import Risk
from stormjib.core.runbook import Contact, Runbook
from stormjib.core.severity import Severity, duty

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
    found = [one.name if isinstance(one, Person) else _on_now(one, policy, at) for one in _meant(contact, policy)]
    whom = "; ".join(found)
    return f"{whom}, of the catalogue" if found else f"{contact.value}, which is no schedule and no person of the catalogue"


def _on_now(schedule: Schedule, policy: Policy, at: float) -> str:
    return f"schedule {schedule.name}, now {', '.join(on_call(schedule, policy.overrides, at)) or 'nobody'}"


def _meant(contact: Contact, policy: Policy) -> list[Schedule | Person]:
    """Whose names stand in it as words of their own, as in "ana (primary on-call), immediately", in their order there."""
    said = f" {_words(contact.value)} "
    known: list[Schedule | Person] = [*policy.people, *policy.schedules]
    names = [{one.name, getattr(one, "full_name", "") or one.name} for one in known]
    places = ((max(said.find(f" {_words(name)} ") for name in each), number) for number, each in enumerate(names))
    return [known[number] for place, number in sorted(places) if place >= 0]


def _words(text: str) -> str:
    return " ".join("".join(one if one.isalnum() else " " for one in alike(text)).split())


def differences(runbook: Runbook, policy: Policy, at: float) -> tuple[PlanLine, ...]:
    """Where the runbook says another time or another person than the escalation policies do; what counts is named."""
    found = list[tuple[int, str]]()
    for one in policy.escalation:
        counts = f"escalation/{one.name} counts"
        whom = [{*each.page, *(who for name in each.page for who in people_of(name, policy, at))} for each in one.levels]
        for severity in _PAGING:
            called, level = runbook.called(severity.value), runbook.severity(severity.value)
            own = one.levels[0].minutes(severity.value)
            if level and level.acknowledge_minutes and own and own != level.acknowledge_minutes:
                said = f"{called}: acknowledged within {level.acknowledge_minutes:g} min, but level 1 is paged after {own:g} min"
                found.append((level.line, f"{said}: {counts}"))
            begins = list(
                itertools.accumulate((_minutes(each, severity, runbook, policy) for each in one.levels[:-1]), initial=0.0)
            )
            for contact in runbook.contacts:
                if contact.after_minutes is None or not (names := {each.name for each in _meant(contact, policy)}):
                    continue
                paged = next((begin for begin, each in zip(begins, whom, strict=True) if names & each), None)
                if paged != contact.after_minutes:
                    then = "at no level" if paged is None else _after(paged)
                    said = f"{called}, {contact.name}: {' or '.join(sorted(names))} {_after(contact.after_minutes)}, but paged {then}"
                    found.append((contact.line, f"{said}: {counts}"))
    return tuple(PlanLine("when needed", None, what, STORMJIB, line, "own") for line, what in found)


def _after(minutes: float) -> str:
    return f"after {minutes:g} min" if minutes else "at once"


def promised(runbook: Runbook, severity: str, policy: Policy) -> tuple[PlanLine, ...]:
    """Of one severity: until when it is acknowledged, how often people are told, and when which level is paged."""
    level = next((one for one in Severity if one.value == runbook.level(severity)), Severity.P4)
    own, found = runbook.severity(level.value), list[PlanLine]()
    if (until := acknowledge_minutes(level, runbook, policy)) is not None:
        said = runbook.acknowledgements(level.value)
        line = min(said)[1] if said else 0
        found.append(PlanLine(f"T+{until:g}", until, "Acknowledged by then", PERSON, line, "own"))
    if own and own.update_minutes:
        found.append(PlanLine("ongoing", None, f"An update every {own.update_minutes:g} minutes", PERSON, own.line, "update"))
    for one in policy.escalation if duty(level).pages else ():
        at = 0.0
        for number, each in enumerate(one.levels):
            only = f" ({_hours(each)} {one.time_zone}; else passed over at once)" if each.hours else ""
            what = f"Page {', '.join(each.page)}{only} (escalation/{one.name}, level {number}), unless somebody has acknowledged"
            found.append(PlanLine(f"T+{at:g}", at, what, STORMJIB, 0, "own"))
            at += _minutes(each, level, runbook, policy)
    for service in () if duty(level).pages else policy.services:
        if service.second_opinion and wakes(service, level):
            waits = f"once users are not well, or if it still fires after {service.second_opinion.wait_seconds:g} s"
            found.append(
                PlanLine("when needed", None, f"Page after a second opinion ({service.name}): {waits}", STORMJIB, 0, "own")
            )
    return tuple(found)


def _hours(level: Level) -> str:
    return "; ".join(f"{' '.join(span.days) or 'every day'} {span.begins}-{span.ends}" for span in level.hours)


def escalation_levels(runbook: Runbook, policy: Policy, at: float) -> tuple[PlanLine, ...]:
    """Whom each level of each escalation policy pages, who that is then, in which hours, and how long they have."""
    found = []
    for plan_of in policy.escalation:
        for number, level in enumerate(plan_of.levels):
            times = ", ".join(f"{runbook.called(one.value)} {_minutes(level, one, runbook, policy):g} min" for one in _PAGING)
            only = f", only {_hours(level)} ({plan_of.time_zone})" if level.hours else ""
            found.append((f"{plan_of.name}, level {number}", level.page, f"{only}; {times} to acknowledge"))
        found.append((f"{plan_of.name}, then again and again", plan_of.final, ""))
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

"""PagerDuty's REST API v2: GET /users, /teams, /schedules/ID, /escalation_policies, /services (developer.pagerduty.com/api-reference)."""

from datetime import timedelta
from typing import Annotated, Final

import msgspec

from stormjib.core.oncall.schedule import Restriction
from stormjib.core.oncall.wall import HOUR_MINUTES
from stormjib.imports.layers import Rotation, daily, hours
from stormjib.imports.shape import Brought, Step, once, turn
from stormjib.imports.source import Clock, Export, Id, Known, Moment, Named, Seconds

KINDS: Final = ("users", "teams", "schedules", "escalation_policies", "services")
_TARGETS: Final = {"user": "people", "schedule": "schedules"}


class _Reference(msgspec.Struct, frozen=True):
    id: Id
    type: str = ""
    summary: str = ""


class _Contact(msgspec.Struct, frozen=True):
    type: str
    address: str = ""
    country_code: int = 1


class _User(Known, frozen=True, kw_only=True):
    name: str
    email: str = ""
    time_zone: str = ""
    teams: tuple[_Reference, ...] = ()
    contact_methods: tuple[_Contact, ...] = ()


class _Hours(msgspec.Struct, frozen=True):
    type: str
    start_time_of_day: Clock
    duration_seconds: Seconds
    start_day_of_week: Annotated[int, msgspec.Meta(ge=1, le=7)] = 1


class _LayerUser(msgspec.Struct, frozen=True):
    user: _Reference


class _Layer(msgspec.Struct, frozen=True):
    rotation_virtual_start: Moment
    rotation_turn_length_seconds: Seconds
    users: tuple[_LayerUser, ...]
    start: Moment
    end: Moment | None = None
    name: str = ""
    restrictions: tuple[_Hours, ...] = ()


class _Entry(msgspec.Struct, frozen=True):
    start: Moment
    end: Moment
    user: _Reference


class _Rendered(msgspec.Struct, frozen=True):
    rendered_schedule_entries: tuple[_Entry, ...] = ()


class _Schedule(Named, frozen=True, kw_only=True):
    time_zone: str = "UTC"
    schedule_layers: tuple[_Layer, ...] = ()
    overrides_subschedule: _Rendered = _Rendered()
    final_schedule: _Rendered = _Rendered()


class _Strategy(msgspec.Struct, frozen=True):
    type: str = ""


class _Rule(msgspec.Struct, frozen=True):
    targets: tuple[_Reference, ...]
    escalation_delay_in_minutes: float = 0
    escalation_rule_assignment_strategy: _Strategy = _Strategy()


class _Policy(Named, frozen=True, kw_only=True):
    escalation_rules: tuple[_Rule, ...] = ()
    num_loops: int = 0


class _Service(Named, frozen=True, kw_only=True):
    escalation_policy: _Reference | None = None
    teams: tuple[_Reference, ...] = ()
    html_url: str = ""
    status: str = ""


def bring(export: Export, found: Brought) -> None:
    """Everything that has a place."""
    members: dict[Id, list[Id]] = {}
    for user in found.each(export, "users", _User, "person"):
        phones = [f"+{way.country_code} {way.address}" for way in user.contact_methods if way.type.startswith(("phone", "sms"))]
        name = found.person(
            user.id, "", full_name=user.name, email=user.email, phone=next(iter(phones), ""), time_zone=user.time_zone
        )
        for extra in dict.fromkeys(phones[1:]):
            if extra != phones[0]:
                found.leave(f"person {name}", "contact_methods", f"a person has one phone, and {extra} is another one", "choose")
        for team in user.teams:
            members.setdefault(team.id, []).append(user.id)
    for team_ in found.each(export, "teams", Named, "team"):
        found.team(team_.id, team_.name, members.get(team_.id, ()), team_.description)
    for schedule in found.each(export, "schedules", _Schedule, "schedule"):
        _schedule(schedule, found)
    for policy in found.each(export, "escalation_policies", _Policy, "escalation policy"):
        steps = [
            Step([(_kind(at.type), at.id) for at in rule.targets], rule.escalation_delay_in_minutes)
            for rule in policy.escalation_rules
        ]
        if any(rule.escalation_rule_assignment_strategy.type == "round_robin" for rule in policy.escalation_rules):
            do = "put people in a schedule, where they shall take turns"
            found.leave(f"escalation policy {policy.name}", "round_robin", "all of a level are paged together", do)
        found.policy(policy.id, policy.name, steps, summary=policy.description, repeat=policy.num_loops)
    for service in found.each(export, "services", _Service, "service"):
        what, teams = f"service {service.name}", service.teams
        owner, pages = teams[0].id if teams else "", service.escalation_policy.id if service.escalation_policy else ""
        found.service(service.id, service.name, summary=service.description, team=owner, policy=pages, url=service.html_url)
        for other in teams[1:]:
            found.leave(
                what, f"team {other.summary or other.id}", "a service has one owner", "make it one team, where both own it"
            )
        if service.status == "disabled":
            found.leave(
                what, "status", "it is switched off there, and nothing here is", "take its file out, where nobody needs it"
            )


def _kind(of: str) -> str:
    word = of.removesuffix("_reference")
    return _TARGETS.get(word, word)


def _schedule(one: _Schedule, found: Brought) -> None:
    what = f"schedule {one.name}"
    rotations = []
    # The API gives the last layer, which counts most, first.
    for level, layer in enumerate(reversed(one.schedule_layers)):
        rotations.append(
            Rotation(
                people=found.turns(((each.user.id, each.user.summary) for each in layer.users), what),
                length=timedelta(seconds=layer.rotation_turn_length_seconds),
                start=layer.rotation_virtual_start,
                begins=layer.start,
                end=layer.end,
                restrictions=tuple(part for each in layer.restrictions for part in _hours(each)),
                level=level,
                name=layer.name,
            )
        )
    for number, entry in enumerate(one.overrides_subschedule.rendered_schedule_entries, len(rotations)):
        who = found.turns([(entry.user.id, entry.user.summary)], what)[0]
        rotations.append(once(entry.start, entry.end, who, number, "override"))
    stated = [
        turn(entry.start, entry.end, found.turns([(entry.user.id, entry.user.summary)], what)[0])
        for entry in one.final_schedule.rendered_schedule_entries
    ]
    found.schedule(one.id, one.name, rotations, time_zone=one.time_zone, summary=one.description, stated=stated)


def _hours(one: _Hours) -> tuple[Restriction, ...]:
    hour, minute = map(int, one.start_time_of_day.split(":")[:2])
    begins, minutes = hour * HOUR_MINUTES + minute, one.duration_seconds // 60
    return hours(one.start_day_of_week - 1, begins, minutes) if one.type.startswith("weekly") else daily(begins, minutes)

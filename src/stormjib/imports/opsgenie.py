"""Opsgenie's API: GET /v2/users, /v2/teams/ID, /v2/schedules?expand=rotation with /overrides and /timeline, /v2/escalations, /services.

docs.opsgenie.com/docs/api-overview. Rotations of one schedule do not cover each other: everybody whose turn it is, is on call.
"""

from typing import Annotated, Final, Literal

import msgspec

from stormjib.core.oncall.schedule import NOBODY, Restriction
from stormjib.core.oncall.wall import DAY_MINUTES, HOUR_MINUTES
from stormjib.imports.layers import LENGTHS, WEEK_MINUTES, Rotation, daily, hours
from stormjib.imports.shape import Brought, Step, once, turn
from stormjib.imports.source import Count, Export, Id, Known, Moment, Named, read

KINDS: Final = ("users", "teams", "schedules", "overrides", "timelines", "escalations", "services")
_MINUTES: Final = {"minutes": 1, "hours": HOUR_MINUTES, "days": DAY_MINUTES}
_TARGETS: Final = {"user": "people", "team": "teams", "schedule": "schedules"}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_Hour = Annotated[int, msgspec.Meta(ge=0, le=24)]
_Minute = Annotated[int, msgspec.Meta(ge=0, le=59)]
_OVERRIDE: Final = 1


class _Reference(msgspec.Struct, frozen=True):
    """A user has a ``username``, which is their mail; whatever else is meant has a ``name``."""

    id: Id = ""
    type: str = ""
    name: str = ""
    username: str = ""


class _Contact(msgspec.Struct, frozen=True, rename="camel"):
    to: str = ""
    contact_method: str = ""


class _User(Known, frozen=True, kw_only=True, rename="camel"):
    username: str
    full_name: str = ""
    time_zone: str = ""
    user_contacts: tuple[_Contact, ...] = ()


class _Member(msgspec.Struct, frozen=True):
    user: _Reference


class _Team(Named, frozen=True, kw_only=True, rename="camel"):
    members: tuple[_Member, ...] = ()


class _Hours(msgspec.Struct, frozen=True, rename="camel"):
    start_hour: _Hour
    end_hour: _Hour
    start_min: _Minute = 0
    end_min: _Minute = 0
    start_day: _Day | None = None
    end_day: _Day | None = None


class _Limit(msgspec.Struct, frozen=True):
    type: str = ""
    restriction: _Hours | None = None
    restrictions: tuple[_Hours, ...] = ()


class _Rotation(msgspec.Struct, frozen=True, rename="camel"):
    start_date: Moment
    type: Literal["hourly", "daily", "weekly"]
    participants: tuple[_Reference, ...] = ()
    id: Id = ""
    name: str = ""
    length: Count = 1
    end_date: Moment | None = None
    time_restriction: _Limit = _Limit()


class _Schedule(Named, frozen=True, kw_only=True, rename="camel"):
    timezone: str = "UTC"
    rotations: tuple[_Rotation, ...] = ()


class _Override(msgspec.Struct, frozen=True, rename="camel"):
    user: _Reference
    start_date: Moment
    end_date: Moment
    parent: _Reference = msgspec.field(name="_parent")
    rotations: tuple[_Reference, ...] = ()


class _Period(msgspec.Struct, frozen=True, rename="camel"):
    start_date: Moment
    end_date: Moment
    recipient: _Reference = _Reference()


class _Periods(msgspec.Struct, frozen=True):
    periods: tuple[_Period, ...] = ()


class _Final(msgspec.Struct, frozen=True):
    rotations: tuple[_Periods, ...] = ()


class _Timeline(msgspec.Struct, frozen=True, rename="camel"):
    final_timeline: _Final
    parent: _Reference = msgspec.field(name="_parent")


class _Delay(msgspec.Struct, frozen=True, rename="camel"):
    time_amount: int = 0
    time_unit: Literal["minutes", "hours", "days"] = "minutes"

    @property
    def minutes(self) -> int:
        return self.time_amount * _MINUTES[self.time_unit]


class _Rule(msgspec.Struct, frozen=True, rename="camel"):
    recipient: _Reference
    delay: _Delay = _Delay()
    notify_type: str = "default"
    condition: str = "if-not-acked"


class _Repeat(msgspec.Struct, frozen=True, rename="camel"):
    count: int = 0
    wait_interval: int = 0


class _Policy(Named, frozen=True, kw_only=True, rename="camel"):
    rules: tuple[_Rule, ...] = ()
    repeat: _Repeat = _Repeat()
    owner_team: _Reference = _Reference()


class _Service(Named, frozen=True, kw_only=True, rename="camel"):
    team_id: Id = ""


def bring(export: Export, found: Brought) -> None:
    """Everything that has a place."""
    for user in found.each(export, "users", _User, "person"):
        phone = next((way.to for way in user.user_contacts if way.contact_method in {"voice", "sms"}), "")
        number = f"+{phone.replace('-', ' ')}" if phone else ""
        found.person(user.id, "", full_name=user.full_name, email=user.username, phone=number, time_zone=user.time_zone)
    for team in found.each(export, "teams", _Team, "team"):
        found.team(team.id, team.name, [each.user.id for each in team.members], team.description)
    overrides = [read(one, _Override) for one in export["overrides"]]
    timelines = [read(one, _Timeline) for one in export["timelines"]]
    for schedule in found.each(export, "schedules", _Schedule, "schedule"):
        own = [each for each in overrides if each.parent.id == schedule.id]
        _schedule(schedule, own, [each for each in timelines if each.parent.id == schedule.id], found)
    for policy in found.each(export, "escalations", _Policy, "escalation policy"):
        _policy(policy, found)
        found.owns(policy.owner_team.id, policy.id)
    for service in found.each(export, "services", _Service, "service"):
        found.service(service.id, service.name, summary=service.description, team=service.team_id)


def _schedule(one: _Schedule, overrides: list[_Override], timelines: list[_Timeline], found: Brought) -> None:
    what = f"schedule {one.name}"
    rotations = [
        Rotation(
            people=tuple(_who(each, what, found) for each in rotation.participants),
            length=rotation.length * LENGTHS[rotation.type],
            start=rotation.start_date,
            end=rotation.end_date,
            restrictions=_limits(rotation.time_restriction),
            name=rotation.name,
        )
        for rotation in one.rotations
    ]
    for override in overrides:
        whole = {each.id for each in override.rotations} >= {each.id for each in one.rotations} or len(one.rotations) == 1
        if override.rotations and not whole:
            names = ", ".join(each.name for each in override.rotations)
            since, until = (f"{at:%Y-%m-%dT%H:%M%z}" for at in (override.start_date, override.end_date))
            do = f"stormjib oncall override, --from {since} --to {until}"
            found.leave(what, "override", f"it is only for {names}, and an override covers a whole schedule", do)
        else:
            who = _who(override.user, what, found)
            rotations.append(once(override.start_date, override.end_date, who, _OVERRIDE, "override"))
    stated = [
        turn(period.start_date, period.end_date, _who(period.recipient, what, found))
        for timeline in timelines
        for rotation_ in timeline.final_timeline.rotations
        for period in rotation_.periods
        if period.recipient.type == "user"
    ]
    found.schedule(one.id, one.name, rotations, time_zone=one.timezone, summary=one.description, stated=stated)


def _who(one: _Reference, what: str, found: Brought) -> str:
    if one.type == "user":
        return found.turns([(one.id, one.username)], what)[0]
    if one.type != "none":
        why = f"a {one.type} has a turn, and only people have turns here"
        found.leave(what, f"{one.type} {one.name}", why, "put people in its place")
    return NOBODY


def _limits(limit: _Limit) -> tuple[Restriction, ...]:
    given = (*limit.restrictions, *([limit.restriction] if limit.restriction else []))
    return tuple(part for one in given for part in _hours(one))


def _hours(one: _Hours) -> tuple[Restriction, ...]:
    begins, ends = one.start_hour * HOUR_MINUTES + one.start_min, one.end_hour * HOUR_MINUTES + one.end_min
    if one.start_day is None or one.end_day is None:
        return daily(begins, (ends - begins) % DAY_MINUTES or DAY_MINUTES)
    days = _DAYS.index(one.end_day) - _DAYS.index(one.start_day)
    return hours(_DAYS.index(one.start_day), begins, (days * DAY_MINUTES + ends - begins) % WEEK_MINUTES or WEEK_MINUTES)


def _policy(one: _Policy, found: Brought) -> None:
    """Their delays count from the alert, ours from the level before."""
    what = f"escalation policy {one.name}"
    rules = sorted(one.rules, key=lambda rule: rule.delay.minutes)
    delays = sorted({rule.delay.minutes for rule in rules})
    if delays and delays[0]:
        found.leave(what, "delay", f"its first rule waits {delays[0]} minutes, and a first level never waits", "nothing")
    for rule in rules:
        if rule.notify_type not in {"default", "all"}:
            found.leave(what, f"notifyType {rule.notify_type}", "a level pages all that it names", "name whom it shall page")
        if rule.condition != "if-not-acked":
            found.leave(what, f"condition {rule.condition}", "an acknowledgement ends every escalation", "nothing")
    steps = [
        Step(
            [
                (_TARGETS.get(rule.recipient.type, rule.recipient.type), rule.recipient.id)
                for rule in rules
                if rule.delay.minutes == at
            ],
            following - at,
        )
        for at, following in zip(delays, [*delays[1:], (delays or [0])[-1] + one.repeat.wait_interval], strict=True)
    ]
    found.policy(one.id, one.name, steps, summary=one.description, repeat=one.repeat.count)

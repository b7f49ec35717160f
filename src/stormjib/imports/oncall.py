"""Grafana OnCall's API v1: users, teams, schedules with final_shifts, on_call_shifts, escalation_chains and _policies, integrations.

grafana.com/docs/oncall/latest/oncall-api-reference. A shift of a higher level covers those below it; those of one level stand beside
each other. Every user of ``rolling_users`` has a rule of RFC 5545 of their own, whose interval is the whole round.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from stormjib.core.oncall.schedule import NOBODY, Restriction
from stormjib.core.oncall.wall import DAY_MINUTES, HOUR_MINUTES
from stormjib.imports.layers import LENGTHS, Rotation, daily, hours
from stormjib.imports.shape import Brought, Step, once, turn
from stormjib.imports.source import Clock, Count, Export, Id, Known, Named, Seconds, read

KINDS: Final = (
    "users",
    "teams",
    "schedules",
    "on_call_shifts",
    "final_shifts",
    "escalation_chains",
    "escalation_policies",
    "integrations",
)
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OVERRIDE_LEVEL: Final = 99
_PAGES: Final = {
    "notify_persons": ("people", "persons_to_notify"),
    "notify_person_next_each_time": ("people", "persons_to_notify_next_each_time"),
    "notify_on_call_from_schedule": ("schedules", "notify_on_call_from_schedule"),
    "notify_team_members": ("teams", "team_to_notify"),
}
_REPEATS: Final = 5
"""So often a chain begins anew where it has repeat_escalation."""
_Day = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


class _User(Known, frozen=True, kw_only=True):
    username: str
    email: str = ""
    timezone: str = ""
    teams: tuple[Id, ...] = ()


class _Schedule(Named, frozen=True, kw_only=True):
    type: str = ""
    time_zone: str = "UTC"
    shifts: tuple[Id, ...] = ()
    ical_url_primary: str = ""


class _Shift(Named, frozen=True, kw_only=True):
    type: Literal["single_event", "recurrent_event", "rolling_users", "override"]
    start: datetime
    duration: Seconds
    level: int = 0
    time_zone: str = ""
    frequency: Literal["hourly", "daily", "weekly", "monthly"] | None = None
    interval: Count = 1
    week_start: _Day = "SU"
    by_day: tuple[_Day, ...] = ()
    by_month: tuple[int, ...] = ()
    by_monthday: tuple[int, ...] = ()
    users: tuple[Id, ...] = ()
    rolling_users: tuple[tuple[Id, ...], ...] = ()
    start_rotation_from_user_index: int = 0
    rotation_start: datetime | None = None
    until: datetime | None = None


class _Final(msgspec.Struct, frozen=True):
    user_pk: Id
    shift_start: datetime
    shift_end: datetime
    user_username: str = ""


class _Policy(msgspec.Struct, frozen=True):
    escalation_chain_id: Id
    type: str
    position: int = 0
    duration: int = 0
    persons_to_notify: tuple[Id, ...] = ()
    persons_to_notify_next_each_time: tuple[Id, ...] = ()
    notify_on_call_from_schedule: Id = ""
    team_to_notify: Id = ""
    notify_if_time_from: Clock = "00:00"
    notify_if_time_to: Clock = "24:00"


class _Route(msgspec.Struct, frozen=True):
    escalation_chain_id: Id = ""


class _Integration(Named, frozen=True, kw_only=True):
    description_short: str = ""
    team_id: Id = ""
    default_route: _Route = _Route()


def bring(export: Export, found: Brought) -> None:
    """Everything that has a place."""
    members: dict[Id, list[Id]] = {}
    for user in found.each(export, "users", _User, "person"):
        wanted = user.username.partition("@")[0]
        found.person(user.id, wanted, email=user.email, time_zone=user.timezone)
        for team_id in user.teams:
            members.setdefault(team_id, []).append(user.id)
    for team in found.each(export, "teams", Named, "team"):
        found.team(team.id, team.name, members.get(team.id, ()), team.description)
    shifts = {shift.id: _by_its_clock(shift) for shift in found.each(export, "on_call_shifts", _Shift, "shift")}
    final = [(one.where, read(one, _Final)) for one in export["final_shifts"]]
    for schedule in found.each(export, "schedules", _Schedule, "schedule"):
        # The answer does not say of which schedule it is; the name of its file does.
        stated = [each for where, each in final if str(schedule.id) in where or len(export["schedules"]) == 1]
        _schedule(schedule, shifts, stated, found)
    policies = [(one, read(one, _Policy)) for one in export["escalation_policies"]]
    for one in export["escalation_chains"]:
        chain = read(one, Named)
        what = f"escalation policy {chain.name}"
        own = sorted((each for _, each in policies if each.escalation_chain_id == chain.id), key=lambda each: each.position)
        repeat = _REPEATS if any(each.type == "repeat_escalation" for each in own) else 0
        found.policy(chain.id, chain.name, _steps(own, what, found), summary=chain.description, repeat=repeat)
        found.leave_rest(what, one, Named, "escalation_chains")
        for part, each in policies:
            if each.escalation_chain_id == chain.id:
                found.leave_rest(what, part, _Policy, "escalation_policies")
    for of in found.each(export, "integrations", _Integration, "service"):
        found.service(of.id, of.name, summary=of.description_short, team=of.team_id, policy=of.default_route.escalation_chain_id)


def _schedule(one: _Schedule, shifts: dict[Id, _Shift], final: list[_Final], found: Brought) -> None:
    what, rotations = f"schedule {one.name}", list[Rotation]()
    for number in one.shifts:
        if number in shifts:
            rotations += _rotations(shifts[number], what, found)
        else:
            found.leave(what, f"shift {number}", "the export has no such shift", "export on_call_shifts too")
    stated = [
        turn(each.shift_start, each.shift_end, found.turns([(each.user_pk, each.user_username)], what)[0]) for each in final
    ]
    ical = one.ical_url_primary if one.type == "ical" else ""
    zone, summary = one.time_zone, one.description
    found.schedule(one.id, one.name, rotations, time_zone=zone, summary=summary, ical=ical, stated=stated)


def _by_its_clock(one: _Shift) -> _Shift:
    """Its times are by the clock of its zone, whatever zone they seem to have."""
    times = {key: at.replace(tzinfo=None) for key in ("start", "rotation_start", "until") if (at := getattr(one, key))}
    return msgspec.structs.replace(one, **times)


def _rotations(one: _Shift, what: str, found: Brought) -> Iterator[Rotation]:
    """Of each place in a group of users a rotation: people of one group are on call at once."""
    lasts, zone = timedelta(seconds=one.duration), found.zone(one.time_zone, f"shift {one.name}", "")
    if one.frequency is None or one.type in {"single_event", "override"}:
        level = _OVERRIDE_LEVEL if one.type == "override" else one.level
        groups = one.users or tuple(who for group in one.rolling_users for who in group)
        for who in found.turns(((who, "") for who in groups), what):
            shift = once(one.start, one.start + lasts, who, level, one.name)
            yield msgspec.structs.replace(shift, zone=zone)
        return
    odd = _odd(one)
    if odd:
        found.leave(what, f"shift {one.name}", odd, "write a layer, or stormjib oncall override, for its people")
        return
    unit = LENGTHS[one.frequency]
    groups_ = one.rolling_users if one.type == "rolling_users" else (one.users,)
    shifted = one.start_rotation_from_user_index % (len(groups_) or 1)
    groups_ = (*groups_[shifted:], *groups_[:shifted])
    whole = lasts >= one.interval * unit
    start = one.start - _since_week_start(one)
    for place in range(max(map(len, groups_), default=0)):
        numbers = [group[place] if place < len(group) else None for group in groups_]
        people = [NOBODY if who is None else found.turns([(who, "")], what)[0] for who in numbers]
        idle = [] if whole else [NOBODY] * (one.interval - 1)
        yield Rotation(
            people=tuple(who for person in people for who in (person, *idle)),
            length=one.interval * unit if whole else unit,
            start=start,
            begins=max(one.rotation_start or one.start, one.start),
            end=one.until,
            restrictions=() if whole and not one.by_day else _hours(one, int(lasts.total_seconds() // 60)),
            level=one.level,
            name=one.name,
            zone=zone,
        )


def _odd(one: _Shift) -> str:
    """Why no layer says the same; "" where one does."""
    if one.frequency == "monthly" or one.by_month or one.by_monthday:
        return "a layer has no months"
    if one.by_day and one.frequency != "weekly" and len(one.rolling_users) > 1:
        return f"people take turns {one.frequency} on some days of the week"
    if one.frequency == "hourly" and one.duration < one.interval * HOUR_MINUTES * 60:
        return "it leaves a part of every hour to nobody"
    if one.by_day and one.duration > DAY_MINUTES * 60:
        return "its days run into each other"
    unit = LENGTHS[one.frequency or "weekly"].total_seconds()
    if unit < one.duration < one.interval * unit:
        return "it lasts longer than a day or a week, and not as long as a turn"
    return "its turns overlap" if one.duration > one.interval * unit else ""


def _since_week_start(one: _Shift) -> timedelta:
    """With days of the week a turn is a week as the calendar has it, and the first one may be a part."""
    days = (one.start.weekday() - _DAYS.index(one.week_start)) % 7
    return timedelta(days=days) if one.frequency == "weekly" and one.by_day else timedelta()


def _hours(one: _Shift, minutes: int) -> tuple[Restriction, ...]:
    begins = one.start.hour * HOUR_MINUTES + one.start.minute
    if one.by_day:
        return daily(begins, minutes, [_DAYS.index(day) for day in one.by_day])
    if one.frequency == "daily":
        return daily(begins, min(minutes, DAY_MINUTES))
    return hours(one.start.weekday(), begins, minutes)


def _steps(policies: list[_Policy], what: str, found: Brought) -> list[Step]:
    """Whoever is notified before the next wait is one level."""
    steps, page, limits = list[Step](), list[tuple[str, Id]](), tuple[Restriction, ...]()
    for one in policies:
        if one.type == "wait" and page:
            steps.append(Step(page, one.duration / 60, limits))
            page = []
        elif one.type == "wait" and steps:
            steps[-1] = msgspec.structs.replace(steps[-1], minutes=steps[-1].minutes + one.duration / 60)
        elif one.type == "wait":
            found.leave(what, "wait", "it waits before its first level, and a first level never waits", "nothing")
        elif one.type == "notify_if_time_from_to":
            limits = (Restriction(begins=one.notify_if_time_from[:5], ends=one.notify_if_time_to[:5]),)
        elif one.type in _PAGES:
            kind, field = _PAGES[one.type]
            given = getattr(one, field)
            if one.type == "notify_person_next_each_time":
                do = "put people in a schedule, where they shall take turns"
                found.leave(what, one.type, "all of a level are paged together", do)
            page += [(kind, who) for who in (given if isinstance(given, tuple) else (given,))]
        elif one.type != "repeat_escalation":
            found.leave(what, one.type, "a level only pages people", "write it into the runbook")
    return [*steps, Step(page, 0, limits)] if page else steps

"""GoAlert's GraphQL API (graphql2/schema.graphql): users, rotations, schedules, escalationPolicies, services, userOverrides.

All targets of a schedule whose rules are open are on call beside each other. Whose turn it is in a rotation is a state there, not a
count from its start: ``activeUserIndex``, until the first of ``nextHandoffTimes``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from stormjib.core.oncall.schedule import Restriction, Schedule, Shift, shifts, united
from stormjib.core.oncall.wall import DAY_MINUTES, minute
from stormjib.imports.layers import LENGTHS, Rotation, daily, tracks
from stormjib.imports.shape import Brought, Step, once, turn
from stormjib.imports.source import Clock, Count, Export, Id, Known, Moment, Named, read

KINDS: Final = ("users", "rotations", "schedules", "escalationPolicies", "services", "userOverrides")
_TARGETS: Final = {"user": "people", "schedule": "schedules", "rotation": "schedules"}
_SUNDAY: Final = 6


class _Contact(msgspec.Struct, frozen=True):
    type: str = ""
    value: str = ""


class _User(Known, frozen=True, kw_only=True, rename="camel"):
    name: str
    email: str = ""
    contact_methods: tuple[_Contact, ...] = ()


class _Rotation(Named, frozen=True, rename="camel", kw_only=True):
    type: Literal["hourly", "daily", "weekly", "monthly"]
    start: Moment
    time_zone: str = "UTC"
    shift_length: Count = 1
    active_user_index: int = 0
    users: tuple[Id, ...] = msgspec.field(name="userIDs", default=())
    next_handoff_times: tuple[Moment, ...] = ()


class _Target(msgspec.Struct, frozen=True):
    id: Id
    type: str
    name: str = ""


class _Rule(msgspec.Struct, frozen=True, rename="camel"):
    start: Clock
    end: Clock
    weekday_filter: tuple[bool, bool, bool, bool, bool, bool, bool] = (True,) * 7


class _Assigned(msgspec.Struct, frozen=True):
    target: _Target
    rules: tuple[_Rule, ...] = ()


class _Shift(msgspec.Struct, frozen=True):
    user_id: Id = msgspec.field(name="userID")
    start: Moment
    end: Moment


class _Temporary(msgspec.Struct, frozen=True):
    start: Moment
    end: Moment
    shifts: tuple[_Shift, ...] = ()


class _Schedule(Named, frozen=True, rename="camel", kw_only=True):
    time_zone: str = "UTC"
    targets: tuple[_Assigned, ...] = ()
    shifts: tuple[_Shift, ...] = ()
    temporary_schedules: tuple[_Temporary, ...] = ()


class _Override(msgspec.Struct, frozen=True):
    start: Moment
    end: Moment
    target: _Target
    add: Id = msgspec.field(name="addUserID", default="")
    remove: Id = msgspec.field(name="removeUserID", default="")


class _Action(msgspec.Struct, frozen=True):
    """In newer releases in place of targets: ``builtin-user`` with ``user_id``."""

    type: str
    args: dict[str, str] = {}

    @property
    def target(self) -> _Target:
        word = self.type.removeprefix("builtin-")
        return _Target(self.args.get(f"{word}_id", ""), word)


class _Step(msgspec.Struct, frozen=True, rename="camel"):
    delay_minutes: int = 0
    step_number: int = 0
    targets: tuple[_Target, ...] = ()
    actions: tuple[_Action, ...] = ()

    @property
    def pages(self) -> tuple[_Target, ...]:
        return self.targets or tuple(action.target for action in self.actions)


class _Policy(Named, frozen=True, kw_only=True):
    repeat: int = 0
    steps: tuple[_Step, ...] = ()


class _Service(Named, frozen=True, kw_only=True):
    policy: Id = msgspec.field(name="escalationPolicyID", default="")


def bring(export: Export, found: Brought) -> None:
    """Everything that has a place."""
    for user in found.each(export, "users", _User, "person"):
        phone = next((way.value for way in user.contact_methods if way.type in {"SMS", "VOICE"}), "")
        found.person(user.id, "", full_name=user.name, email=user.email, phone=phone)
    rotations = {rotation.id: rotation for rotation in (read(one, _Rotation) for one in export["rotations"])}
    overrides = [read(one, _Override) for one in export["userOverrides"]]
    for schedule in found.each(export, "schedules", _Schedule, "schedule"):
        _schedule(schedule, rotations, [each for each in overrides if each.target.id == schedule.id], found)
    policies = [(one, read(one, _Policy)) for one in export["escalationPolicies"]]
    direct = {at.id for _, policy in policies for step in policy.steps for at in step.pages if at.type == "rotation"}
    for rotation in rotations.values():
        if rotation.id in direct:
            turns = list(_turns(rotation, (), rotation.time_zone, found))
            found.schedule(rotation.id, rotation.name, turns, time_zone=rotation.time_zone, summary=rotation.description)
    for one, policy in policies:
        steps = [
            Step([(_TARGETS.get(at.type, at.type), at.id) for at in step.pages], step.delay_minutes)
            for step in sorted(policy.steps, key=lambda step: step.step_number)
        ]
        found.policy(policy.id, policy.name, steps, summary=policy.description, repeat=policy.repeat)
        found.leave_rest(f"escalation policy {policy.name}", one, _Policy, "escalationPolicies")
    for service in found.each(export, "services", _Service, "service"):
        found.service(service.id, service.name, summary=service.description, policy=service.policy)


def _schedule(one: _Schedule, known: dict[Id, _Rotation], overrides: list[_Override], found: Brought) -> None:
    what, rotations = f"schedule {one.name}", list[Rotation]()
    for part in one.targets:
        hours = tuple(open_ for rule in part.rules for open_ in _hours(rule))
        if not hours:
            continue
        if part.target.type == "rotation" and part.target.id in known:
            rotations += _turns(known[part.target.id], () if any(map(_is_always, part.rules)) else hours, one.time_zone, found)
        elif part.target.type == "user":
            who = found.turns([(part.target.id, part.target.name)], what)
            start = datetime(2024, 1, 1)  # noqa: DTZ001 - by the clock of the schedule
            limits = () if any(map(_is_always, part.rules)) else hours
            rotations.append(
                Rotation(people=who, length=timedelta(weeks=1), start=start, restrictions=limits, name=part.target.name)
            )
        else:
            found.leave(what, f"{part.target.type} {part.target.name}", "the export has no such rotation", "export rotations too")
    for temporary in one.temporary_schedules:
        given = [(each.start, each.end) for each in temporary.shifts]
        if len(united([(start.timestamp(), end.timestamp()) for start, end in given])) != 1 or min(given)[0] > temporary.start:
            found.leave(what, "temporarySchedules", "nobody is on call in a part of it, and the layers below are here", "nothing")
        rotations += [
            once(each.start, each.end, found.turns([(each.user_id, "")], what)[0], 1, "temporary") for each in temporary.shifts
        ]
    for level, override in enumerate(sorted(overrides, key=lambda each: each.start), 2):
        rotations += _replaced(override, rotations, level, one, found)
    stated = [turn(each.start, each.end, found.turns([(each.user_id, "")], what)[0]) for each in one.shifts]
    found.schedule(one.id, one.name, rotations, time_zone=one.time_zone, summary=one.description, stated=stated)


def _replaced(one: _Override, rotations: list[Rotation], level: int, of: _Schedule, found: Brought) -> Iterator[Rotation]:
    """Everybody who is on call in its time, with one person in the place of another, added or taken out."""
    what, zone = f"schedule {of.name}", found.zone(of.time_zone, f"schedule {of.name}")
    start, end = one.start.timestamp(), one.end.timestamp()
    parts = [Schedule(name="-", time_zone=zone, layers=layers) for layers in tracks(rotations, zone, found.now)]
    turns = {shift for part in parts for shift in shifts(part, (), start, end)}
    gone = found.turns([(one.remove, "")], what)[0] if one.remove else ""
    new = found.turns([(one.add, "")], what)[0] if one.add else ""
    kept = [shift for shift in turns if shift.person != gone]
    kept += [msgspec.structs.replace(shift, person=new) for shift in turns if new and shift.person == gone]
    kept += [Shift(start, end, new)] if new and not gone else []
    if gone and not new:
        found.leave(
            what, "userOverrides", f"it takes {gone} out, and a schedule can't be empty for a time", "put somebody in their place"
        )
    for shift in sorted(kept):
        since, until = (datetime.fromtimestamp(at, UTC) for at in (shift.start, shift.end))
        yield once(since, until, shift.person, level, "override")


def _turns(one: _Rotation, hours: tuple[Restriction, ...], zone: str, found: Brought) -> Iterator[Rotation]:
    what = f"rotation {one.name}"
    if one.type == "monthly":
        found.leave(what, "monthly", "a layer has no months", "write a layer for its people")
        return
    own = found.zone(one.time_zone, what)
    if hours and own != zone:
        found.leave(
            what, "timeZone", f"its turns change by the clock of {own}, and its hours are by that of {zone}", "look at both"
        )
    length = one.shift_length * LENGTHS[one.type]
    at = one.next_handoff_times[0] - timedelta(minutes=1) if one.next_handoff_times else datetime.fromtimestamp(found.now, UTC)
    now, first = (each.astimezone(ZoneInfo(own)).replace(tzinfo=None) for each in (at, one.start))
    people = found.turns(((who, "") for who in one.users), what)
    if people:
        ahead = (one.active_user_index - (now - first) // length) % len(people)
        people = (*people[ahead:], *people[:ahead])
        clock, start = (zone, one.start) if hours else (own, first)
        at_clock = "" if clock == zone else clock
        yield Rotation(people=people, length=length, start=start, restrictions=hours, name=one.name, zone=at_clock)


def _is_always(rule: _Rule) -> bool:
    return rule.start == rule.end == "00:00" and all(rule.weekday_filter)


def _hours(rule: _Rule) -> tuple[Restriction, ...]:
    begins, ends = minute(rule.start) or 0, minute(rule.end) or 0
    days = [(number + _SUNDAY) % 7 for number, chosen in enumerate(rule.weekday_filter) if chosen]
    return daily(begins, (ends - begins) % DAY_MINUTES or DAY_MINUTES, days) if days else ()

"""On call: take somebody's turn, exchange two turns, take an override back. They are facts of the site and change no schedule's file."""

from collections.abc import Sequence
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.catalogue.people import Person
from stormjib.core.catalogue.service import alike
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, OverrideMade, OverrideRemoved
from stormjib.core.oncall.schedule import Schedule, Shift, shifts
from stormjib.core.oncall.wall import instant, utc_minute
from stormjib.core.policy import Policy
from stormjib.core.text.meant import meant

DAY_SECONDS: Final = 86_400.0
DAYS_MAX: Final = 366
TURN_DAYS_MAX: Final = 35
"""How far from a moment the turn is looked for that it belongs to."""
_WHICH: Final = spelled("the schedule", Spelling("schedule", "schedule", "SCHEDULE"))
_TIME: Final = "2026-12-24 18:00 by the clock of the schedule, or with a zone: 2026-12-24T17:00Z"


class MakeOverride(msgspec.Struct, frozen=True):
    """Who, for which schedule, and when."""

    schedule: Annotated[Name, _WHICH]
    person: Annotated[Name, spelled("who is on call then", Spelling("person", "person", "PERSON"))]
    end: Annotated[Name, spelled(f"until when: {_TIME}", Spelling("end", "--to", "TIME"))]
    start: Annotated[Name, spelled("from when on; now where it is left out", Spelling("start", "--from", "TIME"))] = ""
    reason: Annotated[Text, why()] = ""


class Swap(msgspec.Struct, frozen=True):
    """Two moments, each within one of the turns."""

    schedule: Annotated[Name, _WHICH]
    at: Annotated[Name, spelled(f"a moment of the one turn: {_TIME}", Spelling("at", "--at", "TIME"))]
    other: Annotated[Name, spelled("a moment of the other turn", Spelling("other", "--with", "TIME"))]
    reason: Annotated[Text, why()] = ""


class RemoveOverride(msgspec.Struct, frozen=True):
    """Which, and why."""

    number: Annotated[
        str,
        Meta(min_length=1, max_length=20),
        spelled("its number, as oncall list has it", Spelling("number", "number", "NUMBER")),
    ]
    reason: Annotated[Text, why()] = ""


def _override(_: Incident, parameters: MakeOverride, context: Context) -> Sequence[AnyFact]:
    schedule = _schedule(context.policy, parameters.schedule)
    person = person_named(context.policy, parameters.person).name
    start = _time(parameters.start, schedule) if parameters.start.strip() else float(int(context.at))
    end = _time(parameters.end, schedule)
    if end <= context.at:
        raise Refused(f"This time is over already: it ends {utc_minute(end)}. Give one that ends later than now.")
    if end <= start:
        raise Refused(f"An override has to end after it begins, and {utc_minute(end)} is not after {utc_minute(start)}.")
    if end - start > DAYS_MAX * DAY_SECONDS:
        raise Refused(f"An override is for at most {DAYS_MAX} days; for longer change the schedule's file.")
    twice = _twice(context, schedule, person, start, end)
    made = OverrideMade(schedule.name, person, start, end, parameters.reason.strip(), twice)
    same = any(
        (one.schedule, one.person, one.start, one.end) == (made.schedule, made.person, made.start, made.end)
        for one in context.policy.overrides
    )
    return () if same else (made,)


def _swap(_: Incident, parameters: Swap, context: Context) -> Sequence[AnyFact]:
    """Each whole turn goes to whoever has the other; what is over of it stays as it was."""
    schedule = _schedule(context.policy, parameters.schedule)
    turns = [_turn(schedule, context, _time(text, schedule)) for text in (parameters.at, parameters.other)]
    if turns[0].person == turns[1].person:
        raise Refused(f"{turns[0].person} is on call in both turns; name a moment of somebody else's turn.")
    reason = parameters.reason.strip()
    made = []
    for one, other in (turns, turns[::-1]):
        start, who = max(one.start, float(int(context.at))), other.person
        twice = _twice(context, schedule, who, start, one.end)
        made.append(OverrideMade(schedule.name, who, start, one.end, reason or f"swap with {one.person}", twice))
    both = "; ".join(filter(None, (one.warning for one in made)))
    return [msgspec.structs.replace(made[0], warning=both, other=1), msgspec.structs.replace(made[1], other=-1)]


def _twice(context: Context, schedule: Schedule, person: str, start: float, end: float) -> str:
    """Where the person is on call for another schedule in this time as well, a clause that says so; else ""."""
    others = (one for one in context.policy.schedules if one.name != schedule.name)
    found = ((one.name, turn) for one in others for turn in shifts(one, context.policy.overrides, start, end))
    name, turn = next(((name, turn) for name, turn in found if turn.person == person), ("", None))
    if turn is None:
        return ""
    return f"{person} is on call for {name} as well, from {utc_minute(turn.start)} to {utc_minute(turn.end)}, so one page would reach one person twice"


def _turn(schedule: Schedule, context: Context, at: float) -> Shift:
    near = TURN_DAYS_MAX * DAY_SECONDS
    found = [one for one in shifts(schedule, context.policy.overrides, at - near, at + near) if one.start <= at < one.end]
    if not found:
        raise Refused(
            f"Nobody is on call for {schedule.name} at {utc_minute(at)}, so there is no turn to swap. Make an override."
        )
    if found[0].end <= context.at:
        raise Refused(f"The turn of {found[0].person} at {utc_minute(at)} is over already; name one that is still to come.")
    return found[0]


def _remove(_: Incident, parameters: RemoveOverride, context: Context) -> Sequence[AnyFact]:
    found = next((one for one in context.policy.overrides if one.id == parameters.number.strip()), None)
    if found is None:
        raise Refused(f"There is no override {parameters.number}; `stormjib oncall list` shows those that there are.")
    other = next((one.id for one in context.policy.overrides if one.id == found.other and one.end > context.at), "")
    left = (
        f"Override {other}, the other half of the swap, is still there; take it back with stormjib oncall override-remove {other}"
    )
    return [OverrideRemoved(int(found.id), found.schedule, found.person, parameters.reason.strip(), left if other else "")]


def _schedule(policy: Policy, name: str) -> Schedule:
    found = next((one for one in policy.schedules if alike(one.name) == alike(name)), None)
    if found is None:
        near = meant(name, (one.name for one in policy.schedules)) or "; write schedules/NAME.yaml in the catalogue"
        raise Refused(f"There is no schedule {name!r}{near}.")
    return found


def person_named(policy: Policy, name: str) -> Person:
    """By the one name that the catalogue has; raises ``Refused``."""
    known = {alike(one.name): one for one in policy.people}
    if alike(name) not in known:
        near = meant(name, (one.name for one in policy.people)) or f"; add people/{name}.yaml to the catalogue"
        raise Refused(f"Nobody is called {name!r}{near}.")
    return known[alike(name)]


def _time(text: str, schedule: Schedule) -> float:
    found = instant(text, ZoneInfo(schedule.time_zone))
    if found is None:
        raise Refused(f"{text!r} is no time; write {_TIME}.")
    return found


OVERRIDE = Action(
    name="override",
    summary="Put somebody on call for a time, whatever the schedule says",
    parameters=MakeOverride,
    example=MakeOverride("primary", "bo", "2026-12-24 18:00", "2026-12-24 09:00", "ana is away"),
    on="site",
    decide=_override,
    button="Make the override",
    path="oncall/overrides",
    form="override",
    words=Words(
        "oncall override",
        "{person} is on call for {schedule} from {since} to {until} (override {seq})",
        repeated="{person} is on call for {schedule} then already",
        group="On call",
        incident="none",
    ),
)
SWAP = Action(
    name="swap",
    summary="Exchange two turns of a schedule",
    parameters=Swap,
    example=Swap("primary", "2026-12-24 12:00", "2026-12-31 12:00", "ana is away over Christmas"),
    on="site",
    decide=_swap,
    button="Swap the turns",
    path="oncall/swap",
    form="swap",
    words=Words("oncall swap", "the turns of {schedule} at {at} and {other} are exchanged", group="On call", incident="none"),
)
REMOVE_OVERRIDE = Action(
    name="remove-override",
    summary="Take an override back",
    parameters=RemoveOverride,
    example=RemoveOverride("17", "ana is back"),
    on="site",
    decide=_remove,
    button="Take it back",
    path="oncall/overrides/{number}/remove",
    form="remove",
    words=Words("oncall override-remove", "override {number} is taken back", group="On call", incident="none"),
)

"""Maintenance: customers are told of work to come; it shows itself on the status page before, during and after."""

from collections.abc import Sequence
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, MaintenanceEnded, MaintenancePlanned
from stormjib.core.oncall.wall import instant, utc_minute
from stormjib.core.status_page.words import component_named

DAY_SECONDS: Final = 86_400.0
DAYS_MAX: Final = 31
_TIME: Final = "2026-12-24 18:00 in UTC, or with a zone: 2026-12-24T18:00+01:00"


class PlanMaintenance(msgspec.Struct, frozen=True):
    """What customers read, and when it is."""

    title: Annotated[Name, spelled("what customers call it", Spelling("title", "title", "TITLE"))]
    text: Annotated[Text, spelled("what customers read of it", Spelling("text", "--text", "TEXT", must=True))]
    end: Annotated[Name, spelled(f"until when: {_TIME}", Spelling("end", "--to", "TIME"))]
    start: Annotated[Name, spelled("from when on; now where it is left out", Spelling("start", "--from", "TIME"))] = ""
    components: Annotated[
        Text,
        spelled(
            "the components of the status page that it touches, with commas between",
            Spelling("components", "--components", "NAMES"),
        ),
    ] = ""


class EndMaintenance(msgspec.Struct, frozen=True):
    """Which, and what customers read of its end."""

    number: Annotated[
        str,
        Meta(min_length=1, max_length=20),
        spelled("its number, as status show has it", Spelling("number", "number", "NUMBER")),
    ]
    text: Annotated[Text, spelled("what customers read of its end", Spelling("text", "--text", "TEXT"))] = ""


def _plan(_: Incident, parameters: PlanMaintenance, context: Context) -> Sequence[AnyFact]:
    title, text = parameters.title.strip(), parameters.text.strip()
    if not title or not text:
        raise Refused("Give a title and a text; customers read both.")
    start = _time(parameters.start) if parameters.start.strip() else float(int(context.at))
    end = _time(parameters.end)
    if end <= context.at:
        raise Refused(f"This time is over already: it ends {utc_minute(end)}. Give one that ends later than now.")
    if not start < end <= start + DAYS_MAX * DAY_SECONDS:
        raise Refused(
            f"Maintenance ends after it begins and takes {DAYS_MAX} days at most; this is from {utc_minute(start)} to {utc_minute(end)}."
        )
    named = [part for part in parameters.components.split(",") if part.strip()]
    components = tuple(dict.fromkeys(component_named(name, context.policy) for name in named))
    made = MaintenancePlanned(title, text, start, end, components)
    return () if any(one.planned == made and not one.ended_at for one in context.maintenance) else (made,)


def _end(_: Incident, parameters: EndMaintenance, context: Context) -> Sequence[AnyFact]:
    number = parameters.number.strip()
    found = next((one for one in context.maintenance if one.id == number), None)
    if found is None:
        raise Refused(f"There is no maintenance {number[:20]}; `stormjib status show` shows what is planned.")
    if found.over_at <= context.at:
        raise Refused(f"Maintenance {number} is over already, since {utc_minute(found.over_at)}.")
    return [MaintenanceEnded(int(number), found.planned.title, parameters.text.strip())]


def _time(text: str) -> float:
    found = instant(text, ZoneInfo("UTC"))
    if found is None:
        raise Refused(f"{text!r} is no time; write {_TIME}.")
    return found


PLAN_MAINTENANCE = Action(
    name="plan-maintenance",
    summary="Tell customers of maintenance to come",
    parameters=PlanMaintenance,
    example=PlanMaintenance(
        "Database upgrade", "Uploads may fail for some minutes.", "2026-12-24 06:00", "2026-12-24 04:00", "Uploads"
    ),
    on="site",
    outward=True,
    decide=_plan,
    button="Tell customers",
    path="status-page/maintenance",
    form="maintenance",
    words=Words(
        "status maintenance",
        "customers are told of {title} until {end} (maintenance {seq})",
        repeated="customers are told of {title} already",
        group="Communication",
        does="status:maintenance",
        incident="none",
    ),
)
END_MAINTENANCE = Action(
    name="end-maintenance",
    summary="End maintenance before its time, or take it back",
    parameters=EndMaintenance,
    example=EndMaintenance("17", "The upgrade took less time than planned."),
    on="site",
    outward=True,
    decide=_end,
    button="It is over",
    path="status-page/maintenance/{number}/end",
    form="end",
    words=Words("status maintenance-end", "maintenance {number} is over", group="Communication", incident="none"),
)

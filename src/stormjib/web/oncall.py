"""Who is on call: the next four weeks drawn, the forms that change them, the API, and calendars for other programs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from stormjib.core.actions import SITE_TABLE
from stormjib.core.actions.token import CALENDAR_ADDRESS
from stormjib.core.catalogue.service import alike
from stormjib.core.incident import Refused
from stormjib.core.oncall.ical import calendar
from stormjib.core.oncall.schedule import Override, Schedule, Shift, gaps, on_call, shifts, turns
from stormjib.core.oncall.wall import instant, utc, wall_of
from stormjib.core.policy import Policy
from stormjib.core.reach import DAYS, sentences
from stormjib.engine.admission import Invalid
from stormjib.ports import NotFound
from stormjib.web.answers import encoded
from stormjib.web.auth import Tokens
from stormjib.web.bearer import principal
from stormjib.web.forms import Form
from stormjib.web.session import Visitor
from stormjib.web.site import Site, see_other
from stormjib.web.templating import HEADERS

DAYS_MAX: Final = 400
CALENDAR_DAYS: Final = (-28, 180)
"""What a calendar for other programs holds, from today on."""
TONES: Final = 6
"""Colours that tell people apart in the drawing."""
_FORMS: Final = {action.form: action for action in SITE_TABLE if action.path.startswith("oncall/")}
_WEEK = timedelta(days=7)


UNREAD: Final = "Its calendar was never read, or names nobody from now on; stormjib doctor and /healthz say why."


class ScheduleReport(msgspec.Struct, frozen=True):
    """One schedule as people and programs see it; times in seconds since the epoch. ``until``: when who is on call now changes."""

    name: str
    summary: str
    time_zone: str
    always: bool
    now: tuple[str, ...]
    until: float | None
    shifts: tuple[Shift, ...]
    gaps: tuple[Shift, ...]
    problem: str = ""


class Bar(msgspec.Struct, frozen=True):
    """A shift in a week of the drawing, in percent of it. ``tone`` -1: nobody."""

    x: float
    width: float
    person: str
    tone: int


class Week(msgspec.Struct, frozen=True):
    """Seven days from midnight to midnight of the viewer's zone."""

    days: tuple[str, ...]
    bars: tuple[Bar, ...]


def reports(policy: Policy, at: float | str, days: float = DAYS) -> list[ScheduleReport]:
    """Every schedule from a moment on; one that is written without zone is one of the schedule's own."""
    found = []
    for one in policy.schedules:
        start = at if isinstance(at, float) else _time(at, one)
        end = start + days * 86_400
        coming = shifts(one, policy.overrides, start, end)
        until = min((turn.end for turn in coming if turn.start <= start), default=None)
        empty = tuple(Shift(*span, "") for span in gaps(one, policy.overrides, start, end))
        now = on_call(one, policy.overrides, start)
        problem = UNREAD if one.ical and not one.imported else ""
        found.append(ScheduleReport(one.name, one.summary, one.time_zone, one.always, now, until, coming, empty, problem))
    return found


def _time(text: str, schedule: Schedule) -> float:
    found = instant(text, ZoneInfo(schedule.time_zone))
    if found is None:
        raise Invalid(f"{text[:40]!r} is no time; write 2026-12-24 18:00, or with a zone: 2026-12-24T17:00Z.")
    return found


def in_force(policy: Policy, now: float) -> list[Override]:
    """What is not over, by its beginning."""
    return sorted((one for one in policy.overrides if one.end > now), key=lambda one: one.start)


def feed(policy: Policy, name: str, now: float) -> str:
    """The calendar of a schedule or of a person; raises ``NotFound``."""
    low, high = (now + days * 86_400 for days in CALENDAR_DAYS)
    found = [(one.name, turn) for one in policy.schedules for turn in turns(one, policy.overrides, low, high)]
    if whole := next((one.name for one in policy.schedules if alike(one.name) == alike(name)), ""):
        return calendar(f"on call: {whole}", [pair for pair in found if pair[0] == whole], now)
    if person := next((one.name for one in policy.people if alike(one.name) == alike(name)), ""):
        return calendar(f"{person} on call", [pair for pair in found if pair[1].person == person], now)
    raise NotFound(f"There is no schedule and no person {name[:80]}; `stormjib oncall list` shows the schedules.")


def router(site: Site, tokens: Tokens) -> APIRouter:
    """The routes that only read; those that change something come from the table of actions."""
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(principal(tokens, "read"))])

    @api.get("/oncall", summary="Who is on call from a moment on, where nobody is, and the overrides")
    def overview(at: str = "", days: float = DAYS) -> Response:
        now = site.clock()
        found = reports(site.policy, at or now, min(max(days, 0.0), DAYS_MAX))
        return encoded("stormjib.oncall/1", schedules=found, overrides=in_force(site.policy, now))

    @api.get(
        "/oncall/reach", summary="When an incident would reach nobody in time, by service and severity, in the next four weeks"
    )
    def reach(service: str = "") -> Response:
        known = site.policy.service_named(service)
        if service and known is None:
            raise NotFound(f"There is no service {service[:80]}; `stormjib service list` shows them.")
        found = [one for one in site.reach() if known is None or one.service == known.name]
        return encoded("stormjib.reach/1", days=DAYS, sentences=sentences(found), unreached=found)

    @api.get("/oncall/{name}.ics", summary="The calendar of a schedule or of a person, as iCalendar")
    def export(name: str) -> Response:
        return _ics(feed(site.policy, name, site.clock()))

    return api


def shared(site: Site, request: Request) -> Response:
    """``GET /oncall/{token}/{name}.ics``: for a program that can only keep an address."""
    found = site.sessions.tokens.check(request.path_params["token"].encode("utf-8", "replace"))
    if found is None or not found.may("calendar"):
        return PlainTextResponse("There is no calendar at this address; it may have been closed.\n", 404, HEADERS)
    try:
        return _ics(feed(site.policy, request.path_params["name"], site.clock()))
    except NotFound as error:
        return PlainTextResponse(f"{error}\n", 404, HEADERS)


def _ics(text: str) -> Response:
    return Response(text, headers={"Cache-Control": "private, no-cache"}, media_type="text/calendar; charset=utf-8")


def show(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /oncall``."""
    return _page(site, visitor, request)


def act(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    """``POST /oncall/{verb}``; a refusal keeps what was typed."""
    verb = request.path_params["verb"]
    try:
        if verb == "address":
            made = site.sessions.tokens.perform(CALENDAR_ADDRESS, form.parameters(CALENDAR_ADDRESS), visitor, key=form.key(verb))
            return _page(site, visitor, request, secret=made.secret)
        if verb not in _FORMS:
            raise NotFound(f"There is no action {verb}.")
        written = site.door.perform(_FORMS[verb], "", form.parameters(_FORMS[verb]), visitor, key=form.key(verb))
    except (Refused, Invalid) as error:
        return _page(site, visitor, request, problem=str(error), form=form)
    return see_other(f"{site.pages.prefix}/{'people' if verb == 'test' else 'oncall'}?wrote={written.seq}")


def _page(
    site: Site, visitor: Visitor, request: Request, *, problem: str = "", form: Form | None = None, secret: str = ""
) -> Response:
    policy, now = site.policy, site.clock()
    zone = _zone_of(policy, visitor.name, request.query_params.get("zone", ""))
    people = sorted({one.name for one in policy.people})
    found = reports(policy, now)
    tones = {name: place % TONES for place, name in enumerate(sorted({turn.person for one in found for turn in one.shifts}))}
    return site.pages.page(
        "oncall.html",
        409 if problem else 200,
        schedules=[(one, _weeks(one, zone, now, tones)) for one in found],
        overrides=in_force(policy, now),
        reach=sentences(site.reach()),
        people=people,
        zone=zone.key,
        local=lambda at: f"{datetime.fromtimestamp(at, zone):%a %d %b %H:%M}",
        in_utc=lambda at: f"{datetime.fromtimestamp(at, UTC):%a %d %b %H:%M}",
        problem=problem,
        address=f"{policy.base_url.rstrip('/')}/oncall/{secret}/" if secret else "",
        **site.context(visitor, form),
    )


def _zone_of(policy: Policy, who: str, wanted: str) -> ZoneInfo:
    """What was asked for, else that of the viewer's file in people/, else UTC."""
    own = next((one.time_zone for one in policy.people if one.name == who), "")
    return ZoneInfo(next((one for one in (wanted, own) if one and one in available_timezones()), "UTC"))


def _weeks(found: ScheduleReport, zone: ZoneInfo, now: float, tones: dict[str, int]) -> list[Week]:
    """From midnight today on."""
    first = wall_of(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    weeks = []
    for number in range(DAYS // 7):
        day = first + number * _WEEK
        low, high = utc(day, zone), utc(day + _WEEK, zone)
        turns = [(turn, tones[turn.person]) for turn in found.shifts] + [(gap, -1) for gap in found.gaps]
        days = tuple(f"{day + timedelta(days=one):%a %d}" for one in range(7))
        weeks.append(Week(days, tuple(_bars(turns, low, high))))
    return weeks


def _bars(turns: Sequence[tuple[Shift, int]], low: float, high: float) -> list[Bar]:
    inside = [(max(one.start, low), min(one.end, high), one.person, tone) for one, tone in turns]
    scale = 100 / (high - low)
    return [
        Bar(round((start - low) * scale, 2), round((end - start) * scale, 2), person, tone)
        for start, end, person, tone in sorted(inside)
        if start < end
    ]

"""Shifts of Grafana OnCall against the rules of RFC 5545 that it makes of them, as a library that is not ours expands them."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stormjib.core.oncall.schedule import on_call
from stormjib.imports import oncall
from stormjib.imports.shape import Brought
from stormjib.imports.source import load

PEOPLE = ("ana", "bo", "cy")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = {"hourly": rrule.HOURLY, "daily": rrule.DAILY, "weekly": rrule.WEEKLY}
UNIT_HOURS = {"hourly": 1, "daily": 24, "weekly": 7 * 24}
HOUR = 3600
FIRST, LAST = datetime(2025, 12, 1), datetime(2026, 11, 15)  # noqa: DTZ001 - what the wall shows


@st.composite
def a_shift(draw):
    frequency = draw(st.sampled_from(("hourly", "daily", "weekly")))
    interval = draw(st.integers(1, 3)) * (12 if frequency == "hourly" else 1)
    by_day = (
        draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=5, unique=True))
        if frequency == "weekly" and draw(st.booleans())
        else None
    )
    most = 24 if by_day else UNIT_HOURS[frequency] * interval
    # Hand-offs are not in the hour that comes twice.
    start = FIRST + timedelta(days=draw(st.integers(0, 20)), hours=draw(st.integers(4, 11)))
    hours = (
        most
        if frequency == "hourly" or draw(st.booleans())
        else draw(st.sampled_from([count for count in (8, 12, 24, 36, 48, 120) if count <= min(most, UNIT_HOURS[frequency])]))
    )
    if by_day:
        start += timedelta(days=(DAYS.index(draw(st.sampled_from(by_day))) - start.weekday()) % 7)
    return {
        "type": draw(st.sampled_from(("rolling_users", "recurrent_event"))),
        "level": draw(st.integers(0, 2)),
        "start": start.isoformat(),
        "duration": hours * HOUR,
        "frequency": frequency,
        "interval": interval,
        "week_start": draw(st.sampled_from(DAYS)),
        "by_day": by_day,
        "users": draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True)),
        "rolling_users": draw(
            st.lists(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True), min_size=1, max_size=3)
        ),
        "start_rotation_from_user_index": draw(st.none() | st.integers(0, 0)),
    }


def events(shift, until):
    """(from, until, who) by the clock on the wall: a rule for each group, whose interval is the whole round."""
    start, lasts = datetime.fromisoformat(shift["start"]), timedelta(seconds=shift["duration"])
    groups = shift["rolling_users"] if shift["type"] == "rolling_users" else [shift["users"]]

    def rule(first, interval):
        days = [getattr(rrule, day) for day in shift["by_day"]] if shift["by_day"] else None
        week_start = getattr(rrule, shift["week_start"])
        kind = FREQUENCIES[shift["frequency"]]
        return rrule.rrule(kind, dtstart=first, interval=interval, byweekday=days, wkst=week_start, until=until)

    for group in groups:
        for begins in rule(start, shift["interval"] * len(groups)):
            for who in group:
                yield begins, begins + lasts, who
        ahead = {"hourly": timedelta(hours=1), "daily": timedelta(days=1)}.get(shift["frequency"])
        if ahead is None:
            ahead = timedelta(days=(DAYS.index(shift["week_start"]) - start.weekday() - 1) % 7 + 1)
        following = rule(start, shift["interval"]).after(
            (start + ahead).replace(hour=0) if shift["frequency"] != "hourly" else start + ahead, inc=True
        )
        if following is None:
            return
        start = following


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
@settings(max_examples=8, deadline=None, phases=[Phase.generate], report_multiple_bugs=False)
@given(
    shifts=st.lists(a_shift(), min_size=1, max_size=3), probes=st.lists(st.integers(24 * 40, 24 * 300), min_size=50, max_size=50)
)
def test_shifts_say_the_same_as_their_rules(zone, shifts, probes):
    given_shifts = [{"id": f"O{number}", "name": f"shift {number}", **shift} for number, shift in enumerate(shifts)]
    body = {
        "users": [{"id": who, "username": who} for who in PEOPLE],
        "schedules": [
            {"id": "S", "name": "primary", "type": "calendar", "time_zone": zone, "shifts": [one["id"] for one in given_shifts]}
        ],
        "on_call_shifts": given_shifts,
    }
    found = Brought("oncall", datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    oncall.bring(load([("all.json", json.dumps(body).encode())], oncall.KINDS), found)
    assert not found.left or {one.field for one in found.left} == {"layers"}, found.left
    expanded = [(shift["level"], *event) for shift in given_shifts for event in events(shift, LAST)]
    for hours in probes:
        at = (datetime(2025, 12, 1, tzinfo=UTC) + timedelta(hours=hours)).timestamp()
        clocks = [datetime.fromtimestamp(at + shift, ZoneInfo(zone)) for shift in (-3 * HOUR, 0, 3 * HOUR)]
        if len({clock.utcoffset() for clock in clocks}) > 1:
            continue
        clock = clocks[1].replace(tzinfo=None)
        open_now = [(level, who) for level, begins, ends, who in expanded if begins <= clock < ends]
        expected = {who for level, who in open_now if level == max(open_now)[0]}
        here = {who for part in found.items["schedules"] for who in on_call(part, (), at)}
        assert here == expected, (clock, given_shifts)

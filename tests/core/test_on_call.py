"""On call: against a calendar library over five years in six zones, and the weeks in which the clocks change, as a person reads them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from stormjib.core.catalogue.reading import read_as
from stormjib.core.oncall.schedule import Layer, Override, Restriction, Schedule, Shift, gaps, on_call, shifts
from stormjib.core.oncall.wall import DAYS, utc

ZONES = ("Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Pacific/Auckland", "Africa/Cairo")
SINCE, YEARS = datetime(2022, 1, 3), 5  # noqa: DTZ001 - what the wall shows
PEOPLE = ("ana", "bo", "cy")
GOLDEN = Path(__file__).parent / "cases" / "hand_offs.txt"


def at(text, zone="UTC"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def schedule(*layers, zone="UTC", **given):
    return Schedule(name="primary", time_zone=zone, layers=layers, **given)


def oracle(events, zone, low, high):
    """What the calendar library makes of (first, length of an occurrence, rule, summary), as (start, end, summary) in UTC.

    RFC 5545 and we differ in one thing that is our own decision: a time that is skipped begins with the skip.
    """
    calendar = icalendar.Calendar()
    for number, (first, length, rule, summary) in enumerate(events):
        event = icalendar.Event()
        event.add("uid", str(number))
        event.add("dtstart", first.replace(tzinfo=ZoneInfo(zone)))
        event.add("duration", length)
        event.add("rrule", rule)
        event.add("summary", summary)
        calendar.add_component(event)
    span = (datetime.fromtimestamp(low, UTC) - timedelta(days=40), datetime.fromtimestamp(high, UTC) + timedelta(days=2))
    for event in recurring_ical_events.of(calendar, components=["VEVENT"]).between(*span):
        begin = event["DTSTART"].dt.replace(tzinfo=None)
        yield seconds(begin, zone), seconds(begin + length, zone), str(event["SUMMARY"])


def seconds(wall, zone):
    """By trying: minute by minute until the clock shows what it should."""
    while True:
        found = wall.replace(tzinfo=ZoneInfo(zone))
        if found.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
            return found.timestamp()
        wall += timedelta(minutes=1)


def clipped(found, low, high):
    return sorted((max(a, low), min(b, high), who) for a, b, who in found if max(a, low) < min(b, high))


def joined(found):
    out = []
    for a, b, who in found:
        if out and out[-1][1:] == (a, who):
            out[-1] = (out[-1][0], b, who)
        else:
            out.append((a, b, who))
    return out


def ours(found):
    return [(one.start, one.end, one.person) for one in found]


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_rotations_are_those_of_the_calendar(zone, data):
    unit, freq, most = data.draw(st.sampled_from([("week", "WEEKLY", 3), ("day", "DAILY", 4)]))
    count = data.draw(st.integers(1, most))
    people = PEOPLE[: data.draw(st.integers(1, 3))]
    first = SINCE + timedelta(days=data.draw(st.integers(0, 6)), minutes=data.draw(st.integers(0, 1439)))
    length = count * timedelta(**{f"{unit}s": 1})
    layer = Layer(people=people, every=f"{count} {unit}s", start=f"{first:%Y-%m-%d %H:%M}")
    low = utc(first, ZoneInfo(zone))
    high = low + YEARS * 366 * 86400
    events = [
        (first + number * length, length, {"freq": freq, "interval": count * len(people)}, who)
        for number, who in enumerate(people)
    ]
    assert ours(shifts(schedule(layer, zone=zone), (), low, high)) == joined(clipped(oracle(events, zone, low, high), low, high))


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_restrictions_are_those_of_the_calendar(zone, data):
    days = data.draw(st.lists(st.sampled_from(DAYS), unique=True, max_size=7))
    begins, ends = data.draw(st.integers(0, 1439)), data.draw(st.integers(1, 1440))
    length = timedelta(minutes=ends - begins + (1440 if ends <= begins else 0))
    clock = lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}"  # noqa: E731
    hours = Restriction(days=tuple(days), begins=clock(begins), ends=clock(ends))
    low = utc(SINCE, ZoneInfo(zone))
    high = low + YEARS * 365 * 86400
    wanted = [DAYS.index(day) for day in days] or range(7)
    # From the week before, whose last night may reach in.
    events = [(SINCE + timedelta(days=day - 7, minutes=begins), length, {"freq": "weekly"}, "ana") for day in wanted]
    found = ours(shifts(schedule(Layer(people=("ana",), start="2021-01-01", restrictions=(hours,)), zone=zone), (), low, high))
    assert found == merged(clipped(oracle(events, zone, low, high), low, high))


def merged(spans):
    out = []
    for a, b, who in spans:
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(b, out[-1][1]), who)
        else:
            out.append((a, b, who))
    return out


SPAN = st.tuples(st.integers(0, 60), st.integers(1, 30), st.sampled_from(PEOPLE))


@given(overrides=st.lists(SPAN, max_size=8), probe=st.integers(0, 89))
def test_the_newest_override_counts_and_gaps_are_where_nobody_is(overrides, probe):
    night = Restriction(begins="00:20", ends="00:50")
    given = [Override("primary", who, a * 60.0, (a + length) * 60.0) for a, length, who in overrides]
    now = probe * 60.0
    book = schedule(Layer(people=("zoe",), start="1969-12-01", restrictions=(night,)))
    newest = next((one.person for one in reversed(given) if one.start <= now < one.end), None)
    expected = newest or ("zoe" if 20 <= probe < 50 else None)
    assert on_call(book, given, now) == ((expected,) if expected else ())
    assert any(a <= now < b for a, b in gaps(book, given, 0.0, 5400.0)) == (expected is None)


def test_a_later_layer_covers_an_earlier_one_where_it_has_somebody():
    week = Layer(people=("ana",), start="2026-01-05")
    weekend = Layer(people=("bo",), start="2026-01-05", name="weekend", restrictions=(Restriction(days=("sat", "sun")),))
    found = shifts(schedule(week, weekend), (), at("2026-01-09"), at("2026-01-13"))
    assert [(one.person, one.layer) for one in found] == [("ana", "layer 1"), ("bo", "weekend"), ("ana", "layer 1")]
    assert (found[1].start, found[1].end) == (at("2026-01-10"), at("2026-01-12"))


def test_the_first_turn_ends_with_the_first_hand_off():
    layer = Layer(people=PEOPLE, every="1 week", start="2026-01-07 12:00", hand_off="mon 09:00")
    found = shifts(schedule(layer), (), at("2026-01-01"), at("2026-01-20"))
    assert ours(found) == [
        (at("2026-01-07 12:00"), at("2026-01-12 09:00"), "ana"),
        (at("2026-01-12 09:00"), at("2026-01-19 09:00"), "bo"),
        (at("2026-01-19 09:00"), at("2026-01-20"), "cy"),
    ]


def test_a_layer_that_ends_gives_back_what_it_covered():
    below = Layer(people=("ana",), every="1 day", start="2026-01-05")
    found = schedule(
        below, Layer(people=("bo", "cy"), name="fair", every="2 days", start="2026-01-06 09:00", end="2026-01-09 12:00")
    )
    turns = [(one.person, one.start, one.end) for one in shifts(found, (), at("2026-01-06"), at("2026-01-12"))]
    assert turns == [
        ("ana", at("2026-01-06"), at("2026-01-06T09:00")),
        ("bo", at("2026-01-06T09:00"), at("2026-01-08T09:00")),
        ("cy", at("2026-01-08T09:00"), at("2026-01-09T12:00")),
        ("ana", at("2026-01-09T12:00"), at("2026-01-12")),
    ]


def test_a_turn_that_nobody_has_leaves_what_is_below():
    below = Layer(people=("ana",), every="1 day", start="2026-01-05")
    found = schedule(below, Layer(people=("bo", "nobody"), name="odd weeks", start="2026-01-05"))
    assert [on_call(found, (), at(f"2026-01-{day:02}T12:00"))[0] for day in (5, 12, 19, 26)] == ["bo", "ana", "bo", "ana"]
    assert gaps(schedule(found.layers[1]), (), at("2026-01-05"), at("2026-01-19")) == ((at("2026-01-12"), at("2026-01-19")),)


@pytest.mark.parametrize("zone", ZONES)
def test_a_layer_keeps_the_clock_of_its_own_zone(zone):
    layer = Layer(
        people=("ana", "bo"), every="1 day", start="2026-01-05 09:00", restrictions=(Restriction(begins="09:00", ends="17:00"),)
    )
    span = at("2026-01-05"), at("2027-01-05")
    own = shifts(schedule(layer, zone=zone), (), *span)
    there = schedule(msgspec.structs.replace(layer, time_zone=zone), zone="Asia/Tokyo")
    assert shifts(there, (), *span) == own
    assert own != shifts(schedule(layer, zone="Asia/Tokyo"), (), *span)


def test_what_a_calendar_said_lies_below_overrides():
    book = schedule(ical="x.ics", imported=(Shift(0.0, 100.0, "ana"), Shift(0.0, 100.0, "bo")))
    assert on_call(book, (), 5.0) == ("ana", "bo")
    assert on_call(book, (Override("primary", "cy", 0.0, 10.0),), 5.0) == ("cy",)


def test_a_file_reads_as_people_write_it():
    value = {"name": "p", "layers": [{"people": ["ana"], "restrictions": [{"days": ["mon"], "from": "09:00", "to": "17:00"}]}]}
    found, wrong = read_as(value, Schedule)
    assert (found.layers[0].restrictions[0].begins, wrong) == ("09:00", [])


def told():
    """Every hand-off of the weeks in which the clocks change, a line each."""
    lines = []
    for zone in ZONES:
        for title, layer in (
            ("every week, mon 09:00", Layer(people=PEOPLE, start="2026-01-05 09:00")),
            ("every day, 02:30", Layer(people=PEOPLE, every="1 day", start="2026-01-05 02:30")),
            ("every 12 hours, 07:00", Layer(people=PEOPLE, every="12 hours", start="2026-01-05 07:00")),
        ):
            for change in changes(zone, 2026):
                low, high = change - 36 * 3600, change + 60 * 3600
                lines.append(f"{zone}, {title}, clocks change {shown(change, zone)}")
                lines += [
                    f"  {shown(one.start, zone)}  {one.person}" for one in shifts(schedule(layer, zone=zone), (), low, high)[1:]
                ]
    return "\n".join(lines) + "\n"


def changes(zone, year):
    hours = range(int(at(f"{year}-01-01")), int(at(f"{year + 1}-01-01")), 1800)
    offset = lambda second: datetime.fromtimestamp(second, ZoneInfo(zone)).utcoffset()  # noqa: E731
    return [second for second in hours if offset(second) != offset(second - 1)]


def shown(second, zone):
    return (
        f"{datetime.fromtimestamp(second, ZoneInfo(zone)):%a %Y-%m-%d %H:%M %z} = {datetime.fromtimestamp(second, UTC):%H:%M} UTC"
    )


def test_hand_offs_in_the_weeks_in_which_the_clocks_change():
    """After a wanted change: python -m tests.core.test_on_call, and read the difference."""
    assert told() == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.write_text(told(), encoding="utf-8")

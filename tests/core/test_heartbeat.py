"""When a heartbeat is expected: by interval, and by cron in its own zone, also where clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from stormjib.core.catalogue.heartbeat import Heartbeat
from stormjib.core.heartbeat import NOTE_CHARS_MAX, note_of

BERLIN = ZoneInfo("Europe/Berlin")


def at(text, zone=BERLIN):
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("cron", "last", "expected"),
    [
        ("30 2 * * *", "2026-01-05 02:31", "2026-01-06 02:30"),
        ("30 2 * * 1-5", "2026-01-09 02:31", "2026-01-12 02:30"),
        ("30 2 * * *", "2026-03-28 02:31", "2026-03-29 03:00"),
        ("30 2 * * *", "2026-03-29 03:01", "2026-03-30 02:30"),
        ("30 2 * * *", "2026-10-25 02:31", "2026-10-26 02:30"),
        ("0 4 * * *", "2026-10-24 04:00:05", "2026-10-25 04:00"),
        ("0 4 * * *", "2026-10-24 03:59:45", "2026-10-25 04:00"),
        ("0 4 * * *", "2026-10-24 03:58", "2026-10-24 04:00"),
    ],
)
def test_cron_is_the_clock_on_the_wall(cron, last, expected):
    one = Heartbeat(name="backup", cron=cron, time_zone="Europe/Berlin")
    assert one.expected(at(last)) == at(expected)


def test_an_interval_is_seconds_whatever_the_clocks_do():
    one = Heartbeat(name="backup", every="1d", grace="1h")
    assert (one.expected(at("2026-03-28 12:00")), one.grace_seconds) == (at("2026-03-29 13:00"), 3_600)


@pytest.mark.parametrize(
    ("body", "note"),
    [
        (b"", ""),
        (b" 3 files\n", "3 files"),
        (b'{"note": "3 files"}', "3 files"),
        (b"{}", ""),
        (b"{broken", "{broken"),
        (b"\xff", "�"),
        (b"x" * 5_000, "x" * (NOTE_CHARS_MAX - 1) + "…"),
    ],
)
def test_a_note_is_what_was_sent_along(body, note):
    assert note_of(body) == note

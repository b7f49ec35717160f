"""An access log becomes a table: by minute, route and upstream."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormjib.evidence.access_log.change import read_change
from stormjib.evidence.access_log.grammar import (
    EXACT_BELOW,
    MILLISECONDS_MAX,
    OTHER,
    ROUTES_MAX,
    bucket_of,
    minute_of,
    seconds_of,
)
from stormjib.evidence.access_log.request_counts import COLUMN_BYTES, RequestCounts, at_ranks
from stormjib.evidence.access_log.table import compare
from stormjib.evidence.loglines.access_line import MALFORMED, parse

HEAD = '10.0.0.1 - - [23/Nov/2026:18:03:12 +0000] "GET /health HTTP/1.1" 200 15 "-" "probe/1.0"'


def line(
    *, request="GET /health HTTP/1.1", status=200, size="15", stamp="23/Nov/2026:18:03:12 +0000", tail="", agent="probe/1.0"
):
    return f'10.0.0.1 - ana [{stamp}] "{request}" {status} {size} "-" "{agent}"{tail}'


def read(lines, end="\n"):
    counts = RequestCounts()
    counts.feed((end.join(lines) + end).encode("utf-8", "surrogateescape") if lines else b"")
    return counts.table()


def shown(table):
    return [
        (row.route, row.upstream, row.minute, row.statuses, row.bytes, row.p50_seconds, row.p95_seconds)
        for row in table.rows("minute", "route", "upstream")
    ]


def one_by_one(lines):
    """What the table of some lines has to be, and the lines that are no requests."""
    statuses, sizes, latencies, rejected = defaultdict(lambda: [0] * 5), Counter(), defaultdict(Counter), []
    routes = {}
    for each in filter(None, lines):
        request = parse(each)
        minute = minute_of(request.time) if request else None
        if minute is None:
            rejected.append(each)
            continue
        route = request.route if routes.setdefault(request.route, len(routes)) < ROUTES_MAX else OTHER
        key = (route, request.upstream, minute)
        statuses[key][min(request.status // 100, 5) - 1] += 1
        sizes[key] += request.bytes
        if request.seconds is not None:
            latencies[key][bucket_of(round(request.seconds * 1_000))] += 1
    rows = [(*key, tuple(counted), sizes[key], *at_ranks(latencies[key])[:2]) for key, counted in statuses.items()]
    return sorted(rows, key=lambda row: (row[2], row[0], row[1])), rejected


def test_requests_are_counted_by_minute_route_and_upstream():
    lines = [
        line(tail=' rt=0.100 uct="0.000" urt="0.090" ua="10.0.0.2:80"'),
        line(tail=' rt=0.300 uct="0.000" urt="0.290" ua="10.0.0.2:80"', status=503),
        line(tail=' rt=0.200 uct="-, 0.000" urt="0.000, 0.190" ua="10.0.0.3:80, 10.0.0.2:80"'),
        line(tail=' rt=4.000 ua="-"', request="GET /texts/17/marks?x=1 HTTP/1.1"),
        line(stamp="23/Nov/2026:20:04:59 +0200", size="-"),
    ]
    minute = int(datetime(2026, 11, 23, 18, 3, tzinfo=UTC).timestamp()) // 60
    assert shown(read(lines)) == [
        ("GET /health", "10.0.0.2:80", minute, (0, 2, 0, 0, 1), 45, 0.2, 0.3),
        ("GET /texts/:id/marks", "", minute, (0, 1, 0, 0, 0), 15, 4.0, 4.0),
        ("GET /health", "", minute + 1, (0, 1, 0, 0, 0), 0, None, None),
    ]


@pytest.mark.parametrize(
    ("tail", "seconds", "upstream"),
    [
        ("", None, ""),
        (" 0.123", 0.123, ""),
        (" 0.123 0.100 10.0.0.2:80", 0.123, "10.0.0.2:80"),
        (" 0.123 0.001, 0.100 10.0.0.2:80, 10.0.0.3:80", 0.123, "10.0.0.3:80"),
        (' "0.123" "10.0.0.2:80"', 0.123, "10.0.0.2:80"),
        (" request_time=0.5 upstream_addr=unix:/run/api.sock", 0.5, "unix:/run/api.sock"),
        (' urt="0.100, 0.023" ua="[::1]:80"', 0.123, "[::1]:80"),
        (" rt=- ua=-", None, ""),
        (" 12345", None, ""),
        (' "203.0.113.9"', None, ""),
        (" rt=0.1239", 0.123, ""),
    ],
)
def test_times_and_upstream(tail, seconds, upstream):
    (row,) = read([line(tail=tail)]).rows("upstream")
    assert (row.p50_seconds, row.upstream) == (seconds, upstream)


@pytest.mark.parametrize(
    ("request_line", "route"),
    [
        ("GET / HTTP/1.1", "GET /"),
        ("GET /a//b/ HTTP/2.0", "GET /a//b/"),
        ("POST /users/0042?next=/a/1 HTTP/1.1", "POST /users/:id"),
        ("GET /o/0123456789abcdef HTTP/1.1", "GET /o/:id"),
        ("GET /o/3f2504e0-4f89-11d3-9a0c-0305e82c3301/x HTTP/1.1", "GET /o/:id/x"),
        ("GET /o/abcdef HTTP/1.1", "GET /o/abcdef"),
        ("GET /v1", "GET /v1"),
        ("GET /café HTTP/1.1", "GET /café"),
        (r"GET /say\"hi\" HTTP/1.1", r"GET /say\"hi\""),
        (r"\x16\x03\x01", MALFORMED),
        ("-", MALFORMED),
        ("", MALFORMED),
        ("get / HTTP/1.1", MALFORMED),
        ("GET /a b HTTP/1.1", MALFORMED),
    ],
)
def test_route(request_line, route):
    table = read([line(request=request_line)])
    assert [row.route for row in table.rows("route")] == [route]
    assert parse(line(request=request_line)).route == route
    assert table.rejected == 0


REJECTED = [
    "x",
    HEAD[:-1],
    HEAD[:60],
    HEAD.replace("200", "20"),
    HEAD.replace("200", "099"),
    HEAD.replace(" 15 ", " x "),
    HEAD.replace("Nov", "Nob"),
    HEAD.replace("23/", "31/"),
    HEAD.replace("18:03", "24:03"),
    HEAD.replace("18:03", "18:60"),
    HEAD.replace("2026", "1969"),
    HEAD.replace("+0000", "00000"),
    HEAD.replace("10.0.0.1 - ", "10.0.0.1 "),
    HEAD + "x",
    " " + HEAD,
    HEAD.replace('"probe/1.0"', "probe"),
    '{"level": "info"}',
]


@pytest.mark.parametrize("wrong", REJECTED)
def test_a_line_in_another_format_is_rejected_and_the_first_is_shown(wrong):
    table = read([HEAD, wrong, HEAD, "", HEAD[:50]])
    assert (table.requests, table.rejected, table.first_rejected) == (2, 2, wrong)


def test_windows_line_ends_and_nothing_at_all():
    assert read([HEAD, HEAD], "\r\n").requests == 2
    assert read([]).rows() == []


def test_a_scanner_cannot_make_more_routes_than_the_limit():
    lines = [line(request=f"GET /wp-{number:x}z HTTP/1.1") for number in range(ROUTES_MAX + 100)]
    rows = {row.route: row.requests for row in read(lines).rows("route")}
    assert len(rows) == ROUTES_MAX + 1
    assert rows[OTHER] == 100


def test_the_table_is_that_of_its_lines_one_by_one():
    rng = random.Random(3)
    lines = []
    for number in range(90_000):
        stamp = f"23/Nov/2026:{18 + number // 60_000}:{number // 1_000 % 60:02}:00 +0000"
        tail = f' rt={rng.lognormvariate(-2, 2):.3f} ua="10.0.0.{rng.randrange(9)}:80"' if rng.random() < 0.9 else ""
        made = line(
            request=f"GET /r{rng.randrange(40)}/{rng.randrange(9**6)} HTTP/1.1",
            stamp=stamp,
            tail=tail,
            status=rng.choice([200, 301, 404, 500]),
        )
        lines.append(made if rng.random() < 0.99 else made[: rng.randrange(1, 70)])
    table = read(lines)
    rows, rejected = one_by_one(lines)
    assert shown(table) == rows
    assert (table.rejected, table.first_rejected) == (len(rejected), rejected[0])
    assert sum(row.requests for row in table.rows("route")) == table.rows()[0].requests == len(lines) - len(rejected)


def test_the_table_is_that_of_its_lines_where_minutes_are_in_disorder():
    """Slow requests are logged late; among them are times that do not exist, answers without a size, and more routes than the limit."""
    rng = random.Random(5)
    lines = []
    for number in range(3 * COLUMN_BYTES // len(HEAD)):
        minute = max(0, number // 300 - rng.choice([0, 0, 0, 1, 2, 7]))
        stamp = f"{rng.choice(['23', '23', '23', '31'])}/Nov/2026:18:{minute % 60:02}:{number % 60:02} {rng.choice(['+0000', '-0130'])}"
        size = rng.choice(["0", "17", "-", "1000000000000000000", "0000000000000000000000007"])
        request = f"GET /{''.join(rng.choices('ghij', k=5))} HTTP/1.1"
        made = line(
            request=request, stamp=stamp, size=size, status=rng.choice([101, 204, 302, 404, 500, 999]), tail=f" rt=0.{number % 9}"
        )
        lines.append(made if number % 50 else "")
    table = read(lines)
    rows, rejected = one_by_one(lines)
    assert len({row.route for row in table.rows("route")}) == ROUTES_MAX + 1
    assert len(table.rows("minute")) > 20
    assert shown(table) == rows
    assert (table.rejected, table.first_rejected) == (len(rejected), rejected[0])


PARTS = st.sampled_from([*HEAD, *' "[]\\-', "GET", "/7", "é", "\t", " rt=0.1", "\r", "\x00"])


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.lists(PARTS, max_size=12).map("".join)
        | st.tuples(st.integers(0, 88), PARTS).map(lambda cut: HEAD[: cut[0]] + cut[1] + HEAD[cut[0] :]),
        max_size=8,
    )
)
def test_any_text_is_taken_or_rejected(lines):
    text = "\n".join(part.replace("\n", "") for part in lines) + "\n"
    counts = RequestCounts()
    counts.feed(text.encode())
    table = counts.table()
    whole = [part for part in text.split("\n") if part not in {"", "\r"}]
    assert table.requests + table.rejected == len(whole)


@given(st.integers(0, MILLISECONDS_MAX))
def test_a_bucket_is_exact_below_a_second_and_narrow_above(milliseconds):
    seconds = seconds_of(bucket_of(milliseconds))
    assert seconds * 1_000 <= milliseconds + 1e-6
    assert milliseconds - seconds * 1_000 <= (0.001 if milliseconds < EXACT_BELOW else milliseconds / 128)


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2199, 1, 1)),  # noqa: DTZ001 - the zone is apart
    st.integers(-14 * 60, 14 * 60),
)
def test_the_minute_is_that_of_utc(moment, offset):
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}{abs(offset) % 60:02}"
    stamp = f"{moment:%d/%b/%Y:%H:%M:%S} {zone}"
    assert minute_of(stamp) == int(moment.replace(tzinfo=UTC).timestamp()) // 60 - offset


def test_since_a_moment_is_compared_with_before():
    before = [line(stamp=f"23/Nov/2026:18:0{minute}:10 +0000", tail=" rt=0.010") for minute in range(4) for _ in range(10)]
    since = [
        line(stamp=f"23/Nov/2026:18:0{minute}:10 +0000", tail=" rt=2.000", status=503) for minute in (4, 5) for _ in range(30)
    ]
    new = [line(stamp="23/Nov/2026:18:05:10 +0000", request="GET /new HTTP/1.1")]
    at = datetime(2026, 11, 23, 18, 4, 30, tzinfo=UTC).timestamp()
    health, other = compare(read([*before, *since, *new]), at)
    assert (health.name, health.before_per_minute, health.since_per_minute) == ("GET /health", 10.0, 30.0)
    assert (health.before.failed_share, health.since.failed_share) == (0.0, 1.0)
    assert (health.before.p95_seconds, health.since.p95_seconds) == (0.01, 2.0)
    assert (other.name, other.before, other.since.requests) == ("GET /new", None, 1)


def test_the_one_line_reader_takes_what_the_table_takes():
    for wrong in REJECTED:
        taken = parse(wrong)
        assert taken is None or minute_of(taken.time) is None, wrong
    assert parse(HEAD).route == "GET /health"


def test_what_changed_is_one_sentence():
    tail = ' rt={} ua="10.0.0.{}:80"'
    before = [
        line(stamp=f"23/Nov/2026:18:0{minute}:10 +0000", tail=tail.format("0.010", each % 2))
        for minute in range(4)
        for each in range(20)
    ]
    since = [
        line(stamp=f"23/Nov/2026:18:0{minute}:10 +0000", tail=tail.format("0.900", each % 2), status=503 if each % 2 else 200)
        for minute in (4, 5)
        for each in range(20)
    ]
    reading = read_change(read([*before, *since, "x"]), datetime(2026, 11, 23, 18, 4, tzinfo=UTC).timestamp())
    assert reading.level == "bad"
    assert reading.sentence == (
        "GET /health fails with 5xx in 50 % of 40 requests (before: 0 %); 10.0.0.1:80 fails with 5xx in 100 % of 20 requests (before: 0 %); "
        "GET /health answers one request in twenty after 900 ms or more (before: 10 ms); and 2 more."
    )


def test_nothing_changed_and_no_traffic_are_told_apart():
    at = datetime(2026, 11, 23, 18, 4, tzinfo=UTC).timestamp()
    steady = [line(stamp=f"23/Nov/2026:18:0{minute}:10 +0000") for minute in range(8) for _ in range(20)]
    assert read_change(read(steady), at).sentence == ""
    gone = read_change(read([*steady[:80], line(stamp="23/Nov/2026:18:05:10 +0000")]), at)
    assert gone.sentence == "Only 0.5 requests a minute arrive (before: 20)."
    assert read_change(read([]), at).sentence == ""


def test_a_log_that_begins_in_the_minute_of_the_moment_has_nothing_before():
    """A service that came up within the minute: everything is since, and nothing fails for want of a before."""
    counts = RequestCounts()
    counts.feed(b'10.0.0.1 - - [21/Sep/2026:14:00:12 +0000] "GET /a HTTP/1.1" 200 5 "-" "-" rt=0.010\n')
    at = datetime(2026, 9, 21, 14, 0, 30, tzinfo=UTC).timestamp()
    (change,) = compare(counts.table(), at)
    assert change.before is None
    assert change.since is not None
    assert change.since.requests == 1

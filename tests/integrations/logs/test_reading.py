"""Log files as they are found: packed, rotated, broken, of any encoding, and with clocks that jump."""

import bz2
import gzip
import os
import random
from datetime import UTC, datetime, timedelta

import pytest

from stormjib.evidence.loglines.report import report
from stormjib.integrations.logs.reading import read
from stormjib.integrations.logs.source import BLOCK_BYTES, LINE_BYTES_MAX, Source, siblings

NOW = 1_772_400_000.0
BEGINS = datetime(2026, 3, 1, 8, tzinfo=UTC)


def service_log(lines, *, seed=1, step_seconds=0.05):
    """Lines of a service that is well, then not."""
    generator = random.Random(seed)
    written = []
    for number in range(lines):
        at = (BEGINS + timedelta(seconds=number * step_seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        kind = generator.random()
        if kind < 0.6:
            text = f"INFO request {generator.getrandbits(64):016x} GET /orders/{generator.randrange(10**6)} took {generator.randrange(900)} ms"
        elif kind < 0.9:
            text = f"DEBUG cache lookup of key {generator.randrange(10**6)} hit={generator.choice(['true', 'false'])}"
        elif kind < 0.98 or number < lines * 3 // 4:
            text = f"WARN pool is at {generator.randrange(100)} % of {generator.randrange(9)}"
        else:
            text = "ERROR order can't be saved\njava.net.ConnectException: refused\n\tat com.acme.Db.save(Db.java:17)\n\tat com.acme.Main.run(Main.java:3)"
        written.append(f"{at}Z {text}\n")
    return "".join(written)


def patterns(reading, moment=None):
    found = report(reading.counts, moment)
    return {
        (
            one.template,
            one.error,
            one.count,
            one.first,
            one.last,
            one.example,
            one.line,
            one.trace,
            tuple(one.raises.items()),
            reading.counting.last(one.shapes),
        )
        for one in found.patterns
    }


def told(path, **given):
    reading = read([path], now=NOW, **given)
    found = report(reading.counts, given.get("moment"))
    by = {one.template: one.count for one in found.patterns}
    reading.close()
    return by, found, reading


def test_a_service_log(tmp_path):
    log = tmp_path / "app.log"
    text = service_log(20_000)
    log.write_text(text)
    by, found, _ = told(log, moment=int((BEGINS + timedelta(minutes=12)).timestamp()))
    assert sum(by.values()) + found.joined == found.lines == text.count("\n")
    bad = next(one for one in found.patterns if one.error)
    assert bad.template == "ERROR order can't be saved"
    assert bad.count == text.count("ERROR")
    assert bad.raises == {"java.net.ConnectException": bad.count}
    assert bad.trace[1] == "\tat com.acme.Db.save(Db.java:17)"
    assert bad.new
    assert found.errors == {
        begins: times
        for begins in found.errors
        for times in [
            sum(
                "ERROR" in line
                for line in text.splitlines()
                if line.startswith(datetime.fromtimestamp(begins, UTC).strftime("%Y-%m-%dT%H:%M"))
            )
        ]
    }


@pytest.mark.parametrize("style", ["iso", "syslog", "clf", "json", "epoch", "none", "sparse"])
def test_times_are_read_however_they_are_written(tmp_path, style):
    lines, errors = [], {}
    for number, line in enumerate(service_log(9_000, seed=5).splitlines()):
        stamp, _, rest = line.partition(" ")
        if not stamp.endswith("Z"):
            lines.append(line)
            continue
        at = datetime.fromisoformat(stamp)
        if style == "sparse":
            at = BEGINS + timedelta(minutes=number * 7)
        shown = {
            "iso": f"{stamp} {rest}",
            "sparse": f"{at:%Y-%m-%dT%H:%M:%S} {rest}",
            "syslog": f"{at:%b} {at.day:2} {at:%H:%M:%S} host app[17]: {rest}",
            "clf": f"10.0.0.{number % 250} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] {rest}",
            "json": f'{{"n":{number},"time":"{stamp}","msg":"{rest}"}}',
            "epoch": f"{at.timestamp():.3f} {rest}",
            "none": rest,
        }
        lines.append(shown[style])
        minute = int(at.timestamp()) // 60 * 60
        errors[minute] = errors.get(minute, 0) + rest.startswith("ERROR")
    log = tmp_path / "x.log"
    log.write_text("\n".join(lines) + "\n")
    _, found, reading = told(log)
    assert reading.counts.timed is (style != "none")
    assert sum(found.errors.values()) == sum(errors.values()) > 30
    width = reading.counts.width_seconds
    assert (width > 60) is (style == "sparse")
    wider = {}
    for minute, times in errors.items():
        begins = minute // width * width
        wider[begins] = wider.get(begins, 0) + times
    assert style == "none" or found.errors == wider


def disordered(lines, style):
    """Each line with its time. Nearly each one that has a time is of a new minute, to and fro; a third of the lines has none."""
    generator = random.Random(11)
    words = ["RAS KERNEL INFO", "APP FATAL", "a-component-with-a-name-longer-than-any-other:module", "x"]
    for number in range(lines):
        at = BEGINS + timedelta(minutes=generator.randrange(900), seconds=number % 60)
        said = f"{generator.choice(words)} unit {generator.randrange(99)} is {generator.choice(['up', 'down', 'lost'])}"
        kind = generator.randrange(6) if number else 2
        if kind == 0:
            yield None, f"{generator.randrange(9**9)} {generator.randrange(9**6):06} {said}"
        elif kind == 1:
            yield (
                None,
                generator.choice(
                    [
                        "17 s",
                        "2026-03-01 and more",
                        "- 1772 x",
                        f"\tat Unit.{generator.choice('abc')}(Unit.java:{number})",
                        "- " + "x" * 500,
                    ]
                ),
            )
        elif style == "iso":
            yield at, f"{at:%Y-%m-%d %H:%M:%S} ERROR {said}"
        elif style == "needle":
            yield at, f"{'- ' if number % 5 else generator.choice(words[2:]) + ' '}{at.timestamp():.0f} {said}"
        else:
            yield at, f'{{"n":{number},"unit":"{"u" * generator.randrange(60)}","time":"{at:%Y-%m-%dT%H:%M:%SZ}","msg":"{said}"}}'


@pytest.mark.parametrize("style", ["iso", "needle", "json"])
@pytest.mark.parametrize("since", [None, 300])
def test_each_line_is_of_its_minute(tmp_path, style, since):
    """However times jump, to the line: one without a time is of the minute of the line before it."""
    log = tmp_path / "app.log"
    lines = list(disordered(60_000, style))
    log.write_text("\n".join(text for _, text in lines) + "\n")
    assert log.stat().st_size > 4 * BLOCK_BYTES
    begins = None if since is None else int((BEGINS + timedelta(minutes=since)).timestamp())
    expected, minute = {}, 0
    for at, _ in lines:
        minute = minute if at is None else int(at.timestamp()) // 60 * 60
        if begins is None or minute >= begins:
            expected[minute] = expected.get(minute, 0) + 1
    reading = read([log], now=NOW, since=begins)
    assert len(expected) > 500
    assert {begins: sum(cell.values()) for begins, cell in reading.counts.cells.items()} == expected


@pytest.mark.parametrize(
    ("text", "templates"),
    [
        (
            " ERROR cannot write to disk\n ERROR cannot write to disk\n INFO going on\n",
            {" ERROR cannot write to disk": 2, " INFO going on": 1},
        ),
        (
            "   [2026-03-01 08:10:11] ERROR gone\n   [2026-03-01 08:10:12] INFO back\n",
            {"ERROR gone": 1, "INFO back": 1},
        ),
        ("ERROR gone\n  because of the disk\n", {"ERROR gone": 1}),
    ],
)
def test_lines_that_all_begin_with_blanks_are_lines(tmp_path, text, templates):
    file = tmp_path / "app.log"
    file.write_text(text, encoding="utf-8")
    reading = read([file], now=NOW)
    found = report(reading.counts, None)
    assert {one.template: one.count for one in found.patterns} == templates
    assert found.error_lines == text.count("ERROR")


@pytest.mark.parametrize("minutes", [0, 7])
def test_lines_before_the_first_time_are_of_its_minute(tmp_path, minutes):
    """Whether times stay in one minute, or change with each line."""
    log = tmp_path / "app.log"
    stamped = "".join(f"{BEGINS + timedelta(minutes=minutes * number):%Y-%m-%d %H:%M:%S} ERROR lost\n" for number in range(40))
    log.write_text("ERROR starting\n" * 3 + stamped)
    _, found, _ = told(log)
    assert found.begins == int(BEGINS.timestamp())
    assert found.errors[found.begins] == (43 if minutes == 0 else 4)


def test_the_last_line_is_of_the_last_file(tmp_path):
    """Packed files can't be read again; the second one is the shorter one."""
    files = [tmp_path / "app.log.2.gz", tmp_path / "app.log.1.gz"]
    names = ["ada", "bob", "cleo", "dan", "eve", "fay", "gus"]
    for file, some in zip(files, (names * 400, ["ada"]), strict=True):
        file.write_bytes(gzip.compress("".join(f"ERROR file {name} of {file.stem} is gone\n" for name in some).encode()))
    reading = read(files, now=NOW)
    (one,) = report(reading.counts, None).patterns
    assert reading.counting.last(one.shapes) == "ERROR file ada of app.log.1 is gone"


@pytest.mark.parametrize("how", ["gz", "bz2", "utf-16", "crlf", "no newline at the end"])
def test_the_same_lines_in_another_coat(tmp_path, how):
    text = service_log(3_000)
    plain, coated = tmp_path / "a.log", tmp_path / "b.log"
    plain.write_text(text)
    data = text.encode()
    coated.write_bytes(
        {
            "gz": lambda: gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :]),
            "bz2": lambda: bz2.compress(data),
            "utf-16": lambda: text.encode("utf-16"),
            "crlf": lambda: data.replace(b"\n", b"\r\n"),
            "no newline at the end": lambda: data[:-1],
        }[how]()
    )
    expected, other = told(plain)[0], read([coated], now=NOW)
    assert {one.template: one.count for one in report(other.counts, None).patterns} == expected
    last = max(line for line in text.splitlines() if "DEBUG" in line)
    assert last in {entry[-1] for entry in patterns(other)}


def test_a_cut_off_archive_is_said(tmp_path):
    log = tmp_path / "app.log.gz"
    log.write_bytes(gzip.compress(service_log(60_000).encode())[:-5_000])
    by, _, reading = told(log)
    assert sum(by.values()) > 1_000
    assert "damaged or cut off" in reading.remarks[0]


def test_a_file_that_is_cut_off_while_it_is_read(tmp_path):
    path = tmp_path / "app.log"
    path.write_bytes(b"2026-03-01T08:10:11Z ERROR gone\n" * 100_000)
    source = Source(path)
    blocks = source.blocks()
    next(blocks)
    os.truncate(path, 0)
    assert not list(blocks)
    assert any("was cut off while it was read" in remark for remark in source.remarks)
    source.close()


def test_lines_without_end(tmp_path):
    log = tmp_path / "app.log"
    log.write_bytes(
        b"2026-03-01 08:00:01 INFO short 1\n2026-03-01 08:00:02 ERROR long "
        + b"x" * 3_000_000
        + b"\n2026-03-01 08:00:03 INFO short 2\n"
        + b"y" * 1_200_000
    )
    by, found, _ = told(log)
    assert by.pop("INFO short <*>") == 2
    assert sorted(by.values()) == [1, 1]
    assert found.lines == 4
    assert all(len(one.example) <= LINE_BYTES_MAX for one in found.patterns)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n\n",
        b"\0" * 5_000,
        bytes(range(256)) * 40,
        b"\xff\xfe",
        b"\x1f\x8b",
        b"x",
        b"\xc3\x28 caf\xe9 1\ncaf\xe9 2\n",
        b"9" * 70_000,
    ],
)
def test_anything_is_a_log(tmp_path, data):
    log = tmp_path / "app.log"
    log.write_bytes(data)
    by, found, _ = told(log)
    assert sum(by.values()) + found.joined + found.other + found.other_errors == found.lines


def test_random_bytes(tmp_path):
    log = tmp_path / "app.log"
    log.write_bytes(random.Random(2).randbytes(BLOCK_BYTES))
    _, found, reading = told(log)
    assert found.lines > 1_000
    assert "not a text file" in reading.remarks[0]


def test_a_clock_that_jumps(tmp_path):
    """Back an hour for a while, then a year ahead; every line is counted where its own time says."""
    lines = []
    for number in range(12_000):
        at = BEGINS + timedelta(seconds=number / 10)
        if 5_000 <= number < 5_400:
            at -= timedelta(hours=1)
        if number == 9_000:
            at += timedelta(days=365)
        lines.append(f"{at:%Y-%m-%d %H:%M:%S} ERROR tick {number}")
    log = tmp_path / "app.log"
    log.write_text("\n".join(lines) + "\n")
    _, found, _ = told(log)
    expected = {}
    for line in lines:
        minute = int(datetime.fromisoformat(line[:16] + ":00+00:00").timestamp())
        expected[minute] = expected.get(minute, 0) + 1
    assert sum(found.errors.values()) == 12_000
    wrong = sum(abs(found.errors.get(minute, 0) - times) for minute, times in expected.items())
    assert wrong <= 2  # one line alone, in the midst of its minute, may be missed


def test_since_leaves_out_what_was_before(tmp_path):
    log = tmp_path / "app.log"
    text = service_log(20_000)
    log.write_text(text)
    since = int((BEGINS + timedelta(minutes=10)).timestamp())
    _, found, _ = told(log, since=since)
    heads = [line for line in text.splitlines() if line.startswith("2026-")]
    assert found.begins == since
    assert found.lines - found.joined == sum(line[:16] >= "2026-03-01T08:10" for line in heads)
    example = next(one for one in found.patterns if one.template.startswith("DEBUG") and one.example)
    assert example.count < text.count("DEBUG")


def test_rotated_siblings(tmp_path):
    now = datetime.now(UTC).timestamp()
    (tmp_path / "app.log").write_text("x 3\n")
    (tmp_path / "app.log.1").write_text("x 2\n")
    (tmp_path / "app.log.2.gz").write_bytes(gzip.compress(b"x 1\n"))
    for name in ("app.log.bak", "app.logs", "app.log.old.txt", "other.log.1"):
        (tmp_path / name).write_text("no\n")
    found = siblings(tmp_path / "app.log", now - 3_600)
    assert {path.name for path in found} == {"app.log.1", "app.log.2.gz"}
    assert siblings(tmp_path / "app.log", now + 3_600) == []


def test_lines_of_random_words_are_all_counted_in_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("stormjib.evidence.loglines.counts.SHAPES_MAX", 500)
    generator = random.Random(4)
    words = ["".join(generator.choices("ghijklmnopqrstuvwxyz", k=9)) for _ in range(1_000)]
    log = tmp_path / "app.log"
    lines = [f"{generator.choice(words)} {generator.choice(words)} {generator.choice(words)} happened" for _ in range(9_000)]
    log.write_text("\n".join(lines) + "\n")
    by, found, reading = told(log)
    assert sum(by.values()) + found.other == 9_000
    assert len(reading.counts.shapes) < 5_000


def test_long_buckets_without_times_are_of_the_minute_before(tmp_path):
    """Logs of several systems in one file, some blocks of it without a time that the first lines would have."""
    generator = random.Random(3)
    other = "".join(
        f"081109 20{generator.randrange(6_000):04} {generator.randrange(99)} INFO dfs.Data: block blk_{generator.getrandbits(60)} of {generator.randrange(9)} is done\n"
        for _ in range(12_000)
    )
    log = tmp_path / "mixed.log"
    text = service_log(4_000)
    log.write_text((text + other) * 2)
    by, found, reading = told(log)
    assert log.stat().st_size > 4 * BLOCK_BYTES
    stamped = [line for line in text.splitlines() if line.startswith("2026-")]
    minutes = {int(datetime.fromisoformat(line[:16] + "+00:00").timestamp()) for line in stamped}
    assert reading.counts.cells.keys() == minutes
    # Up to 60 lines without a time may be counted to the minute behind them, so nothing is said of how many are in each.
    assert sum(count for template, count in by.items() if "dfs.Data" in template) == 24_000
    assert sum(found.errors.values()) == 2 * sum(" ERROR " in line for line in stamped)


def test_what_was_counted_as_one_is_shown_as_varying(tmp_path):
    """Digits do not count where lines are counted; the first line of them must not stand for all."""
    log = tmp_path / "app.log"
    log.write_text("ERROR shard1: write timed out\n" + "ERROR shard3: write timed out\n" * 999 + "INFO utf8 is used\n" * 2)
    by, _, _ = told(log)
    assert by == {"ERROR shard<*>: write timed out": 1_000, "INFO utf8 is used": 2}


def test_a_new_message_of_logfmt_is_new(tmp_path):
    log = tmp_path / "app.log"
    log.write_text(
        "".join(
            f'time="2026-03-01T08:0{minute}:01Z" level=error msg="client closed the connection early"\n' for minute in range(5)
        )
        + 'time="2026-03-01T08:09:01Z" level=error msg="write tcp 10.0.0.7:6379: no space left on device"\n'
    )
    _, found, _ = told(log, moment=int((BEGINS + timedelta(minutes=6)).timestamp()))
    (new,) = (one for one in found.patterns if one.new)
    assert "no space left on device" in new.template
    assert new.count == 1


STAMPED = "2026-03-01 08:00:0"


@pytest.mark.parametrize(
    ("lines", "errors", "joined"),
    [
        ([f"{STAMPED}1 begin", f"{STAMPED}2    ERROR disk sda failed", f"{STAMPED}3  [FATAL] gone"], 2, 0),
        ([f"{STAMPED}1 begin", f"{STAMPED}2  level=error msg=gone", f"{STAMPED}3  panic: out of memory"], 2, 0),
        ([f"{STAMPED}1 begin", f"{STAMPED}2   Permission denied", f"{STAMPED}3 end"], 1, 0),
        ([f"{STAMPED}1  INFO start", f"{STAMPED}2  WARN slow", f"{STAMPED}3 ERROR gone", f"{STAMPED}4  INFO stop"], 1, 0),
        (["Mar  1 08:00:01 a backup[7]: Starting", "Mar  1 08:00:02 a sshd[9]:   fatal: no hostkeys"], 1, 0),
        (
            [f"{STAMPED}1 ERROR gone", f"{STAMPED}2     at com.acme.Db.save(Db.java:17)", f'{STAMPED}3   File "a.py", line 3'],
            1,
            2,
        ),
        (["x", "y"], 0, 0),
    ],
)
def test_a_line_with_a_level_or_a_time_of_its_own_never_vanishes_in_another(tmp_path, lines, errors, joined):
    log = tmp_path / "app.log"
    log.write_text("\n".join(lines) + "\n")
    found = report(read([log], now=NOW).counts, None)
    assert (found.error_lines, found.joined) == (errors, joined)
    assert sum(one.count for one in found.patterns) == len(lines) - joined
    assert all(not one.trace or one.trace[-1].strip() for one in found.patterns)

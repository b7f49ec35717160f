"""`stormjib logs`: what people and scripts are told of a log, and of one that grows."""

import bz2
import gzip
import io
import json
import subprocess
import sys

import pytest

from stormjib.cli.logs import _moment

LOG = "".join(
    f"2026-03-01T08:{minute:02}:{second:02}Z INFO served /orders/{minute * 60 + second} in {second} ms\n"
    + (f"2026-03-01T08:{minute:02}:{second:02}Z ERROR no answer from redis-1:6379\n" if minute >= 15 and second % 2 else "")
    for minute in range(20)
    for second in range(60)
) + (
    "2026-03-01T08:20:00Z ERROR can't save\n"
    "Traceback (most recent call last):\n"
    '  File "app.py", line 3, in save\n'
    "ValueError: no \x1b[31mcolour\n"
)


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "app.log"
    file.write_text(LOG)
    return file


def test_text(cli, log):
    ended = cli("logs", str(log), "--new-since", "2026-03-01T08:15")
    assert ended.code == 0
    assert ended.out.startswith("1,354 lines, ")
    assert "2026-03-01 08:00 UTC to 2026-03-01 08:20 UTC; 151 errors, 3 patterns." in ended.out
    assert "Errors per minute, at most 30 (2026-03-01 08:15 UTC):" in ended.out
    new = ended.out[ended.out.index("New since 2026-03-01 08:15 UTC") :]
    assert new.index("150 ! ERROR no answer from redis-<*>:<*>") < new.index("1 ! ERROR can't save")
    assert f"first {log}:903: " in new
    assert "| ValueError: no colour" in new
    assert "Changed their rate at 2026-03-01 08:15 UTC: none" in ended.out
    assert "\x1b" not in ended.out


def test_json(cli, log):
    ended = cli("logs", str(log), "--json", "--top", "1", "--new-since", "2026-03-01T09:15+01:00")
    found = json.loads(ended.out)
    assert found["schema"] == "stormjib.logs/1"
    assert (found["lines"], found["joined_lines"], found["other_lines"], found["pattern_count"]) == (1_354, 3, 0, 3)
    assert found["compared_at"] == "2026-03-01 08:15 UTC"
    assert found["errors"][15] == {"at": "2026-03-01 08:15 UTC", "count": 30}
    assert [one["template"] for one in found["patterns"]] == ["INFO served <*> in <*> ms"]
    (new,) = found["new"]
    assert (new["count"], new["before"], new["since"], new["error"]) == (150, 0, 150, True)
    assert new["last"]["text"] == "2026-03-01T08:19:59Z ERROR no answer from redis-1:6379"


def test_since(cli, log):
    found = json.loads(cli("logs", str(log), "--json", "--since", "2026-03-01T08:18").out)
    assert found["begins"] == "2026-03-01 08:18 UTC"
    assert found["lines"] == 2 * 90 + 4


def test_standard_input_that_is_a_pipe(log):

    command = [sys.executable, "-m", "stormjib", "logs", "-", "--json"]
    ran = subprocess.run(command, input=log.read_bytes(), capture_output=True, check=True, timeout=60)
    assert json.loads(ran.stdout)["lines"] == 1_354


def access_line(number, status):
    at = f"24/Nov/2026:03:{number // 60:02}:{number % 60:02} +0000"
    return f'10.0.0.{number % 9} - - [{at}] "GET /orders/{number} HTTP/1.1" {status} 157 "-" "curl/8"\n'


UNTOLD = {
    "lines without a time, --since": ("ERROR a\n", ["--since", "30m"], 1, "has no times that can be read, so all its lines are counted"),
    "an access log": ("".join(access_line(number, 502 if number % 4 == 0 else 200) for number in range(2_000)), [], 500, ""),
    "an access log without agents": (
        "".join(access_line(number, 502 if number % 4 == 0 else 200).replace(' "-" "curl/8"', "") for number in range(2_000)), [], 500, "",
    ),
    "an access log in JSON": (
        "".join(f'{{"time":"2026-11-24T03:05:01Z","path":"/x","status":{503 if n % 4 == 0 else 200}}}\n' for n in range(200)), [], 50, "",
    ),
    "JSON over several lines": (
        "".join(json.dumps({"level": "error" if n % 4 == 0 else "info", "time": "2026-11-24T03:05:01Z", "n": n, "msg": "paid"}, indent=2) + "\n" for n in range(1_200)),
        [], 300, "each object is counted as one line",
    ),
    "an array of JSON over several lines": (
        json.dumps([{"level": "error" if n % 4 == 0 else "info", "msg": "paid", "of": {"n": n}} for n in range(1_200)], indent=4),
        [], 300, "each object is counted as one line",
    ),
    "a journal as JSON": (
        "".join(f'{{"__REALTIME_TIMESTAMP":"1795489501{n:06}","PRIORITY":"{3 if n % 4 == 0 else 6}","MESSAGE":"paid {n}"}}\n' for n in range(400)),
        [], 100, "",
    ),
    "an access log in JSON with quotes": (
        "".join(f'{{"time":"2026-11-24T03:05:01Z","path":"/x","status":"{503 if n > 1_500 and n % 4 == 0 else 200}"}}\n' for n in range(2_000)), [], 124, "",
    ),
    "a proxy's log": (
        "".join(
            f"Nov 24 03:05:01 lb haproxy[9]: 10.0.0.1:5{n % 1_000:03} [24/Nov/2026:03:05:01.123] fe be/s{n % 3} 0/0/1/{n % 40}/{n % 41}"
            f' {503 if n > 1_500 and n % 4 == 0 else 200} 1500 - - ---- 1/1/0/0/0 0/0 "GET /x HTTP/1.1"\n' for n in range(2_000)
        ), [], 124, "",
    ),
    "a load balancer's log": (
        "".join(
            f"https 2026-11-24T03:05:01.1Z app/lb/50dc 10.0.0.{n % 9}:1234 10.1.0.1:80 0.000 0.001 0.000 {503 if n > 1_500 and n % 4 == 0 else 200}"
            f' 200 34 366 "GET https://x:443/{n} HTTP/1.1" "curl/7"\n' for n in range(2_000)
        ), [], 124, "",
    ),
    "a log of IIS": (
        "".join(
            f"2026-11-24 03:05:01 10.0.0.1 GET /x{n} - 443 - 10.9.9.9 Mozilla/5.0 {500 if n > 1_500 and n % 4 == 0 else 200} 0 0 15\n"
            for n in range(2_000)
        ), [], 124, "",
    ),
    "what a framework prints": (
        "".join(f"GET /orders/{n} {500 if n > 1_500 and n % 4 == 0 else 200} 3.1 ms - 12\n" for n in range(2_000)), [], 124, "",
    ),
    "levels as numbers": (
        "".join(f'{{"level":{50 if n % 4 == 0 else 30},"time":1795489501{n:03},"msg":"paid {n}"}}\n' for n in range(400)), [], 100, "",
    ),
    "a record within a record": (
        "".join(f'{{"level":"info","msg":"record","record":{{"error_severity":"{"ERROR" if n % 4 == 0 else "LOG"}","message":"x"}}}}\n' for n in range(400)),
        [], 100, "",
    ),
    "a banner, then times": (
        "".join(f"welcome {n}\n" for n in range(60_000)) + "".join(f"2026-11-24T03:05:{n % 60:02}Z ERROR gone {n}\n" for n in range(60_000)),
        [], 60_000, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("pack", [None, gzip.compress, bz2.compress])
@pytest.mark.parametrize("case", UNTOLD)
def test_nothing_is_an_all_clear_by_mistake(case, pack):
    """As a pipe, also packed: the errors that are there are counted, and what could not be judged is said."""
    text, options, errors, remark = UNTOLD[case]
    command = [sys.executable, "-m", "stormjib", "logs", "-", "--json", *options]
    data = text.encode() if pack is None else pack(text.encode())
    ran = subprocess.run(command, input=data, capture_output=True, check=True, timeout=60)
    found = json.loads(ran.stdout)
    assert found["error_lines"] == errors
    assert remark in ran.stderr.decode()


def test_what_can_not_be_unpacked_is_no_all_clear(cli, tmp_path):
    file = tmp_path / "x.log.zst"
    file.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(range(256)) * 9)
    ended = cli("logs", str(file))
    assert ended.code == 1
    assert "is packed with zstd, so its lines can't be read; unpack it first." in ended.err


def test_a_log_without_times_beside_one_with_times(cli, log, tmp_path):
    """No line is of 1970, and nothing is said to come a million times as often."""
    other = tmp_path / "other.log"
    other.write_text("".join(f"ERROR gone {number}\r\n" for number in range(90)))
    ended = cli("logs", str(log), str(other))
    assert "1970" not in ended.out
    assert "1,444 lines" in ended.out
    assert "241 errors" in ended.out
    assert f"{other} has no times that can be read; its lines are counted, but in no minute." in ended.err
    found = json.loads(cli("logs", str(log), str(other), "--json").out)
    gone = next(one for one in found["patterns"] if one["template"] == "ERROR gone <*>")
    assert (gone["first"]["at"], gone["new"], gone["change"]) == (None, False, None)
    assert found["untimed_lines"] == 90


def test_a_log_without_times(cli, tmp_path):
    file = tmp_path / "x.log"
    file.write_text("one 1\none 2\nfailed 3\n")
    assert "3 lines, 21 B, part 1 to part 1; 1 errors, 2 patterns." in cli("logs", str(file)).out
    file.write_text("")
    assert cli("logs", str(file)).out.startswith("0 lines, 0 B; 0 errors, 0 patterns.")


def test_progress_is_told_on_standard_error(cli, log):
    """The tests' clock is a second further at each look."""
    log.write_text(LOG * 12)
    ended = cli("logs", str(log), "--json")
    assert "read " in ended.err
    assert " %)" in ended.err
    assert json.loads(ended.out)["lines"] == 12 * 1_354


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (["logs"], 2, "usage: stormjib logs FILE"),
        (["logs", "{log}", "--since", "yesterday"], 2, "'yesterday' is no time for --since; write 15m (ago)"),
        (["logs", "{log}.gone"], 3, "There is no file {log}.gone."),
        (["logs", "{dir}"], 2, "is a directory"),
        (["logs", "{log}", "--top", "0"], 2, "is not a number from 1 to 1000"),
    ],
)
def test_refusals(cli, log, argv, code, says):
    names = {"log": str(log), "dir": str(log.parent)}
    ended = cli(*[word.format(**names) for word in argv])
    assert ended.code == code, ended
    assert says.format(**names) in ended.err


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 1_772_399_880), ("2h", 1_772_392_800), ("08:10", 1_772_352_600), ("23:59", 1_772_323_140),
        ("2026-03-01T08:10:59", 1_772_352_600), ("2026-03-01T10:10+02:00", 1_772_352_600), ("1772352611", 1_772_352_600),
    ],
)  # fmt: skip
def test_moments(text, seconds):
    assert _moment(text, 1_772_400_000.0, "--since") == seconds


@pytest.mark.parametrize("as_json", [False, True])
def test_follow(cli, log, as_json):
    """Each pause of the command is a chance of the test to write; the last one is Ctrl-C."""
    out = io.StringIO()

    def write(text):
        with log.open("a") as file:
            file.write(text)

    def rotate():
        log.rename(log.with_suffix(".log.1"))
        log.write_text("2026-03-01T08:22:00Z ERROR out of memory at 17\n")

    def stop():
        raise KeyboardInterrupt

    acts = iter(
        [
            lambda: write(
                "2026-03-01T08:21:00Z INFO served /orders/9 in 9 ms\n2026-03-01T08:21:00Z WARN the disk is 91 % full\n"
            ),
            lambda: write("2026-03-01T08:21:01Z WARN the disk is 92 % full\n"),
            rotate,
            stop,
        ]
    )
    ended = cli("logs", str(log), "--follow", *(["--json"] if as_json else []), pause=lambda _: next(acts)(), stdout=out)
    assert ended.code == 130
    assert "was rotated" in ended.err
    told = out.getvalue()
    if as_json:
        lines = [json.loads(line) for line in told.splitlines()]
        assert [line["schema"] for line in lines] == [
            "stormjib.logs.begin/1", "stormjib.logs.new/1", "stormjib.logs.new/1", "stormjib.logs.errors/1",
        ]  # fmt: skip
        assert [line.get("template") for line in lines[1:3]] == ["WARN the disk is <*> % full", "ERROR out of memory at <*>"]
    else:
        assert told.count("\nnew ") == 2
        assert "new ! 2026-03-01T08:22:00Z ERROR out of memory at 17" in told
        assert "1 errors more" in told


def first_screen(cli, tmp_path, lines):
    file = tmp_path / "app.log"
    file.write_text("".join(f"{line}\n" for line in lines))
    return cli("logs", str(file)).out.splitlines()[:40]


def test_the_first_screen_has_the_one_fatal_line_among_many(cli, tmp_path):
    """As a database writes: thousands of notes, many kinds of errors that come often, and the one that ended it."""
    words = [
        "lock",
        "wait",
        "reader",
        "writer",
        "purge",
        "redo",
        "undo",
        "buffer",
        "index",
        "page",
        "table",
        "cursor",
        "view",
        "trigger",
        "event",
        "plugin",
    ]
    lines = [
        f"2026-03-01T08:{n // 60 % 60:02}:{n % 60:02}Z 0 [Note] [MY-{n}] [Server] note {n} of the {words[n % 16]}"
        for n in range(3_000)
    ]
    lines += [
        f"2026-03-01T08:50:{n % 60:02}Z 0 [ERROR] [MY-{n}] [Server] {words[n % 12]} failed to wait for {n} times"
        for n in range(1_600)
    ]
    lines += ["2026-03-01T08:55:00Z 0 [ERROR] [MY-010119] [Server] Aborting: can't open the data directory"]
    shown = first_screen(cli, tmp_path, lines)
    assert any("! " in line and "Aborting: can't open the data directory" in line for line in shown)
    assert shown[3].startswith("Errors (10 of 13 patterns: the most frequent, the newest and the rarest)")


def test_new_is_what_came_since_the_errors_began(cli, tmp_path):
    """The trouble began after a third of the log; the last quarter would not have been new."""
    lines = [f"2026-03-01T08:{n:02}:01Z INFO served {n}" for n in range(60)]
    lines += [f"2026-03-01T08:{n:02}:{s:02}Z ERROR no answer from redis" for n in range(21, 60) for s in (2, 9)]
    shown = "\n".join(first_screen(cli, tmp_path, sorted(lines)))
    assert "New since 2026-03-01 08:21 UTC\n       78 ! ERROR no answer from redis" in shown


def test_an_entry_within_an_entry_speaks(cli, tmp_path):
    lines = [
        f'{{"level":"info","ts":"2026-03-01T08:{n:02}:01Z","msg":"record","record":{{"error_severity":"ERROR","message":"relation {n} is gone"}}}}'
        for n in range(20)
    ] + ['{"level":"error","ts":"2026-03-01T08:30:01Z","msg":"failed","error":"no space left on device"}']
    shown = "\n".join(first_screen(cli, tmp_path, lines))
    assert "20 ! relation <*> is gone\n" in shown
    assert "1 ! failed: no space left on device\n" in shown

"""Stack traces behind what collectors put around each line: the same patterns and errors as of the bare log."""

import json

import pytest

from stormjib.evidence.loglines.report import report
from stormjib.evidence.loglines.timestamp import recognise
from stormjib.integrations.logs.flow import Log
from stormjib.integrations.logs.lines import text_without
from stormjib.integrations.logs.reading import read

NOW = 1_795_990_000.0
TIMES = 110
FRAMES = [
    *(f"\tat com.acme.Store.call{number}(Store.java:{number})" for number in range(12)),
    "Caused by: java.io.IOException: gone",
]
ENVELOPES = {
    "first": lambda at, line, n: line if n else f"{at}Z {line}",
    "docker": lambda at, line, _: f"{at}.123456789Z {line}",
    "docker and own": lambda at, line, n: (
        f"{at}.123456789Z {line}" if n else f"{at}.123456789Z {at.replace('T', ' ')},123 {line}"
    ),
    "cri": lambda at, line, _: f"{at}.123456789Z stderr F {line}",
    "compose": lambda at, line, _: f"api-1  | {line}",
    "compose with times": lambda at, line, _: f"api-1  | {at}.123456789Z {line}",
    "kubectl": lambda at, line, _: f"[pod/api-7f9c/api] {at}.123456789Z {line}",
    "syslog": lambda at, line, _: f"Nov 24 {at[11:]} web1 api[4711]: {line}",
    "rsyslog": lambda at, line, _: f"{at}.123+00:00 web1 api[4711]: {line.replace(chr(9), '#011')}",
    "json-file": lambda at, line, _: json.dumps(
        {"log": line + "\n", "stream": "stderr", "time": f"{at}.1Z"}, separators=(",", ":")
    ),
    "colours": lambda at, line, _: f"\x1b[90m{at}Z\x1b[0m {line}",
    "padded": lambda at, line, _: f"{at}   {line}",
}


def lines_of(envelope):
    for number in range(TIMES):
        at = f"2026-11-24T03:{number // 60:02}:{number % 60:02}"
        yield envelope(at, f"INFO served order {number}", 0)
        for n, line in enumerate([f"ERROR request {number} failed", "java.lang.IllegalStateException: no order", *FRAMES]):
            yield envelope(at, line, n)


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_trace_is_one_error(tmp_path, name):
    log = tmp_path / "app.log"
    log.write_text("".join(f"{line}\n" for line in lines_of(ENVELOPES[name])))
    reading = read([log], now=NOW)
    found = report(reading.counts, None)
    reading.close()
    assert [(one.error, one.count) for one in found.patterns] == [(True, TIMES), (False, TIMES)]
    bad = found.patterns[0]
    assert bad.template.endswith("ERROR request <*> failed")
    assert bad.trace[:2] == ("java.lang.IllegalStateException: no order", FRAMES[0])
    assert bad.raises == {"java.lang.IllegalStateException": TIMES, "java.io.IOException": TIMES}
    assert found.error_lines == TIMES


@pytest.mark.parametrize("name", ["compose", "syslog"])
def test_lines_of_two_services_between_one_another(tmp_path, name):
    own = list(lines_of(ENVELOPES[name]))
    other = [line.replace("api", "db") for line in lines_of(lambda at, _, n: ENVELOPES[name](at, f"LOG: checkpoint {n}", n))]
    log = tmp_path / "app.log"
    log.write_text("".join(f"{a}\n{b}\n" for a, b in zip(own, other, strict=True)))
    reading = read([log], now=NOW)
    found = report(reading.counts, None)
    reading.close()
    assert sorted((one.error, one.count) for one in found.patterns) == [(False, TIMES), (False, len(other)), (True, TIMES)]
    bad = next(one for one in found.patterns if one.error)
    assert bad.trace[:2] == ("java.lang.IllegalStateException: no order", FRAMES[0])


@pytest.mark.parametrize(
    "lines",
    [
        ["Traceback (most recent call last):", '  File "a.py", line 3, in f', "ValueError: no"],
        ["panic: runtime error: index out of range [3]", "", "goroutine 1 [running]:", "main.(*Store).Get(0xc0000, 0x3)", "\t/app/main.go:3 +0x1d", "exit status 2"],
        ["/app/x.js:3", "    throw new TypeError('x')", "    ^", "", "TypeError: x", "    at f (/app/x.js:3:1)", "", "Node.js v22.1.0"],
        ["PHP Fatal error:  Uncaught RuntimeException: x in /app/x.php:3", "Stack trace:", "#0 /app/x.php(9): f()", "#1 {main}", "  thrown in /app/x.php on line 3"],
        ["Unhandled exception. System.InvalidOperationException: x", "   at A.B.C() in /src/x.cs:line 3"],
        ["thread 'main' panicked at src/main.rs:3:5:", "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"],
    ],
    ids=["python", "go", "node", "php", "dotnet", "rust"],
)  # fmt: skip
def test_a_program_that_ends_with_a_trace_alone_is_one_error(tmp_path, lines):
    """No line of the program's own reports it; it must not be taken for a part of the harmless line before it."""
    log = tmp_path / "app.log"
    log.write_text("".join(f"{line}\n" for line in ["INFO server started", *lines]))
    reading = read([log], now=NOW)
    found = report(reading.counts, None)
    reading.close()
    assert found.error_lines == 1


def printed(envelope):
    """Entries that are printed over several lines, with lines of text among them."""
    for number in range(TIMES):
        at = f"2026-11-24T03:{number // 60:02}:{number % 60:02}"
        level = "error" if number % 2 else "info"
        said = {"level": level, "msg": f"order {number} paid", "of": {"items": [1, 2], "stack": "Error: x\n    at f (a.js:1)"}}
        for n, line in enumerate(json.dumps(said, indent=2).split("\n")):
            yield envelope(at, line, n)
        if number % 10 == 0:
            yield envelope(at, "INFO checkpoint", 0)


@pytest.mark.parametrize("size", [77, 4_096, 1 << 20])
@pytest.mark.parametrize("name", ["docker", "cri", "compose", "compose with times", "kubectl", "plain"])
def test_an_entry_over_several_lines_is_one_entry(tmp_path, name, size):
    data = "".join(f"{line}\n" for line in printed(ENVELOPES.get(name, lambda _at, line, _n: line))).encode()
    file = tmp_path / "app.log"
    file.write_bytes(data)
    reading = read([file], now=NOW)
    log = Log("app", now=NOW, detected_at=NOW, redact=lambda some: some)
    flow = log.part("app", bytes_max=1 << 30)
    for start in range(0, len(data), size):
        flow.feed(data[start : start + size])
    flow.finish()
    for found in (report(reading.counts, None), log.report()):
        assert (found.error_lines, sum(one.count for one in found.patterns)) == (TIMES // 2, TIMES + TIMES // 10)
        assert {one.count for one in found.patterns} == {TIMES // 2, TIMES // 10}
    assert any("over several lines" in remark for remark in log.remarks)
    reading.close()


def test_what_stands_in_front_of_the_time_is_no_value():
    lines = [
        f"{head}2026-11-24 03:05:{n:02},123 Store - kept".encode() for n, head in enumerate(["WARN  [main] ", "INFO  [pool-1] "])
    ]
    stamp = recognise(lines, NOW)
    assert [text_without(line, stamp) for line in lines] == ["WARN  [main] Store - kept", "INFO  [pool-1] Store - kept"]

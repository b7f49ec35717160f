"""When a line was written, in each of the ways in which programs write it: the right time or none, never a wrong one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormjib.evidence.loglines.counts import Counts
from stormjib.evidence.loglines.timestamp import recognise
from stormjib.integrations.logs.clock import Clock

NOW = datetime(2026, 11, 29, 23, tzinfo=UTC).timestamp()
ROWS = (Path(__file__).parent / "times.tsv").read_text(encoding="utf-8").splitlines()
CASES = [tuple(row.split("\t", 1)) for row in ROWS if not row.startswith("#")]


def lines_of(text):
    plain = text.replace("\\e", "\x1b").replace("\\t", "\t").replace("\\0", "\0")
    return [line.encode() for line in plain.split("\\n")]


@pytest.mark.parametrize(("time", "text"), CASES, ids=[text[:50] for _, text in CASES])
def test_time(time, text):
    lines = lines_of(text)
    found = Clock(recognise(lines, NOW), Counts(), NOW).exact(lines[0])
    assert "-" if found is None else f"{datetime.fromtimestamp(found, UTC):%Y-%m-%dT%H:%M:%S}" == time
    if found is not None:
        clock = Clock(recognise(lines, NOW), Counts(), NOW)
        assert clock.bucket(lines[0]) == found // 60 * 60
        block = b"".join(line.lstrip(b"\0") + b"\n" for line in lines)
        assert next(cell >> 24 for cell in clock.cells(block)) == found // 60 * 60

"""One way to write an amount, wherever it is read."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormjib.core.text import units

SOURCES = Path(__file__).parents[2] / "src" / "stormjib"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0, "count", "0"),
        (1204, "count", "1,204"),
        (1234.6, "count", "1,235"),
        (97.34, "", "97.3"),
        (0.25, "", "0.25"),
        (3, "cores", "3 cores"),
        (2.5, "per second", "2.5/s"),
        (0, "bytes", "0 B"),
        (1023, "bytes", "1,023 B"),
        (64 * 2**20, "bytes", "64 MiB"),
        (1.4 * 2**30, "bytes", "1.4 GiB"),
        (0.976, "share", "98 %"),
        (0.093, "share", "9.3 %"),
        (0.25, "percent", "0.25 %"),
        (9.96, "percent", "10 %"),
        (0, "seconds", "0 s"),
        (0.0003, "seconds", "0.3 ms"),
        (0.04, "seconds", "40 ms"),
        (2.134, "seconds", "2.13 s"),
        (45, "seconds", "45 s"),
        (60, "seconds", "1 m"),
        (3_600, "seconds", "1 h"),
        (11_100, "seconds", "3 h 05 m"),
        (187_200, "seconds", "2 d 4 h"),
    ],
)
def test_a_figure(value, unit, said):
    assert units.figure(value, unit) == said


def test_a_count():
    assert (units.counted(1, "client"), units.counted(1_204, "client")) == ("1 client", "1,204 clients")
    assert units.counted(2, "process", "processes") == "2 processes"


@given(st.floats(1, 1e15))
def test_a_size_is_right_to_three_digits(value):
    number, unit = units.size(value).split()
    exact = float(number.replace(",", "")) * 1_024 ** ["B", "KiB", "MiB", "GiB", "TiB"].index(unit)
    assert abs(exact - value) <= 0.005 * value or unit == "B"


def test_nobody_writes_a_size_in_a_way_of_its_own():
    files = {file.relative_to(SOURCES).as_posix(): file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py")}
    writing = {name for name, text in files.items() if re.search(r"\} ?[KMG]i?B\b", text)}
    assert writing == set()

"""A log that grows, is rotated and is cut off while it is followed."""

import os

import pytest

from stormjib.integrations.logs.follow import Tail
from stormjib.integrations.logs.reading import read


@pytest.fixture
def log(tmp_path):
    return tmp_path / "app.log"


def follow(log):
    reading = read([log], now=0.0, growing=True)
    return Tail(reading.sources[0])


def lines(tail):
    return b"".join(block.data for block in tail.blocks()).decode().splitlines()


def append(log, text):
    with log.open("a") as file:
        file.write(text)


def test_only_whole_lines(log):
    log.write_text("one\ntw")
    tail = follow(log)
    assert lines(tail) == []
    append(log, "o\nthree\nfo")
    assert lines(tail) == ["two", "three"]
    append(log, "ur\n")
    assert lines(tail) == ["four"]
    assert lines(tail) == []


def test_a_rotation_loses_nothing(log):
    log.write_text("one\n")
    tail = follow(log)
    append(log, "two\n")
    log.rename(log.with_suffix(".log.1"))
    append(log.with_suffix(".log.1"), "three\nlast without newline")
    log.write_text("four\n")
    assert lines(tail) == ["two", "three", "last without newline", "four"]
    assert "was rotated" in tail.source.remarks[0]
    append(log, "five\n")
    assert lines(tail) == ["five"]


def test_a_file_that_is_away_for_a_while(log):
    log.write_text("one\n")
    tail = follow(log)
    log.rename(log.with_suffix(".log.1"))
    assert lines(tail) == []
    log.write_text("two\n")
    assert lines(tail) == ["two"]


def test_a_truncation_begins_again(log):
    log.write_text("one\ntwo\n")
    tail = follow(log)
    os.truncate(log, 0)
    append(log, "x\n")
    assert lines(tail) == ["x"]
    assert "was cut off" in tail.source.remarks[0]


def test_a_truncated_file_that_has_grown_past_the_place_again(log):
    log.write_text("one\ntwo\n")
    tail = follow(log)
    log.write_text("another beginning, and longer than what was there\n")
    assert lines(tail) == ["another beginning, and longer than what was there"]


def test_a_line_longer_than_a_look(log):
    log.write_text("")
    tail = follow(log)
    append(log, "a" * 2_000_000 + "\nshort\n")
    found = lines(tail)
    assert found[-1] == "short"
    assert all(len(line) <= 1 << 20 for line in found)

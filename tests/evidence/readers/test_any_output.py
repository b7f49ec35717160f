"""Readers take any text: they never raise, say nothing about what they do not understand, and are linear in it."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.readers.case import cases

from stormjib.core.shell.command_line import parse_command
from stormjib.evidence.readers import Measured, finding_of, read
from stormjib.evidence.readers.choose import _BY_LOOK, _BY_PROGRAM
from stormjib.evidence.readers.reading import CLAUSES_MAX, FACTS_MAX, Evidence

COMMANDS = [
    *sorted({" ".join(path) for path in _BY_PROGRAM}),
    "ss -tulpn | grep :6379",
    "curl -s -w '%{http_code} %{time_total}' x",
    "docker-compose exec -T redis redis-cli slowlog get 5",
    "docker inspect -f '{{.State.Status}}' x",
    "grep -i error /var/log/app/*.log | tail -20",
    "systemctl is-active nginx",
    "free -m",
    "sudo",
    "",
]
CASES = cases()
WORDS = st.sampled_from(
    sorted(
        {
            word
            for case in CASES
            for line in case.output[:2_000].splitlines()[:6]
            for word in line.split(" ")[:40]
            if len(word) < 60
        }
    )
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet='0123456789.,:;-+%/()[]{}"\\ \t\n\r=_eE#<>|KMGiBTab', max_size=400),
    st.lists(
        st.one_of(WORDS, st.sampled_from(["\n", "  ", "   ", "\t", "0", "-1", "1e99", "9" * 400, "NaN", "%", "\x1b[2J"])),
        max_size=80,
    ).map(" ".join),
)
CODES = st.one_of(st.none(), st.integers(0, 255))


def holds(reading, output):
    if not reading.understood:
        assert (reading.raw, reading.sentence, reading.facts) == (output, "", ())
    assert len(reading.facts) <= FACTS_MAX
    assert all(not isinstance(fact, Measured) or abs(fact.value) < float("inf") for fact in reading.facts)
    assert reading.sentence == reading.sentence.strip()


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(COMMANDS), CODES, TEXTS)
def test_any_text_is_read_without_an_error(command, code, output):
    holds(read(command, code, output), output)
    assert isinstance(finding_of(read(command, code, output), code), str)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_an_output_that_is_cut_or_broken_is_read_without_an_error(case, data):
    at = data.draw(st.integers(0, len(case.output)))
    end = data.draw(st.integers(at, len(case.output)))
    broken = (
        case.output[:at]
        + data.draw(st.sampled_from(["", "\n", "\x00", "9" * 30, '"', "{", "[" * 2_000, "é"]))
        + case.output[end:]
    )
    holds(read(case.text, case.exit_code, broken), broken)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_command_line_is_taken_apart(text):
    parse_command(text)
    holds(read(text, 0, "PONG"), "PONG")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_reader_takes_every_case(case):
    evidence = Evidence(parse_command(case.text), case.exit_code, case.output)
    for reader in {*_BY_LOOK, *(reader for readers in _BY_PROGRAM.values() for reader in readers)}:
        reader.read(evidence)


LONG = 1_000_000
REPEATED = [
    "a",
    "1",
    " ",
    "9.",
    "[",
    "{",
    '{"a":',
    "(",
    "\\",
    '"',
    "%",
    "1% /",
    "x=",
    "x:",
    "/",
    "-",
    "\t",
    "a ",
    "1 ",
    '"\\',
    "#",
    "<",
    "ago ",
    "0x",
    "\r",
    "\x1b[",
    "HTTP/1.1 200 ",
    "commit a",
    "Up 2 hours   ",
    "10.0.0.1 - - [",
    "curl: (",
    "_",
    "A",
    '="',
    "aError",
    "- ",
    ", ",
]


class Steps:
    """Counts the lines of Python that run, which no other process changes."""

    def __init__(self):
        self.count = 0

    def __call__(self, _frame, _event, _arg):
        self.count += 1
        return self


@pytest.mark.parametrize("part", REPEATED)
def test_a_line_of_a_million_characters_is_read_by_every_reader(part):
    output = (part * (LONG // len(part) + 1))[:LONG]
    for command in ("tail -n 5 x", "redis-cli info", "docker ps", "curl -i x", "make x", "journalctl -o json", "git log"):
        holds(read(command, 0, output), output)


def test_the_work_grows_with_the_lines_and_not_faster():
    work = []
    for times in (1, 4):
        steps = Steps()
        for case in CASES:
            output = (case.output if case.output.endswith("\n") else case.output + "\n") * times * 3
            sys.settrace(steps)
            try:
                read(case.text, 0, output)
            finally:
                sys.settrace(None)
        work.append(steps.count)
    assert work[1] < 4.5 * work[0]


def test_a_sentence_names_a_few_things_and_counts_the_rest():
    rows = "".join(f'8d00744{n:05}   x:1   "c"   2 hours ago   Exited (1) 5 minutes ago      app_api_{n}\n' for n in range(1, 41))
    reading = read("docker ps -a", 0, rows)
    assert reading.sentence.count(";") == CLAUSES_MAX
    assert reading.sentence.endswith("and 37 more.")

"""Output of a check → its verdict: whether the command works here, which its exit code alone does not tell."""

import re
from collections.abc import Iterable
from typing import Final

from stormjib.core.checkup.verdict import FAILED, NOT_INSTALLED, TIMED_OUT, UNEXPECTED, Verdict
from stormjib.core.log import EvidenceCollected
from stormjib.evidence.readers import Reading, read
from stormjib.evidence.readers.reading import Fact, Measured, State

_TIME_IS_UP: Final = 124
_HTTP_REFUSED: Final = 400
_SHOWN_CHARS: Final = 160
_GLOB: Final = re.compile(r"[*?\[]")
# What is checked is gone, whatever the exit code: a refusal, a server that is not there, a process, a port.
_GONE: Final = (
    ("", "refusal", ""),
    ("", "answer", "none"),
    ("check", "otherwise", ""),
    ("", "dns", "no answer"),
    ("", "dns", "NXDOMAIN"),
    ("", "dns", "SERVFAIL"),
    ("", "dns", "REFUSED"),
    ("processes", "matching", "none"),
    ("", "listening", "no"),
    ("systemd", "running", "no"),
)


def judge(fact: EvidenceCollected, output: str, expect: str = "", *, at: float = 0.0) -> Verdict:
    """Whether the command works here. A search without a match works; one that is refused does not, though it exits with 0.

    ``output`` is what it printed, or the excerpt of it. ``expect`` is what the fence wants to find in it. ``at`` is when it was
    printed, in seconds since the epoch; 0 where nobody knows.
    """
    code = 0 if fact.exit_code == _TIME_IS_UP and fact.ran_as else fact.exit_code
    reading = read(fact.text, code, output, fact.parts, at=at)
    if any(isinstance(one, State) and (one.thing, one.name) == ("check", "asks") for one in reading.facts):
        return Verdict(sentence=reading.sentence)
    if fact.timed_out or code is None:
        return Verdict(TIMED_OUT, f"It did not end within {fact.seconds:.0f} s; what it checks may hang.")
    if any(isinstance(one, State) and (one.name, one.value) == ("installed", "no") for one in reading.facts):
        return Verdict(NOT_INSTALLED, reading.sentence)
    if _is_gone(reading.facts) or _is_refused(reading):
        return Verdict(FAILED, reading.sentence or _told(code, output))
    nothing = "" if code == 0 else _nothing_there(reading.facts)
    if code and not nothing:
        return Verdict(FAILED, reading.sentence or _told(code, output))
    if (code == 0 and not fact.ok) or (expect and expect not in output):
        missed = f"The runbook expects “{expect}”, and the output does not hold it." if expect else fact.finding
        return Verdict(UNEXPECTED, missed or "It does not say what the runbook expects.")
    remarks = reading.level in {"warn", "bad"} or (reading.source == "http" and reading.level == "note")
    return Verdict(sentence=nothing or (reading.sentence if remarks else ""))


def _is_gone(facts: Iterable[Fact]) -> bool:
    return any(
        isinstance(one, State) and one.name == name and (not thing or one.thing == thing) and (not value or one.value == value)
        for one in facts
        for thing, name, value in _GONE
    )


def _is_refused(reading: Reading) -> bool:
    """An answer over HTTP that is none: curl ends with 0 on it unless it is told otherwise."""
    if reading.source != "http":
        return False
    status = next((one.value for one in reading.facts if isinstance(one, Measured) and one.unit == "http status"), 0.0)
    return status >= _HTTP_REFUSED or reading.level == "bad" or "answer is a page that says" in reading.sentence


def _nothing_there(facts: Iterable[Fact]) -> str:
    """Why an exit code that is not 0 is no failure: it searched, and there is nothing to see; "" where it is one."""
    for one in facts:
        if isinstance(one, State) and (one.thing, one.name, one.value) == ("search", "matches", "none"):
            return "Nothing matches."
        if isinstance(one, State) and one.name == "file" and one.value.startswith("No such") and _GLOB.search(one.thing):
            return f"No file matches {one.thing}, so there is nothing to search."
        if isinstance(one, State) and (one.thing, one.name) == ("journal", "files"):
            return "There is no journal on this machine, so there is nothing to read."
        if isinstance(one, Measured) and (one.thing, one.name, one.value) == ("journal", "entries", 0.0):
            return "The journal holds no entry for this."
    return ""


def _told(code: int, output: str) -> str:
    """The exit code with the first line of what it said."""
    line = next((line.strip() for line in output.splitlines() if line.strip()), "")
    shown = line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + "…"
    return f"It failed with exit code {code}{f': {shown}' if shown else '.'}"

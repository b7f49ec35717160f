"""Digits that say how grave a line is: kept apart from the numbers that do not count, where the lines of a log have such."""

import re
from collections.abc import Sequence
from typing import Final

from stormjib.evidence.loglines.level import ANSWERS, names_level

_GRADES: Final = re.compile(
    rb'"(?:PRIORITY|priority|level|severity|status|status_code|code|s)": ?"?(?=[1-9]?\d[",}])|"(?:status|status_code|statusCode|code)": ?"?(?=[1-5]\d\d)'
)
"""A field of JSON with a level as a number, or the status of a request."""
_STATUS: Final = re.compile(rb'HTTP/[\d.]+"? (?=[1-5]\d\d )|\| (?=[1-5]\d\d \|)|Completed (?=[1-5]\d\d )')
_BEHIND: Final = tuple(
    (re.compile(f"(?m:{one})[1-5]\\d\\d".encode()), re.compile(f"((?m:{one}))5(?=\\d\\d)".encode())) for one in ANSWERS[3:]
)
"""The same where what stands in front of it varies, so that each has to be searched for."""
_FIELD: Final = re.compile(rb"(?<![\w.])status(?:_code)?=(?=[1-5]\d\d\b)")
"""The same where nothing else says how grave a line is."""
_LETTERS: Final = b"GHIJKLMNOP"
"""No digits, and no letters that a number in hex has."""
_SERVER: Final = b"5"


class Marks:
    """What is put in the place of such digits, by some lines of the log."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        """``lines``: some of the log's."""
        grades = {found for line in lines for found in _GRADES.findall(line)}
        status = {found[-4:] for line in lines for found in _STATUS.findall(line)}
        status |= {found for line in lines for found in _FIELD.findall(line) if not names_level(line.decode("utf-8", "replace"))}
        self._put = [
            *((before + b"%d" % digit, before + _LETTERS[digit : digit + 1] + b"-") for before in grades for digit in range(10)),
            *((before + _SERVER, before + b"G-") for before in status),
        ]

        self._search = [put for one, put in _BEHIND if any(map(one.search, lines))]

    def of(self, run: bytes) -> bytes:
        """The lines with these digits as letters."""
        for some, put in self._put:
            run = run.replace(some, put)
        for pattern in self._search:
            run = pattern.sub(rb"\1G-", run)
        return run

"""The server's own log: nothing in it drives a terminal, and our own words are not taken for secrets."""

import logging

import pytest

from stormjib.core.log import Declared, MessageSent, StatusPosted, TokenMade
from stormjib.core.severity import Severity
from stormjib.own_log import JsonLines, Lines, line

WILD = "down\x1b[2J\x07\u202e\x00\x9b1m"


@pytest.mark.parametrize("shape", [Lines("%(message)s"), JsonLines()])
def test_no_line_drives_a_terminal(shape):
    record = logging.LogRecord("x", logging.INFO, "", 0, "refused: %s", (WILD,), None)
    assert shape.format(record).isprintable()
    assert line(Declared(WILD, Severity.P1, "api", "", 0.0)).isprintable()


def test_our_own_words_are_no_secrets_and_those_of_others_may_be():
    made = line(TokenMade(digest="0123456789abcdef", name="ana", scopes=("alert",)))
    assert "token 01234567" in made
    assert "redacted" not in made
    assert "hunter2x" not in line(Declared("password=hunter2x", Severity.P1, "api", "", 0.0))
    assert line(StatusPosted("customers", "Identified", "x", "y")).startswith("posted for")
    assert "redacted" not in line(MessageSent("operators", "webhook", "INC-7-R1 waits for a second approval"))

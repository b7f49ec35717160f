"""One table of levels and one grammar of log lines: what each line is taken for, whoever reads it."""

import re
from pathlib import Path

import pytest

from stormjib.evidence.loglines.counts import Counts
from stormjib.evidence.loglines.level import level_of, of_word
from stormjib.evidence.loglines.line import Line, line_of, message_of

SOURCES = Path(__file__).parents[3] / "src" / "stormjib"


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("2026-03-01 08:10:11,123: ERROR/MainProcess] Task failed", "error"),  # Celery
        ("2026-03-01 08:10:11 | ERROR    | app:run:12 - gone", "error"),  # Loguru
        ("[2026-03-01 08:10:11] [error] gone", "error"),
        ("08:10:11 <warn>  something", "warning"),
        ("ts=1 level=warn msg=slow", "warning"),
        ('{"level":50,"msg":"gone"}', "error"),
        ('{"level": 30, "msg": "the error is gone"}', "other"),
        ("INFO a request failed with an error", "other"),
        ("the request failed", "error"),
        ("Traceback (most recent call last):", "error"),
        ("level=strange and nothing else", "other"),
        ("level=strange and it timed out", "error"),
        ("GET /var/log/WARN.html 200", "other"),
        ("W0301 08:10:11.123 controller.go:12] slow", "warning"),
        ("F0301 08:10:11.123 controller.go:12] gone", "error"),
        ("03-01 08:10:11.123  1702  2395 E ActivityManager: gone", "error"),
        ("03-01 08:10:11.123  1702  2395 D ActivityManager: an error", "other"),
    ],
)
def test_the_level_of_a_line_of_text(line, level):
    assert level_of(line) == level
    counts = Counts()
    assert counts.shapes[counts.new(line, line, line=1)].error is (level == "error"), "patterns go by the same table"


@pytest.mark.parametrize(
    ("word", "level"),
    [
        *(("ERR", "error"), ("dpanic", "error"), ("Warning", "warning"), ("notice", "other"), ("", None), ("strange", None)),
        *((3, "error"), (4, "warning"), (6, "other"), (30, "other"), (40, "warning"), (60, "error"), ("2", "error")),
        *((None, None), (True, None)),
    ],
)
def test_the_level_of_a_word_or_a_number(word, level):
    assert of_word(word) == level


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("api_1  | ERROR gone", Line("error", "ERROR gone")),
        (
            '{"level":"error","msg":"no answer","logger":"api.db","dependency":"postgres"}',
            Line("error", "no answer", "api.db", "postgres"),
        ),
        ('{"severity":"WARNING","message":"slow","target":"redis"}', Line("warning", "slow", "", "redis")),
        ('{"level":"error","msg":"cut off in the midd', Line("error", "cut off in the midd")),
        ('{"PRIORITY":"3","message":"x"}', Line("error", "x")),
        ('{"n":1}', Line("other", '{"n":1}')),
        ("level=error peer=10.0.0.1:80 msg=gone", Line("error", "level=error peer=10.0.0.1:80 msg=gone", "", "10.0.0.1:80")),
        ("", Line("other", "")),
    ],
)
def test_a_line(text, line):
    assert line_of(text) == line


def test_a_template_says_its_message():
    assert message_of('{"time":<*>,"msg":"order <*> failed","n":<*>}') == "order <*> failed"


def test_there_is_one_table_of_levels():
    """No other file lists the words for levels: nginx' own format is looked up in the table, an alert's severity and an option's values are another matter."""
    allowed = {"evidence/loglines/level.py", "evidence/readers/nginx_errors.py", "core/severity.py", "core/shell/placeholders.py"}
    sources = {file.relative_to(SOURCES).as_posix(): file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py")}
    listing = {name for name, text in sources.items() if {"emerg", "crit"} <= set(re.findall(r"[a-z]+", text.lower()))}
    assert listing == allowed

"""One table of levels and one grammar of log lines: what each line is taken for, whoever reads it."""

import re
from pathlib import Path

import pytest

from stormjib.evidence.loglines.counts import Counts
from stormjib.evidence.loglines.level import of_word
from stormjib.evidence.loglines.line import Line, line_of, message_of

HERE = Path(__file__).parent
SOURCES = HERE.parents[2] / "src" / "stormjib"


ROWS = [row.split("\t", 1) for row in (HERE / "levels.tsv").read_text(encoding="utf-8").splitlines() if not row.startswith("#")]


@pytest.mark.parametrize(("level", "line"), [(level, line.replace("\\e", "\x1b").replace("\\t", "\t")) for level, line in ROWS])
def test_the_level_of_a_line(level, line):
    assert line_of(line).level == level
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
    """They stand in one table, and no code lists them: nginx' own format is looked up in the table, an alert's severity and an option's values are another matter."""
    allowed = {"evidence/readers/nginx_errors.py", "core/severity.py", "core/shell/placeholders.py"}
    sources = {file.relative_to(SOURCES).as_posix(): file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py")}
    listing = {name for name, text in sources.items() if {"emerg", "crit"} <= set(re.findall(r"[a-z]+", text.lower()))}
    assert listing == allowed

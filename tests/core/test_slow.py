"""What is made to be slow to read is not: commands full of places and brackets, tags that never end, long words."""

import time

import pytest

from stormjib.core.markdown import compile_runbook
from stormjib.core.markdown.dialects import _TAGS


def seconds(around: str, unit: str, length: int) -> float:
    """Processor time of a runbook with so many characters of it, the better of two."""
    began = time.process_time()
    compile_runbook(around.format(unit * (length // len(unit))).encode())
    return time.process_time() - began


@pytest.mark.parametrize("unit", ["$A ", "a|a|", "`a", "(a) ", "[a](", "é", "__a", "a=b "])
def test_a_command(unit: str) -> None:
    around = "# A\n\n```sh\necho {}\n```\n"
    half, whole = (max(seconds(around, unit, length), 0.05) for length in (4_000, 8_000))
    assert whole / half <= 6


def test_tags_that_never_end() -> None:
    assert not _TAGS.match(" </p a/>" * 200 + "!")
    assert _TAGS.match("<p class='a'/> <br/><div>")

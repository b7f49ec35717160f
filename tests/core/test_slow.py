"""What is made to be slow to read is not: commands full of places and brackets, tags that never end, long words."""

import gc
import time

import pytest

from stormjib.core.markdown import compile_runbook
from stormjib.core.markdown.dialects import _TAGS


def seconds(around: str, unit: str, length: int) -> float:
    """Processor time of a runbook with so many characters of it, the better of two. What other tests left is not collected meanwhile."""
    taken = []
    for attempt in range(2):
        gc.collect()
        gc.disable()
        began = time.process_time()
        # Each is another text, so that nothing is remembered of the one before.
        compile_runbook(around.format(f"{attempt} {unit * (length // len(unit))}").encode())
        taken.append(time.process_time() - began)
        gc.enable()
    return min(taken)


@pytest.mark.parametrize("unit", ["$A ", "a|a|", "`a", "(a) ", "[a](", "é", "__a", "a=b "])
def test_a_command(unit: str) -> None:
    around = "# A\n\n```sh\necho {}\n```\n"
    half, whole = (max(seconds(around, unit, length), 0.05) for length in (4_000, 8_000))
    assert whole / half <= 6


def test_tags_that_never_end() -> None:
    assert not _TAGS.match(" </p a/>" * 200 + "!")
    assert _TAGS.match("<p class='a'/> <br/><div>")

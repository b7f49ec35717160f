"""What shows a thing together with its environment stays a read, and no secret of it is stored or shown."""

from pathlib import Path

import pytest

from stormjib.core.redact import redacted
from stormjib.core.risk import Risk
from stormjib.core.shell import judge

TEXT = (Path(__file__).parents[1] / "risk" / "shown.txt").read_text(encoding="utf-8")
SHOWN = [block.partition("\n")[::2] for block in TEXT.split("\n$ ")[1:]]


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_read_that_shows_an_environment_shows_no_secret(command: str, output: str) -> None:
    assert judge(command).risk is Risk.READ, judge(command).reason
    before, after = output.splitlines(), redacted(output).splitlines()
    assert [line for line in after if "s3cr3t" in line] == []
    assert [line for line in before if "s3cr3t" not in line and line not in after] == []

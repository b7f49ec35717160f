"""What a shell offers to complete is the grammar."""

import shutil
import subprocess

import pytest

from stormjib.cli.completion import candidates
from stormjib.cli.grammar import COMMANDS
from stormjib.core.actions import TABLE


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["incident", "s"], ["severity", "show", "split"]),
        (["ack", "INC-7", "--j"], ["--json"]),
        (["settle", "INC-7-R1", "--took-effect", ""], ["no", "yes"]),
        (["incident", "severity", "INC-7", "P1", "--r"], ["--reason"]),
        (["nonsense", ""], []),
        (["declare", "--severity", ""], []),
    ],
)
def test_what_may_come_next(typed, offered, cli):
    assert candidates(typed) == offered
    assert cli("completion", "--", *typed).out.splitlines() == offered


def test_every_action_is_offered():
    for action in TABLE:
        *before, last = action.words.command.split()
        assert last in candidates([*before, ""])
    assert set(candidates([""])) == {command.words.split()[0] for command in COMMANDS}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_takes_the_script(cli):
    script = (
        cli("completion").out + "stormjib() { printf 'tick\\nuntick\\n'; }\nCOMP_WORDS=(stormjib incident '')\nCOMP_CWORD=2\n"
    )
    ran = subprocess.run(
        ["bash", "-c", script + "_stormjib; echo ${COMPREPLY[1]}"], capture_output=True, text=True, check=True, timeout=30
    )
    assert ran.stdout == "untick\n"

"""The exit codes of a pipeline's parts are told where they are wanted, and nothing else about the command changes."""

import pytest

from stormjib.integrations.command.run import run


@pytest.mark.parametrize(
    ("text", "exit_code", "parts", "output"),
    [
        ("false | grep x | wc -l", 1, (1, 1, 0), b"0\n"),
        ("printf 'a\\n' | grep -c b", 1, (0, 1), b"0\n"),
        ("printf a | cat", 0, (0, 0), b"a"),
        ("yes | head -1", 0, (141, 0), b"y\n"),
        ("echo a | grep b || echo none", 0, (0,), b"none\n"),
        ("true | false # a comment", 1, (0, 1), b""),
        ("echo 'a|b'; exit 7", 7, (), b"a|b\n"),
        ("set -e; false | true; echo never", 1, (), b""),
        ("cat <<E | grep b\na\nE", 1, (), b""),
        ("echo a", 0, (), b"a\n"),
        ("printf 'a\\0b' | cat", 0, (0, 0), b"a\0b"),
    ],
)
def test_the_parts_are_told_and_the_output_is_as_it_was(text, exit_code, parts, output):
    traced, plain = (run(text, timeout_seconds=10, parts=wanted) for wanted in (True, False))
    assert (traced.exit_code, traced.parts, traced.output) == (exit_code, parts, output)
    assert (plain.exit_code, plain.parts, plain.output, plain.sha256) == (exit_code, (), output, traced.sha256)


def test_a_command_that_is_stopped_tells_none():
    ran = run("echo a | cat; sleep 30 | cat", timeout_seconds=0.3, parts=True)
    assert (ran.timed_out, ran.parts, ran.output) == (True, (), b"a\n")

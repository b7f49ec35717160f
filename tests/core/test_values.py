"""The values that a command lacks: what has to be found, and what only looks like a placeholder."""

from pathlib import Path

import pytest
from bench.values import filled, measure
from tests.core.story import RUNBOOK

from stormjib.core.risk import Risk
from stormjib.core.shell import judge, missing, split
from stormjib.core.shell.values import how_to_give

CASES = Path(__file__).parent / "cases" / "values"


def texts(name):
    return [statement.text for statement in split((CASES / name).read_text()) if statement.text]


@pytest.mark.parametrize("text", texts("lacking.txt"))
def test_r1_r2_what_is_not_filled_is_found(text):
    assert missing(text, {"ADMIN_TOKEN"})


@pytest.mark.parametrize("text", texts("complete.txt"))
def test_r1_r2_what_only_looks_like_a_placeholder_is_none(text):
    assert missing(text, {"ADMIN_TOKEN"}) == ()


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("redis-cli -h <host> FLUSHALL", Risk.DESTROY),
        ("kubectl delete namespace <ns>", Risk.DESTROY),
        ("docker restart <container>", Risk.DISRUPT),
        ("rm -rf /srv/<release>", Risk.DESTROY),
        ("redis-cli -h <redis host> -p <port> flushdb", Risk.DESTROY),
    ],
)
def test_r2_a_command_is_judged_as_if_its_placeholders_were_filled(text, risk):
    assert risk <= judge(text).risk


def test_r2_what_has_a_placeholder_is_no_read():
    assert judge("kubectl logs <pod>").risk is not Risk.READ


def test_the_reference_runbook_lacks_its_token_and_nothing_else():
    lacking = {command.line: missing(command.text) for command in RUNBOOK.commands}
    assert {line: names for line, names in lacking.items() if names} == {87: ("$ADMIN_TOKEN",), 163: ("$ADMIN_TOKEN",)}
    assert not any(missing(command.bounded or command.text, {"ADMIN_TOKEN"}) for command in RUNBOOK.commands)


def test_what_is_missing_is_named_as_it_stands_and_said_with_what_to_do():
    text = 'curl -H "$TOKEN" http://<host>:[PORT]/; rm -rf "$DIR" "$TOKEN"'
    assert missing(text) == ("$TOKEN", "<host>", "[PORT]", "$DIR")
    assert missing(text, {"TOKEN", "DIR"}) == ("<host>", "[PORT]")
    assert (
        how_to_give(("$DIR",)) == "$DIR has no value. Give it in the commands' env file (command_env_file), or edit the runbook."
    )
    assert how_to_give(("<host>", "[PORT]")).startswith("<host> and [PORT] are not filled in. Write the value into the runbook")


@pytest.mark.parametrize(
    "text", ["<a>" * 20_000, "$" * 60_000, "a&&" * 20_000, "(" * 30_000, "[A B]" * 10_000, "# <a>\n" * 10_000, "{{a}}" * 12_000]
)
def test_a_long_text_is_read_through_in_a_moment(text):
    missing(text)


def test_r1_r2_of_random_commands_none_without_a_value_runs():
    """``python -m bench.values`` does the same for 100,000."""
    through, refused, _ = measure(2_000, seed=7)
    assert (through, refused) == ([], [])


def test_what_is_filled_in_part_still_lacks_and_no_value_becomes_more_than_words():
    found = filled(400, seed=7, run_each=4)
    assert (found.through, found.ran) == ([], [])
    assert found.whole > 20
    assert found.run > 5

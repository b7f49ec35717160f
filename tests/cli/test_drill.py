"""`stormjib drill`: what it refuses before anything starts. A drill that is played is in tests/real."""

import json

import pytest

from stormjib.drill.faults import FAULTS


def test_the_list_names_every_fault_its_alert_and_whether_the_runbook_mends_it(cli):
    ended = cli("drill", "list", "--json")
    found = json.loads(ended.out)
    assert (ended.code, found["schema"], found["stack"]) == (0, "stormjib/drills/1", "process")
    assert [drill["fault"] for drill in found["drills"]] == [name for name, fault in FAULTS.items() if "process" in fault.stacks]
    rows = cli("drill", "list").out.splitlines()
    assert any(row.split()[:3] == ["nginx-down", "NginxDown", "yes"] for row in rows)
    assert any(row.split()[:3] == ["dependency-timeout", "ReadinessFailing", "no"] for row in rows)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["api-bored"], 3, "The process stack has no fault 'api-bored'; it has: redis-stopped"),
        (["redis-hung", "--quick", "--respond"], 2, "give one of them"),
        (["redis-hung", "--stack", "console"], 2, "invalid choice"),
        (["redis-hung", "--seed", "-1"], 2, "is no seed"),
        (["redis-hung", "--dir", "."], 2, ". is not empty"),
    ],
)
def test_a_drill_that_cannot_be_is_refused_with_a_sentence(cli, words, code, said):
    ended = cli("drill", "start", *words)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err

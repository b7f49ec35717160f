"""The drill's faults are the lab's, their plans are faults, and a seed chooses what the lab accepts."""

import pytest

from stormjib.core.markdown import compile_runbook
from stormjib.drill.faults import FAULTS
from stormjib.drill.plans import PLANS
from stormjib.drill.seed import Variation, vary
from stormjib.drill.site import reference_runbook
from stormjib.drill.stacks import make
from watermark_lab.lab.fault.catalogue import ENTRIES
from watermark_lab.real.fault.catalogue import ENTRIES as REAL_ENTRIES

LABS = {"process": ENTRIES, "docker": REAL_ENTRIES}
EVERYWHERE = [(fault, stack) for fault, known in FAULTS.items() for stack in known.stacks]


def test_the_drill_and_the_labs_know_the_same_faults():
    for stack, entries in LABS.items():
        assert set(make(stack).faults()) == set(entries)
    assert FAULTS.keys() == ENTRIES.keys() | REAL_ENTRIES.keys()


@pytest.mark.parametrize(("fault", "stack"), EVERYWHERE)
def test_a_seed_chooses_the_same_each_time_and_what_the_lab_accepts(fault, stack):
    chosen = [vary(fault, seed) for seed in range(20)]
    assert chosen == [vary(fault, seed) for seed in range(20)]
    assert len({variation.requests_per_second for variation in chosen}) > 1
    for variation in chosen:
        LABS[stack][fault].chosen(fault, variation.options)


def test_a_seed_is_the_same_on_every_machine():
    assert vary("replica-sick", 7) == Variation(9.5, {"error_share": 0.86, "replica": 1.0})


@pytest.mark.parametrize("fault", PLANS)
def test_a_plan_mends_a_fault_with_lines_of_the_runbook(fault):
    assert fault in FAULTS
    lines = {command.line for command in compile_runbook(reference_runbook()).commands}
    assert set(PLANS[fault].fixes) | set(PLANS[fault].looks) <= lines

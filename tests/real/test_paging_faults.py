"""The faults of paging at a small size: a pager that is away or drips, clocks that step, many escalations at once, a storm."""

import pytest
from bench.paging_faults import CASES, SMALL, run


@pytest.mark.parametrize("case", CASES)
def test_no_page_is_lost_or_doubled(tmp_path, case):
    """What is counted has to be right; how long it took is for the bench to judge, on a machine that is not busy."""
    found = run(case, tmp_path, SMALL)
    assert [one.line() for one in found if not one.unit and not one.met] == []

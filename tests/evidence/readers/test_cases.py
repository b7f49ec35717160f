"""Every output in ``cases/`` gives the reading that stands above it."""

import pytest
from tests.evidence.readers.case import Case, cases, told

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reading(case: Case) -> None:
    reading = case.reading()
    lines = told(reading)
    only = "only these facts" in case.expected
    expected = [line for line in case.expected if line != "only these facts"]
    missing = [line for line in expected if line not in lines]
    assert not missing, "\n".join(lines)
    assert expected[:2] == list(lines[:2])
    if only:
        assert list(lines) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_not_understood_is_kept_and_says_nothing(case: Case) -> None:
    reading = case.reading()
    if not reading.understood:
        assert (reading.raw, reading.sentence, reading.facts) == (case.output, "", ())
    else:
        assert reading.facts or case.exit_code is None
        assert reading.raw == ""


def test_every_source_has_several_cases() -> None:
    by_source: dict[str, int] = {}
    for case in CASES:
        source = case.name.split("/")[0]
        by_source[source] = by_source.get(source, 0) + 1
    assert {source: count for source, count in by_source.items() if count < 3} == {}

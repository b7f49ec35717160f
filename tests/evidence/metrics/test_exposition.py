"""The text format: each case is an exposition, then after --- what is read out of it."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormjib.evidence.metrics.exposition import parse

CASES = Path(__file__).parent / "cases" / "exposition"


def told(found):
    for sample in found.samples:
        labels = "".join(f" {name}={value}" for name, value in sample.labels).replace("\n", "⏎")
        yield f"{'counter' if sample.counter else 'gauge'} {sample.name}{labels} = {sample.value:g}"
    for problem in found.problems:
        yield f"problem {problem}"


@pytest.mark.parametrize("file", sorted(CASES.glob("*.txt")), ids=lambda file: file.stem)
def test_case(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--- "))
    assert list(told(parse(text))) == [line.removeprefix("--- ") for line in lines if line.startswith("--- ")]


@given(st.text(alphabet=st.sampled_from('abc_{}="\\\n #,0123.eE+-NaInf \t'), max_size=200))
def test_any_text_is_read_without_an_error(text):
    for sample in parse(text).samples:
        assert isinstance(sample.value, float)


def test_too_many_series_are_cut_and_said():
    text = "\n".join(f'a{{n="{number}"}} 1' for number in range(5000))
    found = parse(text, series_max=1000)
    assert len(found.samples) == 1000
    assert found.series == 5000
    assert found.problems == ("There are 5000 series that count; the first 1000 are kept. Drop a label with many values.",)


def test_what_nobody_wants_is_not_kept():
    found = parse('a 1\nb{x="y"} 2\n', lambda name: name == "b")
    assert [sample.name for sample in found.samples] == ["b"]
    assert found.series == 2
    assert math.isfinite(found.samples[0].value)

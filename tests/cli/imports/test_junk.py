"""Whatever stands in an answer of an API in place of what is documented: it is a report, or a sentence with its place, and never a crash."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stormjib.imports import dispatch, goalert, oncall, opsgenie, pagerduty
from stormjib.imports.files import differences, files
from stormjib.imports.shape import Brought
from stormjib.imports.source import WrongExport, load

SAMPLES = Path(__file__).parent / "samples"
READERS = {"dispatch": dispatch, "goalert": goalert, "oncall": oncall, "opsgenie": opsgenie, "pagerduty": pagerduty}
GONE = object()
JUNK = (
    GONE,
    None,
    "",
    "x",
    "a/b\x00",
    "24:00",
    "9am",
    "Mars/Olympus",
    "monthly",
    -1,
    0,
    7,
    10**9,
    10**30,
    1.5,
    True,
    [],
    ["x"],
    {},
    {"id": 1},
)
DATES = ("0001-01-01", "2026-03-29", "2050-01-01", "9999-12-31")
TIMES = tuple(f"{day}T00:00:00{zone}" for day in DATES for zone in ("", "Z", "-05:00"))


def places(value, way=()):
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*way, key)
        yield from places(one, (*way, key))


def spoilt(value, way, junk):
    value = copy.deepcopy(value)
    around = value
    for key in way[:-1]:
        around = around[key]
    if junk is GONE:
        del around[way[-1]]
    else:
        around[way[-1]] = junk
    return value


@pytest.mark.parametrize("system", sorted(READERS))
@settings(max_examples=40, deadline=None, phases=[Phase.generate], report_multiple_bugs=False)
@given(data=st.data())
def test_junk_is_told(system, data):
    bodies = {path.name: json.loads(path.read_text("utf-8")) for path in sorted((SAMPLES / system).glob("*.json"))}
    for _ in range(data.draw(st.integers(1, 2))):
        name = data.draw(st.sampled_from(sorted(bodies)))
        way = data.draw(st.sampled_from(list(places(bodies[name])) or [()]))
        if way:
            bodies[name] = spoilt(bodies[name], way, data.draw(st.sampled_from(JUNK + TIMES)))
    found = Brought(system, 1_795_456_000.0)
    try:
        exported = load([(name, json.dumps(body).encode()) for name, body in bodies.items()], READERS[system].KINDS)
        READERS[system].bring(exported, found)
    except WrongExport as error:
        assert str(error).split(":")[0].split(" ")[0] in bodies, error
        return
    assert all(one.what and one.field and one.why for one in found.left)
    assert all(text.startswith("# Imported") for text in files(found, system).values())
    list(differences(found))

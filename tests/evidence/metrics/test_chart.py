"""Charts are well-formed SVG whatever a series or its name holds, and say in words what they show."""

import xml.etree.ElementTree as ET

import pytest

from stormjib.core.observation import Metric
from stormjib.core.postmortem import charts
from stormjib.evidence.metrics.chart import chart

HOSTILE = "<script>alert(1)</script> & \"'\u202e"
AT = 1_700_000_000.0
SERIES = {
    "usual": tuple((AT + 10 * n, 0.04 if n < 50 else 2.1) for n in range(60)),
    "one point": ((AT, 1.0),),
    "flat zero": ((AT, 0.0), (AT + 10, 0.0)),
    "negative": ((AT, -5.0), (AT + 10, 3.0)),
    "huge": ((AT, 1e300), (AT + 10, 1.0)),
}


def metric(points, **given):
    return Metric(
        **{
            "thing": "shop",
            "name": "p95 latency",
            "unit": "seconds",
            "points": points,
            "now": 2.1,
            "baseline": 0.04,
            "spread": 0.01,
            "changed_at": AT + 490,
            "severity": "bad",
            "sentence": "p95 latency is 2.1 s, usually 40 ms, since 22:21:30",
            **given,
        }
    )


@pytest.mark.parametrize("points", SERIES.values(), ids=SERIES)
def test_any_series_is_well_formed_and_inside_its_frame(points):
    for baseline in (None, 0.04):
        drawn = ET.fromstring(chart(metric(points, baseline=baseline), AT + 500, alone=True))
        space = "{http://www.w3.org/2000/svg}"
        for x, y in (pair.split(",") for pair in drawn.find(f"{space}polyline").get("points").split()):
            assert 0 <= float(x) <= 640
            assert 0 <= float(y) <= 190


def test_it_says_in_words_what_it_shows():
    drawn = ET.fromstring(chart(metric(SERIES["usual"]), AT + 500))
    assert drawn.get("role") == "img"
    assert drawn.find("title").text == "shop: p95 latency"
    assert "Usual is 40 ms, drawn as a band." in drawn.find("desc").text
    texts = {text.text for text in drawn.iter("text")}
    assert {"0 s", "1.05 s", "2.1 s", "22:13:20", "22:23:10 UTC", "since 22:21:30"} <= texts
    assert "style" not in chart(metric(SERIES["usual"]), AT + 500), "the page's security policy allows no inline style"


def test_names_are_escaped():
    drawn = chart(metric(SERIES["usual"], thing=HOSTILE, name=HOSTILE, sentence=HOSTILE), AT)
    assert "<script" not in drawn
    assert ET.fromstring(drawn).find("title").text.startswith(HOSTILE)


def test_nothing_to_draw():
    assert chart(metric(()), AT) == ""
    assert charts("INC-1", [metric(()), metric(SERIES["usual"], severity="fine")]) == ()
    assert [name for name, _ in charts("INC-1", [metric(SERIES["usual"])] * 9)] == [f"INC-1-metric-{n}.svg" for n in range(1, 7)]

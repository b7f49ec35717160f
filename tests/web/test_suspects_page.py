"""The suspects on the page: in words and links, not only in colours; and the measured severity beside the form."""

from stormjib.core.log import SuspectsRanked
from stormjib.core.observation import Suspect
from stormjib.core.severity import Severity

FIRST = Suspect("redis", 0.85, "redis: the connection is refused (entry 2); <b>loud</b> words (entry 1).", (2, 1))
SECOND = Suspect("nginx", 0.2, "nginx: its unit is inactive (entry 2).", (2,))


def ranking(*suspects, clear=True, **given):
    return SuspectsRanked(suspects, clear=clear, sentence="", seconds=4.0, **given)


def test_each_suspect_has_its_strength_in_words_and_links_to_its_entries(house):
    """The order is that of the ranking, and what an output holds stays text."""
    incident = house.declare()
    house.tell(incident, ranking(FIRST, SECOND, missing=("metrics",)))
    page = house.person().page(f"/incidents/{incident}")
    section = page.split('id="suspects"')[1].split("</section>")[0]
    assert section.index("redis") < section.index("nginx")
    assert "■■■■□</span> strong" in section
    assert "■□□□□</span> weak" in section
    assert '<a class="proof" href="#entry-2">entry 2</a>' in section
    assert "<b>loud" not in section
    assert "&lt;b&gt;loud" in section
    assert "Without: metrics" in section
    assert page.index('id="suspects"') < page.index('id="evidence"')


def test_where_nothing_stands_out_it_says_so(house):
    incident = house.declare()
    house.tell(incident, ranking(clear=False))
    page = house.person().page(f"/incidents/{incident}")
    assert "no clear suspect" in page
    assert "points to a part of the service" in page


def test_the_measured_severity_stands_beside_the_form_and_changes_nothing(house):
    incident = house.declare(severity=Severity.P2)
    impact = "Measured: 38 % of requests fail → P1; the alert says P2."
    house.tell(incident, ranking(FIRST, proposed=Severity.P1, impact=impact))
    page = house.person().page(f"/incidents/{incident}")
    form = page.split('id="fold-severity"')[1].split("</details>")[0]
    assert "measured: P1" in form
    assert impact in form
    assert house.incident(incident).severity is Severity.P2


def test_before_the_ranking_there_is_no_place_for_it(house):
    incident = house.declare()
    assert 'id="suspects"' not in house.person().page(f"/incidents/{incident}")

"""The ends of an incident on the pages: linked both ways, in words, and with nothing on offer that makes no sense any more."""

import pytest
from tests.web.faces import Faces

from stormjib.core.log import Acknowledged, Closed, Resolved


@pytest.fixture
def two(house):
    """Two open incidents."""
    return house.declare("Uploads fail"), house.declare("The network is down")


def test_what_goes_on_elsewhere_is_linked_both_ways(house, two):
    first, second = two
    house.act("merge", first, "bo", into=second, reason="one outage")
    ana = house.person("ana")
    page = ana.page(f"/incidents/{first}")
    assert f'merged into <a href="/incidents/{second}">{second}</a>' in page
    assert f"Go on in {second}" in page
    assert f'has taken in <a href="/incidents/{first}">{first}</a>' in ana.page(f"/incidents/{second}")
    home = ana.page("/")
    assert f"merged into {second}" in home
    assert "Ended in the last 7 days" in home
    offers = house.incidents.room(first).offers
    assert "reopen" in offers
    assert not {"acknowledge", "merge", "duplicate", "false-alarm", "cancel", "split", "resolve"} & set(offers)


def test_a_form_ends_it_and_a_refusal_keeps_what_was_typed(house, two):
    first, second = two
    ana = house.person("ana")
    refused = ana.post(f"/incidents/{first}/duplicate", into=first, reason="the same outage")
    assert refused.status_code == 409
    assert "is the incident itself" in refused.text
    assert (
        "the same outage"
        in ana.post(f"/incidents/{first}/duplicate", which="duplicate", into=first, reason="the same outage").text
    )
    assert ana.post(f"/incidents/{first}/duplicate", into=second.lower(), reason="the same outage").status_code == 303
    assert house.incident(first).status == f"duplicate of {second}"


def test_the_declare_form_offers_the_open_incident_first(house, two):
    ana = house.person("ana")
    typed = {"title": "It is down", "severity": "P1", "service": "watermark-lab-api"}
    asked = ana.post("/incidents", **typed)
    assert asked.status_code == 409
    assert ">INC-2</a> is open for watermark-lab-api already" in asked.text
    assert "stormjib " not in asked.text.split('id="notice"')[1].split("</p>")[0]
    assert "Declare separately" in asked.text
    assert ana.post("/incidents", **typed, separate="yes").status_code == 303


def test_the_command_line_lists_how_each_has_ended(house, two):
    first, second = two
    house.act("false-alarm", first, "bo", reason="a probe")
    house.act("merge", second, "bo", into=house.declare("Third"), reason="one outage")
    code, out, _ = Faces(house).command("incident", "list")
    assert code == 0
    assert "false alarm" in out
    assert "merged into INC-3" in out


def test_every_end_of_the_last_week_is_listed_and_what_is_written_later_ends_nothing_again(house):
    """However many incidents came after them."""
    old, probe, twin, merged, resolved, closed = (house.declare(f"Number {n}") for n in range(6))
    house.tell(old, Acknowledged("ana"), Resolved("ana", "it is over"), Closed("ana"))
    house.at += 8 * 86_400
    house.act("false-alarm", probe, "bo", reason="a probe")
    house.act("duplicate", twin, "bo", into=merged, reason="the same")
    other = house.declare("Goes on")
    house.act("merge", merged, "bo", into=other, reason="one outage")
    house.act("cancel", house.declare("A drill"), "bo", reason="a drill")
    house.tell(resolved, Acknowledged("ana"), Resolved("ana", "it is over"))
    house.tell(closed, Acknowledged("ana"), Resolved("ana", "it is over"), Closed("ana"))
    house.act("note", old, "ana", text="learnt later")
    for number in range(210):
        house.declare(f"Later {number}")
    ended = house.person("ana").page("/").split("Ended in the last 7 days")[1].split("</section>")[0]
    for said in ("false alarm", f"duplicate of {merged}", f"merged into {other}", "cancelled", "resolved", "closed"):
        assert f">{said}</span>" in ended
    assert old not in ended

"""Acknowledging by the link of a page that was sent: by whoever got it, without signing in, and never by opening it."""

import re

import msgspec
import pytest
from starlette.testclient import TestClient
from tests.web.house import START

from stormjib.core.access import LINK_SECONDS, AnswerLink, mail_id, sealed
from stormjib.core.log import Acknowledged


@pytest.fixture
def phone(house):
    """A browser that nobody has signed in with."""
    return TestClient(house.app, base_url="https://stormjib.test", follow_redirects=False)


def link(incident, key=b"k", until=START + LINK_SECONDS, who="cy", asked=2):
    return "/ack/" + AnswerLink(incident, who, f"{incident}/{asked}/page/0#8f3a", until).signed(key)


def taken(house, incident):
    return [(entry.by, entry.fact.who) for entry in house.reader.entries(incident) if isinstance(entry.fact, Acknowledged)]


def press(phone, address):
    """Press the button of the page."""
    seen = re.search(r'name="seen" value="(P\d)"', phone.get(address).text)[1]
    return phone.post(address, data={"seen": seen})


def test_the_button_acknowledges_as_whoever_got_the_page_and_opening_it_does_not(house, phone):
    incident = house.declare()
    address = link(incident)
    for _ in range(2):
        assert "Acknowledge as cy" in phone.get(address).text
    phone.head(address)
    assert taken(house, incident) == []
    answer = press(phone, address)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert taken(house, incident) == [("cy", "cy")]
    assert "set-cookie" not in answer.headers, "it opens nothing else"
    assert "Acknowledged by" in phone.get(address).text
    phone.post(address, data={"seen": "P1"})
    assert taken(house, incident) == [("cy", "cy")]


def test_who_comes_second_sees_who_has_it(house, phone):
    incident = house.declare()
    house.act("acknowledge", incident, "bo")
    shown = phone.get(link(incident)).text
    assert "<bdi>bo</bdi>" in shown
    assert "<button>Acknowledge as" not in shown


def test_what_became_worse_is_shown_before_it_is_acknowledged(house, phone):
    incident = house.declare()
    address = link(incident)
    phone.get(address)
    house.act("change-severity", incident, "bo", severity="P0", reason="everybody is hit")
    answer = phone.post(address, data={"seen": "P1"})
    assert answer.status_code == 409
    assert "P0 by now" in answer.text
    assert taken(house, incident) == []
    assert press(phone, address).status_code == 303


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ([("hand-over", {"to": "dan"})], "handed over by bo after this page was sent, and waits for dan now"),
        ([("false-alarm", {"reason": "a test"}), ("reopen", {"reason": "it is back"})], "reopened after this page was sent"),
    ],
)
def test_a_page_that_was_handed_over_or_is_of_an_earlier_life_is_not_answered(since, said, house, phone):
    incident = house.declare()
    address = link(incident)
    for action, given in since:
        house.act(action, incident, "bo", **given)
    for answer in (phone.get(address), phone.post(address, data={"seen": "P0"}), phone.post(address)):
        assert answer.status_code == 409
        assert said in answer.text
        assert "<button>Acknowledge as" not in answer.text
    assert taken(house, incident) == []
    newest = house.reader.entries(incident)[-1].seq
    assert phone.post(link(incident, asked=newest)).status_code == 303


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda incident: link(incident, key=b"another"), 404),
        (lambda incident: link(incident, until=START), 410),
        (lambda incident: link(incident)[:-1], 404),
        (lambda incident: link(incident).partition(".")[0], 404),
        (lambda incident: link(incident).partition(".")[0] + "." + link("INC-9").partition(".")[2], 404),
        (lambda _: "/ack/" + "é" * 10, 404),
        (lambda _: "/ack/!!.??", 404),
        (lambda _: link("INC-99"), 404),
        (lambda incident: f"/ack/{mail_id(link(incident)[5:])}", 404),
        (
            lambda incident: (
                f"/ack/{sealed(msgspec.json.encode((incident, 'cy', f'{incident}/2/page/0', START * 2)), b'k', 'acknowledge')}"
            ),
            404,
        ),
    ],
)
def test_a_link_that_is_not_ours_or_too_old_does_nothing_and_says_why(change, status, house, phone, caplog):
    incident = house.declare()
    address = change(incident)
    for answer in (phone.get(address), phone.post(address, data={"seen": "P1"})):
        assert answer.status_code == status
        assert "<h1>" in answer.text
    assert taken(house, incident) == []
    assert "INC-99" in answer.text or "refused" in caplog.text


@pytest.mark.parametrize("verb", ["false-alarm", "cancel"])
def test_what_somebody_had_and_is_over_says_so(verb, house, phone):
    incident = house.declare()
    house.act("acknowledge", incident, "bo")
    house.act(verb, incident, "bo", reason="a test")
    shown = phone.get(link(incident)).text
    status = house.reader.replay(incident).status
    assert f"<strong>{incident} is {status}</strong>; it was acknowledged by <bdi>bo</bdi>." in shown


def test_what_is_over_says_so(house, phone):
    incident = house.declare()
    house.act("false-alarm", incident, "bo", reason="a test")
    shown = phone.get(link(incident)).text
    assert "<button>Acknowledge as" not in shown

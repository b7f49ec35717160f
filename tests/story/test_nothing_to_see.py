"""What nobody can see is no name, and turns no text round where people are woken with it."""

from urllib.parse import parse_qs

import pytest
from tests.story.test_contact_methods import declared, phones, rang, site
from tests.story.test_replies import SIGNED, text

__all__ = ["phones", "site"]

NOTHING = ("\u200b", " ", "\u3164", "\u2800\ufe0f", "\t\u00ad")


@pytest.mark.parametrize("name", NOTHING)
def test_an_alert_with_a_name_that_shows_nothing_is_refused_as_one_without(world, name):
    given = {"name": name, "service": "shop", "severity": "P1"}
    answer = world.send("POST", "/api/v1/alerts", "watcher", given)
    assert (answer.status_code, "no name that anybody can see" in answer.text) == (422, True), answer.text
    assert world.incidents() == []


def test_among_others_it_alone_is_refused_and_such_a_service_is_none(world):
    given = [{"name": "\u200b", "severity": "P1"}, {"name": "Cards", "service": "\u200b", "severity": "P1"}]
    answer = world.send("POST", "/api/v1/alerts", "watcher", given)
    assert answer.status_code == 200, answer.text
    (incident,) = world.incidents()
    (fact,) = world.facts("Declared", incident)
    assert (fact["title"], fact["service"]) == ("Cards", "")
    assert world.told()


@pytest.mark.parametrize(("given", "status"), [({"title": "\u200b"}, 422), ({"title": "down", "service": "\u200b"}, 409)])
def test_nobody_declares_what_shows_nothing(world, given, status):
    assert world.send("POST", "/api/v1/incidents", "ana", {"severity": "P1", **given}).status_code == status
    assert world.incidents() == []


def test_what_turns_text_round_is_spelled_out_in_a_short_message(site, phones):
    world = site(settings={"signed": SIGNED})
    declared(world, "the \u202epohs is down")
    world.forward(minutes=2.1)
    (body,) = [parse_qs(body)["Body"][0] for kind, body in phones.taken if kind == "sms"]
    assert body.startswith("P1: the \\u202epohs is down")
    rang(world, phones)
    assert "the \\u202epohs" in text(world, "what?")[1]

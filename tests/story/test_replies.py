"""Whoever was paged acknowledges by writing back: a short message, through a service with the API of Twilio."""

import hmac
from base64 import b64encode
from html import unescape
from urllib.parse import parse_qs, urlencode

import pytest
from tests.story.patience import until
from tests.story.test_contact_methods import declared, phones, rang, site
from tests.story.test_pagerduty import enqueue

from stormjib.core.log import Acknowledged

__all__ = ["phones", "site"]

PATH = "/hooks/twilio"
OLD, NEW = "the-auth-token-before-01", "the-auth-token-of-now-23"
SIGNED = {"twilio": {"secrets": [OLD, NEW]}}
ANA = "+49301234567"


def seal(url, form, secret=NEW):
    text = url + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.new(secret.encode(), text.encode(), "sha1").digest()).decode()


def text(world, body, number=ANA, sid="SM1", secret=NEW):
    """What Twilio posts for a message that came, and what we answer with, without its markup."""
    form = {"MessageSid": sid, "AccountSid": "AC1", "From": number, "To": "+4915", "Body": body, "NumMedia": "0"}
    head = {"X-Twilio-Signature": seal(world.settings.url + PATH, form, secret)}
    head["Content-Type"] = "application/x-www-form-urlencoded"
    answer = world.http.post(PATH, content=urlencode(form), headers=head)
    said = unescape(answer.text.partition("<Message>")[2].partition("</Message>")[0])
    return answer.status_code, said


def unread(world):
    found = [one["unread"] for one in world.get("/intake")["sources"] if one["source"] == "twilio"]
    return found[0] if found else {}


@pytest.fixture
def world(site):
    return site(settings={"signed": SIGNED})


def paged(world, phones, *titles):
    found = [declared(world, title) for title in titles]
    world.forward(minutes=2.1)
    assert rang(world, phones).count("sms") == len(titles)
    return found


def doer(world, incident):
    """Who acknowledged it, as the timeline names them."""
    return [one.doer for one in world.app.reader.entries(incident) if isinstance(one.fact, Acknowledged)]


def acknowledged(world, incident):
    return [one["who"] for one in world.facts("Acknowledged", incident)]


@pytest.mark.parametrize(("word", "secret"), [("ack", NEW), ("ACK!", OLD), ("1", NEW), ("Acknowledged, on my way", NEW)])
def test_a_word_from_the_number_of_whoever_was_paged_acknowledges(world, phones, word, secret):
    (incident,) = paged(world, phones, "the shop is down")
    assert text(world, word, secret=secret) == (200, f"{incident} is acknowledged by ana.")
    assert acknowledged(world, incident) == ["ana"]
    assert doer(world, incident) == ["ana, by SMS"]
    assert text(world, "ack", sid="SM2") == (200, "No page of yours waits for an acknowledgement.")


def test_of_several_the_answer_has_to_name_one(world, phones):
    one, other = paged(world, phones, "<one> & more", "the other")
    status, said = text(world, "ack")
    assert (status, said.startswith("Say which: ack INC-"), "<one> & more" in said) == (200, True, True)
    assert text(world, f"ack {other.lower()}", sid="SM2") == (200, f"{other} is acknowledged by ana.")
    assert (acknowledged(world, one), acknowledged(world, other)) == ([], ["ana"])


@pytest.mark.parametrize("word", ["ack {0} {1}", "ack {0} but not {1}", "ack, not {1}", "ack 1, {0} and {1}"])
def test_an_answer_that_names_two_does_nothing_by_halves(world, phones, word):
    found = paged(world, phones, "one", "other")
    status, said = text(world, word.format(*found))
    assert (status, "say one" in said) == (200, True)
    assert [acknowledged(world, one) for one in found] == [[], []]


def test_what_was_handed_over_since_the_page_is_not_acknowledged_by_its_answer(world, phones):
    (incident,) = paged(world, phones, "the shop is down")
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo")
    for number, word in enumerate(["ack", f"ack {incident}"]):
        status, said = text(world, word, sid=f"SM{number}")
        assert (status, "handed over by ana" in said, f"/incidents/{incident}" in said) == (200, True, True)
    assert acknowledged(world, incident) == []
    (other,) = paged(world, phones, "the other")
    assert text(world, "ack", sid="SM7") == (200, f"{other} is acknowledged by ana.")


@pytest.mark.parametrize("word", ["on my way", "", "1 server is down", "10", "acknowledgement?", "I can't ack"])
def test_anything_else_is_answered_with_how_to_and_counted(world, phones, word):
    (incident,) = paged(world, phones, "the shop is down")
    status, said = text(world, word)
    assert (status, said.startswith("Answer ack, or 1"), incident in said) == (200, True, True)
    assert acknowledged(world, incident) == []
    until(lambda: unread(world) == {"200": 1}, "it to be counted")


def test_the_answer_names_what_joined_after_a_sender_had_acknowledged(world, phones):
    """What is new comes first, in the text and in what waits."""
    enqueue(world, key="m1", summary="deploy smoke test", component="shop")
    enqueue(world, "acknowledge", key="m1")
    world.settle()
    world.alert(name="Cards", service="shop", summary="cards time out")
    world.forward(minutes=2.1)
    texts = [parse_qs(body)["Body"][0] for kind, body in phones.taken if kind == "sms"]
    assert [one.partition("\n")[0] for one in texts] == ["P1: Cards, cards time out (joined INC-1: deploy smoke test)"]
    assert "Waiting: INC-1 Cards, cards time out" in text(world, "what?")[1]
    rang(world, phones)


def test_a_number_of_nobody_is_not_answered(world, phones):
    (incident,) = paged(world, phones, "the shop is down")
    assert text(world, "ack", number="+15550000000") == (200, "")
    assert text(world, "ack", number="+491", sid="SM2") == (200, "")
    assert acknowledged(world, incident) == []
    until(lambda: unread(world) == {"200": 2}, "both to be counted")


def test_what_became_worse_since_the_page_is_not_acknowledged_by_its_answer(world, phones):
    """The worse one is a page of its own, whose answer counts."""
    (incident,) = paged(world, phones, "the shop is down")
    world.post("bo", f"/incidents/{incident}/severity", severity="P0", reason="everybody is hit")
    status, said = text(world, "ack")
    assert (status, "P0 by now" in said) == (200, True)
    assert acknowledged(world, incident) == []
    world.forward(minutes=2.1)
    assert text(world, "ack", sid="SM2") == (200, f"{incident} is acknowledged by ana.")


def test_of_two_with_one_telephone_it_is_who_was_paged(site, phones):
    """A number for whoever is on call."""
    other = "name: aaron\nphone: +49 30 1234567\n"
    world = site(settings={"signed": SIGNED}, people__aaron=other)
    (incident,) = paged(world, phones, "the shop is down")
    assert text(world, "ack") == (200, f"{incident} is acknowledged by ana.")


def test_an_answer_that_is_sent_again_answers_no_other_page_however_late(world, phones):
    """Twilio signs no time: without its id an old answer would acknowledge whatever waits now."""
    (first,) = paged(world, phones, "the shop is down")
    assert text(world, "ack") == (200, f"{first} is acknowledged by ana.")
    world.post("ana", f"/incidents/{first}/false-alarm", reason="x")
    (other,) = paged(world, phones, "the shop is down again")
    assert text(world, "ack") == (200, "")
    world.again(minutes=60)
    assert text(world, "ack") == (200, "")
    assert acknowledged(world, other) == []
    assert text(world, "ack", sid="SM2") == (200, f"{other} is acknowledged by ana.")


def replay(world, signature, form):
    head = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return world.http.post(PATH, content=form if isinstance(form, str) else urlencode(form), headers=head)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_message_that_is_read_with_other_borders_is_no_other_message(world, phones, restarts):
    """Twilio signs the names and the values one after the other, with nothing between them."""
    form = {"Body": "ack", "From": ANA, "MessageSid": "SM200", "To": "+4915"}
    signature = seal(world.settings.url + PATH, form)
    (first,) = paged(world, phones, "the shop is down")
    assert f"{first} is acknowledged" in replay(world, signature, form).text
    if restarts:
        world.again()
    (other,) = paged(world, phones, "another")
    moved = {"Body": "ack", "From": ANA, "MessageSid": "SM200T", "o": "+4915"}
    nameless = {"Body": "ack", "From": ANA, "MessageSidS": "M200", "To": "+4915"}
    twice = f"Body=x&{urlencode(form)}"
    assert [replay(world, signature, one).status_code for one in (moved, nameless, twice)] == [200, 400, 400]
    assert acknowledged(world, other) == []


@pytest.mark.parametrize("lacks", ["Body", "From", "MessageSid"])
def test_a_message_without_what_every_message_has_is_refused(world, phones, lacks):
    (incident,) = paged(world, phones, "the shop is down")
    form = {name: said for name, said in {"Body": "ack", "From": ANA, "MessageSid": "SM200"}.items() if name != lacks}
    answer = replay(world, seal(world.settings.url + PATH, form), form)
    assert answer.status_code == 400
    until(lambda: unread(world) == {"400": 1}, "it to be counted")
    assert acknowledged(world, incident) == []

"""Whatever is subscribed and whatever is posted, a letter is one mail to one address, or is refused as one that can't be sent."""

from email import message_from_bytes, policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stormjib.core.catalogue.contact import Smtp
from stormjib.core.incident import Refused
from stormjib.core.redact.own import one_line
from stormjib.core.status_page.page import clean
from stormjib.core.status_page.subscriber import _HOOK, _MAIL, Letter, wanted
from stormjib.integrations.notify.letters import Post, _message
from stormjib.ports import DeliveryError

LEAVE = "https://here.example/status/unsubscribe/" + "x" * 90
HEADERS = {
    "Subject", "From", "To", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.from_regex(_MAIL, fullmatch=True), st.text(), st.text())
@example("carl@example.org", "=?utf-8?q?=0D=0ABcc:_eve=40example.org?=", "\r\n.\r\nRCPT TO: eve")
@example("carl@example.org", "a\r\nBcc: eve@example.org", "x\ud800y")
@example("carl@example.org", "ö" * 500, "line " * 500)
def test_a_mail_has_one_receiver_and_no_header_of_a_stranger(to, title, text):
    letter = Letter("email", to, one_line(f"[Shop] {clean(title)}"), clean(text), {}, "key", LEAVE)
    sent = _message(letter, "Shop <status@example.com>").as_bytes()
    read = message_from_bytes(sent, policy=policy.default)
    assert set(read.keys()) <= HEADERS
    assert [one.addr_spec for one in read["To"].addresses] == [to]
    assert read["List-Unsubscribe"] == f"<{LEAVE}>"
    assert b"List-Unsubscribe: <" + LEAVE.encode() in sent, "a mail program wants it in one line"


@settings(deadline=None, max_examples=200)
@given(st.from_regex(_HOOK, fullmatch=True))
def test_an_address_that_can_be_subscribed_is_called_or_is_none(to):
    """Nothing answers: it must be a failure that the thread that sends knows."""
    with pytest.raises(DeliveryError):
        Post(Smtp(name="mail", to="x@y"), ("0.0.0.0/32",)).send(Letter("webhook", to, "", "", {}, "key"))


@given(st.text())
def test_no_other_text_can_be_subscribed(to):
    try:
        kind = wanted(to, ("email", "webhook"))
    except Refused:
        return
    assert to.isascii()
    assert not set(to) & set(' \r\n\t,<>()"\\;') or kind == "webhook"

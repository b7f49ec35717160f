"""The outgoing webhook: what goes out, and what becomes of each answer."""

import json

import httpx2
import pytest

from stormjib.core.effects import OpenChannel, Page, SendMessage, delivered, notification
from stormjib.core.log import ChannelOpened, MessageSent, PageSent
from stormjib.integrations.notify.webhook import Webhook
from stormjib.integrations.room import Room
from stormjib.ports import DeliveryError

PAGE = Page(
    "page/1", who="ana", rung=1, title="API 5xx", severity="P1", url="http://here/incidents/INC-7", service="watermark-lab-api"
)
MESSAGE = SendMessage("status/team", audience="team", text="Investigating")


def _send(effect, answer, **settings):
    seen = []

    def handle(request):
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    webhook = Webhook("https://pager.example/hook/secret-path", transport=httpx2.MockTransport(handle), **settings)
    try:
        receipt = webhook.send(notification(effect, "INC-7/1/page/1", "INC-7"))
        return delivered(effect, receipt), seen
    finally:
        webhook.close()


def test_a_page_goes_out_with_its_deduplication_key():
    fact, (request,) = _send(PAGE, httpx2.Response(202), token="t0ken")
    assert fact == PageSent(who="ana", integration="webhook", rung=1, key="INC-7/1/page/1")
    assert (request.method, str(request.url)) == ("POST", "https://pager.example/hook/secret-path")
    assert request.headers["Idempotency-Key"] == "INC-7/1/page/1"
    assert request.headers["Authorization"] == "Bearer t0ken"
    assert json.loads(request.content) == {
        "schema": "stormjib.page/1",
        "dedup_key": "INC-7/1/page/1",
        "incident": "INC-7",
        "who": "ana",
        "level": 1,
        "rung": 1,
        "title": "API 5xx",
        "severity": "P1",
        "service": "watermark-lab-api",
        "url": "http://here/incidents/INC-7",
    }


def test_a_message_goes_out_and_without_a_token_there_is_no_bearer():
    fact, (request,) = _send(MESSAGE, httpx2.Response(200))
    assert fact == MessageSent(audience="team", integration="webhook", text="Investigating")
    assert "Authorization" not in request.headers
    assert json.loads(request.content)["schema"] == "stormjib.message/1"


@pytest.mark.parametrize(
    ("answer", "permanent", "says"),
    [
        (httpx2.Response(429), False, "answered 429"),
        (httpx2.Response(408), False, "answered 408"),
        (httpx2.Response(500), False, "answered 500"),
        (httpx2.Response(503), False, "answered 503"),
        (httpx2.Response(302, headers={"Location": "https://elsewhere.example"}), True, "a redirect"),
        (httpx2.Response(400), True, "Check the webhook's address and token"),
        (httpx2.Response(404), True, "answered 404"),
        (httpx2.ReadTimeout("slow"), False, "did not answer within 5 seconds"),
        (httpx2.ConnectTimeout("slow"), False, "did not answer within 5 seconds"),
        (httpx2.ConnectError("refused"), False, "can't be reached"),
        (
            httpx2.RemoteProtocolError("Server disconnected."),
            False,
            "ended the connection without an answer: Server disconnected.",
        ),
        (httpx2.ReadError(""), False, "ended the connection without an answer."),
    ],
)
def test_what_did_not_arrive_is_told_with_whether_trying_again_helps(answer, permanent, says):
    with pytest.raises(DeliveryError) as failed:
        _send(PAGE, answer)
    assert failed.value.permanent is permanent
    assert says in failed.value.reason
    assert "secret-path" not in failed.value.reason


def test_what_is_no_page_or_message_is_refused_before_anything_goes_out():
    with pytest.raises(DeliveryError, match="channel") as refused:
        _send(OpenChannel("channel", name="#x", topic="x"), httpx2.Response(200))
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("effect", "fact"),
    [
        (PAGE, PageSent(who="ana", integration="room", rung=1, reference="INC-7/1/page/1")),
        (MESSAGE, MessageSent(audience="team", integration="room", text="Investigating")),
        (
            OpenChannel("channel", name="#incident-1", topic="API 5xx"),
            ChannelOpened(name="#incident-1", integration="room", url="http://here/incidents/INC-7"),
        ),
    ],
)
def test_the_built_in_room_takes_everything_that_is_told(effect, fact):
    receipt = Room("http://here/").send(notification(effect, "INC-7/1/page/1", "INC-7"))
    assert delivered(effect, receipt) == fact


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT", "Date": "Fri, 31 Dec 1999 23:59:29 GMT"}, 30.0),
        ({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_f8_retry_after_is_read(status, headers, seconds):
    with pytest.raises(DeliveryError) as failed:
        _send(PAGE, httpx2.Response(status, headers=headers))
    assert failed.value.retry_after_seconds == seconds

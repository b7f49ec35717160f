"""Whatever is one request of HTTP: pages and messages as JSON, and every contact method that another shape is enough for."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

import httpx2
import msgspec

from stormjib import exchange
from stormjib.core.effects import Notification, Receipt
from stormjib.line import BEGUN, Connection, Line
from stormjib.ports import DeliveryError

NAME = "webhook"
TIMEOUT_SECONDS = 5.0
"""Of a whole exchange, from the look-up of the name to the head of the answer; its body may only take what is left."""
BODY_BYTES_MAX = 64 * 1024
"""Nobody reads it; it is only taken so that the connection can be used again."""
_TOO_MANY = 429
_REQUEST_TIMEOUT = 408
_GATEWAYS = {502, 504}
"""A proxy does not know whether who is behind it has taken it."""
JSON: Final = {"Content-Type": "application/json"}


class Sent(NamedTuple):
    """A request, without what each of this receiver has."""

    method: str
    url: httpx2.URL
    headers: Mapping[str, str]
    body: bytes


Shape = Callable[[Notification], Sent]


def plain(url: str) -> Shape:
    """The notification as it is."""
    to = httpx2.URL(url)
    return lambda given: Sent("POST", to, JSON, msgspec.json.encode(given.content))


class Webhook:
    """``Notifier`` of pages, messages and whatever else is sent as JSON. The key is for deduplication at the other side."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        transport: httpx2.BaseTransport | None = None,
        name: str = NAME,
        shape: Shape | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        follows: bool = True,
    ) -> None:
        """``token`` goes out as a bearer. Connections are kept open.

        ``name`` stands in what is written down, ``shape`` makes the request; ``follows``: it can be told what becomes of a page.
        """
        self._name = name
        self._shape = shape or plain(url)
        self._follows = follows
        self._line = Line() if transport is None else None
        self._begun: dict[str, Connection] = {}
        # Redirects are not followed: one could take the token and the message to somebody else.
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = exchange.client(
            timeout_seconds=TIMEOUT_SECONDS,
            bytes_max=BODY_BYTES_MAX,
            headers={"User-Agent": "stormjib"} | bearer | dict(headers or {}),
            transport=self._line or transport,
        )
        self._auth = httpx2.BasicAuth(*auth) if auth else None
        self._headers = dict(self._client.headers)

    def begin(self, notification: Notification) -> None:
        """POST it over a connection that is open, if there is one."""
        if self._line is None or self._auth or notification.key in self._begun:
            return
        # What can't be encoded is said by ``send``.
        with suppress(ValueError):
            sent = self._shape(notification)
            headers = self._headers | dict(sent.headers) | {"Idempotency-Key": notification.key}
            if sent.method == "POST" and (begun := self._line.begin(sent.url, headers, sent.body)):
                self._begun[notification.key] = begun

    def send(self, notification: Notification) -> Receipt:
        """Send it; raises ``DeliveryError``, which is permanent where the other side will never take it."""
        if notification.kind == "channel":
            raise DeliveryError(self._name, "The webhook can't open a channel.", permanent=True)
        try:
            sent = self._shape(notification)
        except httpx2.InvalidURL as error:
            raise DeliveryError(self._name, f"The address can't be used: {error}.", permanent=True) from error
        self._post(sent, notification.key)
        return Receipt(self._name, key=notification.key if self._follows else "")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, sent: Sent, key: str) -> None:
        host, name, begun = sent.url.host, self._name, self._begun.pop(key, None)
        try:
            with (
                self._client.stream(
                    sent.method,
                    sent.url,
                    content=sent.body,
                    headers={**sent.headers, "Idempotency-Key": key},
                    extensions={BEGUN: begun},
                    auth=self._auth,
                ) as answer,
                # The head of the answer says whether it was taken. Who then sends no end of it has taken it all the same.
                suppress(httpx2.HTTPError),
            ):
                answer.read()
        except httpx2.TimeoutException as error:
            left = not isinstance(error, httpx2.ConnectTimeout)
            reason = f"{host} did not answer within {TIMEOUT_SECONDS:.0f} seconds."
            raise DeliveryError(name, reason, permanent=False, unknown=left) from error
        except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError) as error:
            reason = f"{host} ended the connection without an answer{_why(error)}."
            raise DeliveryError(name, reason, permanent=False, unknown=True) from error
        except httpx2.TransportError as error:
            raise DeliveryError(name, f"{host} can't be reached{_why(error)}.", permanent=False) from error
        if not answer.is_success:
            raise _refused(name, host, answer)


def _why(error: httpx2.TransportError) -> str:
    said = str(error).rstrip(". ")
    return f": {said}" if said else ""


def _refused(name: str, host: str, answer: httpx2.Response) -> DeliveryError:
    status, what = answer.status_code, "webhook" if name == NAME else "contact method"
    if status in {_TOO_MANY, _REQUEST_TIMEOUT} or status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        reason, after = f"{host} answered {status}.", _retry_after(answer)
        return DeliveryError(name, reason, permanent=False, retry_after_seconds=after, unknown=status in _GATEWAYS)
    if httpx2.codes.is_redirect(status):
        reason = f"{host} answered {status}, a redirect, which is not followed. Set the address that it leads to."
        return DeliveryError(name, reason, permanent=True)
    return DeliveryError(
        name, f"{host} answered {status} and did not take it. Check the {what}'s address and token.", permanent=True
    )


def _retry_after(answer: httpx2.Response) -> float | None:
    """The seconds of a ``Retry-After`` (RFC 9110, 10.2.3); a time of day counts from the answer's own ``Date``."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    at, now = _date(said), _date(answer.headers.get("Date", ""))
    return max(0.0, (at - now).total_seconds()) if at and now else None


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None

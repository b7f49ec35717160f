"""A generic outgoing webhook: pages and messages as JSON over HTTP."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

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


class Webhook:
    """``Notifier`` of pages, messages and whatever else is sent as JSON. The key is for deduplication at the other side."""

    def __init__(self, url: str, *, token: str = "", transport: httpx2.BaseTransport | None = None) -> None:
        """``token`` goes out as a bearer. Connections are kept open."""
        self._url = httpx2.URL(url)
        headers = {"User-Agent": "stormjib"} | ({"Authorization": f"Bearer {token}"} if token else {})
        # Redirects are not followed: one could take the token and the message to somebody else.
        headers |= {"Content-Type": "application/json"}
        self._line = Line() if transport is None else None
        self._begun: dict[str, Connection] = {}
        self._client = exchange.client(
            timeout_seconds=TIMEOUT_SECONDS, bytes_max=BODY_BYTES_MAX, headers=headers, transport=self._line or transport
        )
        self._headers = dict(self._client.headers)

    def begin(self, notification: Notification) -> None:
        """POST it over a connection that is open, if there is one."""
        if self._line is None or notification.key in self._begun:
            return
        headers = self._headers | {"Idempotency-Key": notification.key}
        # What can't be encoded is said by ``send``.
        with suppress(ValueError):
            if begun := self._line.begin(self._url, headers, msgspec.json.encode(notification.content)):
                self._begun[notification.key] = begun

    def send(self, notification: Notification) -> Receipt:
        """POST it; raises ``DeliveryError``, which is permanent where the other side will never take it."""
        if notification.kind == "channel":
            raise DeliveryError(NAME, "The webhook can't open a channel.", permanent=True)
        self._post(notification.content, notification.key)
        return Receipt(NAME, key=notification.key)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, body: Mapping[str, Any], key: str) -> None:
        host, begun = self._url.host, self._begun.pop(key, None)
        try:
            with (
                self._client.stream(
                    "POST",
                    self._url,
                    content=msgspec.json.encode(body),
                    headers={"Idempotency-Key": key},
                    extensions={BEGUN: begun},
                ) as answer,
                # The head of the answer says whether it was taken. Who then sends no end of it has taken it all the same.
                suppress(httpx2.HTTPError),
            ):
                answer.read()
        except httpx2.TimeoutException as error:
            raise DeliveryError(NAME, f"{host} did not answer within {TIMEOUT_SECONDS:.0f} seconds.", permanent=False) from error
        except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError) as error:
            raise DeliveryError(NAME, f"{host} ended the connection without an answer{_why(error)}.", permanent=False) from error
        except httpx2.TransportError as error:
            raise DeliveryError(NAME, f"{host} can't be reached{_why(error)}.", permanent=False) from error
        if not answer.is_success:
            raise _refused(host, answer)


def _why(error: httpx2.TransportError) -> str:
    said = str(error).rstrip(". ")
    return f": {said}" if said else ""


def _refused(host: str, answer: httpx2.Response) -> DeliveryError:
    status = answer.status_code
    if status in {_TOO_MANY, _REQUEST_TIMEOUT} or status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        return DeliveryError(NAME, f"{host} answered {status}.", permanent=False, retry_after_seconds=_retry_after(answer))
    if httpx2.codes.is_redirect(status):
        reason = f"{host} answered {status}, a redirect, which is not followed. Set the address that it leads to."
        return DeliveryError(NAME, reason, permanent=True)
    return DeliveryError(
        NAME, f"{host} answered {status} and did not take it. Check the webhook's address and token.", permanent=True
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

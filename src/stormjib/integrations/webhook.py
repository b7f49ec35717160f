"""A generic outgoing webhook: pages and messages as JSON over HTTP."""

from collections.abc import Mapping

import httpx2

from stormjib.core.effects import AnyEffect, Page, SendMessage
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, MessageSent, PageSent
from stormjib.ports import DeliveryError, Outcome

NAME = "webhook"
TIMEOUT_SECONDS = 5.0
CONNECTIONS_MAX = 8
_TOO_MANY = 429
_REQUEST_TIMEOUT = 408


class Webhook:
    """``Performer`` of pages and messages. The effect's id is the deduplication key at the other side."""

    def __init__(self, url: str, *, token: str = "", transport: httpx2.BaseTransport | None = None) -> None:
        """``token`` goes out as a bearer. Connections are kept open."""
        self._url = httpx2.URL(url)
        headers = {"User-Agent": "stormjib"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._client = httpx2.Client(
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            limits=httpx2.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX),
            # A redirect could take the token and the message to somebody else.
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:
        """POST it; raises ``DeliveryError``, which is permanent where the other side will never take it."""
        body, fact = _content(effect, incident)
        self._post({**body, "dedup_key": effect_id, "incident": incident.id}, effect_id)
        return Outcome((fact,))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, body: Mapping[str, str | int], key: str) -> None:
        host = self._url.host
        try:
            answer = self._client.post(self._url, json=body, headers={"Idempotency-Key": key})
        except httpx2.TimeoutException as error:
            raise DeliveryError(NAME, f"{host} did not answer within {TIMEOUT_SECONDS:.0f} seconds.", permanent=False) from error
        except httpx2.TransportError as error:
            raise DeliveryError(NAME, f"{host} can't be reached: {error}.", permanent=False) from error
        if not answer.is_success:
            raise _refused(host, answer.status_code)


def _content(effect: AnyEffect, incident: Incident) -> tuple[dict[str, str | int], AnyFact]:
    match effect:
        case Page():
            page: dict[str, str | int] = {
                "schema": "stormjib.page/1",
                "who": effect.who,
                "rung": effect.rung,
                "title": effect.title,
                "severity": effect.severity,
                "service": incident.service,
                "url": effect.url,
            }
            return page, PageSent(who=effect.who, integration=NAME, rung=effect.rung)
        case SendMessage():
            message: dict[str, str | int] = {
                "schema": "stormjib.message/1",
                "audience": effect.audience,
                "text": effect.text,
            }
            return message, MessageSent(audience=effect.audience, integration=NAME, text=effect.text)
        case _:
            raise DeliveryError(NAME, f"The webhook can't do {type(effect).__name__}.", permanent=True)


def _refused(host: str, status: int) -> DeliveryError:
    if status in {_TOO_MANY, _REQUEST_TIMEOUT} or status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        return DeliveryError(NAME, f"{host} answered {status}.", permanent=False)
    if httpx2.codes.is_redirect(status):
        reason = f"{host} answered {status}, a redirect, which is not followed. Set the address that it leads to."
        return DeliveryError(NAME, reason, permanent=True)
    return DeliveryError(
        NAME, f"{host} answered {status} and did not take it. Check the webhook's address and token.", permanent=True
    )

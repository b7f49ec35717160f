"""One account at a chat: one request there, and why there was no answer, as a sentence: the same for each product."""

from collections.abc import Callable
from typing import Any, Final

import httpx2
import msgspec

from stormjib import exchange
from stormjib.core.catalogue.people import Person
from stormjib.ports import DeliveryError

TIMEOUT_SECONDS: Final = 10.0
"""Of one call. Nobody waits for it, and a chat may take some seconds to make a channel."""


class Account:
    """Each call is one exchange with a deadline and a limit of bytes."""

    def __init__(
        self, name: str, url: str, token: Callable[[], str], person: Callable[[str], Person | None], *, bytes_max: int
    ) -> None:
        """``url``: of the API; ``token``: that of the account; ``person``: of the catalogue, by name."""
        self.name = name
        self._url, self._token, self._person = url, token, person
        self._client = exchange.client(timeout_seconds=TIMEOUT_SECONDS, bytes_max=bytes_max, headers={"User-Agent": "stormjib"})
        self._places: dict[str, str] = {}
        """The references of the site's channels, by their names."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, what: str, verb: str, path: str, *, seconds: float, **request: Any) -> httpx2.Response:
        """The answer, whatever it says; raises ``DeliveryError`` where there is none."""
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            return self._client.request(verb, f"{self._url}/{path}", timeout=seconds, headers=headers, **request)
        except httpx2.TimeoutException as error:
            raise self._failed(f"did not answer {what} within {seconds:.0f} seconds.") from error
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            raise self._failed(f"can't be reached for {what}: {error}.") from error

    def _read(self, answer: httpx2.Response, what: str) -> dict[str, Any]:
        """What it says; raises ``DeliveryError`` where that is no object of JSON."""
        try:
            return msgspec.json.decode(answer.content, type=dict[str, Any])
        except msgspec.DecodeError as error:
            where = f"{answer.url.scheme}://{answer.url.netloc.decode()}"
            sentence = f"{self.name.title()}'s answer to {what} is not JSON; is {where} its API?"
            raise DeliveryError(self.name, sentence, permanent=False) from error

    def _failed(self, what: str, after: float | None = None) -> DeliveryError:
        return DeliveryError(self.name, f"{self.name.title()} {what}", permanent=False, retry_after_seconds=after)

    def _forget(self, channel: str) -> None:
        """It may have been put away, or another one may have its name by now."""
        self._places = {name: known for name, known in self._places.items() if known != channel}

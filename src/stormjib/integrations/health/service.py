"""The service under check: bounded HTTP requests, and what became of them."""

from typing import Final, TypeVar

import httpx2
import msgspec

from stormjib import exchange
from stormjib.integrations.health.probe import Clock, UnhealthyError
from stormjib.integrations.health.report import Limits

QUOTE_CHARACTERS_MAX: Final = 120
_T = TypeVar("_T")


class Answer(msgspec.Struct, frozen=True):
    """What the service answered."""

    request: str
    """method and path, for sentences"""
    status: int
    body: bytes
    seconds: float

    def decode(self, shape: type[_T]) -> _T:
        """Read the body as JSON of a shape; raises UnhealthyError."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            sentence = f"{self.request} answered {self.status} with something unexpected ({error}): {self.quote()}"
            raise UnhealthyError(sentence) from error

    def quote(self) -> str:
        """Give the start of the body, for a sentence."""
        text = " ".join(self.body[: 4 * QUOTE_CHARACTERS_MAX].decode("utf-8", "replace").split())
        short = text if len(text) <= QUOTE_CHARACTERS_MAX else text[:QUOTE_CHARACTERS_MAX] + " …"
        return "".join(c if c.isprintable() else "·" for c in short) or "an empty body"


class Service:
    """The service at a base URL; remembers whether it was ever reached."""

    def __init__(self, base_url: str, limits: Limits, clock: Clock, admin_token: str = "") -> None:
        """Prepare a client; raises ValueError with a sentence when `base_url` is not an http or https URL.

        With the admin token its requests pass maintenance mode: a recovery is measured before users come back.
        """
        self._url = self.parse(base_url)
        self._limits = limits
        self._clock = clock
        self._admin = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}
        self._client = exchange.client(timeout_seconds=limits.request_timeout_seconds, bytes_max=limits.body_bytes_max + 1024**2)
        self.reached = False
        """whether any request got an answer"""

    @staticmethod
    def parse(base_url: str) -> httpx2.URL:
        """Read the address of a service; raises ValueError with a sentence."""
        wrong = f"{base_url!r} is not the address of a service; give one such as http://localhost:8080."
        try:
            url = httpx2.URL(base_url)
        except (httpx2.InvalidURL, ValueError) as error:
            raise ValueError(wrong) from error
        if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
            raise ValueError(wrong)
        return url

    @property
    def shown_url(self) -> str:
        """The base URL without a user name or password."""
        return str(self._url.copy_with(username=None, password=None)).rstrip("/")

    def get(self, path: str) -> Answer:
        """GET a path; raises UnhealthyError when there is no answer."""
        return self._request("GET", path, None)

    def post(self, path: str, content: dict[str, object]) -> Answer:
        """POST JSON; raises UnhealthyError when there is no answer."""
        return self._request("POST", path, msgspec.json.encode(content))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _request(self, method: str, path: str, content: bytes | None) -> Answer:
        request, start = f"{method} {path}", self._clock()
        headers = {"Accept": "*/*"} if content is None else {"Content-Type": "application/json", **self._admin}
        url = self._url.copy_with(path=self._url.path.rstrip("/") + path)
        try:
            with self._client.stream(method, url, content=content, headers=headers) as response:
                body = self._body(response, request, start)
        except httpx2.TimeoutException as error:
            sentence = f"{request}: no answer from {self.shown_url} within {self._limits.request_timeout_seconds:g} s."
            raise UnhealthyError(sentence) from error
        except httpx2.ConnectError as error:
            sentence = f"{request}: cannot connect to {self.shown_url} ({error}). Check that the service runs there."
            raise UnhealthyError(sentence) from error
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise UnhealthyError(f"{request}: the answer of {self.shown_url} broke off or is not HTTP ({reason}).") from error
        self.reached = True
        return Answer(request, response.status_code, body, self._clock() - start)

    def _body(self, response: httpx2.Response, request: str, start: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._limits.body_bytes_max:
                sentence = (
                    f"{request} answered more than {self._limits.body_bytes_max} bytes, which is no answer of this service."
                )
                raise UnhealthyError(sentence)
            if self._clock() - start > self._limits.request_timeout_seconds:
                raise UnhealthyError(f"{request}: the answer took longer than {self._limits.request_timeout_seconds:g} s.")
        return bytes(body)

"""The HTTP client: one request, one answer, no redirects, every failure a sentence and an exit code."""

import http.client
import json
import socket
import ssl
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from stormjib.cli.exits import Exit, Stop, of_status

TIMEOUT_SECONDS = 10.0
ANSWER_BYTES_MAX = 64 * 1024 * 1024
_SENTENCE_CHARS_MAX = 2_000
_OK = range(200, 300)
_REDIRECTS = range(300, 400)


class Client:
    """Calls /api/v1 of one server with one token."""

    def __init__(self, url: str, token: str, *, timeout_seconds: float = TIMEOUT_SECONDS, looked_for: str = "") -> None:
        """``looked_for`` says where a token was looked for, for the one who has none."""
        parts = urlsplit(url)
        try:
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError as error:
            raise Stop(Exit.USAGE, f"{url!r} is no server address: {error}.") from error
        if parts.scheme not in {"http", "https"} or not self._host or parts.username is not None:
            raise Stop(Exit.USAGE, f"{url!r} is no server address; write it as http://127.0.0.1:8700.")
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise Stop(Exit.USAGE, "The token holds a blank, a line end or a character that is not ASCII; copy it again.")
        self.url = url.rstrip("/")
        self._secure = parts.scheme == "https"
        self._base = parts.path.rstrip("/") + "/api/v1"
        self._token = token
        self._timeout_seconds = timeout_seconds
        self._looked_for = looked_for
        self.mode = ""
        """In which the server said that it is, where that is not the usual one."""

    def get(self, *path: str, **query: object) -> dict[str, Any]:
        """Ask; the parts of the path are quoted here."""
        return _object(self._send("GET", path, query, None), self.url)

    def post(self, *path: str, **body: object) -> dict[str, Any]:
        """Do; what is not given is left to the server's defaults."""
        return _object(self._send("POST", path, {}, body), self.url)

    def delete(self, *path: str) -> dict[str, Any]:
        """Remove."""
        return _object(self._send("DELETE", path, {}, None), self.url)

    def text(self, *path: str) -> str:
        """Ask for a document that is not JSON."""
        return self._send("GET", path, {}, None).decode("utf-8", "replace")

    def _send(self, method: str, path: tuple[str, ...], query: dict[str, object], body: dict[str, object] | None) -> bytes:
        target = "/".join((self._base, *(quote(part, safe="") for part in path)))
        if query:
            target += "?" + urlencode({name: str(value) for name, value in query.items()})
        headers = {"Accept": "application/json", "User-Agent": "stormjib"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None
        if method == "POST":
            data = json.dumps(body or {}).encode()
            headers["Content-Type"] = "application/json"
        status, location, answer = self._exchange(method, target, data, headers)
        if status in _REDIRECTS:
            raise Stop(
                Exit.FAILED, f"{self.url} points elsewhere ({location}) and a token is not sent after it; give that as --url."
            )
        if status not in _OK:
            raise Stop(of_status(status), self._refusal(status, answer))
        return answer

    def _exchange(self, method: str, target: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, str, bytes]:
        connection = self._connection()
        try:
            connection.request(method, target, data, headers)
            answer = connection.getresponse()
            self.mode = answer.headers.get("Stormjib-Mode", "")
            return answer.status, answer.headers.get("Location", ""), _whole(answer, self.url)
        except TimeoutError as error:
            raise Stop(Exit.TIMEOUT, self._late(method)) from error
        except ssl.SSLCertVerificationError as error:
            raise Stop(Exit.UNREACHABLE, f"The certificate of {self.url} is not trusted: {error.verify_message}.") from error
        except socket.gaierror as error:
            raise Stop(
                Exit.UNREACHABLE, f"There is no host {self._host!r} ({error.strerror}); check --url or STORMJIB_URL."
            ) from error
        except ConnectionResetError as error:
            raise Stop(Exit.UNREACHABLE, f"{self.url} hung up before it answered; {_LOOK}") from error
        except http.client.HTTPException as error:
            raise Stop(
                Exit.UNREACHABLE, f"{self.url} does not answer in HTTP; check the port in --url or STORMJIB_URL."
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise Stop(
                Exit.UNREACHABLE,
                f"There is no answer from {self.url} ({reason}). Is it running (stormjib serve)? Elsewhere: --url or STORMJIB_URL.",
            ) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_seconds, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_seconds)

    def _late(self, method: str) -> str:
        sentence = f"{self.url} did not answer within {self._timeout_seconds:g} seconds"
        return f"{sentence}; {_LOOK}" if method != "GET" else f"{sentence}; try again."

    def _refusal(self, status: int, answer: bytes) -> str:
        try:
            said = json.loads(answer)
        except ValueError:
            said = None
        sentence = said.get("error") if isinstance(said, dict) else None
        if not isinstance(sentence, str) or not sentence:
            return f"{self.url} answered with status {status} and no reason; is that a stormjib server?"
        unknown = status == HTTPStatus.UNAUTHORIZED and self._looked_for
        return sentence[:_SENTENCE_CHARS_MAX] + (f" {self._looked_for}" if unknown else "")


_LOOK = "whether it took the request is not known. Check before you repeat it: stormjib incident list."


def _whole(answer: http.client.HTTPResponse, url: str) -> bytes:
    body = answer.read(ANSWER_BYTES_MAX + 1)
    if len(body) > ANSWER_BYTES_MAX:
        raise Stop(Exit.FAILED, f"{url} sent more than {ANSWER_BYTES_MAX} bytes in one answer; that is not a stormjib server.")
    return body


def _object(body: bytes, url: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Stop(Exit.FAILED, f"{url} answered with something that is not JSON; is that a stormjib server?") from error
    if not isinstance(found, dict) or not str(found.get("schema", "")).startswith("stormjib."):
        raise Stop(Exit.FAILED, f"{url} answered with JSON that is not stormjib's; is that a stormjib server?")
    return found

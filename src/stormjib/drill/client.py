"""The demo's hands: the same HTTP API that a person's tools use, one token for each responder."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

Json = Any
"""What an answer holds, as `json.loads` gives it; whoever reads it knows its shape from the API's description."""

ANSWER_TIMEOUT_SECONDS = 30.0
BUSY = {429, 503}
"""The server takes nothing now and has done nothing …"""
BUSY_SECONDS_MAX = 60.0
"""… so it is asked again, for so long."""
AGAIN_SECONDS = 0.5


class AnswerError(Exception):
    """The server refused; ``status`` is the HTTP status and the text is its sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.status = status


class Responder:
    """One person (or program) with a token."""

    def __init__(self, name: str, url: str, token: str) -> None:
        """``url`` is the server's, without a slash at the end."""
        self.name = name
        self._url = url
        self._token = token

    def get(self, path: str) -> Json:
        """Ask; raises ``AnswerError`` and ``OSError``."""
        return self._send("GET", path, None)

    def post(self, path: str, **body: Any) -> Json:
        """Do; raises ``AnswerError`` and ``OSError``."""
        return self._send("POST", path, body)

    def text(self, path: str) -> str:
        """Ask for a document that is not JSON."""
        return self._read("GET", path, None).decode()

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Json:
        return json.loads(self._read(method, path, body) or b"null")

    def _read(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        end = time.monotonic() + BUSY_SECONDS_MAX
        while True:
            try:
                return self._once(method, path, body)
            except AnswerError as error:
                if error.status not in BUSY or time.monotonic() > end:
                    raise
            time.sleep(AGAIN_SECONDS)

    def _once(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}/api/v1{path}", data, headers, method=method)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read()
            try:
                sentence = str(json.loads(said)["error"])
            except (ValueError, KeyError, TypeError):
                sentence = said.decode(errors="replace")[:200]
            raise AnswerError(error.code, sentence) from error

"""The notary: a service of somebody else that attests what was watermarked and when; every call bounded in time."""

import asyncio
import json
from collections.abc import Callable
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

ANSWER_BYTES_MAX: Final = 64 * 1024
_OK: Final = range(200, 300)


class NotaryError(RuntimeError):
    """The notary did not answer, or refused; the message says which."""


class Notary:
    """The service's view of its notary: HTTP/1.1, one connection for each call."""

    def __init__(self, url: str, timeout_seconds: float, observe: Callable[[float], None]) -> None:
        """Call `url` (http://host:port/base); `observe` is told the seconds of each call, of those that failed too."""
        parts = urlsplit(url)
        self._host, self._port, self._base = parts.hostname or "", parts.port or 80, parts.path.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._observe = observe

    async def ping(self) -> None:
        """Check that the notary answers; raises NotaryError."""
        await self._call("GET", "/health", b"")

    async def attest(self, digest: str) -> str:
        """Have a text's digest attested and give the receipt; raises NotaryError."""
        answer = await self._call("POST", "/receipts", json.dumps({"digest": digest}).encode())
        try:
            return str(json.loads(answer)["receipt"])
        except (ValueError, KeyError, TypeError) as error:
            message = "The notary answered without a receipt"
            raise NotaryError(message) from error

    async def _call(self, method: str, path: str, body: bytes) -> bytes:
        start = perf_counter()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                status, answer = await self._exchange(method, path, body)
        except TimeoutError as error:
            message = f"The notary did not answer within {self._timeout_seconds:g} s"
            raise NotaryError(message) from error
        except (OSError, ValueError) as error:
            message = f"The notary did not answer: {error}"
            raise NotaryError(message) from error
        finally:
            self._observe(perf_counter() - start)
        if status not in _OK:
            message = f"The notary answered {status}"
            raise NotaryError(message)
        return answer

    async def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=ANSWER_BYTES_MAX)
        try:
            head = (
                f"{method} {self._base}{path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nConnection: close\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = b""
            while len(answer) <= ANSWER_BYTES_MAX and (chunk := await reader.read(ANSWER_BYTES_MAX)):
                answer += chunk
        finally:
            writer.close()
        top, _blank, rest = answer.partition(b"\r\n\r\n")
        words = top.split(b" ", 2)
        if not words[1:] or not words[1][:3].isdigit():  # "HTTP/1.1 200"
            message = "its answer is not HTTP"
            raise ValueError(message)
        return int(words[1][:3]), rest

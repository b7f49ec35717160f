"""Reading a request's body: within a size, within a time, and all large ones together within the memory there is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

HEAD_BYTES_MAX: Final = 256 * 1024
"""What is read of a body that is too large: enough to see what it is about."""
SMALL_BYTES_MAX: Final = 1024 * 1024
"""Smaller bodies are not counted: as many of them as there may be connections fit into memory."""
LARGE_BYTES_MAX: Final = 96 * 1024 * 1024
"""Of all larger bodies that are in memory at a time."""
READ_SECONDS_MAX: Final = 30.0
"""For the rest of a body that does not arrive at once; a large one has a second more for every 256 KiB."""
BYTES_PER_SECOND_MIN: Final = 256 * 1024
HEAD_SECONDS_MAX: Final = 5.0
"""For the beginning of a body that is too large."""


class TooLarge(Exception):
    """The body has more bytes than may be; ``head`` is how it begins."""

    def __init__(self, head: bytes, length: int) -> None:
        super().__init__(f"{length} bytes")
        self.head = head
        self.length = length
        """As announced, or as far as it was read."""


class NoRoom(Exception):
    """Other large bodies fill the memory that they may have."""


class TooSlow(Exception):
    """The body did not arrive in time; the text says how long that was."""


class Bodies:
    """Used by one event loop."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._held_bytes = 0

    def small(self, message: Message) -> bytes | None:
        """The whole body where it is small and came in one piece, as nearly all do; None where ``read`` has to be asked."""
        body: bytes = message.get("body", b"")
        if message["type"] != "http.request" or message.get("more_body") or len(body) > min(SMALL_BYTES_MAX, self._bytes_max):
            return None
        return body

    @asynccontextmanager
    async def read(self, message: Message, receive: Receive, length: int) -> AsyncIterator[bytearray | None]:
        """The whole body, None where the sender hung up; ``message`` is its first part, ``length`` as announced, 0 for none.

        Raises ``TooLarge``, ``NoRoom`` and ``TooSlow``. A large body counts as held for as long as the context is open.
        """
        body = bytearray()
        try:
            whole = await self._within_time(body, message, receive, length)
            yield body if whole else None
        finally:
            self._held_bytes -= _held(body)

    async def _within_time(self, body: bytearray, message: Message, receive: Receive, length: int) -> bool:
        large = length > self._bytes_max
        seconds = HEAD_SECONDS_MAX if large else READ_SECONDS_MAX + length / BYTES_PER_SECOND_MIN
        try:
            async with asyncio.timeout(seconds):
                return await self._fill(body, message, receive, length)
        except TimeoutError as error:
            if large:
                raise TooLarge(bytes(body), length) from error
            raise TooSlow(f"{seconds:.0f} seconds") from error

    async def _fill(self, body: bytearray, message: Message, receive: Receive, length: int) -> bool:
        """Whether all of it came."""
        while message["type"] == "http.request":
            before = _held(body)
            body += message.get("body", b"")
            self._held_bytes += _held(body) - before
            if len(body) > self._bytes_max or (length > self._bytes_max and len(body) >= HEAD_BYTES_MAX):
                raise TooLarge(bytes(body[:HEAD_BYTES_MAX]), max(length, len(body)))
            if self._held_bytes > max(LARGE_BYTES_MAX, self._bytes_max):
                raise NoRoom
            if not message.get("more_body", False):
                return True
            message = await receive()
        return False


def _held(body: bytearray) -> int:
    return len(body) if len(body) > SMALL_BYTES_MAX else 0

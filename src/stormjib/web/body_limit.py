"""No request body is larger than the limit, said beforehand or not."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_CLOSE = {"Connection": "close"}


class _TooLarge(HTTPException):
    """The body went past the limit while it was read. An HTTPException is what FastAPI lets pass while it reads a body."""


class BodyLimit:
    """Answers 413 with a sentence; the connection is closed, since the rest of the body is not read."""

    def __init__(self, app: App, body_bytes_max: int) -> None:
        """Wrap ``app``."""
        self._app = app
        self._body_bytes_max = body_bytes_max
        self._sentence = (
            f"The body is larger than {body_bytes_max} bytes, which is the limit here (body_bytes_max in the settings)."
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not said.isdigit() or int(said) > self._body_bytes_max:
            await self._refuse(scope, receive, send)
            return
        read = 0
        answered = False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._body_bytes_max:
                raise _TooLarge(413, self._sentence, _CLOSE)
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            if not answered:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({"error": self._sentence}, 413, _CLOSE)(scope, receive, send)

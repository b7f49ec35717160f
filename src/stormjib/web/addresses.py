"""Where the site is: behind which path, under which names. All that comes in and goes out passes here, so that no page builds addresses."""

import ipaddress
import json
import socket
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from stormjib.web.body_limit import App, Message, Receive, Scope, Send

_LED: Final = frozenset({b"location", b"hx-replace-url"})
"""Headers of an answer that name an address of this site."""
_FOR_PROGRAMS: Final = ("/api/", "/hooks/", "/healthz", "/metrics")
"""They carry a token themselves, which no other site can make a browser send; and no alert is lost for the name that it was sent to."""
_PRIVATE: Final = (".local", ".localhost", ".internal", ".lan", ".home.arpa")
"""No stranger can own a name below these, so none can lead a browser here by it."""
_PORTS: Final = {"http": 80, "https": 443}


def prefix_of(base_url: str) -> str:
    """The path that stands before every address, such as ``/stormjib``; "" for none."""
    return urlsplit(base_url).path.rstrip("/")


def is_origin(origin: str, url: str) -> bool:
    """Whether what a browser calls its page's origin is the site of ``url``, whose scheme may be left out as in a Host header."""
    try:
        of, own = urlsplit(origin), urlsplit(url)
        default = _PORTS.get(of.scheme)
        return bool(of.hostname) and (of.hostname, of.port or default) == (own.hostname, own.port or default)
    except ValueError:
        return False


class Addresses:
    """Takes the path prefix off what comes in and puts it before what goes out; refuses pages under a name that is not ours."""

    def __init__(self, app: App, base_url: str, mode: str = "") -> None:
        """``base_url`` is how people reach the site; ``mode`` stands in the head of every answer, where it is not the usual one."""
        self._marks = [(b"stormjib-mode", mode.encode())] if mode else []
        self._app = app
        self._base_url = base_url
        self._prefix = prefix_of(base_url)
        self._names = {name.lower() for name in (urlsplit(base_url).hostname, socket.gethostname(), "localhost") if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on; a proxy may have taken the prefix off already."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if self._prefix and (path == self._prefix or path.startswith(f"{self._prefix}/")):
            path = path[len(self._prefix) :] or "/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        if not path.startswith(_FOR_PROGRAMS) and not self._ours(host := _host(scope["headers"])):
            await self._refuse(host, send)
            return

        async def led(message: Message) -> None:
            if "headers" in message:
                message["headers"] = [
                    (name, self._within(value) if name in _LED else value) for name, value in message["headers"]
                ] + self._marks
            await send(message)

        await self._app(scope, receive, led if self._prefix or self._marks else send)

    def _within(self, address: bytes) -> bytes:
        return self._prefix.encode() + address if address.startswith(b"/") and not address.startswith(b"//") else address

    def _ours(self, host: str) -> bool:
        """A name that somebody else owns could lead a browser here; an address and a name without a dot can't be anybody's."""
        if not host:
            return True  # no browser leaves it out
        name = _name(host)
        if not name:
            return False
        return name in self._names or "." not in name or name.endswith(_PRIVATE) or _is_address(name)

    async def _refuse(self, host: str, send: Send) -> None:
        sentence = (
            f"This server is known as {self._base_url}, and not as {host[:100]!r}. Where that is its name, too, set base_url in its "
            "settings; where a proxy stands before it, have it pass the Host header on."
        )
        body = json.dumps({"error": sentence}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _host(headers: Iterable[tuple[bytes, bytes]]) -> str:
    return next((value.decode("latin-1").lower() for name, value in headers if name == b"host"), "")


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".") if not set(host) & set("/?#@\\ ") else ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True

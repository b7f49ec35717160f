"""Who looks at a page: a session cookie or a bearer token, and the proof that a form was sent by our own page."""

import hmac
import secrets
import threading
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormjib.ports import Clock
from stormjib.web.auth import Tokens

COOKIE: Final = "stormjib_session"
SESSION_SECONDS_MAX: Final = 7 * 24 * 3600
SESSIONS_MAX: Final = 10_000
TOKEN_BYTES_MAX: Final = 512
ID_BYTES: Final = 32


class Visitor(msgspec.Struct, frozen=True):
    """Who asks and what they may do. ``csrf`` is "" for a bearer, which no other site can make a browser send."""

    name: str
    scopes: frozenset[str]
    csrf: str

    def may(self, scope: str) -> bool:
        """Whether the token carries this scope; ``admin`` includes every other."""
        return scope in self.scopes or "admin" in self.scopes


class _Session(msgspec.Struct, frozen=True):
    token: bytes
    csrf: str
    ends_at: float


class Sessions:
    """Browser sessions, in memory: after a restart of the server people sign in again.

    Only the sha256 of a session id is kept. The token behind a session is checked at every request, so revoking the
    token ends its sessions at once.
    """

    def __init__(self, tokens: Tokens, clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._open: dict[bytes, _Session] = {}
        self._lock = threading.Lock()

    def start(self, token: str) -> str | None:
        """A new session id for a valid token, None for any other."""
        raw = token.strip().encode()
        if not 0 < len(raw) <= TOKEN_BYTES_MAX or self._tokens.check(raw) is None:
            return None
        session_id = secrets.token_urlsafe(ID_BYTES)
        with self._lock:
            while len(self._open) >= SESSIONS_MAX:
                self._open.pop(next(iter(self._open)))
            ends_at = self._clock() + SESSION_SECONDS_MAX
            self._open[_hash(session_id)] = _Session(raw, secrets.token_urlsafe(ID_BYTES), ends_at)
        return session_id

    def end(self, session_id: str) -> None:
        """Sign out; an id that is not known changes nothing."""
        with self._lock:
            self._open.pop(_hash(session_id), None)

    def visitor(self, request: Request) -> Visitor | None:
        """Who sent this request, by its bearer token or else by its session."""
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._holder(bearer.strip().encode(), "")
        session_id = request.cookies.get(COOKIE, "")
        session = self._open.get(_hash(session_id)) if session_id else None
        if session is None:
            return None
        found = self._holder(session.token, session.csrf) if self._clock() < session.ends_at else None
        if found is None:
            self.end(session_id)
        return found

    def _holder(self, raw: bytes, csrf: str) -> Visitor | None:
        found = self._tokens.check(raw) if len(raw) <= TOKEN_BYTES_MAX else None
        return Visitor(found.name, frozenset(found.scopes), csrf) if found else None


def _hash(session_id: str) -> bytes:
    return sha256(session_id.encode()).digest()


def hand_over(response: Response, session_id: str, *, secure: bool) -> None:
    """Put the session into the browser; ``secure`` where the page came over TLS."""
    response.set_cookie(
        COOKIE, session_id, max_age=SESSION_SECONDS_MAX, httponly=True, samesite="strict", secure=secure, path="/"
    )


def take_back(response: Response) -> None:
    """Remove the session from the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")


def from_our_page(request: Request, own_url: str) -> bool:
    """Whether the browser says that one of our own pages sent this form; true where no browser says anything.

    ``own_url`` is the address that the site is known by, for a proxy that changes the Host header.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc in {request.headers.get("host", ""), urlsplit(own_url).netloc} - {""}
    return request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def carries_csrf(visitor: Visitor, sent: str) -> bool:
    """Whether a form carries its session's own token; a bearer needs none."""
    return not visitor.csrf or hmac.compare_digest(visitor.csrf.encode(), sent.encode())

"""Who looks at a page: a session cookie or a bearer token, and the proof that a form was sent by our own page."""

import hmac
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.access import AnswerLink, Session
from stormjib.ports import Clock, LogStore, Overloaded, StoreFailed, Unavailable
from stormjib.web.addresses import is_origin, prefix_of
from stormjib.web.auth import Principal, Tokens

COOKIE: Final = "stormjib_session"
SESSION_SECONDS_MAX: Final = 7 * 24 * 3600
SESSIONS_OF_ONE_MAX: Final = 100
"""With one token; who signs in more often has to sign out somewhere, and takes nobody else's place."""
IDLE_SECONDS: Final = 24 * 3600
"""A session that was not used for so long makes room for a new one of the same token."""
TOKEN_BYTES_MAX: Final = 512
ID_BYTES: Final = 32

Visitor = Principal


class Sessions:
    """Browser sessions: in memory for the check, in the database so that a restart signs nobody out.

    Only the sha256 of a session id is kept. The token behind a session is checked at every request, so revoking the
    token ends its sessions at once.
    """

    def __init__(
        self,
        tokens: Tokens,
        clock: Clock,
        write: Callable[[Callable[[LogStore], Any]], Any],
        kept: Callable[[], Sequence[Session]],
        *,
        key: bytes,
    ) -> None:
        """``write`` is the inbox's, ``kept`` the reader's, ``key`` the installation's, without which no row opens a page."""
        self.tokens = tokens
        self._clock = clock
        self._write = write
        self._key = key
        self._open: dict[bytes, Session] = {}
        for session in kept():
            if session.is_sealed_by(key):
                self._open[session.id] = session
            else:
                self._keep(partial(_delete, session))
        self._used_at = dict.fromkeys(self._open, clock())
        self._lock = threading.Lock()

    def start(self, token: str) -> str | None:
        """A new session id for a valid token, None for any other; raises ``Overloaded`` where the token has too many."""
        raw = token.strip().encode()
        if not 0 < len(raw) <= TOKEN_BYTES_MAX or self.tokens.check(raw) is None:
            return None
        session_id = secrets.token_urlsafe(ID_BYTES)
        begun = Session(_hash(session_id), sha256(raw).digest(), self._clock() + SESSION_SECONDS_MAX).sealed(self._key)
        self._make_room(begun.token)
        with self._lock:
            self._open[begun.id] = begun
            self._used_at[begun.id] = self._clock()
        self._keep(lambda store: store.put_session(begun))
        return session_id

    def link(self, text: str, *, mail: bool = False) -> AnswerLink | None:
        """What a page that was sent, or the id of its ``mail``, lets whoever got it do; None where it is not of this installation."""
        return AnswerLink.read(text, self._key, mail=mail)

    def refusal(self, token: str) -> str:
        """Why a token starts no session."""
        return self.tokens.refusal(token.strip().encode()[:TOKEN_BYTES_MAX])

    def end(self, session_id: str) -> None:
        """Sign out; an id that is not known changes nothing."""
        self._forget(_hash(session_id))

    def visitor(self, request: Request) -> Visitor | None:
        """Who sent this request, by its bearer token or else by its session."""
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            raw = bearer.strip().encode()
            return self.tokens.check(raw) if len(raw) <= TOKEN_BYTES_MAX else None
        session_id = request.cookies.get(COOKIE, "")
        return self.of(session_id) if session_id else None

    def of(self, session_id: str) -> Visitor | None:
        """Whose session it is, None where it is none or has ended. It never waits, for the event loop asks."""
        hashed, now = _hash(session_id), self._clock()
        session = self._open.get(hashed)
        found = self.tokens.holder(session.token) if session and now < session.ends_at else None
        if found is None:
            return None
        self._used_at[hashed] = now
        return msgspec.structs.replace(found, csrf=sha256(f"csrf/{session_id}".encode()).hexdigest())

    def _make_room(self, token: bytes) -> None:
        now = self._clock()
        for session in list(self._open.values()):
            if session.ends_at <= now or self.tokens.known(session.token) is None:
                self._forget(session.id)
        mine = [hashed for hashed, session in list(self._open.items()) if session.token == token]
        if len(mine) < SESSIONS_OF_ONE_MAX:
            return
        oldest = min(mine, key=lambda hashed: self._used_at.get(hashed, 0.0))
        if now - self._used_at.get(oldest, 0.0) < IDLE_SECONDS:
            raise Overloaded(f"{len(mine)} sessions are open with this token; sign out in one of them, then sign in again.", 60)
        self._forget(oldest)

    def _forget(self, hashed: bytes) -> None:
        with self._lock:
            self._used_at.pop(hashed, None)
            known = self._open.pop(hashed, None)
        if known is not None:
            self._keep(lambda store: store.delete_session(known.hash, self._clock()))

    def _keep(self, action: Callable[[LogStore], Any]) -> None:
        """Where nothing can be written, people can still sign in and see why; they do so again after the next start."""
        with suppress(StoreFailed, Unavailable, Overloaded):
            self._write(action)


def _delete(session: Session, store: LogStore) -> None:
    store.delete_session(session.hash, 0.0)


def _hash(session_id: str) -> bytes:
    return sha256(session_id.encode()).digest()


def hand_over(response: Response, session_id: str, base_url: str) -> None:
    """Put the session into the browser, which sends it to this site only and, where people reach that by TLS, by TLS only.

    Lax, for a link in a mail or a chat has to show its page to who is signed in; forms carry a token of their own.
    """
    secure, path = base_url.startswith("https:"), f"{prefix_of(base_url)}/"
    response.set_cookie(COOKIE, session_id, max_age=SESSION_SECONDS_MAX, httponly=True, samesite="lax", secure=secure, path=path)


def take_back(response: Response, base_url: str) -> None:
    """Remove the session from the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", path=f"{prefix_of(base_url)}/")


def from_our_page(request: Request, own_url: str) -> bool:
    """Whether the browser says that one of our own pages sent this form; true where no browser says anything.

    ``own_url`` is the address that the site is known by, for a proxy that changes the Host header.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        return is_origin(origin, own_url) or is_origin(origin, f"//{request.headers.get('host', '')}")
    return request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def foreign_form(request: Request, own_url: str) -> str:
    """Why a form was not taken, and what to do where a proxy is the reason."""
    origin = request.headers.get("origin", "")[:200]
    return (
        f"The form came from another site ({origin or 'the browser does not say which'}); this one is known as {own_url}. Where both "
        "are the same, set base_url in the server's settings to the address in your browser, or have the proxy pass the Host header on."
    )


def carries_csrf(visitor: Visitor, sent: str) -> bool:
    """Whether a form carries its session's own token; a bearer needs none."""
    return not visitor.csrf or hmac.compare_digest(visitor.csrf.encode(), sent.encode())

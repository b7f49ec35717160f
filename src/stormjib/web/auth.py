"""Bearer tokens: who may call, and what for. Only their sha256 is stored."""

import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, Protocol, TypeVar

import msgspec

from stormjib.ports import Clock, LogStore, NotFound, TokenRow

SCOPES: Final = ("alert", "read", "respond", "admin")
"""``alert`` may send alerts, ``read`` look, ``respond`` act on incidents; ``admin`` may do everything."""

KEY_CHARS_MAX: Final = 100
"""Of a client's idempotency key."""

T = TypeVar("T")


class Principal(msgspec.Struct, frozen=True):
    """Who holds a token and what it is for."""

    name: str
    scopes: frozenset[str]
    key: str = ""
    """The idempotency key of this request; "" for none."""

    def may(self, scope: str) -> bool:
        """Whether the token is good for this."""
        return scope in self.scopes or "admin" in self.scopes


class _Write(Protocol):
    def __call__(self, action: Callable[[LogStore], T]) -> T: ...


class Tokens:
    """All tokens, in memory for the check and in the log's database for good."""

    def __init__(
        self,
        write: _Write,
        read: Callable[[], Sequence[TokenRow]],
        clock: Clock,
        new_token: Callable[[], str],
    ) -> None:
        """``write`` is the inbox's, ``read`` the reader's; ``new_token`` makes at least 128 random bits as text."""
        self._write = write
        self._read = read
        self._clock = clock
        self._new_token = new_token
        self._changing = threading.Lock()
        self._holders: dict[bytes, Principal] = {}
        self._used: set[bytes] = set()
        self.reload()

    def check(self, raw: bytes) -> Principal | None:
        """The holder of a token, None where nobody has it. The time that it takes tells nothing about other tokens."""
        digest = sha256(raw).digest()
        found = self._holders.get(digest)
        if found is not None:
            self._used.add(digest)
        return found

    def create(self, name: str, scopes: Sequence[str]) -> str:
        """A new token for a name; it can't be read again. Raises ``ValueError`` with a sentence."""
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            wrong = f"There is no scope {unknown[0]!r}" if unknown else "A token needs at least one scope"
            raise ValueError(f"{wrong}; there are {', '.join(SCOPES)}.")
        if not name.strip():
            raise ValueError("A token needs a name, such as the person or the program that will hold it.")
        raw = self._new_token()
        ordered = tuple(scope for scope in SCOPES if scope in scopes)
        row = TokenRow(sha256(raw.encode()).digest(), name.strip(), ordered, self._clock())
        with self._changing:
            self._write(lambda log: log.put_token(row))
            self._holders = {**self._holders, row.hash: Principal(row.name, frozenset(ordered))}
        return raw

    def revoke(self, name: str) -> int:
        """End every token of a name at once; how many there were. Raises ``NotFound``."""
        with self._changing:
            gone = self._write(lambda log: log.delete_token(name))
            self._holders = {digest: held for digest, held in self._holders.items() if held.name != name}
        if not gone:
            raise NotFound(f"There is no token under the name {name!r}; `stormjib token list` shows the names.")
        return gone

    def list(self) -> Sequence[TokenRow]:
        """Every token, by name, without the tokens themselves."""
        return self._read()

    def reload(self) -> None:
        """Read the table again, where somebody else may have changed it."""
        with self._changing:
            self._holders = {row.hash: Principal(row.name, frozenset(row.scopes)) for row in self._read()}

    def note_uses(self) -> None:
        """Write down which tokens were used since the last call; once a minute is often enough."""
        used, self._used = self._used, set()
        now = self._clock()
        for row in self._read() if used else ():
            if row.hash in used:
                self._note(msgspec.structs.replace(row, last_used_at=now))

    def _note(self, row: TokenRow) -> None:
        with self._changing:
            if row.hash in self._holders:
                self._write(lambda log: log.put_token(row))

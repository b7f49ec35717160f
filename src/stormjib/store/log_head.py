"""The head of all chains at one moment: small enough to be kept elsewhere, and what the log is held against later.

A chain proves that its entries belong together, not that they are those that were written: whoever may write to the file can
compute it anew. What left the machine before that can't be changed with it.
"""

import hmac
import json
import os
import re
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from stormjib.core.access import Token
from stormjib.owned import opened
from stormjib.ports import LogReader
from stormjib.ports.intake import RECEIVED

SCHEMA: Final = "stormjib.head/1"
ROWS_AT_ONCE: Final = 10_000
CLOCK_SECONDS: Final = 60.0
"""Between the moment that a token says it was made and the one at which it is on disk."""
KEY: Final = "log-head.key"
"""The file beside the log with the key that heads are signed with."""
_KEY_BYTES: Final = 32
_START: Final = re.compile(r'\{"schema":\s*"stormjib\.head/1"')


class TokenMark(msgspec.Struct, frozen=True, array_like=True):
    """A token as a head remembers it; ``digest`` is of what is stored of it, and opens nothing."""

    name: str
    scopes: str
    created_at: float
    digest: str


class LogHead(msgspec.Struct, frozen=True):
    """What the log was, as one line of JSON. ``taken_at`` in seconds since the epoch, UTC."""

    schema: str
    taken_at: float
    position: int
    """Of the newest entry of the whole log."""
    sha256: str
    """Over the hashes of all entries up to there, in the order of their positions, 32 bytes each."""
    alerts: int
    """How many alerts are known; none is ever removed."""
    received: int
    """How many alerts were ever received."""
    tokens: tuple[TokenMark, ...]
    ends: dict[str, tuple[int, str]] = {}
    """The newest entry of each incident and its hash, where they were asked for: they name what was changed."""
    signature: str = ""
    """HMAC-SHA256 with the installation's key over this line without it."""

    def signed(self, key: bytes) -> "LogHead":
        """With its signature."""
        return msgspec.structs.replace(self, signature=hmac.new(key, _unsigned(self), sha256).hexdigest())

    def is_signed_by(self, key: bytes) -> bool:
        """Whether the holder of this key has written it as it is."""
        return hmac.compare_digest(self.signature, self.signed(key).signature)

    def line(self) -> str:
        """One line, without its end."""
        return msgspec.json.encode(self).decode()


def _unsigned(head: LogHead) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(head, signature=""))


class Follower:
    """Follows a log by its entries' hashes, so that the next head costs what came since the last one."""

    def __init__(self, reader: LogReader, *, keeps_ends: bool = False) -> None:
        """``keeps_ends``: remember the newest entry of each incident too."""
        self._reader = reader
        self._seen = sha256()
        self._ends: dict[str, tuple[int, str]] | None = {} if keeps_ends else None
        self.position = 0

    def take(self, now: float, key: bytes) -> LogHead:
        """The head as of now; raises ``StoreFailed``."""
        while rows := self._reader.hashes_after(self.position, ROWS_AT_ONCE):
            for position, incident, seq, linked in rows:
                self._seen.update(linked)
                self.position = position
                if self._ends is not None:
                    self._ends[incident] = (seq, linked.hex())
        head = LogHead(
            SCHEMA,
            now,
            self.position,
            self._seen.hexdigest(),
            self._reader.alert_count(),
            _received(self._reader),
            tuple(_mark(token) for token in self._reader.tokens()),
            self._ends or {},
        )
        return head.signed(key)


def read(text: str) -> list[LogHead]:
    """Every head in a text, whatever stands around them: a file of lines, or a journal. One that is none is left out."""
    found = []
    for start in _START.finditer(text):
        with suppress(ValueError, msgspec.ValidationError):
            found.append(msgspec.convert(json.JSONDecoder().raw_decode(text, start.start())[0], LogHead))
    return found


def key_of(data_dir: Path) -> bytes:
    """The installation's key, made at the first use and readable by the owner of the directory alone; raises ``OSError``."""
    path, fresh = data_dir / KEY, data_dir / f".{KEY}.{secrets.token_hex(4)}"
    if not path.exists():
        with os.fdopen(opened(fresh, os.O_WRONLY | os.O_EXCL), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        # Whoever comes second takes the first one's, which is whole.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()


def beside(head: LogHead, reader: LogReader) -> tuple[list[str], list[str]]:
    """What stands beside the chains now: what can't have come from what it was, and what changed that people should know of."""
    wrong: list[str] = []
    since: list[str] = []
    for what, had, has in (
        ("alerts are known", head.alerts, reader.alert_count()),
        ("alerts were counted as received", head.received, _received(reader)),
    ):
        if has < had:
            wrong.append(f"{has} {what}, and {had} when the head was taken: rows were removed.")
    known = {mark.digest: mark for mark in head.tokens}
    marks = {mark.digest: mark for mark in map(_mark, reader.tokens())}
    for digest, mark in marks.items():
        before = known.get(digest)
        token = f"The token {mark.name} ({mark.scopes})"
        if before is None and mark.created_at < head.taken_at - CLOCK_SECONDS:
            wrong.append(f"{token} says that it is older than the head, which does not know it: it was put in by hand.")
        elif before is None:
            since.append(f"{token} was made after the head. If nobody made it: stormjib token revoke {mark.name}")
        elif before != mark:
            wrong.append(f"{token} was {before.name} ({before.scopes}) when the head was taken: its row was altered.")
    since += [f"The token {known[gone].name} was revoked after the head." for gone in known.keys() - marks.keys()]
    return wrong, since


def _received(reader: LogReader) -> int:
    return sum(one.count for one in reader.intake() if one.outcome == RECEIVED)


def _mark(token: Token) -> TokenMark:
    return TokenMark(token.name, " ".join(token.scopes), token.created_at, sha256(token.hash).hexdigest()[:16])


class Against:
    """Heads that a log is held against while its entries are read in the order of their positions."""

    def __init__(self, heads: Iterable[LogHead]) -> None:
        """In any order."""
        self._heads = deque(sorted(heads, key=lambda head: head.position))
        self._seen = sha256()

    def read(self, position: int, linked: bytes, ends: Mapping[str, tuple[int, bytes]]) -> tuple[str, str] | None:
        """The next entry; where a head says otherwise, whose log it was ("" where that is not known) and a sentence."""
        if not self._heads:
            return None
        self._seen.update(linked)
        while self._heads and self._heads[0].position <= position:
            head = self._heads.popleft()
            if head.position and head.sha256 != self._seen.hexdigest():
                return _changed(
                    head, ends
                ), f"It is not what it was {_when(head)}: it was altered, and its hashes were computed anew."
        return None

    def end(self, position: int) -> str:
        """That the log was longer once, as a sentence; "" where no head says so."""
        if not self._heads:
            return ""
        head = self._heads[-1]
        return f"The log ends at position {position} and had {head.position} {_when(head)}: its end was cut off."


def _when(head: LogHead) -> str:
    return f"when its head was taken ({datetime.fromtimestamp(head.taken_at, UTC):%Y-%m-%d %H:%M:%S} UTC)"


def _changed(head: LogHead, ends: Mapping[str, tuple[int, bytes]]) -> str:
    now = {incident: (seq, linked.hex()) for incident, (seq, linked) in ends.items()}
    return min((name for name, end in head.ends.items() if now.get(name) != end), default="")

"""Bearer tokens: who may call, and what for. Only their sha256 is stored; who made and who ended one is in the site's log."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec

from stormjib.core.access import LOCAL, SITE, Token, find
from stormjib.core.actions import Action, Context
from stormjib.core.actions.token import CREATE_TOKEN, REVOKE_TOKEN
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, TokenEnded, TokenMade
from stormjib.core.narrate import narrate
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.engine.admission import Who, admitted, cause_of
from stormjib.engine.inbox import Inbox
from stormjib.engine.written import Written
from stormjib.ports import Clock, Damaged, LogReader, LogStore, NotFound, Overloaded, StoreFailed, Unavailable

KEY_CHARS_MAX: Final = 100
"""Of a client's idempotency key."""
HISTORY_MAX: Final = 200
NOTE_SECONDS: Final = 60.0
"""Between two writes of when tokens were last used."""
NOBODY: Final = (
    "No token in the log works, so every alert is refused and nobody can sign in. Where there was a log before, put its backup "
    "back: stormjib restore DIR. Where this is a new log, make a token: stormjib token create NAME --scope respond"
)
_HOW: Final = "make one: stormjib token create NAME --scope {scope}"
_HOW_ON: Final = (
    "An admin makes another one: stormjib token rotate {name}; where none is left, whoever is on the server's machine: "
    "stormjib token create {name} --scope SCOPE"
)

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Principal(msgspec.Struct, frozen=True):
    """Who holds a token and what it is for."""

    name: str
    scopes: frozenset[str]
    key: str = ""
    """The idempotency key of this request; "" for none."""
    machine: bool = False
    """A program: it may ask, and people approve."""
    expires_at: float = 0.0
    """Seconds since the epoch; 0: never."""
    face: str = ""
    """Where a person acts who shows no token there, such as slack: the log has it."""
    csrf: str = ""
    """What a form of this session carries; "" for a bearer, which no other site can make a browser send."""
    wrote: str = ""  # the number of the site's entry that their last form wrote, as the address of the page has it

    def may(self, scope: str) -> bool:
        """Whether the token is good for this."""
        return scope in self.scopes or "admin" in self.scopes

    @property
    def kind(self) -> str:
        """``person`` or ``machine``."""
        return "machine" if self.machine else "person"


ON_THE_MACHINE: Final = Principal(LOCAL, frozenset({"admin"}))
"""Whoever may read the log's directory."""


class Tokens:
    """All tokens, in memory for the check and in the log's database for good."""

    def __init__(self, inbox: Inbox, reader: LogReader, clock: Clock, new_token: Callable[[], str]) -> None:
        """``new_token`` makes at least 128 random bits as text."""
        self._inbox = inbox
        self._reader = reader
        self._clock = clock
        self._new_token = new_token
        self._changing = threading.Lock()
        self._holders: dict[bytes, Principal] = {}
        self._ended: dict[str, TokenEnded] = {}
        self._seq = 0
        """Of the newest entry of the site's log that was read."""
        self._used: set[bytes] = set()
        self._noted_at = 0.0
        self._local = b""
        self.reload()

    def check(self, raw: bytes) -> Principal | None:
        """The holder of a token, None where nobody has it. The time that it takes tells nothing about other tokens."""
        return self.holder(sha256(raw).digest())

    def holder(self, digest: bytes) -> Principal | None:
        """The same by the token's sha256."""
        found = self.known(digest)
        if found is not None:
            self._used.add(digest)
        return found

    def known(self, digest: bytes) -> Principal | None:
        """The same for who only looks whether there is one: it counts as no use."""
        found = self._holders.get(digest)
        if found is None:
            return ON_THE_MACHINE if digest == self._local else None
        return None if found.expires_at and found.expires_at <= self._clock() else found

    def rights(self, name: str) -> Principal | None:
        """What a person may do by all their tokens that work, for who knows by other means that it is they; None without any."""
        now = self._clock()
        held = [one for one in self._holders.values() if one.name == name and not one.machine]
        scopes = frozenset[str]().union(*(one.scopes for one in held if not one.expires_at or one.expires_at > now))
        return Principal(name, scopes) if scopes else None

    def lacking(self) -> str:
        """That no token works, as a sentence: then every alert is refused, and nobody can answer; "" where one does."""
        now = self._clock()
        return "" if any(not held.expires_at or held.expires_at > now for held in self._holders.values()) else NOBODY

    def refusal(self, raw: bytes, scope: str = "respond") -> str:
        """Why ``check`` knew nobody, and what to do, as a sentence."""
        digest = sha256(raw).digest()
        held, ended = self._holders.get(digest), self._ended.get(Token(digest, "", (), 0.0).digest)
        if held is not None:
            return f"The token of {held.name} ran out on {_moment(held.expires_at)}. {_HOW_ON.format(name=held.name)}"
        if ended is not None:
            return f"The token of {ended.name} ended on {_moment(ended.at)} ({ended.reason}). {_HOW_ON.format(name=ended.name)}"
        known = "No token like this one is known" if raw else "This needs a token"
        return f"{known}; {_HOW.format(scope=scope)}"

    def perform(self, action: Action[Any], given: Mapping[str, object], who: Who, *, key: str = "") -> Written:
        """Do what concerns the site; raises ``Forbidden``, ``Invalid``, ``Refused``, ``NotFound``, and what the inbox raises."""
        decide, raw = self._decision(action, given, who)
        with self._changing:
            appended = self._inbox.record(
                lambda: (facts := decide(), partial(self._beside, facts, raw)), by=who.name, cause=cause_of(who, key)
            )
            self._load()
        made = not appended.repeated and any(isinstance(entry.fact, TokenMade) for entry in appended.entries)
        last = appended.entries[-1].seq if appended.entries else 0
        return Written("", last, appended.added, raw if made else "")

    def rehearse(self, action: Action[Any], given: Mapping[str, object], who: Who) -> Sequence[AnyFact]:
        """What it would write now, without writing it. Raises as ``perform`` does."""
        return self._decision(action, given, who)[0]()

    def create(self, name: str, scopes: Sequence[str], *, machine: bool = False) -> str:
        """A new token, made on the machine itself; it can't be read again. Raises as ``perform`` does."""
        given = {"name": name, "scopes": list(scopes), "machine": machine}
        return self.perform(CREATE_TOKEN, given, ON_THE_MACHINE).secret

    def revoke(self, wanted: str) -> int:
        """End every token of a name, or the one with this id, at once; how many there were."""
        return self.perform(REVOKE_TOKEN, {"name": wanted}, ON_THE_MACHINE).entries

    def list(self) -> Sequence[Token]:
        """Every token, by name, without the tokens themselves."""
        return self._reader.tokens()

    def open_locally(self, raw: str) -> None:
        """A token that is nowhere but in a file beside the log, for as long as the server runs."""
        self._local = sha256(raw.encode()).digest()

    def history(self) -> Sequence[dict[str, Any]]:
        """What became of tokens: when, by whom and a sentence, the newest first; raises ``Damaged``."""
        found = self._reader.entries(SITE, max(self._seq - HISTORY_MAX, 0))
        return [
            {"at": one.at, "by": one.by, "text": narrate(one.fact)}
            for one in reversed(found)
            if isinstance(one.fact, TokenMade | TokenEnded)
        ]

    def reload(self) -> None:
        """Read the table again, where somebody else may have changed it."""
        with self._changing:
            self._load()

    def adopt(self) -> None:
        """Tokens of a version that kept no log of them are written into it, once: what comes later without an entry is nobody's."""
        found = [] if self._seq else self.list()
        facts = [TokenMade(one.digest, one.name, one.scopes, one.machine, one.expires_at, found=True) for one in found]
        if facts:
            self._inbox.record(lambda: (facts, lambda _: None), by="stormjib", cause="found")
            self.reload()

    def note_uses(self) -> None:
        """Write down which tokens were used, at most once a minute; whoever sends an alert does not wait for it."""
        now = self._clock()
        if not self._used or now - self._noted_at < NOTE_SECONDS:
            return
        used, self._used, self._noted_at = self._used, set(), now

        def put(store: LogStore) -> None:
            for row in rows:
                store.put_token(row)

        with self._changing, suppress(StoreFailed, Unavailable, Overloaded):
            rows = [msgspec.structs.replace(row, last_used_at=now) for row in self.list() if row.hash in used]
            self._inbox.write(put)

    def _decision(
        self, action: Action[Any], given: Mapping[str, object], who: Who
    ) -> tuple[Callable[[], Sequence[AnyFact]], str]:
        parameters = admitted(action, given, who)
        raw, wanted = self._new_token(), str(given.get("name", ""))
        if wanted and action is not CREATE_TOKEN and not find(self.list(), wanted):
            raise NotFound(f"Nobody has a token with the name or the id {wanted!r}; `stormjib token list` shows them.")

        def decide() -> Sequence[AnyFact]:
            at, fresh = self._clock(), Token(sha256(raw.encode()).digest(), "", (), 0.0)
            context = Context(who.name, at, Runbook("", ""), Policy(), tokens=tuple(self.list()), fresh=fresh)
            return action.facts(Incident.new(SITE), parameters, context)

        return decide, raw

    def _beside(self, facts: Sequence[AnyFact], raw: str, store: LogStore) -> None:
        """The rows that follow from the facts, in their transaction."""
        rows, now = {row.digest: row for row in self.list()}, self._clock()
        for fact in facts:
            match fact:
                case TokenMade():
                    hashed = sha256(raw.encode()).digest()
                    store.put_token(Token(hashed, fact.name, fact.scopes, now, 0.0, fact.machine, fact.expires_at))
                case TokenEnded() if fact.at > now:
                    store.put_token(msgspec.structs.replace(rows[fact.digest], expires_at=fact.at))
                case TokenEnded():
                    store.delete_token(rows[fact.digest].hash)

    def _load(self) -> None:
        try:
            while entries := self._reader.entries(SITE, self._seq):
                self._seq = entries[-1].seq
                self._ended |= {entry.fact.digest: entry.fact for entry in entries if isinstance(entry.fact, TokenEnded)}
        except Damaged as damage:
            # Who may answer a page does not depend on the history of tokens.
            self._seq = max(self._seq, 1)
            _log.error("the log of tokens can't be read: %s", damage)
        self._holders = {
            row.hash: Principal(row.name, frozenset(row.scopes), machine=row.machine, expires_at=row.expires_at)
            for row in self.list()
        }


def shown(row: Token) -> dict[str, Any]:
    """A token as people and programs see it. Times in seconds since the epoch, None for never."""
    return {
        "id": row.id,
        "name": row.name,
        "kind": "machine" if row.machine else "person",
        "scopes": row.scopes,
        "created_at": row.created_at,
        "last_used_at": row.last_used_at or None,
        "expires_at": row.expires_at or None,
    }


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"

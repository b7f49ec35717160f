"""Tokens: who holds one, a person or a machine, what for and until when. Of the token itself only its sha256 is known."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec

SCOPES: Final = ("alert", "calendar", "read", "respond", "admin")
"""``alert`` may send alerts, ``calendar`` read who is on call when as a calendar, ``read`` look, ``respond`` act on incidents; ``admin`` may do everything."""
SITE: Final = "SITE"
"""The log of what belongs to the installation and to no incident. It is listed nowhere."""
SITE_NUMBER: Final = -1
LOCAL: Final = "local"
"""Who acts on the machine itself, with the right to the log's directory instead of a token."""
OVERLAP_SECONDS: Final = 24 * 3600.0
"""How long a token goes on working after another one took its place."""
NAME_CHARS_MAX: Final = 100
ID_CHARS: Final = 8
_RESERVED: Final = frozenset({"stormjib", LOCAL})
"""Who the timeline says acts by itself; nobody else may be called so."""
_PUNCTUATION: Final = "._@-"
HASH_BYTES: Final = 32
LINK_SECONDS: Final = 24 * 3600.0
"""How long the link in a page acknowledges."""
LINK_SEAL_BYTES: Final = 16
_LINK: Final = "acknowledge by link"
"""Logs of old hold seals of "acknowledge", as ids of mails; those open nothing."""


class Token(msgspec.Struct, frozen=True):
    """A bearer token without the token. Times are seconds since the epoch, UTC."""

    hash: bytes
    """Its sha256."""
    name: str
    scopes: tuple[str, ...]
    created_at: float
    last_used_at: float = 0.0
    machine: bool = False
    """A program holds it, so it never approves anything. A token of an earlier version is a person's."""
    expires_at: float = 0.0
    """It is good until then; 0: until it is revoked."""

    @property
    def digest(self) -> str:
        """What names it in facts and heads: of what is stored of it, and it opens nothing."""
        return sha256(self.hash).hexdigest()[:16]

    @property
    def id(self) -> str:
        """What names it to people, one of several with the same name."""
        return self.digest[:ID_CHARS]

    def ended(self, at: float) -> bool:
        """Whether its time is over."""
        return 0 < self.expires_at <= at


class Session(msgspec.Struct, frozen=True):
    """Somebody is signed in. ``ends_at`` in seconds since the epoch, UTC."""

    hash: bytes
    """The sha256 of what the browser has, 32 bytes; and behind it the seal, without which the row was put in by hand."""
    token: bytes
    """That of the token that it was begun with."""
    ends_at: float

    @property
    def id(self) -> bytes:
        """By which it is found."""
        return self.hash[:HASH_BYTES]

    def sealed(self, key: bytes) -> "Session":
        """With the seal of the installation: HMAC-SHA256 with its key over all of it."""
        said = self.id + self.token + repr(self.ends_at).encode()
        return msgspec.structs.replace(self, hash=self.id + hmac.new(key, said, sha256).digest())

    def is_sealed_by(self, key: bytes) -> bool:
        """Whether the holder of this key has begun it."""
        return hmac.compare_digest(self.hash, self.sealed(key).hash)


class AnswerLink(msgspec.Struct, frozen=True, array_like=True):
    """What lets whoever got a page acknowledge it without signing in. ``until`` in seconds since the epoch, UTC."""

    incident: str
    who: str
    page: str
    """The key of the page."""
    until: float

    @property
    def asked(self) -> int:
        """The entry with which the page was asked for."""
        return int(self.page.split("/")[1])

    def signed(self, key: bytes) -> str:
        """As a part of an address, with the seal of the installation."""
        return sealed(msgspec.json.encode(self), key, _LINK)

    @staticmethod
    def read(text: str, key: bytes, *, mail: bool = False) -> "AnswerLink | None":
        """The link, or the ``mail_id`` of one; None where the holder of the key has not made it."""
        given = unsealed(text, key, _LINK, mail=mail)
        return None if given is None else msgspec.json.decode(given, type=AnswerLink)


def mail_id(link: str) -> str:
    """What names the page of this link in its mail: many programs note ids, so nobody can make the link of it."""
    said, _, seal = link.partition(".")
    return f"{said}.{_plain(_one_way(seal))}"


def sealed(said: bytes, key: bytes, purpose: str) -> str:
    """As a part of an address, with a seal that is good for nothing but this purpose."""
    return f"{_plain(said)}.{_plain(_seal(key, said, purpose))}"


def unsealed(text: str, key: bytes, purpose: str, *, mail: bool = False) -> bytes | None:
    """What was sealed; None where the holder of the key has not sealed it for this purpose."""
    said, _, seal = text.partition(".")
    try:
        given, found = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (said, seal))
    except ValueError:
        return None
    ours = _seal(key, given, purpose)
    return given if hmac.compare_digest(found, _one_way(_plain(ours)) if mail else ours) else None


def _seal(key: bytes, said: bytes, purpose: str) -> bytes:
    """Short enough for a short message."""
    return hmac.new(key, f"{purpose}/".encode() + said, sha256).digest()[:LINK_SEAL_BYTES]


def _one_way(seal: str) -> bytes:
    return sha256(f"mail/{seal}".encode()).digest()[:LINK_SEAL_BYTES]


def _plain(given: bytes) -> str:
    return urlsafe_b64encode(given).decode().rstrip("=")


def find(tokens: Sequence[Token], wanted: str) -> tuple[Token, ...]:
    """The tokens of a name, or the one with this id."""
    by_name = tuple(token for token in tokens if token.name == wanted)
    return by_name or tuple(token for token in tokens if token.id == wanted)


def wrong_name(name: str, tokens: Sequence[Token], *, machine: bool) -> str:
    """Why a new token can't have this name, as a sentence; "" where it can."""
    if not name:
        return "A token needs a name, such as the person or the program that will hold it."
    plain = name.isascii() and all(character.isalnum() or character in _PUNCTUATION for character in name)
    if not plain or len(name) > NAME_CHARS_MAX or name[0] in ".-":
        return (
            f"{name!r} can't be the name of a token: use letters from a to z, digits and . _ @ - "
            f"({NAME_CHARS_MAX} characters at most, no . or - in front)."
        )
    if name.lower() in _RESERVED:
        return f"{name!r} is what the timeline calls the program itself; name the person or the machine that holds the token."
    for other in tokens:
        if other.name != name and other.name.lower() == name.lower():
            return f"There is {other.name!r} already, which differs in upper and lower case only; choose another name."
        if other.name == name and other.machine != machine:
            kind = "a machine" if other.machine else "a person"
            return f"{name!r} is {kind} already; people and machines need different names, for only people approve."
    return ""


def wrong_scopes(scopes: Sequence[str], *, machine: bool) -> str:
    """Why a token can't be good for these, as a sentence; "" where it can."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        wrong = f"There is no scope {unknown[0]!r}" if unknown else "A token needs at least one scope"
        return f"{wrong}; there are {', '.join(SCOPES)}."
    if machine and "admin" in scopes:
        return "A machine can't have the scope 'admin': with it, it could make itself a person's token and approve."
    return ""

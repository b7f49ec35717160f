"""The hash chain: each entry is bound to the one before it, so that no change to the past goes unseen."""

import struct
from hashlib import sha256

START = b""
"""What the first entry of an incident is bound to."""

_NUMBERS = struct.Struct(">8sQ8sd")
_LENGTH = struct.Struct(">Q")


def link(previous: bytes, *, incident: bytes, seq: int, at: float, by: bytes, cause: bytes, fact: bytes) -> bytes:
    """The sha256 over the hash before and every column of the entry.

    Each part is preceded by its length as 8 bytes, most significant first, so that no two entries give the same
    bytes; ``seq`` is 8 bytes, ``at`` an IEEE 754 double, text is UTF-8 as stored.
    """
    seen = sha256(_LENGTH.pack(len(previous)) + previous)
    seen.update(_LENGTH.pack(len(incident)) + incident)
    seen.update(_NUMBERS.pack(_EIGHT, seq, _EIGHT, at))
    for part in (by, cause, fact):
        seen.update(_LENGTH.pack(len(part)) + part)
    return seen.digest()


_EIGHT = _LENGTH.pack(8)

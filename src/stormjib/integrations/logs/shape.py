"""The hash that the kernel gives a line, said plainly."""

import re
from typing import Final

SEED: Final = 0x51ED270B35AC81D3
MARK: Final = 0x2545F4914F6CDD1D
FACTOR: Final = 0x9E3779B97F4A7C15
WORD_BYTES: Final = 8
PIECE_BYTES: Final = 16

_ALL: Final = (1 << 64) - 1
_WORD: Final = rb"[A-Za-z]*+[0-9][0-9A-Za-z]*+"
_VARIABLE: Final = re.compile(_WORD + rb"(?:[^\x00-\x20A-Za-z0-9]" + _WORD + rb")*+")


def shape_key(line: bytes, begin: int = 0) -> int:
    """The hash of a line from a place on."""
    hashed = SEED
    at = begin
    while at < len(line):
        stop, behind = _first_variable(line, at)
        hashed = _hashed(hashed, line[at:stop])
        at = behind
    return hashed | 1


def _first_variable(line: bytes, at: int) -> tuple[int, int]:
    """Where the next variable word begins and ends; words are looked at whole, also where ``at`` is inside of one."""
    for found in _VARIABLE.finditer(line):
        if found.end() > at:
            return max(found.start(), at), found.end()
    return len(line), len(line)


def _hashed(hashed: int, some: bytes) -> int:
    """The hash with some more bytes, and with how many they were."""
    whole = len(some) // PIECE_BYTES * PIECE_BYTES
    for at in range(0, whole, PIECE_BYTES):
        hashed = _folded(hashed ^ _word(some, at), FACTOR ^ _word(some, at + WORD_BYTES))
    low, high = _word(some, whole), _word(some, whole + WORD_BYTES)
    return _folded(hashed ^ low, MARK ^ (high | (len(some) - whole) << 56))


def _word(some: bytes, at: int) -> int:
    return int.from_bytes(some[at : at + WORD_BYTES], "little")


def _folded(one: int, other: int) -> int:
    """Both halves of the product of two words, in one."""
    product = one * other
    return (product & _ALL) ^ (product >> 64)

"""The hash that the kernel gives a line, said plainly."""

import re
from typing import Final

SEED: Final = 0x51ED270B35AC81D3
MARK: Final = 0x2545F4914F6CDD1D
FACTOR: Final = 0x9E3779B97F4A7C15
WORD_BYTES: Final = 8

_ALL: Final = (1 << 64) - 1
_WORD: Final = rb"[A-Za-z]*+[0-9][0-9A-Za-z]*+"
_VARIABLE: Final = re.compile(_WORD + rb"(?:[^\x00-\x20A-Za-z0-9]" + _WORD + rb")*+")


def shape_key(line: bytes, begin: int = 0) -> int:
    """The hash of a line from a place on."""
    hashed = SEED
    at = begin
    while at < len(line):
        stop, behind = _first_variable(line, at)
        while stop - at >= WORD_BYTES:
            hashed = _mixed(hashed, int.from_bytes(line[at : at + WORD_BYTES], "little"))
            at += WORD_BYTES
        if stop > at:
            hashed = _mixed(hashed, int.from_bytes(line[at:stop], "little") + stop - at)
        hashed = _mixed(hashed, MARK)
        if stop >= len(line):
            break
        at = behind
    return hashed | 1


def _first_variable(line: bytes, at: int) -> tuple[int, int]:
    """Where the next variable word begins and ends; words are looked at whole, also where ``at`` is inside of one."""
    for found in _VARIABLE.finditer(line):
        if found.end() > at:
            return max(found.start(), at), found.end()
    return len(line), len(line)


def _mixed(hashed: int, word: int) -> int:
    hashed = (hashed ^ word) * FACTOR & _ALL
    return hashed ^ (hashed >> 32)

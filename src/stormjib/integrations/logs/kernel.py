# mypy: ignore-errors
# ruff: noqa: ANN401, PLR0917 - what numba compiles is typed by numba, and its numbers are bits and bytes
"""The byte pass as a kernel for numba: each line's token shape hashed, and counted per minute, about a nanosecond a byte or less.

A shape is the line without its variable words: runs of letters and digits that hold a digit. 64 bytes are classed at a time; which
of them are in variable words is then arithmetic on 64-bit words, one bit a byte. The places where a variable word begins or ends are
listed, so that lines are gone through without asking each byte, and what is left of a line is hashed sixteen bytes at a time. Tables are
the caller's; the kernel stops in front of a line that they may have no room for.

All memory is passed as addresses, so that the compiled code needs neither numba nor Python (see ``loader.py``).
"""

from typing import Any, Final

from numba import njit, types

from stormjib.integrations.logs.loader import FILE, sources
from stormjib.integrations.logs.wide import (
    WIDE,
    alike,
    bits_set,
    blanks,
    digits_of,
    first_bit,
    folded,
    letters_of,
    load,
    load_half,
    newlines,
    store,
    store_half,
    turned,
)

WORD: Final = 8
HALF: Final = 4
PIECE: Final = 16
LOOKED_AT: Final = 400
SEED: Final = 0x51ED270B35AC81D3
MARK: Final = 0x2545F4914F6CDD1D
"""Stands for a variable word."""
FACTOR: Final = 0x9E3779B97F4A7C15
_inlined = njit(forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")


@_inlined
def _behind(letters: Any, starts: Any) -> Any:
    """The runs of letters that begin at the given bits: adding one to a run's first bit carries through all of it."""
    return letters & ~(letters + starts)


@_inlined
def _variable(digits: Any, letters: Any, next_digits: Any, next_letters: Any, carried: Any) -> Any:
    """The bytes of a block that are in words with a digit; ``carried``: whether the byte in front of it is in one."""
    behind = _behind(letters, letters & ((digits << types.uint64(1)) | carried))
    # A run of letters that reaches the end of the block goes on in the next one; it may find its digit there.
    low = next_letters & ~(next_letters + types.uint64(1)) if next_letters & types.uint64(1) else types.uint64(0)
    meets = types.uint64(1) if next_digits & (low + types.uint64(1)) else types.uint64(0)
    turned_letters = turned(letters)
    before = _behind(turned_letters, turned_letters & ((turned(digits) << types.uint64(1)) | meets))
    return digits | behind | turned(before)


@_inlined
def _listed(bits: Any, first: Any, place: Any, at_once: Any) -> Any:
    """Note where bits are set, counted from ``first``; gives the address behind. Some notes too many are overwritten by the next."""
    behind = place + bits_set(bits) * HALF
    while place < behind:
        for ahead in range(at_once):
            store_half(place + ahead * HALF, first + types.int64(first_bit(bits)))
            bits &= bits - types.uint64(1)
        place += at_once * HALF
    return behind


@_inlined
def _class(data: Any, size: Any, turns: Any, ends: Any) -> None:
    """List where variable words begin and end, by turns, and where lines end.

    One byte between two variable words that is no blank belongs to them, so that a time, an address or a list is one.
    """
    last = within = types.uint64(0)
    digits, letters = digits_of(data + WIDE), letters_of(data + WIDE)
    found = _variable(digits_of(data), letters_of(data), digits, letters, last)
    at = 0
    while at < size:
        next_digits, next_letters = digits_of(data + at + 2 * WIDE), letters_of(data + at + 2 * WIDE)
        following = _variable(digits, letters, next_digits, next_letters, found >> types.uint64(63))
        between = ((found << types.uint64(1)) | last) & ((found >> types.uint64(1)) | (following << types.uint64(63)))
        variable = found | (between & ~blanks(data + at))
        turns = _listed(variable ^ ((variable << types.uint64(1)) | within), at, turns, 8)
        ends = _listed(newlines(data + at), at, ends, 2)
        last, within = found >> types.uint64(63), variable >> types.uint64(63)
        found, digits, letters = following, next_digits, next_letters
        at += WIDE
    store_half(turns, at)
    store_half(turns + HALF, at)


@_inlined
def _mixed(hashed: Any, word: Any) -> Any:
    hashed = (hashed ^ word) * types.uint64(FACTOR)
    return hashed ^ (hashed >> types.uint64(32))


@_inlined
def _part(address: Any, size: Any) -> Any:
    """Up to eight bytes as a word."""
    word = types.uint64(load(address))
    return word if size >= WORD else word & ((types.uint64(1) << types.uint64(size * 8)) - types.uint64(1))


@_inlined
def _hashed(hashed: Any, address: Any, size: Any) -> Any:
    """The hash with some more bytes, and with how many they were."""
    while size >= PIECE:
        hashed = folded(hashed ^ types.uint64(load(address)), types.uint64(FACTOR) ^ types.uint64(load(address + WORD)))
        address += PIECE
        size -= PIECE
    high = _part(address + WORD, size - WORD) if size > WORD else types.uint64(0)
    return folded(hashed ^ _part(address, size), types.uint64(MARK) ^ (high | (types.uint64(size) << types.uint64(56))))


@_inlined
def _shape(data: Any, begin: Any, end: Any, turns: Any) -> Any:
    """The hash of a line without its variable words, from ``begin`` on; ``turns``: the address of the first one behind the line before."""
    hashed = types.uint64(SEED)
    at, start = begin, load_half(turns)
    while start < end:
        behind = load_half(turns + HALF)
        if behind > begin:
            hashed = _hashed(hashed, data + at, max(start - at, 0))
            at = behind
        turns += 2 * HALF
        start = load_half(turns)
    return _hashed(hashed, data + at, end - at) if at < end else hashed


@_inlined
def _found(table: Any, mask: Any, key: Any) -> Any:
    """The address of the entry (key, value) with this key, or of the free one where it would stand. Key 0 is free."""
    slot = types.int64(key >> types.uint64(20)) & mask
    while True:
        own = types.uint64(load(table + slot * 16))
        if own == key or own == types.uint64(0):
            return table + slot * 16
        slot = (slot + 1) & mask


@_inlined
def _stamped(address: Any, size: Any, setting: Any) -> Any:
    """Whether bytes are of the classes of a stamp: digits and letters where those may stand, else the bytes of the form."""
    fits = digits_of(address) & types.uint64(load(setting + 48))
    fits |= letters_of(address) & types.uint64(load(setting + 56))
    fits |= alike(address, load(setting + 40)) & types.uint64(load(setting + 64))
    every = (types.uint64(1) << types.uint64(size)) - types.uint64(1)
    return fits & every == every


@_inlined
def _place(data: Any, at: Any, end: Any, setting: Any) -> Any:
    """Where the time stands in a line; behind its end where it has none."""
    needle, skip = load(setting), load(setting + 24)
    if needle == 0:
        return at + skip
    for place in range(at, min(end, at + LOOKED_AT)):
        if _part(data + place, needle) == types.uint64(load(setting + 8)) and (
            needle <= WORD or _part(data + place + WORD, needle - WORD) == types.uint64(load(setting + 16))
        ):
            return place + needle + skip
    return end


@_inlined
def _noted(table: Any, key: Any, at: Any, fresh: Any, width: Any) -> Any:
    """The number of a key in a table of the state; a new one is noted, with the line that it was met in."""
    entry = _found(load(table), load(table + 8), key)
    if load(entry) == 0:
        number, note = load(table + 16), load(fresh) + load(fresh + 8) * width
        store(entry, types.int64(key))
        store(entry + WORD, number)
        store(note, at)
        store(note + 8, number)
        if width > 2 * WORD:
            store(note + 16, load(fresh + 16))
        store(table + 16, number + 1)
        store(fresh + 8, load(fresh + 8) + 1)
    return load(entry + WORD)


@_inlined
def _timed(data: Any, at: Any, end: Any, setting: Any, state: Any) -> Any:
    """Find the cut of a line, where it has one, and make it the current one; gives where its message begins."""
    size, where = load(setting + 32), _place(data, at, end, setting)
    if where + size > end:
        return at
    first = _part(data + where, size)
    second = _part(data + where + 8, size - 8) if size > WORD else types.uint64(0)
    third = _part(data + where + 16, size - 16) if size > 2 * WORD else types.uint64(0)
    same = types.uint64(load(state + 168)) == first and types.uint64(load(state + 176)) == second
    if not same or types.uint64(load(state + 184)) != third:
        if not _stamped(data + where, size, setting):
            return at
        key = _mixed(_mixed(_mixed(types.uint64(SEED), first), second), third) | types.uint64(1)
        store(state + 168, types.int64(first))
        store(state + 176, types.int64(second))
        store(state + 184, types.int64(third))
        store(state + 160, _noted(state + 32, key, at, state + 120, 2 * WORD))
    return where + size if load(setting) == 0 else at


@_inlined
def _cell(state: Any, pair: Any) -> Any:
    """The number of the cell of a shape at a cut."""
    key = _mixed(types.uint64(SEED), pair) | types.uint64(1)
    entry = _found(load(state + 64), load(state + 72), key)
    if load(entry) == 0:
        cells = load(state + 80)
        store(entry, types.int64(key))
        store(entry + 8, cells)
        store(load(state + 136) + cells * 16, types.int64(pair))
        store(load(state + 136) + cells * 16 + 8, 0)
        store(state + 80, cells + 1)
    return load(entry + 8)


@_inlined
def _counted(state: Any, number: Any) -> None:
    """One more line of a shape, at the current cut; most often that is the cell where one was counted before."""
    pair = (types.uint64(load(state + 160) + 1) << types.uint64(32)) | types.uint64(number + 1)
    near, cells = load(state + 192) + number * WORD, load(state + 136)
    cell = load(near)
    if cell >= load(state + 80) or types.uint64(load(cells + cell * 16)) != pair:
        cell = _cell(state, pair)
        store(near, cell)
    place = cells + cell * 16 + 8
    store(place, load(place) + 1)


def count(data: Any, size: Any, turns: Any, ends: Any, setting: Any, state: Any) -> Any:
    """Count the whole lines of ``size`` bytes; gives how many bytes were taken. 256 bytes behind the data must be readable.

    ``setting`` and ``state`` are words, laid out as ``fast.py`` says. It stops in front of a line where a table is full.
    """
    _class(data, size, turns, ends)
    store(state + 104, 0)
    store(state + 128, 0)
    at = types.int64(0)
    while at < size:
        if load(state + 16) >= load(state + 24) or load(state + 48) >= load(state + 56) or load(state + 80) >= load(state + 88):
            break
        end = load_half(ends)
        begin = _timed(data, at, end, setting, state) if load(setting + 32) > 0 else at
        key = _shape(data, begin, end, turns) | types.uint64(1)
        number = _noted(state, key, at, state + 96, 3 * WORD)
        store(load(state + 144) + number * WORD, load(state + 152) + at)
        _counted(state, number)
        store(state + 112, load(state + 112) + 1)
        at = end + 1
        ends += HALF
        while load_half(turns) < end:
            turns += 2 * HALF
    return at


def intermediate() -> tuple[str, str]:
    """The kernel in LLVM's intermediate representation, optimised, and the name of its function."""
    signature = types.int64(*[types.int64] * 6)
    compiled = njit(signature, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy", boundscheck=False)(count)
    return compiled.inspect_llvm(signature.args), compiled.overloads[signature.args].fndesc.llvm_func_name


def written() -> str:
    """The text of ``kernel.ll``: what ``loader.py`` reads, so that nothing has to be compiled by numba where the kernel is used."""
    text, name = intermediate()
    body = "\n".join(
        line
        for line in text.replace(name, "stormjib_count").splitlines()
        if line and not line.startswith(("target ", "; ", "source_"))
    )
    return f"; Written by python -m stormjib.integrations.logs.kernel from kernel.py, sha256 {sources()}\n{body}\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="ascii")

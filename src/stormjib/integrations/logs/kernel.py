"""The byte pass as a kernel for numba: each line's token shape hashed, and counted per minute, about a nanosecond a byte or less.

A shape is the line without its variable words: runs of letters and digits that hold a digit. 64 bytes are classed at a time; which
of them are in variable words is then arithmetic on 64-bit words, one bit a byte. What is left of the line is hashed eight bytes at a
time. Tables are the caller's; the kernel stops in front of a line that they may have no room for.

All memory is passed as addresses, so that the compiled code needs neither numba nor Python (see ``loader.py``).
"""

from typing import Any, Final

from llvmlite import ir
from numba import njit, types
from numba.core.extending import intrinsic

WIDE: Final = 64
_inlined = njit(forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")
_BYTE, _WORD = ir.IntType(8), ir.IntType(64)
_VECTOR = ir.VectorType(_BYTE, WIDE)


def _vector(builder: Any, value: int) -> Any:  # noqa: ANN401 - llvmlite has no types
    return ir.Constant(_VECTOR, [value] * WIDE)


def _bits(builder: Any, flags: Any) -> Any:  # noqa: ANN401
    return builder.bitcast(flags, _WORD)


def _loaded(builder: Any, address: Any, kind: Any) -> Any:  # noqa: ANN401
    pointer = builder.inttoptr(address, kind.as_pointer())
    found = builder.load(pointer)
    found.align = 1
    return found


@intrinsic
def _load(typingctx: Any, address: Any) -> Any:  # noqa: ANN401
    """Eight bytes at any address."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        return _loaded(builder, args[0], _WORD)

    return types.int64(types.int64), codegen


@intrinsic
def _store(typingctx: Any, address: Any, value: Any) -> Any:  # noqa: ANN401
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        stored = builder.store(args[1], builder.inttoptr(args[0], _WORD.as_pointer()))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def _newlines(typingctx: Any, address: Any) -> Any:  # noqa: ANN401
    """A bit for each newline of 64 bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        some = _loaded(builder, args[0], _VECTOR)
        return _bits(builder, builder.icmp_unsigned("==", some, _vector(builder, 10)))

    return types.uint64(types.int64), codegen


@intrinsic
def _digits(typingctx: Any, address: Any) -> Any:  # noqa: ANN401
    """A bit for each digit of 64 bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        some = builder.sub(_loaded(builder, args[0], _VECTOR), _vector(builder, ord("0")))
        return _bits(builder, builder.icmp_unsigned("<", some, _vector(builder, 10)))

    return types.uint64(types.int64), codegen


@intrinsic
def _letters(typingctx: Any, address: Any) -> Any:  # noqa: ANN401
    """A bit for each letter (of ASCII) of 64 bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        some = builder.or_(_loaded(builder, args[0], _VECTOR), _vector(builder, 32))
        some = builder.sub(some, _vector(builder, ord("a")))
        return _bits(builder, builder.icmp_unsigned("<", some, _vector(builder, 26)))

    return types.uint64(types.int64), codegen


@intrinsic
def _first(typingctx: Any, word: Any) -> Any:  # noqa: ANN401
    """The place of the lowest bit that is set; 64 where none is."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), codegen


@intrinsic
def _turned(typingctx: Any, word: Any) -> Any:  # noqa: ANN401
    """The bits in reverse order."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        function = builder.module.declare_intrinsic("llvm.bitreverse", [_WORD])
        return builder.call(function, [args[0]])

    return types.uint64(types.uint64), codegen


@_inlined
def _behind(letters: Any, starts: Any) -> Any:  # noqa: ANN401
    """The runs of letters that begin at the given bits: adding one to a run's first bit carries through all of it."""
    return letters & ~(letters + starts)


@_inlined
def _class(data: Any, size: Any, variable: Any, ends: Any) -> None:  # noqa: ANN401
    """A bit for each byte of a variable word, and one for each newline."""
    carried = types.uint64(0)  # whether the byte in front of the block is in a variable word
    digits, letters = _digits(data), _letters(data)
    at = 0
    while at < size:
        next_digits, next_letters = _digits(data + at + 64), _letters(data + at + 64)
        after = letters & ((digits << types.uint64(1)) | carried)
        behind = _behind(letters, after)
        # A run of letters that reaches the end of the block goes on in the next one; it may find its digit there.
        low = next_letters & ~(next_letters + types.uint64(1)) if next_letters & types.uint64(1) else types.uint64(0)
        meets = next_digits & (low + types.uint64(1))
        turned_letters = _turned(letters)
        before = turned_letters & ((_turned(digits) << types.uint64(1)) | (types.uint64(1) if meets else types.uint64(0)))
        found = digits | behind | _turned(_behind(turned_letters, before))
        _store(variable + (at >> 3), types.int64(found))
        _store(ends + (at >> 3), types.int64(_newlines(data + at)))
        carried = found >> types.uint64(63)
        digits, letters = next_digits, next_letters
        at += 64


@_inlined
def _next(bits: Any, at: Any, flip: Any) -> Any:  # noqa: ANN401
    """The first place from ``at`` on whose bit is set (with ``flip`` all ones: is clear)."""
    word = (types.uint64(_load(bits + ((at >> 6) << 3))) ^ flip) >> types.uint64(at & 63)
    if word:
        return at + types.int64(_first(word))
    at = (at | 63) + 1
    while True:
        word = types.uint64(_load(bits + ((at >> 6) << 3))) ^ flip
        if word:
            return at + types.int64(_first(word))
        at += 64


@_inlined
def _mixed(hashed: Any, word: Any) -> Any:  # noqa: ANN401
    hashed = (hashed ^ word) * types.uint64(0x9E3779B97F4A7C15)
    return hashed ^ (hashed >> types.uint64(32))


@_inlined
def _part(address: Any, size: Any) -> Any:  # noqa: ANN401
    """Up to eight bytes as a word."""
    word = types.uint64(_load(address))
    return word if size >= 8 else word & ((types.uint64(1) << types.uint64(size * 8)) - types.uint64(1))


@_inlined
def _shape(data: Any, at: Any, end: Any, variable: Any) -> Any:  # noqa: ANN401
    """The hash of a line without its variable words."""
    hashed = types.uint64(0x51ED270B35AC81D3)
    while at < end:
        stop = _next(variable, at, types.uint64(0))
        stop = min(stop, end)
        while stop - at >= 8:
            hashed = _mixed(hashed, types.uint64(_load(data + at)))
            at += 8
        if stop > at:
            hashed = _mixed(hashed, _part(data + at, stop - at) + types.uint64(stop - at))
        hashed = _mixed(hashed, types.uint64(0x2545F4914F6CDD1D))
        if stop >= end:
            break
        at = _next(variable, stop, ~types.uint64(0))
    return hashed


@_inlined
def _found(table: Any, mask: Any, key: Any) -> Any:  # noqa: ANN401
    """The address of the entry (key, value) with this key, or of the free one where it would stand. Key 0 is free."""
    slot = types.int64(key >> types.uint64(20)) & mask
    while True:
        own = types.uint64(_load(table + slot * 16))
        if own == key or own == types.uint64(0):
            return table + slot * 16
        slot = (slot + 1) & mask


@_inlined
def _stamped(line: Any, end: Any, form: Any, size: Any) -> Any:  # noqa: ANN401
    """Whether bytes are of the classes of a stamp: 0 a digit, 1 a letter, 2 a digit or blank, else that very byte."""
    if line + size > end:
        return False
    for place in range(size):
        byte = _load(line + place) & 255
        kind = _load(form + place) & 255
        digit = 48 <= byte <= 57
        letter = 97 <= (byte | 32) <= 122
        if not ((kind == 0 and digit) or (kind == 1 and letter) or (kind == 2 and (digit or byte == 32)) or kind == byte):
            return False
    return True


def count(data: Any, size: Any, variable: Any, ends: Any, setting: Any, state: Any) -> Any:  # noqa: ANN401
    """Count the whole lines of ``size`` bytes; gives how many bytes were taken. 128 bytes behind the data must be readable.

    ``setting`` (words): needle's size, its two words, skip, size of a cut, address of its classes (24 bytes).
    ``state`` (words): shapes' table, its mask, shapes so far, most shapes; cuts' table, its mask, cuts so far, most cuts; cells' table,
    its mask, cells so far, most cells; cells' slots; new shapes (line, number); new cuts (line, number); last lines by shape; lines so far;
    file offset of the data; cut of the line before; new shapes; new cuts.
    """
    _class(data, size, variable, ends)
    needle, needle_0, needle_1 = _load(setting), _load(setting + 8), _load(setting + 16)
    skip, cut_size, form = _load(setting + 24), _load(setting + 32), _load(setting + 40)
    shapes, shapes_mask, shapes_max = _load(state), _load(state + 8), _load(state + 24)
    cuts, cuts_mask, cuts_max = _load(state + 32), _load(state + 40), _load(state + 56)
    cells, cells_mask, cells_max = _load(state + 64), _load(state + 72), _load(state + 88)
    slots, fresh, fresh_cuts, lasts = _load(state + 96), _load(state + 104), _load(state + 112), _load(state + 120)
    n_shapes, n_cuts, n_cells = _load(state + 16), _load(state + 48), _load(state + 80)
    lines, offset, cut = _load(state + 128), _load(state + 136), _load(state + 144)
    n_fresh, n_fresh_cuts = types.int64(0), types.int64(0)
    cut_0, cut_1, cut_2 = types.uint64(0), types.uint64(0), types.uint64(0)
    at = types.int64(0)
    while at < size and n_shapes < shapes_max and n_cuts < cuts_max and n_cells < cells_max:
        end = _next(ends, at, types.uint64(0))
        begin = at
        if cut_size > 0:
            where = at + skip
            if needle > 0:
                where = types.int64(-1)
                for place in range(at, min(end, at + 400)):
                    if _part(data + place, needle) == types.uint64(needle_0) and (
                        needle <= 8 or _part(data + place + 8, needle - 8) == types.uint64(needle_1)
                    ):
                        where = place + needle + skip
                        break
            if where >= 0 and where + cut_size <= end:
                word_0 = _part(data + where, cut_size)
                word_1 = _part(data + where + 8, cut_size - 8) if cut_size > 8 else types.uint64(0)
                word_2 = _part(data + where + 16, cut_size - 16) if cut_size > 16 else types.uint64(0)
                known = word_0 == cut_0 and word_1 == cut_1 and word_2 == cut_2
                if not known and _stamped(data + where, data + end, form, cut_size):
                    known = True
                    cut_0, cut_1, cut_2 = word_0, word_1, word_2
                    key = _mixed(_mixed(_mixed(types.uint64(0x51ED270B35AC81D3), word_0), word_1), word_2) | types.uint64(1)
                    entry = _found(cuts, cuts_mask, key)
                    if _load(entry) == 0:
                        _store(entry, types.int64(key))
                        _store(entry + 8, n_cuts)
                        _store(fresh_cuts + n_fresh_cuts * 16, at)
                        _store(fresh_cuts + n_fresh_cuts * 16 + 8, n_cuts)
                        n_fresh_cuts += 1
                        n_cuts += 1
                    cut = _load(entry + 8)
                if known and needle == 0:
                    begin = where + cut_size
        key = _shape(data, begin, end, variable) | types.uint64(1)
        entry = _found(shapes, shapes_mask, key)
        if _load(entry) == 0:
            _store(entry, types.int64(key))
            _store(entry + 8, n_shapes)
            _store(fresh + n_fresh * 24, at)
            _store(fresh + n_fresh * 24 + 8, n_shapes)
            _store(fresh + n_fresh * 24 + 16, lines)
            n_fresh += 1
            n_shapes += 1
        number = _load(entry + 8)
        _store(lasts + number * 8, offset + at)
        pair = (types.uint64(cut + 1) << types.uint64(32)) | types.uint64(number + 1)
        key = _mixed(types.uint64(0x51ED270B35AC81D3), pair)
        key = key if key else types.uint64(1)
        entry = _found(cells, cells_mask, key)
        if _load(entry) == 0:
            _store(entry, types.int64(key))
            _store(slots + n_cells * 16, types.int64(pair))
            _store(slots + n_cells * 16 + 8, 0)
            _store(entry + 8, n_cells)
            n_cells += 1
        place = slots + _load(entry + 8) * 16 + 8
        _store(place, _load(place) + 1)
        lines += 1
        at = end + 1
    _store(state + 16, n_shapes)
    _store(state + 48, n_cuts)
    _store(state + 80, n_cells)
    _store(state + 128, lines)
    _store(state + 144, cut)
    _store(state + 152, n_fresh)
    _store(state + 160, n_fresh_cuts)
    return at


def intermediate() -> tuple[str, str]:
    """The kernel in LLVM's intermediate representation, optimised, and the name of its function."""
    signature = types.int64(*[types.int64] * 6)
    compiled = njit(signature, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy", boundscheck=False)(count)
    return compiled.inspect_llvm(signature.args), compiled.overloads[signature.args].fndesc.llvm_func_name


def written(source: bytes) -> str:
    """The text of ``kernel.ll``: what ``loader.py`` reads, so that nothing has to be compiled by numba where the kernel is used."""
    import hashlib  # noqa: PLC0415 - only to write the file

    text, name = intermediate()
    body = "\n".join(line for line in text.replace(name, "stormjib_count").splitlines() if line and not line.startswith(("target ", "; ", "source_")))
    return f"; Written by python -m stormjib.integrations.logs.kernel from kernel.py, sha256 {hashlib.sha256(source).hexdigest()}\n{body}\n"


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).with_suffix(".ll").write_text(written(Path(__file__).read_bytes()), encoding="ascii")

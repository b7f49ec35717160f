# mypy: ignore-errors
# ruff: noqa: ANN401, ARG001 - the signatures are those that numba asks for
"""Words of memory and 64 bytes at once, for what numba compiles: one instruction each, or a few."""

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core.extending import intrinsic

WIDE: Final = 64

_BYTE, _HALF, _WORD, _DOUBLE = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.IntType(128)
_VECTOR = ir.VectorType(_BYTE, WIDE)


def _vector(value: int) -> Any:
    return ir.Constant(_VECTOR, [value] * WIDE)


def _bits(builder: Any, flags: Any) -> Any:
    return builder.bitcast(flags, _WORD)


def _loaded(builder: Any, address: Any, kind: Any) -> Any:
    pointer = builder.inttoptr(address, kind.as_pointer())
    found = builder.load(pointer)
    found.align = 1
    return found


@intrinsic
def load(typingctx: Any, address: Any) -> Any:
    """Eight bytes at any address."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _loaded(builder, args[0], _WORD)

    return types.int64(types.int64), codegen


@intrinsic
def store(typingctx: Any, address: Any, value: Any) -> Any:
    """The same the other way round."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        stored = builder.store(args[1], builder.inttoptr(args[0], _WORD.as_pointer()))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def load_half(typingctx: Any, address: Any) -> Any:
    """Four bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.zext(_loaded(builder, args[0], _HALF), _WORD)

    return types.int64(types.int64), codegen


@intrinsic
def store_half(typingctx: Any, address: Any, value: Any) -> Any:
    """The same the other way round."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        stored = builder.store(builder.trunc(args[1], _HALF), builder.inttoptr(args[0], _HALF.as_pointer()))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def alike(typingctx: Any, address: Any, other: Any) -> Any:
    """A bit for each of 64 bytes that is the same at both addresses."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        one, two = (_loaded(builder, address, _VECTOR) for address in args)
        return _bits(builder, builder.icmp_unsigned("==", one, two))

    return types.uint64(types.int64, types.int64), codegen


@intrinsic
def newlines(typingctx: Any, address: Any) -> Any:
    """A bit for each newline of 64 bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        some = _loaded(builder, args[0], _VECTOR)
        return _bits(builder, builder.icmp_unsigned("==", some, _vector(10)))

    return types.uint64(types.int64), codegen


@intrinsic
def blanks(typingctx: Any, address: Any) -> Any:
    """A bit for each blank or control character of 64 bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        some = _loaded(builder, args[0], _VECTOR)
        return _bits(builder, builder.icmp_unsigned("<=", some, _vector(32)))

    return types.uint64(types.int64), codegen


@intrinsic
def digits_of(typingctx: Any, address: Any) -> Any:
    """A bit for each digit of 64 bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        some = builder.sub(_loaded(builder, args[0], _VECTOR), _vector(ord("0")))
        return _bits(builder, builder.icmp_unsigned("<", some, _vector(10)))

    return types.uint64(types.int64), codegen


@intrinsic
def letters_of(typingctx: Any, address: Any) -> Any:
    """A bit for each letter (of ASCII) of 64 bytes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        some = builder.or_(_loaded(builder, args[0], _VECTOR), _vector(32))
        some = builder.sub(some, _vector(ord("a")))
        return _bits(builder, builder.icmp_unsigned("<", some, _vector(26)))

    return types.uint64(types.int64), codegen


@intrinsic
def first_bit(typingctx: Any, word: Any) -> Any:
    """The place of the lowest bit that is set; 64 where none is."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), codegen


@intrinsic
def bits_set(typingctx: Any, word: Any) -> Any:
    """How many bits are set."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.uint64), codegen


@intrinsic
def folded(typingctx: Any, one: Any, other: Any) -> Any:
    """Both halves of the product of two words, in one."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        one, two = (builder.zext(word, _DOUBLE) for word in args)
        product = builder.mul(one, two)
        high = builder.lshr(product, ir.Constant(_DOUBLE, 64))
        return builder.xor(builder.trunc(product, _WORD), builder.trunc(high, _WORD))

    return types.uint64(types.uint64, types.uint64), codegen


@intrinsic
def turned(typingctx: Any, word: Any) -> Any:
    """The bits in reverse order."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        function = builder.module.declare_intrinsic("llvm.bitreverse", [_WORD])
        return builder.call(function, [args[0]])

    return types.uint64(types.uint64), codegen

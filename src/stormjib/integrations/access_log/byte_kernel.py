"""Bytes for the compiled pass: reading one at an address, and hashing some."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeVar

import numpy as np

# Neither says its types in a way that a checker could use.
_numba: Any = import_module("numba")
_ir: Any = import_module("llvmlite.ir")
_extending: Any = import_module("numba.core.extending")

FNV: Final = 1_099_511_628_211
SEED: Final = 1_469_598_103_934_665_603

_BYTE, _WORD = _ir.IntType(8), _ir.IntType(64)

Array = np.ndarray[Any, Any]
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Machine code, kept beside the source for the next time.

    Whether what is kept is still good is decided by the time of the function's own file, not of those that it calls: after a change
    to one of these files by hand, remove ``__pycache__/*.nb?``.
    """
    made: Function = _numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")(function)
    return made


# Unsigned, since the compiler may assume that signed arithmetic never wraps.
PRIME: Final = np.uint64(FNV)
START: Final = np.uint64(SEED)
ONE: Final = np.uint64(1)
SPACE, QUOTE, BACKSLASH, OPEN, CLOSE, DASH, DOT, SLASH, COLON, COMMA = 32, 34, 92, 91, 93, 45, 46, 47, 58, 44
ZERO, NINE = 48, 57


def _byte_at(_context: Any, _address: Any, _offset: Any) -> Any:  # noqa: ANN401 - numba has no types for this
    def codegen(_: Any, builder: Any, _signature: Any, args: Any) -> Any:  # noqa: ANN401
        pointer = builder.inttoptr(builder.add(args[0], args[1]), _BYTE.as_pointer())
        return builder.zext(builder.load(pointer), _WORD)

    return _numba.int64(_numba.int64, _numba.int64), codegen


byte_at: Callable[[int, int], int] = _extending.intrinsic(_byte_at)
"""The byte at an address and an offset: without the checks for negative offsets that an array would cost."""


@compiled
def hash_of(buffer: int, at: int, end: int) -> int:
    """The hash of some bytes; letters count as they stand."""
    value = START
    for index in range(at, end):
        value = (value ^ np.uint64(byte_at(buffer, index))) * PRIME
    return int(value >> ONE)

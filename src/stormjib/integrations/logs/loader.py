"""The kernel as a function of this process: its intermediate representation, made into machine code by llvmlite (of the extra ``fast``).

That takes a tenth of a second of processor time; importing numba takes a whole one, more than counting a gigabyte does. Where the file
is not understood (another LLVM), numba compiles the kernel's source.
"""

import ctypes
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

NAME: Final = "stormjib_count"
FILE: Final = Path(__file__).with_name("kernel.ll")
SOURCES: Final = ("kernel.py", "wide.py")

_TYPE: Final = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(ctypes.c_int64), ctypes.c_void_p, *[ctypes.c_int64] * 6)


class Kernel(NamedTuple):
    """``run(data, size, turns, ends, setting, state)``: addresses; gives the bytes that were taken. ``engine`` owns the code."""

    run: Callable[[int, int, int, int, int, int], int]
    engine: Any


def sources() -> str:
    """The sha256 of what the file was made of; it stands in the file's first line."""
    import hashlib  # noqa: PLC0415 - takes 30 ms, and only the test and the writer ask

    return hashlib.sha256(b"".join(FILE.with_name(name).read_bytes() for name in SOURCES)).hexdigest()


def load() -> Kernel | None:
    """None where the extra ``fast`` is not installed or does not work on this machine."""
    try:
        binding = import_module("llvmlite.binding")
    except (ImportError, OSError):
        return None
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    try:
        return _made(binding, FILE.read_text(encoding="ascii"))
    except (RuntimeError, OSError):
        pass
    try:
        kernel = import_module("stormjib.integrations.logs.kernel")
        return _made(binding, kernel.written())
    except (ImportError, RuntimeError):
        return None


def _made(binding: Any, text: str) -> Kernel:  # noqa: ANN401 - llvmlite has no types
    module = binding.parse_assembly(text)
    machine = binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(), opt=3
    )
    engine = binding.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    function = _TYPE(engine.get_function_address(NAME))
    taken, fault = ctypes.c_int64(), ctypes.c_void_p()

    def count(data: int, size: int, turns: int, ends: int, setting: int, state: int) -> int:  # noqa: PLR0917
        function(ctypes.byref(taken), ctypes.addressof(fault), data, size, turns, ends, setting, state)
        return taken.value

    return Kernel(count, engine)

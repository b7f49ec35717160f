"""Nothing is loaded that is never used.

DBOS imports PostgreSQL's driver wherever its rows are, which takes 8 MiB, and ftfy the widths of all characters, which take 3.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


class _Absent(ModuleType):
    """Stands for a module of which only errors are asked for; nobody raises them, so that ``isinstance`` is always false."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        found: object = type(name, (Exception,), {}) if name[0].isupper() else _Absent(f"{self.__name__}.{name}")
        setattr(self, name, found)
        return found


@contextmanager
def without(name: str) -> Iterator[None]:
    """What is imported meanwhile does without this module; afterwards it can be imported as ever."""
    stands_in = sys.modules.setdefault(name, _Absent(name))
    try:
        yield
    finally:
        if sys.modules.get(name) is stands_in and isinstance(stands_in, _Absent):
            del sys.modules[name]


def load(name: str, lacking: str) -> None:
    """Import a module now, before anybody else does, without another one that it imports."""
    with without(lacking):
        import_module(name)

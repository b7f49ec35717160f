"""Nothing is loaded that is never used.

DBOS imports PostgreSQL's driver wherever its rows are, which takes 8 MiB, and SQLAlchemy's mapper of objects, which takes 6, for the
types of what others may give it; ftfy the widths of all characters, which take 3.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


class _Absent(ModuleType):
    """Stands for a module of which only classes are asked for; nobody makes one of them, so that ``isinstance`` is always false."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        found: object = type(name, (Exception,), {}) if name[0].isupper() else _Absent(f"{self.__name__}.{name}")
        setattr(self, name, found)
        return found

    def __getitem__(self, _: object) -> type[Exception]:
        return type(self.__name__, (Exception,), {})


@contextmanager
def without(*names: str) -> Iterator[None]:
    """What is imported meanwhile does without these modules; afterwards they can be imported as ever."""
    stand_in = {name: sys.modules.setdefault(name, _Absent(name)) for name in names}
    try:
        yield
    finally:
        for name, found in stand_in.items():
            if sys.modules.get(name) is found and isinstance(found, _Absent):
                del sys.modules[name]


def load(name: str, lacking: str) -> None:
    """Import a module now, before anybody else does, without another one that it imports."""
    with without(lacking):
        import_module(name)

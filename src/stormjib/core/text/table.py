"""Tables and lists of words that stand as text beside the code that reads them, so that a person can review them as they are."""

import pkgutil
import re
from typing import TypeVar

import msgspec

T = TypeVar("T")


def rows_of(package: str, name: str) -> list[str]:
    """The rows of a file of a package: without comments and empty lines; a row goes on behind a backslash at its end.

    Raises FileNotFoundError for a file that was not installed with the package.
    """
    text = (pkgutil.get_data(package, name) or b"").decode()
    lines = re.sub(r"\\\n\s*", "", text).split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def table(kind: type[T], package: str, name: str) -> list[T]:
    """The rows as structs (``array_like``), a column for each field, with tabs between them. Raises ValidationError for a wrong one."""
    return [msgspec.convert(row.split("\t"), kind, strict=False) for row in rows_of(package, name)]


def words_of(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())

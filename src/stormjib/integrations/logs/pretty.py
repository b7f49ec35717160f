"""JSON that is printed over several lines: each object becomes one line."""

import re
from collections.abc import Iterator
from typing import Final

SAMPLED_BYTES: Final = 65_536
OBJECT_BYTES_MAX: Final = 1 << 20
"""A longer object is cut into lines where it stands."""
_BEGINS: Final = re.compile(rb'(?:\[\r?\n)?([ \t]*)\{\r?\n[ \t]+"')


def indentation(begin: bytes) -> bytes | None:
    """How far the objects of such a file are indented, by what it begins with; None for any other file."""
    found = _BEGINS.match(begin[:SAMPLED_BYTES].lstrip(b"\xef\xbb\xbf \r\n"))
    return found[1] if found else None


def folded(pieces: Iterator[bytes], indented: bytes) -> Iterator[bytes]:
    """The pieces with one object a line; the last may lack its newline."""
    ends = b"\n" + indented + b"}"
    inner = re.compile(rb"\r?\n" + re.escape(indented) + rb"(?:[ \t]+|(?=\}))")
    rest = b""
    for piece in pieces:
        rest += piece
        end = rest.find(b"\n", rest.rfind(ends) + 1) + 1 if ends in rest else len(rest) if len(rest) > OBJECT_BYTES_MAX else 0
        if end:
            yield _lines(inner.sub(b" ", rest[:end]))
            rest = rest[end:]
    yield _lines(inner.sub(b" ", rest))


def _lines(data: bytes) -> bytes:
    return re.sub(rb"(?m)^[ \t]+|,?[ \t\r]*$|^[\[\]]\r?\n", b"", data)

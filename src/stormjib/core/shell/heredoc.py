"""Where a here-document ends: found line by line as the shell does it, because the parser goes by less than the whole line."""

import re

from tree_sitter import Node

_DELIMITER = re.compile(rb"'([A-Za-z_][\w.-]*)'|\"([A-Za-z_][\w.-]*)\"|\\?([A-Za-z_][\w.-]*)")
# What may stand behind the delimiter on its line, so that the line certainly ends where it seems to.
_REST = re.compile(rb"(?:[ \t;|&>][^'\"\\`$()<\n]*(?:(?:'[^'\n]*'|\"[^\"\\`$\n]*\"|\$\w+|\"\$\w+\")[^'\"\\`$()<\n]*)*)?")
_WITHIN = ("substitution", "string", "expansion", "array", "concatenation", "test_command")


def ended(data: bytes, redirect: Node) -> bool:
    """Whether a here-document has its closing line, with nothing else on that line."""
    named = {child.type: child for child in redirect.children}
    start, end = named.get("heredoc_start"), named.get("heredoc_end")
    if start is None or end is None or not end.text:
        return False
    before = data[data.rfind(b"\n", 0, end.start_byte) + 1 : end.start_byte]
    alone = not before.strip(b"\t") and data[end.end_byte : end.end_byte + 1] in {b"", b"\n"}
    return alone and end.text == re.sub(rb"['\"\\]", b"", start.text or b"")


def body(data: bytes, redirect: Node) -> tuple[bytes, bool] | None:
    """The text of a here-document and whether its delimiter was quoted, so that nothing in it is expanded.

    Nothing where the shell and the parser might not agree on where it begins and ends: more than one on a line, one inside
    a substitution, a delimiter that is not a plain word, lines that are joined by a backslash.
    """
    children = redirect.children
    if [child.type for child in children[1:2]] != ["heredoc_start"] or children[0].type not in {"<<", "<<-"}:
        return None
    operator, start = children[0], children[1]
    written = _DELIMITER.fullmatch(data, start.start_byte, start.end_byte)
    line_start = data.rfind(b"\n", 0, operator.start_byte) + 1
    line_end = data.find(b"\n", start.end_byte)
    if not written or line_end < 0 or _inside(redirect):
        return None
    gap, rest = data[operator.end_byte : start.start_byte], data[start.end_byte : line_end]
    if gap.strip(b" \t") or not _REST.fullmatch(rest) or b"<<" in data[line_start : operator.start_byte]:
        return None
    delimiter = written[written.lastindex or 0]
    found = _closing(data, line_end + 1, delimiter, tabs=operator.type == "<<-")
    if found is None:
        return None
    text = data[line_end + 1 : found]
    quoted = written[0] != delimiter
    if not quoted and b"\\\n" in text:
        return None
    return (text, quoted) if _agrees(data, redirect, line_end + 1, found, delimiter) else None


def _inside(node: Node) -> bool:
    """Whether a node stands in something that is read by rules of its own."""
    above = node.parent
    while above is not None:
        if above.type.endswith(_WITHIN):
            return True
        above = above.parent
    return False


def _closing(data: bytes, at: int, delimiter: bytes, *, tabs: bool) -> int | None:
    """The offset of the line that closes a here-document whose body begins at ``at``."""
    while at < len(data):
        end = data.find(b"\n", at)
        line = data[at : end if end >= 0 else len(data)]
        if (line.lstrip(b"\t") if tabs else line) == delimiter:
            return at
        if end < 0:
            return None
        at = end + 1
    return None


def _agrees(data: bytes, redirect: Node, begin: int, close: int, delimiter: bytes) -> bool:
    """Whether the parser saw the same body and the same closing line."""
    ends = [child for child in redirect.children if child.type == "heredoc_end"]
    bodies = [child for child in redirect.children if child.type == "heredoc_body"]
    if len(ends) != 1 or len(bodies) > 1:
        return False
    at = close + len(data[close : ends[0].start_byte])
    same_end = data[close:at].strip(b"\t") == b"" and data[at : ends[0].end_byte] == delimiter
    if not bodies:
        return same_end and begin == close
    return same_end and data[begin : bodies[0].start_byte].strip() == b"" and data[bodies[0].end_byte : close] == b""

"""Tables of HTML: what stands in a column below the name of a secret, and a name with its value in two elements."""

import re
from collections.abc import Iterator

from stormjib.core.redact.names import is_value
from stormjib.core.redact.tables import Span, is_cell_value, is_secret_column

_INNER = r"(?:\s{0,8}<(?:code|b|strong|span|pre|kbd|tt|p)\b[^<>\n]{0,200}>){0,2}\s{0,8}"
_PART = re.compile(rf"<(?P<tag>/?table|tr|t[hd])\b[^<>\n]{{0,400}}>{_INNER}(?P<text>[^<>\n]{{0,1024}})", re.IGNORECASE)
_VALUE = rf"<(?:td|dd|code|span|b)\b[^<>\n]{{0,200}}>{_INNER}"
_BESIDE = re.compile(
    r"<(?:(?:t[hd]|dt|label|span|code)\b[^<>\n]{0,200}>(?P<name>[^\W\d][\w. -]{2,60}?)\s?:?\s{0,3}"
    rf"(?:</\w{{1,6}}>\s{{0,20}}){{1,2}}:?\s{{0,3}}{_VALUE}"
    r"|(?:b|strong|em|label|span|code)\b[^<>\n]{0,200}>(?P<lead>[^\W\d][\w. -]{2,60}?)\s?(?::\s?</\w{1,6}>|</\w{1,6}>\s?:)"
    rf"\s{{0,3}}(?:{_VALUE})?)(?P<hidden>[^<>\s][^<>\n]{{1,1024}}?)\s{{0,8}}(?=<|$)",
    re.IGNORECASE,
)
"""A name needs a sign that what follows is its value: an element for it, or a colon."""


class Markup:
    """Goes along the lines of a text."""

    def __init__(self) -> None:
        """Before the first line."""
        self._at = -1
        self._columns: dict[int, str] = {}

    def spans(self, text: str, *, hinted: bool) -> Iterator[Span]:
        """The secrets of a line; ``hinted``: a name of a secret may stand in it."""
        for found in _PART.finditer(text) if hinted or self._columns else ():
            tag, value = found["tag"].lower(), found["text"].strip()
            if tag.endswith("table"):
                self._columns = {}
            elif tag == "tr":
                self._at = -1
            else:
                self._at += 1
                if tag == "th":
                    self._columns |= {self._at: value} if is_secret_column(value) else {}
                elif self._at in self._columns and is_cell_value(self._columns[self._at], value, sure=True):
                    yield found.start("text"), found.start("text") + len(found["text"].rstrip()), self._columns[self._at][:40]
        for found in _BESIDE.finditer(text) if hinted else ():
            name = (found["name"] or found["lead"]).strip()
            if is_secret_column(name.replace("-", "_")) and is_value(name, found["hidden"]):
                yield *found.span("hidden"), name[:40]

"""Tables: what stands in a column below the name of a secret, and a setting with its value in two columns."""

import re
from collections.abc import Iterator

from stormjib.core.redact.names import SECRET_CHARS_MIN, is_firm, is_secret, is_value
from stormjib.core.redact.shapes import COLUMNS, NO_COLUMN_VALUE

Span = tuple[int, int, str]

_QUOTED = r"(?<![^,;\t])(?:\"[^\"\n]{0,2048}\"|'[^'\n]{0,2048}')"
_SEPARATORS = {
    "│": re.compile("[│┃║|]"),
    "|": re.compile(r"\|"),
    **{mark: re.compile(f"{_QUOTED}|(?P<sep>{mark})") for mark in "\t;,"},
    "  ": re.compile("[ ]{2,512}"),
    " ": re.compile("[ ]{1,512}"),
}
_HEAD = re.compile(r"[^=:{}@\[\]<>$]{3,512}")
_CELL = re.compile(r"[\"']?[^\W\d][\w.]*(?:[ /-][\w()#-]{1,24}){0,2}[\"']?")
_NAME = re.compile(
    r"(?!(?:is|has|needs?|requires?|max|min|num|total|n|last)_)(?:.*[_.])?(?:\w*(?:password|passwd|passphrase|secret|token)s?|pass|pwd|pw|authentication_string"
    r"|(?:password|secret|token)_(?:hash|digest|value)|(?:api|access|secret|private|auth|account)_?keys?|credentials?|dsn|jwt|cookie|otp|passcode)",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\s|+=:│┃║├┼┤─━═╪╞╡└┴┘┌┬┐╔╗╚╝╠╣╬║╤╧╟╢╫-]{3,}")
_DASHES = re.compile(r"\s?-{2,200}(?: {1,80}-{1,200}){1,100}\s*")
"""Below the head of columns that a single blank parts, as sqlcmd, SQL*Plus and PowerShell write them."""
_TOP = re.compile(r"[┌┏╭][─━]*[^─━┌┏╭]")
_FRAME = str.maketrans("┬┳╤╦┌┏╭┐┓╮─━", "││││        ")
_COPY = re.compile(r"COPY [\w.\"]{1,200} \((?P<names>[^()\n]{1,2000})\) FROM stdin;")
_INSERT = re.compile(r"INSERT INTO [\w.\"`]{1,200} ?\((?P<names>[^()\n]{1,2000})\) ?VALUES", re.IGNORECASE)
_TUPLE = re.compile(r"\((?:'[^'\\\n]{0,4096}(?:(?:\\.|'')[^'\\\n]{0,4096}){0,200}'|[^()'\n]{1,4096}+){1,400}+\)")
_QUOTED_CELL = re.compile(r"'[^'\\\n]{0,4096}(?:(?:\\.|'')[^'\\\n]{0,4096}){0,200}'|[^,'\s][^,'\n]{0,4096}")
_TWO = 2


class Tables:
    """Goes along the lines of a text."""

    def __init__(self) -> None:
        """Before the first line."""
        self._sep = ""
        self._cells: list[tuple[int, int]] = []
        self._columns: dict[int, str] = {}
        self._before = ("", "")
        self._is_sure = True
        self.is_open = False

    def spans(self, text: str, *, hinted: bool) -> Iterator[Span]:
        """The secrets of a line; ``hinted``: a name of a secret may stand in it."""
        if self.is_open:
            yield from self._row(text)
        if hinted and not (self.is_open and self._is_sure and self._sep != "  ") and not self._opens(text):
            yield from _settings(text)
        if hinted and ("INSERT" in text or "insert" in text):
            yield from _inserted(text)
        self.pass_by(text)

    def pass_by(self, text: str) -> None:
        """A line in which nothing stands."""
        if "-- " in text and _DASHES.fullmatch(text):
            columns = [match.span() for match in re.finditer("-+", text)]
            self._open(" ", [self._before[1][start:end].strip() for start, end in columns], columns)
        self._before = (self._before[1], text)

    def _opens(self, text: str) -> bool:
        """Whether a line is the head of a table with a secret's column. One of two columns may be a setting with its value as well."""
        if "COPY " in text and (copied := _COPY.search(text)):
            return self._open("\t", [name.strip(' "') for name in copied["names"].split(",")], [])
        if not _HEAD.fullmatch(text):
            return False
        if _TOP.match(text):
            text = text.translate(_FRAME)
        before = self._before[not _RULE.fullmatch(self._before[1].rstrip())]
        for sep, pattern in _SEPARATORS.items():
            if sep not in text or sep == " ":
                continue
            cells = _cells(text, pattern, sep)
            names = [text[start:end].strip("\"'") for start, end in cells]
            if len(names) < _TWO or not all(_CELL.fullmatch(text[start:end]) for start, end in cells):
                continue
            is_list = sep in ",;" and ", " in text and any(" " in name for name in names)
            if not is_list and len(_cells(before, pattern, sep)) != len(cells) and self._open(sep, names, cells):
                return self._is_sure
        return False

    def _open(self, sep: str, names: list[str], cells: list[tuple[int, int]]) -> bool:
        columns = {at: name for at, name in enumerate(names) if is_secret_column(name)}
        if not columns:
            return False
        self._sep, self._columns, self._cells = sep, columns, cells or [(0, 0)] * len(names)
        self._is_sure = len(names) > _TWO or 0 not in columns
        self.is_open = True
        return True

    @property
    def is_doubtful(self) -> bool:
        """Whether the line before is either the head of a table or a setting with its value: a rule below it tells."""
        return self.is_open and not self._is_sure and self._sep in "│|  "

    def _row(self, text: str) -> Iterator[Span]:
        if _RULE.fullmatch(text):
            self._is_sure = True
            return
        pattern = _SEPARATORS[self._sep]
        if not text.strip() or not pattern.search(text.strip()):
            self.is_open = False
            return
        cells = _cells(text, pattern, self._sep)
        if self._sep == " " or (self._sep == "  " and len(cells) != len(self._cells)):
            cells = _below(cells, self._cells)
        more = max(0, len(cells) - len(self._cells))
        for at, name in self._columns.items():
            if at >= len(cells):
                continue
            start, end = cells[at][0], cells[at + more][1]
            value = text[start:end].strip("\"'")
            if start < end and is_cell_value(name, value, sure=self._is_sure):
                yield start, end, name[:40]


def is_rule(text: str) -> bool:
    """Whether a line is nothing but a rule of a table."""
    return bool(_RULE.fullmatch(text.rstrip("\r\n")))


def _inserted(text: str) -> Iterator[Span]:
    """The values of a statement that names the columns."""
    head = _INSERT.search(text)
    if head is None:
        return
    names = [name.strip(' "`') for name in head["names"].split(",")]
    columns = {at: name for at, name in enumerate(names) if is_secret_column(name)}
    for row in _TUPLE.finditer(text, head.end()) if columns else ():
        for at, cell in enumerate(_QUOTED_CELL.finditer(text, row.start() + 1, row.end() - 1)):
            if at in columns and is_cell_value(columns[at], cell[0].strip(" '"), sure=True):
                yield *cell.span(), columns[at][:40]


def _settings(text: str) -> Iterator[Span]:
    for match in COLUMNS.finditer(text) if any(map(text.__contains__, ("  ", "\t", "|", "│", "┃"))) else ():
        is_setting = match["bar"] or "_" in match["name"]  # whatever else stands in columns is the name of a thing
        if is_setting and is_value(match["name"], match["hidden"]) and not NO_COLUMN_VALUE.fullmatch(match["hidden"]):
            yield *match.span("hidden"), match["name"][:40]


def _cells(text: str, pattern: re.Pattern[str], sep: str) -> list[tuple[int, int]]:
    """Where the cells of a line are, without the blanks around them; what stands outside of a frame is none."""
    bounds: list[tuple[int, int]] = []
    done = 0
    for match in pattern.finditer(text):
        if match.lastgroup or not pattern.groups:
            bounds.append((done, match.start()))
            done = match.end()
    bounds.append((done, len(text)))
    cells = [(end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())) for start, end in bounds]
    if sep in "│|  " and cells and cells[0][0] >= cells[0][1]:
        cells = cells[1:]
    if sep in "│|  " and cells and cells[-1][0] >= cells[-1][1]:
        cells = cells[:-1]
    return cells


def _below(cells: list[tuple[int, int]], heads: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """For each head of aligned columns the cells below it."""
    found: list[tuple[int, int]] = []
    for at, (start, _) in enumerate(heads):
        close = heads[at + 1][0] if at + 1 < len(heads) else 1 << 30
        under = [cell for cell in cells if cell[0] < close and cell[1] > start]
        found.append((under[0][0], under[-1][1]) if under else (0, 0))
    return found


def is_secret_column(name: str) -> bool:
    """Whether what stands below this head is secret."""
    name = name.strip().replace(" ", "_")
    return (bool(_NAME.fullmatch(name)) and is_secret(name)) or name.casefold() in {"authentication_string", "pwd"}


def is_cell_value(name: str, value: str, *, sure: bool) -> bool:
    """Whether it is believed to be a secret of this column; ``sure``: the column certainly is one."""
    name = name.strip().replace(" ", "_")
    if len(value) < SECRET_CHARS_MIN - 1 or (
        NO_COLUMN_VALUE.fullmatch(value) and not (value.isdigit() and sure and is_firm(name))
    ):
        return False
    return is_value(name if sure and is_firm(name) else "key", value)

"""Placeholders in the statements that a database's client gets: ``WHERE user_id = USER_ID``, ``id = :id``, ``DROP TABLE TABLE_NAME``."""

import re
from collections.abc import Iterator

from stormjib.core.shell.placeholders import SINGLE, Spot
from stormjib.core.text.table import words_of

CLIENTS = words_of("psql mysql mariadb sqlite3 clickhouse-client cqlsh mongo mongosh sqlplus bq sqlcmd duckdb pgcli mycli")
_CLIENT = re.compile(rf"(?<![\w.-])(?:{'|'.join(sorted(CLIENTS))})(?![\w.-])")
_VERB = re.compile(r"\b(?:select|delete|update|insert|drop|alter|truncate|kill|where|call|merge|replace)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"(?:(?P<left>\b[\w.\"`]{1,80})\s{0,5}(?:=|<>|!=|<=|>=|<|>|\bi?like\b|\bnot\s+like\b|\bbetween\b)|\bin\s{0,5}\(|\bvalues\s{0,5}\(|\bset\s+role\b|\band\b(?=\s+'?[A-Z]))"
    r"\s{0,5}(?P<quote>\\?['\"]?%?)(?P<right>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?![\w.(])|[xX]{3,}(?!\w)|\{\w+\}|:[A-Za-z_]\w*|%s|%\(\w+\)s|\?(?=\s|['\";)]|$)|\.{3})",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?<=[,(])\s{0,3}'?(?P<right>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'?(?=\s{0,3}[,)])")
_NAMED = re.compile(
    r"\b(?:table|database|index|schema|view|from|into|update|truncate|user|role)\s{1,5}(?:if\s+exists\s+)?[\"'`]?"
    r"(?P<right><[a-z][\w -]{0,40}>|(?-i:(?:YOUR|MY|TARGET|THE)_[A-Z_]+|(?:TABLE|DB|DATABASE|INDEX|SCHEMA|USER|ROLE|VIEW)_?NAME)\b)|(?:\bpg_\w{1,60}\(|\bkill\s(?:query\s|connection\s)?)\s{0,3}'?(?P<id>(?-i:[A-Z][A-Z_]+))\b",
    re.IGNORECASE,
)
_WORDS = words_of(
    "CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER SESSION_USER SYSTEM_USER LOCALTIME LOCALTIMESTAMP NULL TRUE FALSE DEFAULT ANY ALL SOME "
    "SELECT CAST CASE COALESCE NOW DATE TIME TIMESTAMP INTERVAL ARRAY ROW EXISTS NOT UTC_DATE UTC_TIME UTC_TIMESTAMP SYSDATE ROWNUM VALUES BINARY "
    "USER CURRENT_SCHEMA CURRENT_CATALOG CURRENT_ROLE ON OFF DISTINCT AND OR QUERY CONNECTION"
)


def in_statements(text: str) -> Iterator[Spot]:
    """Where a value is still to be put into a statement. A bound parameter that the client is given the value of is none."""
    client = _CLIENT.search(text)
    verb = _VERB.search(text, client.end()) if client else None
    if verb is None:
        return
    bound = re.search(r"(?:^|\s)(?:-v|--set|--variable|--param\w*)[\s=_]", text)
    for match in _COMPARED.finditer(text, verb.start()):
        if _is_wanted(match["right"], match["left"] or "", quoted=bool(match["quote"])) and not (
            bound and match["right"][0] in ":{"
        ):
            yield Spot(*match.span("right"), firm=True)
    values = re.search(r"\bvalues\s{0,5}\(", text[verb.start() :], re.IGNORECASE)
    for match in _LISTED.finditer(text, verb.start() + values.end() - 1) if values else ():
        if match["right"] not in _WORDS:
            yield Spot(*match.span("right"), firm=True)
    for match in _NAMED.finditer(text, verb.start()):
        kind = "right" if match["right"] else "id"
        if match[kind] not in _WORDS:
            yield Spot(*match.span(kind), firm=True)


def _is_wanted(right: str, left: str, *, quoted: bool) -> bool:
    """Whether what stands on the right is a placeholder rather than a keyword, a code in quotes or another column."""
    if not right[0].isalpha() or re.fullmatch(r"[xX]{3,}", right):
        return True
    if not right.isupper() or right in _WORDS:
        return False
    column = left.rsplit(".", 1)[-1].strip('"`')
    if right.lower() == column.lower():
        return True
    ids = re.search(r"_(?:ID|NAME|KEY|HASH|UUID|HOST|IP|EMAIL|DATE|TIMESTAMP|TOKEN|USER|HERE)$|^(?:YOUR|MY|TARGET)_", right)
    if quoted:
        return bool(ids) or right.lower() in SINGLE
    return ("_" in right or right.lower() in SINGLE) and not column.isupper()

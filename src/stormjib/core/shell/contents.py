"""The entries, rows and documents that a statement for a database names and is going to delete, as reads that show them."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

ENTRIES_MAX: Final = 1_000
_KEYS_MAX: Final = 20
_BYTES_MAX: Final = 65_536
_OF_KEY: Final = (
    "type {key}",
    f"getrange {{key}} 0 {_BYTES_MAX - 1}",
    f"lrange {{key}} 0 {ENTRIES_MAX - 1}",
    f"hscan {{key}} 0 count {ENTRIES_MAX}",
    f"sscan {{key}} 0 count {ENTRIES_MAX}",
    f"zrange {{key}} 0 {ENTRIES_MAX - 1} withscores",
    f"xrange {{key}} - + count {ENTRIES_MAX}",
    "ttl {key}",
)
"""Only the one that fits the key's type shows something; the others say WRONGTYPE."""
CLIENTS: Final = {
    "psql": ("-c", "--command"),
    "mysql": ("-e", "--execute"),
    "mariadb": ("-e", "--execute"),
    "clickhouse-client": ("-q", "--query"),
    "mongosh": ("--eval",),
    "sqlite3": (),
    "bq": (),
}
"""The clients, and the options whose value is a statement; where there is none, a statement is a word of its own."""
_TABLE: Final = r"([\w.\"`]+)"
_ENDS: Final = r"(?:\s+returning\s.*)?"
_GOES: Final = (
    (re.compile(rf"delete\s+from\s+(?:only\s+)?({_TABLE}(?:\s+where\s.+?)?){_ENDS}", re.IGNORECASE | re.DOTALL), "{0}"),
    (re.compile(rf"update\s+(?:only\s+)?{_TABLE}\s+set\s.+?\s(where\s.+?){_ENDS}", re.IGNORECASE | re.DOTALL), "{0} {1}"),
    (
        re.compile(
            rf"(?:truncate(?:\s+table)?|drop\s+table|update|alter\s+table)(?:\s+if\s+exists)?(?:\s+only)?\s+{_TABLE}(?:\s.*)?",
            re.IGNORECASE | re.DOTALL,
        ),
        "{0}",
    ),
)
"""What a statement takes away, each the first that fits, and the part of a SELECT that shows it."""
_DOCUMENTS: Final = re.compile(
    r"(db\.[\w.]+?|db\.getCollection\([^()]*\))\.(?:delete(?:One|Many)|remove|drop|(?:update|replace)(?:One|Many)?|findOneAnd\w+)\((.*)\)\s*;?",
    re.DOTALL,
)
_PARTS: Final = re.compile(r"(?:'[^']*'|\"[^\"]*\"|[^;'\"])+")


def of_keys(front: str, keys: Sequence[str], quoted: Callable[[str], str]) -> Iterator[str]:
    """What the keys of a Redis hold, whatever their types, a read for each; ``front`` is the client with its options."""
    for key in keys[:_KEYS_MAX]:
        yield "; ".join(f"{front} {form.format(key=quoted(key))}" for form in _OF_KEY)


def of_rows(words: Sequence[str], client: int, quoted: Callable[[str], str]) -> Iterator[str]:
    """The first rows, or documents, that the statements of a client's words delete or change; ``client`` is where it stands in them."""
    program = words[client].rsplit("/", 1)[-1]
    options = CLIENTS[program]
    at = [place for place in range(client + 1, len(words)) if not options or words[place - 1] in options]
    joined = [place for place in range(client + 1, len(words)) if words[place].startswith(tuple(f"{one}=" for one in options))]
    for place in (*at, *joined):
        opening, text = words[place].split("=", 1) if place in joined else ("", words[place])
        for shows in _shows(text, program):
            others = {one for one in (*at, *joined) if one != place} if options else set()
            dropped = others | {one - 1 for one in others if one in at}
            asked = [
                f"{opening}={shows}" if opening and one == place else shows if one == place else word
                for one, word in enumerate(words)
            ]
            # Without the names of the columns nothing would be redacted.
            named = {client: ["-header"]} if program == "sqlite3" and "-header" not in words else {}
            kept = ([word, *named.get(one, ())] for one, word in enumerate(asked) if one not in dropped)
            yield " ".join(map(quoted, chain.from_iterable(kept)))


def _shows(text: str, program: str) -> Iterator[str]:
    """The questions that show what a text of statements takes away."""
    if program == "mongosh":
        found = _DOCUMENTS.fullmatch(text.strip())
        if found:
            yield f"{found[1]}.find({_first_argument(found[2])}).limit({ENTRIES_MAX})"
        return
    for part in _PARTS.findall(text):
        matches = ((pattern.fullmatch(part.strip()), form) for pattern, form in _GOES)
        shown = next((form.format(*found.groups()) for found, form in matches if found), "")
        if shown:
            limit = "" if re.search(r"\slimit\s+\d+\s*$", shown, re.IGNORECASE) else f"LIMIT {ENTRIES_MAX}"
            yield " ".join(filter(None, ("SELECT * FROM", shown, limit)))


def _first_argument(text: str) -> str:
    """The filter, without what follows it."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in "{[(") - (letter in "}])")
        if letter == "," and not depth:
            return text[:at]
    return text

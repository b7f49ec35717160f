"""How one value is written where it stands: for the shell's quotes, for JSON, for SQL; and where none is put in."""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from stormjib.core.shell.disclosure import PS_VALUES
from stormjib.core.shell.programs import PROGRAMS, path_of
from stormjib.core.shell.queries import CLIENTS
from stormjib.core.shell.values import PATTERNS
from stormjib.core.text.table import words_of

PLAIN = re.compile(r"[A-Za-z0-9_./:@%+][A-Za-z0-9_./:@%+-]*", re.ASCII)
"""It means nothing to any shell, quoted or not."""
_STRICT = re.compile(r"(?!.*--)[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
"""It means nothing to any language that a program may be given either."""
_LOOKED_FOR = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:]|-(?!-))*", re.ASCII)
"""It means nothing in a pattern of grep: an hour such as 10:05 as well."""
_ADDRESS = re.compile(r"[A-Za-z0-9_./:~@%+-]+", re.ASCII)
_PROSE = re.compile(r"[\w./:@=+,% -]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ENCODED = re.compile("%([2-7][0-9a-fA-F])")
_UPWARD = re.compile(r"(?:^|[/\\])\.\.(?:$|[/\\;])")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?|true|false|null", re.ASCII)
_GREPS = words_of("grep egrep fgrep zgrep rg ag ack")
_HAND_ON = words_of(
    "make gmake just rake npm yarn pnpm scp rsync sftp xargs parallel vagrant fab ansible ansible-playbook salt heroku fly flyctl "
    "run-command send-command tmux screen trap alias env find let unset export declare local typeset readonly test [ exec command "
    "builtin set wait hash type mapfile getopts"
)
"""They give their words to a shell, or to another program, in their own way."""
_REMOTE = {"ssh", "pdsh", "pssh", "parallel-ssh", "clush", "dsh"}
_SSH_VALUES = {f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw"}
_STATEMENTS = {"-c", "-e", "-q", "-Q", "--command", "--execute", "--query", "--eval"}
_TELLS = words_of("echo printf cat")
_TAKES_TEXT = words_of("cat tee")
VALUE_CHARS_MAX = 1_000
_PLAIN_CHARS_MAX = 200


class Place(NamedTuple):
    """Where a mark stands for one shell. ``at`` is that of its word among ``words``, -1 where it is in none.

    ``quote``: bare, double, single, doc (a here-document in which things are expanded) or raw (one in which nothing is).
    ``simple``: a word of a plain command, that nothing takes apart again. ``hands_on``: another shell reads it. ``piped``: what the command prints is for another.
    """

    quote: str
    simple: bool
    words: tuple[str, ...]
    at: int
    hands_on: bool = False
    piped: bool = False


def is_plain(value: str) -> bool:
    """Whether a read may take it without a person: nothing that means anything to a shell, and no option."""
    return bool(PLAIN.fullmatch(value)) and value[0].isalnum() and len(value) <= _PLAIN_CHARS_MAX


def unfit(value: str) -> str:
    """Why this text can't be a value at all, one sentence; "" where it can."""
    if not value.strip():
        return "It is empty. Give a value."
    if len(value) > VALUE_CHARS_MAX:
        return f"It has {len(value)} characters and may have {VALUE_CHARS_MAX}."
    if _CONTROL.search(value):
        return "It holds a control character, such as a line break, which nobody could see in what is to be approved."
    if _UPWARD.search(plain := _decoded(value)):
        return f"It holds .. as a part of a path{' once it is decoded' * (plain != value)}, which leads out of the directory that the command names. Give it without."
    return ""


def _decoded(value: str) -> str:
    """As a server has it in the end: ``%252e`` is a dot to one that decodes twice."""
    while (plain := _ENCODED.sub(lambda one: chr(int(one[1], 16)), value)) != value:
        value = plain
    return value


def problem_of(value: str, chain: Sequence[Place], mark: str, written: str) -> str:
    """Why the value must not be put there, one sentence; "" where it may."""
    if unfit(value):
        return f"The value of {written} can't be used. {unfit(value)}"
    last = chain[-1]
    own = last.words[last.at] if last.at >= 0 else ""
    if value.startswith("-") and (own.startswith(mark) or last.at < 0):
        return f"The value of {written} begins with a dash and would be read as an option. Give another value."
    if _is_no_part(value, own, mark):
        return f"The value of {written} is a part of a path there: it may not begin with / or be . alone. Give only that part."
    if not re.fullmatch(r"\d+", value, re.ASCII) and _is_lettered(last, own, mark):
        return (
            f"The value of {written} could be read as an option there, which this program takes without a dash. Give digits only."
        )
    if not all(place.simple for place in chain) and not PLAIN.fullmatch(value):
        return _plainer(written, "a shell takes it apart once more there")
    if last.quote in {"doc", "raw"}:
        return _in_document(value, last, written)
    rule = _rule(last, own, mark)
    if rule == "json":
        return "" if _in_json(value, own, mark) is not None else _plainer(written, "it stands in JSON there")
    if rule == "sql":
        return "" if _in_sql(value, own, mark) is not None else _plainer(written, "it stands in a statement there")
    pattern = {"strict": _STRICT, "pattern": _LOOKED_FOR, "plain": PLAIN, "address": _ADDRESS}.get(rule)
    if pattern and not pattern.fullmatch(value):
        return _plainer(written, "it stands within a text there that a program reads in its own way")
    return _plainer(written, "it stands in one line there") if "\n" in value and own != mark and ": " in own else ""


def _is_no_part(value: str, own: str, mark: str) -> bool:
    """Whether it stands after a ``/`` and leads elsewhere than to something in there, or is nothing before one."""
    (before, _, after), value = own.partition(mark), _decoded(value)
    within, alone = before.endswith("/"), not value.strip("/.")
    return (within and (value.startswith("/") or alone)) or (after.startswith("/") and not before and alone and "/" in value)


def _is_lettered(place: Place, own: str, mark: str) -> bool:
    """Whether the word with the mark stands where its program takes options without a dash: ``ps e``, ``tar x``, ``dd of=/dev/sda``."""
    bases = [word.rsplit("/", 1)[-1] for word in place.words[: max(place.at, 0)]]
    if not bases or own.startswith("-"):
        return False
    within = {base for base in bases[:-1] if (path_of(base)[0], "ps") in PROGRAMS} and not {"exec", "run", "--"} & set(bases)
    ps = "ps" in bases and not within  # `docker ps` is another one, and `docker top` hands its words to ps
    top = ("docker",) in map(path_of, bases) and "top" in bases[:-1] and "compose" not in bases
    return (
        bases[-1] in {"tar", "ar", "jar"}
        or ("dd" in bases and own.startswith(mark))
        or ((ps or top) and not PS_VALUES.fullmatch(bases[-1]))
    )


def _plainer(written: str, why: str) -> str:
    return (
        f"The value of {written} can't be put in safely: {why}. Give one of letters, digits and . _ - only, or edit the runbook."
    )


def _in_document(value: str, place: Place, written: str) -> str:
    bases = {word.rsplit("/", 1)[-1] for word in place.words}
    if place.words and bases & _TAKES_TEXT and "\n" not in value:
        return ""
    return "" if _STRICT.fullmatch(value) else _plainer(written, "it stands in a here-document")


def embedded(value: str, chain: Sequence[Place], mark: str) -> list[str]:
    """The value as it is written at each level: for our own shell first, at last as the program gets it."""
    last = chain[-1]
    own = last.words[last.at] if last.at >= 0 else ""
    rule = _rule(last, own, mark) if last.quote not in {"doc", "raw"} else ""
    inner = _in_json(value, own, mark) if rule == "json" else _in_sql(value, own, mark) if rule == "sql" else value
    levels = [value if inner is None else inner]
    for place in reversed(chain):
        levels.insert(0, _quoted(levels[0], place.quote))
    return levels


def _quoted(text: str, quote: str) -> str:
    match quote:
        case "double":
            return re.sub(r'([\\"$`])', r"\\\1", text)
        case "single":
            return text.replace("'", "'\\''")
        case "doc":
            return re.sub(r"([\\$`])", r"\\\1", text)
        case "raw":
            return text
        case _:
            return text if PLAIN.fullmatch(text) else "'" + text.replace("'", "'\\''") + "'"


def _rule(place: Place, own: str, mark: str) -> str:
    """What the word is to the program that gets it: ``strict``, ``pattern``, ``plain``, ``address``, ``json``, ``sql`` or "", just a word."""
    if place.at < 0:
        return ""
    before = [word.rsplit("/", 1)[-1] for word in place.words[: place.at]]
    whole = own == mark
    if place.at == 0:
        return "plain"
    if place.hands_on or any(base in _HAND_ON for base in before) or (before[0] in _TELLS and place.piped) or "-v" in before[:2]:
        return "plain"
    if any(base in _REMOTE for base in before):
        return "plain"
    if any(base in _GREPS for base in before):
        return "" if whole else "pattern"
    if any(base in PATTERNS for base in before):
        return "strict"
    if any(base in CLIENTS for base in before):
        is_option = before[-1].startswith("-") and before[-1] not in _STATEMENTS
        return "" if (is_option and whole) or (own.startswith("--") and " " not in own and "'" not in own) else "sql"
    if whole:
        return ""
    if own.lstrip()[:1] in {"{", "["}:
        return "json"
    return "address" if "://" in own else "" if _PROSE.fullmatch(own.replace(mark, "")) else "strict"


def _in_json(value: str, own: str, mark: str) -> str | None:
    """The value as a part of a JSON string, or as a number where it stands bare; None where it is neither."""
    try:
        json.loads(own)
        return json.dumps(value, ensure_ascii=False)[1:-1]
    except ValueError:
        pass
    try:
        json.loads(re.sub(r"(?<![\w\"])vQ+Z?Q?Z?\d+Qv(?![\w\"])", "0", own))
    except ValueError:
        return value if _STRICT.fullmatch(value) else None
    at = own.index(mark)
    bare = own[:at].rstrip()[-1:] in {":", "[", ","}
    return (value if _NUMBER.fullmatch(value) else None) if bare else json.dumps(value, ensure_ascii=False)[1:-1]


def _in_sql(value: str, own: str, mark: str) -> str | None:
    """The value as a part of a text between single quotes, else a name or a number; None where it is neither."""
    before = own[: own.index(mark)]
    quoted = before.count("'") % 2 == 1 and not re.search(r"--|/\*|\$\$|\\|\"", before)
    if quoted and "\\" not in value:
        return value.replace("'", "''")
    return value if _STRICT.fullmatch(value) else None

"""The values that a command text still lacks: variables that nothing sets and placeholders that nobody filled. Without them it must not run."""

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from tree_sitter import Node

from stormjib.core.shell import placeholders, variables
from stormjib.core.shell.empty import may_be_empty
from stormjib.core.shell.placeholders import Spot
from stormjib.core.shell.queries import CLIENTS, in_statements
from stormjib.core.shell.syntax import find, parse
from stormjib.core.text.table import words_of

_ASSIGNMENT = re.compile(r"(?:--?[\w-]+=)?([A-Za-z_]\w*)=.", re.ASCII)
TEXT_CHARS_MAX = 65_536
PATTERNS = {
    *("grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "sed", "awk", "gawk", "mawk", "perl", "tr", "jq", "yq", "xmllint"),
    *("python", "python3", "node", "ruby", "promtool", "logcli"),
}
"""Their first word, and whatever stands in quotes, is a pattern or a program of its own."""
_NAMES_WANTED = {"printenv", "unset", "export", "read", "declare", "local", "typeset", "mktemp", "envsubst"}
"""They are given names of variables, or letters that stand for themselves."""
_SAYING = {"echo", "printf", "logger", "git", "wall", "notify-send"}
"""They are given sentences."""
_REDIS_VALUES = {"-h", "-p", "-a", "-u", "-n", "-s", "--user", "--pass"}
_REDIS_KEYS = words_of("del unlink get set getdel expire ttl type persist rename hgetall hdel lrange smembers dump")
_LISTERS = {"ps", "lsblk", "kubectl", "oc", "docker", "journalctl"}
_NAME_OPTIONS = {
    **{option: {"docker", "docker-compose", "podman", "nerdctl", "kubectl", "oc"} for option in ("-e", "--env", "--build-arg")},
    **dict.fromkeys(("-o", "--output", "--format", "--sort", "--sort-by"), _LISTERS),
    "-F": {"journalctl"},
    "--field": {"journalctl"},
    "-p": {"systemctl"},
    "--property": {"systemctl"},
    "-v": {"printf", "test", "awk"},
}
"""The names of variables, of fields and of columns are given with them."""
_WORDS = {"word", "string", "raw_string", "concatenation", "number", "brace_expression"}
_OF_ITS_OWN = {"file_redirect", "command_substitution", "process_substitution"}
"""What stands in them is read or run itself, whatever the command around them makes of the outcome."""
_FILE_TEST = re.compile(r"-[abcdefghkprsuwxGLNOS]\s")
ASCII_MAX = 127
_SHOWN_CHARS_MAX = 60
_LISTED_MAX = 5
SPOTS_MAX = 200
"""A text that lacks so many values is not looked through for more."""


def missing(text: str, given: Iterable[str] = ()) -> tuple[str, ...]:
    """What still has to be given before this text may run, as it stands there, each once, in order: ``$NAME``, ``<host>``.

    ``given`` are the names of the variables that the command will find with a value. Never raises; what can't be read
    through counts as lacking rather than as given.
    """
    return _missing(text, frozenset(given))


def given_by(words: Iterable[str]) -> frozenset[str]:
    """The variables that words in front of a command, such as those of ``env``, give a value: ``NAME=value``."""
    return frozenset(match[1] for match in map(_ASSIGNMENT.match, words) if match)


@lru_cache(maxsize=4096)
def _missing(text: str, given: frozenset[str]) -> tuple[str, ...]:
    if len(text) > TEXT_CHARS_MAX:
        return ()  # judge() reads nothing so long, and nothing so long is started
    masked, root = read_through(text)
    spots = spots_of(text, root)
    inside = [(spot.start, spot.end) for spot in spots]
    uses = variables.without_value(root, masked, given, read_through)
    found = [(call.at, f"${call.name}") for call in uses if not any(start <= call.at < end for start, end in inside)]
    found += [(spot.start, text[spot.start : spot.end][:_SHOWN_CHARS_MAX]) for spot in spots]
    found += may_be_empty(masked, root)
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def how_to_give(needs: Sequence[str]) -> str:
    """A sentence on what is missing and what to do about it."""
    empty = [name for name in needs if name.startswith(("$(", "`")) or name.endswith(":?}")]
    variables_ = [name for name in needs if name.startswith("$") and name not in empty]
    needs = [name for name in needs if name not in empty]
    left = [name for name in needs if not name.startswith("$")]
    said = []
    if variables_:
        verb = "has" if len(variables_) == 1 else "have"
        said.append(
            f"{_listed(variables_)} {verb} no value. Give it in the commands' env file (command_env_file), or edit the runbook."
        )
    if left:
        verb = "is" if len(left) == 1 else "are"
        said.append(
            f"{_listed(left)} {verb} not filled in. Write the value into the runbook, or make it a variable such as $HOST."
        )
    if empty:
        said.append(
            f"{_listed(empty)}: what a command prints may be nothing, and then more would be destroyed than is meant. Put it into a variable and "
            "write that as ${NAME:?} in the runbook, so that nothing runs without it."
        )
    return " ".join(said)


def _listed(names: Sequence[str]) -> str:
    if not names[2:]:
        return " and ".join(names)
    rest = len(names) - _LISTED_MAX
    return ", ".join(names[:_LISTED_MAX]) + (f" and {rest} more" if rest > 0 else "")


def filled(text: str) -> str:
    """The text with a word of the shell for every placeholder that the shell itself would read as something else.

    What a command may do is judged as if its placeholders were filled: ``redis-cli -h <host> FLUSHALL`` deletes.
    """
    spots = list(placeholders.angles(text))
    ends = [0, *(spot.end for spot in spots)]
    starts = [*(spot.start for spot in spots), len(text)]
    return "value".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def read_through(text: str) -> tuple[str, Node]:
    """The text with placeholders as plain words of the same length, one byte a character, and its tree."""
    plain = ["x" if ord(char) > ASCII_MAX else char for char in text]
    for spot in placeholders.angles(text):
        inner = "".join(plain[spot.start : spot.end])
        plain[spot.start : spot.end] = re.sub(r"[^A-Za-z0-9]", "x", inner)
    whole = "".join(plain)
    return whole, parse(whole.encode())


def spots_of(text: str, root: Node) -> list[Spot]:
    """The placeholders of a text, in order, as ``read_through`` reads it."""
    return list(islice(_spots(text, root), SPOTS_MAX))


def _spots(text: str, root: Node) -> Iterator[Spot]:
    """The placeholders of a text that are none of what looks like one."""
    taken = 0
    comments = sorted((node.start_byte, node.end_byte) for node in find(root, "comment"))
    candidates = sorted(
        {*placeholders.angles(text), *placeholders.others(text), *in_statements(text)}, key=lambda spot: (spot.start, -spot.end)
    )
    for spot in candidates:
        if spot.start < taken or _within(comments, spot.start):
            continue
        if spot.firm or not _is_meant(text, root, spot):
            taken = spot.end
            yield spot


def _within(ranges: list[tuple[int, int]], at: int) -> bool:
    index = bisect.bisect_right(ranges, (at, TEXT_CHARS_MAX)) - 1
    return index >= 0 and at < ranges[index][1]


def _is_meant(text: str, root: Node, spot: Spot) -> bool:
    """Whether this stands for itself where it stands: a pattern, a column, the name of a variable, a statement."""
    node = root.descendant_for_byte_range(spot.start, spot.end)
    command = node
    while command is not None and command.type not in {"command", "declaration_command", "unset_command"}:
        if command.type in _OF_ITS_OWN or (command.type == "unary_expression" and _FILE_TEST.match(text, command.start_byte)):
            return False
        if command.type in {"variable_name", "expansion", "test_command", "heredoc_start", "heredoc_end", "function_definition"}:
            return True
        if command.type in {"case_item", "regex", "array"} and command.type != "array":
            return True
        command = command.parent
    if command is None:
        return False
    if command.type != "command":
        return True
    words = [child for child in command.children if child.type in {*_WORDS, "command_name"}]
    said = [text[word.start_byte : word.end_byte] for word in words]
    at = next((index for index, word in enumerate(words) if word.start_byte <= spot.start < word.end_byte), -1)
    whole = at >= 0 and said[at].strip("'\"") == text[spot.start : spot.end]
    sought = placeholders.is_sought(text, spot, whole=whole) and any(word.rsplit("/", 1)[-1] in PATTERNS for word in said[:at])
    return at >= 0 and not sought and _stands_for_itself(said, at, whole=whole, dated=spot.dated)


def _stands_for_itself(said: list[str], at: int, *, whole: bool, dated: bool) -> bool:
    """``said`` are the words of the command, ``at`` the one that it stands in; ``whole`` where it is all of the word.

    Nobody looks for YYYY-MM-DD, so that a date is to be filled in where a pattern or a statement holds it.
    """
    bases = [word.rsplit("/", 1)[-1] for word in said]
    quoted = said[at][:1] in {"'", '"'}
    if at == 0 or any(base in _NAMES_WANTED for base in bases[:at]):
        return True
    option = said[at].partition("=")[0] if said[at].startswith("--") else said[at - 1]
    if any(base in _NAME_OPTIONS.get(option, ()) for base in bases[:at]):
        return True
    program = next((index for index, base in enumerate(bases[:at]) if base in PATTERNS), None)
    if program is not None:
        first = next((index for index in range(program + 1, len(said)) if not said[index].startswith("-")), len(said))
        return not dated and (quoted or at == first)
    if any(base in CLIENTS for base in bases[:at]):
        return not dated and quoted and not whole
    if bases[0] in _SAYING and quoted and not whole:
        return True
    if "redis-cli" in bases[:at] and (said[at - 1] in _REDIS_VALUES or _REDIS_KEYS & {base.lower() for base in bases[:at]}):
        return False
    return "redis-cli" in bases[:at] and not re.search(r"[_-]", said[at])

"""Commands that stand in a sentence as code: "Run `kubectl get pods -n prod` to see which are down"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stormjib.core import shell
from stormjib.core.kinds import Kind
from stormjib.core.markdown.output import SHELLS_OWN, is_said
from stormjib.core.markdown.statements import prepares
from stormjib.core.markdown.words import Words
from stormjib.core.risk import Risk
from stormjib.core.shell.programs import is_known
from stormjib.core.text.table import words_of

_SENTENCE = re.compile(r"[.!?]$|\s(?:the|a|is|are|was|and|to|of|for|this|that|it|if|you|by)\s", re.IGNORECASE)
_COLONS = (":", "\uff1a")
CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{1,500})\1(?!`)")
_JOINS = re.compile(
    r"\s{0,3}(?:[,;/&+|、，]|\b(?:and|or|then|und|oder|dann|y|o|et|ou|puis|e)\b|と|や|和|或)?\s{0,3}", re.IGNORECASE
)
_STARTS = re.compile(r"(?:^|[?:？：.!。\n|])[\s*_(（\"'-]*$")
_WHOLE = words_of("uptime w df free ps top vmstat iostat mpstat dmesg netstat ss lsblk lsof mount who last nvidia-smi")
"""What says something of a machine by its bare name, so that the name is the command."""
_NEEDS_MORE = words_of("logs describe get exec inspect explain edit config context run show list")
"""What says nothing without one word more: "`kubectl logs`" is a name."""
_RUNNERS = words_of("docker podman kubectl oc")
_MEANT = {Kind.INVESTIGATE: {Risk.READ}, Kind.MITIGATE: {Risk.DISRUPT, Risk.DESTROY}}
_PATH = re.compile(r"(?:~|\.{1,2})?/[\w.-]+(?:/[\w.-]+)+|\.{1,2}/[\w.-]+|[\w-]+\.(?:sh|py|rb|pl|ps1)")
"""A program by its path. One name behind a slash is a command of a chat or an address of a service."""
_BEFORE_CHARACTERS = 40
_MANY = 3
_TWO = 2


class Spoken(NamedTuple):
    """A command and where it begins in the text. ``lead``: the line above that introduces it, "" where it stands in a sentence."""

    text: str
    offset: int
    lead: str = ""


def commands(text: str, words: Words, *, kind: Kind = Kind.RESPOND, typed_in: frozenset[str] = frozenset()) -> tuple[Spoken, ...]:
    """The commands of a text, in order. Only code that begins with a program that is known counts, or that the sentence says to run.

    The bare name of a program, or of a program and one word ("`docker compose`"), is a name unless the sentence says to run it,
    introduces it with a colon, or is nothing else.
    In a part of the ``kind`` that looks into something a proven read needs no sentence, "Disk full? `df -h`", and in one that mends
    what changes something where it stands for itself: "If it is full: `rm /x`". What is said of one command is said of those joined to it.
    ``typed_in`` are the codes that are commands by the place where they stand. "After somebody ran `x`" and "`x` hangs" ask for nothing.
    """
    found = []
    asked = starts = False
    end = -1
    for code in CODE.finditer(text):
        typed = re.sub(r"^[$#]\s+", "", code.group(2).strip())
        before = text[max(0, code.start() - _BEFORE_CHARACTERS) : code.start()]
        after = text[code.end() : code.end() + _BEFORE_CHARACTERS]
        mentioned = words.has("mentions.before", before) or words.has("mentions.after", after)
        joined = end >= 0 and _JOINS.fullmatch(text[end : code.start()]) is not None
        asked = (joined and asked) or _is_asked(before, words) or words.has("run.after", after)
        starts = (joined and starts) or _STARTS.search(before) is not None
        end = code.end()
        alone = text.strip(" *_.") == code.group(0)
        told = before.rstrip().endswith(_COLONS) and (" " in typed or typed in _WHOLE) and shell.judge(typed).risk is Risk.READ
        placed = typed in typed_in and _is_one(typed) and not is_said(typed)
        meant = _is_command(typed, asked=asked or alone or told) or _is_meant(typed, kind, starts=starts or asked)
        if placed or (meant and not mentioned):
            found.append(Spoken(typed, code.start(2)))
    return tuple(found) if "`" in text else tuple(_lines(text))


def _lines(text: str) -> Iterator[Spoken]:
    """The commands that stand as lines of their own, without any mark, below one that ends in a colon."""
    lead, offset = "", 0
    for line in text.split("\n"):
        typed = re.sub(r"^\$\s+", "", line.strip())
        if lead and _is_command(typed, asked=True) and not _SENTENCE.search(typed) and is_known(typed.split()[0]):
            yield Spoken(typed, offset, lead)
        else:
            lead = line.strip(" :\uff1a") if line.rstrip().endswith(_COLONS) else ""
        offset += len(line) + 1


def _is_meant(typed: str, kind: Kind, *, starts: bool) -> bool:
    """What a part of this kind is there for, whole as it stands: with an option, or by itself behind a question or a colon."""
    parts = typed.split()
    program = parts[0].rsplit("/", 1)[-1] if parts else ""
    if kind not in _MEANT or not names_program(parts) or is_said(typed) or prepares(typed):
        return False
    risk = shell.judge(typed).risk
    if kind is Kind.MITIGATE and starts and len(parts) > 1 and risk is (Risk.CHANGE if is_known(program) else Risk.UNKNOWN):
        return _is_one(typed)
    if risk not in _MEANT[kind]:
        return False
    if len(parts) == 1:
        return starts and program in _WHOLE
    return any(part.startswith("-") for part in parts[1:]) or (starts and parts[-1] not in _NEEDS_MORE)


def names_program(parts: list[str]) -> bool:
    """Whether words begin with a program that is known, or with the path of one that gets something, which an address does not."""
    by_path = len(parts) > 1 and _PATH.fullmatch(parts[0]) and not re.match(r"(?:GET|POST|PUT|PATCH|DELETE|\d{3})\b", parts[1])
    return bool(parts) and (is_known(parts[0].rsplit("/", 1)[-1]) or bool(by_path))


def is_typed(text: str) -> bool:
    """Whether a comment is a command that somebody has commented out, which asks for nothing."""
    parts = text.split()
    return len(parts) > 1 and is_known(parts[0]) and bool(SHELLS_OWN.search(text)) and not _SENTENCE.search(text)


def _is_asked(before: str, words: Words) -> bool:
    """Whether the words right before say to run what follows."""
    last = re.split(r"[.;。、]", before)[-1]
    return words.has("run", last)


def _is_command(typed: str, *, asked: bool) -> bool:
    parts = typed.split()
    if not parts or is_said(typed) or prepares(typed) or not re.match(r"[\w./~]", typed):
        return False
    known = names_program(parts)
    has_options = any(part.startswith("-") for part in parts[1:])
    named = len(parts) >= _MANY or (asked and (len(parts) >= _TWO or shell.judge(typed).risk is Risk.READ))
    if not (named if known else asked and len(parts) >= _MANY and has_options):
        return False
    return _is_one(typed)


def _is_one(typed: str) -> bool:
    """Whether a text is one statement of a shell."""
    statements = shell.split(typed)
    program, *rest = typed.split() or [""]
    if program in _RUNNERS and len(rest) == 1 and rest[0] in _NEEDS_MORE:
        return False
    return len(statements) == 1 and bool(statements[0].text) and bool(shell.judge(typed).programs)

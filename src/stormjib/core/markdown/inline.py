"""Commands that stand in a sentence as code: "Run `kubectl get pods -n prod` to see which are down"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stormjib.core import shell
from stormjib.core.markdown.output import is_printed
from stormjib.core.markdown.statements import prepares
from stormjib.core.markdown.words import Words
from stormjib.core.risk import Risk
from stormjib.core.shell.programs import is_known

_SENTENCE = re.compile(r"[.!?]$|\s(?:the|a|is|are|was|and|to|of|for|this|that|it|if|you|by)\s", re.IGNORECASE)
_COLONS = (":", "\uff1a")
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{2,500})\1(?!`)")
_BEFORE_CHARACTERS = 40
_MANY = 3
_TWO = 2


class Spoken(NamedTuple):
    """A command and where it begins in the text. ``lead``: the line above that introduces it, "" where it stands in a sentence."""

    text: str
    offset: int
    lead: str = ""


def commands(text: str, words: Words) -> tuple[Spoken, ...]:
    """The commands of a text, in order. Only code that begins with a program that is known counts, or that the sentence says to run.

    The bare name of a program, or of a program and one word ("`docker compose`"), is a name unless the sentence says to run it,
    introduces it with a colon, or is nothing else.
    """
    found = []
    for code in _CODE.finditer(text):
        typed = re.sub(r"^[$#]\s+", "", code.group(2).strip())
        before = text[max(0, code.start() - _BEFORE_CHARACTERS) : code.start()]
        after = text[code.end() : code.end() + _BEFORE_CHARACTERS]
        alone = text.strip(" *_.") == code.group(0)
        told = before.rstrip().endswith(_COLONS) and shell.judge(typed).risk is Risk.READ
        if _is_command(typed, asked=alone or told or _is_asked(before, words) or words.has("run.after", after)):
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


def _is_asked(before: str, words: Words) -> bool:
    """Whether the words right before say to run what follows."""
    last = re.split(r"[.;。、]", before)[-1]
    return words.has("run", last)


def _is_command(typed: str, *, asked: bool) -> bool:
    parts = typed.split()
    if not parts or is_printed(typed) or prepares(typed) or not re.match(r"[\w./~]", typed):
        return False
    known = is_known(parts[0].rsplit("/", 1)[-1])
    has_options = any(part.startswith("-") for part in parts[1:])
    named = len(parts) >= _MANY or (asked and (len(parts) >= _TWO or shell.judge(typed).risk is Risk.READ))
    if not (named if known else asked and len(parts) >= _MANY and has_options):
        return False
    statements = shell.split(typed)
    return len(statements) == 1 and bool(statements[0].text) and bool(shell.judge(typed).programs)

"""`stormjib completion`: what makes bash (and zsh with bashcompinit) complete commands, options and their choices."""

from collections.abc import Iterator, Sequence

from stormjib.cli.exits import Exit
from stormjib.cli.grammar import COMMANDS
from stormjib.cli.session import Session
from stormjib.cli.vocabulary import GLOBALS

SCRIPT = """\
_stormjib() { local IFS=$'\\n'; COMPREPLY=($(stormjib completion -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)); }
complete -o default -F _stormjib stormjib
"""


def show(session: Session) -> int:
    """The script, or what may come next after the words that are typed so far."""
    typed = session.options.typed
    session.world.stdout.write("".join(f"{word}\n" for word in candidates(typed)) if typed else SCRIPT)
    return Exit.OK


def candidates(typed: Sequence[str]) -> list[str]:
    """What the last of these words may become, "" being one that is not begun yet; none where it may be anything."""
    *before, last = typed
    return sorted({word for word in _next(before) if word.startswith(last)})


def _next(before: list[str]) -> Iterator[str]:

    for command in COMMANDS:
        words = command.words.split()
        if before[: len(words)] == words:
            taken = (*command.takes, *GLOBALS)
            named = next((word for word in taken if word.name == before[-1]), None)
            yield from named.choices if named and not named.flag else (word.name for word in taken if word.name.startswith("--"))
        elif words[: len(before)] == before:
            yield words[len(before)]

"""A reading: the typed facts in a command's output, and the one sentence about them for a person."""

from collections.abc import Iterable

import msgspec

from stormjib.core.observation import RANK, Level, Measured, State
from stormjib.core.shell.command_line import Command

FACTS_MAX = 500
"""A reading keeps so many facts; an output with more of them is a list, which nobody reads as facts."""

CLAUSES_MAX = 3
"""A sentence names so many things and counts the rest."""


__all__ = [
    "CLAUSES_MAX",
    "FACTS_MAX",
    "Clause",
    "Evidence",
    "Fact",
    "Level",
    "Measured",
    "Reading",
    "State",
    "not_understood",
    "tell",
]

Fact = Measured | State


class Reading(msgspec.Struct, frozen=True):
    """What one reader made of one output.

    ``source`` names the reader (``docker stats``, ``redis``). ``sentence`` is "" when nothing stands out. Where the reader did
    not understand its input, ``understood`` is False, there is neither fact nor sentence, and ``raw`` is the whole text.
    """

    source: str
    facts: tuple[Measured | State, ...] = ()
    sentence: str = ""
    level: Level = "fine"
    understood: bool = True
    raw: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """One command as it ran. ``exit_code`` is None where it did not end; ``output`` is both streams, without terminal codes."""

    command: Command
    exit_code: int | None
    output: str
    parts: tuple[int, ...] = ()
    """The exit codes of a pipeline's parts, in order, where they are known."""
    at: float = 0.0
    """When it was printed, in seconds since the epoch; 0 where that is not known."""

    def lines(self, chars_max: int | None = None) -> list[str]:
        """The lines of the output that are not empty and at most so long, right-stripped."""
        lines = [line.rstrip() for line in self.output.split("\n") if line.strip()]
        return lines if chars_max is None else [line for line in lines if len(line) <= chars_max]


class Clause(msgspec.Struct, frozen=True):
    """A part of a sentence, with how bad it is."""

    level: Level
    text: str


def tell(source: str, facts: Iterable[Fact], clauses: Iterable[Clause] = ()) -> Reading:
    """A reading whose sentence is its clauses, the worst first; beyond CLAUSES_MAX the rest is counted."""
    ordered = sorted(clauses, key=lambda clause: -RANK[clause.level])
    told = "; ".join(clause.text for clause in ordered[:CLAUSES_MAX])
    more = len(ordered) - CLAUSES_MAX
    sentence = (
        f"{told[0].upper() if _plain(told) else told[0]}{told[1:]}{f'; and {more} more' if more > 0 else ''}." if told else ""
    )
    kept = tuple(fact for _, fact in zip(range(FACTS_MAX), facts, strict=False))
    return Reading(source, kept, sentence, ordered[0].level if ordered else "fine")


def not_understood(source: str, output: str, exit_code: int | None) -> Reading:
    """The reading of what could not be read: the text itself."""
    return Reading(source, level="warn" if exit_code else "fine", understood=False, raw=output)


_OPENINGS = (
    "nobody ",
    "nothing ",
    "only ",
    "the ",
    "a ",
    "there ",
    "no ",
    "redis ",
    "its ",
    "one ",
    "swap ",
    "this ",
    "these ",
    "curl ",
)


def _plain(text: str) -> bool:
    """Whether it opens with an ordinary word. A name keeps its case: `redis-server listens …`."""
    return text.startswith(_OPENINGS)

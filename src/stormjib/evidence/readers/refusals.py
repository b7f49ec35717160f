"""What a client says instead of an answer, as a table: how bad it is, the sentence, and the pattern of its words."""

import re
from typing import Final

import msgspec

from stormjib.core.text.table import table
from stormjib.evidence.readers.reading import Clause, Level, Reading, State, tell

_OUTPUT_CHARS: Final = 20_000
_ID: Final = re.compile(r"[0-9a-f]{64}")


class _Refusal(msgspec.Struct, frozen=True, array_like=True):
    level: Level
    sentence: str
    pattern: str


class Refusals:
    """The rows of one file, the most telling first; ``{0}`` in a sentence is the first group of its pattern that matched."""

    def __init__(self, name: str) -> None:
        """``name`` is the file beside this one; raises FileNotFoundError where it is not installed."""
        self._rows = [(re.compile(one.pattern, re.IGNORECASE), one) for one in table(_Refusal, __package__, name)]

    def read(self, source: str, thing: str, output: str) -> Reading | None:
        """By the output's beginning and its end; None where no row matches."""
        text = output if len(output) <= _OUTPUT_CHARS else output[:_OUTPUT_CHARS] + output[-_OUTPUT_CHARS:]
        for pattern, refusal in self._rows:
            if found := pattern.search(text):
                sentence = refusal.sentence.format(*map(_shown, filter(None, found.groups())))
                return tell(source, [State(thing, "refusal", sentence)], [Clause(refusal.level, sentence)])
        return None


def _shown(part: str) -> str:
    part = part.rstrip(".,;'\"")
    return part[:12] if _ID.fullmatch(part) else part.lower() if part.istitle() else part

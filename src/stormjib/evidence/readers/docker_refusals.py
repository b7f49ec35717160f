"""What Docker and Compose say instead of an answer."""

import re
from typing import Final

import msgspec

from stormjib.core.text.table import table
from stormjib.evidence.readers.reading import Clause, Evidence, Level, Reading, State, tell

SOURCE = "docker"
_OUTPUT_CHARS: Final = 20_000
_ID: Final = re.compile(r"[0-9a-f]{64}")


class _Refusal(msgspec.Struct, frozen=True, array_like=True):
    level: Level
    sentence: str
    pattern: str


_REFUSALS: Final = [(re.compile(one.pattern, re.IGNORECASE), one) for one in table(_Refusal, __package__, "docker_refusals.tsv")]


def read(evidence: Evidence) -> Reading | None:
    """Only what a failed command printed, and only by its beginning and its end."""
    if evidence.exit_code == 0:
        return None
    text = (
        evidence.output
        if len(evidence.output) <= _OUTPUT_CHARS
        else evidence.output[:_OUTPUT_CHARS] + evidence.output[-_OUTPUT_CHARS:]
    )
    for pattern, refusal in _REFUSALS:
        if found := pattern.search(text):
            named = [part.rstrip(".,;'\"") for part in found.groups() if part]
            named = [part[:12] if _ID.fullmatch(part) else part.lower() if part.istitle() else part for part in named]
            sentence = refusal.sentence.format(*named)
            return tell(SOURCE, [State("docker", "refusal", sentence)], [Clause(refusal.level, sentence)])
    return None

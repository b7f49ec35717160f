"""P0 to P4 and what each obliges."""

from enum import Enum

import msgspec


class Severity(Enum):
    """How bad it is, in the words of the runbook's step 2. P0 is the worst."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def rank(self) -> int:
        """0 for P0 … 4 for P4."""
        return int(self.value[1])


class Duty(msgspec.Struct, frozen=True):
    """What a severity obliges the team to. Minutes count from detection."""

    pages: bool
    opens_channel: bool
    acknowledge_minutes: float | None
    tells_leadership: bool


def duty(severity: Severity, immediately_minutes: float = 5.0) -> Duty:
    """The obligations of a severity; ``immediately`` is a number of minutes because nothing is due at once.

    Source: the reference runbook, steps 3 and 9 and its two checklists. The P1 list does not page although step 3
    does: stormjib pages, and the linter reports the contradiction.
    """
    match severity:
        case Severity.P0:
            return Duty(pages=True, opens_channel=True, acknowledge_minutes=immediately_minutes, tells_leadership=True)
        case Severity.P1:
            return Duty(pages=True, opens_channel=True, acknowledge_minutes=15.0, tells_leadership=True)
        case Severity.P2 | Severity.P3 | Severity.P4:
            return Duty(pages=False, opens_channel=False, acknowledge_minutes=None, tells_leadership=False)


_WORDS = {
    "critical": Severity.P1,
    "error": Severity.P2,
    "high": Severity.P1,
    "warning": Severity.P3,
    "info": Severity.P4,
    "page": Severity.P1,
    "ticket": Severity.P3,
}


def read_severity(word: str) -> tuple[Severity, str] | None:
    """The severity that a label's value names, and how it was read; None when the word says nothing.

    ``P0``…``P4``, ``SEV0``…``SEV5`` (SEV1 is the worst that most teams use, so SEV1 reads as P0) and the words
    that Prometheus rules commonly carry.
    """
    text = word.strip().lower()
    if len(text) == 2 and text[0] == "p" and text[1] in "01234":  # noqa: PLR2004
        return Severity(text.upper()), f"the label says {word}"
    if text.startswith("sev") and text[3:].lstrip("-").isdigit():
        number = min(max(int(text[3:].lstrip("-")) - 1, 0), 4)
        return Severity(f"P{number}"), f"the label says {word}, which reads as P{number}"
    if text in _WORDS:
        return _WORDS[text], f"the label says {word}, which reads as {_WORDS[text].value}"
    return None

"""The verdict on one check: whether the command works here, in a stable word and a sentence."""

from typing import Final

import msgspec

FAILED: Final = "probe-failed"
NOT_INSTALLED: Final = "probe-not-installed"
NOT_RUN: Final = "probe-not-run"
TIMED_OUT: Final = "probe-timed-out"
UNEXPECTED: Final = "probe-unexpected"
CODES: Final[dict[str, str]] = {
    FAILED: "A command of the runbook does not work: it fails, or it is answered with a refusal.",
    NOT_INSTALLED: "A program that the runbook uses is not installed where its commands run.",
    NOT_RUN: "A command of the runbook could not be started, for example because a secret is not set.",
    TIMED_OUT: "A command of the runbook did not end in time.",
    UNEXPECTED: "A command of the runbook does not say what its fence expects.",
}
"""The stable words of failing probes, with what each means."""


class Verdict(msgspec.Struct, frozen=True):
    """``code`` is one of ``CODES`` where it does not work, "" where it does. ``sentence`` says why, or what a working one remarks."""

    code: str = ""
    sentence: str = ""

    @property
    def works(self) -> bool:
        """Whether a responder would have got what the command is for."""
        return not self.code


def not_run(reason: str) -> Verdict:
    """The verdict on a command that could not be started."""
    return Verdict(NOT_RUN, reason)

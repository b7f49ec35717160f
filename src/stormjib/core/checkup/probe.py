"""The probes of a runbook: its proven reads, each once, exactly as an incident would run them."""

import msgspec

from stormjib.core import guard
from stormjib.core.checkup.memory import key_of
from stormjib.core.checkup.verdict import Verdict
from stormjib.core.effects import Collect, look
from stormjib.core.policy import Policy
from stormjib.core.runbook import Command, Runbook


class Probe(msgspec.Struct, frozen=True):
    """One check and every command of the runbook that it stands for; ``key`` is what it is remembered by."""

    key: str
    look: Collect
    commands: tuple[Command, ...]


class Observed(msgspec.Struct, frozen=True):
    """What became of a probe at ``at`` (seconds since the epoch). ``exit_code`` is None where it did not end or start."""

    at: float
    verdict: Verdict
    exit_code: int | None = None
    seconds: float = 0.0


def probes(runbook: Runbook, policy: Policy) -> tuple[Probe, ...]:
    """What may run without a person, by line, or might if it had its values.

    The same text on the same target with the same limits is one probe.
    """
    found: dict[Collect, list[Command]] = {}
    for command in runbook.commands:
        verdict = guard.guard(command, policy)
        if verdict.unattended or not verdict.approvals_needed:
            wanted = look(command, policy)
            alike = msgspec.structs.replace(wanted, key="", command_id="", line=0, text=wanted.text.strip())
            found.setdefault(alike, []).append(command)
    return tuple(
        Probe(key_of(commands[0].text, commands[0].on), look(commands[0], policy), tuple(commands)) for commands in found.values()
    )

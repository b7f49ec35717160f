"""The probes of a runbook: its proven reads, each once, exactly as an incident of each service that follows it would run them."""

from collections.abc import Iterable, Sequence

import msgspec

from stormjib.core import guard, values
from stormjib.core.checkup.memory import History, ProbeRecord, key_of
from stormjib.core.checkup.verdict import Verdict
from stormjib.core.effects import Collect, look
from stormjib.core.incident import Incident
from stormjib.core.policy import Policy
from stormjib.core.runbook import Command, Runbook

_NAMED_MAX = 5


class Settled(msgspec.Struct, frozen=True):
    """A runbook as it holds for services: each command with where it runs and the values that it has without a person.

    ``services`` are their names, "" for whatever names none; empty where the site has not several, so that nothing need be told apart.
    """

    services: tuple[str, ...]
    runbook: Runbook


class Probe(msgspec.Struct, frozen=True):
    """One check and every command of the runbook that it stands for, with whose it is; ``key`` is what it is remembered by."""

    key: str
    look: Collect
    commands: tuple[Command, ...]
    services: tuple[tuple[str, ...], ...]


class Known(msgspec.Struct, frozen=True):
    """A proven read, the services for which it is this one, and what is known of it; None where nobody has looked yet."""

    command: Command
    services: tuple[str, ...]
    key: str
    record: ProbeRecord | None = None


class Observed(msgspec.Struct, frozen=True):
    """What became of a probe at ``at`` (seconds since the epoch). ``exit_code`` is None where it did not end or start."""

    at: float
    verdict: Verdict
    exit_code: int | None = None
    seconds: float = 0.0


def settled(runbook: Runbook, services: Iterable[str], policy: Policy) -> tuple[Settled, ...]:
    """The runbook for each of these services; those for which it is the same stand together."""
    found: dict[tuple[Command, ...], tuple[Runbook, list[str]]] = {}
    for name in services:
        whose = Incident.new("")
        whose.service = name
        own = values.filled(runbook, whose, policy)
        found.setdefault(own.commands, (own, []))[1].append(name)
    several = len(policy.services) > 1
    return tuple(Settled(tuple(names) if several else (), own) for own, names in found.values())


def probes(books: Sequence[Settled], policy: Policy) -> tuple[Probe, ...]:
    """What may run without a person, by line, or might if it had its values.

    The same text on the same target with the same limits is one probe.
    """
    found: dict[tuple[Collect, str], dict[str, tuple[Command, list[str]]]] = {}
    for one in books:
        for command in one.runbook.commands:
            verdict = guard.guard(command, policy)
            if verdict.unattended or not verdict.approvals_needed:
                wanted = look(command, policy)
                alike = msgspec.structs.replace(wanted, key="", command_id="", line=0, text=wanted.text.strip())
                there = found.setdefault((alike, command.misplaced), {})
                there.setdefault(command.id, (command, []))[1].extend(one.services)
    return tuple(
        Probe(key_of(first.text, first.on), look(first, policy), tuple(commands), tuple(map(tuple, services)))
        for commands, services in (zip(*there.values(), strict=True) for there in found.values())
        for first in commands[:1]
    )


def reads(books: Iterable[Settled], policy: Policy) -> tuple[Known, ...]:
    """Every proven read, by line, of which nothing is known yet."""
    found: dict[tuple[str, str], tuple[Command, list[str]]] = {}
    for one in books:
        for command in one.runbook.commands:
            verdict = guard.guard(command, policy)
            if verdict.unattended or not (verdict.approvals_needed or verdict.needs):
                found.setdefault((command.id, key_of(command.text, command.on)), (command, []))[1].extend(one.services)
    rows = (Known(command, tuple(services), key) for (_, key), (command, services) in found.items())
    return tuple(sorted(rows, key=lambda row: row.command.line))


def known(rows: Iterable[Known], history: History) -> tuple[Known, ...]:
    """The reads with what is known of each."""
    return tuple(Known(row.command, row.services, row.key, history.get(row.key)) for row in rows)


def named(services: Sequence[str]) -> str:
    """``shop, bank``; "" where nothing is told apart."""
    more = f" and {len(services) - _NAMED_MAX} more" if len(services) > _NAMED_MAX else ""
    return ", ".join(name or "no service" for name in services[:_NAMED_MAX]) + more

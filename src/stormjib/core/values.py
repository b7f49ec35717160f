"""The values of an incident: what the commands lack, who or what gives it, and the runbook with it put in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from stormjib.core import guard, shell
from stormjib.core.incident import Incident
from stormjib.core.log import ValueGiven
from stormjib.core.observation import State
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Runbook
from stormjib.core.text.hosts import hosts_in
from stormjib.core.text.table import words_of

INPUTS = "inputs"
"""The key of the front matter."""
PROPOSALS_MAX = 5
_ALERTS_READ_MAX = 50
_SICK = words_of(
    "crash backoff back-off error oom evicted unhealthy restarting exited dead failed imagepull notready pending unknown"
)
_THINGS = {"kubectl": "pod", "docker ps": "container", "docker inspect": "container", "compose ps": "service", "systemd": "unit"}


class Value(msgspec.Struct, frozen=True):
    """A value and where it comes from, in words."""

    value: str
    source: str
    by_itself: bool = False
    """A read may take it without a person."""


class Wanted(msgspec.Struct, frozen=True):
    """What commands of the runbook lack. ``written``: as it stands there; ``lines``: of those commands; ``given``: "" where by nobody."""

    name: str
    written: str
    lines: tuple[int, ...]
    given: str = ""
    who: str = ""
    proposals: tuple[Value, ...] = ()
    secret: bool = False


class _Book(NamedTuple):
    """A runbook as the key of a cache: its commands tell it from another."""

    runbook: Runbook
    variables: frozenset[str]

    def __hash__(self) -> int:
        return hash((self.runbook.sha256, self.variables))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Book)
            and self.variables == other.variables
            and (self.runbook is other.runbook or self.runbook.commands == other.runbook.commands)
        )

    def __ne__(self, other: object) -> bool:
        return not self == other


class _Sources(NamedTuple):
    """Values by who gave them. ``brought``: the names of those in ``alone`` that nobody here chose; ``hosts``: what the site names itself."""

    given: tuple[tuple[str, str], ...]
    alone: tuple[tuple[str, str], ...]
    brought: frozenset[str]
    hosts: frozenset[str]
    trusted: tuple[str, ...]


def filled(runbook: Runbook, incident: Incident, policy: Policy) -> Runbook:
    """The runbook as it holds for the incident: its values are in the commands, each judged again with them and with where it runs.

    What still lacks a value stays as it is.

    What people gave goes into every command. What stands in the front matter, in the service's file and in the labels of
    alerts goes into a command only where that makes a proven read of it; what nobody here chose (labels, outputs) only where it neither
    decides where the command connects nor stands beside a secret.
    """
    runbook = guard.placed(runbook, policy, incident.service, incident.own_target)
    book = _Book(runbook, policy.variables)
    names = _names(book)
    if not names:
        return runbook
    given = tuple((name, fact.value) for name, (_, fact) in incident.values.items() if name in names)
    found = {name: _proposals(name, runbook, incident, policy) for name in names if name not in incident.values}
    alone = tuple((name, values[0].value) for name, values in found.items() if values and values[0].by_itself)
    brought = frozenset(name for name, value in alone if value not in _written(name, runbook, incident, policy))
    hosts = policy.hosts_of(incident.service) if brought else frozenset()
    trusted = tuple(line.command.strip() for line in policy.trusted)
    return _filled(book, _Sources(given, alone, brought, hosts, trusted)) if given or alone else runbook


def wanted(runbook: Runbook, incident: Incident, policy: Policy) -> tuple[Wanted, ...]:
    """Every value that the runbook, as it is written, asks for, in the order of its lines."""
    found: dict[str, Wanted] = {}
    for command in runbook.commands:
        for name, written in shell.names_in(command.text, policy.variables).items():
            one = found.get(name) or _wanted(name, written, runbook, incident, policy)
            found[name] = msgspec.structs.replace(one, lines=(*one.lines, command.line))
    return tuple(found.values())


def nowhere(name: str, value: str, runbook: Runbook, incident: Incident, policy: Policy) -> str:
    """Why this value can be put into none of the commands that lack it, one sentence; "" where one takes it."""
    given = {one: fact.value for one, (_, fact) in incident.values.items()}
    problem = ""
    for command in runbook.commands:
        names = shell.names_in(command.text, policy.variables)
        if name in names:
            problem = shell.fill(command.text, {**dict.fromkeys(names, "value"), **given, name: value}, policy.variables).problem
            if names[name] not in problem:
                return ""
    return problem


def gained(runbook: Runbook, now: Runbook, incident: Incident, name: str, policy: Policy) -> Iterator[Command]:
    """The commands of ``now`` that run with this value, and did not without or with another; ``runbook`` is as it is written."""
    for before, after in zip(runbook.commands, now.commands, strict=True):
        done = incident.collected(before.id)
        if (
            before.text != after.text
            and name in shell.names_in(before.text, policy.variables)
            and (done is None or done[1].text != shown(after.text))
        ):
            yield after


def _wanted(name: str, written: str, runbook: Runbook, incident: Incident, policy: Policy) -> Wanted:
    _, fact = incident.values.get(name, (None, None))
    secret = shell.is_secret(name)
    proposals = () if secret else _proposals(name, runbook, incident, policy)
    return Wanted(
        name, written, (), fact.value if fact else "", fact.who if fact else "", tuple(proposals[:PROPOSALS_MAX]), secret
    )


@lru_cache(maxsize=64)
def _names(book: _Book) -> frozenset[str]:
    """All that it asks for and that may be given."""
    found = {name for command in book.runbook.commands for name in shell.names_in(command.text, book.variables)}
    return frozenset(name for name in found if not shell.is_secret(name))


@lru_cache(maxsize=256)
def _filled(book: _Book, sources: _Sources) -> Runbook:
    return msgspec.structs.replace(
        book.runbook, commands=tuple(_command(command, book, sources) for command in book.runbook.commands)
    )


@lru_cache(maxsize=64)
def _hosts(book: _Book) -> frozenset[str]:
    """The hosts that the runbook itself names."""
    return hosts_in((command.text for command in book.runbook.commands), (value for _, value in _inputs(book.runbook)))


def _command(command: Command, book: _Book, sources: _Sources) -> Command:
    if not shell.missing(command.text, book.variables):
        return command
    put = shell.fill(command.text, dict(sources.given), book.variables)
    if put.used:
        return _judged(command, put.text)
    both = dict(sources.alone) | dict(sources.given)
    put = shell.fill(command.text, both, book.variables)
    if not put.used or command.approvals or put.text.strip() in sources.trusted:
        return command
    read = _judged(command, put.text)
    if read.risk is not Risk.READ:
        return command
    brought = sources.brought & set(put.used)
    hosts = sources.hosts | _hosts(book)
    return command if brought and shell.left_to_a_person(command.text, both, brought, hosts, book.variables) else read


def _judged(command: Command, text: str) -> Command:
    """The command with another text. What its fence asks for beyond the computed risk holds on."""
    before, verdict = shell.judge_filled(command.text), shell.judge(text)
    raised = command.risk if command.risk.rank > before.risk.rank else Risk.READ
    return msgspec.structs.replace(
        command,
        text=text,
        risk=verdict.risk.worst(raised),
        endless=verdict.endless,
        bounded=verdict.bounded,
        secrets=verdict.secrets,
        variables=verdict.variables,
        target=verdict.target if command.target == before.target else command.target,
        reason=verdict.reason if raised.rank <= verdict.risk.rank else command.reason,
        fingerprint=shell.fingerprint(text),
        opens_editor=verdict.opens_editor,
        programs=verdict.programs,
    )


def _proposals(name: str, runbook: Runbook, incident: Incident, policy: Policy) -> list[Value]:
    """The best first: of what a person wrote down, then of the alerts, then of the evidence. Each value once."""
    found: dict[str, Value] = {}
    for value in (
        *_of_front_matter(name, runbook),
        *_of_service(name, incident, policy),
        *_of_labels(name, incident),
        *_of_block(name, runbook, incident),
        *_of_evidence(name, incident),
    ):
        if not shell.unfit(value.value) and not value.value.startswith("-"):
            found.setdefault(value.value, value)
    return list(found.values())


def _by_itself(value: str, source: str) -> Value:
    return Value(value, source, by_itself=shell.is_plain(value))


def _written(name: str, runbook: Runbook, incident: Incident, policy: Policy) -> list[str]:
    """The values that a person wrote down before the incident."""
    return [one.value for one in (*_of_front_matter(name, runbook), *_of_service(name, incident, policy))]


def _inputs(runbook: Runbook) -> Iterator[tuple[str, str]]:
    """``inputs: {namespace: shop}``, ``inputs: [{name: namespace, default: shop}]``; a bare name only says that it is wanted."""
    inputs = runbook.setting(INPUTS)
    pairs: list[tuple[Any, Any]] = list(inputs.items()) if isinstance(inputs, dict) else []
    for one in inputs if isinstance(inputs, (list, tuple)) else ():
        if isinstance(one, dict):
            pairs.extend([(one["name"], one)] if "name" in one else one.items())
    for key, said in pairs:
        value = next((said[word] for word in ("value", "default") if word in said), None) if isinstance(said, dict) else said
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield shell.name_of(str(key)), str(value)


def _of_front_matter(name: str, runbook: Runbook) -> Iterator[Value]:
    for key, value in _inputs(runbook):
        if key == name:
            yield _by_itself(value, "the runbook's front matter")


def _of_service(name: str, incident: Incident, policy: Policy) -> Iterator[Value]:
    service = policy.service_of(incident.service)
    for key, value in service.values.items() if service else ():
        if shell.name_of(key) == name:
            yield _by_itself(value, f"the settings of {service.name}" if service else "")


def _of_labels(name: str, incident: Incident) -> Iterator[Value]:
    """Of alerts that fire. Where they differ, a person chooses."""
    firing = [alert for alert in incident.alerts.values() if alert.firing][-_ALERTS_READ_MAX:]
    found: dict[str, str] = {}
    for alert in reversed(firing):
        for label, value in alert.labels.items():
            if shell.name_of(label) == name:
                found.setdefault(value, f"the label {label} of the alert {alert.name}")
    for value, source in found.items():
        yield _by_itself(value, source) if len(found) == 1 else Value(value, source)


def _of_block(name: str, runbook: Runbook, incident: Incident) -> Iterator[Value]:
    """What a read printed of which the runbook makes this variable. Where two of them differ, a person chooses."""
    found: dict[str, str] = {}
    for command in runbook.commands:
        newest = incident.collected(command.id) if command.assigns and shell.name_of(f"${command.assigns}") == name else None
        printed = newest[1].excerpt.strip() if newest and newest[1].ok and not newest[1].truncated else ""
        if newest and printed and "\n" not in printed:
            found.setdefault(printed, f"printed by line {command.line} in entry {newest[0].seq}")
    for value, source in found.items():
        yield _by_itself(value, source) if len(found) == 1 else Value(value, source)


def _of_evidence(name: str, incident: Incident) -> Iterator[Value]:
    """What the newest evidence says is not well, the incident's own service, and its day. Never without a person."""
    for when, fact in reversed(incident.evidence):
        for state in fact.facts if _THINGS.get(fact.source) == name else ():
            if (
                isinstance(state, State)
                and any(word in state.value.casefold() for word in _SICK)
                and state.name in {"status", "state", "health", "active"}
            ):
                yield Value(state.thing, f"{state.value} in entry {when.seq}")
    if name == "service" and incident.service:
        yield Value(incident.service, "the service of the incident")
    day = datetime.fromtimestamp(incident.detected_at, UTC)
    if name in {"yyyy_mm_dd", "date"}:
        yield Value(f"{day:%Y-%m-%d}", "the day of the detection, in UTC")
    if name == "yyyymmdd":
        yield Value(f"{day:%Y%m%d}", "the day of the detection, in UTC")


def given_now(name: str, value: str, who: str, one: Wanted) -> ValueGiven:
    """The fact; where the value is a proposal, with its source."""
    source = next((proposal.source for proposal in one.proposals if proposal.value == value), "")
    return ValueGiven(name, value, who, source)

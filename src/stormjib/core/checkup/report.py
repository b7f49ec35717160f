"""The report of a check: static traps and failing probes in one, each with its line."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from stormjib.core.checkup.memory import History, words
from stormjib.core.checkup.probe import Observed, Probe, Settled
from stormjib.core.lint import lint
from stormjib.core.redact import shown
from stormjib.core.runbook import Finding

SCHEMA: Final = "stormjib.runbook-check/1"


class Result(msgspec.Struct, frozen=True):
    """One line of the runbook and what its command said. ``code`` is "" where it works; ``checked`` is its age in words."""

    command_id: str
    line: int
    text: str
    ran_as: str
    target: str
    works: bool
    code: str
    sentence: str
    exit_code: int | None
    seconds: float
    checked: str
    worked_at: float | None
    failing_since: float | None
    services: tuple[str, ...] = ()
    """Whose line it is so, "" for whatever names no service; empty where nothing need be told apart."""


class Report(msgspec.Struct, frozen=True):
    """Every probe by line, every static finding by line, and how many commands were not run because they are no proven reads."""

    title: str
    sha256: str
    at: float
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    not_reads: int
    others: tuple["Report", ...] = ()
    """Of the other runbooks in force, where all of them were checked."""

    @property
    def failing(self) -> tuple[Result, ...]:
        """The lines whose command does not work."""
        return tuple(result for result in self.results if not result.works)

    def healthy(self, *, strict: bool = False) -> bool:
        """Whether every probe works, of the others, too; ``strict``: and there is no static finding either."""
        here = not self.failing and not (strict and self.findings)
        return here and all(one.healthy(strict=strict) for one in self.others)


def report(
    books: Sequence[Settled], asked: Sequence[Probe], observed: Mapping[Probe, Observed], history: History, now: float
) -> Report:
    """Put it together; ``books`` are one runbook as its services have it, ``history`` is what is known after the round.

    What is run here is known to only read: the settings may say so of a command that the runbook alone leaves unknown.
    """
    run = {probe.look.line for probe in asked}
    runbook = books[0].runbook
    results = [_result(probe, number, observed[probe], history, now) for probe in asked for number in range(len(probe.commands))]
    findings = dict.fromkeys(
        one for book in books for one in lint(book.runbook) if one.code != "unknown-command" or one.line not in run
    )
    return Report(
        title=runbook.title,
        sha256=runbook.sha256,
        at=now,
        results=tuple(sorted(results, key=lambda result: result.line)),
        findings=tuple(sorted(findings, key=lambda one: one.line)),
        not_reads=len(runbook.commands) - len({result.command_id for result in results}),
    )


def _result(probe: Probe, number: int, seen: Observed, history: History, now: float) -> Result:
    command = probe.commands[number]
    known = history.get(probe.key)
    return Result(
        command_id=command.id,
        line=command.line,
        text=shown(command.text),
        ran_as=shown(probe.look.run_as) if probe.look.run_as != command.text else "",
        target=command.on,
        works=seen.verdict.works,
        code=seen.verdict.code,
        sentence=seen.verdict.sentence,
        exit_code=seen.exit_code,
        seconds=seen.seconds,
        checked=words(known, now),
        worked_at=known.worked_at if known else None,
        failing_since=known.failing_since if known else None,
        services=probe.services[number],
    )


def to_json(found: Report, *, strict: bool = False) -> dict[str, Any]:
    """The report as JSON types; ``docs/reference/runbook-check.md`` is the contract."""
    return {
        "schema": SCHEMA,
        "title": found.title,
        "sha256": found.sha256,
        "at": found.at,
        "healthy": found.healthy(strict=strict),
        "counts": {
            "worked": len(found.results) - len(found.failing),
            "failing": len(found.failing),
            "findings": len(found.findings),
            "not_reads": found.not_reads,
        },
        "probes": [msgspec.to_builtins(result) for result in found.results],
        "findings": [msgspec.to_builtins(finding) for finding in found.findings],
        "others": [to_json(other, strict=strict) for other in found.others],
    }

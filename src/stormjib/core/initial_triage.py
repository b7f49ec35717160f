"""The first minute: what is checked by itself once an incident is declared, and whether all of it has answered."""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from stormjib.core import guard
from stormjib.core.incident import Incident
from stormjib.core.kinds import Kind, Mode
from stormjib.core.log import MetricsReviewed
from stormjib.core.policy import Policy
from stormjib.core.runbook import Command, Runbook, Step, Task
from stormjib.core.shell.log_origin import origin_of_logs
from stormjib.core.text.same import Same

TIMER = "survey"
COMPLETE_SECONDS = 54.0
"""Whatever has not answered by then is named as missing, and the suspects are ranked without it."""
MEASURED_AGAIN_SECONDS = (54.0, 180.0, 600.0, 1800.0)
"""When the impact is measured again after the declaration: seconds after an outage begins little of it is seen."""
CHECKS_MAX = 32
"""With eight side by side and ten seconds each, so many checks end within the minute even when every one of them hangs."""
METRICS = "metrics"
_LATER = {Kind.VERIFY, Kind.CLOSE, Kind.AFTER}
_NAMED = {
    "latency": re.compile(r"latency"),
    "errors": re.compile(r"share"),
    "4xx": re.compile(r"\b4xx\b"),
    "5xx": re.compile(r"\b5xx\b"),
    "throughput": re.compile(r"requests per second"),
    "cpu": re.compile(r"\bcpu\b"),
    "memory": re.compile(r"\bmemory\b"),
    "disk": re.compile(r"\bdisk\b"),
    "other": re.compile(r"(?!)"),
}
"""The names of our metrics that answer what a task of the step about metrics asks for."""


class InitialTriage(msgspec.Struct, frozen=True):
    """What is checked. ``logs`` are the commands whose logs are grouped, one for each log; ``metrics_line`` is the runbook's."""

    checks: tuple[Command, ...]
    logs: tuple[Command, ...]
    metrics: bool
    metrics_line: int


def initial_triage(runbook: Runbook, policy: Policy) -> InitialTriage:
    """Every proven read, each text once on its target, the logs that the investigation reads, and the metrics.

    First those of the investigation, then those that stand anywhere else, beside a mitigation or in a list of common commands: how
    full the disk is tells most before a mitigation is chosen. What proves a recovery, closes or comes afterwards is left to its time.
    """
    return _initial_triage(Same(runbook), Same(policy))


@lru_cache(maxsize=64)
def _initial_triage(book: Same[Runbook], site: Same[Policy]) -> InitialTriage:
    runbook, policy = book.thing, site.thing
    checks: dict[tuple[str, str], Command] = {}
    logs: dict[str, Command] = {}
    reads = [(command, step) for command, step in _reads(runbook, policy) if not waits(step)]
    for command in (command for command, step in reads if step.mode is Mode.COLLECT):
        checks.setdefault((command.text.strip(), command.on), command)
        origin = origin_of_logs(command.text) if policy.reads_logs else ""
        if origin:
            logs.setdefault(f"{command.on} {origin}", command)
    for command in (command for command, step in reads if step.mode is not Mode.COLLECT):
        if not command.follows_log and len(checks) < CHECKS_MAX:
            checks.setdefault((command.text.strip(), command.on), command)
    step = _metrics_step(runbook)
    return InitialTriage(tuple(checks.values()), tuple(logs.values()), policy.reviews_metrics, step.line if step else 0)


def waits(step: Step) -> bool:
    """Whether what stands there is left to its time although it only reads: of a recovery nothing is proven before there is one."""
    return step.mode is not Mode.COLLECT and step.kind in _LATER


def measured_again(incident: Incident, runbook: Runbook, policy: Policy) -> tuple[Command, ...]:
    """The checks of the service that tell the impact: those whose newest answer was read as HTTP."""
    newest = {fact.command_id: fact for _, fact in incident.own_evidence if not fact.before_run}
    return tuple(one for one in initial_triage(runbook, policy).checks if one.id in newest and newest[one.id].source == "http")


def reviewed(review: MetricsReviewed, runbook: Runbook) -> Iterator[Task]:
    """The tasks of the runbook's step about metrics that a review has done: it has a value of all that the task asks for."""
    step = _metrics_step(runbook)
    names = [metric.name for metric in review.metrics if metric.now is not None]
    for task in runbook.tasks_of(step.id) if step else ():
        if task.metrics and all(any(_NAMED[asked].search(name) for name in names) for asked in task.metrics):
            yield task


def _metrics_step(runbook: Runbook) -> Step | None:
    return next((step for step in runbook.steps if step.reviews_metrics), None)


def _reads(runbook: Runbook, policy: Policy) -> Iterator[tuple[Command, Step]]:
    for command in runbook.commands:
        step = runbook.step(command.step)
        if step is not None and guard.guard(command, policy).unattended:
            yield command, step


def missing(incident: Incident, runbook: Runbook, policy: Policy) -> tuple[str, ...]:
    """What has neither answered nor failed for good yet, by the text of its command."""
    wanted = initial_triage(runbook, policy)
    failed = {fact.effect for _, fact in incident.failures if fact.permanent}
    checked = {fact.command_id for _, fact in incident.own_evidence if not fact.before_run}
    read = {fact.line for _, fact in incident.logs}
    return (
        *(c.text for c in wanted.checks if c.id not in checked and f"collect/{c.id}" not in failed),
        *(f"patterns of {c.text}" for c in wanted.logs if c.line not in read and f"logs/{c.id}" not in failed),
        *((METRICS,) if wanted.metrics and incident.metrics is None and METRICS not in failed else ()),
    )

"""What is wrong with a runbook, found by day: each finding is a stable word, a line, and what to do about it."""

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Sequence

from stormjib.core import traps
from stormjib.core.kinds import Mode
from stormjib.core.runbook import Command, Finding, Phase, Runbook, Step
from stormjib.core.severity import canonical

_PAGES = re.compile(r"\bpage[sd]?\b(?! up)", re.IGNORECASE)
_NOT_A_PAGER = re.compile(r"\b(?:status|web|landing|home)[ -]pages?\b", re.IGNORECASE)
_PROVES = re.compile(r"\b(verif\w*|validat\w*|clos(?:e|ing|ure))\b", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:immediately|at once|right away|straight away|without delay|asap|as soon as possible)\b", re.IGNORECASE)
_UNEXPLAINED_MAX = 20

CODES = (
    *traps.CODES,
    *("empty", "too-large", "not-text", "too-many-commands", "bad-front-matter", "bad-attribute", "mojibake", "unexplained"),
    *("mislabelled-severities", "no-severities", "undefined-severity", "no-checklist", "no-commands", "empty-step"),
    *("p1-does-not-page", "unfilled-contact", "duplicate-task", "windows-overlap", "alternatives-one-label"),
    *("sequence-one-label", "manual-only-step", "closing-needs-proof", "vague-deadline", "acknowledge-differs"),
)
"""Every code there is. ``p1-does-not-page`` carries the severity's own name, as in ``sev2-does-not-page``."""


def lint(runbook: Runbook) -> tuple[Finding, ...]:
    """Every finding, by line: those that compiling left in the runbook, and those that its structure shows."""
    found = {*runbook.findings, *_derived(runbook)}
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.code, finding.message)))


def _derived(runbook: Runbook) -> Iterator[Finding]:
    for command in runbook.commands:
        yield from traps.of(command)
    yield from _whole(runbook)
    yield from _severities(runbook)
    for level in runbook.severities:
        yield from differ(level.name, runbook.acknowledgements(level.level))
    yield from _paging(runbook)
    yield from _twice(runbook)
    yield from _overlaps(runbook.phases)
    yield from _one_label(runbook.commands)
    yield from _vague(runbook)
    yield from _steps(runbook)
    for contact in runbook.contacts:
        if not contact.filled:
            message = f"{contact.group}: {contact.name} is not filled in, so nobody is reached. Write how to reach them."
            yield Finding("unfilled-contact", contact.line, message)


def _whole(runbook: Runbook) -> Iterator[Finding]:
    if runbook.coverage.lines and not runbook.commands:
        yield Finding("no-commands", 1, "The runbook has no command, so it is a checklist. Put commands into ``` fences.")
    for line in runbook.coverage.unexplained[:_UNEXPLAINED_MAX]:
        yield Finding("unexplained", line, "This line was not understood and is shown nowhere. Nest it less deeply.")


def _severities(runbook: Runbook) -> Iterator[Finding]:
    """Severities that are not defined, and those that only some of the lists know."""
    defined = {severity.name for severity in runbook.severities}
    if runbook.coverage.lines and not defined:
        yield Finding("no-severities", 1, "No severity levels are defined; P0 to P4 are taken as usual. Add a table of your own.")
    listed = {checklist.level or canonical(checklist.severity) for checklist in runbook.checklists}
    missing = [severity for severity in runbook.severities if (severity.level or canonical(severity.name)) not in listed]
    if missing and listed - {""}:
        names = ", ".join(severity.name for severity in missing)
        message = (
            f"There is no checklist for {names}: only what the steps ask of everyone holds. Add one, or say that none is needed."
        )
        yield Finding("no-checklist", missing[0].line, message)
    mentions = [(checklist.line, checklist.severity) for checklist in runbook.checklists if checklist.severity]
    mentions += [(task.line, severity) for task in runbook.tasks for severity in task.severities]
    for line, severity in mentions:
        if defined and severity not in defined:
            yield Finding(
                "undefined-severity", line, f"{severity} is not among the severity levels. Define it, or correct the name."
            )


def differ(name: str, said: Sequence[tuple[float, int]]) -> Iterator[Finding]:
    """That a level has two times to acknowledge in, each the minutes and its line."""
    (minutes, line), (longer, other) = (min(said), max(said)) if said else ((0.0, 0), (0.0, 0))
    if minutes != longer:
        within = f"{name} is acknowledged within {minutes:g} minutes by line {line}, within {longer:g} by line {other}"
        message = f"{within}: the stricter counts, {minutes:g} minutes. Write the same in both."
        yield Finding("acknowledge-differs", max(line, other), message)


def _paging(runbook: Runbook) -> Iterator[Finding]:
    """A list that does not page although a step says that its severity does."""
    asked = [task for task in reversed(runbook.tasks) if task.severities and _pages(f"{task.label} {task.text}")]
    paging = {runbook.level(severity): task for task in asked for severity in task.severities}
    for checklist in runbook.checklists:
        task = paging.get(runbook.level(checklist.severity))
        if task and not any(_pages(item.text) for item in checklist.items):
            message = (
                f"The {checklist.severity} checklist pages nobody, but line {task.line} pages for {checklist.severity}: "
                "stormjib pages. Add 'Page on-call engineer' to the list."
            )
            yield Finding(f"{checklist.severity.lower()}-does-not-page", checklist.line, message)


def _pages(text: str) -> bool:
    """Whether the words page someone; a status page and a web page do not."""
    return bool(_PAGES.search(_NOT_A_PAGER.sub("", text)))


def _twice(runbook: Runbook) -> Iterator[Finding]:
    tasks = {task.id: task for task in runbook.tasks}
    for checklist in runbook.checklists:
        for item in checklist.items:
            task = tasks.get(item.same_as)
            if task and task.line != item.line:
                message = f"'{item.text}' is also line {task.line}. Checking off one checks off the other; keep the two the same."
                yield Finding("duplicate-task", item.line, message)


def _overlaps(phases: tuple[Phase, ...]) -> Iterator[Finding]:
    """Neighbours in time whose windows overlap; each phase is reported once, so that many phases stay readable."""
    windowed = sorted((phase for phase in phases if phase.window_minutes), key=lambda phase: phase.window_minutes or (0.0, 0.0))
    for first, second in itertools.pairwise(windowed):
        (_, end), (start, _) = first.window_minutes or (0.0, 0.0), second.window_minutes or (0.0, 0.0)
        if start < end:
            message = (
                f"'{second.title}' starts at {start:g} minutes, before '{first.title}' ends at {end:g}: both run at once. "
                "Say who does which, or move the window."
            )
            yield Finding("windows-overlap", second.line, message)


def _one_label(commands: tuple[Command, ...]) -> Iterator[Finding]:
    """Several commands that share one comment."""
    told: set[tuple[str, str, str]] = set()
    for command in commands:
        key = (command.step, command.group, command.alternative or command.sequence)
        if not key[2] or key in told:
            continue
        told.add(key)
        if command.alternative:
            message = f"'{command.label}' holds commands that are a choice: one button each. Give each a comment of its own."
            yield Finding("alternatives-one-label", command.line, message)
        else:
            message = f"'{command.label}' holds commands that are run in order. Join them with && if none may run alone."
            yield Finding("sequence-one-label", command.line, message)


def _vague(runbook: Runbook) -> Iterator[Finding]:
    timed: dict[int, tuple[str, float | None]] = {}
    for task in runbook.tasks:
        text = task.text if task.label in task.text else f"{task.label}: {task.text}"
        timed[task.line] = text, task.deadline_minutes
    timed.update({item.line: (item.text, item.deadline_minutes) for checklist in runbook.checklists for item in checklist.items})
    for line, (text, minutes) in timed.items():
        if _VAGUE.search(text):
            counts = f"counts as {minutes:g} minutes" if minutes else "gives no deadline"
            yield Finding("vague-deadline", line, f"The deadline of '{text[:80]}' {counts}. Write 'within N minutes'.")


def _steps(runbook: Runbook) -> Iterator[Finding]:
    """Steps that nothing can be done in, or that a person has to do alone."""
    starts = sorted(node.line for nodes in (runbook.steps, runbook.phases, runbook.checklists) for node in nodes)
    held = sorted(node.line for nodes in (runbook.templates, runbook.severities, runbook.contacts) for node in nodes)
    for step in runbook.steps:
        if step.command_ids:
            continue
        if step.task_ids:
            yield from _by_hand(step)
            continue
        after = bisect.bisect_right(starts, step.line)
        end = starts[after] if after < len(starts) else math.inf
        if bisect.bisect_left(held, step.line) == bisect.bisect_left(held, end):
            yield Finding("empty-step", step.line, f"'{step.title}' asks for nothing. Write what to do, as a list or a fence.")


def _by_hand(step: Step) -> Iterator[Finding]:
    """A step of tasks only, where a command would be expected."""
    if _PROVES.search(step.title):
        message = f"'{step.title}' has no command that proves it, so anyone may call it over. Add a check, and limits in numbers."
        yield Finding("closing-needs-proof", step.line, message)
    elif step.mode in {Mode.CHOOSE, Mode.COLLECT}:
        message = f"'{step.title}' has no command: a person does all of it from memory. Write the commands out below each line."
        yield Finding("manual-only-step", step.line, message)

"""Tasks and checklist items: their words taken apart, and the same thing recognised in two places."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from stormjib.core.kinds import Demand
from stormjib.core.markdown import level_names, windows
from stormjib.core.markdown.blocks import plain
from stormjib.core.markdown.level_names import NO_NAMES, Names
from stormjib.core.markdown.sense import ASKS, Sense
from stormjib.core.markdown.windows import ENGLISH
from stormjib.core.markdown.words import Words
from stormjib.core.runbook import Checklist, Item, Step, Task

_BOLD = re.compile(r"(?:\*\*|__)(.{1,200}?)(?:\*\*|__)\s{0,3}(:?)\s{0,3}(.*)", re.DOTALL)
_WORD = re.compile(r"\w{1,40}")
_FILLERS = (
    *("a", "an", "and", "any", "at", "by", "for", "from", "if", "in", "into", "is", "it", "its", "of", "on", "or", "our"),
    *("regular", "the", "their", "then", "to", "up", "via", "with", "within", "immediately", "every", "minute", "minutes"),
    *("hour", "hours"),
)
_SAME = {"start": "begin", "open": "create", "notify": "tell", "inform": "tell", "acknowledge": "ack"}
_WORDS_MAX = 60
_RECURRING_MAX = 100


class Reading(NamedTuple):
    """What the words of a book are read with."""

    words: Words = ENGLISH
    names: Names = NO_NAMES
    immediately_minutes: float = windows.IMMEDIATELY_MINUTES


def task(line: int, source: str, reading: Reading, sense: Sense = ASKS) -> Task:
    """A task from the text of a list item or a comment; the caller adds where it stands.

    "**Label**: text" is split; of "**Do this** in that way" the bold part is the label and the whole is the text.
    """
    found = _BOLD.fullmatch(source.strip())
    whole = plain(source).rstrip(":")
    label, text = whole, whole
    if found:
        raw = found.group(1).rstrip()
        label = plain(raw.rstrip(":"))
        text = plain(found.group(3)) if (found.group(2) or raw.endswith(":")) and found.group(3) else plain(whole.rstrip(":"))
    if sense.label and not whole.startswith(sense.label):
        label, text = sense.label, whole
    elif sense.label:
        label, text = windows.led(whole, reading.words)
    condition = sense.condition or windows.condition(whole, reading.words)
    forbids = sense.demand is Demand.FORBIDS
    return Task(
        f"t{line}",
        line,
        label,
        text,
        None if forbids else _deadline(whole, reading),
        None if forbids else windows.cadence_minutes(whole, reading.words),
        level_names.severities(whole, reading.names),
        condition,
        demand=sense.demand or Demand.REQUIRED,
        hold_minutes=sense.hold_minutes,
    )


def item(line: int, source: str, reading: Reading, sense: Sense = ASKS) -> Item:
    """A box of a checklist."""
    text = plain(source)
    forbids = sense.demand is Demand.FORBIDS
    if forbids and sense.label and sense.label not in text:
        text = f"{sense.label}: {text}"
    return Item(
        f"i{line}",
        line,
        text,
        None if forbids else _deadline(text, reading),
        None if forbids else windows.cadence_minutes(text, reading.words),
        demand=sense.demand or Demand.REQUIRED,
    )


def _deadline(text: str, reading: Reading) -> float | None:
    """None where it gives one to each level: those are times of the levels."""
    if level_names.acknowledged(text, reading.names, reading.words):
        return None
    return windows.deadline_minutes(text, reading.immediately_minutes, reading.words)


def join(checklists: Iterable[Checklist], tasks: tuple[Task, ...], steps: Iterable[Step]) -> tuple[Checklist, ...]:
    """The checklists with each item tied to the task that is the same thing, and with the cadence that a step gives it.

    The same thing: the same words apart from fillers, deadlines and a few synonyms. A cadence is taken from a
    task with one, when the item's words all stand in that task or in the title of its step: "Update stakeholders"
    is due as often as "Stakeholder Communication" says that updates are.
    """
    titles = {step.id: step.title for step in steps}
    by_line = {task.line: task.id for task in tasks if task.id == f"t{task.line}"}
    by_words = {words: task.id for task in reversed(tasks) for words in (_words(task.text), _words(task.label)) if words}
    recurring = [
        (_words(f"{task.label} {task.text} {titles.get(task.step, '')}"), task.cadence_minutes)
        for task in tasks
        if task.cadence_minutes
    ][:_RECURRING_MAX]

    def tied(item: Item) -> Item:
        words = _words(item.text)
        same = by_line.get(item.line) or by_words.get(words, "")
        cadence = item.cadence_minutes or next((often for known, often in recurring if words and words <= known), None)
        return msgspec.structs.replace(item, cadence_minutes=cadence, same_as=same)

    return tuple(
        Checklist(checklist.severity, checklist.title, checklist.line, tuple(tied(item) for item in checklist.items))
        for checklist in checklists
    )


def _words(text: str) -> frozenset[str]:
    """The words that tell what is done: without fillers and numbers, plurals and synonyms made one."""
    found = (word for word in _WORD.findall(text.lower())[:_WORDS_MAX] if word not in _FILLERS and not word.isdigit())
    return frozenset(_SAME.get(_singular(word), _singular(word)) for word in found)


def _singular(word: str) -> str:
    longest_kept = 3
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > longest_kept else word


def says_no_more(task: Task) -> bool:
    """Whether a task is nothing but to run its command: it has no time of its own, and is not for some severities only."""
    return not (task.deadline_minutes or task.cadence_minutes or task.severities)

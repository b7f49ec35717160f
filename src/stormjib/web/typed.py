"""What somebody types in chat, as an action with its parameters: `severity P1 users see it`, `declare API down --severity P1`.

The words are those of the command line, without `incident` before them. Free text needs no quotes: an option goes on until the
next one, and words that are left over are the reason.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from stormjib.core.actions import SITE_TABLE, TABLE, Action, Parameter, parameters_of

_ALSO: Final = {"update": "status post", "escalate": "incident page"}
VERBS: Final[Mapping[str, Action[Any]]] = {
    **{one.name: one for one in (*TABLE, *SITE_TABLE)},
    **{one.words.command.removeprefix("incident "): one for one in (*TABLE, *SITE_TABLE)},
    **{word: one for word, command in _ALSO.items() for one in TABLE if one.words.command == command},
}
"""By each way of saying them. What concerns tokens is missing: a token is shown once, and not in a chat."""
_FREE: Final = frozenset({"TEXT", "TITLE", "VALUE"})
_INCIDENT: Final = re.compile(r"INC-[0-9]+", re.IGNORECASE)
_TOKEN: Final = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES: Final = str.maketrans("“”„«»", '"' * 5)
_DASH: Final = re.compile(r"(^|\s)[—–](?=[a-z])")
"""Two dashes, as telephones write them."""


class _Word(NamedTuple):
    raw: str
    text: str
    """Without its quotes."""


class NotUnderstoodError(ValueError):
    """The text says what is wrong with the words, and what may be typed."""


class Typed(NamedTuple):
    """An action with what was given for it; ``lacking`` is what it can't be done without."""

    action: Action[Any]
    incident: str
    given: dict[str, object]
    lacking: tuple[str, ...]


def read(text: str, here: str = "") -> Typed:
    """What is meant, in the channel of the incident ``here``; raises ``NotUnderstoodError``."""
    spaced = re.sub(r"(--[a-z][a-z-]*)=", r"\1 ", _DASH.sub(r"\1--", text.translate(_QUOTES)))
    words = [_Word(found[0], found[1] or found[2] or "") for found in _TOKEN.finditer(spaced)]
    said = [word.text.lower() for word in words[:2]]
    count = next((count for count in (2, 1) if " ".join(said[:count]) in VERBS and len(said) >= count), 0)
    if not count:
        raise NotUnderstoodError(
            f"{' '.join(said) or 'Nothing'!r} is nothing that can be done here; `/incident help` shows what is."
        )
    action, words = VERBS[" ".join(said[:count])], words[count:]
    incident = here.upper() if action.words.incident != "none" else ""
    if words and action.words.incident != "none" and _INCIDENT.fullmatch(words[0].text):
        incident, words = words[0].text.upper(), words[1:]
    given = _given(action, words)
    run_id = str(given.get("run_id", "")).upper()
    if action.words.incident == "of the run" and run_id:
        given["run_id"] = run_id = f"{here}-{run_id}" if here and run_id.startswith("R") else run_id
        incident = run_id.rpartition("-R")[0]
    lacking = tuple(one.wire for one in parameters_of(action.parameters) if needed(one) and one.wire not in given)
    return Typed(action, incident, given, lacking)


def typed(one: Parameter) -> bool:
    """Whether people are asked for it: a key of one's own is for programs, and nothing is approved that was not shown before."""
    return bool(one.spelling.word) and one.spelling.metavar not in {"KEY", "SHA256"} and one.wire != "approve"


def needed(one: Parameter) -> bool:
    """Whether it can't be left out."""
    return typed(one) and (one.required or one.spelling.must) and not one.spelling.default


def usage(action: Action[Any]) -> str:
    """How it is typed."""
    takes = [one for one in parameters_of(action.parameters) if typed(one)]
    parts = ["[INC]"] if action.words.incident in {"given", "the only open one"} else []
    for one in sorted(takes, key=_is_option):
        what = "|".join(one.spelling.choices) or one.spelling.metavar
        said = f"{one.spelling.word} {what}".strip() if _is_option(one) else what
        parts.append(said if needed(one) else f"[{said}]")
    return " ".join([f"/incident {action.words.command.removeprefix('incident ')}", *parts])


def _is_option(one: Parameter) -> bool:
    return one.spelling.word.startswith("--")


def _given(action: Action[Any], words: Sequence[_Word]) -> dict[str, object]:
    takes = [one for one in parameters_of(action.parameters) if typed(one)]
    given: dict[str, object] = {one.wire: one.spelling.default for one in takes if one.spelling.default not in {"", None}}
    free: list[_Word] = []
    for one, said in _groups(action, takes, words, free):
        given[one.wire] = _value(action, one, said, given.get(one.wire))
    for one in (one for one in takes if not _is_option(one)):
        if free:
            count = len(free) if one.spelling.metavar in _FREE else 1
            given[one.wire], free[:count] = _joined(free[:count]), []
    if free:
        reason = next((one for one in takes if _is_option(one) and one.spelling.metavar == "TEXT"), None)
        if reason is None or reason.wire in given:
            raise NotUnderstoodError(f"{_joined(free)!r} is more than it takes; write {usage(action)}")
        given[reason.wire] = _joined(free)
    return given


def _groups(
    action: Action[Any], takes: Sequence[Parameter], words: Sequence[_Word], free: list[_Word]
) -> Iterator[tuple[Parameter, list[_Word]]]:
    """Each option with its words; those of none become ``free``."""
    options = {one.spelling.word: one for one in takes if _is_option(one)}
    texts = any(one.spelling.metavar in _FREE for one in takes if not _is_option(one))
    current: Parameter | None = None
    said: list[_Word] = []
    for word in words:
        option = options.get(word.raw.lower())
        if option is None and word.raw.startswith("--") and not texts and current is None:
            raise NotUnderstoodError(f"There is no {word.raw}; write {usage(action)}")
        if option is None:
            (free if current is None else said).append(word)
        if current and (option or current.kind == "severity" or current.spelling.choices):
            yield current, said
            current = None
        if option and option.kind == "flag" and not option.spelling.choices:
            yield option, []
        elif option:
            current, said = option, []
    if current:
        yield current, said


def _joined(words: Sequence[_Word]) -> str:
    """One thing in quotes is what they hold; among others they stay."""
    return words[0].text if len(words) == 1 else " ".join(word.raw for word in words)


def _value(action: Action[Any], one: Parameter, said: Sequence[_Word], before: object) -> object:
    text, choices = _joined(said), one.spelling.choices
    if choices and text.lower() not in choices:
        raise NotUnderstoodError(f"{one.spelling.word} is one of {', '.join(choices)}; write {usage(action)}")
    return value(one, text.lower() if choices else text, before)


def value(one: Parameter, text: str, before: object = None) -> object:
    """A text as this parameter has it; ``before``: what was said of it already."""
    if one.kind == "flag":
        return text == one.spelling.choices[0] if one.spelling.choices else True
    if one.kind == "texts":
        pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
        return {**(before if isinstance(before, dict) else {}), **{name.strip(): said.strip() for name, _, said in pairs}}
    return text

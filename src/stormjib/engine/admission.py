"""Whether somebody may ask for an action, and whether what they give is what it takes."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, cast

import msgspec

from stormjib.core.actions import Action, parameters_of
from stormjib.core.actions.parameter import TEXT_CHARS_MAX
from stormjib.core.log.entry import BY_FACE
from stormjib.core.redact import redacted, without_own_tokens
from stormjib.core.severity import NAMED, canonical
from stormjib.core.text.visible import says


class Invalid(ValueError):
    """The parameters are not what the action takes; the text names the first one that is not."""


class Forbidden(Exception):
    """Whoever asks may not do this; the text names the scope that lacks."""


class Who(Protocol):
    """Somebody with a name and scopes."""

    @property
    def name(self) -> str:
        """Under which it is written down."""

    @property
    def machine(self) -> bool:
        """Whether it is a program."""

    @property
    def face(self) -> str:
        """Where they act without a token, such as slack; "" elsewhere."""

    def may(self, scope: str) -> bool:
        """Whether they have this scope."""


PLACEHOLDER: Final = "…"
"""In commands and forms that are shown it stands for what a person has to write."""


def admitted(
    action: Action[Any],
    given: Mapping[str, object],
    who: Who,
    level: Callable[[str], str] = canonical,
    named: str = NAMED,
    *,
    hide: Callable[[str], str] = redacted,
) -> msgspec.Struct:
    """The action's own struct, where this person or machine may do it at all; raises ``Forbidden`` and ``Invalid``.

    ``level`` reads a severity's name; ``named``: which there are, in words; ``hide``: a text without secrets, for others read it.
    """
    if not who.may(action.scope):
        raise Forbidden(f"The token {who.name} lacks the scope {action.scope!r}.")
    if who.machine and not action.machines:
        raise Forbidden(f"{who.name} is a machine's token: it may ask, look and note. {action.summary}: that is for a person.")
    unwritten = next((name for name, value in given.items() if PLACEHOLDER in _words(value)), "")
    if unwritten:
        raise Invalid(f"{unwritten.capitalize()} is {PLACEHOLDER}, which stands for words of yours: write them.")
    texts = {one.wire for one in parameters_of(action.parameters) if one.chars_max == TEXT_CHARS_MAX or one.wire == "title"}
    for name in texts:
        text = given.get(name)
        if isinstance(text, str) and text.strip() and not says(text):
            raise Invalid(f"{name.capitalize()} holds no word; write it so that others can read it.")
    try:
        said = {
            name: hide(value) if name in texts and isinstance(value, str) else without_own_tokens(value)
            for name, value in given.items()
        }
        return cast("msgspec.Struct", msgspec.convert(_leveled(action, said, level), action.parameters, strict=False))
    except msgspec.ValidationError as error:
        raise Invalid(_sentence(action, given, str(error), named)) from error


def _words(value: object) -> set[str]:
    """What somebody wrote, in a text or in the fields of one."""
    return {one.strip() for one in (value.values() if isinstance(value, dict) else (value,)) if isinstance(one, str)}


def _leveled(action: Action[Any], given: Mapping[str, object], level: Callable[[str], str]) -> dict[str, object]:
    """With each severity as P0 … P4, whatever the team calls it: ``Sev1`` is P0, as it is for an alert."""
    named = {one.wire for one in parameters_of(action.parameters) if one.kind == "severity"}
    return {name: level(value) if name in named and isinstance(value, str) else value for name, value in given.items()}


def own_cause(key: str) -> str:
    """A key that a client chose, told apart from the engine's own causes: nobody outside can name one of those.

    Otherwise a key such as ``run/INC-2-R1/started`` would make the engine believe that this had happened already.
    """
    return f"client/{key}" if key else ""


def cause_of(who: Who, key: str) -> str:
    """The cause of what somebody does with a key; "" without one."""
    named = key and f"{who.name}/{key}"
    return f"{BY_FACE}{who.face}/{named}" if named and who.face else own_cause(named)


def _sentence(action: Action[Any], given: Mapping[str, object], said: str, levels: str) -> str:
    """What is wrong with the first parameter that is wrong."""
    for one in parameters_of(action.parameters):
        value, named = given.get(one.wire, ""), one.wire.replace("_", " ").capitalize()
        if one.required and value in ("", None):
            return f"{named} is missing: {one.help}."
        if one.chars_max is not None and isinstance(value, str) and len(value) > one.chars_max:
            return f"{named} has {len(value)} characters and may have {one.chars_max}; shorten it."
        if one.kind == "severity" and f"$.{one.wire}`" in said:
            return f"{value!r} is no severity; {levels}."
        if f"$.{one.wire}`" in said and "regex" in said:
            return f"{value!r} is no {one.wire}: {one.help}."
        if f"$.{one.wire}" in said:
            return f"{named}: {said.partition(' - at ')[0]} ({one.help})."
    return f"{said}."

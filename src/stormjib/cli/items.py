"""Finding an item or a command of an incident by its id or by its line in the runbook."""

from collections.abc import Iterator
from typing import Any

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session

Part = dict[str, Any]


def room(session: Session, incident: str) -> Part:
    """Everything about an incident but its log."""
    found: Part = session.client().get("incidents", incident)["incident"]
    return found


def boxes(picture: Part) -> list[Part]:
    """Every item that a person can tick, the severity's checklist first."""
    found = [*picture["checklist"], *(task for _, group in groups(picture) for task in group["tasks"])]
    return [item for item in found if not item.get("forbids")]


def options(picture: Part) -> list[Part]:
    """Every command that the runbook offers."""
    return [option for _, group in groups(picture) for option in group["options"]]


def groups(picture: Part) -> Iterator[tuple[Part, Part]]:
    """Every group of every step, with its step."""
    for step in picture["steps"]:
        for group in step["groups"]:
            yield step, group


def item_id(session: Session, incident: str, typed: str) -> str:
    """The id of an item; a bare number is a line of the runbook."""
    if not typed.isdecimal():
        return typed
    found = [box["id"] for box in boxes(room(session, incident)) if box["line"] == int(typed)]
    return _one(found, f"Line {typed} of the runbook is no item of {incident}.", f"stormjib incident show {incident}")


def proof_id(session: Session, incident: str, typed: str) -> str:
    """The id of what proves the recovery: a task or a command; a bare number is a line of the runbook."""
    if not typed.isdecimal():
        return typed
    picture = room(session, incident)
    found = [box["id"] for box in boxes(picture) if box["line"] == int(typed)]
    found += [option["command_id"] for option in options(picture) if option["line"] == int(typed)]
    return _one(found, f"Line {typed} of the runbook proves nothing in {incident}.", f"stormjib incident show {incident}")


def command_id(session: Session, incident: str, typed: str) -> str:
    """The id of a command; a bare number is a line of the runbook."""
    return command_in(room(session, incident), typed) if typed.isdecimal() else typed


def command_in(picture: Part, typed: str) -> str:
    """The same, of an incident that has been fetched."""
    if not typed.isdecimal():
        return typed
    found = [option["command_id"] for option in options(picture) if option["line"] == int(typed)]
    return _one(found, f"Line {typed} of the runbook is no command.", f"stormjib run list {picture['id']}")


def _one(found: list[str], missing: str, look: str) -> str:
    """The first: where a line is a box of the checklist and a task as well, the box is meant."""
    if not found:
        raise Stop(Exit.NOT_FOUND, missing, look)
    return found[0]

"""What a command still lacks before it can run, and how a person gives it, in sentences."""

from collections.abc import Sequence
from typing import Final

from stormjib.core import shell
from stormjib.core.incident import Incident
from stormjib.core.runbook import Command

_NAMED_MAX: Final = 5
"""Values that a sentence names."""


def advice(command: Command, incident: Incident, needs: Sequence[str]) -> str:
    """What the command still lacks and how to give it, in sentences. ``command`` is as ``filled`` left it."""
    given = {name: fact.value for name, (_, fact) in incident.values.items()}
    put = shell.fill(command.text, {**dict.fromkeys(shell.names_in(command.text, frozenset()), "value"), **given})
    if put.problem:
        return put.problem
    left = lacks(incident, needs)
    own = {written: name for written in left if (name := shell.name_of(written)) and not shell.is_secret(name)}
    fillable = [written for written in own if written[:2] != "$(" and written[:1] != "`"]
    others = [written for written in left if written not in fillable]
    told = [shell.how_to_give(others)] if others else []
    if fillable:
        verb = "has" if len(fillable) == 1 else "have"
        ways = "; ".join(dict.fromkeys(how_to_set(incident.id, own[written]) for written in fillable[:_NAMED_MAX]))
        told.insert(0, f"{' and '.join(fillable[:_NAMED_MAX])} {verb} no value in {incident.id}. Give it: {ways}")
    named = " and ".join(needs)
    return (
        " ".join(told)
        or f"The value of {named} can't be put in safely where it stands there. Give a plainer value, or edit the runbook."
    )


def lacks(incident: Incident, needs: Sequence[str]) -> tuple[str, ...]:
    """Which of the values that a command needs nobody has given yet."""
    return tuple(written for written in needs if shell.name_of(written) not in incident.values)


def how_to_set(incident_id: str, name: str) -> str:
    """The command that gives a value."""
    return f"stormjib value set {incident_id} {name} VALUE"

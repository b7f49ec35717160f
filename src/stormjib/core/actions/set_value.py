"""Set a value: what stands for a placeholder or a variable of the runbook's commands from now on, in this incident."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core import values
from stormjib.core.actions.action import Action, Context, Words, unless_closed
from stormjib.core.actions.parameter import Name, Spelling, spelled
from stormjib.core.incident import Incident, Missing, Refused
from stormjib.core.log import AnyFact
from stormjib.core.shell import is_secret, name_of, unfit

_LISTED_MAX = 12


class SetValue(msgspec.Struct, frozen=True):
    """The name as it is written in the runbook, such as ``pod``, ``<pod>`` or ``$POD``, and its value."""

    name: Annotated[
        Name, spelled("what lacks a value, such as pod for <pod>, $POD and POD_NAME", Spelling("name", "name", "NAME"))
    ]
    value: Annotated[
        str,
        Meta(max_length=1_000),
        spelled("its value; it goes into a command as one word", Spelling("value", "value", "VALUE")),
    ]


def _decide(incident: Incident, parameters: SetValue, context: Context) -> Sequence[AnyFact]:
    name, value = name_of(parameters.name) or parameters.name.strip().casefold(), parameters.value.strip()
    asked = values.wanted(context.written or context.runbook, incident, context.policy)
    one = next((one for one in asked if one.name == name), None)
    if is_secret(name):
        raise Refused(
            f"{parameters.name} looks like a secret, which must not stand in the timeline. Make it a variable of the command in the "
            "runbook, such as $ADMIN_TOKEN, and give that in the commands' env file (command_env_file)."
        )
    if one is None:
        names = ", ".join(other.name for other in asked if not other.secret) or "none"
        raise Missing(f"No command of the runbook asks for {parameters.name}. It asks for: {names[:500]}.")
    if unfit(value):
        raise Refused(f"This can't be the value of {one.written}. {unfit(value)}")
    if value.startswith("-"):
        raise Refused(f"The value of {one.written} begins with a dash and would be read as an option. Give another value.")
    if problem := values.nowhere(name, value, context.written or context.runbook, incident, context.policy):
        raise Refused(problem)
    if one.given == value:
        return []
    return [values.given_now(name, value, context.who, one)]


SET_VALUE = Action(
    name="set-value",
    summary="Give a value that the runbook's commands lack",
    parameters=SetValue,
    example=SetValue("pod", "web-7d4b9c-x2x"),
    when=unless_closed,
    decide=_decide,
    button="Set the value",
    path="incidents/{incident_id}/values",
    words=Words("value set", "{incident}: the value is set (entry {seq})", group="Its commands"),
)

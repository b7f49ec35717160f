"""Contact methods: send a test, whose answer is the proof that somebody can be reached."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.on_call import person_named
from stormjib.core.actions.parameter import Name, Spelling, spelled
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, ContactTestRequested
from stormjib.core.shadow import SAID
from stormjib.core.text.meant import meant


class TestContact(msgspec.Struct, frozen=True):
    """Whose, and which."""

    who: Annotated[Name, spelled("a person of people/", Spelling("who", "who", "WHO"))]
    method: Annotated[
        str,
        Meta(max_length=80),
        spelled("one of their contact methods; all where it is left out", Spelling("method", "method", "METHOD", optional=True)),
    ] = ""


def _decide(_: Incident, parameters: TestContact, context: Context) -> Sequence[AnyFact]:
    person = person_named(context.policy, parameters.who)
    if context.policy.shadow and person.name != context.who:
        raise Refused(f"{SAID} Only your own contact methods can be tested; {person.name} tests theirs.")
    names = [one.name for one in person.contact]
    if not names:
        raise Refused(f"{person.name} has no contact methods; list them under contact in people/{person.name}.yaml.")
    if parameters.method and parameters.method not in names:
        near = meant(parameters.method, names) or f"; there are {', '.join(names)}"
        raise Refused(f"{person.name} has no contact method {parameters.method!r}{near}.")
    return [
        ContactTestRequested(person.name, one.name, one.digest) for one in person.contact if parameters.method in {"", one.name}
    ]


TEST_CONTACT = Action(
    name="test-contact",
    summary="Send a test through somebody's contact methods",
    parameters=TestContact,
    example=TestContact("ana", "push"),
    on="site",
    decide=_decide,
    button="Test",
    path="people/{who}/test",
    form="test",
    words=Words(
        "contact test",
        "a test is sent to {who}",
        group="On call",
        incident="none",
        following="stormjib contact list",
    ),
)

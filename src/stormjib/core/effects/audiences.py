"""Which audience goes where: the channel in which it reads, its people, and methods of its own; here alone it is decided."""

from collections.abc import Iterator

from stormjib.core import comms
from stormjib.core.effects.effect import SendMessage
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook


def told(key: str, audience: str, text: str, runbook: Runbook, policy: Policy) -> Iterator[SendMessage]:
    """A message each. Its people and methods of its own stand in place of the site's webhook; the channel of a chat is told as well."""
    found, where = policy.audience(audience), comms.read_by(audience, runbook, policy.chat)
    own = found is not None and bool(found.notify or found.contact)
    in_chat = bool(policy.chat) and where.startswith("#")
    if in_chat or not (own or (found and found.people)):
        yield SendMessage(key, audience=where, text=text)
    for number, who in enumerate((*found.people, *((found.name,) if own else ())) if found else ()):
        yield SendMessage(f"{key}/{number}", audience=who, text=text)

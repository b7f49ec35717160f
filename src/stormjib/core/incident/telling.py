"""What becomes of what somebody is to be told: a post or a message is told only once it has been delivered."""

from collections.abc import Mapping

import msgspec

from stormjib.core.log import EffectFailed, Entry, MessageSent
from stormjib.core.log.messages import ROOM, circle_of

NOBODY = "it reached nobody outside stormjib"


class Message(msgspec.Struct):
    """A message to one circle that an entry asks for; ``sent`` is the entry that says it left, 0 before."""

    circle: str
    sent: int = 0
    sent_at: float = 0.0
    failed_at: float = 0.0
    left: bool = False
    """It went out, and does not stand on the incident's own page alone."""
    failed: EffectFailed | None = None
    """How it failed last, until it is sent."""


def asked(entry: Entry) -> tuple[int, str]:
    """The number of the entry that asked for what this one is the result of, and the key of its effect; (0, "") without one."""
    _, _, rest = entry.cause.partition("/")
    number, _, key = rest.partition("/")
    return (int(number), key) if number.isdecimal() and key else (0, "")


def deliver(messages: dict[tuple[int, str], Message], entry: Entry) -> None:
    """Learn from a result what became of a message; in place."""
    seq, key = asked(entry)
    match entry.fact:
        case MessageSent():
            circle = circle_of(key, entry.fact.audience)
            if key and circle:
                before = messages.get((seq, circle))
                left = entry.fact.integration != ROOM or (before is not None and before.left)
                messages[seq, circle] = Message(circle, entry.seq, entry.at, left=left)
        case EffectFailed():
            circle = circle_of(entry.fact.effect, entry.fact.audience)
            known = messages.get((seq, circle))
            if circle and not (known and known.sent):
                messages[seq, circle] = Message(circle, failed_at=known.failed_at if known else entry.at, failed=entry.fact)
        case _:
            pass


def untold(messages: dict[tuple[int, str], Message]) -> dict[str, EffectFailed]:
    """Who was not told, and how it failed: those for whom a message failed and no later one was sent."""
    told: dict[str, int] = {}
    for (seq, _), message in messages.items():
        if message.sent:
            told[message.circle] = max(seq, told.get(message.circle, 0))
    return {
        message.circle: message.failed
        for (seq, _), message in sorted(messages.items(), key=lambda one: one[0])
        if message.failed and seq > told.get(message.circle, -1)
    }


def why(failed: EffectFailed) -> str:
    """The sentence of a failure, and whether it is tried again."""
    reason = failed.reason if failed.reason.endswith((".", "?", "!")) else f"{failed.reason}."
    return reason + (" No try will change that." if failed.permanent else f" (attempt {failed.attempt}; it is tried again)")


def not_arrived(unreached: Mapping[str, tuple[object, EffectFailed]]) -> str:
    """Whom a page has not reached, and of whom nobody knows, a sentence for each of the two."""
    sentences = []
    for unknown, what in ((False, "The page to {} has not"), (True, "Nobody knows whether the page to {} has")):
        found = {who: failed for who, (_, failed) in unreached.items() if failed.unknown is unknown}
        sentences += [f"{what.format(', '.join(found))} arrived: {why(one)}" for one in list(found.values())[-1:]]
    return " ".join(sentences)

"""A large delivery in pieces, each a transaction of its own, and what became of all of them together."""

from typing import Final

import msgspec

from stormjib.ports import Accepted, Delivery

PIECE_ALERTS_MAX: Final = 2_000
"""Of one request in one transaction."""


def pieces(delivery: Delivery) -> list[Delivery]:
    """What was refused, left out and mended, and every alert that was found and is in no piece before, goes with the last."""
    cut = [delivery.alerts[at : at + PIECE_ALERTS_MAX] for at in range(0, len(delivery.alerts), PIECE_ALERTS_MAX)]
    *first, last = cut
    before = sum(map(len, first))
    rest = msgspec.structs.replace(delivery, alerts=last, received=delivery.received - before)
    return [*(Delivery(delivery.source, len(alerts), alerts, sender=delivery.sender) for alerts in first), rest]


def added(one: Accepted, other: Accepted) -> Accepted:
    """What became of both."""
    return Accepted(
        one.new + other.new,
        one.repeated + other.repeated,
        one.cleared + other.cleared,
        tuple(dict.fromkeys((*one.incidents, *other.incidents))),
    )

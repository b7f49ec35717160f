"""What a seed varies between two drills of one fault: the load, and the fault's own options."""

from random import Random

import msgspec

from stormjib.drill.faults import FAULTS

REQUESTS_PER_SECOND = (6.0, 12.0)
WHOLE = frozenset({"replica"})


class Variation(msgspec.Struct, frozen=True):
    """The numbers of one drill; the same fault and seed give the same."""

    requests_per_second: float
    options: dict[str, float]


def vary(fault: str, seed: int) -> Variation:
    """Choose for a fault that is in ``FAULTS``; every number is rounded, so that it reads the same wherever it is written."""
    chance = Random(f"{fault}/{seed}")  # noqa: S311 - a drill has to be repeatable, not secret
    options = {
        name: float(chance.randint(round(least), round(most))) if name in WHOLE else round(chance.uniform(least, most), 2)
        for name, (least, most) in FAULTS[fault].varies.items()
    }
    return Variation(round(chance.uniform(*REQUESTS_PER_SECOND), 1), options)

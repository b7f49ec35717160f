"""Access logs: failing requests, of all and of one upstream where the others do well."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.observation import Measured, State
from stormjib.core.text.units import percent
from stormjib.evidence.loglines.rates import Events, rate_p
from stormjib.evidence.suspects.requests import requests_of, share_failing
from stormjib.evidence.suspects.signal import UPSTREAM, Signal
from stormjib.evidence.suspects.tree import Tree, is_address


def of_access(tree: Tree, seq: int, facts: tuple[Measured | State, ...], weight: float = 1.0) -> Iterator[Signal]:
    """Failing requests: of all, and of one upstream where the others do well."""
    everything = share_failing(facts)
    if everything is not None and everything >= 1.0:
        yield Signal(tree.service, "erroring", 0.6 * weight, seq, f"{percent(everything)} of requests fail with 5xx")
    found = {name: one for name, one in requests_of(facts).items() if is_address(name)}
    for name in sorted(found):
        requests, share = found[name]
        others = [other for key, other in found.items() if key != name and other[0] >= _REQUESTS_MIN]
        if not others or share < _FAR * max(1.0, *(other[1] for other in others)):
            continue
        counts = sum(other[0] for other in others), sum(other[0] * other[1] / 100 for other in others)
        chance = len(found) * rate_p(Events(counts[1], requests * share / 100), counts[0], requests)
        if chance < _CHANCE_MAX:
            most = max(other[1] for other in others)
            says = f"{percent(share)} of what {name} answers fails, of the others at most {percent(most)}"
            strength = 0.85 if chance < _SURELY else 0.5
            yield Signal(tree.service, "erroring", strength * weight, seq, says, thing=f"{UPSTREAM}{name}")


_REQUESTS_MIN: Final = 3.0
_CHANCE_MAX: Final = 0.15
_SURELY: Final = 0.08
"""How probable it may be that one of several, all the same, fails so much more than the others by chance alone."""
_FAR: Final = 2.5

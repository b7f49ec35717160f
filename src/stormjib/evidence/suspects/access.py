"""Access logs: failing requests, of all and of one upstream where the others do well."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.observation import Measured, State
from stormjib.core.text.units import percent
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
        others = [other[1] for key, other in found.items() if key != name and other[0] >= _REQUESTS_MIN]
        failed = requests * share / 100
        if others and failed >= _FAILED_MIN and share >= _FAR * max(1.0, *others):
            says = f"{percent(share)} of what {name} answers fails, of the others at most {percent(max(others))}"
            strength = 0.85 if failed >= _FAILED_SURELY else 0.5
            yield Signal(tree.service, "erroring", strength * weight, seq, says, thing=f"{UPSTREAM}{name}")


_REQUESTS_MIN: Final = 3.0
_FAILED_MIN: Final = 1.5
"""One may be chance."""
_FAILED_SURELY: Final = 2.5
_FAR: Final = 2.5

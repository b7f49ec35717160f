"""The fuse of a silence, by an oracle that knows only what people were promised: nothing worse or other than was meant is hidden.

``FUSE_EXAMPLES=100000`` runs as many, which takes some minutes (``--timeout=0``).
"""

import os

from hypothesis import given, settings
from hypothesis import strategies as some

from stormjib.core.severity import Severity
from stormjib.core.silence import Silence, broken, hiding

EXAMPLES = int(os.environ.get("FUSE_EXAMPLES", "500"))
SERVICES, NAMES = ("shop", "Shop", "pay"), ("Down", "Slow", "Full")
WORST_FIRST = ("P0", "P1", "P2", "P3", "P4")
SILENCES = some.lists(
    some.builds(
        Silence,
        id=some.integers(1, 9).map(str),
        service=some.sampled_from(SERVICES),
        alerts=some.lists(some.sampled_from(NAMES), unique=True, max_size=2).map(tuple),
        up_to=some.sampled_from(Severity),
        start=some.integers(0, 12).map(float),
        end=some.integers(8, 20).map(float),
    ),
    max_size=6,
)
ALERTS = some.tuples(some.sampled_from(SERVICES), some.sampled_from(NAMES), some.sampled_from(Severity), some.integers(4, 16))


@settings(max_examples=EXAMPLES, deadline=None)
@given(SILENCES, ALERTS)
def test_nothing_strictly_worse_or_new_is_hidden_and_whatever_it_meets_breaks(silences, alert):
    service, name, severity, at = alert
    in_force = [one for one in silences if one.service.lower() == service.lower() and one.start <= at < one.end]
    meant = [one for one in in_force if WORST_FIRST.index(severity.value) >= WORST_FIRST.index(one.up_to.value)]
    meant = [one for one in meant if not one.alerts or name in one.alerts]
    by = hiding(silences, service, name, severity, at)
    assert (by is None) == (not meant)
    assert by is None or by in meant
    breaks = [one for one, why in broken(silences, service, name, severity, at) if why]
    assert breaks == [one for one in in_force if one not in meant]

"""Which parts of a book are cases: what is done where an incident is this one of several, such as a playbook or an alert's chapter."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from stormjib.core.kinds import Kind
from stormjib.core.markdown.level_names import said_at_start
from stormjib.core.markdown.words import Words

_PARTS: Final = {Kind.INVESTIGATE, Kind.MITIGATE, Kind.VERIFY, Kind.INFORM}
_OWN: Final = {None, Kind.RESPOND, Kind.INFORM}
_SEVERAL: Final = 2


def found(
    titles: Sequence[str], paths: Sequence[tuple[int, ...]], kinds: Sequence[Kind | None], words: Words, top: int
) -> frozenset[int]:
    """The indices of the headings that are cases; a path holds the headings above and ends with its own, ``top`` is the first below the title.

    Parts are cases where they are called so ("Playbook 2", "RB-004", "Alert: DiskFull"), stand below one that lists such ("Common
    incidents"), say what is wrong ("Uplink dead"), or have the same parts of their own: each with its "Symptoms" and "Fix". One alone is
    none, and no level is.
    """
    below: dict[int, list[int]] = {}
    for at, path in enumerate(paths):
        if len(path) > 1:
            below.setdefault(path[-2], []).append(at)
    cases = set[int]()
    for parent, parts in below.items():
        able = [at for at in parts if said_at_start(titles[at], words, about=False) is None]
        listed = parent >= top and words.has("h.cases", titles[parent])
        alike = _alike(able, titles, kinds, below)
        troubles = {at for at in able if kinds[at] in _OWN and words.has("h.trouble", titles[at])}
        said = [at for at in able if words.has("h.case", titles[at]) or at in alike | troubles or (listed and kinds[at] in _OWN)]
        cases.update(said if len(said) >= _SEVERAL else ())
    return frozenset(cases)


def _alike(parts: list[int], titles: Sequence[str], kinds: Sequence[Kind | None], below: dict[int, list[int]]) -> set[int]:
    """Those that share titles of their own parts; where a title says which part of an incident it is, one such title is not enough."""
    names = {at: {titles[low].casefold(): kinds[low] for low in below.get(at, ())} for at in parts}
    counts = Counter(name for own in names.values() for name in own)
    shared = {at: [kind for name, kind in own.items() if counts[name] > 1] for at, own in names.items()}
    return {
        at
        for at, found in shared.items()
        if any(kind in _PARTS for kind in found) and (kinds[at] in _OWN or len(found) >= _SEVERAL)
    }

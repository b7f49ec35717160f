"""What the title of a part says: its kind, by the words that runbooks name their parts with."""

import functools
from typing import Final

from stormjib.core.kinds import Kind, Mode
from stormjib.core.markdown.words import Words

_ORDER: Final = (
    ("h.after", Kind.AFTER),
    ("h.confirm", Kind.INVESTIGATE),
    ("h.communicate", Kind.COMMUNICATE),
    ("h.later", Kind.AFTER),
    ("h.close", Kind.CLOSE),
    ("h.verify", Kind.VERIFY),
    ("h.mitigate", Kind.MITIGATE),
    ("h.investigate", Kind.INVESTIGATE),
    ("h.respond", Kind.RESPOND),
    ("h.reference", Kind.REFERENCE),
    ("h.informs", Kind.INFORM),
    ("h.generic", Kind.RESPOND),
)
"""Which words count before which: "Verification steps" verifies, "Investigation procedure" investigates."""
MODES: Final = {
    Kind.RESPOND: Mode.SEQUENCE,
    Kind.INVESTIGATE: Mode.COLLECT,
    Kind.MITIGATE: Mode.CHOOSE,
    Kind.VERIFY: Mode.SEQUENCE,
    Kind.CLOSE: Mode.SEQUENCE,
    Kind.COMMUNICATE: Mode.MENU,
    Kind.AFTER: Mode.SEQUENCE,
    Kind.REFERENCE: Mode.MENU,
    Kind.INFORM: Mode.MENU,
}
_STRONGER: Final = {
    Kind.INVESTIGATE: {Kind.MITIGATE, Kind.COMMUNICATE},
    Kind.MITIGATE: {Kind.VERIFY, Kind.CLOSE, Kind.COMMUNICATE, Kind.INVESTIGATE},
    Kind.CLOSE: {Kind.VERIFY, Kind.COMMUNICATE},
    Kind.VERIFY: set[Kind](),
    Kind.COMMUNICATE: set[Kind](),
    Kind.AFTER: set[Kind](),
}
"""Which kinds of part keep their own kind below which; below any other part all do."""


@functools.lru_cache(4_096)
def kind_of(title: str, words: Words, *, mitigates: bool) -> Kind | None:
    """The kind that a title asks for, None where its words say none. "Resolution" and "Actions" are a choice of fixes unless another part mitigates."""
    if words.has("h.forbids", title):
        return Kind.INFORM
    if words.has("h.over", title):
        return Kind.VERIFY
    if words.has("h.when", title):
        return Kind.INFORM
    if words.has("h.sentence", title):
        return None
    if words.has("h.resolve", title) and not words.has("h.after", title):
        return Kind.CLOSE if mitigates else Kind.MITIGATE
    if not mitigates and words.has("h.actions", title):
        return Kind.MITIGATE
    return next((kind for key, kind in _ORDER if words.has(key, title)), None)


def within(outer: Kind | None, own: Kind | None) -> Kind | None:
    """The kind of a part below another: a look into something stays one, whatever it is that is looked at.

    What is below a general part ("Procedure") is what its own title says; below a mitigation a check proves or looks.
    """
    if own is None or outer is None:
        return own or outer
    stays = own not in _STRONGER.get(outer, set(Kind))
    return outer if stays else own

"""A line of a log or an alert → signals: who is meant, and what is said of it."""

from collections.abc import Iterator
from typing import Final

from stormjib.evidence.suspects.signal import Signal
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import DEPLOYMENT, DNS, DOCKER, Sign, signs_of

QUOTE_CHARS_MAX: Final = 110
_OBSERVERS: Final = {DOCKER, "systemd", "kernel"}
"""What they write is about others."""


def of_text(
    tree: Tree,
    seq: int,
    text: str,
    *,
    writer: str,
    weight: float,
    named: str = "",
    plain: float = 0.0,
    thing: str = "",
    teller: str = "",
) -> Iterator[Signal]:
    """What a line says. ``weight`` scales it; ``plain`` is how strongly an error without a known sign points to its writer.

    ``named`` is the dependency that a structured line names; ``thing`` the container whose log it is; ``teller`` what says it where
    that is no log.
    """
    errors = f"{teller} says" if teller else "errors in its log"
    named = named or tree.named_in(text, but=writer)
    signs = list(signs_of(text))
    for sign in signs:
        component, own = _whose(tree, sign, writer, named)
        if not component:
            continue
        by_writer = component == writer
        if by_writer and sign.about == "named":  # the line does not say what it could not reach
            says = f"{errors}: {quoted(text)}"
            yield Signal(writer, "erroring", max(plain, 0.5 * sign.strength) * weight, seq, says, thing)
            continue
        says = (
            f"{sign.says}: {quoted(text)}" if by_writer or not writer else f"{sign.says}, says {teller or writer}: {quoted(text)}"
        )
        own_thing = thing if by_writer else ""
        yield Signal(component, sign.kind, sign.strength * weight, seq, says, own_thing, own=own or by_writer)
        if not own and not by_writer and writer:
            yield Signal(writer, "erroring", 0.4 * weight, seq, f"{errors}: {quoted(text)}", thing)
    if not signs and writer and plain:
        yield Signal(writer, "erroring", plain * weight, seq, f"{errors}: {quoted(text)}", thing)
        if named:
            yield Signal(named, "erroring", plain * weight, seq, f"{writer} says of it: {quoted(text)}", own=False)


def _whose(tree: Tree, sign: Sign, writer: str, named: str) -> tuple[str, bool]:
    """The component that a sign is about, and whether it speaks for itself."""
    match sign.about:
        case "deployment":
            return DEPLOYMENT + (writer if writer in tree.needs and writer != tree.front else tree.service), True
        case "writer":
            return (named or writer) if writer in _OBSERVERS else writer, True
        case "itself":
            fixed = sign.fixed
            if fixed in {"", "redis"}:
                return named or fixed or writer, True
            return fixed, True
        case "named":
            if sign.fixed == DNS:
                return DNS, True
            return named or writer, False


def wrong_upstream(tree: Tree, seq: int, address: str, strength: float) -> Signal:
    """The proxy passes requests to where nobody is, while the service answers elsewhere."""
    there = min(tree.alive, default="")
    says = f"it passes requests to {address}, where nobody answers, while {tree.service} answers at {there}"
    return Signal(tree.front or "the proxy", "misconfigured", strength, seq, says)


def quoted(text: str) -> str:
    """The line between quotation marks, cut to what fits a sentence."""
    line = " ".join(text[: QUOTE_CHARS_MAX * 4].split())
    return f"“{line if len(line) <= QUOTE_CHARS_MAX else line[: QUOTE_CHARS_MAX - 1] + '…'}”"

"""Which of P0 … P4 each level of a runbook is: by its number, else by its place among the others."""

import re

import msgspec

from stormjib.core.markdown.words import Words
from stormjib.core.runbook import Severity


def ranked(defined: list[Severity], words: Words) -> tuple[Severity, ...]:
    """Each with P0 … P4: by its number, where levels are numbered, else by the order in which they stand; the worst is P0."""
    numbers = [int(found.group()) if (found := re.search(r"\d", one.name)) else None for one in defined]
    known = [number for number in numbers if number is not None]
    own = {index for index, one in enumerate(defined) if re.fullmatch(r"P\d", one.name, re.IGNORECASE)}
    first = 0 if 0 in known else 1
    named = [index for index, number in enumerate(numbers) if number is None]
    turned = len(defined) > 1 and _turned(defined, numbers, words)

    def rank(index: int) -> int:
        number = numbers[index]
        if number is None:
            place = named.index(index)
            return len(named) - 1 - place if turned else place
        if index in own:
            return number
        return max(known) - number if turned else number - first

    return tuple(msgspec.structs.replace(one, level=f"P{min(max(rank(index), 0), 4)}") for index, one in enumerate(defined))


def _turned(defined: list[Severity], numbers: list[int | None], words: Words) -> bool:
    """Whether the levels rise from harmless to worst, as where Level 3 is the outage."""
    order = sorted(range(len(defined)), key=lambda index: (numbers[index] is None, numbers[index] or 0, index))
    low, high = (f"{defined[index].name} {defined[index].text}" for index in (order[0], order[-1]))
    return words.has("worst", high) and words.has("mildest", low) and not words.has("worst", low)

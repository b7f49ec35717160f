"""What a line asks: to be done, to be done where something holds, never to be done, or nothing because it only informs."""

import re
from typing import Final, NamedTuple

from stormjib.core.kinds import Demand, Kind
from stormjib.core.markdown import windows
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.markdown.clauses import forbids, forbids_its_commands, without_other
from stormjib.core.markdown.outline import Section
from stormjib.core.markdown.words import Words

_TEXT_CHARACTERS_MAX = 300
_LABEL_CHARACTERS_MAX = 200
_LEAD_WORDS_MAX = 14


class Sense(NamedTuple):
    """What a line asks. ``demand`` None: nothing. ``label`` is what has to stand before its text, such as "Never" or "If X"."""

    demand: Demand | None
    condition: str = ""
    label: str = ""
    hold_minutes: float | None = None
    """For how long what it asks for has to be so."""


ASKS: Final = Sense(Demand.REQUIRED)
OFFERS: Final = Sense(Demand.CONDITIONAL)
INFORMS: Final = Sense(None)


def of_line(text: str, leads: tuple[str, ...], path: tuple[Section, ...], words: Words) -> Sense:
    """The sense of a text below ``leads`` (the items and the sentence that introduce its list, the nearest first) and headings."""
    said = (text, *leads, *(section.title for section in reversed(path)))
    times = (windows.hold_minutes(plain(one[:_TEXT_CHARACTERS_MAX]), words) for one in said)
    return _demanded(text, leads, path, words)._replace(hold_minutes=next(filter(None, times), None))


def _demanded(text: str, leads: tuple[str, ...], path: tuple[Section, ...], words: Words) -> Sense:
    own = plain(text[:_TEXT_CHARACTERS_MAX])
    condition, rest = windows.led(own, words)
    said = without_other(_without_condition(rest, words), words)
    if forbids(said, words, "forbids") and forbids_its_commands(text, words):
        return Sense(Demand.FORBIDS, condition)
    around = _around(leads, path, words)
    if around.demand is not Demand.FORBIDS and informs(own, words):
        return INFORMS
    if around.demand is not Demand.REQUIRED:
        return around._replace(condition=condition or around.condition)
    said = condition or windows.condition(own, words)
    if said or words.has("option", own) or (own.endswith(("?", "\uff1f")) and not words.has("acts", own)):
        return Sense(Demand.CONDITIONAL, said, condition)
    return ASKS


def informs(text: str, words: Words) -> bool:
    """Whether a line says what is so, below a word such as "Risk:" or "Retention:", and nothing that is to be done."""
    found = words.find("informs", text)
    return found is not None and not any(words.has("acts", said) for said in re.split(r"[.;。]\s*", text[found.end() :]))


def _without_condition(text: str, words: Words) -> str:
    """What is said beside a condition: "start it when it does not run" forbids nothing."""
    said = windows.condition(text, words)
    at = text.find(said) if said else -1
    return text[:at] if at > 0 else text


def _around(leads: tuple[str, ...], path: tuple[Section, ...], words: Words) -> Sense:
    """What the lines and headings above say of those below them: the nearest that says anything."""
    for lead in leads:
        sense = of_lead(lead, words)
        if sense is not None:
            return sense
    for section in reversed(path):
        if words.has("h.forbids", section.title):
            return Sense(Demand.FORBIDS, "", section.title)
        if section.informs and section is path[-1]:
            return INFORMS
        if words.has("option", section.title):
            return OFFERS
        condition = _whole_condition(section.title, words)
        if condition:
            return Sense(Demand.CONDITIONAL, condition)
        if section.kind is not Kind.RESPOND:
            break
    return OFFERS if path and path[-1].offers else ASKS


def of_lead(text: str, words: Words) -> Sense | None:
    """What a sentence that introduces a list says of it: "Never:", "Symptoms:", "If Docker:", "One of:"; None where it says nothing."""
    lead = plain(text[:_TEXT_CHARACTERS_MAX]).strip()
    if len(lead.split()) > _LEAD_WORDS_MAX:
        return None
    said = without_other(lead, words)
    if forbids(said, words, "lead.forbids"):
        return Sense(Demand.FORBIDS, "", lead.rstrip(" .:\uff1a\u3002"))
    condition = _whole_condition(lead, words)
    if condition:
        return Sense(Demand.CONDITIONAL, condition)
    if words.has("lead.choice", lead) or words.has("option", lead):
        return OFFERS
    return INFORMS if words.has("lead.informs", lead) and not words.has("acts", lead) else None


def _whole_condition(text: str, words: Words) -> str:
    """A text that is a condition and nothing else: "If the disk is full:"."""
    bare = text.strip(" :\uff1a")
    condition, _ = windows.led(f"{bare}: x", words)
    said = condition or windows.condition(bare, words)
    return said if said and len(said) + 2 >= len(bare) else ""


class Leads:
    """The sentences and outer items that introduce each block of a book."""

    def __init__(self, blocks: tuple[Block, ...], words: Words) -> None:
        """One look over all blocks: a paragraph that ends in a colon, or speaks of what follows, introduces the list right below it."""
        self._blocks = blocks
        self._above = list[str]()
        above = ""
        for block in blocks:
            self._above.append(above)
            if block.kind != "item" and block.item < 0:
                said = block.text.strip() if block.kind == "paragraph" else ""
                last = said.rsplit("\n", 1)[-1]
                ends = said.rstrip(" *_").endswith((":", "\uff1a"))
                above = last if ends or words.has("lead.next", last[:_TEXT_CHARACTERS_MAX]) else ""

    def of(self, position: int) -> tuple[str, ...]:
        """The outer items of a block, the nearest first, then the sentence before its list."""
        found = list[str]()
        at = self._blocks[position].item
        while at >= 0:
            found.append(self._blocks[at].text)
            at = self._blocks[at].item
        return (*found, self._above[position]) if self._above[position] else tuple(found)

    def is_free(self, position: int) -> bool:
        """Whether no numbered item holds a block, so that its place among the others says nothing of when its turn is."""
        while position >= 0:
            if self._blocks[position].ordered:
                return False
            position = self._blocks[position].item
        return True

    def label(self, position: int) -> str:
        """The words that introduce a fence: the list item that it stands in, or the text before it that ends in a colon."""
        block = self._blocks[position]
        if block.item >= 0:
            return plain(self._blocks[block.item].text[:_LABEL_CHARACTERS_MAX]).rstrip(":\uff1a")
        before = self._blocks[position - 1] if position else None
        text = plain(before.text) if before and before.kind in {"paragraph", "item"} else ""
        return text.rstrip(":\uff1a") if text.endswith((":", "\uff1a")) else ""

    def lead_on(self, position: int, words: Words) -> bool:
        """Whether an item only introduces the items below it, such as "Never:" or "If Docker:"."""
        block = self._blocks[position]
        following = self._blocks[position + 1] if position + 1 < len(self._blocks) else None
        if following is None or following.kind != "item" or following.item != position:
            return False
        text = block.text[:_TEXT_CHARACTERS_MAX]
        says = block.ordered or block.checkbox is not None or words.has("acts", plain(text))
        ends = text.rstrip(" *_").endswith((":", "\uff1a"))
        return (ends and (not says or of_lead(text, words) is not None)) or text[:1] in "\u25b6\u25b8\u25be\u25bc"

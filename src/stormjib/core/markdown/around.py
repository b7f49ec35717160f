"""What stands around the commands of a book: the clause, the lead-in, the label and the section that forbid them or ask for approval."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from stormjib.core.kinds import Demand
from stormjib.core.markdown import clauses
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.markdown.outline import Outline
from stormjib.core.markdown.sense import Sense
from stormjib.core.markdown.words import Words
from stormjib.core.runbook import Command, Task

NEVER: Final = "Never"
_COLONS: Final = (":", "\uff1a")
_INFORMING: Final = {"paragraph", "item"}
_COMMENT: Final = re.compile(r"\s#\s(.{1,300})$", re.MULTILINE)


class Around:
    """One look over all blocks: what each has right above it, and how many have to agree in each section."""

    def __init__(self, blocks: tuple[Block, ...], shape: Outline, words: Words) -> None:
        """A text that holds or introduces a command asks for approval of that alone, any other for what its section holds."""
        self.blocks, self.shape, self.words = blocks, shape, words
        self._above = list[str]()
        self._consents = dict[int, int]()
        self._sections = list(itertools.accumulate(block.kind == "heading" for block in blocks))
        above = ""
        inner = {block.item for block in blocks if block.kind == "fence"}
        for position, (section, block) in enumerate(zip(self._sections, blocks, strict=True)):
            self._above.append(above)
            if block.kind != "item" and block.item < 0:
                above = block.text if block.kind == "paragraph" else ""
            alone = "`" in block.text or position in inner or block.text.rstrip(" *_").endswith(_COLONS)
            if block.kind in _INFORMING and not alone and clauses.approvals([block.text], words) > 1:
                self._consents[section] = 2

    def before(self, position: int) -> str:
        """The paragraph right above a block or above its list, with or without a colon at its end; "" where there is none."""
        return self._above[position]

    def of_code(self, position: int, text: str, offset: int, leads: tuple[str, ...]) -> Demand:
        """What a text, the outer items and lead-ins of its list, and the paragraph above say of the command at ``offset``."""
        own = clauses.of_code(text, offset, self.words)
        return _worse(own, self._of_paragraph(position), self._of_titles(position), *self._of_texts(leads))

    def _of_texts(self, texts: Iterable[str]) -> Iterator[Demand]:
        return (clauses.said_above(text, self.words) for text in texts if text and "`" not in text)

    def _of_titles(self, position: int) -> Demand:
        """A heading forbids, or says nothing: "Pods that never start" is no more than a name."""
        titles = [self.shape.sections[at].title for at in self._path(self._sections[position])]
        return Demand.FORBIDS if Demand.FORBIDS in self._of_texts(titles) else Demand.REQUIRED

    def of_command(self, position: int, command: Command, above: str) -> Demand:
        """What the label of a command in a fence, a comment behind it and the text above the fence say of it."""
        texts = [*({command.label} - {above}), *_COMMENT.findall(command.text)]
        own = [clauses.said_above(text, self.words) for text in texts if text]
        lead = _milder(clauses.said_above(above, self.words)) if above else Demand.REQUIRED
        return _worse(*own, lead, _milder(self._of_paragraph(position)))

    def over(self, position: int, sense: Sense, above: str) -> Sense:
        """The sense of a fence, FORBIDS where its label, the text above or a heading forbids it."""
        said = _worse(*self._of_texts([above]), self._of_paragraph(position), self._of_titles(position))
        return sense._replace(demand=Demand.FORBIDS) if said is Demand.FORBIDS else sense

    def held(self, command: Command, condition: str, section: int, said: Demand, *texts: str) -> Command:
        """With the condition and the approvals that stand around it; where it is doubtful whether it may run, a person decides."""
        path = self._path(section)
        titles = [self.shape.sections[at].title for at in path]
        old = any(self.words.has("no.old", title) for title in titles)
        of_path = [self._consents.get(at, 0) for at in {section, *path}]
        asked = [clauses.approvals([*texts, *titles], self.words), *of_path, int(old or said is Demand.CONDITIONAL)]
        count = max(*asked, command.approvals or 0) or None
        return msgspec.structs.replace(command, approvals=count, condition=command.condition or condition)

    def prose(self, position: int, tasks: list[tuple[int, Task]]) -> Iterator[Task]:
        """What the sentences of a paragraph forbid ("Never fail over by hand"), but for those that are about the fence right below."""
        block, below = self.blocks[position], self.blocks[position + 1 : position + 2]
        introduces = any(one.kind == "fence" for one in below)
        for sentence in clauses.forbidding(block.text, self.words) if block.kind == "paragraph" else ():
            if introduces and self.words.has("no.below", sentence):
                continue
            yield stated(block.line, plain(sentence), tasks)

    def _of_paragraph(self, position: int) -> Demand:
        """The paragraph above forbids what follows where it says "the following" or ends in a colon; else it may mean something else."""
        text = self._above[position]
        said = clauses.said_above(text, self.words) if text and "`" not in text else Demand.REQUIRED
        meant = text.rstrip(" *_").endswith(_COLONS) or self.words.has("no.below", text)
        return said if meant else _milder(said)

    def _path(self, section: int) -> tuple[int, ...]:
        return self.shape.sections[section].path[1 + self.shape.has_title :]


def forbidden(line: int, text: str, sense: Sense, tasks: Iterable[tuple[int, Task]]) -> Task:
    """A command that the book forbids: it is shown so, and is no command."""
    same = sum(task.line == line for _, task in tasks)
    return Task(f"t{line}-{same + 2}", line, sense.label or NEVER, text, condition=sense.condition, demand=Demand.FORBIDS)


def stated(line: int, text: str, tasks: Iterable[tuple[int, Task]]) -> Task:
    """A prohibition in its own words: "Never fail over by hand"."""
    return msgspec.structs.replace(forbidden(line, text, Sense(Demand.FORBIDS), tasks), label=text)


def _milder(said: Demand) -> Demand:
    return Demand.REQUIRED if said is Demand.REQUIRED else Demand.CONDITIONAL


def _worse(*said: Demand) -> Demand:
    return next((one for one in (Demand.FORBIDS, Demand.CONDITIONAL) if one in said), Demand.REQUIRED)

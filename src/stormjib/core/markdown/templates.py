"""The texts to fill in that a runbook holds: status updates, the post-mortem, announcements."""

import itertools
import re
from collections.abc import Sequence

from stormjib.core.markdown.blocks import QUOTED, Block, plain
from stormjib.core.markdown.words import Words
from stormjib.core.runbook import Template

STAGES = ("Investigating", "Identified", "Monitoring", "Resolved")
_FIELD = re.compile(
    r"\[(?![ xX]\])[^\[\]\n]{1,200}\](?!\()|\{\{[^{}\n]{1,80}\}\}|YYYY-MM-DD|\bHH:MM(?::SS)?\b|"
    r"\bX hours Y minutes\b|\bPX\b|@username\b"
)
_STAGE = re.compile(rf"\*\*({'|'.join(STAGES)}|Update|Maintenance|Scheduled|Completed)\s{{0,3}}:?\*\*\s{{0,3}}:?\s{{0,3}}(.*)")
_LANGUAGES = ("markdown", "md", "mdown")
_PLAIN = ("text", "txt", "plain", "plaintext")
_SENTENCE = re.compile(r"\w+ \w+ \w+ \w+|[\u3040-\u9fff]{8}")


def is_template(language: str, about: str, text: str, words: Words) -> bool:
    """Whether a fence is a text to fill in: Markdown always, plain text where the words above it call it one.

    Without a language it has to hold a field or several words as well, for people put commands into such fences too.
    """
    if language in _LANGUAGES:
        return True
    if language in _PLAIN:
        return words.has("template", about) or words.has("postmortem", about)
    called = words.has("template", about) or words.has("postmortem", about)
    return not language and called and bool(_FIELD.search(text) or _SENTENCE.search(text))


def read(block: Block, title: str, words: Words) -> tuple[Template, ...]:
    """The templates of a fence: one for each stage that it labels in bold, else the whole text as one.

    ``title`` is the heading that the fence stands under. Ids are unique within the fence only.
    """
    lines = block.text.rstrip("\n").split("\n")
    first = block.line + 1
    stages = _stages(lines)
    if stages:
        return tuple(_status(lines, first, start, end) for start, end in stages)
    heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), "")
    text = "\n".join(lines)
    start = next((offset for offset, line in enumerate(lines) if line.strip()), 0)
    if words.has("postmortem", f"{title} {heading}"):
        return (Template("postmortem", title or plain(heading), first + start, text, fields_of(text), "postmortem"),)
    kind = "status" if re.search(r"status", f"{title} {heading}", re.IGNORECASE) else "other"
    return (Template("template", title or plain(heading) or "Template", first + start, text, fields_of(text), kind),)


def of_quote(blocks: Sequence[Block], position: int, titles: Sequence[str], words: Words) -> Template | None:
    """The status text that a block quote is under a stage's name (``titles``: the nearest last), where they are about telling people."""
    block, stage = blocks[position], "".join(titles[-1:]).strip("*_ :\uff1a")
    about = any(words.has("template", one) or words.has("update", one) for one in titles[:-1])
    if block.info != QUOTED or stage not in STAGES or not about or block.text.startswith("[!"):
        return None
    parts = itertools.takewhile(lambda one: one.info == QUOTED, blocks[position:])
    text = "\n\n".join(one.text.strip() for one in parts)
    return Template(f"status-{stage.lower()}", stage, block.line, text, fields_of(text), "status", stage)


def _stages(lines: list[str]) -> list[tuple[int, int]]:
    """(first, one past the last) line of each labelled text; none unless one is a stage of a status page."""
    starts = [offset for offset, line in enumerate(lines) if _STAGE.match(line[:2_000])]
    if not any(stage in lines[start] for start in starts for stage in STAGES):
        return []
    return list(itertools.pairwise([*starts, len(lines)]))


def _status(lines: list[str], first: int, start: int, end: int) -> Template:
    """One status text without its bold label, trailing spaces and blank lines around it gone."""
    found = _STAGE.match(lines[start][:2_000])
    stage = found.group(1) if found else ""
    body = [found.group(2) if found else "", *lines[start + 1 : end]]
    text = "\n".join(line.rstrip() for line in body).strip()
    return Template(f"status-{stage.lower()}", stage, first + start, text, fields_of(text), "status", stage)


def fields_of(text: str) -> tuple[str, ...]:
    """The placeholders of a text as they stand in it, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(_FIELD.findall(text)))

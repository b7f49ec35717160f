"""Markdown to a Runbook: every node with the lines that it came from. Takes bytes, reads and runs nothing."""

import hashlib

from stormjib.core.markdown import assembly, blocks, dialects, frontmatter, outline
from stormjib.core.markdown.binding import Binding
from stormjib.core.markdown.blocks import Block
from stormjib.core.markdown.windows import IMMEDIATELY_MINUTES
from stormjib.core.markdown.words import Words, words_for
from stormjib.core.runbook import Finding, Runbook

BYTES_MAX = 1_048_576
LINES_MAX = 20_000
MARKS_MAX = 60_000
_TITLE_WORDS_MAX = 5


def compile_runbook(source: bytes, *, immediately_minutes: float = IMMEDIATELY_MINUTES) -> Runbook:
    """The runbook of a Markdown file.

    Never raises: what is not text, is empty or larger than ``BYTES_MAX``, ``LINES_MAX`` or ``MARKS_MAX`` gives a runbook without
    commands and a finding that says so. ``immediately_minutes`` is what "immediately" means at this site.
    """
    sha256 = hashlib.sha256(source).hexdigest()
    text = _text(source)
    if isinstance(text, Finding):
        return Runbook(sha256, "", findings=(text,))
    return _compile(text, sha256, immediately_minutes)


def _text(source: bytes) -> str | Finding:
    """The text of a file, or why it is not one."""
    if len(source) > BYTES_MAX:
        return Finding("too-large", 1, f"The file is larger than {BYTES_MAX} bytes: split it, one runbook for each service.")
    if b"\0" in source:
        return Finding("not-text", 1, "The file is binary: give a Markdown file in UTF-8.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return Finding("not-text", line, "The file is not UTF-8 from this line on: save it again as UTF-8.")
    if not text.strip():
        return Finding("empty", 1, "The file is empty: write at least one heading and one step.")
    lines = blocks.lines_of(text)
    if len(lines) > LINES_MAX:
        return Finding(
            "too-large", LINES_MAX, f"The file has more than {LINES_MAX} lines: split it, one runbook for each service."
        )
    if blocks.marks(lines) > MARKS_MAX:
        return Finding("too-large", 1, f"The file has more than {MARKS_MAX} list and quote marks: nest it less deeply.")
    return text


def _compile(text: str, sha256: str, immediately_minutes: float) -> Runbook:
    lines = blocks.lines_of(text)
    words = words_for(text)
    plain = dialects.plain_lines(lines, words)
    found = _parted(blocks.read("\n".join(plain.lines)), words)
    shape = outline.read(found, words)
    binding = Binding(found, shape, lines, words, immediately_minutes)
    for line in plain.markup:
        binding.ledger.bind(line, line)
    binding.walk()
    front = next((block.text for block in found if block.kind == "front"), "")
    pairs, wrong = frontmatter.read(front)
    findings = [Finding("mojibake", line, _MOJIBAKE) for line in shape.repaired]
    if wrong:
        findings.append(Finding("bad-front-matter", 1, wrong))
    service = next((value for key, value in pairs if key == "service" and isinstance(value, str)), None)
    named = next((value for key, value in pairs if key == "title" and isinstance(value, str)), "")
    title = shape.title or named
    base = Runbook(sha256, title, service, phases=shape.phases, findings=tuple(findings), front_matter=pairs)
    return assembly.runbook(binding, base)


def _parted(found: tuple[Block, ...], words: Words) -> tuple[Block, ...]:
    """With "It is over when:" above a list as the heading that it is, so that the list holds what has to be proven.

    In a book without a heading, any short line right above a list is one.
    """
    bare = all(block.kind != "heading" for block in found)

    def is_title(block: Block, after: Block) -> bool:
        text = block.text.rstrip(" *_")
        if block.kind != "paragraph" or block.item >= 0 or after.kind != "item" or "\n" in text:
            return False
        short = len(text.split()) <= _TITLE_WORDS_MAX and after.line == block.end_line + 1
        ends = text.endswith((":", "?", "\uff1a", "\uff1f"))
        return (ends and words.has("h.over", blocks.plain(text))) or (
            bare and short and not text.endswith(tuple(".:!,;\u3002\uff1a"))
        )

    return tuple(
        block._replace(kind="heading", level=blocks.BOLD_LEVEL) if is_title(block, after) else block
        for block, after in zip(found, (*found[1:], *found[-1:]), strict=True)
    )


_MOJIBAKE = "The heading holds characters that were decoded wrongly once; the screens show it repaired. Correct it in the file."

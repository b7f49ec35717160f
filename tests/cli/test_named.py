"""Every command that a message, a page or a document names is one, and takes the options that are named with it."""

import re
from pathlib import Path

import pytest

from stormjib.cli.grammar import COMMANDS
from stormjib.cli.vocabulary import GLOBALS, NOUNS

ROOT = Path(__file__).parents[2]
BEFORE = r"`|<code[^>]*>|^\s*(?:\$ )?(?:\S*/bin/)?|[:;] |\b[Rr]un "
NAMED = re.compile(rf"(?:{BEFORE})stormjib (?=[-a-z])([^`<\"'\n;,|>()]*)", re.MULTILINE)
SENTENCE = re.compile(r"(?:is|itself|serves|takes|tries|knows|can|fills|ends|failed|looks|keeps|says|reads|pages|import) ")
"""What stands behind the name where it is the subject of a sentence; none of them is a command."""
OWN = {"-h", "--help", "--version"}
KNOWN = {command.words: command for command in COMMANDS}


def named() -> set[tuple[str, str]]:
    files = sorted([*(ROOT / "src").rglob("*"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
    texts = [(file, file.read_text("utf-8")) for file in files if file.suffix in {".py", ".html", ".js", ".md", ".toml"}]
    found = {(str(file.relative_to(ROOT)), typed.strip()) for file, text in texts for typed in NAMED.findall(text)}
    return {(file, typed) for file, typed in found if not SENTENCE.match(typed + " ")}


def mistake(typed: str) -> str:
    """What is wrong with the words behind the program's name; "" for nothing."""
    words = [word.rstrip(".:") for word in typed.split()]
    plain = [word for word in words if not word.startswith("-")]
    command = next((known for many in (3, 2, 1) if (known := KNOWN.get(" ".join(plain[:many])))), None)
    if command is None:
        is_noun = not plain or (plain[0] in NOUNS and (len(plain) == 1 or not re.fullmatch(r"[a-z-]+", plain[1])))
        return "" if is_noun else "there is no such command"
    if command.bare:
        return ""
    takes = {word.name for word in (*GLOBALS, *command.takes)} | OWN
    return ", ".join(word for word in words if word.startswith("--") and word.partition("=")[0] not in takes and word != "--")


def lacking(typed: str) -> list[str]:
    """The options without which the command would refuse, where all that stands before them is given; a bare name is a name."""
    words = typed.split()
    plain = [word for word in words if not word.startswith("-")]
    many = next((many for many in (3, 2, 1) if " ".join(plain[:many]) in KNOWN), 0)
    command = KNOWN.get(" ".join(plain[:many]))
    if command is None or not plain[many:] or "…" in typed or "[" in typed:
        return []
    return [word.name for word in command.takes if word.required and word.name.startswith("--") and word.name not in words]


def test_a_command_that_is_named_with_its_operands_names_what_it_cannot_do_without():
    found = [(file, typed, lacks) for file, typed in sorted(named()) if file.startswith("src/") and (lacks := lacking(typed))]
    assert found == []


def test_what_is_named_exists():
    found = sorted(named())
    assert len(found) > 200
    assert [(file, typed, said) for file, typed in found if (said := mistake(typed))] == []


@pytest.mark.parametrize("typed", ["runbook list", "ack INC-1 --loudly", "incident tick INC-1", "runbok"])
def test_what_does_not_exist_is_found(typed):
    assert mistake(typed)

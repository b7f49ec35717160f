"""A command line of a runbook: what it runs, how much it may do, whether it ever ends. Nothing here executes anything."""

import hashlib
import shlex

import msgspec

from stormjib.core.risk import Risk


class Statement(msgspec.Struct, frozen=True):
    """One command line as it was written.

    ``text`` is exactly the source, continuation lines and here-documents included; ``line`` counts from 1 within the
    source that was split; ``label`` is the ``# comment`` above, which holds until a blank line or the next comment.
    A comment with no command below it is a manual task: ``text`` is empty and ``label`` says what to do.
    """

    text: str
    line: int
    label: str


class Verdict(msgspec.Struct, frozen=True):
    """What is known of a command line without running it."""

    risk: Risk
    endless: bool
    bounded: str | None
    programs: tuple[str, ...]
    secrets: tuple[str, ...]
    variables: tuple[str, ...]
    target: str
    reason: str
    opens_editor: bool


def split(source: str) -> tuple[Statement, ...]:
    """Split the text of a fence into its statements. Never raises; what cannot be parsed comes back as one statement."""
    return (Statement(text=source.strip(), line=1, label=""),)


def judge(text: str) -> Verdict:
    """Say what a command line may do. Never raises and never executes."""
    del text
    return Verdict(
        risk=Risk.UNKNOWN, endless=False, bounded=None, programs=(), secrets=(), variables=(), target="host", reason="", opens_editor=False
    )


def fingerprint(text: str) -> str:
    """The sha256 of the text as hex digits, whitespace at the ends stripped."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def quote(value: str) -> str:
    """One shell word that stands for exactly this value."""
    return shlex.quote(value)


def is_shell(source: str, language: str) -> bool:
    """Whether a Markdown fence reads as shell."""
    del source
    return language.strip().lower() in {"", "bash", "sh", "shell", "console", "zsh"}

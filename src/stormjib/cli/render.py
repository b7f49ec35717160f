"""Words for people: text that can't drive the terminal, severities, and console to write on, with or without colours."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TextIO

from stormjib.core.text.visible import HIDDEN
from stormjib.web import moments

BARS = {"P0": "■■■■", "P1": "■■■", "P2": "■■", "P3": "■"}
STYLES = {"strong": "bold", "good": "green", "bad": "bold red", "warn": "yellow", "dim": "dim", "": ""}

CELL_CHARS_MAX = 100
"""Of every column but the last, which may have ten times as many."""
Row = Sequence[str]


class Console(Protocol):
    """Where a command writes what is for people."""

    def line(self, text: str = "", style: str = "") -> None:
        """One line or several; ``style`` is a key of ``STYLES``."""

    def table(self, rows: Sequence[Row], *, header: Row = (), styles: Sequence[str] = (), indent: int = 2) -> None:
        """Columns side by side; ``styles`` are those of the rows."""


class Plain:
    """Text without any control code: for files, pipes and screen readers."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this stream."""
        self._stream = stream

    def line(self, text: str = "", style: str = "") -> None:
        """One line or several; the style is not shown."""
        del style
        self._stream.write(clean(text) + "\n")

    def table(self, rows: Sequence[Row], *, header: Row = (), styles: Sequence[str] = (), indent: int = 2) -> None:
        """Columns padded with blanks; the last one is as long as it is."""
        del styles
        every = [
            [cell(text, last=at == len(row) - 1) for at, text in enumerate(row)]
            for row in ([header] if header else []) + list(rows)
        ]
        if not every:
            return
        widths = [max(len(row[column]) for row in every) for column in range(len(every[0]))]
        for row in every:
            cells = [f"{text:{width}}" for text, width in zip(row, widths, strict=True)]
            self._stream.write((" " * indent + "  ".join(cells)).rstrip() + "\n")


def console(stream: TextIO) -> Console:
    """Colours for a terminal, plain text for everything else."""
    if not stream.isatty():
        return Plain(stream)
    from stormjib.cli.coloured import Coloured  # noqa: PLC0415 - rich takes 70 ms that a pipe need not pay

    return Coloured(stream)


def clean(text: str) -> str:
    """The text with everything that is not text shown as ``·``, so that no log line can drive the terminal."""
    return HIDDEN.sub("·", text.replace("\r\n", "\n"))


def oneline(text: str) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def cell(text: str, *, last: bool) -> str:
    """A cell of a table on one line: whatever it holds, the columns beside it can be read. Ids are shorter than that."""
    short, chars_max = oneline(text), CELL_CHARS_MAX * (10 if last else 1)
    return short if len(short) <= chars_max else f"{short[: chars_max - 1]}…"


def severity(name: str, called: str = "") -> str:
    """``P1 ■■■``: words and bars, since a colour alone is no sign; by the name that the runbook has for it."""
    return f"{called or name} {BARS.get(name, '')}".strip()


def when(at: float | None, now: float) -> str:
    """``12 m ago, 2026-11-24 03:04:05 UTC``; empty where there is no time."""
    return "" if at is None else f"{moments.ago(at, now)}, {moments.utc(at)}"


def source(line: int) -> str:
    """Where in the runbook something stands; line 0 is stormjib's own rule."""
    return f"line {line}" if line else "stormjib"


def style_of(severity_name: str) -> str:
    """How loud a severity is."""
    return {"P0": "bad", "P1": "bad", "P2": "warn"}.get(severity_name, "")


def listed(texts: Iterable[str]) -> str:
    """``a, b, c``; a dash for nothing."""
    return ", ".join(texts) or "-"

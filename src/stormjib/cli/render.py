"""Words for people: text that can't drive the terminal, severities, and paper to write on, with or without colours."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TextIO

from stormjib.web import moments

BARS = {"P0": "■■■■", "P1": "■■■", "P2": "■■", "P3": "■"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor, changes colours or turns the direction of writing; a log line from outside may hold it."""

STYLES = {"strong": "bold", "good": "green", "bad": "bold red", "warn": "yellow", "dim": "dim", "": ""}

Row = Sequence[str]


class Paper(Protocol):
    """Where a command writes what is for people."""

    def line(self, text: str = "", style: str = "") -> None:
        """One line or several; ``style`` is a key of ``STYLES``."""
        ...

    def table(self, rows: Sequence[Row], *, header: Row = (), styles: Sequence[str] = (), indent: int = 2) -> None:
        """Columns side by side; ``styles`` are those of the rows."""
        ...


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
        every = [[oneline(cell) for cell in row] for row in ([header] if header else []) + list(rows)]
        if not every:
            return
        widths = [max(len(row[column]) for row in every) for column in range(len(every[0]))]
        for row in every:
            cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)]
            self._stream.write((" " * indent + "  ".join(cells)).rstrip() + "\n")


class Coloured:
    """The same for a terminal: colours, and columns that wrap."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this terminal."""
        from rich.console import Console  # noqa: PLC0415 - 70 ms that a pipe need not pay

        self._console: Any = Console(file=stream, highlight=False, markup=False, emoji=False)

    def line(self, text: str = "", style: str = "") -> None:
        """One line or several."""
        from rich.text import Text  # noqa: PLC0415

        self._console.print(Text(clean(text), style=STYLES[style]), soft_wrap=True)

    def table(self, rows: Sequence[Row], *, header: Row = (), styles: Sequence[str] = (), indent: int = 2) -> None:
        """Columns; what is too wide goes on below."""
        from rich.padding import Padding  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        if not rows:
            return
        table = Table(box=None, show_header=bool(header), pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for column in range(len(rows[0])):
            table.add_column(header[column] if header else "", overflow="fold")
        for number, row in enumerate(rows):
            style = STYLES[styles[number]] if styles else ""
            table.add_row(*(Text(oneline(cell)) for cell in row), style=style)
        self._console.print(Padding(table, (0, 0, 0, indent)))


def paper(stream: TextIO) -> Paper:
    """Colours for a terminal, plain text for everything else."""
    return Coloured(stream) if stream.isatty() else Plain(stream)


def clean(text: str) -> str:
    """The text with everything that is not text shown as ``·``, so that no log line can drive the terminal."""
    return _CONTROL.sub("·", text.replace("\r\n", "\n"))


def oneline(text: str) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def severity(name: str) -> str:
    """``P1 ■■■``: words and bars, since a colour alone is no sign."""
    return f"{name} {BARS.get(name, '')}".strip()


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

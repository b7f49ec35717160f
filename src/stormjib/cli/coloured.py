"""Text for people on a terminal: colours, and columns that wrap."""

from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from stormjib.cli.render import STYLES, Row, cell, clean


class Coloured:
    """The same for a terminal: colours, and columns that wrap."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this terminal."""
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)

    def line(self, text: str = "", style: str = "") -> None:
        """One line or several."""
        self._console.print(Text(clean(text), style=STYLES[style]), soft_wrap=True)

    def table(self, rows: Sequence[Row], *, header: Row = (), styles: Sequence[str] = (), indent: int = 2) -> None:
        """Columns; what is too wide goes on below."""
        if not rows:
            return
        table = Table(box=None, show_header=bool(header), pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for column in range(len(rows[0])):
            table.add_column(header[column] if header else "", overflow="fold")
        for number, row in enumerate(rows):
            style = STYLES[styles[number]] if styles else ""
            table.add_row(*(Text(cell(text, last=at == len(row) - 1)) for at, text in enumerate(row)), style=style)
        self._console.print(Padding(table, (0, 0, 0, indent)))

"""The account of every line of a runbook: bound to something, shown as prose, or not explained."""

import re
import textwrap
from collections.abc import Iterable

from stormjib.core.runbook import Coverage, Prose

_MARKUP_ONLY = re.compile(r"[\s>*+.)0-9-]*")


class Ledger:
    """Collects the source ranges of nodes while a runbook is compiled. Lines count from 1.

    A line counts once: what is bound stays bound even if its text is also shown as prose.
    """

    def __init__(self, lines: list[str]) -> None:
        """Start with the lines of the file and nothing understood."""
        self._lines = lines
        self._bound: set[int] = set()
        self._prose: list[Prose] = []

    def bind(self, first: int, last: int) -> None:
        """Say that a node of the runbook came from these lines, both included."""
        self._bound.update(range(first, last + 1))

    def show(self, first: int, last: int, text: str) -> None:
        """Say that these lines ask for nothing and are shown where they stand."""
        self._prose.append(Prose(first, last, text.strip("\n")))

    def show_rest(self, first: int, last: int, understood: Iterable[int]) -> None:
        """Bind the lines of a node that were understood and show the others, each run of them as one piece."""
        known = set(understood)
        self._bound.update(known)
        run: list[int] = []
        for line in range(first, last + 2):
            if line <= last and line not in known and self._lines[line - 1].strip():
                run.append(line)
            elif run:
                self.show(run[0], run[-1], textwrap.dedent("\n".join(self._lines[run[0] - 1 : run[-1]])))
                run = []

    def take_prose(self, lines: set[int]) -> None:
        """Bind prose after all: it has become a checklist item."""
        for prose in self._prose:
            if prose.line in lines:
                self.bind(prose.line, prose.end_line)
        self._prose = [prose for prose in self._prose if prose.line not in lines]

    @property
    def prose(self) -> tuple[Prose, ...]:
        """What is shown, in the order of its lines."""
        return tuple(sorted(self._prose, key=lambda prose: prose.line))

    def balance(self) -> Coverage:
        """Count the lines that are not blank. A line of nothing but list and quote marks counts as prose."""
        written = [number for number, line in enumerate(self._lines, 1) if line.strip()]
        shown = {line for prose in self._prose for line in range(prose.line, prose.end_line + 1)}
        bound = [line for line in written if line in self._bound]
        rest = [line for line in written if line not in self._bound and line not in shown]
        unexplained = tuple(line for line in rest if not _MARKUP_ONLY.fullmatch(self._lines[line - 1]))
        return Coverage(len(written), len(bound), len(written) - len(bound) - len(unexplained), unexplained)

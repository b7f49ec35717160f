"""What every fault can do, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from watermark_lab.lab.settings import LabError
from watermark_lab.real.stack import RealStack

Options = Mapping[str, float]


class Fault(Protocol):
    """One fault of one stack; both ways do no harm when there is nothing to do, and raise ``LabError`` where they fail."""

    def inflict(self, options: Options) -> None:
        """Break it; every option has a value."""
        ...

    def mend(self) -> None:
        """Take everything back."""
        ...

    def holds(self) -> bool:
        """Tell whether it is still broken; False once something else has mended it."""
        ...


@dataclass(frozen=True)
class Entry:
    """A fault by name: its words, how to make it, and its options with their default and their greatest value."""

    what: str
    make: Callable[[RealStack], Fault]
    options: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def chosen(self, name: str, given: Options) -> dict[str, float]:
        """Return a value for each option; ``LabError`` for one that it does not have or that is out of bounds."""
        for option, value in given.items():
            if option not in self.options:
                has = "only " + ", ".join(self.options) if self.options else "no options"
                msg = f"The fault {name} does not know {option}; it takes {has}."
                raise LabError(msg)
            most = self.options[option][1]
            if not 0.0 < value <= most:
                msg = f"{option} must be above 0 and at most {most:g}, not {value:g}."
                raise LabError(msg)
        return {option: given.get(option, default) for option, (default, _most) in self.options.items()}

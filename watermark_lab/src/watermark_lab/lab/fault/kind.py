"""What every fault can do, what may be asked of it, and what it acts on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from watermark_lab.lab.fault.sheets import Sheets
from watermark_lab.lab.project import Project
from watermark_lab.lab.settings import LabError


@dataclass(frozen=True)
class Option:
    """A number that an injection may be given: above ``above``, at most ``most``."""

    words: str
    default: float
    most: float
    above: float = 0.0

    def check(self, name: str, value: float) -> float:
        """Return ``value``; LabError when it is out of bounds."""
        if not self.above < value <= self.most:
            msg = f"{name} must be above {self.above:g} and at most {self.most:g}, not {value:g}."
            raise LabError(msg)
        return value


class Fault(Protocol):
    """One fault; its methods are called with the supervisor's lock held."""

    def inflict(self, options: Mapping[str, float]) -> None:
        """Break it; every option has a value. LabError when the lab is not as the fault needs it."""
        ...

    def mend(self) -> None:
        """Take everything back."""
        ...

    def holds(self) -> bool:
        """Tell whether it is still broken; False once something else has mended it."""
        ...


@dataclass(frozen=True)
class Ground:
    """What faults act on: the project with its supervisor, and the replicas' fault files."""

    project: Project
    sheets: Sheets


@dataclass(frozen=True)
class Entry:
    """A fault before there is a lab: its words, how to make it, what it may be given."""

    what: str
    make: Callable[[Ground], Fault]
    options: Mapping[str, Option] = field(default_factory=dict)
    outlives: bool = False
    """It leaves something behind that does not end with the lab's processes."""

    def chosen(self, name: str, given: Mapping[str, float]) -> dict[str, float]:
        """Return a value for each option; LabError for one that this fault does not have or that is out of bounds."""
        for option in given:
            if option not in self.options:
                has = "only " + ", ".join(self.options) if self.options else "no options"
                msg = f"The fault {name} does not know {option}; it takes {has}."
                raise LabError(msg)
        return {key: option.check(key, given.get(key, option.default)) for key, option in self.options.items()}

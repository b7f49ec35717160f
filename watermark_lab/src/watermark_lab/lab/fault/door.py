"""Maintenance mode that somebody switched on and forgot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watermark_lab.lab.fault.kind import Ground
from watermark_lab.lab.settings import LabError
from watermark_lab.maintenance import Switch

MESSAGE = "Planned maintenance of the database; we are back at 06:00."


@dataclass(frozen=True)
class DoorClosed:
    """Users are refused on purpose, and nobody knows why any more; whoever switches it off has mended it."""

    ground: Ground

    def inflict(self, _options: Mapping[str, float]) -> None:
        """Switch it on where all replicas look."""
        self._set(enabled=True, message=MESSAGE)

    def mend(self) -> None:
        """Switch it off."""
        self._set(enabled=False, message="")

    def holds(self) -> bool:
        """Tell whether it is on."""
        return self._switch().state().enabled

    def _set(self, *, enabled: bool, message: str) -> None:
        try:
            self._switch().set(enabled=enabled, message=message)
        except OSError as err:
            msg = f"The maintenance state cannot be stored: {err}."
            raise LabError(msg) from err

    def _switch(self) -> Switch:
        return Switch(self.ground.project.layout.state)

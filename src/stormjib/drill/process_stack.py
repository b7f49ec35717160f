"""The process stack: watermark-lab, which runs the service and its surroundings as plain processes of this machine."""

from collections.abc import Mapping

from stormjib.drill import processes
from stormjib.drill.faults import FAULTS
from stormjib.drill.processes import Lab, StartError
from stormjib.drill.stack import Ready, StackError, Wanted


class ProcessStack:
    """One lab, a process of its own."""

    name = "process"

    def __init__(self, base_port: int | None = 0) -> None:
        """``base_port`` 0 takes any free ports, None those of the runbook (8080 and 6379) where they are free."""
        self._base_port = base_port
        self._lab: Lab | None = None

    def enter(self) -> None:
        """It has this machine's network."""

    def up(self, wanted: Wanted) -> Ready:
        """Start the lab; raises ``StackError``."""
        try:
            self._lab = processes.start_lab(wanted, self._base_port)
        except StartError as error:
            raise StackError(str(error)) from error
        ready = self._lab.ready
        return Ready(
            url=ready["url"],
            redis_url=ready["redis_url"],
            command_path=ready["bin"],
            command_dir=ready["cwd"],
            env=ready["env"],
            about=f"stand-ins {', '.join(ready['standins'])} (they answer from the lab's own supervisor)",
        )

    def inject(self, fault: str, options: Mapping[str, float]) -> None:
        """Break something; raises ``StackError``."""
        given = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", f"{value:g}")]
        self._ask("inject", fault, *given)

    def undo(self, fault: str) -> None:
        """Mend it; raises ``StackError``."""
        self._ask("undo", fault)

    def faults(self) -> tuple[str, ...]:
        """All but those of another stack."""
        return tuple(name for name, fault in FAULTS.items() if self.name in fault.stacks)

    def down(self) -> None:
        """End the lab."""
        if self._lab is not None:
            processes.stop(self._lab.process)

    def _ask(self, *words: str) -> None:
        if self._lab is None:
            raise StackError("The lab is not up.")
        try:
            processes.lab_command(self._lab, *words)
        except StartError as error:
            raise StackError(str(error)) from error

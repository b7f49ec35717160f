"""A bad deployment: a new release, committed and rolled out, that fails a share of requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watermark_lab.lab.deploy import Release
from watermark_lab.lab.fault.kind import Ground


@dataclass(frozen=True)
class BadRelease:
    """The newest commit of the deployment is the cause, so going back to the one before is the cure."""

    ground: Ground
    name: str

    def inflict(self, options: Mapping[str, float]) -> None:
        """Commit the next version and roll it out."""
        deploy = self.ground.project.deploy
        bad = Release(deploy.next_version(), options["error_share"])
        deploy.release(bad, f"Made by the lab for the fault {self.name}.")
        self.ground.project.roll()

    def mend(self) -> None:
        """Release the last good version again, unless somebody has reverted already, and roll it out."""
        deploy = self.ground.project.deploy
        if deploy.read().error_share:
            deploy.release(deploy.last_good(), f"Made by the lab to undo the fault {self.name}.")
        self.ground.project.roll()

    def holds(self) -> bool:
        """Tell whether the bad release is what runs."""
        return self.ground.project.deployed.error_share > 0.0

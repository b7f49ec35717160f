"""A bad release, a full disk, a closed door."""

from __future__ import annotations

import json
from dataclasses import dataclass

from watermark_lab.lab.settings import LabError
from watermark_lab.real import image
from watermark_lab.real.fault.kind import Options
from watermark_lab.real.settings import HTTP_PORT
from watermark_lab.real.stack import RealStack

# What /data of the api containers is in the box.
DATA = "/srv/lab/docker/volumes/watermark-lab_data/_data"


@dataclass(frozen=True)
class BadRelease:
    """A new image tag that fails a share of requests, built, pushed, committed and rolled out."""

    stack: RealStack

    def inflict(self, options: Options) -> None:
        """Release the next version."""
        version = self.stack.deploy.next_version()
        image.build_bad(self.stack.box, self.stack.layout, version, json.dumps({"error_share": options["error_share"]}))
        self.stack.deploy.release(version)
        self._roll_out()

    def mend(self) -> None:
        """Release the last good version again."""
        if self.holds():
            self.stack.deploy.release(image.GOOD)
            self._roll_out()

    def holds(self) -> bool:
        """Tell whether a bad release runs or would with the next ``up``."""
        images = {container.image for container in self.stack.service("api")}
        return self.stack.deploy.version() not in image.WELL or not images <= {f"{image.API_IMAGE}:{tag}" for tag in image.WELL}

    def _roll_out(self) -> None:
        self.stack.compose("pull", "-q")
        self.stack.compose("up", "-d")


@dataclass(frozen=True)
class DiskFull:
    """The disk of the ledger is full."""

    stack: RealStack

    def inflict(self, _options: Options) -> None:
        """Write until nothing more fits, which is how dd ends."""
        self.stack.box.run("dd", "if=/dev/zero", f"of={DATA}/filler", "bs=4k", check=False)

    def mend(self) -> None:
        """Remove what was written."""
        self.stack.box.run("rm", "-f", f"{DATA}/filler")

    def holds(self) -> bool:
        """Tell whether it is still there."""
        return "filler" in self.stack.box.run("ls", DATA, check=False).split()


@dataclass(frozen=True)
class DoorClosed:
    """Maintenance mode was switched on and left on."""

    stack: RealStack

    def inflict(self, _options: Options) -> None:
        """Switch it on."""
        self._switch({"enabled": True, "message": "Back soon"})

    def mend(self) -> None:
        """Switch it off."""
        self._switch({"enabled": False})

    def holds(self) -> bool:
        """Tell whether it is on."""
        return '"maintenance":true' in self.stack.box.run(
            "curl", "-s", "-m", "5", f"http://localhost:{HTTP_PORT}/health", check=False
        )

    def _switch(self, content: dict[str, object]) -> None:
        token = self.stack.layout.token.read_text("ascii").strip()
        said = self.stack.box.run(
            *("curl", "-s", "-m", "5", "-X", "POST", f"http://localhost:{HTTP_PORT}/admin/maintenance", "-K", "-"),
            *("-d", json.dumps(content)),
            # The token stays out of the argument list, which everybody on the machine can read.
            text=f'header = "Authorization: Bearer {token}"\n',
        )
        if "enabled" not in said:
            msg = f"Maintenance mode could not be switched: {said}"
            raise LabError(msg)

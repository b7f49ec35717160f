"""rsync over ssh: the files of the status page on another machine, whose key has to be known here already."""

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stormjib import owned
from stormjib.ports import DeliveryError

SECONDS_MAX: Final = 120.0
_SSH: Final = ("ssh", "-oBatchMode=yes", "-oStrictHostKeyChecking=yes", "-oConnectTimeout=15")


class Rsync:
    """One place. Used by one thread."""

    def __init__(self, to: str, staged: Path, ssh_config: Path | None, path: str, home: str) -> None:
        """``to``: HOST:/DIRECTORY; ``staged``: a directory of its own, of which that is made a copy."""
        self._to, self._staged = to, staged
        self._ssh = shlex.join([*_SSH, *(("-F", str(ssh_config)) if ssh_config else ())])
        self._env = {"PATH": path, "HOME": home, "LC_ALL": "C"}
        self._done: Mapping[str, bytes] | None = None

    def bring(self, files: Mapping[str, bytes]) -> None:
        """Copy what is new, what links to the rest at the end; raises ``DeliveryError``, ``OSError``."""
        if files is self._done:
            return
        owned.publish(self._staged, files)
        for but in (("--exclude=/*.html",), ()):
            # Each file takes its place as a whole, and all of a run at its end.
            given = ("-rt", "--delay-updates", "--chmod=D755,F644", "--protect-args", "--timeout=30", *but, "-e", self._ssh)
            self._run("rsync", *given, "--", f"{self._staged}/", self._to)
        self._done = files

    def _run(self, *argv: str) -> None:
        try:
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_MAX, env=self._env, check=False
            )
        except FileNotFoundError as error:
            raise DeliveryError("rsync", "There is no rsync on this machine; install it.", permanent=False) from error
        except subprocess.TimeoutExpired as error:
            raise DeliveryError("rsync", f"rsync did not end within {SECONDS_MAX:.0f} seconds.", permanent=False) from error
        if done.returncode:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
            raise DeliveryError("rsync", f"rsync ended with {done.returncode}: {said}", permanent=False)

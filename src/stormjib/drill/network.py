"""A network of a thread's own: what it starts and listens on from then on is in there, and nowhere else."""

import ctypes
import os
import subprocess

CLONE_NEWNET = 0x4000_0000
_HERE = "/proc/thread-self/ns/net"


class Network:
    """A new network namespace with nothing but loopback. Needs root on Linux."""

    def __init__(self) -> None:
        """Move this thread into it; raises ``OSError``."""
        self._before = os.open(_HERE, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _call("unshare", CLONE_NEWNET)
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607 - iproute2, wherever it is
        except (OSError, subprocess.CalledProcessError) as error:
            self.leave()
            raise OSError(f"no network of its own could be made: {error}") from error

    def leave(self) -> None:
        """Move this thread back; what else is in there stays. Twice does no harm."""
        if self._before >= 0:
            _call("setns", self._before, CLONE_NEWNET)
            os.close(self._before)
            self._before = -1


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)

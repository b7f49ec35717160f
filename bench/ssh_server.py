"""A real OpenSSH server on loopback, with keys of its own and an ssh configuration that leads to it; nothing of this machine's is used."""

import getpass
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
LACKING = "" if Path(SSHD).exists() and shutil.which("ssh") else "OpenSSH's server is not installed (openssh-server)"


class SshServer:
    """``target`` is how stormjib calls it; ``config`` is for its setting ``ssh_config``."""

    def __init__(self, directory, *, more=()):
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for name in ("host", "user"):
            if not (directory / name).exists():
                subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", directory / name], check=True)
        self.authorized = directory / "authorized"
        self.authorized.write_text((directory / "user.pub").read_text())
        self.known = directory / "known"
        self.trust(directory / "host.pub")
        self.config = directory / "config"
        self.config.write_text(
            f"Host *\n  IdentityFile {directory}/user\n  IdentitiesOnly yes\n  UserKnownHostsFile {self.known}\n"
            f"  GlobalKnownHostsFile /dev/null\n"
        )
        lines = [
            *("Port", "ListenAddress", "HostKey", "PidFile", "AuthorizedKeysFile"),
        ]
        values = [self.port, "127.0.0.1", directory / "host", "none", self.authorized]
        settings = [f"{name} {value}" for name, value in zip(lines, values, strict=True)]
        settings += ["UsePAM no", "StrictModes no", "PermitRootLogin yes", "PasswordAuthentication no", *more]
        self.settings = directory / "sshd_config"
        self.settings.write_text("\n".join(settings) + "\n")
        self.target = f"ssh:{getpass.getuser()}@127.0.0.1:{self.port}"
        self.process = None

    def trust(self, key):
        self.known.write_text(f"[127.0.0.1]:{self.port} {' '.join(Path(key).read_text().split()[:2])}\n")

    def start(self):
        Path("/run/sshd").mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", self.settings], stderr=(self.directory / "said").open("ab"), start_new_session=True
        )
        # It answers once it listens; until then the connection is refused.
        while self.process.poll() is None:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
        raise RuntimeError((self.directory / "said").read_text())

    def sessions(self):
        """The processes that serve connections."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return [pid for pid, parent in parents.items() if parent == self.process.pid]

    def stop(self):
        for pid in [*self.sessions(), self.process.pid]:
            subprocess.run(["kill", "-KILL", str(pid)], check=False, capture_output=True)
        self.process.wait()


@contextmanager
def ssh_server(directory, **given):
    server = SshServer(directory, **given).start()
    try:
        yield server
    finally:
        server.stop()

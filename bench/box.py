"""A box without network in which texts are run by real bash, and what they started, wrote and opened is seen."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from stormjib.core.shell.programs import PROGRAMS

HERE = Path(__file__).parent
_TEXT_SECONDS_MAX = 15
_NAMESPACES = ("--mount", "--net", "--pid", "--fork", "--ipc", "--uts", "--kill-child")
_PLACES = ("/usr/bin", "/bin", "/sbin", "/usr/sbin")
_GUARDED = (
    "/dev/",
    "/sys/kernel/",
    "/etc/shadow",
    "/root/.ssh/",
    "/root/.aws/",
    "/run/secrets/",
    "/root/.bash_history",
    "/srv/app/.env",
)
MARKS = (b"hush-file", b"hush-device", b"hush-ambient")
"""What stands in files and variables that no read may show."""


class Start(NamedTuple):
    """A program that was started by the text with this number."""

    number: int
    argv: tuple[str, ...]


class Seen(NamedTuple):
    """What a batch did: programs, files written, files opened that nothing may open, numbers of texts that showed a secret."""

    starts: list[Start]
    written: list[str]
    opened: list[str]
    shown: list[int]
    stopped: int | None
    """The number of the text that did not end in time; those behind it were not run."""


def missing() -> str:
    """Why there can be no box here; empty if there can."""
    if shutil.which("unshare") is None:
        return "`unshare` (util-linux) is not installed."
    done = subprocess.run(["unshare", *_user(), *_NAMESPACES, "true"], capture_output=True, text=True, check=False)
    return f"Namespaces are not to be had here: {done.stderr.strip()}" if done.returncode else ""


def _user() -> list[str]:
    """Root inside, nobody of weight outside."""
    return ["--user", "--map-root-user"]


class Box:
    """A place for boxes; each batch gets a new one."""

    def __init__(self) -> None:
        self._where = Path(tempfile.mkdtemp(prefix="stormjib-reads-"))
        self._bin = self._where / "bin"
        self._bin.mkdir()
        (self._where / "root").mkdir()
        shutil.copy(HERE / "standin.sh", self._bin / "standin")
        (self._bin / "standin").chmod(0o755)
        names = {path[0] for path in PROGRAMS} | {"docker-compose", "podman", "nerdctl", "oc", "egrep", "fgrep", "hit"}
        for place in _PLACES:
            names |= {entry.name for entry in Path(place).iterdir()} if Path(place).is_dir() else set()
        for name in names - {"standin", "[", ".", "source"}:
            (self._bin / name).symlink_to("/box/standin")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        shutil.rmtree(self._where)

    def run(self, texts: Sequence[str], variables: Mapping[str, str], remote_shell: str = "bash") -> Seen:
        """Run the texts one after the other and say what was seen. They may hold no NUL."""
        log = self._where / "log"
        shutil.rmtree(log, ignore_errors=True)
        log.mkdir()
        (log / "texts").write_bytes(b"".join(text.encode("utf-8", "surrogateescape") + b"\0" for text in texts))
        shutil.copy(HERE / "driver.sh", log / "driver")
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
            "PAGER": "cat",
            "GIT_PAGER": "cat",
            "TERM": "dumb",
            "AMBIENT": "hush-ambient",
            "REMOTE_SHELL": remote_shell,
            **variables,
        }
        outside = dict(os.environ)["PATH"]
        inner = f"exec env -i {' '.join(shlex.quote(f'{name}={value}') for name, value in environment.items())}"
        words = shlex.join(["sh", str(HERE / "box.sh"), str(self._where / "root"), str(self._bin), str(log)])
        process = subprocess.Popen(
            ["unshare", *_user(), *_NAMESPACES, "sh", "-c", f"{inner} {words}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": outside},
            start_new_session=True,
        )
        said = _followed(process, log / "current")
        return _seen(log, said.decode("utf-8", "replace"))


def _followed(process: subprocess.Popen[bytes], current: Path) -> bytes:
    """Wait for the end, or until one text takes too long; what was said."""
    before = "nothing yet"
    while True:
        try:
            return process.communicate(timeout=_TEXT_SECONDS_MAX)[0]
        except subprocess.TimeoutExpired:
            now = current.read_text() if current.exists() else "building"
            if now == before:
                os.killpg(process.pid, signal.SIGKILL)
            before = now


def _seen(log: Path, said: str) -> Seen:
    """Read what a batch left behind."""
    if not (log / "current").exists():
        raise RuntimeError(f"The box could not be built: {said}")
    current = (log / "current").read_text().strip()
    starts: list[Start] = []
    for file in sorted(log.glob("starts.*")):
        fields = file.read_bytes().decode("utf-8", "replace").split("\0")
        while "\n" in fields:
            end = fields.index("\n")
            starts.append(Start(int(fields[0]), tuple(fields[1:end])))
            fields = fields[end + 1 :]
    shown = [int(file.suffix[1:]) for file in log.glob("out.*") if any(mark in file.read_bytes() for mark in MARKS)]
    if current != "done":
        return Seen(starts, [], [], shown, int(current))
    before, after = _listing(log / "before"), _listing(log / "after")
    written = [path for path in before.keys() | after.keys() if _state(before.get(path)) != _state(after.get(path))]
    opened = [
        path
        for path in before
        if path.startswith(_GUARDED) and before[path][0] == "f" and before[path][3:] != after.get(path, before[path])[3:]
    ]
    return Seen(starts, sorted(written), sorted(opened), sorted(shown), None)


def _listing(file: Path) -> dict[str, list[str]]:
    """Every path with type, size, and when it was changed and opened."""
    rows = [row.split("\t") for row in file.read_bytes().decode("utf-8", "replace").split("\0") if row]
    return {"\t".join(row[:-4]): row[-4:] for row in rows}


def _state(row: list[str] | None) -> list[str] | None:
    """What a write would change; a directory's own size and time are its entries'."""
    return row if row is None else row[:1] if row[0] == "d" else row[:3]

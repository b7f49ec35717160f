"""One stormjib beside a stack: its directory, its people, a pager, and the server as a process of its own."""

import importlib.util
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from stormjib.drill import processes
from stormjib.drill.client import AnswerError, Responder
from stormjib.drill.pager import Pager
from stormjib.drill.patience import Patience
from stormjib.drill.stack import Ready
from stormjib.offline import create_tokens

SCRAPE_SECONDS = 1.0
"""A drill lasts minutes, and what was usual has to be known before it breaks."""
RUNBOOK = "incident-response.md"
HEALTH_COMMAND = "python scripts/health_check.py --comprehensive"
PEOPLE = {"ana": ("read", "respond"), "bo": ("read", "respond"), "watcher": ("alert",), "admin": ("admin",)}
_HEALTH_SCRIPT = (
    '"""Thin: the checks themselves are stormjib\'s and the lab\'s."""\n\nimport sys\n\n'
    'from stormjib.cli.health import main\n\nsys.exit(main(["--settings", {file!r}, *sys.argv[1:]]))\n'
)


class Site:
    """``close`` ends whatever it started."""

    def __init__(self, directory: Path, rings: Callable[[dict[str, Any]], None]) -> None:
        """A port, tokens for everybody, a pager that calls ``rings``; the server does not run yet."""
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._port = processes.keep_port()
        self.url = f"http://127.0.0.1:{self._port.getsockname()[1]}"
        self.tokens: dict[str, str] = create_tokens(directory / "data", PEOPLE)
        self.pager = Pager(rings)
        self._server: Any = None

    @property
    def settings(self) -> Path:
        """The settings' file, once it serves."""
        return self.directory / "stormjib.toml"

    def person(self, name: str) -> Responder:
        """A responder with a token of their own."""
        return Responder(name, self.url, self.tokens[name])

    def health_script(self) -> Path:
        """The runbook calls scripts/health_check.py; this one is as thin as the one in the project."""
        path = self.directory / "health_check.py"
        path.write_text(_HEALTH_SCRIPT.format(file=str(_service_file())), encoding="utf-8")
        return path

    def serve(self, ready: Ready) -> None:
        """Start the server for a stack that is up; raises ``StartError``."""
        self._write_settings(ready)
        self._server = processes.start_server(self.settings, self.url, self.directory / "server.log")

    def runbook_bytes(self) -> bytes:
        """What stands in its runbook."""
        return reference_runbook()

    def close(self) -> None:
        """End the server and hang up."""
        if self._server is not None:
            processes.stop(self._server)
        self._port.close()
        self.pager.close()

    def take_baseline(self, patience: Patience) -> dict[str, Any]:
        """How the service is while it is well, which it may be a moment after it came up; raises ``StuckError``."""
        refusal = ""

        def take() -> dict[str, Any] | None:
            nonlocal refusal
            try:
                return dict(self.person("admin").post("/baseline")["baseline"])
            except AnswerError as error:
                refusal = str(error)
                return None

        found = patience.until(take, "a service that is well before anything breaks", stands=lambda: refusal)
        assert found is not None
        return found

    def _write_settings(self, ready: Ready) -> None:
        env = {**ready.env, "HEALTH_URL": ready.url, "REDIS_ADDRESS": ready.redis_url}
        env_file = self.directory / "command.env"
        processes.write_secret(env_file, "".join(f"{name}={value}\n" for name, value in env.items()))
        runbook = self.directory / RUNBOOK
        runbook.write_bytes(self.runbook_bytes())
        values = {
            "data_dir": str(self.directory / "data"),
            "port": int(self.url.rsplit(":", 1)[1]),
            "runbook": str(runbook),
            "responders": ["ana", "bo"],
            "webhook_url": self.pager.url,
            "scrape_seconds": SCRAPE_SECONDS,
            "command_path": ready.command_path,
            "command_dir": ready.command_dir,
            "command_env_file": str(env_file),
            **ready.settings,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        trusted = f'\n[[trusted]]\ncommand = {json.dumps(HEALTH_COMMAND)}\nreason = "it only asks the service"\n'
        service = _service_file().read_text(encoding="utf-8")
        processes.write_secret(self.settings, "\n".join(lines) + "\n" + trusted + "\n" + service)


def _service_file() -> Path:
    """The lab's own word on what proves that its service works; raises ``StartError`` where the lab is not installed."""
    if importlib.util.find_spec("watermark_lab") is None:
        raise processes.StartError(processes.NO_LAB)
    return Path(str(resources.files("watermark_lab") / "service.toml"))


def reference_runbook() -> bytes:
    """The reference runbook, byte for byte, from the package or, in a source tree, from where the package takes it."""
    packaged = resources.files("stormjib") / "runbooks" / RUNBOOK
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parents[3] / "runbooks" / RUNBOOK).read_bytes()

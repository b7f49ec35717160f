"""Keeps nginx and Prometheus told of the api containers: ``python -m watermark_lab.real.replicas``, a unit of the box.

Compose gives each replica another address whenever it makes or starts it. This follows the engine's events and writes nginx's
list of backends and Prometheus' list of targets. It also gives one replica the name that the runbook uses.
"""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

from watermark_lab.real.engine import Container, Engine, EngineError

API = "api"
NAME = "watermark-lab-api"
BACKENDS = Path("/etc/nginx/backends")
TARGETS = Path("/run/lab-api-targets.json")
PORT = 8080
RETRY_SECONDS = 0.3
# nginx leaves out a backend that failed for so long; ten seconds, its default, would outlast every recreation of all.
FAIL_SECONDS = 2
# An upstream needs a server; this one is never asked.
NOBODY = "server 127.0.0.1:9 down;\n"
_CHANGES = ("connected", "create", "start", "die", "destroy", "rename")


def look(engine: Engine) -> None:
    """See which replicas run, name one of them as the runbook does, and tell nginx and Prometheus; raises ``EngineError``."""
    replicas = [container for container in engine.containers() if container.service == API]
    running = [container for container in replicas if container.running and container.address]
    if replicas and all(container.name != NAME for container in replicas):
        engine.rename(replicas[0], NAME)
        # The rename is an event of its own, which leads here again.
        return
    if _write(
        BACKENDS, "".join(f"server {container.address}:{PORT} fail_timeout={FAIL_SECONDS}s;\n" for container in running) or NOBODY
    ):
        # It fails while nginx is down, which will read the list when it starts.
        subprocess.run(["systemctl", "reload", "nginx"], check=False, capture_output=True)
    _write(TARGETS, json.dumps([_target(container) for container in running]))


def _target(container: Container) -> dict[str, object]:
    return {"targets": [f"{container.address}:{PORT}"], "labels": {"replica": container.name}}


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text("utf-8") == text:
        return False
    fresh = path.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)
    print(f"{path}: {' '.join(text.split())}", flush=True)
    return True


def main() -> None:
    """Follow the engine until the process is ended; while there is no engine, its containers may live, so the lists stay."""
    engine, pause = Engine(), threading.Event()
    while True:
        try:
            for action in engine.events():
                if action.startswith(_CHANGES):
                    look(engine)
        except EngineError as err:
            print(err, flush=True)
        pause.wait(RETRY_SECONDS)


if __name__ == "__main__":
    main()

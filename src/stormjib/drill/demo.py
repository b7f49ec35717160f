"""`stormjib demo`: a real outage of a real service, from the alert to the post-mortem, by the reference runbook."""

import json
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from stormjib.core.markdown import compile_runbook
from stormjib.drill import processes, script
from stormjib.drill.client import AnswerError, Responder
from stormjib.drill.pager import Pager
from stormjib.drill.processes import Lab, StartError
from stormjib.drill.screen import Screen, confirm
from stormjib.drill.script import PLANS, Script, StuckError
from stormjib.offline import create_tokens, verify_log

RUNBOOK = "incident-response.md"
HEALTH_COMMAND = "python scripts/health_check.py --comprehensive"


class Parts(msgspec.Struct):
    """What the demo has started and has to end."""

    directory: Path
    url: str
    tokens: dict[str, str]
    pager: Pager
    server: Any = None
    lab: Lab | None = None

    def person(self, name: str) -> Responder:
        """A responder with a token of their own."""
        return Responder(name, self.url, self.tokens[name])


def main(*, interactive: bool, fault: str, keep: bool, directory: Path | None) -> int:
    """Run it; 0 when the incident is closed and its log verifies, 1 with a sentence otherwise."""
    screen = Screen()
    if fault not in PLANS:
        screen.say(f"There is no fault {fault!r}; the demo knows: {', '.join(PLANS)}.", "bold red")
        return 2
    where = directory or Path(tempfile.mkdtemp(prefix="stormjib-demo-"))
    where.mkdir(parents=True, exist_ok=True)
    parts = prepare(where, screen)
    try:
        return _play(parts, screen, fault, interactive=interactive, keep=keep)
    except (StartError, StuckError, AnswerError) as error:
        screen.stop()
        screen.say(f"\nThe demo stopped: {error}\nEverything it wrote is in {where}.", "bold red")
        return 1
    finally:
        end(parts)


def prepare(where: Path, screen: Screen) -> Parts:
    """A port, tokens for everybody, a pager; nothing runs yet."""
    port = processes.free_port()
    names = {"ana": ("read", "respond"), "bo": ("read", "respond"), "watcher": ("alert",), "admin": ("admin",)}
    tokens = create_tokens(where / "data", names)
    pager = Pager(lambda page: screen.say(f"     ☎ the pager rings for {page.get('who')}: {page.get('title')}", "bold magenta"))
    return Parts(where, f"http://127.0.0.1:{port}", tokens, pager)


def _play(parts: Parts, screen: Screen, fault: str, *, interactive: bool, keep: bool) -> int:
    started = time.monotonic()
    screen.heading("The protected service comes up: 2 × API, Redis, users, a watcher")
    with screen.console.status("starting the lab …"):
        lab = bring_up(parts)
    _introduce(parts, screen)
    with screen.console.status("measuring how the service is when it is well …"):
        baseline = parts.person("admin").post("/baseline")["baseline"]
    screen.say(f"baseline: p95 {baseline['p95_seconds'] * 1000:.0f} ms, errors {baseline['error_share']:.1%}", "green")
    screen.heading(f"Fault: {fault}")
    processes.lab_command(lab, "inject", fault)
    incident = script.wait_for_incident(parts.person("ana"), PLANS[fault])
    screen.follow(parts.person("ana"), incident)
    ask = (lambda _, run: confirm(screen, run)) if interactive else None
    Script(parts.person("ana"), parts.person("bo"), PLANS[fault], tell=screen.heading, ask=ask).run(incident)
    screen.stop()
    return _report(parts, screen, incident, time.monotonic() - started, keep=keep or interactive)


def bring_up(parts: Parts) -> Lab:
    """The lab first: the server's settings name what it has come up with."""
    parts.lab = processes.start_lab(
        parts.directory / "lab",
        alert_url=f"{parts.url}/hooks/alertmanager",
        alert_token=parts.tokens["watcher"],
        health_script=_health_script(parts.directory),
    )
    settings = _write_settings(parts)
    parts.server = processes.start_server(settings, parts.url, parts.directory / "server.log")
    return parts.lab


def _health_script(where: Path) -> Path:
    """The runbook calls scripts/health_check.py; this one is as thin as the one in the project."""
    path = where / "health_check.py"
    path.write_text(
        '"""Thin: the check itself is stormjib\'s."""\n\nimport sys\n\n'
        "from stormjib.integrations.health.command import main\n\nsys.exit(main(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    return path


def _write_settings(parts: Parts) -> Path:
    lab = parts.lab
    if lab is None:
        raise StartError("The lab is not running.")
    ready = lab.ready
    env_file = parts.directory / "command.env"
    env = {**ready["env"], "HEALTH_URL": ready["url"], "REDIS_URL": ready["redis_url"]}
    processes.write_secret(env_file, "".join(f"{name}={value}\n" for name, value in env.items()))
    runbook = parts.directory / RUNBOOK
    runbook.write_bytes(reference_runbook())
    values = {
        "data_dir": str(parts.directory / "data"),
        "port": int(parts.url.rsplit(":", 1)[1]),
        "runbook": str(runbook),
        "responders": ["ana", "bo"],
        "webhook_url": parts.pager.url,
        "target_url": ready["url"],
        "redis_url": ready["redis_url"],
        "command_path": ready["bin"],
        "command_dir": ready["cwd"],
        "command_env_file": str(env_file),
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    trusted = f'\n[[trusted]]\ncommand = {json.dumps(HEALTH_COMMAND)}\nreason = "it only asks the service"\n'
    path = parts.directory / "stormjib.toml"
    processes.write_secret(path, "\n".join(lines) + "\n" + trusted)
    return path


def reference_runbook() -> bytes:
    """The reference runbook, byte for byte, from the package or, in a source tree, from where the package takes it."""
    packaged = resources.files("stormjib") / "runbooks" / RUNBOOK
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parents[3] / "runbooks" / RUNBOOK).read_bytes()


def _introduce(parts: Parts, screen: Screen) -> None:
    book = compile_runbook(reference_runbook())
    standins = ", ".join(parts.lab.ready.get("standins", [])) if parts.lab else ""
    screen.say(
        f"service   {parts.lab.ready['url'] if parts.lab else ''}   Redis {parts.lab.ready['redis_url'] if parts.lab else ''}"
    )
    screen.say(f"stand-ins {standins} (they answer from the lab's own supervisor)", "dim")
    screen.say(
        f"runbook   {book.title}, sha256 {book.sha256[:16]}…, {len(book.commands)} commands, {len(book.findings)} findings"
    )
    screen.say(f"stormjib  {parts.url}")


def _report(parts: Parts, screen: Screen, incident: str, seconds: float, *, keep: bool) -> int:
    ana = parts.person("ana")
    document = parts.directory / f"postmortem-{incident}.md"
    document.write_text(ana.text(f"/incidents/{incident}/postmortem"), encoding="utf-8")
    timeline = parts.directory / f"timeline-{incident}.txt"
    entries = ana.get(f"/incidents/{incident}/log?limit=10000")["entries"]
    timeline.write_text("".join(f"{entry['seq']:>4} {entry['text']}\n" for entry in entries), encoding="utf-8")
    room = ana.get(f"/incidents/{incident}")["incident"]
    checked = verify_log(parts.directory / "data")
    screen.heading(f"{incident} is {room['status']} after {seconds:.0f} s")
    screen.panel(
        "What is left of it",
        f"post-mortem  {document}\ntimeline     {timeline} ({len(entries)} entries)\nlog          {checked}\n"
        f"page         {parts.url}/incidents/{incident}\nsign in with {parts.tokens['ana']}\n"
        f"later        stormjib serve --settings {parts.directory / 'stormjib.toml'}",
    )
    if keep or (sys.stdin.isatty() and sys.stdout.isatty()):
        screen.say("The page stays up until you press Enter.")
        sys.stdin.readline()
    return 0 if room["status"] == "closed" else 1


def end(parts: Parts) -> None:
    """Stop whatever was started."""
    for process in (parts.server, parts.lab.process if parts.lab else None):
        if isinstance(process, subprocess.Popen):
            processes.stop(process)
    parts.pager.close()

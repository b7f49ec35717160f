"""`stormjib demo`: a real outage of a real service, from the alert to the post-mortem, by the reference runbook."""

import contextlib
import sys
import tempfile
import threading
import time
from pathlib import Path

from stormjib.core.markdown import compile_runbook
from stormjib.drill import script
from stormjib.drill.client import AnswerError
from stormjib.drill.faults import FAULTS
from stormjib.drill.patience import Patience, StuckError
from stormjib.drill.plans import PLANS
from stormjib.drill.process_stack import ProcessStack
from stormjib.drill.processes import StartError
from stormjib.drill.screen import Screen, confirm
from stormjib.drill.script import Script
from stormjib.drill.site import Site, reference_runbook
from stormjib.drill.stack import Ready, StackError, Wanted
from stormjib.offline import verify_log
from stormjib.ports import StoreFailed

REPLICAS = 2
REQUESTS_PER_SECOND = 4.0


class Parts:
    """What the demo has started and has to end."""

    def __init__(self, directory: Path, screen: Screen) -> None:
        """Nothing runs yet."""
        self.stack = ProcessStack(base_port=None)
        self.site = Site(
            directory,
            lambda page: screen.say(f"     ☎ the pager rings for {page.get('who')}: {page.get('title')}", "bold magenta"),
        )
        self.directory = directory

    def bring_up(self) -> Ready:
        """The lab first: the server's settings name what it has come up with."""
        site = self.site
        wanted = Wanted(
            directory=self.directory / "lab",
            alert_url=f"{site.url}/hooks/alertmanager",
            alert_token=site.tokens["watcher"],
            replicas=REPLICAS,
            requests_per_second=REQUESTS_PER_SECOND,
            health_script=site.health_script(),
        )
        ready = self.stack.up(wanted)
        site.serve(ready)
        return ready

    def end(self) -> None:
        """Stop whatever was started."""
        self.site.close()
        self.stack.down()


def main(*, interactive: bool, fault: str, keep: bool, directory: Path | None) -> int:
    """Run it; 0 when the incident is closed and its log verifies, 1 with a sentence otherwise."""
    screen = Screen()
    if fault not in PLANS:
        screen.say(f"There is no fault {fault!r}; the demo knows: {', '.join(PLANS)}.", "bold red")
        return 2
    where = directory or Path(tempfile.mkdtemp(prefix="stormjib-demo-"))
    parts = Parts(where, screen)
    code = None
    try:
        code = _play(parts, screen, fault, interactive=interactive, keep=keep)
    except (StackError, StartError, StuckError, AnswerError, StoreFailed, OSError) as error:
        code = 1
        screen.stop()
        screen.say(f"\nThe demo stopped: {error}", "bold red")
    finally:
        parts.end()
        if code != 0:
            # Whatever the reason was, an interruption or a fault of the demo itself included.
            screen.say(f"Everything it wrote is kept in {where}: server.log, lab.log, the settings and the log.", "bold red")
    return code


def _play(parts: Parts, screen: Screen, fault: str, *, interactive: bool, keep: bool) -> int:
    started, patience = time.monotonic(), Patience(screen.note)
    screen.heading("The protected service comes up: 2 × API, Redis, users, a watcher")
    with screen.console.status("starting the lab …"):
        ready = parts.bring_up()
    _introduce(parts, ready, screen)
    with screen.console.status("measuring the service while it is healthy …"):
        baseline = parts.site.take_baseline(patience)
    screen.say(f"baseline: p95 {baseline['p95_seconds'] * 1000:.0f} ms, errors {baseline['error_share']:.1%}", "green")
    screen.heading(f"Fault: {fault}")
    parts.stack.inject(fault, {})
    incident = script.wait_for_incident(parts.site.person("ana"), by_hand=not FAULTS[fault].wakes, patience=patience)
    screen.follow(parts.site.person("ana"), incident)
    ask = (lambda _, run: confirm(screen, run)) if interactive else None
    ana, bo = parts.site.person("ana"), parts.site.person("bo")
    Script(ana, bo, PLANS[fault], tell=screen.heading, patience=patience, ask=ask).run(incident)
    screen.stop()
    return _report(parts, screen, incident, time.monotonic() - started, keep=keep or (interactive and sys.stdin.isatty()))


def _introduce(parts: Parts, ready: Ready, screen: Screen) -> None:
    book = compile_runbook(reference_runbook())
    screen.say(f"service   {ready.url}   Redis {ready.redis_url}")
    screen.say(ready.about, "dim")
    screen.say(
        f"runbook   {book.title}, sha256 {book.sha256[:16]}…, {len(book.commands)} commands, {len(book.findings)} findings"
    )
    screen.say(f"stormjib  {parts.site.url}")


def _report(parts: Parts, screen: Screen, incident: str, seconds: float, *, keep: bool) -> int:
    ana = parts.site.person("ana")
    document = parts.directory / f"postmortem-{incident}.md"
    document.write_text(ana.text(f"/incidents/{incident}/postmortem"), encoding="utf-8")
    timeline = parts.directory / f"timeline-{incident}.txt"
    entries = ana.get(f"/incidents/{incident}/log?limit=10000")["entries"]
    timeline.write_text("".join(f"{entry['seq']:>4} {entry['text']}\n" for entry in entries), encoding="utf-8")
    room = ana.get(f"/incidents/{incident}")["incident"]
    checked = verify_log(parts.directory / "data")
    screen.heading(f"{incident} is {room['status']} after {seconds:.0f} s")
    screen.panel(
        "Results",
        f"post-mortem  {document}\ntimeline     {timeline} ({len(entries)} entries)\nlog          {checked}\n"
        f"page         {parts.site.url}/incidents/{incident}\nsign in with {parts.site.tokens['ana']}\n"
        f"later        stormjib serve --settings {parts.site.settings}",
    )
    if keep or (sys.stdin.isatty() and sys.stdout.isatty()):
        screen.say("The page stays up until you press Enter or Ctrl-C.")
        with contextlib.suppress(KeyboardInterrupt):
            if not sys.stdin.readline() and not sys.stdin.isatty():
                threading.Event().wait()
    if checked.startswith("BROKEN"):
        raise StuckError(f"The log does not verify: {checked}")
    if room["status"] != "closed":
        raise StuckError(f"{incident} is {room['status']} in the end, and was closed before.")
    return 0

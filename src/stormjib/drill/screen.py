"""The demo on the terminal: the incident's log as it grows, with the runbook line of each entry."""

import sys
import threading
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from stormjib.drill.client import AnswerError, Responder

_STYLES = {
    "AlertReceived": "bold red",
    "AlertCleared": "green",
    "Declared": "bold red",
    "PageSent": "bold magenta",
    "PageHeld": "magenta",
    "Acknowledged": "bold cyan",
    "RunProposed": "yellow",
    "RunApproved": "bold yellow",
    "RunForced": "bold red",
    "RunFinished": "bold green",
    "Verified": "bold green",
    "DebtTaken": "yellow",
    "DebtRepaid": "green",
    "StatusPosted": "cyan",
    "ItemTicked": "dim",
    "EvidenceCollected": "white",
    "SuspectsRanked": "bold yellow",
    "ItemOverdue": "bold red",
    "OutcomeUnknown": "bold red",
    "Resolved": "bold green",
    "Closed": "bold green",
    "PostmortemDrafted": "bold cyan",
}
_SIGNS = {
    "AlertReceived": "!",
    "Declared": "!",
    "PageSent": "☎",
    "EvidenceCollected": "◉",
    "SuspectsRanked": "→",
    "ItemTicked": "✓",
    "RunProposed": "?",
    "RunApproved": "✓",
    "RunFinished": "▶",
    "Verified": "≈",
}
FOLLOW_SECONDS = 0.2


class Screen:
    """Prints headings and log entries; a thread follows the log."""

    def __init__(self, console: Console | None = None) -> None:
        """Colours only where the terminal has them."""
        self.console = console or Console(highlight=False)
        self._stop = threading.Event()
        self._follower: threading.Thread | None = None
        self._source: tuple[Responder, str] | None = None
        self._lock = threading.Lock()
        self._seen = 0

    def heading(self, text: str) -> None:
        """A stage of the incident begins; what belongs to the one before is printed first."""
        self.catch_up()
        self.console.print(Text(f"\n── {text} ", style="bold blue"))

    def say(self, text: str, style: str = "") -> None:
        """One line beside the log."""
        self.console.print(Text(text, style=style))

    def note(self, text: str) -> None:
        """What is waited for."""
        self.say(f"     {text}", "dim")

    def panel(self, title: str, text: str) -> None:
        """A box that stays readable when the rest has scrolled on."""
        self.console.print(Panel(Text(text), title=title, expand=False))

    def follow(self, responder: Responder, incident: str) -> None:
        """Print every entry from now on."""
        self._source = (responder, incident)
        self._follower = threading.Thread(target=self._run, name="follower", daemon=True)
        self._follower.start()

    def stop(self) -> None:
        """Print what is left and end."""
        self._stop.set()
        if self._follower:
            self._follower.join(timeout=10)

    def catch_up(self) -> None:
        """Print what the log holds by now."""
        if self._source is None:
            return
        responder, incident = self._source
        with self._lock:
            try:
                entries = responder.get(f"/incidents/{incident}/log?after={self._seen}")["entries"]
            except (AnswerError, OSError):
                return
            for entry in entries:
                self._seen = entry["seq"]
                self.entry(entry)

    def _run(self) -> None:
        while not self._stop.wait(FOLLOW_SECONDS):
            self.catch_up()
        self.catch_up()

    def entry(self, entry: dict[str, Any]) -> None:
        """One line: number, seconds, sign, sentence, source line."""
        fact = entry["fact"]
        kind = fact["fact"]
        if kind == "TimerDue":
            return  # what a timer leads to has an entry of its own
        line = f"runbook:{fact['line']}" if fact.get("line") else ""
        text = Text(f"{entry['seq']:>4} ", style="dim")
        text.append(f"{_SIGNS.get(kind, '·')} ", style=_STYLES.get(kind, ""))
        sentence = " ".join(str(entry["text"]).split())
        text.append(sentence, style=_STYLES.get(kind, ""))
        who = "" if entry["by"] in {"stormjib", *sentence.split()} else entry["by"]
        text.append(f"  {who} {line}".rstrip(), style="dim")
        self.console.print(text, overflow="fold")


def confirm(screen: Screen, run: dict[str, Any]) -> bool:
    """Show a proposed run and take a yes or a no from the keyboard."""
    kept = "\n".join(f"  {text}" for text in run["snapshots"]) or "  nothing"
    screen.panel(
        f"{run['run_id']} waits for your approval",
        f"$ {run['text']}\n\nrisk    {run['risk']}\ntarget  {run['target']}\nline    {run['line']} of the runbook\n"
        f"asked   {run['asked_by']}: {run['reason']}\nstored before it starts:\n{kept}",
    )
    screen.console.print(Text("Approve? [y/N] ", style="bold yellow"), end="")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}

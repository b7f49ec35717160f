"""One drill: a stack comes up, breaks, is seen to be broken, is looked into, is mended, and has to be well again."""

import http.client
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from stormjib.drill import script
from stormjib.drill.client import AnswerError, Responder
from stormjib.drill.faults import FAULTS, Fault
from stormjib.drill.incident import investigated
from stormjib.drill.outcome import Found, Outcome
from stormjib.drill.patience import Patience, StuckError, Tell
from stormjib.drill.plans import PLANS
from stormjib.drill.processes import StartError
from stormjib.drill.script import Script
from stormjib.drill.seed import Variation, vary
from stormjib.drill.site import Site
from stormjib.drill.stack import Stack, StackError, Wanted

REPLICAS = 3
ANSWER_SECONDS_MAX = 5.0
POLL_SECONDS = 0.1
"""What is measured here are seconds, so that it is looked at more often than a person would."""
MAINTENANCE_SECONDS_MAX = 5.0
"""Only where maintenance mode is the fault: a responder may close the door for longer."""
OK = 200
FAILURES = (StackError, StartError, StuckError, AnswerError, OSError)


class Wish(msgspec.Struct, frozen=True):
    """What to drill."""

    fault: str
    """A name in ``FAULTS``."""
    seed: int = 0
    investigate: bool = True
    """Wait until the evidence is complete."""
    respond: bool = False
    """Play the scripted responder, where the fault has a plan."""


class Drill:
    """One drill on one stack; ``run`` never raises for what goes wrong in it: the outcome says so."""

    def __init__(self, stack: Stack, directory: Path, wish: Wish, tell: Tell) -> None:
        """``tell`` gets a line for each stage; everything is written into ``directory``."""
        self._stack = stack
        stack.enter()
        self._wish = wish
        self._tell = tell
        self._patience = Patience(tell)
        self._fault: Fault = FAULTS[wish.fault]
        self._variation: Variation = vary(wish.fault, wish.seed)
        self._site = Site(directory, lambda page: tell(f"the pager rings for {page.get('who')}: {page.get('title')}"))
        self._url = ""
        self.outcome = Outcome(
            fault=wish.fault,
            stack=stack.name,
            seed=wish.seed,
            requests_per_second=self._variation.requests_per_second,
            options=self._variation.options,
            alert=self._fault.alert,
        )

    def run(self) -> Outcome:
        """From nothing to nothing; whatever was started has ended afterwards."""
        try:
            self._play()
        except FAILURES as error:
            self.outcome.error = self.outcome.error or str(error)
        finally:
            self._site.close()
            self._stack.down()
        return self.outcome

    def _play(self) -> None:
        self._bring_up()
        self._tell(f"injecting {self._wish.fault} {self._variation.options or ''}".rstrip())
        injected = time.monotonic()
        self._stack.inject(self._wish.fault, self._variation.options)
        try:
            declared = self._detect(injected)
            if self._wish.investigate:
                self._investigate(declared)
            if self._wish.respond:
                self._respond(declared)
        except FAILURES as error:
            self.outcome.error = str(error)
        self._undo()

    def _bring_up(self) -> None:
        patience = MAINTENANCE_SECONDS_MAX if self._wish.fault == "maintenance-stuck" else None
        wanted = Wanted(
            directory=self._site.directory / "lab",
            alert_url=f"{self._site.url}/hooks/alertmanager",
            alert_token=self._site.tokens["watcher"],
            replicas=REPLICAS,
            requests_per_second=self._variation.requests_per_second,
            health_script=self._site.health_script(),
            maintenance_seconds_max=patience,
        )
        self._tell(
            f"bringing the {self._stack.name} stack up, {REPLICAS} × API, {wanted.requests_per_second:g} requests a second"
        )
        ready = self._stack.up(wanted)
        self._url = ready.url
        self._site.serve(ready)
        baseline = self._site.take_baseline(self._patience)
        self._tell(f"baseline: p95 {baseline['p95_seconds'] * 1000:.0f} ms, errors {baseline['error_share']:.1%}")

    def _detect(self, injected: float) -> float:
        """Wait for the incident and for the alert that belongs to the fault; the moment of the declaration."""
        ana, outcome = self._ana, self.outcome
        declared: float | None = None

        def seen() -> bool:
            nonlocal declared
            outcome.alerts = self._alerts()
            if outcome.seconds_to_alert is None and outcome.alert in outcome.alerts:
                outcome.seconds_to_alert = _since(injected)
                self._tell(f"{outcome.alert} after {outcome.seconds_to_alert:.1f} s")
            if declared is None and (found := script.find_incident(ana, by_hand=not self._fault.wakes)):
                declared, outcome.incident = time.monotonic(), found
                outcome.seconds_to_declaration = _since(injected)
                self._tell(f"{found} declared after {outcome.seconds_to_declaration:.1f} s")
            return declared is not None and outcome.seconds_to_alert is not None

        self._until(seen, f"the alert {outcome.alert} and its incident")
        return declared if declared is not None else injected

    def _investigate(self, declared: float) -> None:
        outcome = self.outcome
        self._until(self._investigated, "the evidence and the suspects")
        outcome.seconds_to_evidence = _since(declared)
        room = self._room()
        looks = [look for look in room["evidence"] if not look["before_run"]]
        outcome.severity, outcome.evidence = room["severity"], len(looks)
        outcome.findings = [Found(look["line"], look["text"], look["ok"], look["finding"]) for look in looks if look["finding"]]
        ranking = room["suspects"]["ranking"]
        outcome.suspects = list(ranking["suspects"])
        self._tell(f"{outcome.evidence} pieces of evidence, complete after {outcome.seconds_to_evidence:.1f} s")
        self._tell(f"suspects: {ranking['sentence']}")

    def _investigated(self) -> bool:
        room = self._room()
        return investigated(room) and room["suspects"] is not None

    def _respond(self, declared: float) -> None:
        plan = PLANS.get(self._wish.fault)
        if plan is None:
            self._tell("no line of the runbook mends this fault, so nobody responds")
            return
        self.outcome.responded = False
        Script(self._ana, self._site.person("bo"), plan, tell=self._tell, patience=self._patience).run(self.outcome.incident)
        self.outcome.responded = self._room()["status"] == "closed"
        self.outcome.seconds_to_close = _since(declared)

    def _undo(self) -> None:
        self._tell(f"repairing {self._wish.fault}")
        started = time.monotonic()
        self._stack.undo(self._wish.fault)
        self._until(self._well, "clear alerts and a ready service after the repair")
        self.outcome.healthy_after = True
        self.outcome.seconds_to_health = _since(started)
        self._tell(f"healthy again after {self.outcome.seconds_to_health:.1f} s")

    def _well(self) -> bool:
        firing = [state for state in self._ana.get("/alerts")["alerts"] if state["firing"]]
        return not firing and status(f"{self._url}/health") == OK and status(f"{self._url}/ready") == OK

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        self._patience.until(holds, what, pause_seconds=POLL_SECONDS, stands=self._stands)

    def _stands(self) -> str:
        """What fired so far, and what the service answers."""
        fired = ", ".join(self.outcome.alerts) or "none"
        return f"alerts so far: {fired}; /health answers {status(f'{self._url}/health')}, /ready {status(f'{self._url}/ready')}"

    def _alerts(self) -> list[str]:
        states = sorted(self._ana.get("/alerts")["alerts"], key=lambda state: state["received_at"])
        return list(dict.fromkeys(state["alert"]["name"] for state in states))

    def _room(self) -> dict[str, Any]:
        room: dict[str, Any] = self._ana.get(f"/incidents/{self.outcome.incident}")["incident"]
        return room

    @property
    def _ana(self) -> Responder:
        return self._site.person("ana")


def status(url: str) -> int | None:
    """The status of a GET on loopback, None where nothing answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 2)

"""The demo's responders: what two people do from the page to the post-mortem, through the same API as everybody."""

import functools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from stormjib.drill.client import AnswerError, Responder

WAIT_SECONDS_MAX = 90.0
POLL_SECONDS = 0.2
MEASURED = 3
"""The tasks of a verification that are measured: the user flow, the latency, the errors."""

Room = dict[str, Any]
Ask = Callable[[Room, dict[str, Any]], bool]
"""Shows a proposed run to the newcomer and takes a yes or a no."""


class StuckError(Exception):
    """The incident did not get where it should; the text says where it stands."""


class Plan(msgspec.Struct, frozen=True):
    """What this fault is called to users, and the lines of the runbook that mend it."""

    issue: str
    cause: str
    fixes: tuple[int, ...]
    """Lines to run, in order."""
    looks: tuple[int, ...] = ()
    """Lines of reads in the mitigation menu to look at before choosing."""
    lesson: str = "Alert on a failing deployment before it takes all traffic"
    door: bool = True
    """Maintenance mode is switched by the API itself, so that a crashed one can't close its door."""


PLANS = {
    "redis-stopped": Plan(
        "failing requests",
        "an outage of our cache",
        fixes=(102,),
        looks=(95, 96),
        lesson="Serve /v1 without the cache when Redis is down",
    ),
    "redis-oom": Plan(
        "failing requests", "a cache without memory", fixes=(102,), looks=(96,), lesson="Limit what an export may put into Redis"
    ),
    "redis-slow": Plan(
        "slow and failing requests", "a runaway query", fixes=(102,), looks=(96,), lesson="Give reports a Redis of their own"
    ),
    "redis-hung": Plan(
        "failing requests", "an outage of our cache", fixes=(102,), lesson="Restart a Redis that does not answer by itself"
    ),
    "api-errors": Plan(
        "failing requests", "a fault in the API process", fixes=(77,), lesson="Restart an API that fails by itself"
    ),
    "api-slow": Plan("slow responses", "a fault in the API process", fixes=(77,), lesson="Page for latency, too"),
    "api-crashed": Plan("an outage", "a crash of the API", fixes=(77,), lesson="Restart a crashed API by itself", door=False),
    "bad-deployment": Plan("failing requests", "a bad deployment", fixes=(83, 84)),
    "nginx-down": Plan("an outage", "an outage of our proxy", fixes=(115,), lesson="Restart nginx by itself", door=False),
    "replica-sick": Plan(
        "failing requests", "a fault in one of our servers", fixes=(77,), lesson="Take a sick replica out by itself"
    ),
    "maintenance-stuck": Plan(
        "an unplanned maintenance message",
        "a forgotten switch",
        fixes=(163,),
        looks=(159,),
        lesson="Let maintenance mode end by itself",
        door=False,
    ),
}
"""A fault without a plan is one that no line of the runbook mends."""


class Script:
    """Walks one incident to its end. ``tell`` gets a heading for each stage."""

    def __init__(self, first: Responder, second: Responder, plan: Plan, *, tell: Callable[[str], None], ask: Ask | None) -> None:
        """``first`` responds; ``second`` approves what needs another person. ``ask`` lets a human decide instead."""
        self._first = first
        self._second = second
        self._plan = plan
        self._tell = tell
        self._ask = ask

    def run(self, incident: str) -> None:
        """From the page to the closed incident; raises ``StuckError``."""
        for heading, stage in self._stages(f"/incidents/{incident}"):
            self._tell(heading)
            stage()
            self._settled(f"/incidents/{incident}")

    def _settled(self, path: str) -> None:
        """Wait a moment for what follows from the last action, so that the log is read under its own heading."""
        seq = -1
        for _ in range(5):
            time.sleep(POLL_SECONDS)
            now = self._first.get(path)["incident"]["seq"]
            if now == seq:
                return
            seq = now

    def _stages(self, path: str) -> Iterator[tuple[str, Callable[[], Any]]]:
        first, plan = self._first, self._plan
        yield "Acknowledge", lambda: self._acknowledge(path)
        yield "Investigate: every proven read of the runbook runs by itself", lambda: self._until(path, investigated, "evidence")
        yield "Tell the users", lambda: self._post(path, "Investigating", **{"issue description": plan.issue})
        yield "Look closer before choosing", lambda: self._look(path, *plan.looks)
        if plan.door:
            yield (
                "Close the door: maintenance mode, a debt until it is off",
                lambda: self._run(path, 87, "users get a clear answer"),
            )
        yield "Tell them that the cause is known", lambda: self._post(path, "Identified", issue=plan.cause)
        yield "Mitigate: one option of the menu, approved by a person", lambda: self._fix(path)
        yield "Measure the recovery against the baseline", lambda: self._verify(path)
        if plan.door:
            yield "Final health check: the door is still closed, and it says so", lambda: self._look(path, 159)
            yield "Open the door again: maintenance mode off", lambda: self._run(path, 163, "the recovery is measured")
        yield "Wait until the alert is clear", lambda: self._until(path, lambda room: not room["firing"], "clear alerts")
        yield "Tell the users", lambda: self._post(path, "Monitoring")
        yield "Resolve", lambda: first.post(f"{path}/resolve", text=f"{plan.cause} is over")
        yield "Final health check once more", lambda: self._look(path, 159)
        yield "What only people can say", lambda: self._say(path)
        yield "Close: every exit criterion holds", lambda: first.post(f"{path}/close")
        yield (
            "The post-mortem, filled from the log",
            lambda: self._until(path, lambda room: room["postmortem_sha256"], "a post-mortem"),
        )

    def _acknowledge(self, path: str) -> None:
        self._until(path, lambda room: room["paged"] and room["channel"], "the page and the channel")
        self._first.post(f"{path}/acknowledge")

    def _post(self, path: str, stage: str, **values: str) -> None:
        self._first.post(f"{path}/status", stage=stage, audience="customers", values=values)

    def _look(self, path: str, *lines: int) -> None:
        """Run reads of the menu and wait for what they say."""
        before = self._first.get(path)["incident"]["seq"]
        for line in lines:
            option = _option(self._first.get(path)["incident"], line)
            self._first.post(f"{path}/collect", command_id=option["command_id"])
        self._until(path, lambda room: all(_option(room, line)["last_seq"] > before for line in lines), f"lines {lines}")

    def _fix(self, path: str) -> None:
        for line in self._plan.fixes:
            self._run(path, line, f"end {self._plan.cause}")

    def _run(self, path: str, line: int, reason: str) -> None:
        """Propose, have it approved, wait for the result."""
        room = self._first.get(path)["incident"]
        option = _option(room, line)
        self._first.post(f"{path}/runs", command_id=option["command_id"], reason=reason)
        room = self._first.get(path)["incident"]
        run = room["runs"][-1]
        if self._ask and not self._ask(room, run):
            self._second.post(f"{path}/runs/{run['run_id']}/refuse", reason="not now")
            raise StuckError(f"You refused {run['text']}; the incident stays open, as it should.")
        approver = self._second if run["risk"] in {"disrupt", "destroy"} or self._ask else self._first
        approver.post(f"{path}/runs/{run['run_id']}/approve", reason=reason)
        done = self._until(path, lambda room: _run_of(room, run["run_id"])["ok"] is not None, run["text"])
        if not _run_of(done, run["run_id"])["ok"]:
            raise StuckError(f"{run['text']} failed: {_run_of(done, run['run_id'])['conclusion']}")

    def _verify(self, path: str) -> None:
        """Measure again until it holds: a service that has just restarted may need a moment."""
        for _ in range(10):
            before = self._first.get(path)["incident"]["seq"]
            self._first.post(f"{path}/verify")
            room = self._until(path, functools.partial(_measured, self._first, path, before), "the measurements")
            if all(criterion["met"] for criterion in room["resolution"] if criterion["line"]):
                return
        raise StuckError("The recovery could not be proven.")

    def _say(self, path: str) -> None:
        due = f"{datetime.fromtimestamp(time.time(), UTC) + timedelta(days=7):%Y-%m-%d}"  # noqa: TID251 - a drill plays in real time
        self._first.post(f"{path}/action-items", text=self._plan.lesson, owner="ana", due=due)
        for criterion in self._first.get(path)["incident"]["closure"]:
            words = criterion["detail"].split()
            if not criterion["met"] and criterion["detail"].startswith("not done"):
                self._first.post(f"{path}/items/{words[-1]}/tick", text="done by hand in this drill")

    def _until(self, path: str, holds: Callable[[Room], Any], what: str) -> Room:
        end = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < end:
            room: Room = self._first.get(path)["incident"]
            if holds(room):
                return room
            time.sleep(POLL_SECONDS)
        raise StuckError(f"Waited {WAIT_SECONDS_MAX:.0f} s for {what}; the incident is {room['status']}: {room['next_step']}.")


def wait_for_incident(responder: Responder, *, by_hand: bool, seconds_max: float = WAIT_SECONDS_MAX) -> str:
    """The id of the first incident; raises ``StuckError`` when none is declared."""
    end = time.monotonic() + seconds_max
    while time.monotonic() < end:
        if found := find_incident(responder, by_hand=by_hand):
            return found
        time.sleep(POLL_SECONDS)
    raise StuckError(f"No alert declared an incident within {seconds_max:.0f} s.")


def find_incident(responder: Responder, *, by_hand: bool) -> str:
    """The id of the first incident, empty while there is none; ``by_hand``: a person declares as soon as an alert waits."""
    try:
        found = responder.get("/incidents")["incidents"]
        if by_hand and not found:
            _declare(responder)
    except (AnswerError, OSError):
        return ""
    return str(found[-1]["id"]) if found else ""


def _declare(responder: Responder) -> None:
    """Make an incident of the first alert that waits for a person."""
    for alert in responder.get("/alerts")["alerts"]:
        if alert["firing"] and not alert["incident"]:
            said = alert["alert"]
            title = said["summary"] or said["name"]
            responder.post("/incidents", title=title, severity="P1", service=said["service"], cause="drill")
            return


def _option(room: Room, line: int) -> dict[str, Any]:
    for step in room["steps"]:
        for group in step["groups"]:
            for option in group["options"]:
                if option["line"] == line:
                    return dict(option)
    raise StuckError(f"The runbook has no command at line {line}.")


def _run_of(room: Room, run_id: str) -> dict[str, Any]:
    return next(run for run in room["runs"] if run["run_id"] == run_id)


def investigated(room: Room) -> bool:
    """Whether every read that runs by itself has been collected."""
    wanted = {
        option["command_id"]
        for step in room["steps"]
        if step["mode"] == "collect"
        for group in step["groups"]
        for option in group["options"]
        if option["unattended"]
    }
    return wanted <= {look["command_id"] for look in room["evidence"]}


def _measured(responder: Responder, path: str, after: int, _: Room) -> bool:
    facts = [entry["fact"]["fact"] for entry in responder.get(f"{path}/log?after={after}")["entries"]]
    return facts.count("Verified") >= MEASURED

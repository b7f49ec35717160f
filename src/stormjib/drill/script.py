"""The demo's responders: what two people do from the page to the post-mortem, through the same API as everybody."""

import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from stormjib.drill.client import AnswerError, Responder
from stormjib.drill.incident import Room, holds, investigated, measurements, option_at, run_of
from stormjib.drill.patience import POLL_SECONDS, Patience, StuckError, Tell
from stormjib.drill.plans import Plan

HEALTH_LINE = 159
AGAIN_SECONDS = 2.0
"""Between two measurements or two health checks: a service that has just restarted needs a moment."""
CLEAR_SECONDS = 5.0
"""How long no alert may fire: what users saw while the door was closed is judged only once it is open."""
LAST_UPDATE = "This incident has been resolved."
DONE = {231: f"watched until no alert had fired for {CLEAR_SECONDS:.0f} seconds, and measured the recovery"}
NOT_DONE = {
    154: "the users of this drill are a program, which can't be asked",
    161: "nothing about the monitoring has changed",
    216: "no chat is connected in this drill; everybody writes into the incident's own page",
    222: "nobody else's service is involved in this drill",
    226: "no chat is connected in this drill; everybody writes into the incident's own page",
}
"""What the log can't prove, by the line of the runbook: what the two people have done, and what they answer for not having done."""
ENDED = {"finished", "unknown", "expired", "refused", "settled"}
"""The states of a run that does not go on by itself."""

Ask = Callable[[Room, dict[str, Any]], bool]
"""Shows a proposed run to the newcomer and takes a yes or a no."""


class Script:
    """Walks one incident to its end, from state to state. ``tell`` gets a heading for each stage."""

    def __init__(
        self, first: Responder, second: Responder, plan: Plan, *, tell: Tell, patience: Patience, ask: Ask | None = None
    ) -> None:
        """``first`` responds; ``second`` approves what needs another person. ``ask`` lets a human decide instead."""
        self._first = first
        self._second = second
        self._plan = plan
        self._tell = tell
        self._patience = patience
        self._ask = ask
        self._path = ""
        self._refusal = ""

    def run(self, incident: str) -> None:
        """From the page to the closed incident; raises ``StuckError``, which names the stage."""
        self._path = f"/incidents/{incident}"
        for heading, stage in self._stages():
            self._tell(heading)
            try:
                stage()
            except (StuckError, AnswerError, OSError) as error:
                raise StuckError(f"In the stage “{heading}”: {error}") from error
            self._settled()

    def _settled(self) -> None:
        """Give what follows from the last action a moment, so that the log is read under its own heading; nothing depends on it."""
        seq = -1
        for _ in range(5):
            self._patience.pause(POLL_SECONDS)
            now = self._room()["seq"]
            if now == seq:
                return
            seq = now

    def _stages(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        plan = self._plan
        yield "Acknowledge", self._acknowledge
        yield "Investigate: every proven read of the runbook runs by itself", lambda: self._until(investigated, "evidence")
        yield "Tell the users", lambda: self._post("Investigating", **{"issue description": plan.issue})
        yield "Check more before choosing", lambda: self._look(*plan.looks)
        if plan.door:
            yield (
                "Close the door: maintenance mode, a temporary measure until it is off",
                lambda: self._run(87, "users get a clear answer"),
            )
        yield "Tell them that the cause is known", self._identified
        yield "Mitigate: one option of the menu, approved by a person", self._fix
        if plan.door:
            yield (
                "Open the door again: what is measured while users are kept out proves no recovery",
                lambda: self._run(163, "the fix is in place"),
            )
        yield "Measure the recovery against the baseline", self._verify
        yield "Wait until no alert fires any more", self._clear
        yield "Tell the users", lambda: self._post("Monitoring")
        yield (
            "Resolve",
            lambda: self._reach("resolution", "resolved_at", "resolve", text=f"{plan.cause} is over", customers=LAST_UPDATE),
        )
        yield "Final health check once more", self._well
        yield "What only people can say", self._say
        yield "Close: every exit criterion holds", lambda: self._reach("closure", "closed_at", "close")
        yield (
            "The post-mortem, filled from the log",
            lambda: self._until(lambda room: room["postmortem_sha256"], "the post-mortem"),
        )

    def _acknowledge(self) -> None:
        self._until(lambda room: room["paged"], "the page")
        self._first.post(f"{self._path}/acknowledge")

    def _post(self, stage: str, *, audience: str = "customers", **values: str) -> None:
        self._first.post(f"{self._path}/status", stage=stage, audience=audience, values=values)

    def _identified(self) -> None:
        for audience in ("customers", "stakeholders"):
            self._post("Identified", audience=audience, issue=self._plan.cause)

    def _look(self, *lines: int) -> Room:
        """Run reads of the menu and wait for what they say."""
        room = self._room()
        for line in lines:
            self._first.post(f"{self._path}/collect", command_id=option_at(room, line)["command_id"])
        seq = room["seq"]
        return self._until(
            lambda now: all(option_at(now, line)["last_seq"] > seq for line in lines), f"the output of lines {lines}"
        )

    def _well(self) -> None:
        """The health check again and again until it finds everything well."""
        self._again(
            lambda: option_at(self._look(HEALTH_LINE), HEALTH_LINE)["last_ok"], "a health check that finds everything healthy"
        )

    def _fix(self) -> None:
        for line in self._plan.fixes:
            self._run(line, f"end {self._plan.cause}")

    def _run(self, line: int, reason: str) -> None:
        """Propose, have it approved, wait for the result."""
        path, option = self._path, option_at(self._room(), line)
        self._first.post(f"{path}/runs", command_id=option["command_id"], reason=reason)
        room = self._room()
        run = [run for run in room["runs"] if run["command_id"] == option["command_id"]][-1]
        run_id = run["run_id"]
        if self._ask and not self._ask(room, run):
            self._second.post(f"{path}/runs/{run_id}/refuse", reason="not now")
            raise StuckError(f"You refused {run['text']}; the incident stays open, as it should.")
        approver = self._second if run["second_person"] or self._ask else self._first
        approver.post(f"{path}/runs/{run_id}/approve", reason=reason)
        run = run_of(self._until(lambda room: run_of(room, run_id)["state"] in ENDED, f"the end of {run['text']}"), run_id)
        if not run["ok"]:
            raise StuckError(f"{run['text']} {run['state']} and did not succeed: {run['conclusion']}")

    def _verify(self) -> None:
        """Measure again until it holds: a service that has just restarted may need a moment."""
        self._again(self._measured, "a recovery that the measurements prove")

    def _measured(self) -> bool:
        """Measure once; whether every measurement holds."""
        after = self._room()["seq"]
        self._first.post(f"{self._path}/verify")

        def complete(room: Room) -> bool:
            entries = self._first.get(f"{self._path}/log?after={after}")["entries"]
            found = [entry["fact"] for entry in entries if entry["fact"]["fact"] == "Verified"]
            return holds(room) or len(found) >= len(measurements(room)) or any(not fact["ok"] for fact in found)

        return holds(self._until(complete, "the measurements"))

    def _clear(self) -> None:
        """No alert fires, and none has begun to for a while."""
        now = self._patience.now
        since = now()

        def clear() -> bool:
            nonlocal since
            if self._room()["firing"]:
                since = now()
            return now() - since >= CLEAR_SECONDS

        self._patience.until(clear, "clear alerts", stands=self._stands)

    def _say(self) -> None:
        due = f"{datetime.fromtimestamp(time.time(), UTC) + timedelta(days=7):%Y-%m-%d}"  # noqa: TID251 - a drill plays in real time
        self._first.post(f"{self._path}/action-items", text=self._plan.lesson, owner="ana", due=due)
        room = self._room()
        self._tick(room, {criterion["line"] for criterion in room["closure"] if not criterion["met"]})

    def _reach(self, criteria: str, reached: str, step: str, **body: str) -> None:
        """Take a step that has conditions; one that lapses in between (an alert, a check that fails) is met again first."""

        def taken() -> bool:
            room = self._room()
            lacking = {criterion["line"] for criterion in room[criteria] if not criterion["met"]}
            if not lacking:
                self._try(step, **body)
            elif lacking & measurements(room):
                self._measured()
            elif HEALTH_LINE in lacking:
                self._look(HEALTH_LINE)
            else:
                self._tick(room, lacking)
            return self._room()[reached] is not None

        self._again(taken, f"what it takes to {step} it")

    def _tick(self, room: Room, lines: Collection[int]) -> None:
        """Say of the items at these lines what was done and what was not; nothing else is checked off."""
        boxes = [box for step in room["steps"] for group in step["groups"] for box in group["tasks"]] + room["checklist"]
        for box in boxes:
            if box["line"] in lines and box["line"] in DONE:
                self._try(f"items/{box['id']}/tick", text=DONE[box["line"]])
            elif box["line"] in lines and box["line"] in NOT_DONE:
                self._try(f"items/{box['id']}/overrule", text=NOT_DONE[box["line"]])

    def _try(self, step: str, **body: str) -> None:
        """Do what may be refused now; the refusal is kept for whoever asks why it takes so long."""
        try:
            self._first.post(f"{self._path}/{step}", **body)
        except AnswerError as error:
            self._refusal = f"; the last refusal: {error}"

    def _room(self) -> Room:
        room: Room = self._first.get(self._path)["incident"]
        return room

    def _until(self, holds: Callable[[Room], Any], what: str) -> Room:
        def read() -> Room | None:
            room = self._room()
            return room if holds(room) else None

        found = self._patience.until(read, what, stands=self._stands)
        assert found is not None
        return found

    def _again(self, does: Callable[[], Any], what: str) -> None:
        self._patience.until(does, what, pause_seconds=AGAIN_SECONDS, stands=self._stands)

    def _stands(self) -> str:
        try:
            room = self._room()
        except (AnswerError, OSError) as error:
            return f"and now the server does not answer: {error}"
        criteria = room["closure" if room["resolved_at"] else "resolution"]
        lacking = "; ".join(f"{one['name']}: {one['detail']}" for one in criteria if not one["met"])
        return f"the incident is {room['status']} at entry {room['seq']}; {lacking or room['next_step']}{self._refusal}"


def wait_for_incident(responder: Responder, *, by_hand: bool, patience: Patience) -> str:
    """The id of the first incident; raises ``StuckError`` when none is declared."""
    return patience.until(lambda: find_incident(responder, by_hand=by_hand), "an alert that declares an incident")


def find_incident(responder: Responder, *, by_hand: bool) -> str:
    """The id of the first incident, empty while there is none; ``by_hand``: a person declares as soon as an alert waits."""
    found = responder.get("/incidents")["incidents"]
    if by_hand and not found:
        _declare(responder)
    return str(found[-1]["id"]) if found else ""


def _declare(responder: Responder) -> None:
    """Make an incident of the first alert that waits for a person."""
    for alert in responder.get("/alerts")["alerts"]:
        if alert["firing"] and not alert["incident"]:
            said = alert["alert"]
            title = said["summary"] or said["name"]
            responder.post("/incidents", title=title, severity="P1", service=said["service"], cause="drill")
            return

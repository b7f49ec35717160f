"""Waiting for what was asked for: ask again until it is there or the time is up."""

from collections.abc import Sequence
from typing import Any

from stormjib.cli import items, log, room
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session

Part = dict[str, Any]
LOOK_SECONDS = 0.5
_OVER = {"finished", "refused", "expired", "withdrawn", "settled", "unknown"}


def for_evidence(session: Session, incident: str, commands: set[str], after_seq: int, wait_seconds: float) -> int:
    """Until each of these reads has an answer newer than the request."""
    until = session.world.clock() + wait_seconds
    while True:
        looks = [look for look in items.room(session, incident)["evidence"] if look["seq"] > after_seq and not look["before_run"]]
        found = {look["command_id"]: look for look in looks if look["command_id"] in commands}
        missing = sorted(commands - set(found))
        failed = _failed(session, incident, missing, after_seq) if missing else {}
        unread = {name: failed[name]["reason"] for name in missing if failed.get(name, {}).get("permanent")}
        if len(found) + len(unread) == len(commands):
            break
        why = " ".join(f"{name}: {failed[name]['reason']}" for name in missing if name in failed)
        late = f"No answer from {', '.join(missing)} within {wait_seconds:g} seconds. {why}".rstrip()
        _pause(session, until, late, f"stormjib incident show {incident}")

    def show(console: Console) -> None:
        for look in found.values():
            console.line(f"$ {look['ran_as'] or look['text']}", "strong")
            console.line(look["excerpt"].rstrip() or "(it printed nothing)")
            console.line(
                f"{look.get('verdict') or ('ran' if look['ok'] else 'failed')}: {_verdict(look)} (line {look['line']}, entry {look['seq']})",
                _loud(look["ok"]),
            )
        for name, reason in unread.items():
            console.line(f"{name} was not read: {reason}", "bad")

    told = {"schema": "stormjib.evidence/1", "incident": incident, "evidence": list(found.values()), "unread": unread}
    session.answer(told, show)
    return Exit.OK if not unread and all(look["ok"] for look in found.values()) else Exit.FAILED


def _failed(session: Session, incident: str, commands: Sequence[str], after_seq: int) -> dict[str, Part]:
    """What the log says of reads that could not be done, the newest of each."""
    facts = [entry["fact"] for page in log.pages(session, incident, after_seq) for entry in page]
    failures = {fact["effect"]: fact for fact in facts if fact["fact"] == "EffectFailed"}
    return {name: failures[f"collect/{name}"] for name in commands if f"collect/{name}" in failures}


def for_outcome(session: Session, incident: str, run_id: str, wait_seconds: float) -> int:
    """Until the run has ended, one way or the other."""
    until = session.world.clock() + wait_seconds
    while True:
        try:
            run: Part = next(run for run in items.room(session, incident)["runs"] if run["run_id"] == run_id)
        except Stop as stop:
            if stop.code != Exit.UNREACHABLE or session.world.clock() >= until:
                sentence = f"{run_id} was asked for and may have been started, or may start when the server is back: do not ask for it again. {stop.sentence}"
                raise Stop(stop.code, sentence, f"stormjib run list {incident}") from stop
            session.world.pause(LOOK_SECONDS)
            continue
        if run["state"] in _OVER:
            break
        _pause(
            session, until, f"{run_id} is still {run['state']} after {wait_seconds:g} seconds.", f"stormjib run list {incident}"
        )
    if run["state"] == "unknown":
        sentence = f"The outcome of {run_id} is unknown. Find out, then record it; it is never run again by itself."
        raise Stop(Exit.NEEDS, sentence, f"stormjib settle {run_id} --took-effect yes|no --note '…'")

    def show(console: Console) -> None:
        if run["excerpt"]:
            console.line(run["excerpt"].rstrip())
        took = f" in {run['seconds']:.1f} s" if run["seconds"] is not None else ""
        console.line(f"{run_id} {room.run_state(run)}{took}. {run['conclusion']}".rstrip(), _loud(run["ok"]))

    session.answer({"schema": "stormjib.run/1", "incident": incident, "run": run}, show)
    return Exit.OK if run["ok"] else Exit.FAILED


def _pause(session: Session, until: float, late: str, following: str) -> None:
    if session.world.clock() >= until:
        raise Stop(Exit.TIMEOUT, late, following)
    session.world.pause(LOOK_SECONDS)


def _verdict(look: Part) -> str:
    return look["finding"] or (f"exit code {look['exit_code']}" if look["exit_code"] is not None else "stopped before it ended")


def _loud(ok: bool | None) -> str:
    return {True: "good", False: "bad"}.get(ok, "") if ok is not None else ""

"""`stormjib approvals` and `approve`: what waits for a person's word."""

from typing import Any

from stormjib.cli import items, values, wait
from stormjib.cli.exits import Exit
from stormjib.cli.render import Console, clean
from stormjib.cli.session import Session
from stormjib.web import moments

Part = dict[str, Any]
_OPEN = {"declared", "acknowledged", "resolved"}


def overview(session: Session) -> int:
    """Every run that waits, of one incident or of all that are not closed."""
    client = session.client()
    only = session.options.incident
    incidents = (
        [only] if only else [head["id"] for head in client.get("incidents", limit=1000)["incidents"] if head["status"] in _OPEN]
    )
    waiting, unknown = [], []
    now = session.world.clock()
    for incident in incidents:
        picture = items.room(session, incident)
        now = picture["now"]
        texts = {option["command_id"]: option["runs_as"] for option in items.options(picture)}
        for run in picture["runs"]:
            seen = {"incident": incident, "title": picture["title"], "runs_as": texts.get(run["command_id"], run["text"]), **run}
            if run["state"] == "proposed":
                waiting.append(seen)
            elif run["state"] == "unknown":
                unknown.append(seen)

    def show(console: Console) -> None:
        for run in waiting:
            _sheet(console, run, now)
        for run in unknown:
            _open_outcome(console, run)
        if not waiting and not unknown:
            console.line("No pending approvals.", "dim")

    session.answer({"schema": "stormjib.approvals/1", "approvals": waiting, "unknown": unknown}, show)
    return Exit.OK


def _sheet(console: Console, run: Part, now: float) -> None:
    """Everything that an approval binds, so that nobody says yes to something else."""
    console.line(f"{run['run_id']}  {run['title']}", "strong")
    for line in clean(run["text"]).split("\n"):
        console.line(f"  $ {line}", "bad" if run["risk"] == "destroy" else "warn")
    left = run["expires_at"] - now
    kept = run["snapshots"]
    rows = [
        ("runs as", run["runs_as"] if run["runs_as"] != run["text"] else ""),
        ("runbook says", clean(run.get("label", ""))),
        ("risk", run["risk"]),
        ("target", run["target"] or "the default target"),
        ("runbook", f"line {run['line']} of {run['runbook_sha256'][:12]}, command {run['command_id']} {run['fingerprint'][:12]}"),
        ("asked by", f"{run['asked_by']}, {moments.ago(run['asked_at'], now)}, {moments.utc(run['asked_at'])}"),
        ("why", run["reason"] or "no reason given"),
        ("approvals", f"{len(run['approvals'])} of {run['approvals_needed']}" + "".join(f", {who}" for who in run["approvals"])),
        (
            "who may",
            f"anyone but {run['asked_by']}, with a reason; or {run['asked_by']} alone by break-glass"
            if run["second_person"]
            else "anyone with the scope respond",
        ),
        ("kept before", kept[0] if kept else "nothing"),
        *((" ", text) for text in kept[1:]),
        ("not kept", "whatever else it destroys" if run["risk"] == "destroy" else ""),
        ("expires", f"in {moments.rough(left)}, {moments.utc(run['expires_at'])}" if left > 0 else "it has expired"),
    ]
    console.table([row for row in rows if row[1]], indent=2)
    if run["second_person"]:
        console.line(f"  stormjib break-glass {run['run_id']} --reason '…'  (for {run['asked_by']} alone)")
    but = f"  (anyone but {run['asked_by']})" if run["second_person"] else ""
    console.line(f"  stormjib approve {run['run_id']} --reason '…'{but}")
    console.line(f"  stormjib reject {run['run_id']} --reason '…'")
    console.line()


def _open_outcome(console: Console, run: Part) -> None:
    console.line(f"{run['run_id']}  {run['title']}", "strong")
    console.line(f"  $ {clean(run['text'])}", "warn")
    console.line(f"  It was started and its outcome is unknown. {clean(run['conclusion'])}".rstrip())
    console.line("  Find out, then record it:")
    console.line(f"  stormjib settle {run['run_id']} --took-effect yes|no --note '…'")
    console.line()


def approve(session: Session) -> int:
    """Say yes."""
    wanted = session.options
    incident = values.incident_of(wanted.run)
    given = {"reason": wanted.reason} | ({"fingerprint": wanted.fingerprint} if wanted.fingerprint else {})
    written = session.client().post("incidents", incident, "runs", wanted.run, "approve", **given)
    return approved(session, incident, wanted.run, written)


def approved(session: Session, incident: str, run_id: str, written: Part) -> int:
    """Say what comes of an approval."""
    wanted = session.options
    if wanted.wait:
        return wait.for_outcome(session, incident, run_id, wanted.wait)
    picture = items.room(session, incident)
    run = next((run for run in picture["runs"] if run["run_id"] == run_id), None)

    def show(console: Console) -> None:
        if run is not None and len(run["approvals"]) < run["approvals_needed"]:
            console.line(f"{run_id} has {len(run['approvals'])} of {run['approvals_needed']} approvals.", "warn")
        else:
            kept = (
                f"{len(run['snapshots'])} snapshots are stored first, then it starts"
                if run and run["snapshots"]
                else "it starts now"
            )
            console.line(
                f"{run_id} is approved: {kept}." if written["entries"] else f"{run_id} had your approval already.", "good"
            )

    session.answer({**written, "run": run}, show)
    session.tell(f"next: stormjib incident timeline {incident} --follow --after {max(written['seq'] - 1, 0)}")
    return Exit.OK

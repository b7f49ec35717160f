"""`stormjib incident show`: one incident as a page of text, the one next thing first."""

from typing import Any

from stormjib.cli import items, metrics, render
from stormjib.cli import room_logs as logs
from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.web import moments, strength

Part = dict[str, Any]

_NEXT = {
    "acknowledge": "stormjib ack {id}",
    "settle": "stormjib approvals {id}",
    "approve": "stormjib approvals {id}",
    "tell": "stormjib status post {id} --stage STAGE --audience WHO",
    "mitigate": "stormjib run list {id}",
    "verify": "stormjib incident verify {id}",
    "resolve": "stormjib incident resolve {id}",
    "close": "stormjib incident close {id}",
    "postmortem": "stormjib postmortem draft {id}",
}
_STYLES = {"failed": "bad", "problem": "bad", "needs attention": "warn"}


def show(session: Session) -> int:
    """Show one incident."""
    found = session.client().get("incidents", session.options.incident)
    session.answer(found, lambda console: write(console, found["incident"]))
    return Exit.OK


def write(console: Console, room: Part) -> None:
    """The page of one incident."""
    _head(console, room)
    _next(console, room)
    _people(console, room)
    _runs(console, room)
    _suspects(console, room)
    _evidence(console, room)
    logs.write(console, room)
    if room.get("metrics"):
        console.line()
        metrics.write(console, room["metrics"]["review"], f"Metrics from {room['metrics']['review']['source']}")
    _tasks(console, room)
    _end(console, room)


def _head(console: Console, room: Part) -> None:
    now = room["now"]
    console.line(
        f"{room['id']}  {render.severity(room['severity'], room.get('called', ''))}  {room['title']}",
        render.style_of(room["severity"]) or "strong",
    )
    if room.get("alarm"):
        console.line(room["alarm"], "bad")
    if room.get("stopped"):
        console.line(f"No new alert is taken: {room['stopped']}", "bad")
    if room.get("clock_problem"):
        console.line(room["clock_problem"], "bad")
    for run in room["runs"]:
        if run.get("forced_by"):
            console.line(f"BREAK-GLASS: {run['run_id']} ({run['text']}) was run by one person alone. {run['forced_by']}", "bad")
    by = f"{room['acknowledged_by']}, " if room["acknowledged_by"] else ""
    rows = [
        ("status", room["status"]),
        ("linked", ", ".join(f"{words} {other}" for words, other in room.get("links", ()))),
        ("raised by", room.get("raised_by", "")),
        ("service", room["service"] or "-"),
        ("detected", render.when(room["detected_at"], now)),
        ("acknowledged", by + render.when(room["acknowledged_at"], now)),
        ("resolved", render.when(room["resolved_at"], now)),
        ("closed", render.when(room["closed_at"], now)),
        *_episodes(room),
        ("channel", room["channel"]),
        ("paged", "; ".join(dict.fromkeys(map(_paged, room.get("paging", ())))) or ", ".join(dict.fromkeys(room["paged"]))),
        *((one["title"], _role(one)) for one in room.get("roles", ())),
        ("firing", ", ".join(room["firing"]) or ("" if room["closed_at"] else "no alert")),
        ("runbook", f"{room['runbook_title']} ({room['runbook_sha256'][:12]})"),
    ]
    console.table([row for row in rows if row[1]])


def _paged(one: Part) -> str:
    """As primary: ana (schedule payments, until 09:00)."""
    how = f" ({one['how']})" if one["how"] else ""
    return f"{one['level']}: {one['who']}{how}" + ("" if one["delivered"] else f", {one['outcome']}")


def _role(one: Part) -> str:
    """As ana, offered to bo; nothing where nobody has anything to do with it."""
    offered = f"offered to {one['offered_to']} by {one['offered_by']}" if one["offered_to"] else ""
    proposed = f"proposed: {one['proposed']}, who acknowledged first" if one["proposed"] else ""
    return ", ".join(filter(None, (one["holder"], offered, proposed)))


def _episodes(room: Part) -> list[tuple[str, str]]:
    """The times of each, where it was reopened."""
    found = room.get("episodes", ())
    names = ("acknowledged", "resolved", "ended")
    return [
        (
            f"episode {number}",
            ", ".join(
                [f"from {moments.utc(one['began'])}", *(f"{name} {moments.utc(one[name])}" for name in names if one[name])]
            ),
        )
        for number, one in enumerate(found, 1)
        if len(found) > 1
    ]


def _next(console: Console, room: Part) -> None:
    console.line()
    console.line(f"Next: {room['next_step']}", "strong")
    lacks = next((one["detail"] for one in room["closure"] if not one["met"]), "") if room["next_action"] == "closure" else ""
    named = lacks.partition("stormjib ")
    command = _NEXT.get(room["next_action"]) or f"{named[1]}{named[2]}"
    if command:
        console.line(f"      {command.format(id=room['id'])}")
    now = room["now"]
    if room["acknowledged_at"] is None and room["acknowledge_due_at"] is not None:
        late = room["acknowledge_due_at"] < now
        console.line(f"      to be acknowledged {_due(room['acknowledge_due_at'], now)}", "bad" if late else "warn")
    if room.get("next_page_at"):
        console.line(f"      the next level is paged in {moments.rough(max(room['next_page_at'] - now, 0))}")
    if room["next_update_at"] is not None:
        late = room["next_update_at"] < now
        console.line(f"      the next update is {_due(room['next_update_at'], now)}", "bad" if late else "")
    phases = [f"{phase['title']} ({render.source(phase['line'])})" for phase in room["phases"] if phase["current"]]
    if phases:
        console.line(f"Now:  {', '.join(phases)}")


def _people(console: Console, room: Part) -> None:
    if room["checklist"]:
        done = sum(box["done"] for box in room["checklist"])
        console.line()
        console.line(f"{room['checklist_title']}: {done} of {sum(not box.get('forbids') for box in room['checklist'])}", "strong")
        _boxes(console, room["checklist"], room["now"])
    for debt in room["debts"]:
        console.line(f"Temporary and still on: {debt}. It blocks resolving and closing.", "warn")


def _boxes(console: Console, boxes: list[Part], now: float) -> None:
    rows = [
        (
            " ✕ " if box.get("forbids") else "[x]" if box["done"] else "[ ]",
            box["id"],
            render.source(box["line"]),
            box["text"],
            _state(box, now),
        )
        for box in boxes
    ]
    styles = ["dim" if box["done"] else "bad" if box["overdue"] else "" for box in boxes]
    console.table(rows, styles=styles)


def _state(box: Part, now: float) -> str:
    if box["done"]:
        return f"entry {box['proof_seq']}" if box["proof_seq"] else f"confirmed by {box['who']}"
    by_hand = f"{box['lacks']}: do it and check it off" if box.get("lacks") else ""
    if box["overdue"]:
        return "OVERDUE" + (f" since {moments.rough(now - box['due_at'])}" if box["due_at"] is not None else "")
    return _due(box["due_at"], now) if box["due_at"] is not None else by_hand


def _due(at: float, now: float) -> str:
    return f"due in {moments.rough(at - now)}" if at >= now else f"OVERDUE since {moments.rough(now - at)}"


def _runs(console: Console, room: Part) -> None:
    if not room["runs"]:
        return
    console.line()
    console.line("Runs", "strong")
    rows = [
        (run["run_id"], run_state(run), run["risk"], render.source(run["line"]), run["text"], run["conclusion"] or "")
        for run in room["runs"]
    ]
    console.table(rows, styles=[run_style(run) for run in room["runs"]])


def run_state(run: Part) -> str:
    """What became of a run, in words that say how it ended."""
    ended = {True: "done", False: "failed"}.get(run["ok"], run["state"])
    return str({"unknown": "outcome unknown", "finished": ended}.get(run["state"], run["state"]))


def where(command: Part) -> str:
    """On which machine a command runs, where it is another one."""
    place = command["target"].partition(" at ")[2]
    return f" (at {place})" if place else ""


def run_style(run: Part) -> str:
    """How loud a run is: what waits for a person is louder than what is over."""
    if run["state"] in {"proposed", "unknown"}:
        return "warn"
    return {True: "good", False: "bad"}.get(run["ok"], "")


def _suspects(console: Console, room: Part) -> None:
    """What to look at first, and what the measured impact would be as a severity."""
    if not room.get("suspects"):
        return
    ranking = room["suspects"]["ranking"]
    console.line()
    console.line("Suspects" if ranking["clear"] else "Suspects: none stands out", "strong")
    found = ranking["suspects"]
    rows = [
        (f"{place}.", strength.bar(one["score"]), strength.word(one["score"]), one["sentence"])
        for place, one in enumerate(found, 1)
    ]
    console.table(rows, styles=["warn" if place == 0 and ranking["clear"] else "" for place in range(len(rows))])
    for one in room.get("support", ()):
        console.line(f"Support of {one['name']} ({one['component']}): {', '.join(one['reached'])}")
    if room["suspects"].get("before"):
        console.line(f"Ranked before {room['suspects']['before']} ran.", "warn")
    for option in (one for _, group in items.groups(room) for one in group["options"] if one.get("fits")):
        named = f"{option['label'] or option['text']} ({render.source(option['line'])})"
        console.line(f"Fits {option['fits'].partition(': ')[0]}: {named}: stormjib run start {room['id']} {option['command_id']}")
    if ranking.get("missing"):
        console.line(f"Ranked without: {', '.join(ranking['missing'])}.", "warn")
    if ranking.get("impact"):
        console.line(ranking["impact"])


def _evidence(console: Console, room: Part) -> None:
    """The newest check of each command, not what was stored before a run; all of it is in the timeline."""
    newest = {look["command_id"] or look["text"]: look for look in room["evidence"] if not look["before_run"]}
    if not newest:
        return
    console.line()
    console.line("Evidence", "strong")
    rows = [
        (
            _verdict(look),
            moments.ago(look["at"], room["now"]),
            f"entry {look['seq']}" + (f", before {look['before']}" if look.get("before") else ""),
            render.source(look["line"]),
            look["text"],
            look["finding"] or _last_words(look),
        )
        for look in newest.values()
    ]
    console.table(rows, styles=[_STYLES.get(_verdict(look), "") for look in newest.values()])


def _verdict(look: Part) -> str:
    """As the server says it; one of a version before says only how the command ended."""
    return str(look.get("verdict") or ("ran" if look["ok"] else "failed"))


def _last_words(look: Part) -> str:
    if look["timed_out"]:
        return "stopped, it took too long"
    return "" if look["ok"] else (f"exit code {look['exit_code']}" if look["exit_code"] is not None else "did not run")


def _tasks(console: Console, room: Part) -> None:
    listed = {box["line"] for box in room["checklist"]}
    for step, group in items.groups(room):
        tasks = [task for task in group["tasks"] if not task["done"] and task["line"] not in listed]
        if tasks:
            number = f"{step['number']}. " if step["number"] is not None else ""
            console.line()
            console.line(f"{number}{step['title']}" + (f": {group['title']}" if group["title"] else ""), "strong")
            _boxes(console, tasks, room["now"])


def _aged(criterion: Part, now: float) -> str:
    at = criterion.get("measured_at")  # a server of the version before does not say
    return f"{criterion['detail']}, measured {moments.rough(now - at)} ago" if at else str(criterion["detail"])


def _end(console: Console, room: Part) -> None:
    """What has to hold before it may be resolved, and what more before it may be closed."""
    for number, (text, owner, due) in enumerate(room["action_items"], 1):
        mark = "[x]" if number in room["action_items_done"] else "[ ]"
        console.line(f"{mark} Action item {number}: {text} ({owner}, due {due})")
    if room["closed_at"] is not None:
        return
    first = room["resolution"]
    for title, criteria in (("To resolve it", first), ("To close it", [one for one in room["closure"] if one not in first])):
        console.line()
        console.line(title, "strong")
        rows = [
            ("[x]" if one["met"] else "[ ]", render.source(one["line"]), one["name"], _aged(one, room["now"])) for one in criteria
        ]
        console.table(rows, styles=["dim" if one["met"] else "" for one in criteria])

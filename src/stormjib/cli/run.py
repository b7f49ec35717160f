"""`stormjib run …`: the runbook's commands, asked for by id or by line."""

import shlex
from collections.abc import Iterable
from typing import Any

from stormjib.cli import approval, items, render, room, wait
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session

Part = dict[str, Any]


def overview(session: Session) -> int:
    """The commands of the runbook by step, and what was run."""
    picture = items.room(session, session.options.incident)
    found = {"schema": "stormjib.runs/1", "incident": picture["id"], "commands": items.options(picture)}
    found |= {"runs": picture["runs"], "values": _values(picture)}

    def show(console: Console) -> None:
        for step, group in items.groups(picture):
            if group["options"]:
                number = f"{step['number']}. " if step["number"] is not None else ""
                title = f": {group['title']}" if group["title"] else ""
                console.line(f"{number}{step['title']}{title}  ({_HOW[step['mode']]})", "strong")
                rows = [_row(option) for option in group["options"]]
                console.table(rows, styles=[_style(option) for option in group["options"]])
        if not found["commands"]:
            named = f"{picture['runbook_title'] or 'without a title'} ({picture['runbook_sha256'][:12]})"
            console.line(f"No command stands in the runbook that {picture['id']} follows: {named}.", "warn")
            console.line("Whether its file is refused: stormjib doctor")
        if picture["runs"]:
            console.line("Runs", "strong")
            rows = [
                (run["run_id"], room.run_state(run), run["asked_by"], run["text"] + room.where(run), run["conclusion"] or "-")
                for run in picture["runs"]
            ]
            console.table(rows, styles=[room.run_style(run) for run in picture["runs"]])

        rows = [_value_row(value, items.options(picture)) for value in _values(picture)]
        if rows:
            console.line("Values that its commands need", "strong")
            console.table(
                rows,
                styles=["" if value["given"] or _taken(value, items.options(picture)) else "warn" for value in _values(picture)],
            )

    session.answer(found, show)
    options = items.options(picture)
    needed = {written for option in options for written in option.get("needs", ())}
    lacking = [
        value
        for value in _values(picture)
        if not value["given"] and not value["secret"] and (value["written"] in needed or not _taken(value, options))
    ]
    if lacking:
        session.tell(f"next: {_giving(picture, lacking[0])}")
    return Exit.OK


def _values(picture: Part) -> list[Part]:
    """A server of the version before says nothing of them."""
    found: list[Part] = picture.get("values", [])
    return found


def _value_row(value: Part, options: list[Part]) -> tuple[str, ...]:
    """What a read takes by itself is said as that."""
    taken = _taken(value, options)
    proposed = "; ".join(f"proposed: {one['value']} ({one['source']})" for one in value["proposals"][len(taken) :])
    none = "a secret: only in the commands' env file" if value["secret"] else "no value"
    if taken:
        none = f"is {taken[0]['value']} in what only reads, from {taken[0]['source']}"
    given = f"{value['given']}, given by {value['who']}" if value["given"] else none
    return value["name"], value["written"], render.oneline(given), ", ".join(map(render.source, value["lines"])), proposed


def _taken(value: Part, options: list[Part]) -> list[Part]:
    """The proposal that a read takes without a person; none where nobody has to be told of one."""
    takes = any(
        value["name"] in option.get("values", ()) and value["written"] not in option.get("needs", ()) for option in options
    )
    return [one for one in value["proposals"][:1] if one.get("by_itself") and takes and not value["given"]]


def _giving(picture: Part, value: Part) -> str:
    """The command that gives a value, with the first proposal where there is one."""
    proposed = value["proposals"][0]["value"] if value["proposals"] else "VALUE"
    return f"stormjib value set {picture['id']} {shlex.quote(value['name'])} {shlex.quote(proposed)}"


def _lacks(session: Session, picture: Part, commands: Iterable[str]) -> Exit | None:
    """Where a command lacks a value that a person may give: say which, and how; it is not even asked for."""
    option = next((one for one in items.options(picture) if one["command_id"] in commands and one.get("needs")), None)
    lacking = [
        one for one in _values(picture) if option and one["name"] in option["values"] and not one["given"] and not one["secret"]
    ]
    if option is None or not lacking or "set-value" not in picture["offers"]:
        return None
    found = {"schema": "stormjib.needs/1", "incident": picture["id"], "command": option, "values": lacking}
    sentence = f"Line {option['line']} can't run yet: {option['advice']}"
    return session.needs(found, sentence, *(_giving(picture, one) for one in lacking))


_NEEDS_MAX = 3
_HOW = {"collect": "all of them are checks", "choose": "choose one", "sequence": "in this order", "menu": "as needed"}


def _row(option: Part) -> tuple[str, ...]:
    came = option.get("last") or ("ran" if option["last_ok"] else "failed")
    since = f", before {option['last_before']}" if option.get("last_before") else ""
    last = "-" if option["last_ok"] is None else f"{came} (entry {option['last_seq']}{since})"
    checked = option.get("checked", "")
    alone = "runs by itself" if option.get("by_itself") else "needs no approval"
    needs = f"{alone}{f', {checked}' if checked else ''}" if option["unattended"] else _yes(option)
    fits = option.get("fits", "").partition(":")[0]
    shape = [option["label"], option["condition"], f"fits the suspect {fits}" if fits else ""]
    shape += ["one or the other" if option["alternative"] else "", "in order" if option["sequence"] else ""]
    text = option["text"] + (f" (runs as: {option['runs_as']})" if option["runs_as"] != option["text"] else "")
    text += room.where(option)
    return option["command_id"], render.source(option["line"]), option["risk"], needs, last, "; ".join(filter(None, shape)), text


def _yes(option: Part) -> str:
    if option.get("misplaced"):
        return f"is not run: {option['misplaced']}"
    if option.get("needs"):
        return f"needs a value: {', '.join(option['needs'][:_NEEDS_MAX])}"
    if option["second_person"]:
        return "a second approval"
    return "an approval" if option["approvals_needed"] == 1 else f"{option['approvals_needed']} approvals"


def _style(option: Part) -> str:
    return {"read": "", "destroy": "bad", "disrupt": "warn"}.get(option["risk"], "")


def start(session: Session) -> int:
    """Run a command where one person may decide, after one confirmation; else ask for it, and that is exit code 4."""
    wanted = session.options
    client = session.client()
    picture = items.room(session, wanted.incident)
    command = items.command_in(picture, wanted.command)
    lacks = _lacks(session, picture, {command})
    if lacks:
        return lacks
    approve = _is_confirmed(session, picture, command)
    given = {"command_id": command, "reason": wanted.reason} | ({"approve": True} if approve else {})
    given |= {"out_of_turn": True} if wanted.out_of_turn else {}
    shown = next((one.get("fingerprint", "") for one in items.options(picture) if one["command_id"] == command), "")
    given |= {"fingerprint": wanted.fingerprint or shown} if wanted.fingerprint or shown else {}
    written = client.post("incidents", wanted.incident, "runs", **given)
    run_id = written.get("run_id", "")  # a read has none
    run = next((run for run in items.room(session, wanted.incident)["runs"] if run["run_id"] == run_id), None) if run_id else None
    if run is not None and run["state"] == "proposed":
        found = {"schema": "stormjib.needs/1", "incident": wanted.incident, "run": run}
        return session.needs(found, _needs(run), *_answers(run))
    if run is not None:
        return approval.approved(session, wanted.incident, run_id, written)
    if wanted.wait:
        return wait.for_evidence(session, wanted.incident, {command}, written["seq"], wanted.wait)
    session.answer(written, lambda console: console.line(f"{wanted.incident}: {command} is a read and runs now."))
    session.tell(f"next: stormjib incident timeline {wanted.incident} --after {written['seq']}")
    return Exit.OK


def _is_confirmed(session: Session, picture: Part, command: str) -> bool:
    """Whether it is to run now: typed as --approve, or asked once with what it will do. --yes alone approves nothing."""
    wanted, world = session.options, session.world
    asks = not wanted.yes and world.stdin.isatty() and world.stderr.isatty()
    if not (wanted.approve or asks):
        return False
    option = next((one for one in items.options(picture) if one["command_id"] == command), None)
    if option is None or option["unattended"] or option["second_person"] or option["approvals_needed"] > 1 or option["needs"]:
        return False
    if wanted.approve:
        return True
    where = f"{option['risk']} on {option['target'] or 'the default target'}"
    only = f", only {option['condition']}" if option["condition"] else ""
    session.tell(f"{wanted.incident}: line {option['line']} ({where}{only}) runs this:")
    session.tell(f"  $ {render.oneline(option['runs_as'])}")
    session.confirm("Confirming it approves it too. Run it?", f"stormjib run start {wanted.incident} {option['command_id']}")
    return True


def _needs(run: Part) -> str:
    text = render.oneline(run["text"])
    who = "a second person's approval, with a reason" if run["second_person"] else "an approval"
    if run["approvals_needed"] > 1:
        who = f"{run['approvals_needed']} approvals"
    return f"{run['run_id']} needs {who}: line {run['line']}, {text} ({run['risk']} on {run['target'] or 'the default target'})."


def _answers(run: Part) -> tuple[str, ...]:
    return (f"stormjib approve {run['run_id']} --reason '…'", f"stormjib reject {run['run_id']} --reason '…'")


def collect(session: Session) -> int:
    """Run one read, or every read of the steps that look into things, each text once per target."""
    wanted = session.options
    picture = items.room(session, wanted.incident)
    commands = _looks(picture) if wanted.command is None else [items.command_in(picture, wanted.command)]
    if not commands:
        sentence = "No step of the runbook that collects has a proven read. Say which command to run."
        raise Stop(Exit.NOT_FOUND, sentence, f"stormjib run list {wanted.incident}")
    lacks = _lacks(session, picture, commands)
    if lacks:
        return lacks
    client = session.client()
    answers = [client.post("incidents", wanted.incident, "collect", command_id=command) for command in commands]
    if wanted.wait:
        return wait.for_evidence(session, wanted.incident, set(commands), answers[0]["seq"], wanted.wait)
    found = {"schema": "stormjib.collected/1", "incident": wanted.incident, "command_ids": commands, "seq": answers[-1]["seq"]}
    session.answer(
        found,
        lambda console: console.line(
            f"{wanted.incident}: {len(commands)} reads are asked for: {', '.join(commands)}. With --wait SECONDS their answers are shown."
        ),
    )
    session.tell(f"next: stormjib incident show {wanted.incident}")
    return Exit.OK


def _looks(picture: Part) -> list[str]:
    chosen: dict[tuple[str, str], str] = {}
    for step, group in items.groups(picture):
        for option in group["options"] if step["mode"] == "collect" else ():
            if option["unattended"]:
                chosen.setdefault((option["text"].strip(), option["target"]), option["command_id"])
    return list(chosen.values())

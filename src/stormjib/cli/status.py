"""`stormjib status …`: what an audience is told, in the words of the runbook's template."""

import shlex
from typing import Any

from stormjib.cli import act
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console, oneline
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute


def preview(session: Session) -> int:
    """Show the text that would be told; empty fields are exit code 4."""
    found = _preview(session)
    if not session.as_json:
        session.console.line("\n".join(_shown(found)))
    _careful(session, found)
    if found["fields_left"]:
        return session.needs(found, *_empty(session, found))
    if session.as_json:
        session.emit(found)
    return Exit.OK


def post(session: Session) -> int:
    """Tell them. What customers read can't be unsaid, so it is shown and confirmed first."""
    wanted = session.options
    sent = _update(session)
    if wanted.audience == "customers" and not wanted.yes:
        shown = _preview(session, sent)
        if shown["fields_left"]:
            raise Stop(Exit.NEEDS, *_empty(session, shown))
        read = oneline("; ".join(_shown(shown)))
        _careful(session, shown)
        session.confirm(f"Customers will read: {read}\nPost it?", _again(session, "post", ()))
        sent |= {"components": shown["components"]} if shown.get("components") else {}
    written = session.client().post("incidents", wanted.incident, "status", **sent)
    said = written.get("warning") or f"The post for {wanted.audience} is on its way"
    session.answer(
        written, lambda console: console.line(f"{said} (entry {written['seq']}).", "bad" if "warning" in written else "good")
    )
    session.tell(f"Whether it has arrived: stormjib incident show {wanted.incident}")
    return Exit.OK


def draft(session: Session) -> int:
    """What happened since the last update, for colleagues; nothing is sent."""
    wanted = session.options.incident
    found = session.client().get("incidents", wanted)["incident"]["draft"]
    session.answer({"schema": "stormjib.draft/1", "incident": wanted, **found}, lambda console: console.line(found["text"]))
    session.tell(
        f"To send it, changed or not: stormjib status post {wanted} --stage {found['stage']} --audience stakeholders --text '…'"
    )
    return Exit.OK


def _empty(session: Session, found: dict[str, Any]) -> tuple[str, str]:
    """Why it can't be posted yet, and the command that can."""
    fields = found["fields_left"]
    return f"These fields are empty, so it can't be posted yet: {', '.join(fields)}.", _again(session, "post", fields)


def maintenance(session: Session) -> int:
    """Tell customers of maintenance, once it was shown and confirmed."""
    wanted, start = session.options, getattr(session.options, "from")
    read = oneline(f"{wanted.title}, from {start or 'now'} to {wanted.to}: {wanted.text}")
    typed = {"--text": wanted.text, "--from": start, "--to": wanted.to, "--components": wanted.components}
    again = " ".join(f"{name} {shlex.quote(value)}" for name, value in typed.items() if value)
    _careful(session, session.client().post("status-page", "words", text=f"{wanted.title} {wanted.text}"))
    session.confirm(f"Customers will read: {read}\nPost it?", f"stormjib status maintenance {shlex.quote(wanted.title)} {again}")
    return act.perform(session)


def show(session: Session) -> int:
    """How the components are, what customers were told of that is not over, and maintenance with its numbers."""
    found = session.client().get("status-page")
    page = found["page"]
    rows = [(one["name"], one["status"], _uptime(one)) for one in page["components"]]

    def lines(console: Console) -> None:
        console.table(rows, styles=["" if status == "operational" else "bad" for _, status, _ in rows], indent=0)
        for one in page["incidents"]:
            if one["updates"][-1]["status"] != "resolved":
                console.line(f"{one['title']}: {one['updates'][-1]['stage']}", "bad")
        for one in found["works"]:
            planned, over = one["planned"], one["ended_at"] or one["planned"]["end"]
            if over > page["at"]:
                span = f"from {utc_minute(planned['start'])} to {utc_minute(over)}"
                console.line(f"maintenance {one['id']}: {planned['title']}, {span}")
        if not rows:
            console.line("No service has a component: write status: {name: Uploads, public: true} into its file.", "dim")

    session.answer(found, lines)
    return Exit.OK


def publish(session: Session) -> int:
    """Write the files of the status page now; 1 where that fails."""
    found = session.client().post("status-page", "publish")
    where = found["directory"] or found["url"] or "no directory: set publish_dir in [status_page]"
    said = found["problem"] or f"{found['files']} files, {found['written']} of them new, in {where}."
    session.answer(found, lambda console: console.line(said, "bad" if found["problem"] else ""))
    return Exit.FAILED if found["problem"] or not found["url"] else Exit.OK


def subscribers(session: Session) -> int:
    """Who has updates sent to them; with ``--json`` all that is kept of them."""
    found = session.client().get("status-page", "subscribers")
    rows = [
        (one["id"], one["to"], ", ".join(one["components"]) or "all", "paused: refused 3 times" if one["paused"] else "")
        for one in found["subscribers"]
    ]
    session.answer(found, lambda console: console.table(rows, indent=0) if rows else console.line("Nobody has subscribed."))
    return Exit.OK


def subscriber_add(session: Session) -> int:
    """Ask whoever reads there whether they want it."""
    names = [name.strip() for name in (session.options.components or "").split(",") if name.strip()]
    found = session.client().post("status-page", "subscribers", to=session.options.to, components=names)
    session.answer(found, lambda console: console.line(found["said"]))
    return Exit.OK


def subscriber_remove(session: Session) -> int:
    """Erase the address, whether it is given itself or by its id."""
    wanted, client = session.options.to, session.client()
    known = client.get("status-page", "subscribers")["subscribers"]
    name = next((one["id"] for one in known if wanted.casefold() == one["to"].casefold()), wanted)
    found = client.delete("status-page", "subscribers", name)
    session.answer(found, lambda console: console.line(f"{wanted} is erased and gets nothing more."))
    return Exit.OK


def _uptime(one: dict[str, Any]) -> str:
    return "not known yet" if one["uptime"] is None else f"{one['uptime']:.2f} % uptime since {utc_minute(one['since'])}"


def _careful(session: Session, found: dict[str, Any]) -> None:
    if found.get("internal"):
        session.tell(f"stormjib: customers may not know these words: {', '.join(found['internal'])}.")


def _shown(found: dict[str, Any]) -> list[str]:
    """What customers read, and of which components."""
    parts = [f"{name}: {status}" for name, status in found.get("components", {}).items()]
    return [*([found["title"]] if parts else []), found["text"], *parts]


def _update(session: Session) -> dict[str, Any]:
    """What was typed, as the API takes it."""
    wanted = session.options
    typed = {"title": wanted.title, "components": dict(wanted.component or ())}
    sent = {"stage": wanted.stage, "audience": wanted.audience, "text": session.given(wanted.text), "values": _values(session)}
    return sent | {name: value for name, value in typed.items() if value}


def _preview(session: Session, sent: dict[str, Any] | None = None) -> dict[str, Any]:
    return session.client().post("incidents", session.options.incident, "status", "preview", **(sent or _update(session)))


def _values(session: Session) -> dict[str, str]:
    return dict(session.options.set or ())


def _again(session: Session, verb: str, empty: tuple[str, ...] | list[str]) -> str:
    wanted = session.options
    sets = "".join(f" --set '{field.strip('[]')}=…'" for field in empty)
    given = "".join(f" --set {shlex.quote(f'{field}={value}')}" for field, value in _values(session).items())
    text = f" --text {shlex.quote(wanted.text)}" if wanted.text else ""
    given += f" --title {shlex.quote(wanted.title)}" if wanted.title else ""
    given += "".join(f" --component {shlex.quote('='.join(pair))}" for pair in wanted.component or ())
    return f"stormjib status {verb} {wanted.incident} --stage {wanted.stage} --audience {wanted.audience}{text}{given}{sets}"

"""`stormjib status …`: what an audience is told, in the words of the runbook's template."""

from typing import Any

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import oneline
from stormjib.cli.session import Session


def preview(session: Session) -> int:
    """Show the text that would be told; empty fields are exit code 4."""
    found = _preview(session)
    if not session.as_json:
        session.console.line(found["text"])
    if found["fields_left"]:
        return session.needs(found, *_empty(session, found))
    if session.as_json:
        session.emit(found)
    return Exit.OK


def post(session: Session) -> int:
    """Tell them. What customers read can't be unsaid, so it is shown and confirmed first."""
    wanted = session.options
    text = session.given(wanted.text)
    if wanted.audience == "customers" and not wanted.yes:
        shown: dict[str, Any] = {"text": text, "fields_left": []} if text.strip() else _preview(session)
        if shown["fields_left"]:
            raise Stop(Exit.NEEDS, *_empty(session, shown))
        session.confirm(f"Customers will read: {oneline(shown['text'])}\nPost it?", _again(session, "post", ()))
    written = session.client().post(
        "incidents", wanted.incident, "status", stage=wanted.stage, audience=wanted.audience, text=text, values=_values(session)
    )
    session.answer(
        written, lambda console: console.line(f"The post for {wanted.audience} is on its way (entry {written['seq']}).", "good")
    )
    session.tell(f"Whether it has arrived: stormjib incident show {wanted.incident}")
    return Exit.OK


def _empty(session: Session, found: dict[str, Any]) -> tuple[str, str]:
    """Why it can't be posted yet, and the command that can."""
    fields = found["fields_left"]
    return f"These fields are empty, so it can't be posted yet: {', '.join(fields)}.", _again(session, "post", fields)


def _preview(session: Session) -> dict[str, Any]:
    wanted = session.options
    text = session.given(wanted.text)
    if text.strip():
        return {"schema": "stormjib.preview/1", "text": text, "fields_left": []}
    return session.client().post(
        "incidents", wanted.incident, "status", "preview", stage=wanted.stage, audience=wanted.audience, values=_values(session)
    )


def _values(session: Session) -> dict[str, str]:
    return dict(session.options.set or ())


def _again(session: Session, verb: str, empty: tuple[str, ...] | list[str]) -> str:
    wanted = session.options
    sets = "".join(f" --set '{field.strip('[]')}=…'" for field in empty)
    given = "".join(f" --set '{field}={value}'" for field, value in _values(session).items())
    text = " --text '…'" if wanted.text else ""
    return f"stormjib status {verb} {wanted.incident} --stage {wanted.stage} --audience {wanted.audience}{text}{given}{sets}"

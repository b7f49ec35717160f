"""`stormjib status …`: what an audience is told, in the words of the runbook's template."""

from typing import Any

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Paper, oneline
from stormjib.cli.session import Session


def preview(session: Session) -> int:
    """Show the text that would be told."""
    found = _preview(session)

    def show(paper: Paper) -> None:
        paper.line(found["text"])
        for field in found["fields_left"]:
            paper.line(f"Still empty: {field}", "warn")

    session.answer(found, show)
    if found["fields_left"]:
        raise Stop(Exit.NEEDS, "It has empty fields, so it can't be posted yet.", _again(session, "preview", found["fields_left"]))
    return Exit.OK


def post(session: Session) -> int:
    """Tell them. What customers read can't be unsaid, so it is shown and confirmed first."""
    wanted = session.options
    text = session.given(wanted.text)
    if wanted.audience == "customers" and not wanted.yes:
        shown = text if text.strip() else _preview(session)["text"]
        session.confirm(f"Customers will read: {oneline(shown)}\nPost it?", _again(session, "post", ()))
    written = session.client().post(
        "incidents", wanted.incident, "status", stage=wanted.stage, audience=wanted.audience, text=text, values=_values(session)
    )
    session.answer(written, lambda paper: paper.line(f"{wanted.audience} are told (entry {written['seq']}).", "good"))
    return Exit.OK


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

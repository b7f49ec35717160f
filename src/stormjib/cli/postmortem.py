"""`stormjib postmortem …`: the document, on the screen or in a file."""

from pathlib import Path

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session


def draft(session: Session) -> int:
    """Print it as it stands now."""
    incident = session.options.incident
    text = session.client().text("incidents", incident, "postmortem")
    found = {"schema": "stormjib.postmortem/1", "incident": incident, "markdown": text}
    session.answer(found, lambda paper: paper.line(text.rstrip("\n")))
    return Exit.OK


def export(session: Session) -> int:
    """Write it to a file; a file that is there is not overwritten without a yes."""
    wanted = session.options
    file = Path(wanted.output or f"postmortem-{wanted.incident}.md")
    text = session.client().text("incidents", wanted.incident, "postmortem")
    if file.exists():
        again = f"stormjib postmortem export {wanted.incident} --output {file}"
        session.confirm(f"{file} exists and would be overwritten. Overwrite it?", again)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(Exit.FAILED, f"{file} can't be written ({error.strerror}).") from error
    found = {"schema": "stormjib.exported/1", "incident": wanted.incident, "file": str(file), "bytes": len(text.encode())}
    session.answer(found, lambda paper: paper.line(f"The post-mortem of {wanted.incident} is in {file}.", "good"))
    return Exit.OK

"""`stormjib postmortem draft`: the document on the screen."""

from stormjib.cli.exits import Exit
from stormjib.cli.session import Session


def draft(session: Session) -> int:
    """Print it as it stands now."""
    incident = session.options.incident
    text = session.client().text("incidents", incident, "postmortem")
    found = {"schema": "stormjib.postmortem/1", "incident": incident, "markdown": text}
    session.answer(found, lambda console: console.line(text.rstrip("\n")))
    return Exit.OK

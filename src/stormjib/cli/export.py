"""`stormjib postmortem export`: the document in a file, with its charts beside it."""

from pathlib import Path

import msgspec

from stormjib import owned
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.core.observation import Metric
from stormjib.core.postmortem import charts
from stormjib.evidence.metrics.chart import chart


def export(session: Session) -> int:
    """Write it to a file; a file that is there is not overwritten without a yes."""
    wanted = session.options
    file = Path(wanted.output or f"postmortem-{wanted.incident}.md")
    text = session.client().text("incidents", wanted.incident, "postmortem")
    if file.exists():
        again = f"stormjib postmortem export {wanted.incident} --output {file}"
        session.confirm(f"{file} exists and would be overwritten. Overwrite it?", again)
    try:
        with owned.readable(file) as opened:
            opened.write(text)
    except OSError as error:
        raise Stop(Exit.FAILED, f"{file} can't be written ({error.strerror}).") from error
    charts = _charts(session, file.parent) if "-metric-" in text else []
    found = {"schema": "stormjib.exported/1", "incident": wanted.incident, "file": str(file), "bytes": len(text.encode())}
    found = {**found, "charts": charts}
    session.answer(
        found, lambda console: console.line(f"The post-mortem of {wanted.incident} is in {file}{_beside(charts)}.", "good")
    )
    return Exit.OK


def _charts(session: Session, where: Path) -> list[str]:
    """The charts that the document shows, beside it."""
    incident = session.client().get("incidents", session.options.incident)["incident"]
    reviewed = (incident.get("metrics") or {}).get("review", {}).get("metrics", ())
    written = []
    for name, metric in charts(incident["id"], msgspec.convert(reviewed, tuple[Metric, ...])):
        file = where / name
        try:
            with owned.readable(file) as opened:
                opened.write(chart(metric, incident["detected_at"], alone=True))
        except OSError as error:
            raise Stop(Exit.FAILED, f"{file} can't be written ({error.strerror}).") from error
        written.append(str(file))
    return written


def _beside(charts: list[str]) -> str:
    return f", with {len(charts)} chart{'' if len(charts) == 1 else 's'} beside it" if charts else ""

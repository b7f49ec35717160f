"""`stormjib service …` and `config reload`: the services as the server knows them."""

from typing import Any

from stormjib.cli import render
from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.session import Session

Part = dict[str, Any]


def overview(session: Session) -> int:
    """All of them."""
    found = session.client().get("services")

    def write(console: Console) -> None:
        rows = [
            (one["name"], one.get("owner", "") or "no owner", " ".join(one["wrong"]) or "nothing is wrong")
            for one in found["services"]
        ]
        for sentence in found.get("problems", ()):
            console.line(sentence, "bad")
        console.table(rows, styles=["bad" if one["open"] else "warn" if one["wrong"] else "" for one in found["services"]])
        if not rows:
            console.line("No service is set up: write services/NAME.yaml and set catalogue, or add a [[service]].", "dim")

    session.answer(found, write)
    return Exit.OK


def show(session: Session) -> int:
    """One of them; what is wrong first."""
    found = session.client().get("services", session.options.service)
    session.answer(found, lambda console: _page(console, found, session.world.clock()))
    return Exit.OK


def reload(session: Session) -> int:
    """Put the files as they are in force; a refusal says what is wrong with them."""
    found = session.client().post("catalogue", "reload")
    session.answer(found, lambda console: console.line(f"The catalogue is in force: {found['services']} services.", "good"))
    return Exit.OK


def _page(console: Console, one: Part, now: float) -> None:
    console.line(one["name"], "strong")
    if one.get("summary"):
        console.line(one["summary"])
    for sentence in one["wrong"]:
        console.line(f"! {sentence}", "warn")
    baseline = f"healthy baseline {render.when(one['baseline_at'], now)}" if one["baseline_at"] else "no healthy baseline"
    rows = [
        ("proven by", f"{', '.join(one['checks']) or 'nothing'}; {baseline}"),
        ("owner", one.get("owner") or "nobody"),
        ("also called", ", ".join(one.get("aliases", ()))),
        ("needs", ", ".join(one.get("depends_on", ()))),
        *(("runbook", _book(book, now)) for book in one["books"]),
        *((name, url) for part in ("dashboards", "links", "logs") for name, url in one.get(part, {}).items()),
        *(
            (vendor["name"], ", ".join(filter(None, map(vendor.get, ("phone", "email", "url", "note")))))
            for vendor in one.get("vendors", ())
        ),
        *(
            (
                "earlier",
                f"{head['id']} {one.get('called', {}).get(head['id'], head['severity'])} {head['title']}, {head['status']}",
            )
            for head in one["past"]
        ),
    ]
    console.table([row for row in rows if row[1]])


def _book(book: Part, now: float) -> str:
    if not book["reads"]:
        return f"{book['name']}: no proven read"
    tried = f"tried {render.when(book['checked_at'], now)}" if book["checked_at"] else "not tried yet"
    failing = "".join(f"; line {one['line']} {one['checked']}: {one['text']}" for one in book["failing"])
    return f"{book['name']}: {book['reads']} reads, {tried}{failing}"

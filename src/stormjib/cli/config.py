"""`stormjib config …`: the catalogue's files checked, and the schema that editors check them with."""

from pathlib import Path

from stormjib.catalogue_files import read_catalogue
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.catalogue.schema import schema as written


def check(session: Session) -> int:
    """List everything that is wrong with a catalogue; 1 where something is."""
    directory = Path(session.options.dir)
    if not directory.is_dir():
        raise Stop(Exit.NOT_FOUND, f"There is no directory {directory}.")
    found = read_catalogue(directory)
    whole = found.catalogue
    counts = {"services": len(whole.services), "teams": len(whole.teams), "people": len(whole.people)}
    problems = [{"file": one.file, "line": one.line, "column": one.column, "sentence": one.sentence} for one in found.problems]

    def show(console: Console) -> None:
        for problem in found.problems:
            console.line(
                f"{directory / problem.file}{f':{problem.line}:{problem.column}' if problem.line else ''}: {problem.sentence}.",
                "bad",
            )
        if found.problems:
            console.line(f"{len(found.problems)} problems: a server that is given this keeps what it has.", "bad")
        else:
            console.line(f"No problems found in {', '.join(f'{count} {kind}' for kind, count in counts.items())}.", "good")

    session.answer({"schema": "stormjib.catalogue/1", "directory": str(directory), **counts, "problems": problems}, show)
    return Exit.FAILED if found.problems else Exit.OK


def schema(session: Session) -> int:
    """Print the JSON Schema."""
    session.emit(written())
    return Exit.OK

"""`stormjib import`: people, teams, schedules, policies and services of another system, written as files of the catalogue."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from stormjib import owned
from stormjib.catalogue_files import read_catalogue
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.text.units import counted
from stormjib.imports.files import Difference, differences, files
from stormjib.imports.shape import Brought, Left
from stormjib.imports.source import WrongExport, load, unfinished

SHOWN_MAX: Final = 20
NAMES_MAX: Final = 3
_COMPARE: Final = "the guide in docs/howto names the file that does."


def bring(session: Session) -> int:
    """Write what has a place, and report what has none; nothing is written where a file would be lost or the catalogue be wrong."""
    wanted, system = session.options, session.options.system
    directory = Path(wanted.into)
    found = _brought(system, wanted.file, session.world.clock())
    written = files(found, system)
    if written:
        _must_fit(directory, written)
    there = {name for name in written if (directory / name).exists()}
    changed = sorted(name for name in there if (directory / name).read_text("utf-8", "replace") != written[name])
    if changed and not (wanted.replace or wanted.check):
        names = ", ".join(changed[:SHOWN_MAX]) + (f" and {len(changed) - SHOWN_MAX} more" if changed[SHOWN_MAX:] else "")
        text = f"{directory} has {names} already, and they say something else. Nothing was written; give another directory, or --replace."
        raise Stop(Exit.CONFLICT, text)
    made = [name for name in sorted(written) if name in changed or name not in there]
    if not wanted.check:
        _write(directory, {name: written[name] for name in made})
    unlike = list(differences(found))

    def show(console: Console) -> None:
        for name in made:
            verb = _verb(replaced=name in there, check=wanted.check, may=wanted.replace)
            console.line(f"{verb} {directory / name}", "good" if wanted.replace or name not in there else "warn")
        for one in unlike[:SHOWN_MAX]:
            console.line(_sentence(one, system), "bad")
        if unlike[SHOWN_MAX:]:
            console.line(f"And {len(unlike) - SHOWN_MAX} more times in which the schedules differ.", "bad")
        for name, _, stated in () if unlike else found.stated:
            since, until = utc_minute(min(one.start for one in stated)), utc_minute(max(one.end for one in stated))
            console.line(f"{name}: on call as {system} states it, from {since} to {until}.", "good")
        if found.items["schedules"] and not found.stated:
            console.line(f"Who is on call was not compared with {system}, for no file says it: {_COMPARE}", "warn")
        if found.left:
            console.line(f"{counted(len(found.left), 'thing')} had no place:", "warn")
            console.table(_rows(found.left))
        counts = ", ".join(
            counted(len(items), "person" if kind == "people" else kind.removesuffix("s"), kind)
            for kind, items in found.items.items()
            if items
        )
        console.line(f"{counts or 'Nothing'}; next: stormjib config check {directory}")

    answer: dict[str, Any] = {"written": [] if wanted.check else made, "would_write": made if wanted.check else []}
    answer |= {"left": msgspec.to_builtins(found.left), "differences": msgspec.to_builtins(unlike)}
    session.answer({"schema": "stormjib.import/1", "directory": str(directory), **answer}, show)
    return Exit.FAILED if unlike else Exit.OK


def _verb(*, replaced: bool, check: bool, may: bool) -> str:
    if check:
        return "would write" if not replaced else "would replace" if may else "would refuse, without --replace, to write over"
    return "replaced" if replaced else "wrote"


def _rows(left: Sequence[Left]) -> list[tuple[str, str, str, str]]:
    """What holds for several of a kind is one row."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for one in left:
        kind, _, name = one.what.partition(" ")
        found.setdefault((kind, one.field, one.why, one.do), []).append(name)
    return [
        (
            f"{kind} {', '.join(names[:NAMES_MAX])}" + (f" and {len(names) - NAMES_MAX} more" if names[NAMES_MAX:] else ""),
            field,
            why,
            do,
        )
        for (kind, field, why, do), names in found.items()
    ]


def _brought(system: str, names: list[str], now: float) -> Brought:
    reader = importlib.import_module(f"stormjib.imports.{system}")
    found = Brought(system, now)
    try:
        bodies = [(name, Path(name).read_bytes()) for name in names]
        export = load(bodies, reader.KINDS)
        reader.bring(export, found)
        for kind in unfinished(bodies, export):
            found.leave(f"all {kind}", "", "the answer says that more of them follow", "fetch every page, and give all the files")
    except OSError as error:
        raise Stop(Exit.NOT_FOUND, f"{error.filename} can't be read ({error.strerror}).") from error
    except WrongExport as error:
        raise Stop(Exit.USAGE, f"{error}.") from error
    return found


def _must_fit(directory: Path, written: dict[str, str]) -> None:
    """Together with what is in the directory it has to be a sound catalogue."""
    bodies = {name: text.encode() for name, text in written.items()}
    problems = read_catalogue(directory, at=None, instead=bodies).problems
    if problems:
        text = "\n".join(f"{directory}/{one}." for one in problems[:SHOWN_MAX])
        raise Stop(Exit.FAILED, f"The catalogue would be wrong, so nothing was written.\n{text}")


def _write(directory: Path, written: dict[str, str]) -> None:
    for name, text in written.items():
        path = directory / name
        try:
            owned.directory(path.parent, 0o777)
            with owned.readable(path) as file:
                file.write(text)
        except OSError as error:
            raise Stop(Exit.FAILED, f"{path} can't be written ({error.strerror}).") from error


def _sentence(one: Difference, system: str) -> str:
    there, here = (" and ".join(people) or "nobody" for people in (one.there, one.here))
    return f"{one.schedule}: from {utc_minute(one.start)} to {utc_minute(one.end)} {there} by {system}, {here} by these files."

"""`stormjib config …`: the catalogue's files checked, a first one written, and the schema that editors check them with."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

from stormjib import oncall_watch, owned
from stormjib.catalogue_files import read_catalogue, with_variables
from stormjib.cli import config_diff, doctor_paging, offline
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.catalogue import drafts
from stormjib.core.catalogue.schema import schema as written
from stormjib.core.catalogue.service import Service
from stormjib.core.catalogue.source import Place, Problem
from stormjib.core.catalogue.whole import KINDS
from stormjib.core.policy import Policy
from stormjib.core.reach import sentences
from stormjib.core.text.units import counted
from stormjib.integrations.prometheus.client import Client, PrometheusFailed
from stormjib.performers import unproven
from stormjib.settings import Settings

ASK_SECONDS: Final = 10.0
_UNITS: Final = ("systemctl", "list-units", "--type=service", "--state=running", "--no-legend", "--no-pager", "--plain")

_CALLED = {"people": ("person", "people"), "escalation": ("escalation policy", "escalation policies")}


def check(session: Session) -> int:
    """List everything that is wrong with a catalogue; 1 where something is, or where a P0 or P1 reaches nobody."""
    directory = Path(session.options.dir)
    if not directory.is_dir():
        raise Stop(Exit.NOT_FOUND, f"There is no directory {directory}.")
    found = read_catalogue(directory, partial(_refused, offline.settings(session)), session.world.clock())
    whole = found.catalogue
    methods = () if found.problems else doctor_paging.unproven(offline.settings(session), whole.people, session.world.clock())
    late = () if found.problems else config_diff.unreached_in(session, directory, found)
    nobody = sentences(one for one in late if one.after_minutes is None)
    slow = sentences(one for one in late if one.after_minutes is not None)
    listed = Policy(people=whole.people, schedules=whole.schedules)
    lost = () if found.problems else oncall_watch.faults(listed, directory, session.world.clock())
    said = (*(Problem("people", 0, 0, one) for one in methods), *(Problem("schedules", 0, 0, one) for one in lost))
    warnings = (*found.warnings, *said, *(Problem("services", 0, 0, one.removesuffix(".")) for one in slow))
    counts = {kind: len(getattr(whole, kind)) for kind in KINDS}
    parts = {
        name: [{"file": one.file, "line": one.line, "column": one.column, "sentence": one.sentence} for one in some]
        for name, some in (("problems", found.problems), ("warnings", warnings))
    }

    def show(console: Console) -> None:
        for some, style in ((found.problems, "bad"), (warnings, "warn")):
            for one in some:
                console.line(f"{directory}/{one}.", style)
        for said in nobody:
            console.line(f"{directory}/services: {said}", "bad")
        if nobody:
            console.line("Give them a way to be reached, and test it: stormjib contact test WHO", "bad")
        elif found.problems:
            console.line(f"{counted(len(found.problems), 'problem')}: a server that is given this keeps what it has.", "bad")
        else:
            held = (counted(count, *_CALLED.get(kind, (kind.removesuffix("s"), kind))) for kind, count in counts.items() if count)
            but = f", but {counted(len(warnings), 'warning')}" if warnings else ""
            console.line(f"No problems found in {', '.join(held) or 'it'}{but}.", "warn" if warnings else "good")

    session.answer({"schema": "stormjib.catalogue/1", "directory": str(directory), **counts, **parts, "unreached": nobody}, show)
    return Exit.FAILED if found.problems or nobody else Exit.OK


def _refused(settings: Settings, service: Service) -> Iterator[tuple[Place, str]]:
    """Why a server with these settings would not take this service."""
    trusted = {line.command.strip(): line for line in settings.trusted}
    yield from unproven(service, lambda text: trusted.get(text.strip()))
    own = () if isinstance(settings.service, str) else settings.service
    if any(set(service.names) & set(one.names) for one in own):
        yield ("name",), f"The service {service.name} is in the settings, too; take one of them out"
    for key in ("target_url", "redis_url", "metrics_url"):
        try:
            with_variables(Service(name=service.name, **{key: getattr(service, key)}), settings.variables())
        except ValueError as error:
            yield (key,), str(error).removesuffix(".")


def schema(session: Session) -> int:
    """Print the JSON Schema."""
    session.emit(written())
    return Exit.OK


def init(session: Session) -> int:
    """Write a first catalogue from what is found, for a person to correct; a file that is there already stays as it is."""
    wanted = session.options
    directory, source = Path(wanted.dir), getattr(wanted, "from")
    draft = drafts.files(_found(source))
    if not draft:
        raise Stop(Exit.NOT_FOUND, f"No service was found in {source}.")
    made, kept = [], []
    for name, text in sorted(draft.items()):
        path = directory / name
        try:
            owned.directory(path.parent, 0o777)
            with owned.readable(path, "x") as file:
                file.write(text)
            made.append(name)
        except FileExistsError:
            kept.append(name)
        except OSError as error:
            raise Stop(Exit.FAILED, f"{path} can't be written ({error.strerror}).") from error

    def show(console: Console) -> None:
        for name in made:
            console.line(f"wrote {directory / name}", "good")
        for name in kept:
            console.line(f"kept  {directory / name}, which was there already", "dim")
        console.line(f"Correct them, then: stormjib config check {directory}")

    session.answer({"schema": "stormjib.written/1", "written": made, "kept": kept}, show)
    return Exit.OK


def _found(source: str) -> list[drafts.Draft]:
    """By what the source is: an address, the word systemd, or a file."""
    if source.startswith(("http://", "https://")):
        return drafts.of_prometheus(_targets(source))
    if source == "systemd":
        return drafts.of_systemd(_units())
    path = Path(source)
    files = sorted(file for kind in ("*.yaml", "*.yml") for file in path.glob(kind)) if path.is_dir() else [path]
    documents = [one for file in files for one in _documents(file)]
    composed = [draft for one in documents if isinstance(one, dict) for draft in drafts.of_compose(one, path.name)]
    return composed or drafts.of_kubernetes(documents, path.name) or drafts.of_prometheus(drafts.targets_in(documents))


def _documents(file: Path) -> list[Any]:
    """What stands in a file of YAML or JSON, with every value as a text."""
    try:
        body = file.read_bytes()
        return list(yaml.load_all(body, Loader=_Texts))
    except OSError as error:
        raise Stop(Exit.NOT_FOUND, f"{file} can't be read ({error.strerror}).") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if b"{{" in body:
            text = (
                f"{file} is a template, and no YAML before it is filled. Fill it: helm template … > all.yaml, and give that file."
            )
            raise Stop(Exit.USAGE, text) from error
        mark = getattr(error, "problem_mark", None)
        line = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else str(file)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise Stop(Exit.USAGE, f"{line} is no YAML: {problem}.") from error


class _Texts(yaml.SafeLoader):
    """Takes what stands in a file of somebody else as it is written: ``on``, ``8080`` and dates are texts there, too."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if tag.rpartition(":")[2] in {"merge", "null"}]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _targets(url: str) -> Sequence[dict[str, Any]]:
    client = Client(url, time.monotonic)
    try:
        return list(client.targets(ASK_SECONDS).get("activeTargets") or ())
    except PrometheusFailed as error:
        raise Stop(Exit.FAILED, f"{url} did not say what it scrapes. {error}") from error
    finally:
        client.close()


def _units() -> str:
    try:
        done = subprocess.run(_UNITS, capture_output=True, check=False, timeout=ASK_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Stop(Exit.FAILED, f"systemctl can't be asked: {error}.") from error
    if done.returncode:
        raise Stop(Exit.FAILED, f"systemctl: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout.decode("utf-8", "replace")

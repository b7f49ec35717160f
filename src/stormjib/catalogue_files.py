"""The catalogue's directory: its files, read and checked as a whole, and what names this state of them."""

import codecs
import os
import re
import stat
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from stormjib.core.catalogue.escalation import Escalation
from stormjib.core.catalogue.service import RunbookRule, Service, alike
from stormjib.core.catalogue.source import BYTES_MAX, Place, Problem, Source, read_yaml
from stormjib.core.catalogue.whole import KINDS, Catalogue, Document, check, problems, read
from stormjib.core.oncall.schedule import Schedule, Span, gaps, outside
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.text.units import counted

FILES_MAX: Final = 5_000
GAP_SECONDS: Final = 28 * 86_400.0
_VARIABLE = re.compile(r"\$\{?([A-Z_][A-Z0-9_]*)\}?")
_SUFFIXES: Final = {".yaml", ".yml"}
_OTHERS: Final = {".json", ".toml"}
"""Whoever writes these means them to be read."""
_BOOKS: Final = {".md", ".markdown", ".mdx", ".txt"}


class Found(msgspec.Struct, frozen=True):
    """A state of the directory. ``catalogue`` is whole only where there are no ``problems``."""

    catalogue: Catalogue = Catalogue()
    problems: tuple[Problem, ...] = ()
    hashes: Mapping[str, str] = {}
    """Each file, from the directory, with the sha256 of what stands in it."""

    books: tuple[Path, ...] = ()
    """The runbooks that its services name, whether they are there or not."""
    warnings: tuple[Problem, ...] = ()
    """What keeps no state from coming into force; only where it was asked for."""

    @property
    def sentence(self) -> str:
        """The first problems, in one sentence; "" where there are none."""
        first = " ".join(f"{problem}." for problem in self.problems[:3])
        more = f" And {len(self.problems) - 3} more: stormjib config check." if len(self.problems) > 3 else ""  # noqa: PLR2004
        return first + more


Further = Callable[[Service], Iterable[tuple[Place, str]]]
"""What else is wrong with a service: where in its file, and a sentence."""


def read_catalogue(
    directory: Path, further: Further = lambda _: (), at: float | None = None, instead: Mapping[str, bytes] = {}
) -> Found:
    """Read everything; never raises. ``further`` is asked of each service, for what no file of a catalogue can know.

    ``instead``: files that are taken as if they stood there, with what is in them, in place of those of their names.
    ``at``: where it is given, schedules with nobody on call in the four weeks after it are a warning.
    """
    documents, loose, hashes = list[Document](), list[Problem](), dict[str, str]()
    for name, body in instead.items():
        documents.append(read(name.partition("/")[0], read_yaml(name, body)))
    for kind, name, path in _files(directory, loose) if directory.is_dir() or not instead else ():
        if name in instead:
            continue
        body, trouble = _read(path, BYTES_MAX + 1, within=directory)
        if trouble:
            documents.append(Document(kind, Source(name, problems=[Problem(name, 0, 0, f"this file can't be read: {trouble}")])))
            continue
        hashes[name] = sha256(body).hexdigest()
        documents.append(read(kind, read_yaml(name, body)))
    books: dict[str, str] = {}

    def no_runbook(file: str) -> str:
        if file not in books:
            books[file] = _no_runbook(directory / file)
        return books[file]

    catalogue = check(documents, book=no_runbook, zones=zoneinfo.available_timezones())
    for document in documents:
        for place, sentence in further(document.item) if isinstance(document.item, Service) else ():
            document.source.problem(sentence, place)
    if not loose and not documents:
        loose.append(Problem("services", 0, 0, f"{directory} has no services/NAME.yaml; write one, or give another directory"))
    services = tuple(_located(directory, service) for service in catalogue.services)
    found = tuple(sorted({*problems(documents), *loose}))
    warnings = () if at is None or found else tuple(_gaps(documents, at))
    whole = msgspec.structs.replace(catalogue, services=services)
    return Found(whole, found, hashes, tuple(map(directory.__truediv__, books)), warnings)


def _gaps(documents: Iterable[Document], at: float) -> Iterator[Problem]:
    for one in documents:
        found: tuple[Span, ...] = ()
        key, wrong, do = "layers", "nobody is on call", "add people, a layer or hours, or write always: false"
        if isinstance(one.item, Schedule) and one.item.always and one.item.layers:
            found = gaps(one.item, (), at, at + GAP_SECONDS)
        elif isinstance(one.item, Escalation) and all(level.hours for level in one.item.levels):
            hours = [span for level in one.item.levels for span in level.hours]
            found = outside(hours, one.item.time_zone, at, at + GAP_SECONDS)
            key, wrong = "levels", "every level is outside its hours"
            do = "then a P0 goes to the catch-all at once; take the hours out of one level, or widen them"
        if found:
            yield Problem(one.source.file, *one.source.places.get((key,), (0, 0)), f"{wrong} {when(found)}; {do}")


def when(found: Sequence[Span]) -> str:
    """The first of these times, and how many there are in the four weeks that are looked at."""
    more = f", and {counted(len(found) - 1, 'time')} more in the next 28 days" if found[1:] else ""
    return f"from {utc_minute(found[0][0])} to {utc_minute(found[0][1])}{more}"


def together(own: tuple[Service, ...], found: Found) -> tuple[Service, ...]:
    """The services of the settings and those of the catalogue; raises ``ValueError`` with what is wrong with it."""
    if found.problems:
        raise ValueError(f"The catalogue is wrong. {found.sentence}")
    names = {name for service in own for name in service.names}
    twice = next((service for service in found.catalogue.services if names & set(service.names)), None)
    if twice:
        raise ValueError(f"The service {twice.name} of the catalogue is in the settings, too; take one of them out.")
    known = set(map(alike, (policy.name for policy in found.catalogue.escalation)))
    lost = next((service for service in own if service.escalation and alike(service.escalation) not in known), None)
    if lost:
        raise ValueError(f"The service {lost.name} names the escalation policy {lost.escalation!r}, which the catalogue lacks.")
    return (*own, *found.catalogue.services)


def with_variables(service: Service, variables: Mapping[str, str]) -> Service:
    """The service with the variables in its addresses filled in; raises ``ValueError`` where one is not set."""

    def fill(text: str) -> str:
        for name in _VARIABLE.findall(text):
            if not variables.get(name):
                raise ValueError(f"The address {text} of {service.name} needs ${name}; put it into command_env_file.")
        return _VARIABLE.sub(lambda found: variables[found[1]], text)

    given = (service.metrics_url,) if isinstance(service.metrics_url, str) else service.metrics_url
    return msgspec.structs.replace(
        service,
        target_url=fill(service.target_url),
        redis_url=fill(service.redis_url),
        metrics_url=tuple(fill(url) for url in given if url),
    )


def signature(directory: Path | None, others: Iterable[Path]) -> str:
    """Another text where a file of the directory, or one of the others, may have changed, without reading any."""
    loose: list[Problem] = []
    paths = [path for _, _, path in (_files(directory, loose) if directory else ())]
    seen = sha256(str(loose).encode("utf-8", "surrogateescape"))
    for path in (*paths, *others):
        try:
            found = path.stat()
        except OSError:
            seen.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            continue
        seen.update(f"{path}\0{found.st_mtime_ns}\0{found.st_size}\0{found.st_ino}\0".encode("utf-8", "surrogateescape"))
    return seen.hexdigest()


def _files(directory: Path, loose: list[Problem]) -> Iterator[tuple[str, str, Path]]:
    """(kind, name, path) of every file; what can't be one is a problem."""
    count = 0
    try:
        there = sorted(directory.iterdir())
    except OSError as error:
        loose.append(Problem(str(directory), 0, 0, f"this directory can't be read: {_why(error)}"))
        return
    for path in there:
        if path.name.startswith("."):
            continue
        if path.suffix in _SUFFIXES:
            loose.append(
                Problem(path.name, 0, 0, f"nothing reads this file here; put it into {', '.join(f'{kind}/' for kind in KINDS)}")
            )
        elif path.name in KINDS:
            for file in _below(path, loose):
                count += 1
                if count > FILES_MAX:
                    loose.append(Problem(path.name, 0, 0, f"there are more than {FILES_MAX} files"))
                    return
                yield path.name, f"{path.name}/{file.name}", file
        elif path.is_dir() and any(file.suffix in _SUFFIXES for file in _below(path, [])):
            loose.append(Problem(path.name, 0, 0, f"no directory of a catalogue is called so; they are {', '.join(KINDS)}"))


def _below(path: Path, loose: list[Problem]) -> list[Path]:
    try:
        found = sorted(path.iterdir())
    except OSError as error:
        loose.append(Problem(path.name, 0, 0, f"this directory can't be read: {_why(error)}"))
        return []
    stray = [one for one in found if one.is_dir() and not one.name.startswith(".")]
    loose += [
        Problem(f"{path.name}/{one.name}", 0, 0, "nothing reads a directory here; put its files beside it") for one in stray
    ]
    files = [one for one in found if not one.name.startswith(".") and not one.is_dir()]
    unread = [one for one in files if one.suffix not in _SUFFIXES and one.suffix.casefold() in {*_SUFFIXES, *_OTHERS}]
    loose += [
        Problem(f"{path.name}/{one.name}", 0, 0, "nothing reads this file; its name has to end with .yaml") for one in unread
    ]
    return [one for one in files if one.suffix in _SUFFIXES]


def _no_runbook(path: Path) -> str:
    """Why this can't be a runbook; "" where it may be. Whoever writes the catalogue is not given every file of this machine to read."""
    body, trouble = _read(path, BYTES_MAX)
    if trouble and not os.path.lexists(path):
        return f"there is no {os.path.normpath(path.absolute())}, and its place counts from the catalogue's directory"
    if trouble:
        return trouble
    if path.resolve().suffix.casefold() not in _BOOKS:
        return "it is no Markdown; its name has to end with .md"
    try:
        # The last character may be cut off.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(body)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        return f"it is not UTF-8 from line {line} on; save it as UTF-8"
    return "" if text.strip() and "\0" not in text else "there is no text in it"


def _read(path: Path, bytes_max: int, *, within: Path | None = None) -> tuple[bytes, str]:
    """What stands in the file, and why it can't be read. A pipe or a device is not waited for, and no link leads out of ``within``."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b"", "it is no file"
        if within and not path.resolve().is_relative_to(within.resolve()):
            return b"", "it is a link that leads out of the catalogue's directory; put the file itself here"
        with path.open("rb") as file:
            return file.read(bytes_max), ""
    except OSError as error:
        return b"", _why(error)


def _why(error: OSError) -> str:
    return {"Too many levels of symbolic links": "its link leads back to itself"}.get(str(error.strerror), str(error.strerror))


def _located(directory: Path, service: Service) -> Service:
    """Its runbooks by their whole paths."""

    def located(rule: RunbookRule) -> RunbookRule:
        return msgspec.structs.replace(rule, file=os.path.normpath(directory.absolute() / rule.file))

    return msgspec.structs.replace(service, runbook="", runbooks=tuple(map(located, service.books)))

"""A command line of a runbook: what it runs, how much it may do, whether it ever ends. Nothing here executes anything."""

import hashlib
import re
import shlex

import msgspec

from stormjib.core.risk import Risk
from stormjib.core.shell.analysis import CommandAnalysis, is_secret
from stormjib.core.shell.bounded import LIMIT_SECONDS, ending, limited
from stormjib.core.shell.embedding import is_plain, unfit
from stormjib.core.shell.filling import Filled, assigned_in, fill, names_in, with_variables
from stormjib.core.shell.names import name_of
from stormjib.core.shell.programs import is_known
from stormjib.core.shell.reach import left_to_a_person
from stormjib.core.shell.reading import analyze
from stormjib.core.shell.statements import Statement, split
from stormjib.core.shell.values import filled, given_by, how_to_give, missing
from stormjib.core.text.units import size

__all__ = [
    "LIMIT_SECONDS",
    "TEXT_BYTES_MAX",
    "Filled",
    "Statement",
    "Verdict",
    "assigned_in",
    "fill",
    "fingerprint",
    "given_by",
    "how_to_give",
    "is_plain",
    "is_secret",
    "is_shell",
    "judge",
    "judge_filled",
    "left_to_a_person",
    "missing",
    "name_of",
    "names_in",
    "quote",
    "split",
    "unfit",
    "with_variables",
]

TEXT_BYTES_MAX = 65_536
_QUOTED_LENGTH_MAX = 200

_COUNTED = re.compile(r"(?:^|_)(?:port|pid|n|num|number|count|lines|minutes|seconds|hours|limit|size|replicas|tail|id)(?:_|$)")
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w ./-]*>")
_LEVEL_LINE = re.compile(r"\s*(?:P|S|L|SEV|Priority|Severity|Level)[- ]?\d\s*(?::|\||-|\u2013)\s*\S", re.IGNORECASE)
_TAGS = {"bash", "sh", "shell", "console", "zsh", "ksh", "dash", "shell-session", "shellsession", "terminal", "shellscript"}


class Verdict(msgspec.Struct, frozen=True):
    """What is known of a command line without running it.

    ``bounded`` is the form that runs in its place: of an ``endless`` one the form that ends, of a question to a database the one whose
    session only reads; ``programs`` are base names in order of appearance, wrappers
    included; ``variables`` are those of the environment that it expands, ``secrets`` those of them whose names say so;
    ``target`` is a guess such as ``host``, ``container:api``, ``compose:api``, ``unit:nginx``, ``http://localhost:8080``;
    ``reason`` is one sentence; ``opens_editor`` says that it waits for a person in an editor.
    """

    risk: Risk
    endless: bool
    bounded: str | None
    programs: tuple[str, ...]
    secrets: tuple[str, ...]
    variables: tuple[str, ...]
    target: str
    reason: str
    opens_editor: bool


def judge(text: str) -> Verdict:
    """Say what a command line may do. Never raises and never executes.

    A text of more than TEXT_BYTES_MAX bytes, and an empty one, is ``unknown``.
    """
    if len(text) > TEXT_BYTES_MAX or len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES_MAX:
        return _unread(f"It is longer than {size(TEXT_BYTES_MAX)}, which is too long to be read through.")
    if not text.strip():
        return _unread("There is no command here; a person has to do it.")
    analysis = analyze(text)
    as_filled = filled(text)
    if as_filled != text:
        analysis.reasons += analyze(as_filled).reasons
    form = _form(text, analysis) if analysis.remedies else None
    asking = _asking(text, analysis)
    worst = analysis.worst()
    acts_on = (worst[1] if worst else None) or (analysis.targets[0] if analysis.targets else "host")
    return Verdict(
        risk=worst[0].risk if worst else Risk.READ,
        endless=form is not None,
        bounded=form or asking,
        programs=tuple(analysis.programs),
        secrets=tuple(name for name in analysis.variables if is_secret(name)),
        variables=tuple(analysis.variables),
        target=acts_on,
        reason=_reason(text, analysis, form),
        opens_editor=analysis.opens_editor,
    )


def judge_filled(text: str) -> Verdict:
    """What a command may do once it has its values: as it stands it never runs, and with the real ones it is judged again.

    Where it lacks nothing, and where something can't be given, this is ``judge``.
    """
    as_is = judge(text)
    names = {name: shown for name, shown in names_in(text, frozenset()).items() if shown[:1] != "$" or not is_secret(name)}
    secrets = frozenset(name for name in as_is.variables if is_secret(name))
    put = fill(text, {name: "5" if _COUNTED.search(name) else "value" for name in names}, secrets) if names else None
    if put is None or not put.used:
        return as_is
    verdict = judge(put.text)
    reason = as_is.reason
    if as_is.risk is not verdict.risk:
        reason = f"Needs a value for {', '.join(names.values())}. {verdict.reason}"
    return msgspec.structs.replace(
        as_is, risk=verdict.risk, reason=reason, programs=verdict.programs, opens_editor=verdict.opens_editor
    )


def _unread(reason: str) -> Verdict:
    """The verdict on what was not even looked into."""
    return Verdict(Risk.UNKNOWN, False, None, (), (), (), "host", reason, False)


def _form(text: str, analysis: CommandAnalysis) -> str:
    """The form that ends, tried: if it would still not end, or do anything worse than the text, a time limit."""
    form = ending(text, analysis.remedies, simple=analysis.simple)
    tried, before = analyze(form), analysis.worst()
    after = tried.worst()
    is_worse = after is not None and (before is None or after[0].risk.rank > before[0].risk.rank)
    if is_worse:
        return limited(text, simple=analysis.simple)
    return limited(text, simple=False) if tried.remedies else form


def _asking(text: str, analysis: CommandAnalysis) -> str | None:
    """The form of a text whose sessions with databases only read, tried; without one it is no read."""
    if not analysis.sessions or (analysis.reasons and not analysis.remedies):
        return None
    form = None if analysis.remedies else ending(text, [tuple(analysis.sessions)], simple=True)
    tried = analyze(form) if form else None
    if tried is None or tried.sessions or tried.reasons:
        analysis.reason(Risk.UNKNOWN, "its session with a database cannot be made one that only reads where it stands here")
        return None
    return form


def _reason(text: str, analysis: CommandAnalysis, form: str | None) -> str:
    """One sentence for a person: why this verdict."""
    worst = analysis.worst()
    placeholder = _PLACEHOLDER.search(text) if worst else None
    if placeholder and worst and worst[0].risk.rank <= Risk.UNKNOWN.rank:
        clause = f"`{placeholder[0]}` is a placeholder that has to be filled in first"
    elif worst:
        clause = worst[0].why
    else:
        clause = "every program and argument of it is known, and none of them changes anything"
    ending = "; it never ends by itself" if form else ""
    ending += f", so run `{form}`" if form and len(form) <= _QUOTED_LENGTH_MAX else ""
    return f"{clause[0].upper()}{clause[1:]}{ending}."


def fingerprint(text: str) -> str:
    """The sha256 of the text as hex digits, whitespace at the ends stripped."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def quote(value: str) -> str:
    """One shell word that stands for exactly this value."""
    return shlex.quote(value)


def is_shell(source: str, language: str) -> bool:
    """Whether a Markdown fence reads as shell.

    ``language`` is its info string. A fence whose every line defines a severity level does not, whatever its tag says; a
    fence without a tag does when every command line parses and most begin with a program that is known.
    """
    tag = re.split(r"[\s{,]", language.strip().lower(), maxsplit=1)[0]
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if (tag and tag not in _TAGS) or not source.strip() or (lines and all(_LEVEL_LINE.match(line) for line in lines)):
        return False
    if tag:
        return True
    analyses = [analyze(statement.text) for statement in split(source) if statement.text]
    known = [analysis for analysis in analyses if analysis.programs and is_known(analysis.programs[0])]
    return bool(analyses) and all(analysis.parsed for analysis in analyses) and 2 * len(known) > len(analyses)

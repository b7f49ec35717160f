"""A command as it runs: through sudo, timeout, xargs, ssh and their like to the program behind them."""

import re
from collections.abc import Sequence
from typing import Protocol

import msgspec

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Use, examine
from stormjib.core.shell.bounded import unending
from stormjib.core.shell.flows import flows, per_line
from stormjib.core.shell.programs import PROGRAMS, is_known, path_of
from stormjib.core.shell.rules import MODES, weigh
from stormjib.core.shell.sight import Place, Sight
from stormjib.core.shell.stated import fed_to
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, Word, quoted
from stormjib.core.shell.target import opens_editor, target

DEPTH_MAX = 60
NESTED_MAX = 6
_WRAPPED_MAX = 8  # how deep a command of more than _WORDS_MAX words is still followed
_WORDS_MAX = 500
# TZ and TERM are names of files below a directory of the system, and a locale may be one.
HARMLESS_SETTING = re.compile(
    r"(?:LC_[A-Z]+|LANG)=[\w.@-]*|TZ=(?:[A-Za-z]\w*(?:[+-]\d+)?(?:/[A-Za-z][\w+-]*)*)?|(?:COLUMNS|LINES|NO_COLOR)=\d*|TERM=\w[\w-]*"
    r"|(?:PAGER|GIT_PAGER|SYSTEMD_PAGER|MANPAGER)=(?:cat)?",
    re.ASCII,
)
_REMOTE_OPTION = re.compile(r"(?:BatchMode|ConnectTimeout|ServerAlive\w+|LogLevel|User|Port)=\w+")
_EXACT = re.compile(r"[\w./:@%+,-]+", re.ASCII)  # a word that is the same with a shell in between and without
_ENDING_SIGNAL = re.compile(r"(?:SIG)?(?:TERM|KILL|INT|HUP|QUIT)|9|15|2|1", re.IGNORECASE)
_DURATION = re.compile(r"0*[1-9]\d*(?:\.\d+)?[smh]?|0+\.\d*[1-9]\d*[smh]?")
_BRACED = re.compile(r"[^{/]*\{.*(?:,|\.\.).*\}", re.DOTALL)  # braces in a path only make more paths of it
_RUNNERS = {"busybox", "toybox", "unbuffer", "dumb-init", "tini", "proot", "fakeroot", "firejail", "srun", "catchsegv"}
_EXECS = ("-exec", "-execdir", "-ok", "-okdir")


class Text(Protocol):
    """The text that a command stands in."""

    data: bytes
    sight: Sight

    def nested(self, text: str, place: Place) -> None:
        """Read a text that another shell gets to run."""

    def hinted(self, text: str, place: Place, *, runs: bool = False) -> None:
        """Read what may be a text for another shell, or certainly ``runs``: only what it would interrupt or destroy counts."""


def run(text: Text, words: Sequence[Word], place: Place, fed: str | None = None) -> None:
    """Take one command in. ``fed`` is what a here-document or here-string gives it to read."""
    sight = text.sight
    if place.depth > DEPTH_MAX or (place.depth > _WRAPPED_MAX and len(words) > _WORDS_MAX):
        sight.trouble(Risk.UNKNOWN, "it is nested too deeply to be read through")
        return
    use = examine(words)
    weigh(use, bash=place.bash)
    if use.name != "?" and use.name not in sight.programs:
        sight.programs.append(use.name)
    if not place.hidden and use.name != "?" and not (use.program and use.program.runs):
        sight.uses.append((use, place.piped))
    acts_on = place.target or target(use)
    if acts_on and acts_on not in sight.targets:
        sight.targets.append(acts_on)
    for risk, why in (*use.troubles, *flows(use, place)):
        sight.trouble(risk, why, acts_on)
    if use.name not in {"echo", "ls"} and any(word.kind == "glob" and _BRACED.match(word.text) for word in words):
        sight.trouble(Risk.UNKNOWN, "its braces become words that are not followed; write each of them out", acts_on)
    sight.opens_editor = sight.opens_editor or opens_editor(use)
    remedy = None if place.limited else unending(use, text.data)
    if remedy is not None:
        sight.remedies.append(remedy)
    place = msgspec.structs.replace(place, depth=place.depth + 1)
    if use.program and use.program.level == "shell":
        _shell(text, use, place, fed)
    elif use.program and use.program.runs:
        _through(text, use, place, fed)
    _suspect(text, use, place, fed)
    lost = use.program and use.program.runs and use.troubles and not (use.after and is_known(use.after[0].text))
    if use.program and (use.program.rest == "scan" or use.has(*_EXECS) or lost):
        _scan(text, use, place)


def _suspect(text: Text, use: Use, place: Place, fed: str | None) -> None:
    """Whatever a command that is not understood hands on may be a command too: a text, what stands behind ``--``, what is fed."""
    if use.name == "ip" and [word.text for word in use.free[:2]] == ["netns", "exec"]:
        text.hinted(" ".join(map(quoted, use.words[4:])), place, runs=True)
    if use.program is None or use.program.floor is Risk.UNKNOWN or use.path[:2] == ("kubectl", "run"):
        names = [word.text for word in use.words[1:]]
        at = names.index("--") + 2 if "--" in names else 1 if use.name == "?" or use.name in _RUNNERS else len(use.words)
        texts = [word.text.partition("=!")[2] or word.text for word in use.words[:at] if re.search(r"\S\s+\S", word.text)]
        if use.name == "?":  # each value is looked at once, by the first program that one may name
            texts += text.sight.assigned
            text.sight.assigned = []
        for given in (*texts, " ".join(map(quoted, use.words[at:]))):
            text.hinted(given, place)
    if fed is not None:
        for risk, why in fed_to(use, fed):
            text.sight.trouble(risk, why)
        if use.name in {"at", "batch", "xargs", "parallel", "source", ".", "?"} or (use.name == "crontab" and use.troubles):
            text.hinted(f"{' '.join(map(quoted, use.after))} {fed}", place)


def _through(text: Text, use: Use, place: Place, fed: str | None) -> None:
    """On to the command that a wrapper runs with its own words."""
    name, after, sight = use.path[0], list(use.after), text.sight
    if use.program and use.program.floor is not Risk.READ:
        sight.trouble(use.program.floor, f"{use.called} is not proven to only read", place.target)
    if name == "command" and use.has("-v", "-V"):
        return
    while name in {"sudo", "doas", "env"} and after and re.match(r"\w+=", after[0].text):
        setting = after.pop(0).text
        if not HARMLESS_SETTING.fullmatch(setting):
            sight.trouble(Risk.UNKNOWN, f"`{setting.partition('=')[0]}=` may change what the program does")
    if name == "sudo" and use.has("-i", "-s") and any(mark in word.text for word in after for mark in ("$", ANYTHING, OUTPUT)):
        sight.trouble(Risk.UNKNOWN, "the shell that `sudo` starts expands variables of its own")
    if name == "timeout":
        signals = [option.value.text for option in use.options if option.name in {"-s", "--signal"} and option.value]
        ends = bool(use.free) and _DURATION.fullmatch(use.free[0].text) and all(map(_ENDING_SIGNAL.fullmatch, signals))
        place = msgspec.structs.replace(place, limited=place.limited or bool(ends))
    if name == "xargs":
        after = _fill(use, after, sight, fed=place.fed)
        each = use.has("-n", "-L", "-I", "--max-args", "--replace")
        place = msgspec.structs.replace(per_line(place) if each else place, fed=False, lines=0)
    if len(use.path) > 1:
        if (name == "kubectl" or use.has("-c", "--context")) and any(word.secret for word in after):
            sight.trouble(Risk.UNKNOWN, "it would send a secret to another machine")
        place = msgspec.structs.replace(place, target=place.target or target(use))
    if after:
        run(text, after, place, None if name == "xargs" else fed)
    elif name == "env":
        sight.trouble(Risk.UNKNOWN, "`env` shows every variable, secrets included")
    elif name not in {"xargs", "time"}:
        sight.trouble(Risk.UNKNOWN, f"{use.called} runs nothing that can be seen here")


def _fill(use: Use, after: list[Word], sight: Sight, *, fed: bool) -> list[Word]:
    """The command of xargs, with what it reads in its place."""
    marks = [option.value.text if option.value else "{}" for option in use.options if option.name in {"-I", "--replace"}]
    if len(marks) > 1 or "" in marks or (marks and use.has("-n", "-L", "--max-args")):
        sight.trouble(Risk.UNKNOWN, "where xargs puts what it reads cannot be told")
    if not after:
        return []
    if not marks or not marks[0]:
        return [*after, Word(OUTPUT, "many", foreign=fed)]
    return [
        msgspec.structs.replace(
            word,
            text=word.text.replace(marks[0], OUTPUT),
            start=-1,
            end=-1,
            foreign=word.foreign or (fed and marks[0] in word.text),
        )
        for word in after
    ]


def _shell(text: Text, use: Use, place: Place, fed: str | None) -> None:
    """On to the text that another shell gets: ``bash -c``, ssh, watch, eval."""
    name, sight = use.path[0], text.sight
    if use.program and use.program.floor is not Risk.READ:
        sight.trouble(use.program.floor, f"{use.called} is not proven to only read")
    given: Sequence[Word] = use.after
    if name in {"ssh", "su"}:
        place = msgspec.structs.replace(place, local=False, bash=False, quotes_dollars=False, target=place.target or target(use))
    elif name not in {"eval", "trap"}:
        place = msgspec.structs.replace(place, bash=name in {"bash", "sh", "dash", "watch"}, quotes_dollars=name == "bash")
    if name == "watch" and use.has("-x", "--exec") and not all(_EXACT.fullmatch(word.text) for word in given):
        sight.trouble(Risk.UNKNOWN, "`watch -x` hands its words on as they are, without a shell in between")
    if name == "ssh":
        for option in use.options:
            if option.name == "-o" and option.value and not _REMOTE_OPTION.fullmatch(option.value.text):
                sight.trouble(Risk.UNKNOWN, f"`-o {option.value.text[:40]}` of `ssh` is not known here")
    elif name not in {"watch", "eval", "trap"}:
        scripts = [option for option in use.options if option.name == "-c" and option.value]
        if not scripts and use.after:
            for word in use.after:
                text.hinted(word.text, place)
            if fed:
                text.hinted(fed, place)
            sight.trouble(Risk.UNKNOWN, f"{use.called} runs a script that is not seen here")
            return
        if use.after:
            sight.trouble(Risk.UNKNOWN, f"{use.called} hands words to its script, and what they become there is not followed")
        modes = [option for option in use.options if option.name == "-o"]
        if any(option.attached or not option.value or option.value.text not in MODES for option in modes):
            sight.trouble(Risk.UNKNOWN, f"`-o` of {use.called} changes how the shell reads what it runs")
        if any(option.attached for option in scripts) or len(scripts) > 1:
            sight.trouble(Risk.UNKNOWN, f"what {use.called} runs cannot be told")
        given = [option.value for option in scripts if option.value]
    if not given:
        sight.trouble(Risk.UNKNOWN, f"{use.called} runs whatever it is given")
        if fed and fed not in sight.heard:
            sight.heard.add(fed)
            text.nested(fed, place)
        return
    if not all(word.static for word in given):
        sight.trouble(Risk.UNKNOWN, f"what {use.called} runs is put together only when it does")
    text.nested(" ".join(word.text for word in given), place)
    if fed:
        text.hinted(fed, place)


def _scan(text: Text, use: Use, place: Place) -> None:
    """Look for a known program among the words of a command that cannot be told apart, so that no danger is missed."""
    words = [word.text for word in use.words]
    first = next((words.index(name) for name in _EXECS if name in words), 0) + 1
    for at, word in enumerate(use.words[first:], start=first):
        name = word.text.rsplit("/", 1)[-1]
        program = PROGRAMS.get(path_of(name)[:1]) if word.static and name != "." else None
        if program and (program.floor is not Risk.READ or program.runs):
            left = list(use.words[at:])
            end = next((index for index, end in enumerate(left) if end.text in {";", "+"}), len(left))
            run(text, left[:end], place)
            return

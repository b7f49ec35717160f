"""A command as it runs: through sudo, timeout, xargs, ssh and their like to the program behind them."""

import re
from collections.abc import Sequence
from typing import Protocol

import msgspec

from stormjib.core.risk import Risk
from stormjib.core.shell.analysis import CommandAnalysis, Place
from stormjib.core.shell.arguments import Invocation, examine
from stormjib.core.shell.bounded import Edit, unending
from stormjib.core.shell.disclosure import shows
from stormjib.core.shell.environments import bears, loses, narrows, parted, parting
from stormjib.core.shell.flows import flows, per_line
from stormjib.core.shell.paths import entered
from stormjib.core.shell.programs import PROGRAMS, is_known, path_of
from stormjib.core.shell.rules import MODES, goes_into, weigh
from stormjib.core.shell.sql import READ_ONLY, is_bound, needs_session, session
from stormjib.core.shell.stated import fed_to
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, PLAIN, Word, is_database, quoted
from stormjib.core.shell.target import opens_editor, target

DEPTH_MAX = 60
NESTED_MAX = 6
_WRAPPED_MAX = 8  # how deep a command of more than _WORDS_MAX words is still followed
_WORDS_MAX = 500
# TZ and TERM are names of files below a directory of the system, and a locale may be one.
HARMLESS_SETTING = re.compile(
    r"(?:LC_[A-Z]+|LANG)=[\w.@-]*|TZ=(?:[A-Za-z]\w*(?:[+-]\d+)?(?:/[A-Za-z][\w+-]*)*)?|(?:COLUMNS|LINES|NO_COLOR)=\d*|TERM=\w[\w-]*"
    r"|(?:PAGER|GIT_PAGER|SYSTEMD_PAGER|MANPAGER|AWS_PAGER)=(?:cat)?|ETCDCTL_API=[23]|(?:AWS_PROFILE|AWS_REGION|AWS_DEFAULT_REGION)=[\w-]+"
    r"|PGCONNECT_TIMEOUT=\d+|(?:PGHOST|PGPORT|PGUSER|PGDATABASE|COMPOSE_PROJECT_NAME|VAULT_NAMESPACE)=[\w./-]+|PGSSLMODE=[\w-]+"
    r"|(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH)=[^\x00-\x02]+"
    r"|(?:VAULT_ADDR|CONSUL_HTTP_ADDR|NOMAD_ADDR|ETCDCTL_ENDPOINTS)=(?:https?://)?(?:localhost|127\.0\.0\.1|[a-z][a-z0-9-]*)(?::\d+)?",
    re.ASCII,
)
_REMOTE_OPTION = re.compile(r"(?:BatchMode|ConnectTimeout|ServerAlive\w+|LogLevel|User|Port)=\w+")
_EXACT = re.compile(r"[\w./:@%+,-]+", re.ASCII)  # a word that is the same with a shell in between and without
_ENDING_SIGNAL = re.compile(r"(?:SIG)?(?:TERM|KILL|INT|HUP|QUIT)|9|15|2|1", re.IGNORECASE)
_FOLDERS_MAX = 16
_PATHS_MAX = 2_000
_DURATION = re.compile(r"0*[1-9]\d*(?:\.\d+)?[smh]?|0+\.(?=\d*[1-9])\d+[smh]?")
_BRACED = re.compile(r"[^{/]*\{(?:(?!,|\.\.).)*+(?:,|\.\.).*\}", re.DOTALL)  # braces in a path only make more paths of it
_RUNNERS = {"busybox", "toybox", "unbuffer", "dumb-init", "tini", "proot", "fakeroot", "firejail", "srun", "catchsegv"}
_NAMES_ONLY = {"ls", "du", "stat"}  # they open nothing that they are given
_EXECS = ("-exec", "-execdir", "-ok", "-okdir")


class Text(Protocol):
    """The text that a command stands in."""

    data: bytes
    analysis: CommandAnalysis

    def nested(self, text: str, place: Place) -> None:
        """Read a text that another shell gets to run."""

    def hinted(self, text: str, place: Place, *, runs: bool = False) -> None:
        """Read what may be a text for another shell, or certainly ``runs``: only what it would interrupt or destroy counts."""


def run(text: Text, words: Sequence[Word], place: Place, fed: str | None = None) -> None:
    """Take one command in. ``fed`` is what a here-document or here-string gives it to read."""
    analysis = text.analysis
    if place.depth > DEPTH_MAX or (place.depth > _WRAPPED_MAX and len(words) > _WORDS_MAX):
        analysis.reason(Risk.UNKNOWN, "it is nested too deeply to be read through")
        return
    words, looks = _for_each_found(words)
    if looks:
        run(text, looks, msgspec.structs.replace(place, depth=place.depth + 1))
    call = examine(words)
    call.told = fed if place.stated and not place.piped else None
    for folder in goes_into(call):
        analysis.folders = entered(analysis.folders, folder)
    if len(analysis.folders) > _FOLDERS_MAX or len(analysis.folders) * len(words) > _PATHS_MAX:
        analysis.reason(Risk.UNKNOWN, "it goes into more directories than are followed")
        analysis.folders = []
    weigh(call, analysis.folders, bash=place.bash)
    if call.name != "?" and call.name not in analysis.programs:
        analysis.programs.append(call.name)
    analysis.calls.append(call)
    if not place.hidden and call.name != "?" and not (call.program and call.program.runs):
        analysis.invocations.append((call, place.piped))
    acts_on = place.target or target(call)
    if acts_on and acts_on not in analysis.targets:
        analysis.targets.append(acts_on)
    if call.program and call.program.rest == "sql" and not call.reasons and needs_session(call):
        _bind(text, call, place)
    if call.path == ("openssl", "s_client") and (fed is None or fed.strip() not in {"", "Q"}):
        if fed is None and not place.piped and not place.fed and not place.nested and call.words[-1].end > 0:
            analysis.remedies.append((Edit(call.words[-1].end, call.words[-1].end, " </dev/null"),))
        else:
            call.reason(Risk.UNKNOWN, f"{call.called} sends whatever it is given; give it nothing, with `</dev/null`")
    _part(analysis, call, place)
    for risk, why in (*call.reasons, *flows(call, place)):
        analysis.reason(risk, why, acts_on)
    if call.name not in {"echo", "ls"} and any(word.kind == "glob" and _BRACED.match(word.text) for word in words):
        analysis.reason(Risk.UNKNOWN, "its braces become words that are not followed; write each of them out", acts_on)
    analysis.opens_editor = analysis.opens_editor or opens_editor(call)
    remedy = None if place.limited else unending(call, text.data)
    if remedy is not None:
        analysis.remedies.append(remedy)
    place = msgspec.structs.replace(place, depth=place.depth + 1)
    if call.program and call.program.level == "shell":
        _shell(text, call, place, fed)
    elif call.program and call.program.runs:
        _through(text, call, place, fed)
    _suspect(text, call, place, fed)
    lost = call.program and call.program.runs and call.reasons and not (call.after and is_known(call.after[0].text))
    if call.program and (call.program.rest == "scan" or call.has(*_EXECS) or lost):
        _scan(text, call, place)


def _for_each_found(words: Sequence[Word]) -> tuple[Sequence[Word], list[Word]]:
    """The words of find without a command that only looks at the name of what is found, and that command."""
    texts = [word.text for word in words]
    if texts[0].rsplit("/", 1)[-1] != "find" or texts.count("-exec") != 1:
        return words, []
    at = texts.index("-exec")
    end = next((index for index in range(at, len(texts)) if texts[index] in {";", "+"}), 0)
    inner = list(words[at + 1 : end])
    if not inner or inner[0].text not in _NAMES_ONLY or [word.text for word in inner].count("{}") != 1:
        return words, []
    found = [msgspec.structs.replace(word, text=f"./{PLAIN}") if word.text == "{}" else word for word in inner]
    return [*words[:at], *words[end + 1 :]], found


def _part(analysis: CommandAnalysis, call: Invocation, place: Place) -> None:
    """What shows values beside their names, and what behind it would take them out of there."""
    if place.piped and analysis.bearing and not (call.program and call.program.runs) and parted(call, analysis.bearing):
        call.reason(
            Risk.UNKNOWN, f"{call.called} may part values that {analysis.bearing} shows from their names, secrets among them"
        )
    if bears(call):
        analysis.bearing, analysis.kept = call.called, call.called if place.hidden else analysis.kept
    apart = parting(call)
    if loses(analysis.settings, apart) and (place.piped or place.fed):
        call.reason(Risk.UNKNOWN, f"{call.called} may part the values of settings from their names, secrets among them")
    analysis.parts = max(analysis.parts, apart)
    if narrows(call):
        analysis.settings = 0 if place.piped else analysis.settings
    elif kind := shows(call):
        analysis.settings, analysis.any_settings = max(analysis.settings, kind), True
        analysis.kept_settings = max(analysis.kept_settings, kind if place.hidden else 0)


def _bind(text: Text, call: Invocation, place: Place) -> None:
    """A question to a database is one in a session that only reads: it is made one, where that is certain to be possible."""
    several = [word for word in call.words if word.kind == "many" and is_database(word)]
    if several and (place.nested or any(word.start < 0 for word in several)):
        call.reason(Risk.UNKNOWN, f"`{several[0].written}` could become several words of {call.called}; put it in quotes")
    text.analysis.sessions += [Edit(word.start, word.end, f'"{word.written.strip()}"') for word in several]
    if place.bound if call.path[0] == "psql" else is_bound(call):
        return
    edit = session(call, text.data, text.analysis.source) if place.nested <= 1 else None
    if edit is None:
        call.reason(Risk.UNKNOWN, f"the session of {call.called} cannot be made one that only reads where it stands here")
    else:
        text.analysis.sessions.append(edit)


def _suspect(text: Text, call: Invocation, place: Place, fed: str | None) -> None:
    """Whatever a command that is not understood hands on may be a command too: a text, what stands behind ``--``, what is fed."""
    if call.name == "ip" and [*call.path[1:], *(word.text for word in call.free[:2])][:2] == ["netns", "exec"]:
        text.hinted(" ".join(map(quoted, call.words[4:])), place, runs=True)
    asks = call.program is not None and call.program.rest == "sql" and bool(call.reasons)
    if call.program is None or call.program.floor is Risk.UNKNOWN or asks or call.path[:2] == ("kubectl", "run"):
        names = [word.text for word in call.words[1:]]
        at = names.index("--") + 2 if "--" in names else 1 if call.name == "?" or call.name in _RUNNERS else len(call.words)
        texts = [word.text.partition("=!")[2] or word.text for word in call.words[:at] if re.search(r"\S\s+\S", word.text)]
        if call.name == "?":  # each value is looked at once, by the first program that one may name
            texts += text.analysis.assigned
            text.analysis.assigned = []
        for given in (*texts, " ".join(map(quoted, call.words[at:]))):
            text.hinted(given, place)
    if fed is not None:
        for risk, why in fed_to(call, fed):
            text.analysis.reason(risk, why)
        if call.name in {"at", "batch", "xargs", "parallel", "source", ".", "?"} or (call.name == "crontab" and call.reasons):
            text.hinted(f"{' '.join(map(quoted, call.after))} {fed}", place)


def _through(text: Text, call: Invocation, place: Place, fed: str | None) -> None:
    """On to the command that a wrapper runs with its own words."""
    name, after, analysis = call.path[0], list(call.after), text.analysis
    if call.program and call.program.floor is not Risk.READ:
        analysis.reason(call.program.floor, f"{call.called} is not proven to only read", place.target)
    if name == "command" and call.has("-v", "-V"):
        return
    place = msgspec.structs.replace(place, bound=False)
    while name in {"sudo", "doas", "env"} and after and re.match(r"\w+=", after[0].text):
        setting = after.pop(0).text
        if name == "env" and setting == READ_ONLY:
            place = msgspec.structs.replace(place, bound=True)
        elif not HARMLESS_SETTING.fullmatch(setting):
            analysis.reason(Risk.UNKNOWN, f"`{setting.partition('=')[0]}=` may change what the program does")
    if name == "sudo" and call.has("-i", "-s") and any(mark in word.text for word in after for mark in ("$", ANYTHING, OUTPUT)):
        analysis.reason(Risk.UNKNOWN, "the shell that `sudo` starts expands variables of its own")
    if name == "timeout":
        signals = [option.value.text for option in call.options if option.name in {"-s", "--signal"} and option.value]
        ends = bool(call.free) and _DURATION.fullmatch(call.free[0].text) and all(map(_ENDING_SIGNAL.fullmatch, signals))
        place = msgspec.structs.replace(place, limited=place.limited or bool(ends))
    if name == "xargs":
        after = _fill(call, after, analysis, fed=place.fed)
        each = call.has("-n", "-L", "-I", "-i", "--max-args", "--replace")
        place = msgspec.structs.replace(per_line(place) if each else place, fed=False, lines=0)
    if len(call.path) > 1:
        if (name == "kubectl" or call.has("-c", "--context")) and any(word.secret for word in after):
            analysis.reason(Risk.UNKNOWN, "it would send a secret to another machine")
        place = msgspec.structs.replace(place, target=place.target or target(call))
    if after:
        run(text, after, place, None if name == "xargs" else fed)
    elif name == "env":
        analysis.reason(Risk.UNKNOWN, "`env` shows every variable, secrets included")
    elif name not in {"xargs", "time"}:
        analysis.reason(Risk.UNKNOWN, f"{call.called} runs nothing that can be seen here")


def _fill(call: Invocation, after: list[Word], analysis: CommandAnalysis, *, fed: bool) -> list[Word]:
    """The command of xargs, with what it reads in its place."""
    marks = [option.value.text if option.value else "{}" for option in call.options if option.name in {"-I", "-i", "--replace"}]
    if len(marks) > 1 or "" in marks or (marks and call.has("-n", "-L", "--max-args")):
        analysis.reason(Risk.UNKNOWN, "where xargs puts what it reads is not clear")
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


def _shell(text: Text, call: Invocation, place: Place, fed: str | None) -> None:
    """On to the text that another shell gets: ``bash -c``, ssh, watch, eval."""
    name, analysis = call.path[0], text.analysis
    if call.program and call.program.floor is not Risk.READ:
        analysis.reason(call.program.floor, f"{call.called} is not proven to only read")
    given: Sequence[Word] = call.after
    if name in {"ssh", "su", "gcloud"}:
        place = msgspec.structs.replace(place, local=False, bash=False, quotes_dollars=False, target=place.target or target(call))
    elif name not in {"eval", "trap"}:
        place = msgspec.structs.replace(place, bash=name in {"bash", "sh", "dash", "watch"}, quotes_dollars=name == "bash")
    if name == "watch" and call.has("-x", "--exec") and not all(_EXACT.fullmatch(word.text) for word in given):
        analysis.reason(Risk.UNKNOWN, "`watch -x` hands its words on as they are, without a shell in between")
    if name == "ssh":
        for option in call.options:
            if option.name == "-o" and option.value and not _REMOTE_OPTION.fullmatch(option.value.text):
                analysis.reason(Risk.UNKNOWN, f"`-o {option.value.text[:40]}` of `ssh` is not known here")
    elif name == "gcloud":
        given = [*(option.value for option in call.options if option.name == "--command" and option.value), *given]
    elif name not in {"watch", "eval", "trap"}:
        scripts = [option for option in call.options if option.name == "-c" and option.value]
        if not scripts and call.after:
            for word in call.after:
                text.hinted(word.text, place)
            if fed:
                text.hinted(fed, place)
            analysis.reason(Risk.UNKNOWN, f"{call.called} runs a script that is not seen here")
            return
        if call.after:
            analysis.reason(Risk.UNKNOWN, f"{call.called} hands words to its script, and what they become there is not followed")
        modes = [option for option in call.options if option.name == "-o"]
        if any(option.attached or not option.value or option.value.text not in MODES for option in modes):
            analysis.reason(Risk.UNKNOWN, f"`-o` of {call.called} changes how the shell reads what it runs")
        if any(option.attached for option in scripts) or len(scripts) > 1:
            analysis.reason(Risk.UNKNOWN, f"what {call.called} runs is not clear")
        given = [option.value for option in scripts if option.value]
    if not given:
        analysis.reason(Risk.UNKNOWN, f"{call.called} runs whatever it is given")
        if fed and fed not in analysis.heard:
            analysis.heard.add(fed)
            text.nested(fed, place)
        return
    if not all(word.static for word in given):
        analysis.reason(Risk.UNKNOWN, f"what {call.called} runs is put together only when it does")
    text.nested(" ".join(word.text for word in given), place)
    if fed:
        text.hinted(fed, place)


def _scan(text: Text, call: Invocation, place: Place) -> None:
    """Look for a known program among the words of a command that cannot be separated, so that no danger is missed."""
    words = [word.text for word in call.words]
    first = next((words.index(name) for name in _EXECS if name in words), 0) + 1
    for at, word in enumerate(call.words[first:], start=first):
        name = word.text.rsplit("/", 1)[-1]
        program = PROGRAMS.get(path_of(name)[:1]) if word.static and name != "." else None
        if program and (program.floor is not Risk.READ or program.runs):
            left = list(call.words[at:])
            end = next((index for index, end in enumerate(left) if end.text in {";", "+"}), len(left))
            run(text, left[:end], place)
            return

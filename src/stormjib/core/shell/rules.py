"""Rules of single programs that a list of options cannot tell: scripts, requests, words of a certain shape."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from stormjib.core.risk import Risk
from stormjib.core.shell.amounts import oversized
from stormjib.core.shell.arguments import VERBS, Invocation, Reason, shown
from stormjib.core.shell.clouds import asked
from stormjib.core.shell.disclosure import disclosed
from stormjib.core.shell.environments import parts, picks_out
from stormjib.core.shell.mongo import asked_of_mongo
from stormjib.core.shell.paths import holds_secret, leads_nowhere_good, may_be_directory, steps, walks_into_danger
from stormjib.core.shell.requests import requested
from stormjib.core.shell.sql import questions
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, Word
from stormjib.core.shell.verbs import elsewhere
from stormjib.core.text.table import words_of

_LINES = r"(?:\d{1,9}|\$|/[^/\\]{1,200}/)(?:,(?:\d{1,9}|\$|/[^/\\]{1,200}/))?"
_PRINTS = re.compile(rf"(?:{_LINES})?p")  # what sed -n may be told
_REPLACES = r"s(?P<{0}>[/|#,@])(?:(?!(?P={0}))(?:[^\\\n]|\\.)){{1,200}}(?P={0})(?:(?!(?P={0}))(?:[^\\\n]|\\.)){{0,200}}(?P={0})[gI\d]{{0,5}}"
_EDITS = re.compile(
    rf"(?:{_LINES}d|{_REPLACES.format('a')})(?:\s{{0,9}};\s{{0,9}}(?:{_LINES}d|{_REPLACES.format('b')}))?"
)  # and sed
_FIELD = r'(?:\$(?:\d+|NF|\(NF-\d+\))|NF|NR|"[^"\\]*")'
_VALUE = rf"\(?(?:{_FIELD}|\d{{1,15}}(?:\.\d{{1,9}})?)\)?"
_CONDITION = r"(?:(?:NR|NF|\$\d{1,3}) ?(?:(?:[<>]=?|[=!]=) ?(?:\d{1,15}|\"[^\"\\]*\")|!?~ ?/[^/\\]+/)|/[^/\\]+/)"
_FORMATTED = rf'printf ?\(?"(?:[^"\\%]|\\[nt]|%%|%[-+ 0]?\d{{0,3}}(?:\.\d{{1,2}})?[dsfgi]|%(?="))*"(?: ?, ?{_VALUE}(?: ?[-+*/] ?{_VALUE})*)*\)?'
_FIELDS = re.compile(
    rf"{_CONDITION}(?: ?(?:&&|\|\|) ?{_CONDITION})?"
    rf"|(?:{_CONDITION}(?: ?(?:&&|\|\|) ?{_CONDITION})? ?)?\{{ ?(?:print(?: ?{_FIELD}(?:(?: ?, ?| ){_FIELD})*)?|{_FORMATTED}) ?;? ?\}}"
)  # and awk
# What printf may be told to print; bash sets a variable for %n, and evaluates what it is named by.
_CONVERSION = re.compile(r"%(?:%|[-+ #0']*\d{0,4}(?:\.\d{0,4})?(?:[diouxXeEfFgGaAcsbq]|\([^()]*\)T))")
_UNIT = re.compile(r"[A-Za-z0-9@*?\[\x00\x01][\w@.:\\*?\[\]\x00\x01-]*")
_FILED = re.compile(r"(?:-[\w.-]*=?)?@.", re.DOTALL)
_FILING = {"amtool", "promtool", "logcli", "nats", "az"}  # in whose arguments `@NAME` is what stands in that file
_SIGNED = re.compile(r"%[-+ ]?G|%\(\*?signature|^(?:--sort=)?-?\*?signature")  # gpg runs for it, and writes in its directory
# What a connection of PostgreSQL may be told; the rest names files, one of which gets written, or changes the session.
_CONNECTION_KEYS = words_of(
    "host hostaddr port user password dbname connect_timeout application_name fallback_application_name sslmode gssencmode "
    "channel_binding target_session_attrs load_balance_hosts client_encoding keepalives keepalives_idle keepalives_interval "
    "keepalives_count tcp_user_timeout"
)
_SHOWS_CONTAINER = re.compile(
    r"-f.*|-[sqlavt]+|-H|--(?:format|size|type|no-trunc|quiet|human|pretty|verbose|latest|all)(?:=.*)?", re.DOTALL
)  # options of docker, podman and nerdctl where one only looks; others of podman run programs and write files
MODES = {"pipefail", "errexit", "nounset", "noglob"}
"""What `set -o` and `bash -o` may be told: nothing of it lets a text mean another one."""
_SHAPES = {  # how every free word has to look
    "plus": (r"\+.*", "sets the clock"),
    "seconds": (r"[0-9.]+[smhd]?|inf(?:inity)?", "is not a time"),
    "options": (r"\+[eux]|pipefail", "changes how the shell goes on"),
    "names": (r"(?!\w*proxy)[a-z][a-z0-9_]*", "may set a variable that other programs go by"),
    "counts": (r"\d{1,9}|[^\x00\x01]*[\x00\x01][^\[\]]*", "may be computed, and that can run commands"),
    "settings": (r"[^=]+", "changes a setting of the kernel"),
    "plain": (r"[\w.-]+", "may be more than one statement"),
    "remote": (r"(?!.*::)(?:https?://|git@|ssh://git@)?[\w./:*-]+", "may be told to run a program"),
}


def weigh(call: Invocation, folders: Sequence[str], *, bash: bool = True) -> None:
    """Add what the rule of a program, named in the table, finds in what it was given.

    ``folders`` are the directories that its files may count from; ``bash`` says that bash, sh or dash reads it; other shells compute
    with words that those take as they are.
    """
    rule = call.program.rest if call.program else ""
    call.reasons.extend(reason for reason in _special(call, rule) if reason.risk is not Risk.READ)
    if rule in {"curl", "wget"}:
        call.reasons[:0] = requested(call)
    if rule in {"sql", "mongo"}:
        call.reasons.extend(questions(call) if rule == "sql" else asked_of_mongo(call))
    if rule in {"sed", "awk"}:
        call.reasons.extend(_script(call, rule))
    call.reasons.extend(elsewhere(call))
    if call.program and call.program.floor is Risk.READ:
        call.reasons.extend(_computed(call, bash=bash))
        call.reasons.extend(_walked(call, folders))
        call.reasons.extend(_hidden(call))
        call.reasons.extend(oversized(call))
        call.reasons.extend(disclosed(call, folders))
        call.reasons.extend(asked(call))


def _computed(call: Invocation, *, bash: bool) -> Iterator[Reason]:
    """What a shell computes with, which can run a command that stands in the subscript of an array."""
    name, texts = call.path[0], [word.text for word in call.free]
    compares = name == "test" and any(re.fullmatch(r"-(?:eq|ne|gt|ge|lt|le)", word.text) for word in call.words)
    if compares and any(mark in text for text in texts for mark in "[$`"):
        yield Reason(Risk.UNKNOWN, "its test computes with a value, and that can run commands")
    if not bash and name in {"exit", "return", "break", "continue", "test", "read", "cd", "printf"}:
        shape = r"[a-z]" if name == "read" else r"[^\x00-\x02\[\]`$(]*"
        if not all(re.fullmatch(shape, text) for text in texts):
            yield Reason(Risk.UNKNOWN, f"which shell takes {call.called} in is not known, and some compute with its words")


def goes_into(call: Invocation) -> list[Word]:
    """The directories that a command goes into."""
    name = call.path[0]
    if name == "cd":
        return call.free[:1] or [Word("~")]
    options = {"docker": {"-w", "--workdir"}, "git": {"-C"}}.get(name, set())
    return [option.value for option in call.options if option.name in options and option.value]


def _walked(call: Invocation, folders: Sequence[str]) -> Iterator[Reason]:
    """Directories: one that a command goes into, or that it reads every file of."""
    name = call.path[0]
    for folder in goes_into(call):
        if leads_nowhere_good(folder):
            yield Reason(Risk.UNKNOWN, f"in `{shown(folder.text)}` a bare name may be a device or a secret")
    yield from _compared(call, folders)
    deep = name == "diff" and call.has("-r", "--recursive")
    deep = deep or (name == "grep" and any(re.match(r"-\w*[rRd]|--(?:r|d|inc|exc)", word.text) for word in call.words[1:]))
    if deep or (name == "grep" and any(word.text[:1] in {ANYTHING, OUTPUT} for word in call.words[1:])):
        files = [word for word in call.free if word.text[:1] != "-"][1 if name == "grep" else 0 :]
        if deep and name == "grep" and not picks_out(call) and not (files and all(_holds_logs(word) for word in files)):
            yield Reason(Risk.UNKNOWN, f"{call.called} would show every line of every file there, secrets included")
        if deep and name == "grep" and parts(call) and not (files and all(_holds_logs(word) for word in files)):
            yield Reason(Risk.UNKNOWN, f"{call.called} may part values of settings from their names, secrets among them")
        if (deep and not files) or any(walks_into_danger(word, folders) for word in files):
            yield Reason(Risk.UNKNOWN, f"{call.called} would open every file there, devices and secrets included")


def _compared(call: Invocation, folders: Sequence[str]) -> Iterator[Reason]:
    """What compares two directories shows the files that have one name in both; of a file and a directory, the file of that name there."""
    words = [word for word in call.free if word.text[:1] != "-"]
    pairs = [(one, other) for one in words for other in words if one is not other]
    told = call.has("-q", "--brief") or not any(map(may_be_directory, words)) or all(map(_holds_logs, words))
    if call.path[0] == "diff" and (
        (not told and (call.has("-r", "--recursive") or all(map(may_be_directory, words))))
        or any(
            holds_secret(msgspec.structs.replace(one, text=f"{one.text}/{steps(other.text)[-1]}"), folders)
            for one, other in pairs
            if steps(other.text)
        )
    ):
        yield Reason(
            Risk.UNKNOWN, f"{call.called} may be given directories, and shows what stands in the files there, secrets included"
        )
    if call.path == ("git", "diff") and any(re.match(r"[/~\x00-\x02]|\.\.(?:/|$)", word.text) for word in call.free):
        yield Reason(Risk.UNKNOWN, f"{call.called} of paths outside of a repository shows every file there, secrets included")


def _holds_logs(word: Word) -> bool:
    """Whether a directory holds logs, or what somebody left for a while."""
    return (
        word.static and (steps(word.text)[:2] == ["var", "log"] or steps(word.text)[:1] == ["tmp"]) and word.text.startswith("/")
    )


def _hidden(call: Invocation) -> Iterator[Reason]:
    """What stands within an argument: the name of a file of arguments, the keys of a connection, a format that runs a program."""
    name, words = call.path[0], call.words[1:]
    if name in _FILING and any(_FILED.match(word.text) for word in words):
        yield Reason(Risk.UNKNOWN, f"{call.called} takes its arguments from a file that is not seen here")
    if name == "git" and any(_SIGNED.search(word.text) for word in words):
        yield Reason(Risk.UNKNOWN, f"{call.called} runs `gpg` to look at signatures, and that writes files")
    if name == "calicoctl" and any(option.value and "-file" in option.value.text for option in call.options):
        yield Reason(Risk.UNKNOWN, "the template that it prints with is a file that is not seen here")
    if name in {"psql", "pg_isready"}:
        told = [option.value for option in call.options if option.name in {"-d", "--dbname"} and option.value]
        keys = {key for word in (*told, *call.free) for key in _connection_keys(word.text)}
        yield from (
            Reason(Risk.UNKNOWN, f"`{shown(key)}` of the connection of {call.called} may write or read a file")
            for key in sorted(keys - _CONNECTION_KEYS)
        )
    if name == "docker" and call.program and call.program.open_ended:
        texts = [word.text for word in call.free[: 1 if call.path[-1] == "top" else None]]
        strange = [text for text in texts if text[:1] == "-" and not _SHOWS_CONTAINER.fullmatch(text)]
        yield from (Reason(Risk.UNKNOWN, f"`{shown(text)}` of {call.called} is not known here") for text in strange)


def _connection_keys(text: str) -> list[str]:
    """The keys that a connection string of PostgreSQL sets, as they are written."""
    if re.match(r"postgres(?:ql)?://", text):
        return [part.partition("=")[0] for part in re.split(r"[?&]", text)[1:]]
    return re.findall(r"([^\s='\"]+)\s*=", text)


def _special(call: Invocation, rule: str) -> Iterator[Reason]:
    """The rules that options alone cannot tell, by the name in the table."""
    free = [word.text for word in call.free]
    first = free[0] if free else ""
    if rule in _SHAPES:
        shape, why = _SHAPES[rule]
        yield from (
            Reason(Risk.UNKNOWN, f"{call.called} with `{shown(text)}` {why}") for text in free if not re.fullmatch(shape, text)
        )
    if rule == "plus" and any(option.value and "TZ" in option.value.text for option in call.options):
        yield Reason(Risk.UNKNOWN, "a time zone in a date is the name of a file that gets opened")
    if rule == "options" and any(option.value and option.value.text not in MODES for option in call.options):
        yield Reason(Risk.UNKNOWN, "`set -o` changes how the shell goes on")
    if rule == "format" and call.free and "%" in _CONVERSION.sub("", call.free[0].text):
        yield Reason(Risk.UNKNOWN, "its format is not one that only prints")
    if rule == "format" and not (call.free and call.free[0].leads and call.free[0].kind == "one"):
        yield Reason(Risk.UNKNOWN, f"the format of {call.called} is not known before it runs")
    if rule == "asked" and (free or not call.has("-l", "-v", "-V")):
        yield Reason(Risk.UNKNOWN, f"{call.called} does more than show something")
    if rule == "probe" and not call.has("-z"):
        yield Reason(Risk.UNKNOWN, f"{call.called} without `-z` sends whatever it is given")
    if rule == "service":
        verb = free[1] if free[1:] and not free[2:] else ""  # service NAME VERB
        if not re.fullmatch(r"[A-Za-z0-9][\w@.-]*", first):
            yield Reason(Risk.UNKNOWN, f"`{shown(first)}` is not the name of a service, and `service` runs what it names")
        risk = {"status": Risk.READ, "start": Risk.CHANGE, "reload": Risk.CHANGE, "restart": Risk.DISRUPT, "stop": Risk.DISRUPT}
        yield Reason(
            risk.get(verb, Risk.UNKNOWN), f"`service … {shown(verb)}` {VERBS.get(risk.get(verb, Risk.READ), 'is not known')}"
        )
    if rule == "scale" and any(option.value and re.search(r"(?:^|=)0$", option.value.text) for option in call.options):
        yield Reason(Risk.DISRUPT, f"{call.called} scales down to nothing")
    if rule == "units":
        strange = [text for text in free if not _UNIT.fullmatch(text.removeprefix("./"))]
        yield from (Reason(Risk.UNKNOWN, f"`{shown(text)}` is not the name of a unit") for text in strange)
    if rule == "tags" and free and not call.asks("-l", "--list"):
        yield Reason(Risk.CHANGE, "it makes a tag")
    if rule == "compressed" and free and not call.has("-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test"):
        yield Reason(Risk.CHANGE, f"{call.called} without `-c` puts another file in the place of this one")
    if rule == "firewall" and (call.strange or not call.asks("-L", "-S", "--list", "--list-rules")):
        yield Reason(Risk.DISRUPT, f"{call.called} changes what gets through the network")
    if call.path == ("smartctl",) and any(
        option.value and not re.fullmatch(r"[\w-]+", option.value.text) for option in call.options
    ):
        yield Reason(Risk.UNKNOWN, f"{call.called} is told a setting")
    if rule == "shown" and (call.strange or len(free) > 1):
        yield Reason(Risk.DISRUPT, f"{call.called} changes the network")
    if rule == "deletion" and (
        first.split("/")[0] not in {"pod", "pods", "po"}
        or any("/" in text and text.split("/")[0] not in {"pod", "pods", "po"} for text in free)
    ):
        yield Reason(Risk.DESTROY, f"{call.called} {VERBS[Risk.DESTROY]}")
    if rule == "history" and any(text.startswith(("+", ":")) for text in free):
        yield Reason(Risk.DESTROY, f"{call.called} overwrites or deletes what is on the other side")
    if rule == "redis" and free:
        yield Reason(Risk.UNKNOWN, f"`redis-cli {shown(first)}` is not known to only read")
    elif rule == "redis" and not call.has(
        "--scan", "--bigkeys", "--memkeys", "--hotkeys", "--stat", "--latency", "--latency-history", "--version", "-v"
    ):
        yield Reason(Risk.UNKNOWN, "`redis-cli` without a command opens a prompt")


def _script(call: Invocation, language: str) -> Iterator[Reason]:
    """A script of sed or awk that does nothing but print."""
    given = [option.value for option in call.options if option.name == "-e" and option.value] or call.free[:1]
    quiet = call.has("-n", "--quiet", "--silent")
    shapes = [_FIELDS] if language == "awk" else [_EDITS, _PRINTS] if quiet else [_EDITS]
    if not (given and all(word.static and any(shape.fullmatch(word.text.strip()) for shape in shapes) for word in given)):
        yield Reason(
            Risk.UNKNOWN, f"a script of {call.called} can write files and run commands, and this one is not a plain print"
        )

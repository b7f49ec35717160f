"""What is kept before a command: it follows from what will vanish, and the real thing is asked for it."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from stormjib.core import guard
from stormjib.core.kinds import Mode
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Runbook
from stormjib.core.shell import contents, fingerprint, judge, missing
from stormjib.core.text.table import words_of

LOG_LINES_MAX = 500
KEYS_MAX = 5_000
_STATE = (
    "{{.Name}} {{.Created}} restarts={{.RestartCount}} image={{.Config.Image}} {{.Image}} state={{json .State}} "
    "policy={{json .HostConfig.RestartPolicy}} memory={{.HostConfig.Memory}} ports={{json .NetworkSettings.Ports}}"
)
"""Of a container all that a responder asks for later, and none of its environment."""
_GONE = "ps -aq --filter status=exited"
_GOES = re.compile(r"(?:cd (?:'[^']*'|\"[^\"$`]*\"|[^\s;&|'\"`$]+) \|\| exit; )+")
"""What the earlier statements of a block leave: the directory by which Compose knows its project."""
_LOGS_OF_GONE = {
    f"{program} {_GONE} | xargs -r -n 1 {program} logs --timestamps --tail {LOG_LINES_MAX}" for program in ("docker", "podman")
}
"""Written here and not put together from a runbook, so these need no proof: an engine prints nothing but hexadecimal ids to it."""
_NAME = re.compile(r"[\w][\w./:@-]*|\$\{?[A-Za-z_]\w*\}?", re.ASCII)
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::\?[^{}$`\"]*|%/)?\})", re.ASCII)
_ASSIGNED = re.compile(
    r"(?:^|[\s;&|(])(?P<name>[A-Za-z_]\w*)\+?=(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|()]*(?:\([^\n]*)?)", re.ASCII | re.MULTILINE
)
_LITERAL = re.compile(r"\"[\w ./:@%,-]+\"|'[\w ./:@%,-]+'|[\w./:@%,-]+", re.ASCII)
_ENDS = {"&&", "||", ";", "|", "&", "(", ")", "\n"}
_COMPOSE_ENDS = {"restart", "stop", "down", "rm", "kill", "up", "pull", "pause"}
_CONTAINER_ENDS = {"restart", "stop", "rm", "kill", "pause"}
_UNIT_ENDS = {"restart", "stop", "kill", "try-restart", "reload-or-restart", "isolate", "disable"}
_COMPOSE_VALUES = {"-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory"}
_REDIS_VALUES = {"-h", "-p", "-s", "-a", "-u", "-n", "--user", "--pass", "-t"}
_REDIS_ENDS = words_of("flushdb flushall del unlink shutdown restore rename expire swapdb migrate debug eval")
_REDIS = "redis-cli"
_TERMINAL = {"-i", "-t", "-it", "-ti"}
"""Options of an ``exec`` for people who type; what only asks needs none."""
_WITH_VALUE = {"-t", "--timeout", "-s", "--signal", "--time", "-n", "--namespace", "--context", "--grace-period", "--scale", "-l"}


class Snapshot(msgspec.Struct, frozen=True):
    """A read to store before a command that wipes out or falsifies what it shows."""

    command_id: str
    line: int
    text: str
    run_as: str
    target: str
    secrets: tuple[str, ...] = ()
    place: str = ""


def snapshots(command: Command, runbook: Runbook, policy: Policy) -> tuple[Snapshot, ...]:
    """The reads whose output the command would wipe out or falsify, each once.

    Before a ``disrupt`` or ``destroy`` the runbook's own proven reads on the same target come first, with every log: that
    is what the team looks at itself, in the steps that look and beside the mitigations. What is derived from the command
    follows whatever its risk: ``up -d`` is a change, and the old containers go with their logs all the same.
    """
    risk = guard.effective_risk(command, policy)
    if risk is Risk.READ:
        return ()
    chosen: dict[str, Snapshot] = {}
    for read in runbook.commands if risk in {Risk.DISRUPT, Risk.DESTROY} else ():
        step = runbook.step(read.step)
        looks = step is not None and step.mode in {Mode.COLLECT, Mode.CHOOSE}
        if looks and guard.guard(read, policy).unattended and _concerns(read, command):
            own = Snapshot(read.id, read.line, read.text, read.bounded or read.text, read.target, read.secrets, read.place)
            chosen.setdefault(read.text.strip(), own)
    for text in what_goes(command.text):
        verdict = judge(text)
        if (verdict.risk is Risk.READ or text in _LOGS_OF_GONE) and not missing(text, policy.variables):
            name = f"snapshot-{fingerprint(text)[:12]}"
            chosen.setdefault(
                text, Snapshot(name, command.line, text, verdict.bounded or text, command.target, verdict.secrets, command.place)
            )
    return tuple(chosen.values())


def what_goes(text: str) -> tuple[str, ...]:
    """The reads that show what a command text takes away, each once. Every one of them is bounded.

    Of what is deleted by its name the content is shown: the value of a key, rows, documents. Of a whole database only names are.
    """
    assigned = {match["name"]: match["value"] for match in _ASSIGNED.finditer(text)}
    found = (_with_values(read, assigned) for words in _statements(text) for read in _reads(words))
    goes = _GOES.match(text)
    there = goes[0] if goes else ""
    return tuple(
        dict.fromkeys(
            there + read if "compose" in read or read.startswith(("ls ", "sqlite3 ")) else read for read in found if read
        )
    )


def _with_values(read: str, assigned: Mapping[str, str]) -> str:
    """The read with the values that the command's own text gives its variables; "" where that is more than a plain value."""
    used = [name for name in assigned if re.search(rf"\$\{{?{name}\b", read)]
    if any(not _LITERAL.fullmatch(assigned[name]) for name in used):
        return ""
    for name in used:
        read = re.sub(rf"\$(?:{name}\b|\{{{name}\}})", assigned[name].strip("\"'"), read)
    return "" if any(re.search(rf"\$\{{{name}\b", read) for name in used) else read


def _statements(text: str) -> Iterator[list[str]]:
    """The simple commands of a text as words, without what only stands in front."""
    lexer = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars="();|&\n")
    lexer.whitespace, lexer.whitespace_split = " \t", True
    try:
        words = list(lexer)
    except ValueError:
        return
    at = [-1, *(index for index, word in enumerate(words) if set(word) <= set("();|&\n")), len(words)]
    for start, end in pairwise(at):
        yield from _bare(words[start + 1 : end])


def _bare(words: list[str]) -> Iterator[list[str]]:
    """Past ``sudo``, ``timeout 5``, ``NAME=value``; into ``bash -c``. A database may know only the user whom ``sudo -u`` names."""
    user: list[str] = []
    while words and (
        words[0] in {"sudo", "nohup", "time", "env", "timeout", "nice", "exec", "then", "do"} or re.match(r"\w+=", words[0])
    ):
        head = words.pop(0)
        while words and words[0].startswith("-"):
            option = words.pop(0)
            user = [head, option, words.pop(0)] if words and head == "sudo" and option in {"-u", "--user"} else user
        if head == "timeout" and words:
            words.pop(0)
    if words and words[0].rsplit("/", 1)[-1] in {"bash", "sh"} and "-c" in words[:-1]:
        yield from _statements(words[words.index("-c") + 1])
    elif words:
        yield [*user, *words] if _is_client(words[0]) else words


def _is_client(word: str) -> bool:
    return word.rsplit("/", 1)[-1] in {_REDIS, *contents.CLIENTS}


def _reads(words: Sequence[str]) -> Iterator[str]:
    program = words[0].rsplit("/", 1)[-1]
    client = next((at for at, word in enumerate(words) if _is_client(word)), -1)
    if client == 0 or (client > 0 and {"exec", "sudo"} & set(words[:client])):
        asked = [*(word for word in words[:client] if word not in _TERMINAL), *words[client:]]
        inside = client - (len(words) - len(asked))
        yield from _redis(asked, inside) if asked[inside].endswith(_REDIS) else contents.of_rows(asked, inside, _quoted)
    elif program == "docker-compose" or (program == "docker" and words[1:2] == ["compose"]):
        yield from _compose(words, 1 if program == "docker-compose" else 2)
    elif program in {"docker", "podman"}:
        yield from _docker(program, words[1:])
    elif program in {"systemctl", "service"}:
        yield from _units(program, words[1:])
    elif program in {"kubectl", "oc"}:
        yield from _pods(words)
    elif program in {"kill", "pkill", "killall"}:
        yield from _processes(program, words[1:])
    elif program == "rm":
        yield from (f"ls -la {_place(name)}" for name in _free(words[1:]))


def _compose(words: Sequence[str], at: int) -> Iterator[str]:
    """Of these services, or of the whole project: the containers, their logs and their states."""
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _COMPOSE_VALUES else 1
    if words[at : at + 1] == [] or words[at] not in _COMPOSE_ENDS or not all(map(_NAME.fullmatch, _free(words[:at]))):
        return
    front = " ".join(map(_quoted, words[:at]))
    services = "".join(f" {_quoted(name)}" for name in _free(words[at + 1 :]))
    yield f"{front} ps -a{services}"
    yield f"{front} logs --no-color --timestamps --tail={LOG_LINES_MAX}{services}"
    yield f"{front} ps -aq{services} | xargs -r docker inspect --format '{_STATE}'"
    yield "docker ps -a"
    yield from _store(services)


def _docker(program: str, words: Sequence[str]) -> Iterator[str]:
    verbs = [word for word in words if not word.startswith("-")]
    if "prune" in verbs[:2]:
        yield f"{program} ps -a"
        yield from (text for text in _LOGS_OF_GONE if text.startswith(program))
        yield f"{program} {_GONE} | xargs -r {program} inspect --format '{_STATE}'"
        yield f"{program} system df"
    elif verbs and verbs[verbs[0] == "container"] in _CONTAINER_ENDS:
        yield f"{program} ps -a"
        for name in _free(list(words))[1 + (verbs[0] == "container") :]:
            yield f"{program} logs --timestamps --tail {LOG_LINES_MAX} -- {_quoted(name)}"
            yield f"{program} inspect --format '{_STATE}' {_quoted(name)}"
            yield from _store(name)


def _units(program: str, words: Sequence[str]) -> Iterator[str]:
    free = _free(words)
    verb, names = (free[1:2], free[:1]) if program == "service" else (free[:1], free[1:])
    for name in names if set(verb) & _UNIT_ENDS else ():
        yield f"systemctl status {_quoted(name)} --no-pager --full"
        yield f"journalctl -u {_quoted(name)} -n {LOG_LINES_MAX} --no-pager"
        if name.removesuffix(".service") in {"docker", "containerd"}:
            yield "docker ps -a"
        yield from _store(name)


def _redis(words: Sequence[str], client: int) -> Iterator[str]:
    """The server's figures, the names of the keys, and what those hold that are named."""
    at = client + 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _REDIS_VALUES else 1
    if at < len(words) and words[at].lower() in _REDIS_ENDS:
        front = " ".join(map(_quoted, words[:at]))
        yield from (f"{front} info", f"{front} dbsize", f"{front} --scan | head -n {KEYS_MAX}")
        if words[at].lower() in {"del", "unlink", "expire", "rename"}:
            yield from contents.of_keys(front, words[at + 1 :], _quoted)


def _pods(words: Sequence[str]) -> Iterator[str]:
    free = _free(words[1:])
    namespace = next((f" -n {_quoted(words[at + 1])}" for at, word in enumerate(words[:-1]) if word in {"-n", "--namespace"}), "")
    if free[:1] in (["delete"], ["drain"], ["scale"], ["cordon"]) or free[:2] in (["rollout", "restart"], ["rollout", "undo"]):
        yield f"kubectl get pods -o wide{namespace}"
        yield f"kubectl get events{namespace}"
        named = free[2:] if free[1:2] in (["pod"], ["pods"]) else [name for name in free[2:] or free[1:] if "/" in name]
        for name in named if free[0] in {"delete", "rollout"} else ():
            yield f"kubectl logs --tail={LOG_LINES_MAX}{namespace} {_quoted(name)}"


def _processes(program: str, words: Sequence[str]) -> Iterator[str]:
    for name in _free(words):
        if program == "kill" and name.isdigit():
            yield f"ps -o pid,ppid,user,stat,etime,rss,args -p {name}"
            yield f"cat /proc/{name}/status"
        elif program != "kill" and _NAME.fullmatch(name):
            yield f"pgrep -a -f {_quoted(name)}"
    yield "ss -tanp"


def _store(name: str) -> Iterator[str]:
    """What only a running Redis tells."""
    if "redis" in name:
        yield from ("redis-cli info", "redis-cli dbsize")


def _free(words: Sequence[str]) -> list[str]:
    """The words that are neither options nor their values."""
    return [
        word
        for before, word in pairwise(("", *words))
        if not word.startswith("-") and before not in _WITH_VALUE and "=" not in word
    ]


def _quoted(word: str) -> str:
    """A word in which variables stay variables, so that the evidence is of the same place, and everything else is text."""
    if not _VARIABLE.search(word):
        return shlex.quote(word)
    parts = re.split(rf"({_VARIABLE.pattern})", word)
    escaped = (part if at % 2 else re.sub(r'([$`"\\])', r"\\\1", part) for at, part in enumerate(parts))
    return f'"{"".join(escaped)}"'


def _place(word: str) -> str:
    """A path as a word: its wildcards and its home stay what they are."""
    parts = re.split(r"(^~/|(?<!:)[*?]+)", word)
    return "".join(part if at % 2 or not part else _quoted(part) for at, part in enumerate(parts)) or "''"


def _concerns(read: Command, command: Command) -> bool:
    topic = command.target.rsplit(":", 1)[-1]
    holds_logs = " logs " in read.text or "journalctl" in read.text or "docker stats" in read.text
    return holds_logs or (len(topic) > 1 and (topic in read.target or topic in read.text))

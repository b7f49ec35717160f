"""What programs without a line of their own are told to do: the verbs of clouds, clusters and databases, and data put elsewhere."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Trouble, Use, shown
from stormjib.core.shell.paths import steps
from stormjib.core.shell.syntax import Word

_DESTROYS = {
    *(
        "terminate",
        "delete",
        "del",
        "remove",
        "rm",
        "rb",
        "rmi",
        "purge",
        "destroy",
        "drop",
        "dropdb",
        "deregister",
        "wipe",
        "truncate",
    ),
    *(
        "flush",
        "flushall",
        "flushdb",
        "uninstall",
        "erase",
        "prune",
        "forget",
        "undefine",
        "obliterate",
        "zap",
        "autoremove",
        "discard",
    ),
    *("unregister", "expunge", "nuke", "reformat", "trash", "overwrite", "wipefs", "shred", "compact", "revoke"),
    *(
        "reap",
        "evacuate",
        "decommission",
        "removenode",
        "fresh",
        "gc",
        "cleanup",
        "deletebatch",
        "batchdelete",
        "unlink",
        "dispose",
    ),
}
_DISRUPTS = {
    *(
        "stop",
        "restart",
        "reboot",
        "shutdown",
        "kill",
        "halt",
        "poweroff",
        "drain",
        "evict",
        "failover",
        "suspend",
        "deallocate",
        "seal",
    ),
    *(
        "disable",
        "detach",
        "fence",
        "promote",
        "demote",
        "pause",
        "abort",
        "cancel",
        "quit",
        "leave",
        "terminateinstances",
        "hibernate",
    ),
    *("disassociate", "isolate", "cordon", "switchover", "stepdown", "defrag", "reset", "disconnect", "kick"),
}
# Two words that only together say it: `vault secrets disable` takes everything that is stored there along.
_PAIRS = {
    ("secrets", "disable"),
    ("auth", "disable"),
    ("audit", "disable"),
    ("snapshot", "restore"),
    ("state", "rm"),
    ("state", "push"),
    ("reset", "offsets"),
    ("force", "new"),
    ("db", "reset"),
    ("database", "reset"),
    ("schema", "reset"),
    ("migrate", "reset"),
    ("cluster", "reset"),
    ("kubeadm", "reset"),
    ("data", "reset"),
    ("factory", "reset"),
    ("hard", "reset"),
    ("pg", "reset"),
    ("rabbitmqctl", "reset"),
    ("release", "address"),
    ("release", "hosts"),
}
_SCRIPT = re.compile(r"(?:.*/)?([\w-]+)\.(?:sh|bash|py|rb|js|ts|php|pl|sql|yml|yaml)")
_TO_NOTHING = re.compile(r"--(?:[\w-]*-)?(?:capacity|size|replicas|count|num-nodes|instances|scale)")
_OPTIONS = re.compile(
    r"--?(?:[\w-]*-)?(?:delete|drop|purge|prune|destroy|remove|wipe|truncate|clean|reset-offsets|force-new-cluster)(?:-[\w-]*)?(?:=.*)?"
)
_WORDS_MAX = 400
_NAME_MAX = 80
_CHANGES = {
    "apt",
    "apt-get",
    "yum",
    "dnf",
    "apk",
    "pip",
    "pip3",
    "npm",
    "docker",
    "git",
    "helm",
    "rsync",
    "supervisorctl",
    "kubectl",
}
_MOVES = {"cp", "mv", "rsync", "install", "scp", "ln", "tee", "unzip", "sftp"}
_DATA = re.compile(
    r".+\.(?:db|sqlite3?|db3|rdb|aof|mdb|ibd|myd|myi|frm|dump|dat|wal|kdbx?|parquet)|.*(?:pgdata|dbdata).*|appendonly.*|ibdata\d*|data|wal|pg_\w+"
)
_DATA_TREES = ({"var", "lib"}, {"var", "opt"})

_SQL = re.compile(r"\b(?:drop|truncate|delete)\b|\.(?:drop|remove)\w*\(|delete(?:Many|One)\(|AndDelete\(", re.IGNORECASE)
_STATEMENT = re.compile(
    r"\b(?:drop(?:\s|/\*.*?\*/)+(?:table|database|schema|index|view|keyspace|collection|user|role|column|materialized)"
    r"|truncate\s+table|delete(?:\s|/\*.*?\*/)+from)\b",
    re.IGNORECASE,
)
_SQL_CLIENTS = {"psql", "mysql", "mariadb", "sqlite3", "mongo", "mongosh", "clickhouse-client", "cqlsh"}


def deletes(text: str, programs: Sequence[str], *, doubted: bool) -> bool:
    """Whether a statement for a database in a text deletes data; ``doubted`` says that the text is no read anyhow."""
    bare = re.sub(r"['\"\\]", "", text)
    return bool((_SQL_CLIENTS & set(programs) and _SQL.search(bare)) or (doubted and _STATEMENT.search(bare)))


def elsewhere(use: Use) -> Iterator[Trouble]:
    """What a command does by the verb that it is given, where its program has no line that says so."""
    program = use.program
    level = program.level if program else "unknown"
    if level == "unknown":
        risk = _by_verbs(use.words)
        if risk is not Risk.UNKNOWN:
            yield Trouble(risk, f"`{shown(use.name)}` is told to {_told(risk)}")
    elif level == "change" and use.path[0] in _CHANGES:
        told = [word for word in use.words if word.text[:2] == "--"] + use.free[:1]
        if _by_verbs(told) is Risk.DESTROY:
            yield Trouble(Risk.DESTROY, f"{use.called} deletes what does not come back by itself")
    if use.path[0] in _MOVES:
        yield from _moved(use)


def _told(risk: Risk) -> str:
    """The end of a sentence."""
    return "delete something that does not come back by itself" if risk is Risk.DESTROY else "interrupt what is running"


def _by_verbs(words: Sequence[Word]) -> Risk:
    """The gravest thing that the words of a command say; unknown where they say nothing."""
    parts: list[str] = []
    for word in words[:_WORDS_MAX]:
        if _OPTIONS.fullmatch(word.text):
            return Risk.DESTROY
        script = _SCRIPT.fullmatch(word.text[:_NAME_MAX])
        text = script[1] if script else word.text
        if text[:1] != "-" and len(text) < _NAME_MAX and not re.search(r"[\s/\\.]", text):  # no sentence and no path
            parts += re.split(r"[-_:]", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text).lower())
    if _DESTROYS & set(parts) or any(pair in _PAIRS for pair in pairwise(parts)):
        return Risk.DESTROY
    texts = [word.text for word in words]
    nothing = any(
        _TO_NOTHING.fullmatch(text.partition("=")[0]) and (text.partition("=")[2] or after) == "0"
        for text, after in pairwise([*texts, ""])
    )
    return Risk.DISRUPT if nothing or _DISRUPTS & set(parts) else Risk.UNKNOWN


def _moved(use: Use) -> Iterator[Trouble]:
    """Data that is moved away or written over."""
    if use.has("-n", "--no-clobber") and use.path[0] == "cp":
        return
    files = [word for word in use.words[1:] if word.text[:1] != "-"]
    source, goal = files[:-1], files[-1:]
    empties = use.path[0] != "ln" and any(word.text == "/dev/null" for word in source)
    gone = [word for word in source if is_data(word.text)] if use.path[0] == "mv" else []
    over = [word for word in goal if is_data(word.text) or word.text == "/dev/null"]
    if len(files) > 1 or use.path[0] in {"tee", "unzip"}:
        for word in (*gone, *over):
            yield Trouble(Risk.DESTROY, f"{use.called} takes the place of the data in `{shown(word.text)}`, or takes it away")
        if empties:
            yield Trouble(Risk.DESTROY, f"{use.called} empties `{shown(goal[0].text)}`")


def is_data(path: str) -> bool:
    """Whether a path is, by its name or place, where a program keeps its data."""
    names = [name.casefold() for name in steps(path.rpartition(":")[2])]
    return bool(names) and (
        bool(_DATA.fullmatch(names[-1])) or (bool(names[2:]) and set(names[:2]) in _DATA_TREES) or names[:1] == ["data"]
    )

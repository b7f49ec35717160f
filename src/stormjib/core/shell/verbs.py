"""What programs without a line of their own are told to do: the verbs of clouds, clusters and databases, and data put elsewhere."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import VERBS, Invocation, Reason, shown
from stormjib.core.shell.dangers import TOLD_CHARS_MAX, told_to
from stormjib.core.shell.paths import steps
from stormjib.core.shell.programs import FAR, GROUPS
from stormjib.core.shell.syntax import Word
from stormjib.core.text.table import words_of

_DESTROYS = words_of(
    "terminate delete del remove rm rb rmi purge destroy drop dropdb deregister wipe truncate flush flushall flushdb "
    "uninstall erase prune forget undefine obliterate zap autoremove discard unregister expunge nuke reformat trash "
    "overwrite wipefs shred compact revoke reap evacuate decommission removenode fresh gc cleanup rmr rmpool rmp rmsnap "
    "deletebatch batchdelete unlink dispose"
)
_DISRUPTS = words_of(
    "stop restart reboot shutdown kill halt poweroff drain evict failover suspend deallocate seal disable detach fence "
    "promote demote pause abort cancel quit leave terminateinstances hibernate disassociate isolate cordon switchover "
    "stepdown defrag reset disconnect kick"
)
# Two words that only together say it: `vault secrets disable` takes everything that is stored there along.
_PAIRS = {
    tuple(pair.split("+"))
    for pair in words_of(
        "secrets+disable auth+disable audit+disable snapshot+restore state+rm state+push reset+offsets force+new db+reset "
        "database+reset schema+reset migrate+reset cluster+reset kubeadm+reset data+reset factory+reset hard+reset pg+reset "
        "force+reset system+reset key+deletion schema+load application+reset rabbitmqctl+reset release+address release+hosts"
    )
}
_BEGINS = re.compile(
    r"(?:delete|remove|destroy|purge|truncate|flush|erase|wipe|obliterate|drop(?=all|db|table|database|index|schema))(?![drs]\b)\w*"
)
_FILE = re.compile(
    r".*\.(?:log|txt|json|csv|tsv|gz|tgz|zip|xml|toml|ini|conf|cfg|md|html?|pem|crt|key|jar|war|env|lock|tf|tfvars|local|com|org|net|io)"
)
_SCRIPT = re.compile(r"@?(?:.*/)?([\w-]+)\.(?:sh|bash|py|rb|js|ts|php|pl|sql|yml|yaml)")
_TO_NOTHING = re.compile(r"--(?:[\w-]*-)?(?:capacity|size|replicas|count|num-nodes|instances|scale|executions)")
_OPTIONS = re.compile(
    r"(?<=-)(?:delete|drop|purge|prune|destroy|remove|wipe|truncate|clean|reset-offsets|force-new-cluster|force-reset|force-delete)(?=-|$)"
)
_REMOVES = re.compile(r"\b(?:rm\s+-\w*[rf]|drop\s+(?:table|database))\b", re.IGNORECASE)
_ASKED = re.compile(r"(?<!-)-*(?:action|op|operation|mode|method|command|cmd|verb|subcommand|state|do)=", re.IGNORECASE)
_NAME_MAX = 1_000
_CHANGES = words_of("apt apt-get yum dnf apk pip pip3 npm docker git helm rsync supervisorctl kubectl")
_ORDERED = {"systemctl", "service", "dpkg", "supervisorctl", "ufw", "nft", "pip", "pip3"}
_MOVES = {"cp", "mv", "rsync", "install", "scp", "ln", "tee", "unzip", "sftp"}
_DEVICE = re.compile(
    r"/dev/(?!null$|std|tty|pts/|shm/|fd/|random$|urandom$|zero$|full$)|/proc/sysrq-trigger$|/sys/.*/(?:delete|remove|format|erase|reset|unbind)$"
)
_DATA = re.compile(
    r".+\.(?:db|sqlite3?|db3|rdb|aof|mdb|ibd|myd|myi|frm|dump|dat|wal|kdbx?|parquet)|.*(?:pgdata|dbdata).*|appendonly.*|ibdata\d*|data|wal|pg_\w+"
)
_DATA_TREES = ({"var", "lib"}, {"var", "opt"})


def elsewhere(call: Invocation) -> Iterator[Reason]:
    """What a command does by the verb that it is given, where its program has no line that says so."""
    program = call.program
    level = program.level if program and not _foreign(call) else "unknown"
    if level == "read" and not call.reasons:
        return
    told = told_to(call) or Risk.UNKNOWN
    asks = program is not None and program.rest == "sql"  # and has reasons, or it would not come here
    if level == "unknown" or asks or (level == "change" and call.path[0] in FAR):
        removes = any(_REMOVES.search(word.text) for word in call.words)
        told = Risk.DESTROY if removes else told.worst(_by_verbs(call.words))
    elif level == "read" and (call.path[0] in _ORDERED or (len(call.path) == 1 and call.free and call.path[0] in GROUPS)):
        told = told.worst(_by_verbs(call.free[:2]))
    elif level == "change" and call.path[0] in _CHANGES:
        said = _by_verbs([word for word in call.words if word.text[:2] == "--"] + call.free[:1])
        told = told.worst(said if said is Risk.DESTROY else Risk.UNKNOWN)
    if told is not Risk.UNKNOWN:
        long = told is Risk.DESTROY and sum(len(word.text) for word in call.words) > TOLD_CHARS_MAX
        why = "is told more than can be read through here, and may destroy something" if long else VERBS[told]
        yield Reason(told, f"`{shown(call.name)}` {why}")
    if call.path[0] in _MOVES:
        yield from _moved(call)


def _foreign(call: Invocation) -> bool:
    """Whether it is a script of its own, such as ``/etc/init.d/nginx``, that only has the name of a program."""
    folder, slash, _ = call.words[0].text.rpartition("/")
    return bool(slash) and not folder.endswith("bin")


def _by_verbs(words: Sequence[Word]) -> Risk:
    """The gravest thing that the words of a command say; unknown where they say nothing."""
    parts: list[str] = []
    for word in words:
        option = word.text.partition("=")[0]
        if option[:1] == "-" and _OPTIONS.search(option) and re.fullmatch(r"[\w-]+", option):
            return Risk.DESTROY
        script = _SCRIPT.fullmatch(word.text[:_NAME_MAX])
        text = re.sub(r"^/(?:usr/)?(?:local/)?s?bin/", "", word.text)
        text = _ASKED.sub("", script[1] if script else text)
        # A verb stands in no sentence, in no path and in no name of a file or host.
        if text[:1] != "-" and len(text) < _NAME_MAX and not re.search(r"[\s/\\]", text) and not _FILE.fullmatch(text):
            parts += re.split(r"[-_:.]", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text).lower())
    if _DESTROYS & set(parts) or any(map(_BEGINS.fullmatch, parts)) or any(pair in _PAIRS for pair in pairwise(parts)):
        return Risk.DESTROY
    texts = [word.text for word in words]
    nothing = any(
        _TO_NOTHING.fullmatch(text.partition("=")[0]) and (text.partition("=")[2] or after) == "0"
        for text, after in pairwise([*texts, ""])
    )
    return Risk.DISRUPT if nothing or _DISRUPTS & set(parts) else Risk.UNKNOWN


def _moved(call: Invocation) -> Iterator[Reason]:
    """Data that is moved away or written over."""
    if call.has("-n", "--no-clobber") and call.path[0] == "cp":
        return
    files = [word for word in call.words[1:] if word.text[:1] != "-"]
    source, goal = files[:-1], files[-1:]
    empties = call.path[0] != "ln" and any(word.text == "/dev/null" for word in source)
    gone = [word for word in source if is_data(word.text)] if call.path[0] == "mv" else []
    over = [
        word
        for word in goal
        if is_data(word.text) or (word.text == "/dev/null" and call.path[0] == "mv") or _DEVICE.match(word.text)
    ]
    if len(files) > 1 or call.path[0] in {"tee", "unzip"}:
        for word in (*gone, *over):
            yield Reason(Risk.DESTROY, f"{call.called} takes the place of the data in `{shown(word.text)}`, or takes it away")
        if empties:
            yield Reason(Risk.DESTROY, f"{call.called} empties `{shown(goal[0].text)}`")


def is_data(path: str) -> bool:
    """Whether a path is, by its name or place, where a program keeps its data."""
    names = [name.casefold() for name in steps(path.rpartition(":")[2])]
    return bool(names) and (
        bool(_DATA.fullmatch(names[-1])) or (bool(names[2:]) and set(names[:2]) in _DATA_TREES) or names[:1] == ["data"]
    )

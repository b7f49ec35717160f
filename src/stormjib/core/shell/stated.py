"""What a text states besides its commands: statements of databases, files written over, text that is fed to a program."""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import VERBS, Invocation, Reason, shown
from stormjib.core.shell.dangers import coded
from stormjib.core.shell.scripts import WORDS, said
from stormjib.core.shell.syntax import find
from stormjib.core.shell.verbs import is_data
from stormjib.core.text.table import words_of

_GAP = r"(?:[\s+]|%20|/\*[^*]{0,200}\*/)+"
_SQL = re.compile(
    r"\b(?:drop|truncate|delete)\b|\.(?:drop|remove)\w*\(|delete(?:Many|One)\b|AndDelete\(|\bdrop(?:Database|Indexes)?\s*:|[{,]\s*delete\s*:"
    rf"|\bpurge{_GAP}(?:binary|master)|\breset{_GAP}(?:master|slave|replica|binary)|\bpg_drop_\w+|\blo_unlink|\bexpire_snapshots",
    re.IGNORECASE,
)
_ENDS = re.compile(
    rf"\bpg_(?:terminate|cancel)_backend|\bkill{_GAP}(?:(?:query|connection|hard|soft|mutation){_GAP})?['\"@\d(w]|\bshutdown\b|killOp|killSessions"
    rf"|\bkillAllSessions|\bstepDown|\bdetach{_GAP}(?:partition|part|table|database)|\bstop{_GAP}(?:slave|replica|group_replication)"
    rf"|\block{_GAP}tables?\b|\bread{_GAP}lock\b|\bvacuum{_GAP}full",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    rf"\b(?:drop{_GAP}(?:table|database|schema|index|view|keyspace|collection|user|role|column|materialized|series|measurement|owned|tenant)"
    rf"|truncate{_GAP}table|delete{_GAP}from|alter{_GAP}table{_GAP}\S{{1,100}}{_GAP}(?:drop|delete))\b",
    re.IGNORECASE,
)
_CLIENTS = words_of(
    "psql mysql mariadb sqlite3 mongo mongosh clickhouse-client cqlsh clickhouse cockroach mysqlsh pgcli mycli litecli usql "
    "influx duckdb sqlcmd isql snowsql beeline hive presto trino impala-shell cypher-shell sqlplus ysqlsh ycqlsh tsh "
    "surreal rqlite litestream mariadb-admin"
)
_SENDERS = {"curl", "wget", "http", "https", "xh"}
_GRAVE_FILES = re.compile(r"/dev/(?!null$|std)|/proc/sysrq-trigger$|/sys/.*/(?:delete|remove|format|erase|reset|unbind)$")
_EMPTYING = re.compile(r"|:|true|cat\s+/dev/null|(?:echo|printf)(?:\s+(?:-\w+|''|\"\"|\$''|['\"]?(?:%s|\\n)['\"]?))*")
_SAYS = {"echo", "printf", "print"}
_WRITES = {"awk", "gawk", "mawk", "sed", "perl", "jq", "xargs"}  # programs that write commands for a shell
_HALTS = re.compile(r"/sys/power/|/sys/.*/(?:online|authorized)$")
_PROMPTS = {
    *("redis-cli", "valkey-cli", "keydb-cli", "nc", "ncat", "netcat", "telnet", "socat", "openssl", "zkCli.sh", "memcached-tool"),
    *("fdisk", "sfdisk", "parted", "gdisk", "etcdctl", "rabbitmqctl", "hbase", "ed", "ex", "ftp", "sftp", "lftp"),
}
_TOLD = re.compile(
    r"^[ \t]*(?:flush\w*|del(?:ete\w*)?|unlink|drop\w*|disable_all|truncate\w*|rm\w*|purge|wipe|mdelete|mrm|\w*pop|deleteall)\b",
    re.IGNORECASE | re.MULTILINE,
)
_STOPS = re.compile(
    r"^[ \t]*(?:shutdown|disable\s+(?:server|frontend)|kill|stop|failover|debug|set\s+server\s.*\s(?:maint|drain))\b",
    re.IGNORECASE | re.MULTILINE,
)


def stated(text: str, programs: Sequence[str], worst: tuple[Reason, str | None] | None) -> Iterator[Reason]:
    """What the statements in a text do to data and to sessions. ``worst`` is the gravest that its commands amount to."""
    bare, rank = re.sub(r"['\"\\]", "", text), worst[0].risk.rank if worst else 0
    sent = rank >= Risk.CHANGE.rank and any(name in _SENDERS for name in programs)
    queried = any(name in _CLIENTS for name in programs)
    if (queried and _SQL.search(bare)) or ((rank >= Risk.UNKNOWN.rank or sent) and _STATEMENT.search(bare)):
        yield Reason(Risk.DESTROY, "its statement deletes data")
    elif queried and _ENDS.search(text):
        yield Reason(Risk.DISRUPT, "its statement ends what others are doing")


_DATED = re.compile(r"\$\(date (?:-u )?['\"]?\+[^`$|;&<>()\n]*%[FdjDsTHMS][^`$|;&<>()\n]*\)")
"""A name with the day in it is that of a file of its own, which takes the place of none."""


def written_over(path: str, operator: str, written: str, name: str = "") -> Reason:
    """What a redirection does to the file that it writes; ``written`` is the command in front of it, ``name`` the path as it stands there."""
    if _GRAVE_FILES.match(path):
        return Reason(Risk.DESTROY, f"it writes straight to `{shown(path)}`")
    if _HALTS.match(path):
        return Reason(Risk.DISRUPT, f"it turns something off through `{shown(path)}`")
    if not operator.endswith(">>") and not _DATED.search(name):
        if is_data(path):
            return Reason(Risk.DESTROY, f"it writes over the data in `{shown(path)}`")
        if _EMPTYING.fullmatch(written.strip()):
            return Reason(Risk.DESTROY, f"it empties `{shown(path)}`")
    return Reason(Risk.CHANGE, f"it writes to `{shown(path)}`")


def printed(nodes: Sequence[Node], text: str) -> str | None:
    """What these parts print for others to run, as far as it stands in words of theirs. ``text`` has one character a byte."""
    found: list[str] = []
    for command in (inner for node in nodes for inner in find(node, "command")):
        words = [said(child, text) for child in command.named_children if child.type in WORDS]
        name = words[0].rsplit("/", 1)[-1] if words else ""
        if name in _SAYS:
            told = [word for word in words[1:] if not re.fullmatch(r"-[neE]+", word)]
            found.append(re.sub(r"\\[nr]|%[sb]", "\n", ("\n" if "%" in "".join(told[:1]) else " ").join(told)))
        elif name in _WRITES:
            found.append(re.sub(r"[^\w ./-]+", "\n", "\n".join(words[1:])))
        elif words in (["cat", "/dev/null"], [":"]):
            found.append("")
    return "\n".join(found) if found else None


def fed_to(call: Invocation, fed: str) -> Iterator[Reason]:
    """What a program does that is told so by the text it is given to read."""
    if call.path[0] == "tee" and not fed.strip() and not any(word.text in {"-a", "--append"} for word in call.words):
        yield Reason(Risk.DESTROY, f"{call.called} empties its files")
    told = coded(call.name, fed)
    if told is not None:
        yield Reason(told, f"the script of {call.called} {VERBS[told]}")
    if call.name in _PROMPTS and not (call.name.endswith("-cli") and call.free):
        if _TOLD.search(fed):
            yield Reason(Risk.DESTROY, f"{call.called} {VERBS[Risk.DESTROY]}")
        elif _STOPS.search(fed):
            yield Reason(Risk.DISRUPT, f"{call.called} {VERBS[Risk.DISRUPT]}")

"""What single programs are told in words of their own to delete or interrupt, where no verb that all share says so."""

import re

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation
from stormjib.core.text.table import rows_of

_REDIS = re.compile(
    r"(?:^|(?<= ))(?:flush\w+|del|unlink|getdel|getex|[a-z]*pop\w*|lmpop|zmpop|[lsz]?rem(?:range\w+)?|zrem\w*|hdel|xdel|xtrim|ltrim|migrate|restore\S*|swapdb"
    r"|xgroup (?:destroy|delconsumer)|function (?:flush|delete|restore|load replace)|script flush|acl (?:deluser|load|setuser \S+ reset)"
    r"|\S+\.(?:del\w*|drop\w*|forget|clear|reset|trim)|ft\.(?:drop|del)\w*|shutdown .*nosave|debug (?:flush\w*|reload.*nosave|quicklist|segfault"
    r"|change-repl-id|loadaof)|cluster (?:reset .*hard|flush\w*|forget|delslots\w*)|sentinel (?:remove|reset)|p?expire \S+ (?:-\d+|0+)"
    r"|p?expireat \S+ \d{1,9}|call .*(?:flush\w*|del|unlink)|del-node .*|slaveof \S+ \d+|replicaof \S+ \d+|hexpire .*|config set (?:save|appendonly)\b.*)"
    r"(?: |$)",
    re.IGNORECASE,
)
_REDIS_ENDS = re.compile(
    r"(?:shutdown|failover|client (?:kill|pause)|script kill|function kill|cluster \w+|debug|monitor|wait) ?", re.IGNORECASE
)
# Programs in other languages, in one word: what takes files, tables or keys away.
_CODE = re.compile(
    r"\brm\s+-\w*[rf]|['\"]rm['\"]\s*,|\b(?:rmtree|removedirs|unlink(?:Sync|_missing)?|rmdir(?:Sync)?|rm_r\w*|rmSync|rimraf|remove_tree|remove_dir\w*|delete_all|destroy_all"
    r"|deleteMany|deleteOne|dropDatabase|truncateSync|drop_all|drop_table|drop_database|remove_file|delete_many|emptyDir\w*)\b|\bos\.(?:remove|truncate)\b"
    r"|\b(?:File|FileUtils|Files|Dir|Path)\S*\.(?:delete\w*|rm\w*|unlink|truncate|remove\w*)|\bfs\S*\.rm\(|\.(?:delete|drop|remove|truncate|destroy)(?:!|\(|$)"
    r"|\.drop\w*\(|p?call\(\s*\\?['\"](?:flush|del|unlink|[a-z]*rem|[a-z]*pop)|\b(?:mkfs|wipefs|shred|dropdb)\b|[\"']?(?:dropDatabase|drop)[\"']?\s*:",
    re.IGNORECASE,
)
_CODE_ENDS = re.compile(
    r"\bos\.kill\w*|\bProcess\.kill|\bprocess\.kill|\bkill\s+-?9|\b(?:reboot|poweroff|shutdown)\b|\.terminate\(|\.kill\(",
    re.IGNORECASE,
)
_LANGUAGES = re.compile(
    r"(?:python|pypy|ipython|perl|ruby|node|nodejs|deno|bun|php|lua|rails|bundle|rake|django-admin|java|jshell|scala|groovy|tclsh|Rscript|julia|elixir|iex|erl|mix|awk|gawk|mawk|osascript|uv|poetry|pipenv|npx|pipx|pwsh|powershell)[\d.]*"
)
_VERBS_OF_REQUESTS = re.compile(r"(?:^| )(?:-\w*X ?|--\w+[ =]|-Method )?['\"]?(?:delete|purge|ban)['\"]?(?= |$)", re.IGNORECASE)
_WIPING = re.compile(
    r"_delete_by_query|_?delete_?series|clean_tombstones|/do(?:Delete|WipeOut\w*)|/(?:[\w-]*[-_])?(?:delete|remove|destroy|purge|drop|truncate|wipe|erase|flush|flushall"
    r"|flushdb|prune|expunge|terminate|unregister|deregister)(?:[-_]\w+|All|Job|er)?(?=[/?#\s'\"&]|$)"
    r"|[?&]_method=delete|X-HTTP-Method\S*:\s*DELETE|[\"'](?:action|op|operation|method|cmd|command|type|query|mutation|verb)[\"']\s*:\s*[\"'][^\"']*?"
    r"\b(?:delete|remove|destroy|drop|purge|truncate|flush|wipe|terminate)|\bmutation\b.*\b(?:delete|remove|destroy|drop|purge)\w*|[\"'](?:delete|remove_index|deleteMany|drop)[\"']\s*:"
    r"|(?<=[\w:])/_(?:close|forcemerge|rollover)\b|[?&](?:action|op|cmd|command)=(?:delete|remove|destroy|drop|purge|flush|wipe|terminate)",
    re.IGNORECASE,
)
_HALTING = re.compile(
    r"/(?:[\w-]*[-_])?(?:shutdown|restart|stop|kill|reboot|quit(?:quitquit)?|abort\w*|leave|force-leave|drain|pause|suspend|halt|poweroff|exit|doStop|safeExit|safeRestart|evict(?:ion)?"
    r"|failover|disable|cancel|step-down|seal|refresh-and-restart)(?:All)?(?=[/?#\s'\"&]|$)|[?&](?:action|op|cmd|command)=(?:stop|restart|shutdown|kill|reboot)"
    r"|[\"'](?:action|op|operation|method|cmd|command|type|verb)[\"']\s*:\s*[\"'](?:stop|restart|shutdown|kill|reboot|drain|disable)|[\"']replicas[\"']\s*:\s*0\b",
    re.IGNORECASE,
)
_SENDERS = {"curl", "wget", "http", "https", "xh", "httpie", "aws-curl", "Invoke-RestMethod", "grpcurl"}
_REDIS_CLIENTS = {"redis-cli", "valkey-cli", "keydb-cli"}
_BEFORE_SUBCOMMAND = re.compile(r"^(?:(?:-[cC]|--git-dir|--work-tree|--namespace) \S+ |-\S+ )+")
TOLD_CHARS_MAX = 2_000
"""So much of what a command is told is read through; more counts as destroying."""


def _rules() -> dict[str, list[tuple[Risk, re.Pattern[str] | None]]]:
    """The table by program."""
    found: dict[str, list[tuple[Risk, re.Pattern[str] | None]]] = {}
    for line in rows_of(__package__, "dangers.txt"):
        risk, names, *rest = line.split(" ", 2)
        pattern = re.compile(rf"{_begin(names, rest[0])}(?:{rest[0]})(?=[ =]|$)") if rest else None
        for name in names.split("|"):
            found.setdefault(name, []).append((Risk(risk), pattern))
    return found


def _begin(names: str, words: str) -> str:
    """What begins with anything is looked for from the beginning of a line only: from every word on, it would take time with their square."""
    if names == "git":
        return "^"
    return (
        "(?m:^)"
        if words.startswith((".*", "(?:.* )?")) and "|" not in re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", words)
        else "(?:^| )"
    )


_RULES = _rules()


def told_to(call: Invocation) -> Risk | None:
    """The gravest thing that a command says in words of its own program; nothing if it says no such thing.

    More words than are read through are taken for the gravest: the end of a long text counts as its beginning does.
    """
    text = " ".join(word.text for word in call.words[1:])
    if call.path[0] == "git":  # whose rules begin with the subcommand
        text = _BEFORE_SUBCOMMAND.sub("", text)
    rules = [rule for name in {call.name, call.path[0]} for rule in _RULES.get(name, ())]
    if len(text) > TOLD_CHARS_MAX:
        has_rules = rules or call.name in _SENDERS or call.path[0] in _REDIS_CLIENTS or _LANGUAGES.fullmatch(call.name)
        return Risk.DESTROY if has_rules else None
    found = [risk for risk, pattern in rules if pattern is None or pattern.search(text)]
    if call.name in _SENDERS:
        found += _requested(text)
    if call.path[0] in _REDIS_CLIENTS:
        command = " ".join((*call.path[1:], *(word.text for word in call.free)))
        if (
            _REDIS.match(command)
            or ((call.strange or not command) and _REDIS.search(text))
            or (re.match(r"(?:eval|fcall|script)", command, re.IGNORECASE) and _CODE.search(command))
        ):
            found.append(Risk.DESTROY)
        elif _REDIS_ENDS.match(command):
            found.append(Risk.DISRUPT)
    found += filter(None, [coded(call.name, text)])
    return max(found, key=lambda risk: risk.rank, default=None)


def coded(name: str, code: str) -> Risk | None:
    """What a text in another language does, that a program of this name is given."""
    if not _LANGUAGES.fullmatch(name):
        return None
    return Risk.DESTROY if _CODE.search(code) else Risk.DISRUPT if _CODE_ENDS.search(code) else None


def _requested(text: str) -> list[Risk]:
    """What a request that is no plain GET asks for, by its method, its path and what it sends."""
    if _VERBS_OF_REQUESTS.search(text) or _WIPING.search(text):
        return [Risk.DESTROY]
    return [Risk.DISRUPT] if _HALTING.search(text) else []

"""Commands that never end, and the form of each that does."""

import re
import shlex
from typing import NamedTuple

from stormjib.core.shell.arguments import Given, Invocation
from stormjib.core.text.table import words_of

LIMIT_SECONDS = 10


class Edit(NamedTuple):
    """Replace the bytes from ``start`` to ``end`` of the source with ``text``."""

    start: int
    end: int
    text: str


# A remedy is the edits that make a command end; none at all means that only a time limit does.
Remedy = tuple[Edit, ...]


class _Follow(NamedTuple):
    """A program that goes on while one of ``drops`` is given; ``adds`` goes in unless one of ``unless`` is there."""

    drops: tuple[str, ...]
    adds: str = ""
    unless: tuple[str, ...] = ()


_TAIL = ("--tail", "-n", "--since")
_FOLLOWS = {
    ("tail",): _Follow(("-f", "-F", "--follow")),
    ("journalctl",): _Follow(("-f", "--follow"), "-n 100", ("-n", "--lines", "--since", "-S")),
    ("dmesg",): _Follow(("-w", "-W", "--follow", "--follow-new")),
    ("netstat",): _Follow(("-c", "--continuous")),
    ("docker", "logs"): _Follow(("-f", "--follow"), "--tail 100", _TAIL),
    ("docker", "service", "logs"): _Follow(("-f", "--follow"), "--tail 100", _TAIL),
    ("docker", "compose", "logs"): _Follow(("-f", "--follow"), "--tail 100", _TAIL),
    ("kubectl", "logs"): _Follow(("-f", "--follow"), "--tail=100", ("--tail", "--since", "--since-time")),
    ("aws", "logs", "tail"): _Follow(("--follow",)),
    ("heroku", "logs"): _Follow(("-t", "--tail")),
    ("flux", "logs"): _Follow(("-f", "--follow")),
    ("argocd", "app", "logs"): _Follow(("-f", "--follow"), "--tail 100", ("--tail",)),
    ("doctl", "apps", "logs"): _Follow(("-f", "--follow")),
    ("crictl", "logs"): _Follow(("-f", "--follow"), "--tail 100", ("--tail", "--since")),
    ("nomad", "alloc", "logs"): _Follow(("-f",)),
    ("kubectl", "get"): _Follow(("-w", "--watch", "--watch-only")),
    ("kubectl", "events"): _Follow(("-w", "--watch")),
}
# These go on unless one of the options is given; the text makes them end. Without a text only a time limit does.
_ENDS_WITH = {
    ("docker", "stats"): (("--no-stream",), "--no-stream"),
    ("docker", "compose", "stats"): (("--no-stream",), "--no-stream"),
    ("docker", "compose", "up"): (("-d", "--detach", "--wait", "--no-start"), "-d"),
    ("docker", "events"): (("--until",), ""),
    ("docker", "compose", "events"): ((), ""),
    ("docker", "compose", "watch"): ((), ""),
    ("kubectl", "rollout", "status"): (("--timeout", "--watch"), f"--timeout={LIMIT_SECONDS}s"),
    ("top",): (("-n",), "-b -n 2 -d 1"),
    ("fly", "logs"): (("-n", "--no-tail"), "--no-tail"),
    ("flyctl", "logs"): (("-n", "--no-tail"), "--no-tail"),
    ("cf", "logs"): (("--recent",), "--recent"),
    ("pm2", "logs"): (("--nostream",), "--nostream"),
    ("pm2", "log"): (("--nostream",), "--nostream"),
    ("argocd", "app", "wait"): (("--timeout",), f"--timeout {LIMIT_SECONDS}"),
    ("consul", "monitor"): ((), ""),
    ("mongostat",): (("-n", "--rowcount"), ""),
    ("mongotop",): (("-n", "--rowcount"), ""),
    ("systemd-cgtop",): (("-n", "--iterations", "-1"), "-b -n 2"),
    ("ping",): (("-c", "-w"), ""),
    ("ping6",): (("-c", "-w"), ""),
    ("nc",): (("-z",), ""),
    ("ncat",): (("-z",), ""),
    ("netcat",): (("-z",), ""),
    ("tcpdump",): (("-c",), ""),
    ("redis-cli", "monitor"): ((), ""),
}
_FOREVER = words_of("watch yes htop atop iotop iftop nethogs bmon nload dstat telnet man socat vi vim")
# They take the one down that waits for them, so for whoever asked they do not end.
_NO_RETURN = {"reboot", "halt", "poweroff"}
_PAGERS = {"less", "more", "most"}
_SAMPLERS = {"vmstat", "iostat", "mpstat", "pidstat", "sar"}
_SAMPLES = 5
_PGREP = re.compile(rb'"?\$\(\s*pgrep(?=\s)(?![^)]*\s(?:-\w*d|--delim))')


def unending(call: Invocation, data: bytes) -> Remedy | None:
    """How to make a command end that never does; nothing if it ends by itself.

    ``data`` is the source that the words' bytes count in.
    """
    if call.path in _FOLLOWS:
        return _unfollow(call, _FOLLOWS[call.path], data)
    if call.path in _ENDS_WITH:
        return _once(call, *_ENDS_WITH[call.path], data)
    if call.path[0] in _PAGERS and call.free:
        return () if call.options or call.head.start < 0 else (Edit(call.head.start, call.head.end, "cat"),)
    if call.path[0] in _SAMPLERS or call.path == ("zpool", "iostat"):
        return _sample(call)
    return () if _forever(call) else None


def _forever(call: Invocation) -> bool:
    """Whether only a time limit ends this command."""
    program = call.path[0]
    options = {option.name: option.value.text if option.value else "" for option in call.options}
    if program == "kubectl":
        return bool(call.free) and call.path == ("kubectl",) and call.free[0].text in {"port-forward", "proxy", "attach"}
    if program == "docker":
        return bool(call.free) and call.path == ("docker",) and call.free[0].text in {"attach", "wait"}
    if program == "redis-cli":
        listens = bool(call.free) and call.path == ("redis-cli",) and call.free[0].text.lower() in {"subscribe", "psubscribe"}
        return (
            listens or options.get("-r", "").startswith("-") or bool({"--stat", "--latency", "--latency-history"} & set(options))
        )
    if program == "free":
        return "-s" in options and "-c" not in options
    if program == "dd":
        # How much comes in is not known from the text: without a count it goes on until the device is full.
        return not any(word.text.startswith("count=") for word in call.free)
    if program in _NO_RETURN:
        return "--help" not in options and "--version" not in options
    if program == "sleep":
        return any(word.text.lower().startswith("inf") for word in call.free)
    return program in _FOREVER or (program == "cat" and any(word.text in {"/dev/zero", "/dev/urandom"} for word in call.free))


def _off(option: Given) -> bool:
    """Whether an option was given only to be switched off."""
    return option.value is not None and option.value.text == "false"


def _unfollow(call: Invocation, follow: _Follow, data: bytes) -> Remedy | None:
    """Take the option away that follows, and keep what comes out short."""
    # What stands before the verb is the program's own: `docker compose -f FILE logs` names a file.
    own = [option for option in call.options if not 0 <= option.word.start < call.head.start]
    given = [option for option in own if option.name in follow.drops and not _off(option)]
    if not given:
        return None
    edits: dict[int, Edit] = {}
    for option in given:
        word = option.word
        raw = data[max(word.start, 0) : word.end].decode("utf-8", "replace")
        if word.start < 0 or call.head.start < 0 or raw != word.text:
            return ()
        left = edits[word.start].text if word.start in edits else raw
        left = "" if left.startswith("--") else left.replace(option.name[1:], "", 1)
        edits[word.start] = Edit(word.start, word.end, "" if left == "-" else left)
    added = "" if call.has(*follow.unless) else follow.adds
    if call.path == ("journalctl",) and not call.has("--no-pager"):
        added = (added + " --no-pager").strip()
    if added:
        edits[-1] = Edit(call.head.end, call.head.end, " " + added)
    return tuple(edits.values())


def _once(call: Invocation, unless: tuple[str, ...], adds: str, data: bytes) -> Remedy | None:
    """Add the option that makes the command end."""
    if any(option.name in unless for option in call.options if not _off(option)):
        return None
    if call.path == ("kubectl", "rollout", "status") and call.has("--watch"):
        return None
    if not adds or call.head.start < 0:
        return ()
    if call.path == ("top",) and call.has("-b"):
        adds = "-n 2"
    return (Edit(call.head.end, call.head.end, " " + adds), *_joined(call, data))


def _joined(call: Invocation, data: bytes) -> Remedy:
    """``top -p`` takes ids with commas between them, and ``pgrep`` prints one a line: with two processes top would refuse them."""
    if call.path != ("top",):
        return ()
    values = [option.value for option in call.options if option.name == "-p" and option.value and option.value.start >= 0]
    found = [(value.start, _PGREP.match(data[value.start : value.end])) for value in values]
    return tuple(Edit(start + match.end(), start + match.end(), " -d,") for start, match in found if match)


def _sample(call: Invocation) -> Remedy | None:
    """A sampler goes on when it is given an interval and no count."""
    numbers = [word for word in call.free if re.fullmatch(r"[0-9.]+", word.text)]
    if len(numbers) != 1:
        return None
    return () if numbers[0].end < 0 else (Edit(numbers[0].end, numbers[0].end, f" {_SAMPLES}"),)


def ending(text: str, remedies: list[Remedy], *, simple: bool) -> str:
    """The form of a command line that ends: edited where every part can be, otherwise under a time limit.

    ``simple`` says that the text is one command, so that the limit can stand in front of it.
    """
    if all(remedies):
        data = text.encode("utf-8", "surrogatepass")
        for edit in sorted({edit for remedy in remedies for edit in remedy}, reverse=True):
            start = edit.start
            if not edit.text and edit.end > edit.start and data[start - 1 : start] == b" ":
                start -= 1
            data = data[:start] + edit.text.encode() + data[edit.end :]
        return data.decode("utf-8", "surrogatepass").strip()
    return limited(text, simple=simple)


def limited(text: str, *, simple: bool) -> str:
    """The command line under a time limit."""
    return f"timeout {LIMIT_SECONDS} {text.strip() if simple else 'bash -c ' + shlex.quote(text.strip())}"

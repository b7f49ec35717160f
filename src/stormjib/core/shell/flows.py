"""What flows into a command and how often it runs: what would leave this machine with it, and what becomes a flood."""

import re
from collections.abc import Iterator, Sequence

import msgspec
from tree_sitter import Node

from stormjib.core.risk import Risk
from stormjib.core.shell.amounts import counted
from stormjib.core.shell.analysis import Place
from stormjib.core.shell.arguments import Invocation, Reason
from stormjib.core.shell.programs import FAR
from stormjib.core.shell.syntax import Word

_REACHING = {
    *("ssh", "docker", "kubectl", "helm", "redis-cli", "curl", "wget", "nc", "ncat", "netcat", "ping", "ping6", "dig", "host"),
    *("getent", "traceroute", "tracepath", "pg_isready", "nslookup"),
}
_PACED = (_REACHING - {"docker"}) | {"sleep"}  # what loads somebody else, or only waits, when it is run over and over
_PACED_MAX = 100
_TIMES_MAX = 100_000
_MANY = 1_000  # how many lines a file is taken to have
# What prints nothing that stands in a file and nothing that is anybody's secret, and what passes that on.
_PRINTS = re.compile(
    r"(?:echo|printf|date|ls|uptime|df|free|true|docker (?:container )?(?:ps|ls)|docker images"
    r"|docker(?:-compose| compose)(?: -[\w-]+ [\w./-]+)* ps)(?:\s[^`$|;&<>(){}\n]*)?",
    re.ASCII,
)
_PASSES = re.compile(r"(?:head|tail|sort|uniq|wc)(?: -\w+)*(?: \d+)?", re.ASCII)


def behind_pipe(before: str, first: Place, place: Place) -> Place:
    """The place of a command behind a pipe. ``before`` is the command before it, which stands at ``place``.

    ``first`` is the place of the whole pipeline.
    """
    written = before.strip()
    if re.match(r"seq\s", written):
        return msgspec.structs.replace(first, fed=False, lines=counted(written) or _MANY)
    if _PRINTS.fullmatch(written):
        return msgspec.structs.replace(first, fed=False, lines=len(written) if written[:1] in "ep" else _MANY)
    if _PASSES.fullmatch(written) and place.lines and not place.fed:
        return place
    return msgspec.structs.replace(first, fed=True, lines=_MANY)


def redirected_in(node: Node, data: bytes, place: Place) -> Place:
    """The place of a command or block whose input is redirected: from a file, or a text with something filled in."""
    for child in node.children:
        text = data[child.start_byte : child.end_byte]
        file = child.type == "file_redirect" and re.match(rb"\d*<(?!&)(?!\s*/dev/null\b)", text)
        if file or (child.type in {"herestring_redirect", "heredoc_redirect"} and re.search(rb"[$`]", text)):
            place = msgspec.structs.replace(place, fed=True, lines=_MANY)
        elif child.type in {"herestring_redirect", "heredoc_redirect"}:
            place = msgspec.structs.replace(place, fed=False, lines=len(text))
    return place


def repeated(words: Sequence[Word], place: Place) -> Place:
    """The place of what stands in a loop over these words."""
    times = 0
    for word in words:
        many = counted(word.written) or (_MANY if word.foreign and word.kind != "one" else 1)
        times += many
    return msgspec.structs.replace(place, times=min(place.times * max(1, times), 10 * _TIMES_MAX))


def per_line(place: Place) -> Place:
    """The place of what is done once for each line that is read."""
    return msgspec.structs.replace(place, times=min(place.times * max(1, place.lines), 10 * _TIMES_MAX))


def flows(call: Invocation, place: Place) -> Iterator[Reason]:
    """Why what flows into a command makes it no read."""
    name = call.path[0]
    takes = (
        (name == "ssh" and not call.has("-n"))
        or call.path[-1:] == ("ssh",)
        or call.path == ("docker", "compose", "exec")
        or (call.path in {("docker", "exec"), ("kubectl", "exec")} and call.has("-i", "--interactive", "--stdin"))
    )
    if place.fed and takes:
        yield Reason(Risk.UNKNOWN, f"what it is fed would leave this machine with {call.called}")
    if name in _REACHING | FAR and any(word.foreign for word in call.words[1:]):
        yield Reason(Risk.UNKNOWN, f"what other commands printed would leave this machine with {call.called}")
    if (place.times > _PACED_MAX and name in _PACED | FAR) or place.times > _TIMES_MAX:
        yield Reason(Risk.UNKNOWN, f"{call.called} would run more often than is sensible")

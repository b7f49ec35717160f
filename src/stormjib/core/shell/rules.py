"""Rules of single programs that a list of options cannot tell: scripts, requests, words of a certain shape."""

import re
from collections.abc import Iterator

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import VERBS, Trouble, Use, shown
from stormjib.core.shell.syntax import ANYTHING, OUTPUT

_PRINTS = re.compile(r"(?:(?:\d+|\$|/[^/\\]+/)(?:,(?:\d+|\$|/[^/\\]+/))?)?p")  # what sed -n may be told
_FIELD = r'(?:\$(?:\d+|NF|\(NF-\d+\))|NF|NR|"[^"\\]*")'
_FIELDS = re.compile(rf"(?:NR ?[<>=]=? ?\d+ ?|/[^/\\]+/ ?)?\{{ ?print(?: ?{_FIELD}(?:(?: ?, ?| ){_FIELD})*)? ?\}}")  # and awk
_ADDRESS = re.compile(
    r"(?:https?://[^\s/]|(?!(?:ftp|dict|ldap|imap|smtp|pop3)\.)[A-Za-z0-9.-]+(?::[\d\x00\x01]+)?(?:[/?]|$))", re.IGNORECASE
)
_HERE = re.compile(r"(?:https?://)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:[/?]|$)")
_SHAPES = {  # how every free word has to look
    "plus": (r"\+.*", "sets the clock"),
    "seconds": (r"[0-9.]+[smhd]?|inf(?:inity)?", "is not a time"),
    "options": (r"\+[eux]|pipefail", "changes how the shell goes on"),
    "names": (r"(?!\w*proxy)[a-z][a-z0-9_]*", "may set a variable that other programs go by"),
    "settings": (r"[^=]+", "changes a setting of the kernel"),
}


def weigh(use: Use) -> None:
    """Add what the rule of a program, named in the table, finds in what it was given."""
    rule = use.program.rest if use.program else ""
    use.troubles.extend(trouble for trouble in _special(use, rule) if trouble.risk is not Risk.READ)
    if rule in {"curl", "wget"}:
        use.troubles[:0] = _request(use)
    if rule in {"sed", "awk"}:
        use.troubles.extend(_script(use, rule))


def _special(use: Use, rule: str) -> Iterator[Trouble]:
    """The rules that options alone cannot tell, by the name in the table."""
    free = [word.text for word in use.free]
    first = free[0] if free else ""
    if rule in _SHAPES:
        shape, why = _SHAPES[rule]
        yield from (
            Trouble(Risk.UNKNOWN, f"{use.called} with `{shown(text)}` {why}") for text in free if not re.fullmatch(shape, text)
        )
    if rule == "options" and any(
        option.value and option.value.text not in {"pipefail", "errexit", "nounset"} for option in use.options
    ):
        yield Trouble(Risk.UNKNOWN, "`set -o` changes how the shell goes on")
    if rule == "format" and not (use.free and use.free[0].leads and use.free[0].kind == "one"):
        yield Trouble(Risk.UNKNOWN, f"the format of {use.called} is not known before it runs")
    if rule == "asked" and (free or not use.has("-l", "-v", "-V")):
        yield Trouble(Risk.UNKNOWN, f"{use.called} does more than show something")
    if rule == "probe" and not use.has("-z"):
        yield Trouble(Risk.UNKNOWN, f"{use.called} without `-z` sends whatever it is given")
    if rule == "service":
        verb = free[1] if len(free) == 2 else ""  # noqa: PLR2004 - service NAME VERB
        risk = {"status": Risk.READ, "start": Risk.CHANGE, "reload": Risk.CHANGE, "restart": Risk.DISRUPT, "stop": Risk.DISRUPT}
        yield Trouble(
            risk.get(verb, Risk.UNKNOWN), f"`service … {shown(verb)}` {VERBS.get(risk.get(verb, Risk.READ), 'is not known')}"
        )
    if rule == "scale" and any(option.value and re.search(r"(?:^|=)0$", option.value.text) for option in use.options):
        yield Trouble(Risk.DISRUPT, f"{use.called} scales down to nothing")
    if rule == "secrets" and any(re.match(r"(?:.*,)?secrets?\b", text) for text in free) and use.has("-o", "--output"):
        yield Trouble(Risk.UNKNOWN, "it prints secrets")
    if rule == "deletion" and first.split("/")[0] not in {"pod", "pods", "po"}:
        yield Trouble(Risk.DESTROY, f"{use.called} {VERBS[Risk.DESTROY]}")
    if rule == "history" and any(text.startswith(("+", ":")) for text in free):
        yield Trouble(Risk.DESTROY, f"{use.called} overwrites or deletes what is on the other side")
    if rule == "redis" and free:
        yield Trouble(Risk.UNKNOWN, f"`redis-cli {shown(first)}` is not known to only read")
    elif rule == "redis" and not use.has(
        "--scan", "--bigkeys", "--memkeys", "--hotkeys", "--stat", "--latency", "--version", "-v"
    ):
        yield Trouble(Risk.UNKNOWN, "`redis-cli` without a command opens a prompt")


def _script(use: Use, language: str) -> Iterator[Trouble]:
    """A script of sed or awk that does nothing but print."""
    given = [option.value for option in use.options if option.name == "-e" and option.value] or use.free[:1]
    prints = _PRINTS if language == "sed" else _FIELDS
    quiet = language == "awk" or use.has("-n", "--quiet", "--silent")
    if not (given and quiet and all(word.static and prints.fullmatch(word.text.strip()) for word in given)):
        yield Trouble(
            Risk.UNKNOWN, f"a script of {use.called} can write files and run commands, and this one is not a plain print"
        )


def _request(use: Use) -> Iterator[Trouble]:
    """A request of curl or wget: a read is a GET to an http address that stores nothing and tells no stranger a secret."""
    for name, value, _, _ in use.options:
        text = value.text if value else ""
        if name in {"-X", "--request"} and text not in {"GET", "HEAD", "OPTIONS"}:
            risk = {"DELETE": Risk.DESTROY, "POST": Risk.CHANGE, "PUT": Risk.CHANGE, "PATCH": Risk.CHANGE}.get(text, Risk.UNKNOWN)
            yield Trouble(risk, f"a {shown(text)} request {VERBS.get(risk, 'is not known here')}")
        if name in {"-o", "--output", "-O", "--output-document"} and text not in {"/dev/null", "-"}:
            yield Trouble(Risk.CHANGE, f"`{name}` of {use.called} writes a file")
        filed = name in {"-H", "--header", "-w", "--write-out"} and text[:1] == ANYTHING
        if filed or text[:1] == "@" or any(part in text for part in (OUTPUT, "%output", "\n")):
            yield Trouble(Risk.UNKNOWN, f"`{name}` of {use.called} may read or write a file, or send one")
    for word in use.free:
        if not _ADDRESS.match(word.text) or (word.kind == "glob" and not re.match(r"[^*?\[{]*[^:/*?\[{]/", word.text)):
            yield Trouble(Risk.UNKNOWN, f"`{shown(word.text)}` is not known to be an http address")
    told = [word for word in (*use.free, *(option.value for option in use.options if option.value)) if word.secret]
    if told and (use.has("-L", "--location") or not all(_HERE.match(word.text) for word in use.free)):
        yield Trouble(Risk.UNKNOWN, "it would send a secret to another machine")
    if use.path == ("wget",) and not use.has("--spider", "-O", "--output-document"):
        yield Trouble(Risk.CHANGE, "`wget` saves what it gets as a file")
    if not use.free:
        yield Trouble(Risk.UNKNOWN, f"{use.called} has no address")

"""Rules of single programs that a list of options cannot tell: scripts, requests, words of a certain shape."""

import re
from collections.abc import Iterator

from stormjib.core.risk import Risk
from stormjib.core.shell.amounts import oversized
from stormjib.core.shell.arguments import VERBS, Trouble, Use, shown
from stormjib.core.shell.disclosure import disclosed
from stormjib.core.shell.paths import leads_nowhere_good, walks_into_danger
from stormjib.core.shell.requests import requested
from stormjib.core.shell.syntax import ANYTHING, OUTPUT
from stormjib.core.shell.verbs import elsewhere

_PRINTS = re.compile(r"(?:(?:\d+|\$|/[^/\\]+/)(?:,(?:\d+|\$|/[^/\\]+/))?)?p")  # what sed -n may be told
_FIELD = r'(?:\$(?:\d+|NF|\(NF-\d+\))|NF|NR|"[^"\\]*")'
_FIELDS = re.compile(rf"(?:NR ?[<>=]=? ?\d+ ?|/[^/\\]+/ ?)?\{{ ?print(?: ?{_FIELD}(?:(?: ?, ?| ){_FIELD})*)? ?\}}")  # and awk
# What printf may be told to print; bash sets a variable for %n, and evaluates what it is named by.
_CONVERSION = re.compile(r"%(?:%|[-+ #0']*\d{0,4}(?:\.\d{0,4})?(?:[diouxXeEfFgGaAcsbq]|\([^()]*\)T))")
_UNIT = re.compile(r"[A-Za-z0-9@*?\[\x00\x01][\w@.:\\*?\[\]\x00\x01-]*")
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
}


def weigh(use: Use, *, bash: bool = True) -> None:
    """Add what the rule of a program, named in the table, finds in what it was given.

    ``bash`` says that bash, sh or dash reads it; other shells compute with words that those take as they are.
    """
    rule = use.program.rest if use.program else ""
    use.troubles.extend(trouble for trouble in _special(use, rule) if trouble.risk is not Risk.READ)
    if rule in {"curl", "wget"}:
        use.troubles[:0] = requested(use)
    if rule in {"sed", "awk"}:
        use.troubles.extend(_script(use, rule))
    use.troubles.extend(elsewhere(use))
    if use.program and use.program.floor is Risk.READ:
        use.troubles.extend(_computed(use, bash=bash))
        use.troubles.extend(_walked(use))
        use.troubles.extend(oversized(use))
        use.troubles.extend(disclosed(use))


def _computed(use: Use, *, bash: bool) -> Iterator[Trouble]:
    """What a shell computes with, which can run a command that stands in the subscript of an array."""
    name, texts = use.path[0], [word.text for word in use.free]
    compares = name == "test" and any(re.fullmatch(r"-(?:eq|ne|gt|ge|lt|le)", word.text) for word in use.words)
    if compares and any(mark in text for text in texts for mark in "[$`"):
        yield Trouble(Risk.UNKNOWN, "its test computes with a value, and that can run commands")
    if not bash and name in {"exit", "return", "break", "continue", "test", "read", "cd", "printf"}:
        shape = r"[a-z]" if name == "read" else r"[^\x00-\x02\[\]`$(]*"
        if not all(re.fullmatch(shape, text) for text in texts):
            yield Trouble(Risk.UNKNOWN, f"which shell takes {use.called} in is not known, and some compute with its words")


def _walked(use: Use) -> Iterator[Trouble]:
    """Directories: one that a command goes into, or that it reads every file of."""
    name = use.path[0]
    folders = [use.free[0]] if name == "cd" and use.free else []
    folders += [
        option.value for option in use.options if option.name in {"-w", "--workdir"} and option.value and use.path[0] == "docker"
    ]
    for folder in folders:
        if leads_nowhere_good(folder):
            yield Trouble(Risk.UNKNOWN, f"in `{shown(folder.text)}` a bare name may be a device or a secret")
    deep = name == "diff" and use.has("-r", "--recursive")
    deep = deep or (name == "grep" and any(re.match(r"-\w*[rRd]|--(?:r|d|inc|exc)", word.text) for word in use.words[1:]))
    if deep or (name == "grep" and any(word.text[:1] in {ANYTHING, OUTPUT} for word in use.words[1:])):
        files = [word for word in use.free if word.text[:1] != "-"][1 if name == "grep" else 0 :]
        if (deep and not files) or any(walks_into_danger(word) for word in files):
            yield Trouble(Risk.UNKNOWN, f"{use.called} would open every file there, devices and secrets included")


def _special(use: Use, rule: str) -> Iterator[Trouble]:
    """The rules that options alone cannot tell, by the name in the table."""
    free = [word.text for word in use.free]
    first = free[0] if free else ""
    if rule in _SHAPES:
        shape, why = _SHAPES[rule]
        yield from (
            Trouble(Risk.UNKNOWN, f"{use.called} with `{shown(text)}` {why}") for text in free if not re.fullmatch(shape, text)
        )
    if rule == "plus" and any(option.value and "TZ" in option.value.text for option in use.options):
        yield Trouble(Risk.UNKNOWN, "a time zone in a date is the name of a file that gets opened")
    if rule == "options" and any(option.value and option.value.text not in MODES for option in use.options):
        yield Trouble(Risk.UNKNOWN, "`set -o` changes how the shell goes on")
    if rule == "format" and use.free and "%" in _CONVERSION.sub("", use.free[0].text):
        yield Trouble(Risk.UNKNOWN, "its format is not one that only prints")
    if rule == "format" and not (use.free and use.free[0].leads and use.free[0].kind == "one"):
        yield Trouble(Risk.UNKNOWN, f"the format of {use.called} is not known before it runs")
    if rule == "asked" and (free or not use.has("-l", "-v", "-V")):
        yield Trouble(Risk.UNKNOWN, f"{use.called} does more than show something")
    if rule == "probe" and not use.has("-z"):
        yield Trouble(Risk.UNKNOWN, f"{use.called} without `-z` sends whatever it is given")
    if rule == "service":
        verb = free[1] if len(free) == 2 else ""  # noqa: PLR2004 - service NAME VERB
        if not re.fullmatch(r"[A-Za-z0-9][\w@.-]*", first):
            yield Trouble(Risk.UNKNOWN, f"`{shown(first)}` is not the name of a service, and `service` runs what it names")
        risk = {"status": Risk.READ, "start": Risk.CHANGE, "reload": Risk.CHANGE, "restart": Risk.DISRUPT, "stop": Risk.DISRUPT}
        yield Trouble(
            risk.get(verb, Risk.UNKNOWN), f"`service … {shown(verb)}` {VERBS.get(risk.get(verb, Risk.READ), 'is not known')}"
        )
    if rule == "scale" and any(option.value and re.search(r"(?:^|=)0$", option.value.text) for option in use.options):
        yield Trouble(Risk.DISRUPT, f"{use.called} scales down to nothing")
    if rule == "units":
        strange = [text for text in free if not _UNIT.fullmatch(text.removeprefix("./"))]
        yield from (Trouble(Risk.UNKNOWN, f"`{shown(text)}` is not the name of a unit") for text in strange)
    if rule == "tags" and free and not use.has("-l", "--list"):
        yield Trouble(Risk.CHANGE, "it makes a tag")
    if rule == "compressed" and free and not use.has("-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test"):
        yield Trouble(Risk.CHANGE, f"{use.called} without `-c` puts another file in the place of this one")
    if rule == "query" and not use.options:
        yield Trouble(Risk.UNKNOWN, f"{use.called} is not told to only show something")
    if rule == "firewall" and (use.strange or not use.has("-L", "-S", "--list", "--list-rules")):
        yield Trouble(Risk.DISRUPT, f"{use.called} changes what gets through the network")
    if rule == "shown" and (use.strange or len(free) > 1):
        yield Trouble(Risk.DISRUPT, f"{use.called} changes the network")
    if rule == "deletion" and (
        first.split("/")[0] not in {"pod", "pods", "po"}
        or any("/" in text and text.split("/")[0] not in {"pod", "pods", "po"} for text in free)
    ):
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

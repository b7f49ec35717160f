"""What a program was given: its options and its words one by one, and which of them are not accounted for."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from stormjib.core.risk import Risk
from stormjib.core.shell.paths import opens_device
from stormjib.core.shell.programs import GROUPS, PROGRAMS, Option, Program, onward, path_of
from stormjib.core.shell.syntax import OUTPUT, Word, is_database
from stormjib.core.text.table import words_of

_SYSTEM_DIRECTORIES = {"", "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"}
_INSTALLED = re.compile(
    r"/opt/(?:(?!\.)[\w.-]+/){1,4}s?bin/|/usr/lib/postgresql/[\d.]+/bin/|/snap/bin/"
)  # what an administrator put there
_PATH_MAX = 12  # words of a program and its subcommands
_OPENERS = {"files", "one", "sed", "awk", "find"}
_ENDS_OPTIONS = {"tail", "sort", "diff", "git", "docker", "kubectl", "systemctl", "journalctl"}  # with `--`, as far as is known
_COUNTS = {"--since", "--until", "--since-time", "-S", "-U", "--tail", "-n", "--lines", "-p", "--pid", "-c"}  # no paths
_READS_DEVICES = words_of(
    "df ls lsblk stat lsof findmnt lvdisplay vgdisplay lvs vgs smartctl mdadm blkid hdparm nvme pvs pvdisplay btrfs udevadm zpool multipath"
)  # they look at a device without opening it
_GO_FLAGS = {"docker", "kubectl", "helm"}  # these take `-w=x` for `-w x`
_NO_PARAMETER = words_of(  # parts of the name of an option that is no parameter of a question
    "delete remove purge destroy drop terminate force yes assume approve reset overwrite apply prune kill suspend write save exec command "
    "config kubeconfig script file dir log http follow watch tail execute create update patch token password secret secrets sensitive decrypt decryption credentials impersonate"
)
_DU_FILE = re.compile(r"-\w*X|--(?:ex|f)")
_NUMBER = re.compile(r"[+-]?\d+")
_OPTION_LIKE = re.compile(r"-[-A-Za-z]")
VERBS = {
    Risk.CHANGE: "changes what is running or stored",
    Risk.DISRUPT: "interrupts what is running",
    Risk.DESTROY: "destroys something that does not come back by itself",
}


class Reason(NamedTuple):
    """A reason why a command is not a read, as a clause that fits into a sentence."""

    risk: Risk
    why: str


class Given(NamedTuple):
    """One option as it was given; ``word`` is the word that it stands in."""

    name: str
    value: Word | None
    word: Word
    attached: bool


class Invocation(msgspec.Struct):
    """One program with its arguments told apart: ``free`` are its words, ``after`` the command that it runs."""

    name: str
    words: Sequence[Word]
    path: tuple[str, ...]
    head: Word
    program: Program | None = None
    options: list[Given] = []
    free: list[Word] = []
    after: list[Word] = []
    reasons: list[Reason] = []
    strange: list[str] = []  # options that are not known, which only matter to what would be a read
    told: str | None = None  # the here-document that it reads

    @property
    def called(self) -> str:
        """The program and its subcommand, for a sentence."""
        return "`" + " ".join((self.name, *self.path[len(path_of(self.name)) :])) + "`"

    def has(self, *names: str) -> bool:
        """Whether one of these options was given."""
        return any(option.name in names for option in self.options)

    def asks(self, *names: str) -> bool:
        """Whether one of these options was given, and none of them switched off, as ``--quiet=false`` does."""
        given = [option for option in self.options if option.name in names]
        return bool(given) and not any(option.value and option.value.text == "false" for option in given)

    def reason(self, risk: Risk, why: str) -> None:
        """Note a reason why this is not a read."""
        self.reasons.append(Reason(risk, why))


def examine(words: Sequence[Word]) -> Invocation:
    """Tell the arguments of one command apart and say what is not accounted for. ``words`` begins with the program."""
    first = words[0]
    name = first.text.rsplit("/", 1)[-1]
    path = path_of(name)
    call = Invocation(name=name, words=words, path=path, head=first, program=PROGRAMS.get(path))
    if not first.static or not name:
        call.name, call.program = "?", None
        call.reason(Risk.UNKNOWN, "which program runs is not known before it does")
        return call
    if first.text.removesuffix(name) not in _SYSTEM_DIRECTORIES and not _INSTALLED.fullmatch(first.text.removesuffix(name)):
        call.reason(Risk.UNKNOWN, f"`{first.text}` is not a program of the system")
    texts = [word.text for word in words[1:]]
    exact = PROGRAMS.get((*path, *texts)) if texts and texts[0].startswith("-") else None
    asks = call.program is not None and call.program.level in {"read", "unknown"} and name not in {"source", "."}
    if exact or (texts == ["--version"] and asks) or (texts == ["--help"] and path[0] in GROUPS):
        call.program = exact or Program("read", Risk.READ, "any", {})  # none of them does more than to say so
        return call
    _tell_apart(call)
    _weigh(call)
    return call


def _tell_apart(call: Invocation) -> None:
    """Divide the words into options, free words and the command that is run."""
    at, path = 1, call.path
    while at < len(call.words) and call.program:
        word, program = call.words[at], call.program
        sub = word.text.lower() if call.path[0] == "redis-cli" else word.text
        if program.open_ended or (program.rest == "format" and call.free):
            call.free.extend(call.words[at:])
            return
        if word.static and word.text == "--" and not program.runs:
            ends = call.path[0] in _ENDS_OPTIONS
            call.free.extend(
                Word("./" + left.text, left.kind) if ends and not left.leads else left for left in call.words[at + 1 :]
            )
            return
        if word.text.startswith("-") and len(word.text) > 1:
            at = _option(call, at, program) if word.text != "--" else at + 1
            continue
        if program.runs and len(call.free) == int(program.rest):
            call.after.extend(call.words[at:])
            return
        longer = onward(path, sub) if word.static and not call.free and len(call.path) < _PATH_MAX else None
        if longer:
            path, call.path, call.head, call.program = longer, (*call.path, sub), word, PROGRAMS[longer]
        elif not (call.path == ("docker",) and sub == "container" and not call.free):
            call.free.append(word)
        at += 1


def _option(call: Invocation, at: int, program: Program) -> int:
    """Read the option at ``at``; the index after it and its value."""
    word = call.words[at]
    known = program.options
    own = PROGRAMS[call.path[:1]]
    if own.everywhere:
        known = own.options | known
    name, equals, value = word.text.partition("=")
    option = _known(known, name)
    if equals and option and (name.startswith("--") or option.takes in {"?=", "#="} or (option.takes and len(name) > len("-x"))):
        return _given(call, known, name, at, msgspec.structs.replace(word, text=value))
    if word.text in known or word.text.startswith("--"):
        return _given(call, known, word.text, at, None)
    number = re.fullmatch(r"-(\d+)([A-Za-z]*)", word.text) if "-#" in known else None
    if number:
        call.options.append(Given("-#", None, word, attached=True))
    letters = number[2] if number else word.text[1:]
    for index, letter in enumerate(letters):
        takes = known["-" + letter].takes if "-" + letter in known else ""
        left = letters[index + 1 :]
        left = left.removeprefix("=") if call.path[0] in _GO_FLAGS else left
        if takes:
            return _given(call, known, "-" + letter, at, msgspec.structs.replace(word, text=left) if left else None)
        _given(call, known, "-" + letter, at, None)
    return at + 1


def _known(known: dict[str, Option], name: str) -> Option | None:
    """What is known of an option, perhaps only as one of many; never of what may be short for one that raises the risk."""
    name = name.partition("=")[0]
    raising = any(option.raises and other.startswith(name) for other, option in known.items())
    if name in known or name[:2] != "--" or raising or set(re.split(r"[-_.]", name)) & _NO_PARAMETER:
        return known.get(name)
    return known.get("--*")


def _several(call: Invocation, option: Option, name: str, at: int, *, listed: bool) -> int:
    """Note an option whose values go on up to the next one; the index after them. No value may become an option of its own."""
    end = at + 1
    most = len(call.words) if option.takes == "+=" else end + 1
    for value in call.words[end:most]:
        if value.text[:1] == "-":
            break
        if not value.leads and (end > at + 1 or not listed):
            call.strange.append(f"`{shown(value.written or value.text)}` could become an option of {call.called}")
        call.options.append(Given(name, value, call.words[at], attached=False))
        end += 1
    if end == at + 1:
        call.options.append(Given(name, None, call.words[at], attached=False))
    return end


def _given(call: Invocation, known: dict[str, Option], name: str, at: int, value: Word | None) -> int:
    """Note one option, with its value from the next word if it needs one; the index after both."""
    option = _known(known, name)
    end = at + 1
    attached = value is not None
    if option is None:
        call.strange.append(f"`{shown(name)}` of {call.called} is not known here")
    elif value is None and (option.takes == "+=" or (option.takes and name not in known)):
        return _several(call, option, name, at, listed=name in known)
    elif option.takes in {"=", "#="} and value is None:
        following = call.words[end] if end < len(call.words) else None
        if following is not None and (option.takes == "=" or _NUMBER.fullmatch(following.text)):
            value, end = following, end + 1
        elif option.takes == "=":
            call.reason(Risk.UNKNOWN, f"`{name}` of {call.called} has no value")
        if value is not None and _OPTION_LIKE.match(value.text):
            # Where the program thinks otherwise of the value, this is an option of its own.
            call.strange.append(f"`{shown(value.text)}` behind `{name}` of {call.called} may be an option of its own")
    elif not option.takes and value is not None and value.text not in {"true", "false"}:
        call.reason(Risk.UNKNOWN, f"`{name}` of {call.called} takes no value")
    if option and option.raises and not (value and not option.takes and value.text == "false"):
        call.reason(option.raises, f"`{name}` of {call.called} {VERBS.get(option.raises, 'is not proven to only read')}")
    call.options.append(Given(name, value, call.words[at], attached))
    return end


def shown(text: str) -> str:
    """A text for a sentence: what stands for the unknown becomes an ellipsis."""
    return re.sub(r"[\x00-\x1f]+", "…", text)[:60]


def _weigh(call: Invocation) -> None:
    """Add what the level of the program, its words and its values amount to."""
    program = call.program
    if program is None:
        call.reason(Risk.UNKNOWN, f"`{shown(call.name)}` is not a program that is known here")
        return
    if program.level != "read" and program.floor is not Risk.READ:
        beyond = f" {shown(call.free[0].text)}" if call.free and not program.why and program.level == "unknown" else ""
        called = call.called[:-1] + beyond + "`"
        call.reason(program.floor, f"{called} {program.why or VERBS.get(program.floor, 'is not known here well enough')}")
    if program.floor is Risk.READ:
        _account(call, program)


def _account(call: Invocation, program: Program) -> None:
    """Every word and value of a read must be accounted for."""
    for why in call.strange:
        call.reason(Risk.UNKNOWN, why)
    if (
        {program.rest, PROGRAMS[call.path[:1]].rest if program.rest == "narrowed" else ""} & {"none", "request"}
        and call.free
        and call.path != ("redis-cli",)
    ):
        call.reason(Risk.UNKNOWN, f"`{shown(call.free[0].text)}` is not something that {call.called} is known to take")
    asks = [name for name, option in program.options.items() if option.asks]
    if asks and not call.asks(*asks):
        call.reason(Risk.UNKNOWN, f"{call.called} is not asked to only show something")
    if program.rest == "one" and len(call.free) > 1:
        call.reason(Risk.UNKNOWN, f"the second argument of {call.called} may be written to")
    shifting = any(word.kind in {"lone", "numbers", "many"} for word in call.words)
    values = [option.value for option in call.options if option.value is not None]
    for option in call.options:
        if option.value and OUTPUT in option.value.text and option.name not in _COUNTS and option.value.text[:1] != "@":
            call.reason(Risk.UNKNOWN, f"what `{option.name}` of {call.called} is given is not known before it runs")
    for word in call.free if program.rest != "any" else ():
        if not _fits(word, program) and not _named_before_dashes(call, word):
            call.reason(
                Risk.UNKNOWN, f"`{shown(word.written or word.text)}` could become an option of {call.called}, or several words"
            )
    for value in values:
        if program.rest == "sql" and is_database(value):
            continue
        if (value.kind != "one" and not (value.kind in {"lone", "numbers"} and program.rest in {"words", "request"})) or (
            shifting and value.text.startswith("-")
        ):
            call.reason(
                Risk.UNKNOWN,
                f"`{shown(value.written or value.text)}` could become several words of {call.called}; put it in quotes",
            )
    looks = call.name in _READS_DEVICES or (call.name == "du" and not any(_DU_FILE.match(word.text) for word in call.words))
    if program.rest != "any" and not looks:
        for word in (*call.free, *values):
            if opens_device(word, relative=program.rest in _OPENERS or call.path[0] == "openssl"):
                call.reason(Risk.UNKNOWN, f"`{shown(word.text)}` may be a device, and opening one can have an effect")


def _named_before_dashes(call: Invocation, word: Word) -> bool:
    """Whether it is the one thing in which a command runs, or none: ``kubectl exec $POD -- ls``."""
    if word.kind != "lone" or not (call.program and call.program.runs):
        return False
    behind = [after.text for before, after in pairwise(call.words) if before is word]
    return behind == ["--"]


def _fits(word: Word, program: Program) -> bool:
    """Whether a free word of a read stays what it seems to be."""
    if OUTPUT in word.text:
        return False
    if program.open_ended or (program.rest == "sql" and is_database(word)):
        return True
    if word.kind == "one":
        return word.leads or word.text in {"", "-"} or program.rest == "format"
    return word.kind in {"glob", "lone", "numbers"} and word.leads and program.rest in {"words", "files", "curl", "units"}

"""The texts that a command hands to another shell, and the variables that a builtin gives a value."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

from stormjib.core.text.table import words_of

MANY = "@"
"""Stands for the positional parameters."""
WORDS = {
    *("command_name", "word", "string", "raw_string", "concatenation", "number"),
    *("simple_expansion", "expansion", "command_substitution"),
}
_EXPANSIONS = {"simple_expansion", "expansion", "command_substitution"}
SHELLS = {"sh", "bash", "dash", "ash", "zsh", "ksh", "rbash", "fish"}
CONTAINER, LOGIN, CLEAN = "container", "login", "clean"
"""Other environments than ours: a container's, that of another user or machine after a login, and none at all."""
_ELSEWHERE = {
    **dict.fromkeys(("docker", "docker-compose", "podman", "nerdctl", "kubectl", "oc", "crictl", "lxc", "machinectl"), CONTAINER),
    **dict.fromkeys(("ssh", "vagrant", "ansible", "pdsh", "pssh", "parallel-ssh", "clush", "dsh", "gcloud"), LOGIN),
    **dict.fromkeys(("sudo", "su", "doas", "runuser"), LOGIN),
    **dict.fromkeys(("chroot", "nsenter", "systemd-run", "at", "batch", "crontab"), CLEAN),
}
_ANY_SHELLS_OWN = "PWD IFS PPID OPTIND"
_SHELLS_OWN = f"{_ANY_SHELLS_OWN} BASH BASHPID BASH_VERSION BASH_LINENO BASH_SUBSHELL RANDOM SECONDS LINENO UID EUID SHLVL HOSTTYPE OSTYPE MACHTYPE"
HAD = {
    CLEAN: words_of(f"PATH HOSTNAME {_SHELLS_OWN}"),
    CONTAINER: words_of(f"PATH HOME HOSTNAME {_SHELLS_OWN}"),
    LOGIN: words_of(f"PATH HOME HOSTNAME USER LOGNAME SHELL {_SHELLS_OWN}"),
    f"{CLEAN} sh": words_of(f"PATH {_ANY_SHELLS_OWN}"),
    f"{CONTAINER} sh": words_of(f"PATH HOME HOSTNAME {_ANY_SHELLS_OWN}"),
    f"{LOGIN} sh": words_of(f"PATH HOME USER LOGNAME SHELL {_ANY_SHELLS_OWN}"),
}
"""What has a value there in any case."""
_JOINING = {"eval", "watch", "trap", "parallel"}
_REMOTE = {"ssh", "pdsh", "pssh", "parallel-ssh", "clush", "dsh"}
_TAKING = {
    **dict.fromkeys(("su", "runuser", "flock", "script"), ("-c", "--command", "-lc")),
    "ansible": ("-a", "--args"),
    "gcloud": ("--command",),
    "at": ("<<<",),
}
"""Programs that are not shells and hand the value of this option to one."""
_TYPING = {"tmux", "screen"}
_SUDO_VALUES = {"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T", "--user", "--group"}
_RUNS_TEXT = re.compile(
    r"\b(?:system|popen|exec|execSync|check_output|run|call)\(\s*(?P<quote>[\"'])(?P<text>.*?)(?P=quote)", re.DOTALL
)
_LOOKS_UP = re.compile(r"\$ENV\{\W?(\w+)|ENVIRON\[\W?(\w+)|process\.env\.(\w+)|\bgetenv\(\W(\w+)\W\)")
_LANGUAGES = {"python", "python3", "perl", "ruby", "node", "awk", "gawk", "mawk", "php"}
_HANDING = {*_TAKING, *_TYPING, *_LANGUAGES, "sudo"}
_READ_VALUES = {"read": set("ptnNdiu"), "mapfile": set("dnOsuCc"), "readarray": set("dnOsuCc")}
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_READS_TEXT = re.compile(r"(?:^|[\s|;&/])(?:sh|bash|dash|ash|zsh|ksh|ssh)(?:\s|$)")


class Script(NamedTuple):
    """A text for another shell; ``given`` are variables that it gets besides, ``elsewhere`` where it runs if ours do not reach it."""

    text: str
    given: set[str]
    elsewhere: str


def given_to_shells(words: Sequence[str], before: set[str]) -> Iterator[Script]:
    """The texts in one command's words; ``before`` are the variables set in front of it."""
    elsewhere = ""
    given = set(before)
    seen: set[str] = set()
    for index, word in enumerate(words):
        base = word.rsplit("/", 1)[-1]
        after = words[index + 1 :]
        if found := re.match(r"([A-Za-z_]\w*)=.", word):
            given.add(found[1])
        if base in SHELLS:
            flag = next((at for at, option in enumerate(after) if re.fullmatch(r"-\w*c\w*", option)), None)
            if flag is not None and flag + 1 < len(after):
                many = {MANY} if len(after) > flag + 2 else set[str]()
                plain = f"{elsewhere} sh" if elsewhere and base in {"sh", "dash", "ash"} else elsewhere
                yield Script(after[flag + 1], given | many, plain)
            return
        elsewhere = _ELSEWHERE.get(base, elsewhere)
        if base == "env" and {"-i", "-", "--ignore-environment"} & set(after[:2]):
            elsewhere = CLEAN
        if (base in _JOINING and index == 0) or base in _REMOTE:
            yield Script(" ".join(after), given, elsewhere)
        if base in _HANDING and base not in seen:
            seen.add(base)
            yield from (Script(text, given, elsewhere) for text in _taken(base, after))


def _taken(base: str, after: Sequence[str]) -> Iterator[str]:
    """The texts that a program which is no shell gives to one, or expands itself."""
    options = _TAKING.get(base, ())
    for at, word in enumerate(after if options else ()):
        for option in options:
            if word == option and at + 1 < len(after):
                yield after[at + 1]
            elif option.startswith("--") and word.startswith(f"{option}="):
                yield word.partition("=")[2]
    if base in _TYPING and len(after) > 1:
        yield after[-1]
    if base == "sudo":
        at, login = 0, False
        while at < len(after) and after[at].startswith("-"):
            login = login or bool(re.fullmatch(r"-[A-Za-z]*[is]|--login|--shell", after[at]))
            at += 2 if after[at] in _SUDO_VALUES else 1
        if login:
            yield " ".join(after[at:])
    if base in _LANGUAGES:
        for word in after:
            yield from (found["text"] for found in _RUNS_TEXT.finditer(word))
            yield from ("$" + next(filter(None, found.groups())) for found in _LOOKS_UP.finditer(word))


def piped(stages: Sequence[Sequence[str]]) -> Iterator[Script]:
    """``echo '...' | bash``: the text that a shell behind a pipe reads; of each stage the words."""
    first = stages[0]
    bases = [word.rsplit("/", 1)[-1] for words in stages[1:] for word in words]
    if (
        first[:1] in (["echo"], ["printf"])
        and (bases[-1:] == ["ssh"] or any(base in SHELLS for base in bases))
        and "-c" not in bases
    ):
        elsewhere = next((_ELSEWHERE[base] for base in reversed(bases) if base in _ELSEWHERE), "")
        yield Script(" ".join(word for word in first[1:] if not word.startswith("-")), set(), elsewhere)


def from_heredoc(redirect: Node, text: str) -> Iterator[Script]:
    """A quoted here-document that a shell reads: its variables are expanded there. In any other they are expanded here."""
    parts = {child.type: child for child in redirect.children}
    start, body = parts.get("heredoc_start"), parts.get("heredoc_body")
    if start is None or body is None or not set(text[start.start_byte : start.end_byte]) & set("'\"\\"):
        return
    line = text[text.rfind("\n", 0, start.start_byte) + 1 : body.start_byte]
    if _READS_TEXT.search(line):
        yield Script(
            text[body.start_byte : body.end_byte],
            set(),
            next((_ELSEWHERE[word] for word in reversed(re.findall(r"[\w-]+", line)) if word in _ELSEWHERE), ""),
        )


def assigned(words: Sequence[str], *, redirected: bool) -> tuple[set[str], set[str]]:
    """What a builtin gives a value: in any case, and only where it succeeds.

    ``read`` without a redirection succeeds in a pipeline only, for nobody types anything here.
    """
    name, after = words[0], words[1:]
    if name in _READ_VALUES:
        named = _names(after, _READ_VALUES[name]) or {"REPLY" if name == "read" else "MAPFILE"}
        return (named, set()) if redirected else (set(), named)
    if name == "getopts" and len(after) > 1:
        return set(), {after[1], "OPTARG"}
    if name == "printf" and after[:1] == ["-v"] and len(after) > 1:
        return {after[1]}, set()
    if name == "set" and "--" in after and after[-1] != "--":
        return {MANY}, set()
    return set(), set()


def _names(words: Sequence[str], with_value: set[str]) -> set[str]:
    """The words that are neither options nor their values."""
    names: set[str] = set()
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            letter = next((at for at, char in enumerate(word) if at and char in with_value), None)
            skip = letter == len(word) - 1
        elif _NAME.fullmatch(word):
            names.add(word)
    return names


def said_words(command: Node, text: str) -> list[str]:
    """The words of a command as ``said`` gives them."""
    return [said(child, text) for child in command.children if child.type in WORDS]


def said(node: Node, text: str) -> str:
    """A word without its quotes; what is expanded in it here is an x there."""
    raw = text[node.start_byte : node.end_byte]
    if node.type == "raw_string":
        return raw[1:-1]
    if node.type in _EXPANSIONS:
        return "x"
    if node.type in {"command_name", "concatenation"} and node.children:
        return "".join(said(child, text) for child in node.children)
    if node.type != "string":
        return re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)
    whole, at = "", node.start_byte + 1
    for child in node.children:
        if child.type in _EXPANSIONS:
            whole += text[at : child.start_byte] + "x"
            at = child.end_byte
    whole += text[at : node.end_byte - 1]
    return re.sub(r'\\([$`"\\])', r"\1", whole)

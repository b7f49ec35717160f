"""What the statements of one block leave to those that follow: variables, a directory, an environment."""

import re

from stormjib.core import shell
from stormjib.core.risk import Risk
from stormjib.core.text.table import words_of

_WORD = r"'[^'\n]*'|\"[^\"$`\\\n]*\"|[^\s'\"$`\\;&|()*?{}~#!]*"
_PAIR = re.compile(rf"([A-Za-z_]\w*)=({_WORD})(?:\s+|$)", re.ASCII)
_SETS = re.compile(rf"(export\s+)?(?:[A-Za-z_]\w*=(?:{_WORD})(?:\s+|$))+", re.ASCII)
_COMPUTES = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)=(\"?)\$\((.+)\)\2", re.ASCII | re.DOTALL)
_GOES = re.compile(r"cd\s+(?:--\s+)?('[^'\n]+'|\"[^\"`\n]+\"|(?:\\ |[^\s;&|`()])+)\s*(?:$|&&|;|\|\|\s*(?:exit|return)\b)")

_OPENS = re.compile(
    r"((?:sudo\s+)?(?:docker(?:-compose|\s+compose)?|podman|kubectl|oc)\s[^|;&<>\n]*?\bexec\s[^|;&<>\n]*?\S(?:\s+--)?)\s+(?:/bin/|/usr/bin/)?(?:ba|a|z)?sh"
)
_LOGS_IN = re.compile(
    r"((?:sudo\s{1,9})?ssh(?:\s{1,9}-(?:[AaCKkqTtvXxYy46]{1,9}|[iplJFo]\s{0,9}[^\s-]\S{0,200})){0,9}\s{1,9}(?:<[^<>\n]{1,80}>|[^\s;|&<>()`#-][^\s;|&<>()`]{0,200}))(?:\s{1,9}#[^\n]*)?"
)
"""A login: what follows is typed on that host, and never meant for this machine."""
_TERMINAL = re.compile(r"\s(?:-it|-ti|-t|-i|--tty|--interactive)(?=\s)")
_OUTSIDE = re.compile(r"(?:sudo\s+)?(?:docker|podman|kubectl|oc|ssh|systemctl|journalctl|git)\b")
"""What nobody types in a container."""
_ONE_COMMAND = re.compile(r"[^|;&<>$`\n()\\*?{}~]+")
_ANYWHERE = words_of(
    "kubectl oc df free uptime ps ss systemctl journalctl redis-cli dig nslookup ping date hostname nproc vmstat head tail grep wc sort"
)
_OF_THE_MACHINE = _ANYWHERE - {"kubectl", "oc", "redis-cli"}
_FILES = re.compile(r"\s(?:-f|-k|--filename|--kustomize|--kubeconfig)\b|[./]\w*/|<|>|\b(?:grep|head|tail|wc|sort)\b[^|]*\.\w")
_PREFIX_CHARS_MAX = 2_000
_NOTHING_ALONE = re.compile(
    r"(?:cd|pushd)\b(?:[^;&|`$()\n]|\$\w|\$\{\w+\})*|popd|return\b[^\n]*|exit(?:\s+\d+)?|set\s+[-+][\w\s-]+|true|:|sleep\s+[\d.]+[smhd]?|echo(?:\s+-[ne]+)*(?:\s+(?:\"[^\"$`\n]*\"|'[^'$\n]*'|[\w=.,:!-]+))*"
)
"""What asks nothing of a machine: it goes somewhere for what follows, waits, or prints its own words."""
_SPEAKERS = words_of("echo printf read sleep exit return cd true : date whoami hostname basename")
"""What tells a person of other commands, asks one, or waits; the last of them only as words of what is said."""
_SAYS = re.compile(r"\b(?:echo|printf|read|sleep|exit|return)\b")
_LOOKS_AT_FILES = re.compile(r"\[\s+(?:!\s+)?-[a-hkprstuwxLNOS]\s|/dev/|\$\(<")
_DATE = r"\$\(date\b[^()`$\n]*\)"
_SETS_ONE = re.compile(
    rf"(?:export\s+|local\s+)?([A-Za-z_]\w*)=(?:\"(?:[^\"`$\n\\]|\$(?!\()|{_DATE})*\"|\$\{{?\w+\}}?|<[^<>\n]*>|(?:[\w./-]|{_DATE})+)",
    re.ASCII,
)
_HANDLES = words_of("jq grep head tail cut awk sed tr wc sort uniq bc")
_ON_ITS_OWN = re.compile(rf"(?:^|[;&(!\n]|\b(?:if|then|do|else|while)\s)\s*(?:{'|'.join(_HANDLES)})\b")
_COUNTS = re.compile(r"\$\(\([\w\s+*-]*\)\)")
_WHOLE = re.compile(
    r"\$\{?0\b|BASH_SOURCE|^exec\s+[<>]|^case\s+\"?\$[1-9]|\w=\$\(\(\s*\$?\w+\s*\+\s*1\s*\)\)|^(?:function\s+[\w:-]+|[\w:-]+\s*\(\))\s*(?:\(\))?\s*\{",
    re.MULTILINE,
)
"""It says which file it is, sends its output elsewhere, takes apart what it is given, counts, or defines a function: no line means something alone."""
_SCRIPT = re.compile(
    r"\A\s*#![^\n]*sh\b|^\w+=\"?\$\{?[1-9]|^(?:(?:el)?if|while|until)?\s*(?:\[\[?|\(\(|test)\s[^\n]*\$\?",
    re.MULTILINE,
)


def is_script(source: str) -> bool:
    """Whether a fence is a script that is one thing to run: its lines are not, each by itself.

    A script says who runs it, has arguments, or asks how the line before ended. One that only looks is its looks, unless they are joined.
    """
    if _WHOLE.search(source):
        return True
    looks = {Risk.READ, Risk.UNKNOWN}
    script = _SCRIPT.search(source) is not None
    return script and any(shell.judge_filled(one.text).risk not in looks for one in shell.split(source) if one.text)


def prepares(text: str) -> bool:
    """Whether a statement does nothing by itself: it sets variables, goes to a directory, waits, or says something, and is no command."""
    bare = re.sub(r"\s+#[^\n]*$", "", text.strip())
    if _SETS.fullmatch(bare) or _NOTHING_ALONE.fullmatch(bare) or _SETS_ONE.fullmatch(bare):
        return True
    computed = _COMPUTES.fullmatch(bare)
    bare = computed[3] if computed else bare
    if not _SAYS.search(bare) or _LOOKS_AT_FILES.search(bare):
        return False
    verdict = shell.judge_filled(_COUNTS.sub("1", bare))
    handles = not _ON_ITS_OWN.search(bare) and "$" in bare
    said = _SPEAKERS | (_HANDLES if handles else frozenset())
    return verdict.risk is Risk.READ and bool(verdict.programs) and said.issuperset(verdict.programs)


def _is_anywhere(text: str) -> bool:
    """Whether it reads the same from every directory, so that a directory of another machine does not keep it from running."""
    verdict = shell.judge_filled(text)
    return (
        verdict.risk is Risk.READ
        and bool(verdict.programs)
        and _ANYWHERE.issuperset(verdict.programs)
        and not _FILES.search(text)
    )


class Statements:
    """A fence, read statement by statement, as a shell would run them one after the other."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._values: dict[str, str] = {}
        """Plain words and placeholders, which stand for their variable in the text itself."""
        self._sets: dict[str, str] = {}
        """Other texts, which are set in front of a command that uses the variable."""
        self._exports: dict[str, str] = {}
        """What nothing here uses by its name, so that it is for programs."""
        self._goes: list[str] = []
        self._inside = ""
        """The command that leads into the container, or to the host, whose shell the statements are typed into."""
        self._host = False

    def read(self, statement: str) -> tuple[str, str]:
        """The statement with what was set before it, and the variable that its output is for ("" for most)."""
        text, assigns = statement.strip(), ""
        login = _LOGS_IN.fullmatch(text)
        if text in {"exit", "logout"} or (self._inside and (login or (not self._host and _OUTSIDE.match(text)))):
            self._inside, self._host, self._exports, self._goes = "", False, {}, []
        if self._inside and not prepares(text):
            whole = self._whole(text)
            if self._host:
                return f"{self._inside} {shell.quote(whole)}", ""
            plain = whole == text and _ONE_COMMAND.fullmatch(text)
            return f"{self._inside} {text}" if plain else f"{self._inside} sh -c {shell.quote(whole)}", ""
        if login:
            self._inside, self._host = self._with_values(login[1]), True
            self._exports, self._goes = {}, []
            return self._with_values(text), ""
        if opens := _OPENS.fullmatch(text):
            self._inside = _TERMINAL.sub("", self._with_values(opens[1]))
            self._exports, self._goes = {}, []
            return self._with_values(text), ""
        computed = _COMPUTES.fullmatch(text)
        if computed and shell.judge_filled(self._with_values(computed[3])).risk is Risk.READ:
            text, assigns = computed[3].strip(), computed[1]
        whole = self._whole(text) if not _SETS.fullmatch(text) else statement
        self._learn(statement.strip())
        return (whole if len(whole) <= len(statement) + _PREFIX_CHARS_MAX else statement), assigns

    def _with_values(self, text: str) -> str:
        return shell.with_variables(text, self._values) if self._values and "$" in text else text

    def _whole(self, text: str) -> str:
        goes = [] if not self._goes or _GOES.fullmatch(text) or _is_anywhere(text) else self._goes
        put = self._with_values("".join([*goes, text]))
        sets = [one for name, one in self._sets.items() if re.search(rf"\$\{{?{name}\b", put)]
        exports = [] if _is_anywhere(text) and _OF_THE_MACHINE.issuperset(shell.judge(text).programs) else self._exports.values()
        return "".join([*(f"{one}; " for one in (*exports, *sets)), put])

    def _learn(self, statement: str) -> None:
        if not _SETS.fullmatch(statement):
            for name in shell.assigned_in(statement):
                for known in (self._values, self._sets, self._exports):
                    known.pop(name, None)
        elif statement.startswith("export") or "=" in statement:
            self._set(statement)
        if "$(date" in statement and (dated := _SETS_ONE.fullmatch(statement)):
            self._sets[dated[1]] = statement.removeprefix("export").strip()
        goes = _GOES.match(statement)
        if goes and goes[1] == "-":
            del self._goes[-1:]
        elif goes:
            self._goes = [*([] if goes[1].strip("'\"").startswith(("/", "~")) else self._goes), f"cd {goes[1]} || exit; "]

    def _set(self, statement: str) -> None:
        for name, written in _PAIR.findall(statement.removeprefix("export").strip()):
            value = written[1:-1] if written[:1] in {"'", '"'} else written
            for known in (self._values, self._sets, self._exports):
                known.pop(name, None)
            used = re.search(rf"\$\{{?{name}\b", self._source)
            if used and (shell.is_plain(value.lstrip("./") or "/") or shell.missing(f"echo {value}") == (value,)):
                self._values[name] = value
            elif used and value:
                self._sets[name] = f"{name}={written}"
            elif statement.startswith("export") and value:
                self._exports[name] = f"export {name}={written}"

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

_ANYWHERE = words_of(
    "kubectl oc df free uptime ps ss systemctl journalctl redis-cli dig nslookup ping date hostname nproc vmstat head tail grep wc sort"
)
_FILES = re.compile(r"\s(?:-f|-k|--filename|--kustomize|--kubeconfig)\b|[./]\w*/|<|>|\b(?:grep|head|tail|wc|sort)\b[^|]*\.\w")
_PREFIX_CHARS_MAX = 2_000
_NOTHING_ALONE = re.compile(
    r"(?:cd|pushd)\b[^;&|`$()\n]*|popd|exit(?:\s+\d+)?|set\s+[-+][\w\s-]+|true|:|sleep\s+[\d.]+[smhd]?|echo(?:\s+-[ne]+)*(?:\s+(?:\"[^\"$`\n]*\"|'[^'$\n]*'|[\w=.,:!-]+))*"
)
"""What asks nothing of a machine: it goes somewhere for what follows, waits, or prints its own words."""


def prepares(text: str) -> bool:
    """Whether a statement does nothing by itself: it sets variables, goes to a directory, or says something, and is no command."""
    bare = re.sub(r"\s+#[^\n]*$", "", text.strip())
    return bool(_SETS.fullmatch(bare) or _NOTHING_ALONE.fullmatch(bare))


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

    def read(self, statement: str) -> tuple[str, str]:
        """The statement with what was set before it, and the variable that its output is for ("" for most)."""
        text, assigns = statement.strip(), ""
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
        return "".join([*(f"{one}; " for one in (*self._exports.values(), *sets)), put])

    def _learn(self, statement: str) -> None:
        if not _SETS.fullmatch(statement):
            for name in shell.assigned_in(statement):
                for known in (self._values, self._sets, self._exports):
                    known.pop(name, None)
        elif statement.startswith("export") or "=" in statement:
            self._set(statement)
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
            if used and (shell.is_plain(value) or shell.missing(f"echo {value}") == (value,)):
                self._values[name] = value
            elif used and value:
                self._sets[name] = f"{name}={written}"
            elif statement.startswith("export") and value:
                self._exports[name] = f"export {name}={written}"

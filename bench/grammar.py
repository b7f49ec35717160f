"""Command texts for the fuzz: everyday reads and known attacks, cut up, quoted, wrapped and joined by the rules of the shell."""

import json
import random
import re
import shlex
from collections.abc import Callable
from pathlib import Path

from stormjib.core.shell import split

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "risk"
NAMES = (
    "X",
    "F",
    "HOST",
    "NAME",
    "KEY",
    "NS",
    "FILE",
    "TOKEN",
    "N",
    "i",
    "f",
    "x",
    "STATUS",
    "CONTAINER",
    "NAMESPACE",
    "T",
    "ADMIN_TOKEN",
    "REDIS_PASSWORD",
)
VALUES = ("x1", "f", "a b", "x;touch hit", "$(touch hit)", "*", "`touch hit`", "1")
_PAYLOADS = (
    "touch hit",
    "reboot",
    "rm f",
    "$(touch hit)",
    "`touch hit`",
    "echo x >hit",
    ">hit",
    "cat .env",
    "cat /dev/watchdog",
    "env",
)
_SPECIAL = "'\"\\$`;&|<>(){}[]*?!#~=-/:%@,. \n\t" + "aEx1"
_DELIMITERS = ("E", "EOF", "true", "cat", "'E'", '"E"', "\\E", "E'F'", "E.1", "$X", "E\\\nF")
_WRAPS = (
    "sudo {}", "env {}", "env LANG=C {}", "nice -n 5 {}", "timeout 5 {}", "command {}", "stdbuf -oL {}", "time {}", "! {}", "({})", "{{ {}; }}",
    "if true; then\n{}\nfi", "if {}; then ls; fi", "for i in 1 2; do\n{}\ndone", "case x in x)\n{}\n;; esac", "while read -r x; do {}; done < f",
    "until {}; do {}; done", 'echo "$({})"', "echo $({})", "echo `{}`", "cat <({})", 'x=$({}); echo "$x"', "{} 2>/dev/null", "{} >/dev/null 2>&1",
    "{} < f", "{} | head -3", "ls | {}", "cat f | {}", "{} && echo ok", "{} || true", "LC_ALL=C {}", "TZ=UTC {}", "ls | xargs {}", "ls | xargs -n1 {}",
    "ls | xargs -I% {} %", "[ -f f ] && {}", "[[ -f f ]] && {}", "docker exec api {}", "kubectl exec pod -- {}", "set -e; {}", "cd /srv/app && {}",
    "{} # {}", "{} \\\n| wc -l", "find . -name f | {}", "exec {}", "eval {}", "{} &", "{}\n{}", "{}; {}", '{} <<< "$X"',
)  # fmt: skip
_QUOTED = (
    "bash -c",
    "sh -c",
    "ssh h",
    "sudo sh -c",
    "docker exec api sh -c",
    "kubectl exec pod -- sh -c",
    "watch",
    "timeout 5 bash -c",
    "ssh h bash -c",
)


def seeds() -> tuple[list[str], list[str]]:
    """The texts that everything is made from: reads, and what is none."""
    reads = [statement.text for statement in split((CASES / "reads.txt").read_text()) if statement.text]
    runbook = [json.loads(line.split("\t")[3]) for line in (CASES / "commands.tsv").read_text().splitlines() if line[0] != "#"]
    attacks = [statement.text for statement in split((CASES / "attacks.txt").read_text()) if statement.text]
    attacks += [json.loads(line.split("\t", 1)[1]) for line in (CASES / "rows.tsv").read_text().splitlines() if line[0] != "#"]
    attacks += [line for line in (CASES / "never-read.txt").read_text().splitlines() if line and line[0] != "#"]
    bounded = [line.split("\t")[1] for line in (CASES / "bounded.tsv").read_text().splitlines() if line[0] != "#"]
    return reads + runbook + bounded, attacks


class Grammar:
    """A source of texts; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._reads, self._attacks = seeds()
        words = [word for text in self._reads + self._attacks for word in re.split(r"[ \n]+", text)]
        self._words = sorted({word for word in words if 0 < len(word) < 40})
        self._options = [word for word in self._words if word.startswith("-")]

    def text(self) -> str:
        """One more text."""
        pick = self._random
        text = pick.choice(self._reads) if pick.random() < 0.8 else pick.choice(self._attacks)
        for _ in range(pick.choice((1, 1, 2, 2, 3, 4))):
            text = pick.choice(_CHANGES)(self, text)
            if len(text) > 600:
                break
        return text

    def _place(self, text: str) -> int:
        """Where something may go in: between words, or anywhere."""
        gaps = [match.start() for match in re.finditer(r"[ \n]|$", text)]
        return self._random.choice(gaps) if self._random.random() < 0.6 else self._random.randint(0, len(text))

    def quote(self, text: str) -> str:
        """One word quoted in another way."""
        words = text.split(" ")
        at = self._random.randrange(len(words))
        word = words[at]
        cut = self._random.randint(0, len(word))
        forms = (
            f"'{word}'",
            f'"{word}"',
            f"$'{word}'",
            f"{word[:cut]}''{word[cut:]}",
            f"{word[:cut]}\\{word[cut:]}",
            f'{word[:cut]}"{word[cut:]}"',
            f"{word[:cut]}\\\n{word[cut:]}",
            f'$"{word}"',
        )
        words[at] = self._random.choice(forms)
        return " ".join(words)

    def expand(self, text: str) -> str:
        """One word replaced by what becomes it, or something else."""
        words = text.split(" ")
        at = self._random.randrange(len(words))
        word, name = words[at], self._random.choice(NAMES)
        inner = self._random.choice((word, self._random.choice(_PAYLOADS), self._random.choice(self._reads)))
        forms = (
            f"${name}",
            f'"${name}"',
            f"${{{name}}}",
            f'"${{{name}:-{word}}}"',
            f"$(echo {word})",
            f'"$({inner})"',
            f"`{inner}`",
            f"{{{word},f}}",
            f"{word}*",
            f"{word}$((1+1))",
            f'"{word}${name}"',
            f"<({inner})",
            f"${{{name}:={word}}}",
            f"$[{name}]",
            f"{{1..3}}{word}",
            f"[{word}]",
        )
        words[at] = self._random.choice(forms)
        return " ".join(words)

    def swap(self, text: str) -> str:
        """One word replaced by one from elsewhere."""
        words = text.split(" ")
        words[self._random.randrange(len(words))] = self._random.choice(self._words)
        return " ".join(words)

    def option(self, text: str) -> str:
        """An option, with a value or without."""
        words = text.split(" ")
        words.insert(self._random.randint(1, len(words)), self._random.choice(self._options))
        return " ".join(words)

    def insert(self, text: str) -> str:
        """A character, or a command, put in somewhere."""
        at = self._place(text)
        what = (
            self._random.choice(_SPECIAL)
            if self._random.random() < 0.6
            else self._random.choice(("; ", "\n", " ", " | ", " && ", "#", " #")) + self._random.choice(_PAYLOADS)
        )
        return text[:at] + what + text[at:]

    def remove(self, text: str) -> str:
        """A character taken out."""
        at = self._random.randrange(max(1, len(text)))
        return text[:at] + text[at + 1 :]

    def wrap(self, text: str) -> str:
        """The whole within something else."""
        return self._random.choice(_WRAPS).format(*([text] + [self._random.choice(self._reads)] * 3))

    def nest(self, text: str) -> str:
        """The whole as the text of another shell, well quoted or not quite."""
        quoted = self._random.choice((shlex.quote(text), shlex.quote(text), f'"{text}"', f"'{text}'"))
        return f"{self._random.choice(_QUOTED)} {quoted}"

    def join(self, text: str) -> str:
        """Two texts."""
        other = self._random.choice(self._reads if self._random.random() < 0.7 else self._attacks)
        return self._random.choice((" ; ", " && ", " || ", " | ", "\n", "; ")).join((text, other))

    def heredoc(self, text: str) -> str:
        """A here-document behind the text, with lines that look like its end."""
        pick = self._random
        written = pick.choice(_DELIMITERS)
        plain = re.sub(r"['\"\\\n]", "", written)
        tricks = (
            f"{plain} # $(touch hit)",
            f" {plain}",
            f"{plain} ",
            f"\t{plain}",
            f"{plain};touch hit",
            f"{plain}x",
            f"{plain[:1]}\\\n{plain[1:]}",
            plain,
            "$(touch hit)",
            "one",
            "`touch hit`",
            "touch hit",
            "$X",
            '"',
            "'",
            "\\",
            f"cat <<{written}",
            "#",
            f"{plain})",
            ")",
        )
        lines = [pick.choice(tricks) for _ in range(pick.randint(0, 4))]
        operator = pick.choice(("<<", "<<", "<<-", "<< ", "2<<", "<<<"))
        behind = pick.choice(
            ("", "", "", " | cat", " && ls", " > /dev/null", " # c", " | grep 'a b'", " f", "; ls", " <<F", " \\", ' "a', " && {")
        )
        return "\n".join(
            (
                f"{text} {operator}{written}{behind}",
                *lines,
                *([plain] if pick.random() < 0.8 else []),
                *(["ls"] if pick.random() < 0.3 else []),
            )
        )


_CHANGES: tuple[Callable[[Grammar, str], str], ...] = (
    Grammar.quote, Grammar.quote, Grammar.expand, Grammar.expand, Grammar.swap, Grammar.option, Grammar.insert, Grammar.insert, Grammar.remove,
    Grammar.wrap, Grammar.wrap, Grammar.nest, Grammar.join, Grammar.heredoc, Grammar.heredoc,
)  # fmt: skip

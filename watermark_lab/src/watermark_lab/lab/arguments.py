"""The arguments of a stand-in program: its flags and options apart from its operands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from watermark_lab.lab.call import Refusal


@dataclass
class Arguments:
    """Options by their long name (several values in order), and what is no option."""

    options: dict[str, list[str]] = field(default_factory=dict)
    operands: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Tell whether an option was given."""
        return name in self.options

    def last(self, name: str) -> str | None:
        """Return the last value of an option, None when it was not given."""
        return self.options[name][-1] if name in self.options else None

    def number(self, name: str, program: str) -> int | None:
        """Return an option as a number of 0 or more; None when not given or ``all``."""
        text = self.last(name)
        if text in (None, "all"):
            return None
        if not str(text).isdecimal():
            msg = f'{program}: invalid number "{text}" for --{name}'
            raise Refusal(msg, 125)
        return int(str(text))

    def seconds(self, name: str, program: str, default: float) -> float:
        """Return an option as seconds; ``default`` when not given."""
        number = self.number(name, program)
        return default if number is None else float(number)


def parse(program: str, argv: Sequence[str], flags: Mapping[str, str], valued: Mapping[str, str]) -> Arguments:
    """Split ``argv``; ``flags`` and ``valued`` map each spelling to the option's name. Refusal for any other option."""
    found = Arguments()
    words = list(argv)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            found.operands.extend(words)
            break
        if not word.startswith("-") or word == "-":
            found.operands.append(word)
        elif word in flags:
            found.options.setdefault(flags[word], []).append("")
        elif name in valued and equals:
            found.options.setdefault(valued[name], []).append(value)
        elif word in valued:
            if not words:
                msg = f"{program}: flag needs an argument: {word}"
                raise Refusal(msg, 125)
            found.options.setdefault(valued[word], []).append(words.pop(0))
        elif word[:2] in valued and not word.startswith("--"):
            found.options.setdefault(valued[word[:2]], []).append(word[2:])
        elif _bundle(word, flags):
            for letter in word[1:]:
                found.options.setdefault(flags["-" + letter], []).append("")
        else:
            msg = f"{program}: unknown flag: {word} (the lab's stand-in knows: {' '.join([*flags, *valued]) or 'none'})"
            raise Refusal(msg, 125)
    return found


def _bundle(word: str, flags: Mapping[str, str]) -> bool:
    return not word.startswith("--") and all("-" + letter in flags for letter in word[1:])

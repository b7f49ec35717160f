"""The words that decide what a line of a runbook means: a data file for each language, and the language that a book is written in."""

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from stormjib.core.text.table import rows_of

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "de", "fr", "es", "pt", "ja", "zh")
_SAMPLE_CHARACTERS: Final = 60_000
_FOREIGN_SHARE: Final = 1 / 3
_KANA_SHARE: Final = 1 / 10
_OF_ALL_BOOKS: Final = (
    "h.",
    "no.",
    "consent.",
    "mentions.",
    "expects",
    "informs",
    "level",
    "ack",
    "at_once",
    "worst",
    "mildest",
    "temporary",
    "undo",
)
_NOTHING: Final = re.compile(r"(?!)")
_BARE: Final = {
    code: base for code in range(0xC0, 0x180) if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii() and base.isalpha()
}
"""Letters without their accents, which many people leave out; a text keeps its length."""


class Words:
    """The patterns of some languages, by key, tried in any case of letters. A key without a pattern fits nothing."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        """Those about headings, and those that forbid a command or ask for approval, are of all languages: a line says little of its own."""
        rows: dict[str, list[str]] = {}
        for language in LANGUAGES:
            for key, pattern in _rows(language):
                if language in languages or key.startswith(_OF_ALL_BOOKS):
                    rows.setdefault(key, []).append(pattern)
        self.languages = languages
        self._patterns = {key: re.compile("|".join(patterns).translate(_BARE), re.IGNORECASE) for key, patterns in rows.items()}
        self._families: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for key, compiled in self._patterns.items():
            prefix, dot, name = key.partition(".")
            if dot:
                self._families.setdefault(prefix, []).append((name, compiled))
        self._sources = {
            key: "|".join(dict.fromkeys(one for pattern in patterns for one in (pattern, pattern.translate(_BARE))))
            for key, patterns in rows.items()
        }

    def find(self, key: str, text: str) -> re.Match[str] | None:
        """The first place that fits, with or without accents."""
        return self._patterns.get(key, _NOTHING).search(_bare(text))

    def all_of(self, key: str, text: str) -> Iterator[re.Match[str]]:
        """Every place that fits, in order."""
        return self._patterns.get(key, _NOTHING).finditer(_bare(text))

    def has(self, key: str, text: str) -> bool:
        """Whether a text says it."""
        return self.find(key, text) is not None

    def first(self, prefix: str, text: str) -> str:
        """Of the keys ``prefix.NAME`` the first that fits, as NAME; "" where none does."""
        return next(iter(self.all(prefix, text)), "")

    def all(self, prefix: str, text: str) -> tuple[str, ...]:
        """Every NAME of the keys ``prefix.NAME`` that fits, in the order of the files."""
        return tuple(name for name, pattern in self._families.get(prefix, ()) if pattern.search(_bare(text)))

    def source(self, key: str) -> str:
        """The pattern of a key, to be put into a larger one; one that fits nothing where there is none."""
        return self._sources.get(key, "(?!)")


def _bare(text: str) -> str:
    return text if text.isascii() else text.translate(_BARE)


def _rows(language: str) -> list[tuple[str, str]]:
    """The keys with their patterns. A row that begins with ``{{NAME}}`` says what this stands for in the rows below it."""
    rows: list[tuple[str, str]] = []
    named: dict[str, str] = {}
    for row in rows_of(__package__, f"words/{language}.txt"):
        key, pattern = row.split("\t", 1)
        pattern = functools.reduce(lambda text, name: text.replace(name, named[name]), named, pattern)
        if key.startswith("{{"):
            named[key] = pattern
        else:
            rows.append((key, pattern))
    return rows


@functools.cache
def words_of(languages: tuple[str, ...] = (ENGLISH,)) -> Words:
    """The words of some languages; English is among those of every book."""
    return Words(languages)


def words_for(text: str) -> Words:
    """The words for a book: English, and the language that its most common small words are of."""
    sample = text[:_SAMPLE_CHARACTERS]
    counts = {language: len(pattern.findall(sample)) for language, pattern in _common()}
    han = len(re.findall(r"[\u4e00-\u9fff]", sample))
    kana = counts.pop("ja")
    counts["ja"], counts["zh"] = (kana, 0) if kana > han * _KANA_SHARE else (0, han)
    most = max((language for language in LANGUAGES if language != ENGLISH), key=lambda language: counts[language])
    few = 2 if counts[ENGLISH] else 0
    is_foreign = counts[most] > few and counts[most] > counts[ENGLISH] * _FOREIGN_SHARE
    return words_of((ENGLISH, most)) if is_foreign else words_of()


@functools.cache
def _common() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """How often each language is heard in a text."""
    return tuple(
        (language, re.compile(pattern, re.IGNORECASE))
        for language in LANGUAGES
        for key, pattern in _rows(language)
        if key == "common"
    )

"""Where a command connects: whether a value that nobody here chose would decide that, or would be told a secret."""

import re
from collections.abc import Collection, Iterator, Mapping

from stormjib.core.redact import holds_secret, is_secret
from stormjib.core.shell.analysis import CommandAnalysis
from stormjib.core.shell.arguments import Given, Invocation
from stormjib.core.shell.filling import fill
from stormjib.core.shell.programs import FAR
from stormjib.core.shell.reading import analyze
from stormjib.core.shell.requests import stays
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, PLAIN, Word
from stormjib.core.text.hosts import is_among
from stormjib.core.text.table import rows_of, words_of

_ROWS = {
    tuple(path.split()): frozenset(row.partition("\t")[2].split())
    for row in rows_of(__package__, "reach.txt")
    for path in row.partition("\t")[0].split("|")
}
_PLACES = words_of("host hosts server servers url urls uri endpoint endpoints addr address proxy context kubeconfig remote dsn")
"""Parts of the name of an option that names a place, whatever the program."""
_MARK = re.compile(r"zqz\d+zqz|80706050403\d+")
_PARTS = re.compile(r"[/?#&;]")
_PLAIN_NAME = re.compile(r"\w[\w.:-]*", re.ASCII)
_NAME = re.compile(r"\$\{?(\w+)|\b([A-Z_][A-Z0-9_]{2,})\b")
_ADDRESS = frozenset({"address"})
_TELLS = {"-H", "--header", "-u", "--user", "-A", "-e", "--referer"}


def left_to_a_person(
    text: str, values: Mapping[str, str], brought: Collection[str], hosts: Collection[str], given: frozenset[str]
) -> bool:
    """Whether a person has to take these values: the ``brought`` of them decide where the text connects, or it names a secret.

    ``values`` are those that it is filled with, by name; ``brought`` the names of those that an alert or an output brought;
    ``hosts`` what the site itself names, to which anything may lead; ``given`` variables that the command finds by itself.
    """
    real = fill(text, values, given).text
    if holds_secret(real) or any(is_secret(match[1] or match[2]) for match in _NAME.finditer(real)):
        return True
    marks = {
        f"80706050403{at}" if values[name].isdigit() else f"zqz{at}zqz": values[name] for at, name in enumerate(sorted(brought))
    }
    named = dict(zip(sorted(brought), marks, strict=True))
    put = fill(text, {**values, **named}, given)
    if not put.used or _MARK.search(text):
        return True
    return _Reach(analyze(put.text), marks, hosts).is_chosen(put.text)


class _Reach:
    """The invocations of one text, with marks for what nobody here chose."""

    def __init__(self, analysis: CommandAnalysis, marks: Mapping[str, str], hosts: Collection[str]) -> None:
        self._analysis, self._marks, self._hosts = analysis, marks, hosts

    def is_chosen(self, text: str) -> bool:
        """Whether a mark decides where something connects, or may: what cannot be followed counts."""
        calls = self._analysis.calls
        told = [word.text for call in calls for _, word in _given(call)]
        lost = len(_MARK.findall(text)) > len(_MARK.findall(" ".join(told)))
        reaching = [call for call in calls if _row(call) is not None or call.program is None]
        if lost and (reaching or "/dev/" in text):
            return True
        return any(self._decides(call, option, word) for call in calls for option, word in _given(call))

    def _decides(self, call: Invocation, option: Given | None, word: Word) -> bool:
        """Whether a word may decide where its program connects, and is not known."""
        marked, row = bool(_MARK.search(word.text)), _row(call)
        loose = any(mark in word.text for mark in (PLAIN, OUTPUT)) or word.kind != "one"
        if not marked and not (loose and row is not None):
            return False
        if call.program is None:
            return True
        if row == _ADDRESS:
            return option is not None or self._leads(call, word)
        if not _may_hold(row, option, word if not marked else Word(self._real(word.text))):
            return loose or not self._is_known(word)
        return False

    def _leads(self, call: Invocation, word: Word) -> bool:
        """Whether marks decide where an http request goes, or what it asks for there: more than the id of one thing."""
        onward = call.has("-L", "--location") or (call.path == ("wget",) and not stays(call))
        scheme, authority, below = re.fullmatch(r"((?:https?://)?)([^/?#]*)(.*)", word.text, re.IGNORECASE | re.DOTALL).groups()  # type: ignore[union-attr]
        if (onward and _MARK.search(word.text)) or not all(map(self._names_one, _PARTS.split(below))):
            return True
        if any(mark in authority for mark in (PLAIN, OUTPUT)) or (not scheme and ANYTHING in authority):
            return True
        if not _MARK.search(authority):
            return False
        host, _, port = authority.rpartition(":") if re.search(r":[^\]]*$", authority) else (authority, "", "")
        told = any(option.name in _TELLS for option in call.options)
        real = self._real(authority)
        if "/" in real or (_MARK.search(port) and (told or "@" in host)):
            return True
        # With a port that the runbook itself says, any service of a host that the site names is meant.
        place = self._real(host) if port.isdigit() and not _MARK.search(port) else f"{scheme or 'http://'}{real}"
        return not is_among(place, self._hosts)

    def _names_one(self, part: str) -> bool:
        """Whether the marks in a part of a path or a query are an id, which has a digit, and not the name of what a server can do.

        Within a longer value of a query, such as the label of a metric, a plain word is none of that either.
        """
        key, equals, value = part.partition("=")
        within = equals and not _MARK.fullmatch(value)
        said = [self._marks[mark] for mark in _MARK.findall(part)]
        plain = all(_PLAIN_NAME.fullmatch(one) and (within or re.search(r"\d", one)) for one in said)
        return plain and not (equals and _MARK.search(key))

    def _is_known(self, word: Word) -> bool:
        return is_among(self._real(word.text), self._hosts)

    def _real(self, text: str) -> str:
        return _MARK.sub(lambda found: self._marks.get(found[0], found[0]), text)


def _given(call: Invocation) -> Iterator[tuple[Given | None, Word]]:
    """Each word with its option; ``None`` where it is none's."""
    yield from ((None, word) for word in call.free)
    yield from ((option, option.value) for option in call.options if option.value)


def _row(call: Invocation) -> frozenset[str] | None:
    """What may hold a mark; None for a program that connects to nothing that it is told."""
    found = next((_ROWS[call.path[:end]] for end in range(len(call.path), 0, -1) if call.path[:end] in _ROWS), None)
    return frozenset() if found is None and call.path[0] in FAR else found


def _may_hold(row: frozenset[str] | None, option: Given | None, word: Word) -> bool:
    """Whether a word is none that says where to connect."""
    name = option.name if option else "words"
    if "://" in word.text or word.text[:1] == "@" or set(re.split(r"[-_.]", name.casefold())) & _PLACES:
        return False
    return row is None or name in row or ("*" in row and f"!{name}" not in row)

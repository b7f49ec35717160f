"""What files hold, by their paths: nothing that may be shown, or settings with secrets among them. The table is `files.txt`."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate

from stormjib.core.text.table import rows_of

_NAME_MAX = 255
_MARKS = re.compile(r"[\x00-\x02]+")
_LOGS = re.compile(
    r"^(?:var/log|proc|sys|run/log)/|\.(?:log|out|err|csv|tsv|txt|md)(?:[.-]|$)"
    r"|(?:^|/)(?:[^/_.-]{1,40}[_.-])?(?:access|error|logs?|syslog|messages)[^/]{0,40}$"
)


def _patterns(*kinds: str) -> tuple[tuple[str, ...], ...]:
    """The rows of some kinds, each as the names with which a path ends."""
    rows = (row.split() for row in rows_of(__package__, "files.txt"))
    return tuple(dict.fromkeys(tuple(text.casefold().split("/")) for row in rows if row[0] in kinds for text in row[1:]))


_COMMON = frozenset(_patterns("common"))
OBJECTS = 2
_UPPER = (["etc"], ["root"], ["~"], [".."])


class Ends:
    """Paths that end in one of several ways."""

    def __init__(self, patterns: Iterable[tuple[str, ...]]) -> None:
        """``patterns``: names that may hold a ``*``, the last of the path last."""
        self._patterns = [(parts, tuple(re.compile(translate(part)) for part in parts)) for parts in patterns]
        self._open = [entry for entry in self._patterns if entry[0][-1] == "*"]  # all that lies in a directory
        lasts = dict.fromkeys(translate(parts[-1]) for parts, _ in self._patterns if parts[-1] != "*")
        self._last = re.compile("|".join(lasts))

    def match(self, names: Sequence[str]) -> bool:
        """Whether a path, as its names in small letters, ends so."""
        if not names or len(names[-1]) > _NAME_MAX:
            return False
        patterns = self._patterns if self._last.match(names[-1]) else self._open
        return any(
            len(shapes) <= len(names) and all(map(re.Pattern.match, shapes, names[-len(shapes) :])) for _, shapes in patterns
        )

    def may_match(self, names: Sequence[str]) -> bool:
        """The same of a path with wildcards or unknown parts; where the directory is not known at all, its name says nothing."""
        if not names or len(names[-1]) > _NAME_MAX or not _MARKS.sub("", names[-1]).strip("*?"):
            return False
        ends = [re.compile(translate(_MARKS.sub("*", re.sub(r"\{[^{}]*\}", "*", name)))) for name in names[-3:]]
        known = [bool(_MARKS.sub("", name)) for name in names[-3:]]
        any_of_its_kind = (
            re.fullmatch(r"[*?\x00-\x02]+\.[\w*-]+", names[-1]) and names[:-1] not in _UPPER and names[:1] != ["home"]
        )
        return any(
            (len(parts) > 1 or not any_of_its_kind or parts in _COMMON)
            and ends[-1].match(parts[-1].replace("*", ""))
            and len(parts) <= len(ends)
            and all(known[-at] and ends[-at].match(parts[-at].replace("*", "")) for at in range(2, len(parts) + 1))
            for parts, _ in self._patterns
        )


DIRECTORIES = frozenset(parts[0] for parts in _patterns("directory"))
SECRET, MIXED = Ends(_patterns("secret", "common")), Ends(_patterns("mixed"))
_PUBLIC, _SETTINGS, _OBJECTS = Ends(_patterns("public")), Ends(_patterns("settings")), Ends(_patterns("objects"))


def holds_settings(names: Sequence[str]) -> int:
    """1 for a file of lines in which secrets may stand beside their names, 2 where these may be on other lines; 0 for a log or numbers."""
    if _PUBLIC.match(names) or _LOGS.search("/".join(names)):
        return 0
    return OBJECTS if _OBJECTS.match(names) else int(_SETTINGS.match(names))

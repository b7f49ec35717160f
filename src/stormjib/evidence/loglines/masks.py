"""The masks: numbers, hex, uuids, addresses, paths, names of hosts and the like become ``<*>``, whatever the format of the line.

Every expression starts at the edge of a word and has no nested repetition over the same characters, so that the work is linear in the
line; longer lines are cut at ``LINE_CHARS_MAX`` first.
"""

import re
from typing import Final

from stormjib.core.text.table import rows_of, words_of

LINE_CHARS_MAX: Final = 2_000
"""What of a line is looked at; a longer line is told apart by its beginning."""
VARIABLE: Final = "<*>"

_LEFT = r"(?<![0-9A-Za-z])"
_RIGHT = r"(?![0-9A-Za-z])"
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_NAME = r"[a-z0-9][a-z0-9_-]*+"

_SAYING: Final = ("msg", "message", "err", "error", "reason", "event", "cause", "detail", "exception")
"""Fields of logfmt that say what happened."""
_WHOLE: Final = tuple(
    (needed, re.compile(pattern), put)
    for needed, pattern, put in (  # without the first, a line need not be searched
        (
            '="',  # what is said stays, and a single word, which may be a name with a few values
            "".join(rf"(?<!\b{key}=)" for key in _SAYING) + r'(?<==)"(?![A-Za-z][A-Za-z_-]*")[^"]*+"',
            f'"{VARIABLE}"',
        ),
        ("T", _LEFT + r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d++)?)?(?:Z|[+-]\d\d:?\d\d)?" + _RIGHT, VARIABLE),  # a time
        ("://", r"\b[a-z][a-z0-9+]{1,9}+://[^\s\"'<>,;)\]}]++", VARIABLE),  # a URL
        ("@", r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++", VARIABLE),  # a mail address
        (
            "/",
            r"(?<![\w.:>/-])/(?:[\w.+$@%~:-]++/)+(?:[\w+$@%~-]|\.(?![\s]|$))*+(?:\?[^\s\"'<>,;)\]}]++)?(?![\w<])",
            VARIABLE,
        ),  # a path with its query
        (":\\", _LEFT + r"[A-Za-z]:\\[^\s\"'<>|,;]++", VARIABLE),  # a path of Windows
        (":", _LEFT + r"(?:[0-9a-fA-F]{2}:){5,}+[0-9a-fA-F]{2}" + _RIGHT, VARIABLE),  # a hardware address
        (":", r"(?<!\w)(?<!\w:)(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])", VARIABLE),  # IPv6
        ("::", r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){1,6}:(?:[0-9a-fA-F]{1,4}:){0,5}[0-9a-fA-F]{1,4}(?![\w:])", VARIABLE),
        (
            "[",
            r"(?<![\w.-])[a-z][\w.-]*+(?=\[(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*+:[0-9a-f:]++)\])",
            VARIABLE,
        ),  # a host before its address
        ("[", r"(?<=[A-Za-z])\[\d++(?:[-,]\d++)++\]", VARIABLE),  # a range of numbered names
        (
            ".",
            r"(?:(?<![\w.])|(?<=\.\.\.))(?:::(?:[fF]{4}:)?)?+\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\w)",
            VARIABLE,
        ),  # IPv4, also within IPv6
        (
            "/",
            r"(?<![\w./:-])[a-z_$][\w$-]*+(?:\.[\w$-]++)++/(?![A-Z]++\b)\.?[\w$-]++(?:\.[\w$-]++)*+",
            VARIABLE,
        ),  # package/Class
        ("/", rf"(?<![\w./$-]){_NAME}(?:\.{_NAME})++(?=/[A-Z]++\b)", VARIABLE),  # the domain of a record of DNS
        (":", r"(?<![\w./-])[a-zA-Z_$][\w$]*+(?:\.[\w$<>]++){3,}+:\d++", VARIABLE),  # a place in code
        (
            ".",
            rf"(?<=.)(?<![\w./$-])(?!v?\d++\.\d++\.\d++(?![\w.-])){_NAME}(?:\.{_NAME}){{2,}}+(?![\w.$/(-]|\[{_UUID}\])",
            VARIABLE,
        ),  # a host or package; at the beginning of a line it is what the line is about, before the id of a run what runs
        ("-", _LEFT + _UUID + _RIGHT, VARIABLE),
        (":", r"(?<![\w./$-])[a-z0-9][a-z0-9-]*+(?:\.[a-z0-9-]++)++(?=:\d{2,5}(?![\w:]))", VARIABLE),  # host:port
        ("=", rf"(?<==){_NAME}\.[a-z]{{2,}}+(?![\w.$/(-])", VARIABLE),
        ("0", _LEFT + r"0[xX][0-9a-fA-F]++" + _RIGHT, VARIABLE),
        ("", _LEFT + r"(?=[0-9]*+[a-fA-F])(?=[a-fA-F]*+[0-9])[0-9a-fA-F]{6,}+" + _RIGHT, VARIABLE),
        ("***", r"(?<!\S)\*{3,}+(?!\S)", VARIABLE),  # a value that is hidden, or too wide for its column
        ("", _LEFT + r"(?:[a-f]{8}|[A-F]{8}|[a-f]{16}|[A-F]{16})" + _RIGHT, VARIABLE),
    )
)
_HYPHENATED: Final = re.compile(_LEFT + r"[A-Za-z0-9]++(?:-[A-Za-z0-9]++)++" + _RIGHT)
_PARTS: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (_LEFT + r"v\d++(?=\.\d)", f"v{VARIABLE}"),  # a version
        # Letters and digits that alternate: an id, not a word with a number behind it, nor a name in code such as IO80211Port::open.
        (
            r"(?<!::)" + _LEFT + r"(?=[0-9]*+[A-Za-z]++[0-9]++[A-Za-z]|[0-9]++[A-Za-z]++[0-9])[0-9A-Za-z]{4,}+(?!::)" + _RIGHT,
            VARIABLE,
        ),
        (_LEFT + r"\d++(?:_\d++){2,}+" + _RIGHT, VARIABLE),  # an id of several numbers
        (r"(?:(?<=_)-|(?<![\w.>)\]-])[-+])?+(?<![0-9A-Za-z])\d++[A-Za-z]{0,3}+" + _RIGHT, VARIABLE),  # with its sign and unit
    )
)
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_UNIT = "(?:ms|sec|secs|seconds?|min|mins|minutes?|hours?|milliseconds?)"
_LISTED = r"[\w.:/=-]*+<\*>[\w.:/=<>*-]*+"
_ALIKE: Final = tuple(
    (needed, re.compile(pattern), put)
    for needed, pattern, put in (
        (VARIABLE, rf"\b{_DAY},? +{_MONTH} +<\*>|\b{_MONTH} +<\*>(?= <\*>)|<\*>/{_MONTH}/<\*>", VARIABLE),  # a date
        ("(<", r" ?\(<\*>(?:\.<\*>)? (?:bytes|[KMGT]?i?B)\)", ""),  # the same size once more, for people
        (VARIABLE, rf"<?<\*>(?::<\*>)++(?:[.,]<\*>)?|<?<\*>(?:\.<\*>)? {_UNIT}\b", VARIABLE),  # a time or a duration
        ("  ", r"(?<=\w)  (?=\w)", f" {VARIABLE} "),  # an empty value between two words
        ('""', r"(?<=[(=, ])\"\"(?!\")", f'"{VARIABLE}"'),
        ("()", r"(?<= )\(\)", f"({VARIABLE})"),
        ("{}", r"(?<![^ ])\{\}", f"{{{VARIABLE}}}"),
        ("[]", r"(?<==)\[\]", f"[{VARIABLE}]"),
        ("=", r"(?<==)(?:null|None|nil)\b", VARIABLE),
        (
            VARIABLE,
            r"(?<!>_)<\*>(?:_<\*>)*+\((?:<\*>|[A-Za-z_]{0,40}+\d\w{0,80}+)\)(?=[\s,;.:]|$)",
            VARIABLE,
        ),  # an id with its other spelling
        (
            VARIABLE,
            r"<\*>(?:[^\s\w<>]<\*>)++",
            VARIABLE,
        ),  # values with one character between them: an address with its port, a version
        (VARIABLE, rf"(?<=[\[{{(]){_LISTED}(?:, ?{_LISTED})++(?=[\])}}])", VARIABLE),  # a list
        (VARIABLE, r"(?<!\w)[-+](?=<\*>)", ""),
        (VARIABLE, r"<\*>(?:\.<\*>)? ?(?:[KMGTP]i?B|B|[Bb]ytes)\b(?! ?=(?!<))", VARIABLE),  # a size in any unit
    )
)
_NUMBERED: Final = re.compile(r"(?<![0-9A-Za-z:])([A-Za-z]{2,}|[a-gi-oqrtuw-z])(\d++)(?![0-9A-Za-z]|::)")
_NAMES: Final = words_of(" ".join(rows_of(__package__, "numbered_names.txt")))
_AFTER_USER: Final = re.compile(
    r"(?i)(\b(?:for|via|by|of|as|to|with|from|invalid|unknown|illegal) user )(?!(?:not|is|was|has|does|failed|request|input|action)\b)[\w-]++(?:\.[\w-]++)*+(?=\.?(?:[\s\]]|$))"
    r"|(\buser )(?!user |\w+ed |not )[\w.-]++(?= (?:from|at)\b)"
)
"""A name behind the word user, where the words around it say so; else that word tells what became of a user."""


_PADDED: Final = re.compile(r"(?<=<\*>)[ \t]{2,}|[ \t]{2,}(?=<\*>)")
"""Blanks beside a value, which fill its column."""


def fine(text: str) -> str:
    """The line with every value that can be told by its look as ``<*>``; what is shown to people."""
    if len(text) > LINE_CHARS_MAX:  # a word that is cut is another word
        text = text[:LINE_CHARS_MAX].rpartition(" ")[0] or text[:LINE_CHARS_MAX]
    for needed, pattern, put in _WHOLE:
        if needed in text:
            text = pattern.sub(put, text)
    if "-" in text:
        text = _HYPHENATED.sub(_id_of_parts, text)
    for pattern, put in _PARTS:
        text = pattern.sub(put, text)
    return _AFTER_USER.sub(lambda found: f"{found[1] or found[2]}{VARIABLE}", text) if "user " in text else text


def unnumbered(template: str) -> str:
    """What stands for several lines that were counted without their digits: ``shard3`` is one of several, ``utf8`` is a name."""
    return _NUMBERED.sub(lambda found: found[0] if found[1].lower() in _NAMES else f"{found[1]}{VARIABLE}", template)


def coarse(masked: str) -> str:
    """A finely masked line with values of one kind that are written in several ways made alike: only to compare lines."""
    for needed, pattern, put in _ALIKE:
        if needed in masked:
            masked = pattern.sub(put, masked)
    return _without_lists(_PADDED.sub(" ", masked).strip())


def _id_of_parts(found: re.Match[str]) -> str:
    """``R25-M1-N2`` is an id; ``read-only`` is a word and ``node-7`` a word with a number, which is masked by itself."""
    parts = found[0].split("-")
    numbered = sum(any(char.isdecimal() for char in part) for part in parts)
    words = sum(not part.isdecimal() for part in parts)
    return VARIABLE if numbered > 1 and numbered * 2 >= len(parts) and words else found[0]


def _without_lists(masked: str) -> str:
    """Values in a row, each like the one before, are one value: a list of any length is the same message."""
    words = masked.split(" ")
    kept = words[:1]
    for word in words[1:]:
        if VARIABLE not in word or word.rstrip(",;") != kept[-1].rstrip(",;"):
            kept.append(word)
        else:
            kept[-1] = word  # the last of a list has no comma
    return " ".join(kept)

"""What shows an environment among other things: a read as long as each value keeps its name, by which it is redacted."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import pairwise

from stormjib.core.redact import is_secret
from stormjib.core.shell.arguments import Invocation
from stormjib.core.text.table import rows_of, words_of

_LINES = "lines "
_BEARS = tuple(row.removeprefix(_LINES) for row in rows_of(__package__, "environments.txt"))
_LINED = tuple(row.removeprefix(_LINES) for row in rows_of(__package__, "environments.txt") if row.startswith(_LINES))
_PICKERS = {"kubectl", "docker", "crictl", "gcloud", "argocd"}
_PICKS = {"-o", "--output", "--format", "-f", "--template", "-t"}
# Values without their names: an environment, all of a map.
_VALUES = re.compile(
    r"(?<![A-Za-z_])env(?!oy)|\bvalues?\b(?!\()|\.\*|\bdata\s*[\[|]|range[^}]*\.data\b|metadata\.items", re.IGNORECASE
)
_ANY_TEXT = re.compile(r"\.\.|\b(?:strings|scalars|tostream|getpath|leaf_paths)\b|@\w")
_NAMES_OF_SECRETS = re.compile(r"imagePullSecrets?|secret(?:Name|KeyRef|Ref)\b", re.IGNORECASE)
_TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'|\brange\b[^}]*\}|\{\{?-?\s*(?:end|else)[^}]*\}")
_LAST = re.compile(r"(?<![\w@*])([\w@*]*+)(?:\[[^\]]{0,80}\])?\s{0,9}$")
_WHOLE_THINGS = words_of(
    "items spec template containers initcontainers ephemeralcontainers data metadata annotations object config hostconfig containerspec taskspec json @ *"
) | {""}
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_FLAT = re.compile(r"(?:text|flattened|csv|value|get|config|diff|list|multi)(?:\[[^\]]*\])?", re.IGNORECASE)
# Taken out of its line by them, a value has lost its name.
_PARTING = words_of(
    "awk cut sed rev fold fmt tr od hexdump xxd base64 base32 strings column paste join cmp head tail grep zgrep jq yq read xargs"
)
_SECRET_NAMES = words_of(
    "password passwd passphrase passwort secret token api_key api-key apikey access_key accesskey private_key credential credentials auth "
    "authorization pwd dsn jwt bearer cookie webhook license signing_key encryption_key database_url environment env value values"
)
_ASKED = re.compile(
    r"pass(?:w|phr|_|\b)|pwd|secret|token|credential|(?:api|access|private|account|signing|encryption).{0,2}key|\bauth(?:[_=:]|\b)|bearer|\bjwt\b|cookie",
    re.IGNORECASE,
)
_LITERAL = re.compile(r"[\w\s^$:\"'=/,-]*")
_CUTS = re.compile(
    r"\b(?:split|splits|sub|gsub|capture|match|scan|explode|implode|ltrimstr|rtrimstr|join|add|to_?entries|tostring|tojson)\b|\.values?\b|\[-?\d*:-?\d*\]|\[\]\s*$"
)
_WHOLE = re.compile(r"\{ ?print(?: ?\$[01])? ?\}")
_SEPARATORS = ("=", ":")
_KEEP_LINES = words_of("head tail cat less more wc nl uniq")
_SEARCH = words_of("grep egrep fgrep sed")
_FROM_FIRST = re.compile(r"(?:1,(?:\d+|\$|/[^/]*/))?p")  # what sed is told
_LOST_MIN = 3


def bears(call: Invocation) -> bool:
    """Whether what it prints may have an environment in it."""
    path = " ".join(call.path)
    if path == "kubectl get" and not re.match(r"=?(?:yaml|json|go-?t|template|custom)", _output(call)):
        return False
    formats = [text for text in _formats(call) if re.search(r"[{(:]", text)]
    if formats and not any(map(_asks_for_all, formats)):
        return False
    return any(fnmatchcase(path, pattern) for pattern in _BEARS)


def _output(call: Invocation) -> str:
    given = [option.value.text for option in call.options if option.name in {"-o", "--output"} and option.value]
    return given[-1] if given else "yaml" if call.has("--template") else ""


def _asks_for_all(text: str) -> bool:
    """Whether a format asks for a whole thing, or for a part of it that has an environment, rather than for single fields."""
    parts = [part for part in re.split(r"[}),]", _TEXTS.sub("", text)) if part.strip(" {")]
    ends = [found[1].casefold() for found in map(_LAST.search, parts) if found]
    return not ends or any(end in _WHOLE_THINGS for end in ends) or _takes_values(text)


def picked(call: Invocation) -> bool:
    """Whether a format asks for values that would stand there without their names."""
    if call.path[0] not in _PICKERS or not any(fnmatchcase(" ".join(call.path), pattern) for pattern in _BEARS):
        return False
    return any(_FLAT.fullmatch(text) or _takes_values(text) for text in _formats(call))


def _formats(call: Invocation) -> Iterator[str]:
    """The formats that it is given; of docker every word is a free one."""
    yield from (option.value.text for option in call.options if option.value and option.name in _PICKS)
    yield from (word.text for word in call.free if "{{" in word.text)


def _takes_values(text: str) -> bool:
    """Whether a path, a template or a filter asks for values alone, or for one whose name is a secret's."""
    bare = _NAMES_OF_SECRETS.sub("", text)
    return bool(_VALUES.search(bare)) or any(is_secret(name) for name in _NAME.findall(bare))


def loses(settings: int, apart: int) -> bool:
    """Whether values lose their names: parted from them (2) in any settings (1), or without their lines (1) where names are on others (2)."""
    return settings + apart >= _LOST_MIN


def parting(call: Invocation) -> int:
    """What is done to lines of text: 2 where values may be parted from what stands beside them, 1 where lines before them may be lost."""
    return 2 if parts(call) else int(_drops(call))


def _drops(call: Invocation) -> bool:
    """Whether it may leave out a line and show a later one. A line with a harmless word of its own is no value of another one."""
    texts = [word.text for word in call.words[1:]]
    match call.name:
        case "grep" | "egrep" | "fgrep" | "zgrep":
            return not narrows(call) and (
                not _sought(call) or any(re.match(r"-(?:\d|[A-Za-z]*[vBCfLz])|--(?:inv|bef|con|fil|nul)", text) for text in texts)
            )
        case "sed":
            scripts = [option.value.text for option in call.options if option.name == "-e" and option.value] or [
                word.text for word in call.free[:1]
            ]
            return not all(
                _FROM_FIRST.fullmatch(text) or _is_harmless(text.split("/")[1] if text[:1] == "/" else "") for text in scripts
            )
        case "tail":
            return "+1" not in [option.value.text for option in call.options if option.value and option.name in {"-n", "--lines"}]
        case "uniq":
            return any(re.match(r"-\w*[duD]|--(?:rep|uni|all)", text) for text in texts)
        case "diff":
            return not any(re.match(r"-\w*[uyqU]|--(?:uni|side|brief)", text) for text in texts)
        case "git":
            return call.has("-L") or "grep" in call.path or any(re.fullmatch(r"-U0|--unified=0", text) for text in texts)
        case name:
            return name in {"sort", "tac", "comm", "shuf"}


def parted(call: Invocation, bearing: str) -> bool:
    """Whether a command behind a pipe may part values from their names; ``bearing`` is the command that shows them."""
    if _drops(call) and not any(fnmatchcase(bearing.strip("`"), pattern) for pattern in _LINED):
        return True
    if call.name in _KEEP_LINES:
        return False
    texts = [word.text for word in call.words[1:]]
    if call.path[0] == "jq":
        return any(_takes_values(text) or _ANY_TEXT.search(text) for text in texts)
    if call.name not in _SEARCH or (call.name == "sed" and parts(call)):
        return True
    return any(re.match(r"-\w*[ovhzc]|--(?:only|inv|no-f)", text) or re.search(r"val", text, re.IGNORECASE) for text in texts)


def narrows(call: Invocation) -> bool:
    """Whether it shows only lines with a word of their own, which is no part of the name of a secret."""
    if call.path[0] in {"grep", "zgrep"}:
        texts = [word.text for word in call.words[1:]]
        return _sought(call) and not any(re.match(r"-\w*[vABCfLz\d]|--(?:inv|aft|bef|con|fil|nul|fi)", text) for text in texts)
    literal = re.match(r"\s*/([^/\\]+)/ ?\{", call.free[0].text) if call.path[0] == "awk" and call.free else None
    return bool(literal and _is_harmless(literal[1]))


def _sought(call: Invocation) -> bool:
    """Whether a search is for harmless words only."""
    texts = [word.text for word in call.words[1:]]
    behind = [text for before, text in pairwise(texts) if re.fullmatch(r"-[A-Za-z]*e|--regexp", before)]
    given = [
        *behind,
        *(found[1] for text in texts if (found := re.fullmatch(r"(?:-[A-Za-z]*?e|--regexp=)(.+)", text, re.DOTALL))),
    ]
    words = given or [text for text in texts if text[:1] != "-"][:1]
    return bool(words) and all(map(_is_harmless, words))


def _is_harmless(pattern: str) -> bool:
    """Whether a pattern is plain text, or several, each with a word in it that is no part of the name of a secret."""
    each = [(text, re.findall(r"[a-z]{3,}", text.casefold())) for text in re.split(r"\\?\|", pattern)]
    return all(
        runs and _LITERAL.fullmatch(text) and not any(run in name or name in run for run in runs for name in _SECRET_NAMES)
        for text, runs in each
    )


def picks_out(call: Invocation) -> bool:
    """Whether a search has, in each of its alternatives, letters that a line must have to be shown."""
    texts = [word.text for word in call.words[1:]]
    given = [option.value.text for option in call.options if option.name in {"-e", "--regexp"} and option.value]
    patterns = given or [text for text in texts if text[:1] != "-"][:1]
    sought = [part for text in patterns for part in re.split(r"\\?[|()]", re.sub(r"\[[^\]]{0,99}\]|\w[*?]", ".", text)) if part]
    inverted = any(re.match(r"-\w*[vLf]|--(?:inv|fil)", text) for text in texts)
    return not inverted and bool(sought) and all(re.search(r"[^\W\d_]{3,}|\d{3,}", part) for part in sought)


def asks_secret(call: Invocation) -> bool:
    """Whether it takes out of a line what stands behind the name of a secret."""
    texts = [word.text for word in call.words[1:]]
    if call.path[0] in {"grep", "zgrep"}:
        only = any(re.match(r"-\w*o|--only", text) for text in texts)
        return only and any(_ASKED.search(text) or _resembles(text) for text in texts)
    if call.path[0] == "awk":
        return any(option.value and option.name == "-F" and _ASKED.search(option.value.text) for option in call.options)
    if call.path[0] == "sed":
        return parts(call) and any(map(_ASKED.search, texts))
    return call.path[0] in {"jq", "yq"} and any(_ASKED.search(text) for text in _filters(call))


def _resembles(pattern: str) -> bool:
    """Whether a pattern with letters left open may mean the name of a secret: ``PASS.ORD=``."""
    open_ended = re.sub(r"\[[^\]]{0,99}\]|\.", "?", re.sub(r"\\.|[(){}<>^$]", " ", pattern)).casefold()
    runs = [run for run in re.findall(r"[\w?]{4,40}", open_ended) if "?" in run and len(run.replace("?", "")) > 1]
    return any(
        fnmatchcase(name, f"*{run.strip('?')}*") for run in runs for name in ("password", "passwd", "secret", "token", "api_key")
    )


def _filters(call: Invocation) -> list[str]:
    """The filter of jq or yq."""
    return [word.text for word in call.free if word.text[:1] != "-"][:1]


def parts(call: Invocation) -> bool:
    """Whether what it prints of settings may have lost the names that stood beside the values."""
    name, texts = call.path[0], [word.text for word in call.words[1:]]
    if name not in _PARTING or narrows(call):
        return False
    options = {option.name: option.value.text if option.value else "" for option in call.options}
    match name:
        case "awk":
            return not (call.free and _WHOLE.fullmatch(call.free[0].text.strip()) and not {"-F"} & options.keys())
        case "sed":
            return any(re.match(r"s\W|[^/]*;\s*s\W|/.*/d;\s*s\W", text) for text in texts)
        case "cut":
            return not (options.get("-f") == "1" and options.get("-d") in _SEPARATORS)
        case "tr":
            return texts not in (["-d", "\\r"], ["-s", " "])
        case "column":
            return any(re.match(r"-\w*[so]|--(?:sep|out)", text) for text in texts)
        case "head" | "tail":
            return any(re.match(r"-\w*c|--by", text) for text in texts)
        case "grep" | "zgrep":
            return any(re.match(r"-\w*o|--only", text) for text in texts)
        case "read":
            return len(call.free) > 1 or not call.free
        case "jq" | "yq":
            return any(
                _ANY_TEXT.search(text) or _CUTS.search(text) or any(map(is_secret, _NAME.findall(text)))
                for text in _filters(call)
            )
        case _:
            return True

"""What shows an environment among other things: a read as long as each value keeps its name, by which it is redacted."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from stormjib.core.redact import is_secret
from stormjib.core.shell.arguments import Invocation
from stormjib.core.text.table import rows_of, words_of

_BEARS = tuple(rows_of(__package__, "environments.txt"))
_PICKERS = {"kubectl", "docker", "crictl", "gcloud", "argocd"}
_PICKS = {"-o", "--output", "--format", "-f", "--template", "-t"}
# Values without their names: an environment, all of a map.
_VALUES = re.compile(
    r"(?<![A-Za-z_])env(?!oy)|\bvalues?\b(?!\()|\.\*|\bdata\s*[\[|]|range[^}]*\.data\b|metadata\.items", re.IGNORECASE
)
_ANY_TEXT = re.compile(r"\.\.|\b(?:strings|scalars|tostream|getpath|leaf_paths|@\w+)\b")
_NAMES_OF_SECRETS = re.compile(r"imagePullSecrets?|secret(?:Name|KeyRef|Ref)\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_FLAT = re.compile(r"(?:text|flattened|csv|value|get|config|diff|list|multi)(?:\[[^\]]*\])?", re.IGNORECASE)
_KEEP_LINES = words_of("head tail cat less more wc nl uniq")
_SEARCH = words_of("grep egrep fgrep sed")


def bears(call: Invocation) -> bool:
    """Whether what it prints may have an environment in it."""
    path = " ".join(call.path)
    if path == "kubectl get" and not re.match(r"=?(?:yaml|json|go-?t|template|custom)", _output(call)):
        return False
    return any(fnmatchcase(path, pattern) for pattern in _BEARS)


def _output(call: Invocation) -> str:
    given = [option.value.text for option in call.options if option.name in {"-o", "--output"} and option.value]
    return given[-1] if given else "yaml" if call.has("--template") else ""


def picked(call: Invocation) -> bool:
    """Whether a format asks for values that would stand there without their names."""
    if call.path[0] not in _PICKERS or not bears(call):
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


def parted(call: Invocation) -> bool:
    """Whether a command behind a pipe may part values from their names."""
    if call.name in _KEEP_LINES:
        return False
    texts = [word.text for word in call.words[1:]]
    if call.path[0] == "jq":
        return any(_takes_values(text) or _ANY_TEXT.search(text) for text in texts)
    if call.name not in _SEARCH:
        return True
    return any(re.match(r"-\w*[ovhzc]|--(?:only|inv|no-f)", text) or re.search(r"val", text, re.IGNORECASE) for text in texts)

"""The one name of a value, however it is written: ``$POD``, ``<pod-name>``, ``[POD]``, ``{{ pod }}``, ``POD_NAME``."""

import re

_BRACKETS = re.compile(r"^(?:\$\{?|[<\[{%@#(«‹＜⟨〈《〔_ ]|&lt;|\\<)+|(?:[>\]})%@#»›＞⟩〉》〕_ ]|&gt;|\\>){1,9}$")
_DEFAULT = re.compile(r"(?<=\w):?[-?=].*$", re.DOTALL)
_LABEL = re.compile(r"^\$?(?:labels|commonlabels|value|values|vars|env)\.", re.IGNORECASE)
_AROUND = re.compile(r"^(?:your|my|the|a|an|insert|enter|replace|fill|paste|change|some)_(?=\w)|(?<=\w)_(?:name|here)$")
_NO_NAME = re.compile(
    r"\d*|[\dx_]{2,}|n{2,}|todo|tbd|fixme|placeholder|(?:change|replace|fill)_?me|foo|bar|baz|foobar", re.IGNORECASE
)
_SAME = {
    "ns": "namespace", "svc": "service", "servicename": "service", "podname": "pod", "containername": "container", "hostname": "host",
    "nodename": "node", "deploy": "deployment", "db": "database", "dbname": "database", "appname": "app", "application": "app",
    "filename": "file", "username": "user", "ipaddress": "ip", "ip_address": "ip", "ctx": "context", "dir": "directory",
}  # fmt: skip
NAME_CHARS_MAX = 60


def name_of(written: str) -> str:
    """``pod`` for each of them; "" where the text has no name by which anybody could give it, such as ``...`` and ``xxx``."""
    variable = written.startswith("$") and not written.startswith("$(")
    inner = written.strip()
    for _ in range(3):
        inner = _BRACKETS.sub("", inner).strip()
    inner = _LABEL.sub("", _DEFAULT.sub("", inner) if variable else inner)
    name = "_".join(re.findall(r"\w+", inner)).strip("_").casefold()
    for _ in range(2):
        name = _AROUND.sub("", name)
    name = _SAME.get(name, name)
    return "" if not variable and _NO_NAME.fullmatch(name) else name[:NAME_CHARS_MAX]

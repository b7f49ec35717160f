"""Substitutions that print nothing but names, ids and times: ``$(pgrep nginx)``, ``$(docker ps -q)``, ``$(kubectl get pods -o name)``."""

import re

from stormjib.core.text.table import words_of

_PROCESS = re.compile(r"(?:pgrep(?:\s+-(?:[fnox]+|d,))*|pidof)(?:\s+['\"]?[\w.][\w.-]*['\"]?)?")
_DATE = re.compile(
    r"date(?:\s+(?:-u|--utc|-d\s?['\"]?(?:\d{1,3} (?:minute|hour|day|week|month)s? ago|yesterday|today|now)['\"]?))*"
    r"\s+(?P<quote>['\"]?)\+(?P=quote)?(?![-/.])(?:%[YymdHMSFTsjU]|[-_:/TZ]|\.(?!\.))+['\"]?"
)
"""Digits and what parts them: no letters, of which the name of a file could be made."""
_TOKEN = re.compile(r"[\w./:=,!@+%-]*(?:(?:'[^'\\`$\n]*'|\"[^\"\\`$\n]*\"|\"?\$\{?\w+\}?\"?)[\w./:=,!@+%-]*)*")
_KINDS_OF_THINGS = words_of(
    "pod pods po deploy deployment deployments sts statefulset statefulsets ds daemonset daemonsets svc service services no node nodes "
    "job jobs rs replicaset replicasets pvc ns namespace namespaces"
)
_NAMES = re.compile(r"-o(?:=|utput=)?(?:name|jsonpath=\{(?:range)?\.(?:items\[(?P<at>\d+|\*|-1:)\]\.|\.)?metadata\.name\})")
_CLOCK = re.compile(
    r"date(?:\s+-u|\s+--utc)?(?:\s+(?:-d\s*|--date[= ])(?P<quote>['\"])(?:now|today|yesterday|tomorrow|[-+]?\s?\d{1,4}\s(?:second|minute|min|hour|day|week|month)s?(?:\sago)?)(?P=quote))?"
    r"\s+(?P<around>['\"]?)\+(?P<format>(?:%-?[YmdHMSsFTjyIVD]|\d)(?:%-?[YmdHMSsFTjyIVDBbaAZz]|[\d_.:/TZ+-]|(?P<gap> )(?=.*['\"]$))*)(?P=around)"
)
_ONE = re.compile(r"\|\s*(?:head|tail)\s+-n?\s?1\s*$")
_QUIET = re.compile(r"-[alf]*q[alf]*|--quiet")


def ids_of(raw: str) -> str:
    """What a substitution becomes that prints only plain names: ``lone``, one or none; ``numbers``, any count; "" for any other."""
    if clock := _CLOCK.fullmatch(raw[2:-1].strip()):
        return "" if clock["gap"] else "lone" if clock["quote"] else "one"
    if raw[:2] != "$(" or raw[-1:] != ")":
        return ""
    inner, one = _ONE.subn("", raw[2:-1].strip())
    inner = inner.strip()
    if _DATE.fullmatch(inner):
        return "lone"
    if _PROCESS.fullmatch(inner):
        return "lone" if one else "numbers"
    tokens = inner.split()
    if not all(_TOKEN.fullmatch(token) for token in tokens):
        return ""
    if tokens[:1] in (["docker"], ["podman"], ["docker-compose"]) and {"ps", "ls"} & set(tokens[1:4]):
        asks = any(map(_QUIET.fullmatch, tokens)) and not any(token.startswith("--format") for token in tokens)
        return ("lone" if one else "numbers") if asks else ""
    if tokens[:1] not in (["kubectl"], ["oc"]) or "get" not in tokens:
        return ""
    joined = re.sub(r"(-o|--output) ", r"\1=", " ".join(tokens)).replace("'", "").replace('"', "")
    written = [
        token.replace("--output", "-o", 1).replace("-o=", "-o", 1) for token in joined.split() if re.match(r"-o|--output", token)
    ]
    found = _NAMES.fullmatch(written[0]) if len(written) == 1 else None
    if (
        found is None
        or tokens[tokens.index("get") + 1 :][:1] == []
        or not (set(tokens[tokens.index("get") + 1 :]) & _KINDS_OF_THINGS)
    ):
        return ""
    return "lone" if one or found["at"] not in {None, "*"} else "numbers"

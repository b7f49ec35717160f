"""What is secret: one list of names, the well-known shapes of secrets, and every form in which a configured value may be printed."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

SECRET_CHARS_MIN = 4
"""A shorter value stands in ordinary text too often; redacting it would destroy the output."""
_PART_CHARS_MIN = 8
_PEM_LINES_MAX = 400

_NAME = re.compile(
    r"(?:^|[_.-])(?:TOKENS?|SECRETS?|PASS(?:WORD|WD|PHRASE|CODE)?|PWD|PAT|KEYS?|CREDENTIALS?|CREDS?|AUTH|AUTHORIZATION|BEARER|JWT|COOKIES?"
    r"|DSN|WEBHOOKS?|PIN|OTP|SALT|SIGNATURE)(?:[_.-]|$)|(?:TOKEN|SECRET|PASSWORD|PASSWD|KEY|PASS|CREDENTIALS|COOKIE)$"
    r"|(?:DATABASE|DB|REDIS|MONGO(?:DB)?|AMQP|RABBITMQ|POSTGRES(?:QL)?|MYSQL|BROKER|CACHE|CONNECTION)_(?:UR[IL]|STRING)$|SECRET|PASSWORD|CREDENTIAL",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"password|passwd|passphrase|secret|credential|api[_.-]?key|access[_.-]?key|private[_.-]?key|auth[_.-]?token|access[_.-]?token|refresh[_.-]?token"
    r"|(?:^|[_.-])token$|_pass$|_pwd$|dsn$|jwt|cookie|authorization|webhook_ur[il]$|(?:database|db|redis|mongo(?:db)?|amqp|broker)_ur[il]$",
    re.IGNORECASE,
)
"""In an output these are believed whatever the value; of any other secret name the value must look like one."""
_PLAIN = (
    "true false null none nil empty yes no ok on off set unset expired invalid missing required incorrect wrong denied rejected "
    "accepted failed failure error errors authentication authenticated is was not has must unexpected expected unknown default "
    "for and or the a an in of to from with by at user login enabled disabled valid changed updated rotated revoked found given "
    "provided auth basic bearer string str int bool bytes undefined redacted hidden masked removed n/a optional "
    " "
)
_PLAIN_VALUES = frozenset(_PLAIN.split())

_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=]{20,}[^A-Za-z0-9]*$|^\W*[A-Za-z0-9+/=]{1,76}\W*$|(?:Proc-Type|DEK-Info|Version|Comment): ")
_SHAPES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("token", r"\bgh[pousr]_[A-Za-z0-9]{20,255}|\bgithub_pat_\w{20,255}|\bgl[a-z]{2,6}-[\w-]{16,255}|\bglpat-[\w-]{10,255}"),
        ("token", r"\bxox[a-z]-[\w-]{10,255}|\bxapp-[\w-]{10,255}|\bxoxe\.[\w.-]{10,255}"),
        ("webhook", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{10,255}|https://discord(?:app)?\.com/api/webhooks/[\w/-]{10,255}"),
        ("key", r"\b[rsp]k_(?:live|test)_[A-Za-z0-9]{8,255}|\bwhsec_[A-Za-z0-9+/=]{8,255}"),
        ("key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}|\bya29\.[\w-]{20,512}|\bGOCSPX-[\w-]{20,64}"),
        ("token", r"\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[\w-]{40,255}|\bdckr_pat_[\w-]{20,255}|\bhv[sbr]\.[\w-]{20,255}|\bdo[opr]_v1_[0-9a-f]{60,64}"),
        ("token", r"\bSG\.[\w-]{16,64}\.[\w-]{16,64}|\bgls?[ac]_[\w=]{20,255}|\bshp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}|\blin_api_\w{20,64}|\bATATT3[\w=-]{20,255}"),
        ("key", r"\bsk-(?:ant-|proj-)?[\w-]{20,255}|\bAGE-SECRET-KEY-1[A-Z0-9]{50,60}|\bSK[0-9a-f]{32}\b|\b\d{8,10}:AA[\w-]{32,35}"),
        ("JWT", r"\beyJ[\w-]{5,4096}\.eyJ[\w-]{5,8192}(?:\.[\w-]{0,4096})?"),
        ("hash", r"\$(?:2[abxy]|5|6|y|7|gy|argon2(?:id?|d))\$[^\s:\"']{20,255}"),
    )
)  # fmt: skip
_USERINFO = re.compile(r"(?P<before>\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@'\"?#]{0,255}:)(?P<hidden>[^\s/@'\"]{1,512})(?=@)")
_LONE_USERINFO = re.compile(r"(?P<before>\b[A-Za-z][A-Za-z0-9+.-]{0,30}://)(?P<hidden>[A-Za-z0-9_-]{20,512})(?=@)")
_TCP_USERINFO = re.compile(r"(?P<before>\b[\w.-]{1,64}:)(?P<hidden>[^\s@'\":/]{1,255})(?=@(?:tcp|unix)\()")
_BEARER = re.compile(
    r"(?P<before>\b(?:[Bb]earer|BEARER|[Tt]oken)[ :]{1,3})(?P<hidden>(?=[A-Za-z._~+/=-]{0,512}\d|[\w.~+/=-]{24})[A-Za-z0-9._~+/=-]{8,8192})"
)
_BASIC = re.compile(r"(?P<before>\b(?:[Bb]asic|BASIC) {1,3})(?P<hidden>[A-Za-z0-9+/]{6,2048}={0,2})")
_HEADER = re.compile(
    r"(?P<before>\b(?:(?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{0,40}(?:token|key|secret|auth)[\w-]{0,20})[\"']?\s{0,3}[:=]\s{0,3}[\"']?)"
    r"(?P<hidden>[^\s\"'][^\n\"']{0,8192})",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"(?P<before>(?<![\w-])--?[\w-]{0,40}(?:password|passwd|token|secret|api-?key|access-?key|credentials?)(?:=|\s{1,3})[\"']?"
    r"|\b(?:requirepass|masterauth|sasl\.password|identified by)\s{1,3}[\"']?|\bmachine \S{1,255} login \S{1,255} password )"
    r"(?P<hidden>[^\s\"'\[-][^\s\"']{2,1024})",
    re.IGNORECASE,
)
_TAGGED = re.compile(r"(?P<before><(?P<name>[\w.-]{1,64})>)(?P<hidden>[^<>\n]{1,1024})(?=</)")
_ASSIGNED = re.compile(
    r"(?P<before>(?<![\w.-])(?P<name>[A-Za-z_][\w.-]{1,80})(?P<sep>\\?[\"']?\s{0,3}(?:=>|:=|[:=])\s{0,3}))"
    r"(?P<hidden>\\?\"(?:[^\"\\\n]|\\[^\n\"]){0,4096}\\?\"?|'[^'\n]{0,4096}'?|[^\s,;&\"'{}\[\]()<>]{1,4096})(?P<after>[^\n]{0,40})"
)
_SHAPE_HINTS = (
    *(
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "gl",
        "xox",
        "xapp-",
        "hooks.slack",
        "api/webhooks",
        "k_live_",
        "k_test_",
    ),
    *(
        "whsec_",
        "akia",
        "asia",
        "abia",
        "acca",
        "aiza",
        "ya29.",
        "gocspx",
        "npm_",
        "pypi-",
        "dckr_pat_",
        "hvs.",
        "hvb.",
        "hvr.",
        "do",
    ),
    *(
        "sg.",
        "shp",
        "lin_api_",
        "atatt3",
        "sk-",
        "age-secret-key",
        "sk",
        ":aa",
        "eyj",
        "$2",
        "$5",
        "$6",
        "$y",
        "$7",
        "$gy",
        "$argon2",
    ),
)
_NAME_HINTS = (
    *(
        "pass",
        "pwd",
        "token",
        "secret",
        "key",
        "cred",
        "auth",
        "bearer",
        "jwt",
        "cookie",
        "dsn",
        "webhook",
        "pat",
        "pin",
        "otp",
        "salt",
    ),
    *("signature", "_ur", "_string", "identified by", "requirepass", "-password"),
)
"""Most lines hold none of them, and looking for that is cheap."""
_ENTROPY = re.compile(r"(?=[^\n]*\d)(?=[^\n]*[A-Za-z])[\w+/=.~!@#$%^&*-]{8,}")


def is_secret(name: str) -> bool:
    """Whether the name of a variable or a field says that its value is not for everyone's eyes."""
    return name not in {"PWD", "OLDPWD"} and bool(_NAME.search(name))


def holds_secret(value: str) -> bool:
    """Whether a value looks like a secret whatever it is called: an address with a password, a token, a key."""
    return next(_hidden(value), None) is not None


def forms(secrets: Mapping[str, str]) -> dict[str, str]:
    """Every text in which the values may be printed → the name: as they are, line by line, in base64, in addresses, in JSON."""
    found: dict[str, str] = {}
    for name, value in secrets.items():
        if len(value) < SECRET_CHARS_MIN:
            continue
        parts = [value, *(line.strip() for line in value.splitlines() if len(line.strip()) >= _PART_CHARS_MIN)]
        for part in parts:
            data = part.encode("utf-8", "surrogateescape")
            written = [part, quote(part, safe=""), quote(part), quote_plus(part), json.dumps(part)[1:-1]]
            written.append(json.dumps(part, ensure_ascii=False)[1:-1])
            written += [text for text in _base64(data) if len(text) >= _PART_CHARS_MIN]
            for text in written:
                found.setdefault(text, name)
                if "%" in text and text != part:
                    found.setdefault(re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), text), name)
    return {text: name for text, name in found.items() if len(text) >= SECRET_CHARS_MIN}


def _base64(data: bytes) -> Iterator[str]:
    """What certainly stands in the base64 of a text with these bytes in it, wherever they begin."""
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        start = (0, 2, 3)[offset]
        end = len(whole) - (1 if (offset + len(data)) % 3 else 0)
        yield whole[start:end]
        yield whole[start:end].translate(str.maketrans("+/", "-_"))


class Shapes:
    """Redacts well-known shapes line by line; of what goes over lines, such as a private key, it remembers where it is."""

    def __init__(self) -> None:
        """At the beginning of a text."""
        self._key_lines = 0
        self.kinds: set[str] = set()

    def line(self, text: str) -> str:
        """One line, or a long line's part, without the secrets in it."""
        if self._key_lines:
            return self._in_key(text)
        begin = _PEM_BEGIN.search(text)
        if begin:
            self.kinds.add("private key")
            rest = text[begin.end() :]
            end = _PEM_END.search(rest)
            if end is None and (not rest.strip() or "\\n" not in rest):
                self._key_lines = 1
            after = self.line(rest[end.end() :]) if end else "\n" if text.endswith("\n") else ""
            return self._spans(text[: begin.start()]) + "[redacted private key]" + after
        return self._spans(text)

    def _in_key(self, text: str) -> str:
        self._key_lines += 1
        end = _PEM_END.search(text)
        if end:
            self._key_lines = 0
            return self.line(text[end.end() :]) if text[end.end() :].strip() else ""
        if self._key_lines > _PEM_LINES_MAX or (text.strip() and not _PEM_BODY.search(text.rstrip())):
            self._key_lines = 0
            return self.line(text)
        return ""

    def _spans(self, text: str) -> str:
        kept: list[str] = []
        at = 0
        for start, end, kind in _merged(_hidden(text)):
            self.kinds.add(kind)
            kept += (text[at:start], f"[redacted {kind}]")
            at = end
        return "".join((*kept, text[at:])) if kept else text


def redacted(text: str) -> str:
    """A text without the well-known shapes of secrets."""
    shapes = Shapes()
    return "".join(shapes.line(line) for line in text.splitlines(keepends=True))


def _merged(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, kind))
    return merged


def _hidden(text: str) -> Iterator[tuple[int, int, str]]:
    """Where secrets stand in a line, and what they are."""
    low = text.lower()
    if any(hint in low for hint in _SHAPE_HINTS):
        for kind, shape in _SHAPES:
            for match in shape.finditer(text):
                yield match.start(), match.end(), kind
    if any(hint in low for hint in _NAME_HINTS):
        yield from _named(text)
    if "@" in text:
        for pattern in (_USERINFO, _LONE_USERINFO, _TCP_USERINFO):
            for match in pattern.finditer(text):
                if not _is_done(match["hidden"]):
                    yield *match.span("hidden"), "password"
    for match in _BASIC.finditer(text) if "basic" in low else ():
        if _is_basic(match["hidden"]):
            yield *match.span("hidden"), "password"


def _named(text: str) -> Iterator[tuple[int, int, str]]:
    """What a name in front of it says to be secret."""
    for pattern, kind in ((_BEARER, "token"), (_HEADER, "header"), (_SPOKEN, "password")):
        for match in pattern.finditer(text):
            if not _is_done(match["hidden"]):
                yield *match.span("hidden"), kind
    for match in _TAGGED.finditer(text):
        if is_secret(match["name"]) and _is_value(match["name"], match["hidden"]):
            yield *match.span("hidden"), match["name"][:40]
    for match in _ASSIGNED.finditer(text):
        name = match["name"].rsplit(".", 1)[-1] if not is_secret(match["name"]) else match["name"]
        if is_secret(name) and _is_assigned(match, name):
            yield *match.span("hidden"), match["name"][:40]


def _is_done(value: str) -> bool:
    """Redacted already, or the name of a variable."""
    return value.startswith(("[redacted", "[blanked", "$", "***", "<", "%")) or value.lower() in _PLAIN_VALUES


def _is_basic(value: str) -> bool:
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (ValueError, binascii.Error):
        return False


def _is_assigned(match: re.Match[str], name: str) -> bool:
    """Whether the value of a secret name is one: prose such as ``token: unexpected end`` is not."""
    raw = match["hidden"]
    quoted = raw[:1] in {'"', "'"} or raw[:2] == '\\"'
    value = raw.strip("\\\"'")
    if not _is_value(name, value):
        return False
    prose = ":" in match["sep"] and not quoted and value.isalpha() and value.islower() and match["after"].strip(" .,;")
    first = not match.string[: match.start()].strip(" -\t")
    return not prose or (first and " " not in match["after"].strip())


def _is_value(name: str, value: str) -> bool:
    """Whether a value is believed to be the secret that its name says."""
    if len(value) < SECRET_CHARS_MIN - 1 or _is_done(value) or value.strip(".,;:!?").lower() in _PLAIN_VALUES:
        return False
    if _FIRM.search(name):
        return not (name.lower().endswith("token") and value.isdigit() and len(value) < _PART_CHARS_MIN)
    return bool(_ENTROPY.fullmatch(value)) and not value.isdigit()

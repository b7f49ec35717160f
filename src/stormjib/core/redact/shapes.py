"""The shapes of secrets, as patterns whose time grows with the length of the text, and words without which none of them is there."""

import re

PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
PEM_BODY = re.compile(r"[A-Za-z0-9+/=]{20,}[^A-Za-z0-9]*$|^\W*[A-Za-z0-9+/=]{1,76}\W*$|(?:Proc-Type|DEK-Info|Version|Comment): ")
SHAPES = tuple(
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
USERINFO = re.compile(r"(?P<before>\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@'\"?#]{0,255}:)(?P<hidden>[^\s/@'\"]{1,512})(?=@)")
LONE_USERINFO = re.compile(r"(?P<before>\b[A-Za-z][A-Za-z0-9+.-]{0,30}://)(?P<hidden>[A-Za-z0-9_-]{20,512})(?=@)")
TCP_USERINFO = re.compile(r"(?P<before>\b[\w.-]{1,64}:)(?P<hidden>[^\s@'\":/]{1,255})(?=@(?:tcp|unix)\()")
BEARER = re.compile(
    r"(?P<before>\b(?:[Bb]earer|BEARER|[Tt]oken)[ :]{1,3})(?P<hidden>(?=[A-Za-z._~+/=-]{0,512}\d|[\w.~+/=-]{24})[A-Za-z0-9._~+/=-]{8,8192})"
)
BASIC = re.compile(r"(?P<before>\b(?:[Bb]asic|BASIC) {1,3})(?P<hidden>[A-Za-z0-9+/]{6,2048}={0,2})")
HEADER = re.compile(
    r"(?P<before>\b(?:(?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{0,40}(?:token|key|secret|auth)[\w-]{0,20})[\"']?\s{0,3}[:=]\s{0,3}[\"']?)"
    r"(?P<hidden>[^\s\"'][^\n\"']{0,8192})",
    re.IGNORECASE,
)
SPOKEN = re.compile(
    r"(?P<before>(?<![\w-])--?[\w-]{0,40}(?:password|passwd|token|secret|api-?key|access-?key|credentials?)(?:=|\s{1,3})[\"']?"
    r"|\b(?:requirepass|masterauth|sasl\.password|identified by)\s{1,3}[\"']?|\bmachine \S{1,255} login \S{1,255} password )"
    r"(?P<hidden>[^\s\"'\[-][^\s\"']{2,1024})",
    re.IGNORECASE,
)
TAGGED = re.compile(r"(?P<before><(?P<name>[\w.-]{1,64})>)(?P<hidden>[^<>\n]{1,1024})(?=</)")
ASSIGNED = re.compile(
    r"(?P<before>(?<![\w.-])(?P<name>[A-Za-z_][\w.-]{1,80})(?P<sep>\\?[\"']?\s{0,3}(?:=>|:=|[:=])\s{0,3}))"
    r"(?P<hidden>\\?\"(?:[^\"\\\n]|\\[^\n\"]){0,4096}\\?\"?|'[^'\n]{0,4096}'?|[^\s,;&\"'{}\[\]()<>]{1,4096})(?P<after>[^\n]{0,40})"
)
SHAPE_HINTS = (
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
NAME_HINTS = (
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

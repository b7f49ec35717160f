"""The shapes of secrets, as patterns whose time grows with the length of the text, and words without which none of them is there."""

import re

from stormjib.core.text.table import rows_of

WORDS = tuple(word.casefold() for row in rows_of(__package__, "words.txt") for word in row.split())
"""What a password is called in other languages."""
_ANYWHERE_CHARS_MIN = 6
_ANYWHERE = "|".join(re.escape(word) for word in WORDS if len(word) >= _ANYWHERE_CHARS_MIN or not word.isascii())
_ALONE = "|".join(re.escape(word) for word in WORDS if len(word) < _ANYWHERE_CHARS_MIN and word.isascii())
FOREIGN = rf"{_ANYWHERE}|(?:^|[_.-])(?:{_ALONE})(?:[_.-]|$)"
"""Names with one of them in, as a part of a pattern."""
PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
PEM_BODY = re.compile(r"[A-Za-z0-9+/=]{20,}[^A-Za-z0-9]*$|^\W*[A-Za-z0-9+/=]{1,76}\W*$|(?:Proc-Type|DEK-Info|Version|Comment): ")
OWN_TOKEN = re.compile(r"\bsj_[\w-]{20,255}")
SHAPES = tuple(
    (name, tuple(hints.split()), re.compile(pattern))
    for name, hints, pattern in (
        ("token", "sj_", OWN_TOKEN.pattern),
        ("token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ gl", r"\bgh[pousr]_[A-Za-z0-9]{20,255}|\bgithub_pat_\w{20,255}|\bgl[a-z]{2,6}-[\w-]{16,255}|\bglpat-[\w-]{10,255}"),
        ("token", "xox xapp-", r"\bxox[a-z]-[\w-]{10,255}|\bxapp-[\w-]{10,255}|\bxoxe\.[\w.-]{10,255}"),
        ("webhook", "hooks.slack api/webhooks", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{10,255}|https://discord(?:app)?\.com/api/webhooks/[\w/-]{10,255}"),
        ("key", "k_live_ k_test_ whsec_", r"\b[rsp]k_(?:live|test)_[A-Za-z0-9]{8,255}|\bwhsec_[A-Za-z0-9+/=]{8,255}"),
        ("key", "akia asia abia acca aiza ya29. gocspx-", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}|\bya29\.[\w-]{20,512}|\bGOCSPX-[\w-]{20,64}"),
        ("token", "npm_ pypi- dckr_pat_ hvs. hvb. hvr. doo_v1 dop_v1 dor_v1", r"\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[\w-]{40,255}|\bdckr_pat_[\w-]{20,255}|\bhv[sbr]\.[\w-]{8,255}|\bdo[opr]_v1_[0-9a-f]{60,64}"),
        ("token", "sg. glsa_ glsc_ glc_ gla_ shpat_ shpss_ shpca_ shppa_ lin_api_ atatt3", r"\bSG\.[\w-]{16,64}\.[\w-]{16,64}|\bgls?[ac]_[\w=]{20,255}|\bshp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}|\blin_api_\w{20,64}|\bATATT3[\w=-]{20,255}"),
        ("key", "sk- age-secret-key sk :aa", r"\bsk-(?:ant-|proj-)?[\w-]{20,255}|\bAGE-SECRET-KEY-1[A-Z0-9]{50,60}|\bSK[0-9a-f]{32}\b|\b\d{8,10}:AA[\w-]{32,35}"),
        ("link", "wyjjtkmt", r"\bWyJJTkMt[\w-]{10,900}\.[\w-]{20,30}"),  # of a page, or the id of its mail: core/access
        ("JWT", "eyj", r"\beyJ[\w-]{5,4096}\.(?:eyJ[\w-]{5,8192}(?:\.[\w-]{0,4096})?|[\w-]{0,4096}\.[\w-]{5,512}\.[\w-]{2,8192}\.[\w-]{16,128})"),
        ("hash", "$ ha} ha1 ha2 ha5 md5} crypt} {plain {clear {argon {scram", r"\$(?:1|2[abxy]|5|6|y|7|gy|apr1|argon2(?:id?|d))\$[^\s:\"']{20,255}|\{SS?HA\d{0,3}\}[A-Za-z0-9+/=]{20,255}|\{(?:PLAIN|CLEAR(?:TEXT)?|[\w-]{0,16}MD5|[\w-]{0,16}CRYPT|ARGON2\w{0,3}|SCRAM[\w-]{0,16})(?:\.\w{1,8})?\}[^\s:\"']{3,255}"),
        ("token", "1//0 eaa", r"(?<![\w/])1//0[\w-]{20,255}|\bEAA[A-Z][A-Za-z0-9]{24,512}(?![\w+/=])"),
        ("token", "s.", r"(?<![\w.])s\.(?=(?:[a-z0-9]{0,24}[A-Z]){6})(?=(?:[A-Z0-9]{0,24}[a-z]){6})[A-Za-z0-9]{24}(?![\w.(])|(?<![\w.])s\.(?=[A-Za-z]{0,24}\d)(?=[A-Z0-9]{0,24}[a-z])(?=[a-z0-9]{0,24}[A-Z])[A-Za-z0-9]{24}(?![\w.(])"),
        ("key", "key- sig= private-mac", r"(?<![\w-])key-[0-9a-f]{32}(?![\w-])|(?<=[?&]sig=)[\w%+/=-]{16,255}|\bPrivate-MAC: [0-9a-f]{40,64}"),
    )
)  # fmt: skip
"""What each is, words in small letters of which a line with one holds one, and the pattern."""
SHAPE_HINTS = tuple(hint for _, hints, _ in SHAPES for hint in hints)
USERINFO = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@'\"?#]{0,255}:")
"""As far as the password."""
LONE_USERINFO = re.compile(r"(?P<before>\b[A-Za-z][A-Za-z0-9+.-]{0,30}://)(?P<hidden>[A-Za-z0-9_-]{20,512})(?=@)")
TCP_USERINFO = re.compile(r"(?P<before>\b[\w.-]{1,64}:)(?P<hidden>[^\s@'\":/]{1,255})(?=@(?:tcp|unix)\()")
ORACLE = re.compile(
    r"(?:\bjdbc:oracle:\w{2,5}:|\b(?:sqlplus|rman|expdp|impdp|sqlldr)\s(?:[^\n/]{0,80}\s)?[\"']?(?:userid=)?)[\w$#]{1,30}/(?P<hidden>\"[^\"\n]{1,128}\"|[^\s@\"'/]{1,128})(?=@)"
)
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
    r"(?P<before>(?<![\w-])--?(?:[\w-]{0,40}(?:password|passwd|passphrase|storepass|keypass|token|secret|api-?key|access-?key|credentials?)|(?:[\w-]{1,40}-)?(?:pass|pwd|pw))"
    r"(?:[\"']?(?:=|\s{1,3})|[\"']\s?,\s{0,3})[\"']?|-pass(?:in|out)?\s{1,3}pass:"
    r"|\b(?:requirepass|masterauth|sasl\.password|identified (?:with [\w\"']{1,40} )?by(?: password)?|identified with [\w\"']{1,40} as)(?:[\"']\s{1,3}[\"']|\s{1,3}[\"']?)|\b(?:login|user|username|account) \S{1,255} password )"
    r"(?P<hidden>(?<=\")[^\"\n\[-][^\"\n]{2,1024}(?=\")|(?<=')[^'\n\[-][^'\n]{2,1024}(?=')|[^\s\"'\[-][^\s\"']{2,1024})",
    re.IGNORECASE,
)
TAGGED = re.compile(r"(?P<before><(?P<name>[\w.-]{1,64})>)(?P<hidden>[^<>\n]{1,1024})(?=</)")
ASSIGNED = re.compile(r"(?<![\w.])(?P<name>[^\W\d][\w.-]{1,80})(?P<sep>\\?[\"']?\s{0,3}(?:=>|:=|[:=\uff1a])\s{0,3}[ \t]{0,60})")
"""As far as the value: what stands there is read by ``VALUE``, and only where the name is a secret's."""
LONE_FIELD = re.compile(
    r"[ \t]{0,40}(?:set[ \t]{1,8})?(?P<name>(?i:password|passwd|passphrase|\w{0,40}_password|\w{0,40}_passwd|shared_key|shared_secret|secret_key|access_key|api_key"
    r"|auth_token|bindpw|rootpw|psk|r[ow]community)|pass)[ \t]{1,40}(?P<hidden>\"[^\"\n]{3,512}\"|'[^'\n]{3,512}'|[^\s\"']{3,512}?)[ \t]{0,8};?\s{0,8}$"
)
"""A name and its value, and nothing else in the line, as in the files of mail programs."""
LONE_ENTRY = re.compile(r"(?:\*|[\w.*-]{1,255}:(?:\d{1,5}|\*):[^:\s]{1,64}):[^:\s]{1,255}:(?P<hidden>[^\s:]{3,512})\s{0,8}$")
"""A line of a file of passwords: ``*:user:password``, ``host:port:database:user:password``."""
COLUMNS = re.compile(
    r"(?:^[ \t]{0,20}[|\u2502\u2503]?[ \t]{0,4}|(?<=[ \t]{2})|(?<=\t))(?!\w{0,20}(?:native|sha2|sha256|validate)_password)"
    r"(?P<name>[\w./]{0,80}?(?:password|passwd|passphrase|_secret|(?:api|access|secret|private|account)_?key|token|_pass|_pwd|_pw))"
    r"(?:(?P<bar>[ \t]{0,60}[|\u2502\u2503][ \t]{0,4})|[ \t]{2,60}|\t)(?P<hidden>[^\s|\u2502\u2503]{3,1024})",
    re.IGNORECASE,
)
"""A setting and its value in two columns."""
NO_COLUMN_VALUE = re.compile(
    r"character|n?(?:var)?char\b.*|\w{0,9}text|\w{0,9}blob|(?:var)?binary.*|bytea|\w{0,9}int\w{0,3}(?:\(.*)?|uuid|jsonb?|bool\w*|timestamp.*|date\w*|numeric.*|decimal.*|float\w*|double"
    r"|string|enum.*|Nullable.*|LowCardinality.*|FixedString.*|active|inactive|latest|opaque|clusterip|running|[-+\d.,/]+[smhdkmgtib]{0,3}",
    re.IGNORECASE,
)
"""Types of columns in a database's own description, and what stands beside the names of things rather than of settings."""
_BARE = r"[^\s,;&\"'{}\[\]()<>]{1,4096}"
VALUE = re.compile(
    r"\"{3}[^\n]{0,4096}?(?:\"{3}|$)|'{3}[^\n]{0,4096}?(?:'{3}|$)|"
    r"\\\"[^\"\\\n]{0,4096}(?:(?:\\\\\\\"|\\(?!\")[^\n])[^\"\\\n]{0,4096}){0,200}(?:\\\")?"
    r"|\"[^\"\\\n]{0,4096}(?:\\[^\n][^\"\\\n]{0,4096}){0,200}\"?|'[^'\\\n]{0,4096}(?:(?:\\[^\n]|''|'\\'')[^'\\\n]{0,4096}){0,200}'?"
    rf"|{_BARE}(?:[,;&(){{}}\[\]<>\"'](?=[\w!@#$%^*+/.~-])(?![\w.-]{{1,80}}\\?[\"']?\s{{0,2}}[:=]){_BARE}){{0,50}}"
)
"""A value in quotes with all of it, whatever is escaped there; a bare one up to where the next field begins."""
IN_QUOTES = {
    quote: re.compile(rf"[^{quote}\\\n]{{1,512}}?(?:(?={quote})|(?=[&\s,;]{{1,3}}[\w.-]{{1,80}}=))") for quote in ('"', "'")
}
FIELD_AHEAD = re.compile(r"\s{0,2}[,;]\s{0,2}[\"']?[\w.-]{1,40}[\"']?\s{0,2}[:=]")
_Q = r"\\?[\"']?"
PAIRED = re.compile(
    rf"(?<![\w.-])(?:name|key|(?:parameter|output)key|variable){_Q}\s{{0,3}}[:=]\s{{0,3}}{_Q}(?P<name>[\w.-]{{1,80}}){_Q}(?:\s{{0,3}},\s{{0,3}}|\s{{1,3}})"
    rf"{_Q}(?:(?:parameter|output)?value){_Q}\s{{0,3}}[:=]\s{{0,3}}",
    re.IGNORECASE,
)
INNER = frozenset(["s", "n", "b", "ss", "value", "values", "_value", "stringvalue", "plaintext", "raw", "#text", "$"])
"""What holds the value where an object stands for it: DynamoDB's types, values of CloudFormation and of Azure."""
OPENED = re.compile(
    rf"(?:\((?=[bBrRuU]?[\"'])|\[(?!redacted|blanked|\])|\{{\s{{0,3}}{_Q}(?:SS?|N|B|_?[Vv]alues?|stringValue|plaintext|raw|#text){_Q}\s{{0,3}}[:=]\s{{0,3}}\[?|\$(?=['\"]))\s{{0,3}}"
)
"""What may stand before a value."""
ELEMENTS = re.compile(r"(?:\"[^\"\n]{0,1024}\"|'[^'\n]{0,1024}'|[^\[\]{}\"'\n]{1,1024}+){1,400}+(?=\])")
CALLED = re.compile(
    r"\((?=[^\n]{0,200}[\"'])(?:\"[^\"\n]{0,1024}\"|'[^'\n]{0,1024}'|[^()\"'\n]{1,1024}+|\([^()\n]{0,200}\)){0,100}+\)?"
)
"""The arguments of a call that gives the value."""
REVERSED = re.compile(
    rf"(?<![\w.-])(?:parameter|output)?value{_Q}\s{{0,3}}[:=]\s{{0,3}}(?P<hidden>\"[^\"\n]{{1,160}}\"|'[^'\n]{{1,160}}'|[^\s,\"'{{}}]{{1,160}})[,\s]{{1,4}}"
    rf"{_Q}(?:name|key|(?:parameter|output)key){_Q}\s{{0,3}}[:=]\s{{0,3}}{_Q}(?P<name>[\w.-]{{1,80}})",
    re.IGNORECASE,
)
ELEMENT = re.compile(
    r"(?:\b(?:name|key|id)\s?=\s?[\"'](?=[\w.:-]{1,80}[\"'][^<>\n]{0,80}>)|<(?:name|key)>(?=[\w.-]{1,80}<))(?P<name>[\w.:-]{1,80})"
    r"(?:[\"'][^<>\n]{0,80}>|</\w{3,4}>)\s{0,8}(?:<(?:value|string)>)?(?P<hidden>[^<>\s][^<>\n]{0,1024})(?=<)",
    re.IGNORECASE,
)
"""A value as the text of an element of XML."""
NEXT = re.compile(
    r"[\"'](?P<name>[\w.-]{2,80})[\"'](?:(?:,\d{1,6}){0,4}\s?\]\s?,\s?(?P<hidden>\"[^\"\n]{1,1024}\"|'[^'\n]{1,1024}')"
    r"|[,\s]{1,4}(?P<near>\"(?![^\"]{0,20}(?:sha-?\d|md5))(?=[^\"\d]{0,64}\d)[\w+/=.~!@#$%^&*-]{8,1024}\"))"
)
"""The next element of a list."""
STATED = re.compile(
    r"\b(?:ENV|ARG|SetEnv|setenv|fastcgi_param|proxy_set_header|SET)\s{1,4}(?P<name>[\w.-]{2,80})\s{1,4}(?P<hidden>\"[^\"\n]{1,1024}\"|'[^'\n]{1,1024}'|[^\s\"';=][^\s\"';]{1,1024})"
)
"""A setting without a sign between its name and its value."""
_SOUND = r"(?=[^\s\"']{0,64}[\d!@#$%^&*_+=])(?=[^\s\"']{0,64}[A-Za-z])[^\s\"'\[<(,;:][^\s\"',;]{4,512}(?<![.:)])"
SAID = re.compile(
    rf"\b[Pp](?:ass(?:word|wd|phrase|code|wort)|ASSW(?:OR)?D)\s{{1,3}}(?:(?:(?:is|was|are|now|set to|changed to|reset to|of)\s{{1,3}})?(?P<quoted>'[^'\n]{{3,512}}'|\"[^\"\n]{{3,512}}\")"
    rf"|(?:is|was|now|set to|changed to|reset to)\s{{0,3}}:?\s{{1,3}}(?P<bare>{_SOUND})"
    rf"|(?:[a-z]{{2,12}} ){{0,3}}(?:for|of) (?:(?:user|account|role) )?[^\s:]{{1,128}}:\s{{1,3}}(?P<last>{_SOUND})[.;]?\s{{0,3}}$)"
)
"""Sentences that tell a password."""
KEY_SAID = re.compile(
    r"(?:(?:(?<=[Aa][Pp][Ii][ _-])|(?<=[Aa]ccess[ _-])|(?<=[Ss]ecret[ _-])|(?<=[Aa]uth[ _-])|(?<=[Ss]igning[ _-]))(?:[Kk]ey|[Tt]oken)|\b[Pp](?:ass(?:word|wd|phrase|code)|ASSW(?:OR)?D))\s{1,3}"
    r"(?P<hidden>(?=[A-Za-z_-]{0,64}\d)(?=[\d_-]{0,64}[A-Za-z])(?![^\s\"']{0,20}(?:[Ss][Hh][Aa]\d|[Mm][Dd]5|bcrypt|argon|pbkdf))[\w+=~!@#$%^&*-]{8,512})(?=[\s,;.]|$)"
)
AUTH = re.compile(
    r"(?:(?:^|(?<=> )|(?<=[\"']))(?:AUTH|auth)[\"']?\s{1,3}(?:[\"']?[\w.@-]{1,64}[\"']?\s{1,3})?|(?<=\s)AUTH\s{1,3})"
    r"(?P<hidden>(?!(?:CRAM|DIGEST|SCRAM|XOAUTH))(?:\"[^\"\n]{3,512}\"|(?=[^\s\d]{0,64}\d)[^\s\"'=:/\[\]]{8,512}))\s{0,4}$"
)
RIGHTS = re.compile(
    r"\b(?:(?:setuser|SETUSER)[\"']?\s|user (?=\S{1,64} (?:on|off) ))[^>#\n]{0,200}?[\s\"'][>#](?P<hidden>[^\s\"']{2,512})"
)
"""What signs in to Redis, and a password in one of its lists of rights."""
OPTIONS = re.compile(
    r"(?P<end>\s(?:\|\|?|&&|;)\s|;\s|\n)|(?<![\w.-])(?:(?P<attached>(?:mysql|mariadb)[\w-]{0,20})|(?P<sshpass>sshpass)"
    r"|(?P<user>curl|wget|https?)|(?P<redis>(?:redis|valkey)-(?:cli|benchmark))|(?P<small_p>mongo[a-z]{0,10}|cqlsh|rabbitmqadmin"
    r"|(?:docker|podman|oc|az|helm registry|skopeo)\s{1,3}login)|(?P<small_w>ldap[a-z]{1,10})|(?P<large_p>ipmitool|mosquitto_[a-z]{3}|zip|unzip|sqlcmd|bcp))(?=[\s\"'])"
    r"|(?<=[\s\"'])(?P<option>--(?:user|proxy-user|pass)\b|-[aApPuUw])(?P<gap>[\"']?(?:=|,?\s{1,3}|,)[\"']?)?(?P<value>(?<=\")[^\"\n]{3,512}(?=\")|(?<=')[^'\n]{3,512}(?=')"
    r"|\"[^\"\n]{3,512}\"|'[^'\n]{3,512}'|[^\s\"'\[-][^\s\"']{2,512})"
)
"""Programs, and behind them what may be a password: which option means one depends on the program."""
USER = re.compile(r"[\"']?[^\s:\"'/]{1,64}:(?P<hidden>(?!//)(?:(?<=\")[^\"\n]{1,512}|[^\s\"'\[]{1,512}))")
OPTION_HINTS = ("mysql", "mariadb", "sshpass", "curl", "wget", "http ", "-cli", "-benchmark", "mongo", "cqlsh", "rabbitmqadmin", "login", "ldap", "ipmitool", "mosquitto", "zip ", "sqlcmd", "bcp")  # fmt: skip
NAME_HINTS = (
    *(
        "pass",
        "pwd",
        "token",
        "secret",
        "key",
        "cred",
        "authorization",
        "bearer",
        "jwt",
        "cookie",
        "webhook",
    ),
    *(word for word in WORDS if word.isascii()),
    *(
        "_pw",
        "community",
        "storepass",
        "signature",
        "_ur",
        "_string",
        "identified by",
        "requirepass",
        "-password",
        "setuser",
        "+@",
    ),
)
"""Most lines hold none of them, and looking for that is cheap."""
WORD_HINTS = ("pat", "pin", "otp", "salt", "auth", "dsn")
WORD_HINT = re.compile(r"(?<![a-z0-9])(?:pat|pin|otp|salt|auth|dsn)(?![a-z0-9])|_auth|dsn(?![a-z])")
"""Names only as whole words: paths, pings and authors stand in many lines."""
MARKS = ("\\", "%", "\x1b", "&", "^I")
"""Without one of them nothing has to be decoded."""
BELIEVED = (BEARER, HEADER, SPOKEN)
"""Whatever stands there is the secret, but for a few words."""
SENTENCES = (
    (BEARER, "token", ("bearer", "token")),
    (HEADER, "header", ("authorization", "cookie", "x-")),
    (
        SPOKEN,
        "password",
        (" -", '"-', "'-", "[-", "(-", "`-", "=-", "\t-", "requirepass", "masterauth", "sasl.", "identified", " password "),
    ),
    (SAID, "password", ("pass",)),
    (KEY_SAID, "password", ("key ", "token ", "password ", "passwd ", "passphrase ", "passcode ")),
    (AUTH, "password", ("auth ", 'auth"', "auth'")),
    (RIGHTS, "password", ("setuser", "+@")),
)
"""What each tells, and words in small letters of which a line with one holds one."""
NAMED = (
    (TAGGED, ("</",)),
    (REVERSED, ("value",)),
    (ELEMENT, ("</",)),
    (NEXT, ('","', '", "', '" "', "','", "', '", "],")),
    (STATED, ("env ", "arg ", "setenv", "_param", "proxy_set_header", "set ")),
)
"""Patterns with a name and a value, and what stands in a line with one."""

"""Texts that stand for a value which somebody still has to put in: ``<host>``, ``[PORT]``, ``{{name}}``, ``POD_NAME``, ``YYYY-MM-DD``."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stormjib.core.text.table import words_of

_NAMED = words_of(
    "host hostname hosts port name namespace ns pod podname container service svc deployment node cluster context region zone "
    "version tag branch commit sha hash revision digest image id ids uuid user username password passwd pass token secret key "
    "apikey url uri ip ips address addr domain endpoint path dir directory folder file filename db database table schema "
    "collection index bucket queue topic partition group email mail pid process app application instance server machine device "
    "disk volume env environment stage tenant customer account project repo repository release chart job task number num count "
    "date time timestamp value command cmd arn stack function channel team owner ticket incident alert query pattern level "
    "interface subnet vpc replica replicas shard backup snapshot lock session request"
)
_WORD = "|".join(sorted(_NAMED, key=len, reverse=True))
_LOG_LEVELS = words_of("ERROR WARN WARNING INFO DEBUG FATAL CRITICAL TRACE NOTICE ALERT EMERG SEVERE PANIC CRIT ERR")
_TAGS = words_of(
    "html head body title div span script style link meta table tr td th ul ol li pre code img svg form input button "
    "h1 h2 h3 h4 h5 h6 p a b i u br hr em strong nav main xml doctype int string bool char void"
)
_GO_WORDS = "json|range|end|if|else|with|len|index|println|printf|print|define|template|block|not|and|or|eq|ne|lt|gt|table|upper|lower|join|split|title|break|continue"

ANGLE = re.compile(
    r"(?<![<\\])<(?![\s<>(&=|/~?!-])(?!\.{1,2}/)[^<>\n;&`$\"'(){}\0]{0,79}?(?<![\s\\/=-])>|\N{FULLWIDTH LESS-THAN SIGN}[^\n＞]{1,80}\N{FULLWIDTH GREATER-THAN SIGN}|«[^»\n]{1,80}»|‹[^›\n]{1,80}›"
)
_SQUARE = re.compile(r"(?<![\w\[$\\*?])\[([^\W\d_][^\[\]\n\"'$`=:^]{0,79}|\.{2,3}|…)\](?!\])")
_CURLY = re.compile(r"\{\{([^{}\n]{1,80})\}\}")
_LONE_CURLY = re.compile(r"(?<![\w$%@#{\\])\{([A-Za-z][\w -]{1,60})\}(?!\})")
_SHOUTED = re.compile(r"(?<![\w$%{.])[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*(?![\w]|=|\":|:\.|['\"]?\s*:\s)")
_WHOLE = (
    "CONTEXT|CTX|RELEASE|REVISION|RESOURCE|REPLICAS|NUM|NUMBER|HASH|TODO|TBD|FIXME|XXX|REPLACE|CHANGE|CHANGEME|FILLME|FOO|BAR|BAZ|FOOBAR|STACK|JOB|TASK|"
    "HOSTIP|IPADDR|ADDRESS|RESOURCE_NAME|KEYNAME|TENANTID|PASSWD|PASS|GROUP|REPO|IMAGE|APP|APPLICATION|SERVER|MACHINE|DEVICE|DISK|SNAPSHOT"
)
_OF_VALUE = re.compile(rf"(?:^|[_-])(?:{_WORD})s?(?:[_-]|$|\d)", re.IGNORECASE)
_ASKING = re.compile(
    r"(?<![A-Za-z0-9])(?:your|insert|replace|enter|fill|paste|change)[_-]\w[\w-]*|(?<![A-Za-z0-9])your(?=[a-z.])[a-z.]+"
    r"|(?<!\w)\w+[_-]here(?![A-Za-z0-9])|\b(?:changeme|replaceme|fillme|placeholder)\b",
    re.IGNORECASE,
)
_HOUR = r"(?:[T_.:/-]?HH(?::?MM(?::?SS)?)?|[T_.:-]?hh(?::?mm(?::?ss)?)?)"
_DATE = re.compile(
    rf"(?<![A-Za-z%])(?:(?:YYYY(?:[-_/.]?MM(?:[-_/.]?DD)?)?|yyyy[-_/.]?mm(?:[-_/.]?dd)?|YYMMDD|YY-MM-DD){_HOUR}?"
    r"|(?:DD|dd)[-_/. ](?:MM|mm|Mon|MMM|mmm)[-_/. ](?:YYYY|yyyy)|(?:MMM|Mon) {1,2}(?:DD|dd)"
    r"|HH:?MM(?::?SS)?|hh:mm(?::ss)?)(?![a-z])"
)
_DATE_FORMAT = re.compile(
    r"(?:\b(?:to_(?:char|date|timestamp\w*)|(?:\w*format|strptime|strftime|parse)\w*)\s?\((?:[^()]|\([^()]{0,80}\)){0,200}|format[= ]['\"]?|['\"\s;]s[/|#,@])$",
    re.IGNORECASE,
)
"""What stands before a date that says how dates are written (``to_char(at, 'YYYY-MM-DD')``) or is replaced by ``sed``."""
_CROSSED = re.compile(
    r"(?<![A-Za-z])[xX]{3,}(?![A-Za-z])|(?<![\w.])[vV]?[xX]\.[yYxX](?:\.[zZxX])?(?![\w.])"
    r"|(?<![\w.])(?=[\d.]*[xX])(?:\d{1,3}|[xX]{1,3})(?:\.(?:\d{1,3}|[xX]{1,3})){3}(?![\w.])"
)
_FENCED = re.compile(
    r"%[A-Z][A-Z0-9_]{2,}%|(?<!\w)__[A-Z][A-Z0-9_]*__(?!\w)|(?<![\w.])@[A-Z][A-Z0-9_]+@(?!\w)|(?<=/):[a-z_]\w+(?![\w/]*:)"
)
_NOUN = "pod|container|service|release|deployment|namespace|bucket|instance|app|host|server|cluster|node|job|image|user|volume"
_THING = (
    "dom[aä]in|domaine|domini?o|domínio|serv(?:er|eur|idor|ice|icio|iço)|dienst|host|cont(?:ainer|eneur|enedor|[eê]iner)|name|nom|nombre|nome|"
    "bas[ei]|datenbank|utilisateur|benutzer|usu[aá]rio|projekt|projet|proyecto|projeto|passwort|clave|senha|token|url|ip|app|bucket|cluster|pod"
)
_MORE = tuple(
    (re.compile(pattern), firm)
    for pattern, firm in (
        (
            rf"(?i)(?<![\w-])(?:votre|vos|ihre?|deine?|eure?|tus?|sus?|seus?|suas?|teu|tua)[-_](?:{_THING})\w*(?:[-_]\w+)*(?!=)",
            False,
        ),
        (
            r"(?i)(?<![\w-])(?:nom|nombre|nome|name)[-_](?:d[eu]s?|del|d[ao]s?|de[rsm])[-_](?:(?:l[ao]|las|los)[-_])?[a-zà-ÿ]\w*(?!=)",
            False,
        ),
        (rf"(?i)(?<![\w-])(?:nom|nombre|nome)[-_](?:{_THING})(?![\w=])", False),
        (
            (
                r"(?<!\w)(?:(?:[你您]的|あなたの)[\u3040-\u30ff\u4e00-\u9fff]{1,12}|[\u3040-\u30ff\u4e00-\u9fff]{1,12}"
                r"(?:名称?|ID|编号|番号|地址|アドレス|端口|ポート|密码|パスワード|域名|ドメイン))(?=[\s/\"':.@]|$)"
            ),
            False,
        ),
        (r"#\{[A-Za-z_][\w.]*\}", False),
        (rf"(?i)%(?:\w+_)?(?:{_WORD})s?%|(?<![\w.@])@(?:\w+_)?(?:{_WORD})@(?!\w)", False),
        (
            rf"(?<!\w)__?(?!(?:name|file|path|version|address|value|file|function|date|time)__)(?:[a-z]+_)?(?:{_WORD})__?(?!\w)",
            False,
        ),
        (r"(?<![\w$])_[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?!\w)", False),
        (r"\{%-?\s*[A-Za-z_][\w. ]{0,60}-?%\}|[⟨〈《〔][^⟨⟩〈〉《》\n]{1,80}[⟩〉》〕]|&lt;[\w -]{1,60}&gt;|\*{4,}", True),
        (r"%\(\w{1,60}\)[sd](?!\w)|\\<[\w-]{1,60}\\>|(?<!<)<<[\w -]{1,60}>>", False),
        (r"(?<=[A-Za-z0-9][_.-])(?:DATE|TIME|DATETIME|TIMESTAMP|TODAY|VERSION)(?=[\s.\"']|$)", False),
        (r"(?<![\w.-])(?:user|username)@(?:host|hostname|server|machine|node|remote)(?=[\s:/\"']|$)", False),
        (
            r"(?<=@)(?:server|host|machine|your|remote|bastion|ip)[_-](?:ip|address|name|host)(?=[\s:/\"']|$)|(?<=@)hostname(?=[\s:/\"']|$)",
            False,
        ),
        (r"(?<![\w.-])(?:host|hostname|server|ip|address):port(?!\w)|(?<=://)(?:host|hostname)(?=[/\s\"'?]|$)", False),
        (r"(?<![\w-])(?:user|username):(?:pass|passwd|password|secret)(?=[\s\"'@]|$)|(?<![\w-])image:tag(?!\w)", False),
        (r"(?<=[Bb]earer )(?:\.{3}|…|[xX]+(?!\w)|\*+)|(?<=\")(?:\.{3}|…)(?=\")", True),
        (
            r"(?<=\s)(?:_{3,}|\?{3,})(?=\s|$)|(?<==)(?:\?+|#+|n|NUM|NUMBER)(?=\s|$)|(?<=[a-z]-)(?:N{1,2}|#{1,3}|\{n\})(?=\s|$)",
            False,
        ),
        (rf"(?:(?<=\s)|(?<=\s[\"'])|(?<=s3://)|(?<=\w/))(?:{_NOUN})[_-](?:name|id)(?=[\s/\"']|\.service|$)", False),
        (r"(?:(?<=\":\")|(?<=\": \"))\$\{?[A-Za-z_]\w*\}?(?=\")", False),
        (r"(?<=[\"'])your [a-z][a-z ]{1,40}(?=[\"'])", False),
        (rf"(?:(?<=\s)|(?<=[=@:])|(?<=://)|(?<=\s[\"']))(?:{_WHOLE})(?=[\s\"'/:]|\.service|$)(?!:\s)", False),
    )
)
"""Other ways to write one; and words in capitals that are one only where they are all of a value."""
_ALONE = re.compile(r"(?:(?<=\s)|(?<==))(?:[NX]|\.\.\.|…)(?=\s|$)")


_LINE_CHARS = 2_048


class Spot(NamedTuple):
    """Where a placeholder may stand, and how sure that is: ``firm`` ones count everywhere, ``dated`` ones in patterns and in SQL as well."""

    start: int
    end: int
    firm: bool
    dated: bool = False


def angles(text: str) -> Iterator[Spot]:
    """The ones that a shell would take for redirections."""
    closing = set(re.findall(r"</([\w:.-]{1,80})", text.lower()))
    for match in ANGLE.finditer(text):
        inner = match[0][1:-1]
        name = inner.split()[0].lower() if inner.split() else ""
        address = re.fullmatch(r"[^@\s]+@[\w-]+(?:\.[\w-]+)+", inner) and not re.search(r"example|your|host$", inner)
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()][-_LINE_CHARS:]
        bare = line.count("'") % 2 == line.count('"') % 2 == 0  # outside of quotes a tag would be a redirection
        if (bare or name not in _TAGS) and name not in closing and not address:
            yield Spot(match.start(), match.end(), firm=True)


def others(text: str) -> Iterator[Spot]:
    """All other kinds. What shows only in the place where one stands is for the caller to judge."""
    for match in _SQUARE.finditer(text):
        kind = _square(match[1])
        if kind:
            yield Spot(match.start(), match.end(), firm=kind == "firm")
    templated = re.search(r"--format|--template|go-template|\s-f[ =]?['\"]|ansible", text)
    for match in _CURLY.finditer(text):
        inner = match[1].strip(" -")
        plain = re.match(r"[A-Za-z_][\w .|-]*$", inner) and not re.match(rf"(?:{_GO_WORDS})\b", inner)
        if (plain and "ansible" not in text) or inner.startswith(("$labels", "$value", "$externalLabels")) or not templated:
            yield Spot(match.start(), match.end(), firm=True)
    for match in _LONE_CURLY.finditer(text):
        if match[1].strip() == match[1]:
            yield Spot(match.start(), match.end(), firm=False)
    for match in _SHOUTED.finditer(text):
        if _is_shouted(match[0]):
            yield Spot(match.start(), match.end(), firm=False)
    for match in _DATE.finditer(text):
        if not _DATE_FORMAT.search(text, max(0, match.start() - _LINE_CHARS), match.start()):
            yield Spot(match.start(), match.end(), firm=False, dated=True)
    for pattern, firm in ((_ASKING, True), (_CROSSED, False), (_FENCED, True), (_ALONE, False), *_MORE):
        for match in pattern.finditer(text):
            yield Spot(match.start(), match.end(), firm)


def _square(inner: str) -> str:
    """``firm``, ``loose`` or ``""``: a character class and a log level are none."""
    if inner in {"...", "..", "…"}:
        return "firm"
    if inner.upper() in _LOG_LEVELS or re.fullmatch(r"(?:.-.)+\w?", inner):
        return ""
    if " " in inner.strip() and re.fullmatch(r"[^\W\d_][\w'./-]*(?: [\w'./-]+)+", inner):
        return "firm"
    if re.search(r"(?:^|[_. -])(?:your|my)[_. -]", inner, re.IGNORECASE):
        return "firm"
    word = re.fullmatch(r"[\w./-]+", inner)
    if not word or not inner[1:]:  # one letter is a way to keep grep from finding itself
        return ""
    if re.fullmatch(rf"(?:{_WORD})s?", inner, re.IGNORECASE):
        return "firm"
    parts = re.split(r"[_.-]", inner)
    if len(parts) > 1 and all(len(part) > 1 and part.isalpha() for part in parts):
        return "firm" if _OF_VALUE.search(inner) else "loose"
    return "loose" if inner.isupper() and (len(inner) > 1) else ""


def _is_shouted(word: str) -> bool:
    parts = re.split(r"[_-]", word)
    if len(parts) == 1:
        return word.lower() in SINGLE
    return bool(_OF_VALUE.search(word)) or parts[0] in {"YOUR", "MY", "THE", "SOME", "TARGET", "OLD", "NEW", "MYAPP", "EXAMPLE"}


_SOUGHT = re.compile(r"(?:AFFECTED|OFFENDING|SUSPECT(?:ED)?|SUSPICIOUS|COMPROMISED|SOME)_\w+")
_SOUGHT_IN_LOGS = re.compile(r"(?:[A-Z0-9]+_)+(?:ID|UUID|USER|USERNAME|IP|EMAIL|NAME|NUMBER|HASH)")
_READS_LOGS = re.compile(r"\blogs?\b|\bjournalctl\b")


def is_sought(text: str, spot: Spot, *, whole: bool) -> bool:
    """Whether a part of a pattern stands for a value, as ORDER_ID does in a log. Elsewhere, as in an environment, it is a name that is there."""
    word = text[spot.start : spot.end]
    valued = whole or text[: spot.start].rstrip("\"'\\ ")[-1:] in {":", "="}
    return bool(_SOUGHT.fullmatch(word) or (valued and _SOUGHT_IN_LOGS.fullmatch(word) and _READS_LOGS.search(text)))


SINGLE = words_of(
    "pod podname namespace container containername pid host hostname port service servicename deployment node nodename cluster "
    "region username password bucket instance filename database domain queue topic tenant userid instanceid jobid ip "
    "file dir directory url id user name key token secret date path endpoint "
    "branch commit sha tag version customer podid containerid ipaddress dbname appname imagename ns"
)

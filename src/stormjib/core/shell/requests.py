"""Requests of curl and wget: which of them only read, and tell nobody anything that is not theirs to know."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from stormjib.core.risk import Risk
from stormjib.core.shell.amounts import globbed, spelled
from stormjib.core.shell.arguments import VERBS, Invocation, Reason, shown
from stormjib.core.shell.paths import holds_secret, steps
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, Word

REQUESTS_MAX = 100
_ADDRESS_MAX = 4_096
_PARTS_MAX = 4  # an IPv4 address has so many
_ADDRESS = re.compile(
    r"(?:https?://[^\s/\\]|(?!(?:ftp|dict|ldap|imap|smtp|pop3)\.)[A-Za-z0-9.-]+(?::[\d\x00\x01]+)?(?:[/?]|$))[^\s\\]*",
    re.IGNORECASE,
)
_HERE = re.compile(r"(?:https?://)?(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d+)?(?:/[^\s\\]*)?")
_HOST = re.compile(r"(?:https?://)?(?:[^/?#]*@)?(\[[^\]/]*\]|[^/?#:@]*)", re.IGNORECASE)
# A server that is not an HTTP server may take each line for a command of its own, and an HTTP server may take a header for one.
_HEADER = re.compile(
    r"(?:accept(?:-(?:encoding|language|charset))?|authorization|cache-control|content-type|cookie|dnt|host|if-(?:modified-since|none-match)"
    r"|origin|pragma|range|referer|user-agent|x-(?:api-key|auth-token|request-id|correlation-id|trace-id|b3-\w+|forwarded-(?:for|proto|host)"
    r"|real-ip|requested-with|tenant-id|scope-orgid|prometheus-scrape-timeout-seconds)|apikey|api-key|private-token|job-token|traceparent"
    r"|tracestate|upgrade-insecure-requests):[ \t]*[^\s].*",
    re.IGNORECASE,
)
_OVERRIDES = re.compile(r"[?&](?:_method|x-http-method(?:-override)?|x-method-override)=(?!get\b)|%0[ad]", re.IGNORECASE)
_VERB = {"GET": Risk.READ, "HEAD": Risk.READ, "OPTIONS": Risk.READ, "DELETE": Risk.DESTROY}
_VERB |= dict.fromkeys(("POST", "PUT", "PATCH"), Risk.CHANGE)
# What answers with credentials, whatever it is asked for: the addresses of the clouds' metadata, and pages made to show secrets.
_METADATA_NAMES = re.compile(
    r"(?:.*\.)?metadata(?:\..*)?|instance-data(?:\..*)?|.*\.(?:nip|sslip|xip)\.io|169\.254\..*|.*169[.-]254[.-]169[.-]254.*"
)
_METADATA_NETS = ((0xA9FE0000, 16), (0x646464C8, 32), (0xC00000C0, 32), (0xA83F8110, 32))
_TELLING = re.compile(
    r"/(?:actuator/(?:env|heapdump|configprops|threaddump|\*|logfile|httptrace|httpexchanges|sessions)|env|environment|heapdump|threaddump"
    r"|configprops|printenv|phpinfo(?:\.php)?|jolokia|\.env|\.git|\.aws|\.ssh|secrets?|computemetadata|latest/meta-data|latest/user-data"
    r"|metadata/(?:instance|identity)|credentials?|opc/v\d|debug/pprof/(?:cmdline|heap|trace)|debug/vars|api/(?:definitions|tokens|auth/keys)"
    r"|v1/(?:kv|acl|cubbyhole|auth|agent/self|[^/]+/data)|v2/keys|v3/kv|_security|_users|_config|_node/[^/]+/_config|_nodes/settings"
    r"|api/v1/status/(?:config|flags)|api/datasources|configmaps|containers/[^/]+/(?:json|top|env)|(?:running)?pods|api/v1/tokens?"
    r"|server-(?:info|status)/config|admin/config|__debug__|_profiler|elmah(?:\.axd)?|trace\.axd|wp-config[^/]*|config\.json)(?:[/?#.]|$)",
    re.IGNORECASE,
)
_DATA = ("-d", "--data", "--data-urlencode")
"""What ``-G`` puts behind the address, so that nothing is sent but a question."""
_KUBELET = re.compile(r":10250(?:/|$)")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_ASKED = re.compile(r"[?#].*", re.DOTALL)


def requested(call: Invocation) -> Iterator[Reason]:
    """Why a request is no read: a read is a GET to an http address that stores nothing and tells no stranger a secret."""
    if call.asks("-G", "--get"):
        asked = [f"`{name}` of {call.called} {VERBS[Risk.CHANGE]}" for name in _DATA]
        call.reasons[:] = [reason for reason in call.reasons if reason.why not in asked]
    for name, value, _, _ in call.options:
        yield from _option(call, name, value.text if value else "")
    if len(call.free) > REQUESTS_MAX:
        yield Reason(Risk.UNKNOWN, f"{call.called} is given more than {REQUESTS_MAX} addresses")
    for word in call.free[:REQUESTS_MAX]:
        if not _ADDRESS.fullmatch(word.text) or (word.kind == "glob" and not re.match(r"[^*?\[{]*[^:/*?\[{]/", word.text)):
            yield Reason(Risk.UNKNOWN, f"`{shown(word.text)}` is not known to be an http address")
        elif _OVERRIDES.search(word.text):
            yield Reason(Risk.UNKNOWN, f"`{shown(word.text)}` may say more than that something is to be shown")
        elif tells_credentials(word.text):
            yield Reason(Risk.UNKNOWN, f"`{shown(word.text)}` is an address that answers with credentials")
        elif not call.has("-g") and globbed(word.text) > REQUESTS_MAX:
            yield Reason(Risk.UNKNOWN, f"`{shown(word.text)}` stands for more than {REQUESTS_MAX} requests")
    told = [word for word in (*call.free, *(option.value for option in call.options if option.value)) if word.secret]
    onward = call.has("-L", "--location") or (call.path == ("wget",) and not stays(call))
    if told and (onward or not all(_stays_here(word.text) for word in call.free)):
        yield Reason(Risk.UNKNOWN, "it would send a secret to another machine")
    if call.path == ("wget",) and not call.has("--spider", "-O", "--output-document"):
        yield Reason(Risk.CHANGE, "`wget` saves what it gets as a file")
    if not call.free:
        yield Reason(Risk.UNKNOWN, f"{call.called} has no address")


def _stays_here(address: str) -> bool:
    match = _HERE.fullmatch(address)
    return match is not None and is_here(match[1].strip("[]"))


def is_here(host: str) -> bool:
    """Whether it is this machine; ``127.0.0.256`` is a name for whoever answers to it."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def stays(call: Invocation) -> bool:
    """Whether wget is told not to go where an answer sends it on to."""
    limits = [option.value.text for option in call.options if option.name == "--max-redirect" and option.value]
    return bool(limits) and set(limits) == {"0"}


def _option(call: Invocation, name: str, text: str) -> Iterator[Reason]:
    """Why one option makes a request no read."""
    if name in {"-X", "--request"} and _VERB.get(text, Risk.UNKNOWN) is not Risk.READ:
        risk = _VERB.get(text, Risk.UNKNOWN)
        yield Reason(risk, f"a {shown(text)} request {VERBS.get(risk, 'is not known here')}")
    if name in {"-o", "--output", "-O", "--output-document"} and text not in {"/dev/null", "-"}:
        yield Reason(Risk.CHANGE, f"`{name}` of {call.called} writes a file")
    named, _, host = text.partition(":")
    if name in {"-H", "--header"} and (
        not _HEADER.fullmatch(text) or (named.casefold() == "host" and tells_credentials(host.strip()))
    ):
        yield Reason(Risk.UNKNOWN, f"`{shown(named)}` is not a header that is known to only ask")
    filed = name in {"-w", "--write-out"} and ANYTHING in text
    filed = filed or (name in _DATA and bool(re.match(r"[^=]*[@\x00]", text) or _OVERRIDES.search(f"?{text}")))
    if filed or text[:1] == "@" or any(part in text for part in (OUTPUT, "%output", "\n", "\r")):
        yield Reason(Risk.UNKNOWN, f"`{name}` of {call.called} may read or write a file, or send one")


def tells_credentials(address: str) -> bool:
    """Whether an address is that of a cloud's metadata service, in any spelling, or of a page that shows secrets."""
    host = _HOST.match(address)
    name = (host[1] if host else "").strip("[]").casefold().rstrip(".")
    if (
        not name.isascii()
        or "%" in name
        or "{" in name
        or re.search(r"\[.*[-\]]", address.partition("//")[2].partition("/")[0][1:])
    ):
        return True
    if len(address) > _ADDRESS_MAX or _METADATA_NAMES.fullmatch(name) or any(_tells(path) for path in _paths(address)):
        return True
    return (
        _metadata_v6(name)
        if ":" in name
        else any(number >> (32 - bits) == net >> (32 - bits) for net, bits in _METADATA_NETS for number in _number(name))
    )


def _paths(address: str) -> Iterator[str]:
    """Every path that an address with braces and ranges asks for, without escapes and detours."""
    written = _ASKED.sub("", address)
    for text in (written, *spelled(written)):
        plain = text
        for _ in range(3):
            plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), plain)
        authority, _, path = plain.partition("//")[2].partition("/") if "//" in plain[:9] else plain.partition("/")
        yield plain
        yield f"{authority}/" + "/".join(part.partition(";")[0] for part in steps(path))


def _tells(address: str) -> bool:
    """Whether a path, without escapes, is that of a page made to show secrets, or of a file that holds them."""
    path = address.partition("//")[2] if "//" in address[:9] else address
    below = path.partition("/")[2]
    return bool(_TELLING.search(address) or _KUBELET.search(address)) or (
        "/" in path and bool(below) and holds_secret(Word(below))
    )


def _metadata_v6(name: str) -> bool:
    """Whether an IPv6 address is local to the link, Amazon's, or stands for such an IPv4 address."""
    if re.match(r"fe[89ab][0-9a-f]:|fd00:0*ec2:|fd20:", name):
        return True
    return bool(re.search(r"(?:a9fe:|169\.254\.|6464:64c8|100\.100\.100\.200)", name))


def _number(name: str) -> Iterator[int]:
    """An IPv4 address as a number, with one to four parts in decimal, octal or hexadecimal, as the resolver reads it."""
    parts = name.split(".")
    if len(parts) > _PARTS_MAX or not all(re.fullmatch(r"0x[0-9a-f]+|\d+", part) for part in parts):
        return
    values = [
        int(part, 16) if part[:2] == "0x" else int(part, 8) if re.fullmatch(r"0[0-7]+", part) else int(part) for part in parts
    ]
    number = 0
    for value in values[:-1]:
        number = (number << 8) | (value & 0xFF)
    yield ((number << (8 * (5 - len(values)))) | values[-1]) & 0xFFFFFFFF

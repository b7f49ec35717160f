"""What the words of logs and alerts say: a table of signs that an engineer knows from any stack, the most telling first."""

import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from stormjib.evidence.suspects.signal import Kind

DISK, MEMORY, CPU, DOCKER = "disk", "host memory", "host CPU", "docker"
CLOCK, DNS, CERTIFICATE, TRAFFIC = "clock", "DNS", "TLS certificate", "traffic"
MAINTENANCE = "maintenance mode"
DEPLOYMENT = "deployment of "
"""… followed by what was deployed."""

About = Literal["writer", "named", "itself", "deployment"]


class Sign(msgspec.Struct, frozen=True):
    """``about``: whoever wrote the line, the dependency that it names, or that dependency in its own words (``itself``).

    ``fixed`` is the component where the words alone say which.
    """

    pattern: re.Pattern[str]
    kind: Kind
    strength: float
    says: str
    about: About = "named"
    fixed: str = ""


def _sign(pattern: str, kind: Kind, strength: float, says: str, about: About = "named", fixed: str = "") -> Sign:  # noqa: PLR0917 - a table reads best so
    return Sign(re.compile(pattern, re.IGNORECASE), kind, strength, says, about, fixed)


SIGNS: Final = (
    _sign(r"OOM command not allowed|used memory > 'maxmemory'", "full", 0.85, "it is full and refuses writes", "itself", "redis"),
    _sign(r"max(?:imum)? number of clients|too many connections|remaining connection slots|sorry, too many clients", "saturated", 0.85, "it has as many clients as it takes and turns others away", "itself"),
    _sign(r"NOAUTH|WRONGPASS|invalid username-password|password authentication failed|Access denied for user|authentication (?:failed|required)|invalid (?:credentials|password)", "misconfigured", 0.75, "it does not take the password that it is given", "itself"),
    _sign(r"NOPERM|permission denied for (?:table|relation|database)", "misconfigured", 0.7, "it does not let this user in", "itself"),
    _sign(r"READONLY You can't write|read.only replica|in read.only mode|cannot execute \w+ in a read-only transaction", "misconfigured", 0.75, "it is read-only, as a replica is", "itself"),
    _sign(r"\bMISCONF\b", "full", 0.75, "it cannot save to its disk and refuses writes", "itself", "redis"),
    _sign(r"\bLOADING\b.{0,40}dataset|is loading the dataset", "restarted", 0.75, "it loads its data, as after a restart", "itself", "redis"),
    _sign(r"\bBUSY\b.{0,60}script|busy running a script", "slow", 0.85, "it is busy with a script and answers nothing else", "itself", "redis"),
    _sign(r"CLUSTERDOWN|NOREPLICAS", "down", 0.75, "its cluster is not whole", "itself", "redis"),
    _sign(r"MASTERDOWN|master_link_status:down|connection with (?:master|replica)\b.{0,60}\blost|MASTER <-> REPLICA sync.{0,40}(?:lost|fail|timeout|error)|replication .{0,40}(?:broken|stopped|lost)", "down", 0.7, "the link between it and its master is down", "itself", "redis replica"),
    _sign(r"no space left on device|ENOSPC|disk (?:is )?full|disk quota exceeded|not enough (?:disk )?space", "full", 0.85, "there is no space left", "itself", DISK),
    _sign(r"read-only file ?system|\bEROFS\b|remount\w* .{0,60}read-only", "full", 0.85, "its file system is read-only", "itself", DISK),
    _sign(r"\bI/O error|input/output error|\bEIO\b|fsync is taking too long|blocked for more than \d+ seconds|slow (?:disk|fsync|write)", "slow", 0.7, "it is slow or fails", "itself", DISK),
    _sign(r"too many open files|\bEMFILE\b|\bENFILE\b|out of file descriptors", "saturated", 0.85, "it has as many files open as it may", "writer"),
    _sign(r"can't start new thread|resource temporarily unavailable|\bEAGAIN\b.{0,40}fork|unable to fork", "saturated", 0.75, "it can start no more threads or processes", "writer"),
    _sign(r"out of memory|oom.?kill|cannot allocate memory|\bMemoryError\b|\bENOMEM\b|OutOfMemory|heap out of memory", "full", 0.75, "it runs out of memory", "writer"),
    _sign(r"certificate (?:has |is )?(?:expired|not yet valid)|certificate.verify.failed|x509: certificate|certificate has expired|unable to get local issuer|SSL.{0,20}CERTIFICATE", "misconfigured", 0.8, "it is not accepted", "itself", CERTIFICATE),
    _sign(r"name or service not known|temporary failure in name resolution|getaddrinfo|could not resolve|no such host|NXDOMAIN|host not found|SERVFAIL|nodename nor servname|name does not resolve", "down", 0.7, "a name is not found", "itself", DNS),
    _sign(r"address already in use|\bEADDRINUSE\b|port is already allocated", "misconfigured", 0.8, "its port is taken by something else", "writer"),
    _sign(r"manifest unknown|pull access denied|no such image|image .{1,100}(?:not found|not known)|ImagePullBackOff|ErrImagePull|failed to pull", "misconfigured", 0.85, "its image cannot be had", "deployment"),
    _sign(r"clock skew|clock .{0,30}(?:jump|drift|backward|behind|ahead|wrong|unsynchroni)|time (?:has been changed|jumped)|used before issued|token is not yet valid|system time .{0,30}wrong", "misconfigured", 0.75, "it is off", "itself", CLOCK),
    _sign(r"too many requests|\b429\b|rate.?limit\w*|limiting requests|throttl(?:ed|ing)", "surge", 0.5, "there is more of it than is let through", "itself", TRAFFIC),
    _sign(r"maintenance.{0,40}\b(?:on|enabled|active|stuck|true|1)\b|\bin maintenance\b|maintenance.?mode|under maintenance", "maintenance", 0.6, "it is on", "itself", MAINTENANCE),
    _sign(r"(?:connection )?pool .{0,30}(?:exhausted|timeout|limit)|QueuePool limit|no available connection", "saturated", 0.6, "no connection to it is free"),
    _sign(r"no route to host|network is unreachable|\bEHOSTUNREACH\b|\bENETUNREACH\b", "unreachable", 0.7, "there is no way to it"),
    _sign(r"connection refused|\bECONNREFUSED\b|error 111\b|could not connect|connect(?:ion)? failed|cannot connect|is not running", "refused", 0.7, "the connection is refused"),
    _sign(r"timed? ?out|\btimeout\b|deadline exceeded|did not answer|no answer|\bETIMEDOUT\b|not respond|unresponsive", "hung", 0.65, "it does not answer in time"),
    _sign(r"connection (?:was )?reset|\bECONNRESET\b|broken pipe|closed the connection|prematurely closed|server closed", "erroring", 0.55, "it breaks connections off"),
    _sign(r"invalid configuration|config\w* (?:error|is invalid|file .{0,60}not found)|missing (?:required )?(?:env|environment|setting|variable|configuration)|environment variable .{0,60}(?:not set|missing)|\bModuleNotFoundError\b|\bImportError\b|\bSyntaxError\b|unknown (?:directive|option)", "misconfigured", 0.7, "its configuration or its code does not load", "writer"),
)  # fmt: skip

PROXIES: Final = ("nginx", "haproxy", "envoy", "traefik", "caddy", "apache", "httpd", "varnish")
PRODUCTS: Final = {
    "valkey": "valkey", "redis": "redis", "postgres": "postgres", "postgresql": "postgres", "psycopg": "postgres", "pg": "postgres",
    "mysql": "mysql", "mariadb": "mariadb", "mongo": "mongo", "mongodb": "mongo", "kafka": "kafka", "rabbitmq": "rabbitmq",
    "amqp": "rabbitmq", "memcached": "memcached", "elasticsearch": "elasticsearch", "opensearch": "opensearch", "etcd": "etcd",
    "zookeeper": "zookeeper", "cassandra": "cassandra", "clickhouse": "clickhouse", "nats": "nats", "minio": "minio", "vault": "vault",
    "consul": "consul",
}  # fmt: skip
PORTS: Final = {
    "6379": "redis", "5432": "postgres", "3306": "mysql", "27017": "mongo", "9092": "kafka", "5672": "rabbitmq", "11211": "memcached",
    "9200": "elasticsearch", "2379": "etcd", "2181": "zookeeper",
}  # fmt: skip
FOLLOWERS: Final = frozenset({"replica", "slave", "follower", "secondary", "standby"})

_TOKEN: Final = re.compile(r"[a-z]+")
_PORT: Final = re.compile(r":(\d{4,5})\b")
TEXT_CHARS_MAX: Final = 4_000


def tokens(text: str) -> list[str]:
    """The words of a name or a line, without their digits, in lower case."""
    return _TOKEN.findall(text[:TEXT_CHARS_MAX].lower())


def signs_of(text: str) -> Iterator[Sign]:
    """The most telling sign of a line, and what else it says of another kind of trouble."""
    head = text[:TEXT_CHARS_MAX]
    found = next((sign for sign in SIGNS if sign.pattern.search(head)), None)
    if found is None:
        return
    yield found
    if found.fixed in {DNS, CERTIFICATE}:  # whose name, whose certificate
        yield Sign(found.pattern, "unreachable", found.strength / 2, found.says)
    if found.fixed == "redis" and found.kind == "full" and "MISCONF" in head:
        yield Sign(found.pattern, "full", found.strength / 2, "redis cannot save to it", "itself", DISK)


def product_of(text: str) -> str:
    """The database, queue or the like that a name or a line speaks of; "" for none."""
    words = tokens(text)
    known = next((PRODUCTS[word] for word in words if word in PRODUCTS), "")
    known = known or next((PORTS[port] for port in _PORT.findall(text[:TEXT_CHARS_MAX]) if port in PORTS), "")
    return f"{known} replica" if known and FOLLOWERS.intersection(words) and len(words) <= _NAME_WORDS_MAX else known


_NAME_WORDS_MAX: Final = 6
"""A longer text is a sentence, in which a replica may be spoken of without being the one that is meant."""

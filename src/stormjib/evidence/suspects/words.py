"""What the words of logs and alerts say: a table of signs that an engineer knows from any stack, the most telling first."""

import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from stormjib.core.text.table import table
from stormjib.evidence.suspects.signal import Kind

DISK, MEMORY, CPU, DOCKER = "disk", "host memory", "host CPU", "docker"
CLOCK, DNS, CERTIFICATE, TRAFFIC = "clock", "DNS", "TLS certificate", "traffic"
MAINTENANCE = "maintenance mode"
DEPLOYMENT = "deployment of "
"""… followed by what was deployed."""

About = Literal["writer", "named", "itself", "deployment"]


class Sign(msgspec.Struct, frozen=True, array_like=True):
    """A row of ``signs.tsv``, which says what its columns mean."""

    kind: Kind
    strength: float
    about: About
    fixed: str
    says: str
    pattern: str = ""


SIGNS: Final = [(re.compile(sign.pattern, re.IGNORECASE), sign) for sign in table(Sign, __package__, "signs.tsv")]

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
    found = next((sign for pattern, sign in SIGNS if pattern.search(head)), None)
    if found is None:
        return
    yield found
    if found.fixed in {DNS, CERTIFICATE}:  # whose name, whose certificate
        yield Sign("unreachable", found.strength / 2, "named", "", found.says)
    if found.fixed == "redis" and found.kind == "full" and "MISCONF" in head:
        yield Sign("full", found.strength / 2, "itself", DISK, "redis cannot save to it")


def product_of(text: str) -> str:
    """The database, queue or the like that a name or a line speaks of; "" for none."""
    words = tokens(text)
    known = next((PRODUCTS[word] for word in words if word in PRODUCTS), "")
    known = known or next((PORTS[port] for port in _PORT.findall(text[:TEXT_CHARS_MAX]) if port in PORTS), "")
    return f"{known} replica" if known and FOLLOWERS.intersection(words) and len(words) <= _NAME_WORDS_MAX else known


_NAME_WORDS_MAX: Final = 6
"""A longer text is a sentence, in which a replica may be spoken of without being the one that is meant."""

"""Redis INFO: memory against its limit, evictions, replication, blocked clients, persistence, loading."""

import re
from typing import Final

from stormjib.core.text import units
from stormjib.evidence.readers.amount import number, share
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "redis info"
MEMORY_NEAR_PERCENT: Final = 90.0
CLIENTS_NEAR_PERCENT: Final = 90.0
REPLICA_LAG_SECONDS: Final = 10.0

_SECTION: Final = re.compile(r"# (?:Server|Clients|Memory|Persistence|Stats|Replication|CPU|Modules|Errorstats|Commandstats|Cluster|Keyspace|Sentinel|Latencystats|Keysizes|Threads)")  # fmt: skip
_FIELD: Final = re.compile(r"([A-Za-z][\w.-]{0,80}):(.{0,2000})")
_MEASURED: Final = {
    "connected_clients": "count", "blocked_clients": "count", "rejected_connections": "count", "evicted_keys": "count",
    "expired_keys": "count", "keyspace_hits": "count", "keyspace_misses": "count", "connected_slaves": "count",
    "instantaneous_ops_per_sec": "per second", "uptime_in_seconds": "seconds", "used_memory_rss": "bytes", "used_memory_peak": "bytes",
    "mem_fragmentation_ratio": "ratio", "master_link_down_since_seconds": "seconds", "master_last_io_seconds_ago": "seconds",
    "loading_eta_seconds": "seconds", "total_error_replies": "count", "latest_fork_usec": "microseconds",
}  # fmt: skip
_STATES: Final = ("redis_version", "role", "maxmemory_policy", "master_link_status", "master_host", "rdb_last_bgsave_status", "aof_last_bgrewrite_status", "aof_last_write_status")  # fmt: skip
_SAVES: Final = {
    "rdb_last_bgsave_status": "the last save of redis to disk failed",
    "aof_last_bgrewrite_status": "the last rewrite of redis' append-only file failed",
    "aof_last_write_status": "the last write to redis' append-only file failed",
}
_FULL_PERCENT: Final = 100.0
_LINE_CHARS_MAX: Final = 2_100


def read(evidence: Evidence) -> Reading | None:
    """INFO whole or one section of it, from Redis 6, 7 and their kin; a key that a version lacks is simply not there."""
    if not any(_SECTION.fullmatch(line) for line in evidence.lines()[:40]):
        return None
    fields: dict[str, str] = {}
    for line in evidence.lines():
        found = _FIELD.fullmatch(line) if len(line) < _LINE_CHARS_MAX else None
        if found:
            fields[found[1]] = found[2].strip()
    if not fields:
        return tell(SOURCE, [State("redis", "section", "empty")])
    clauses = [*_loading(fields), *_memory(fields), *_replication(fields), *_clients(fields), *_persistence(fields)]
    return tell(SOURCE, _facts(fields), clauses)


def _facts(fields: dict[str, str]) -> list[Fact]:
    facts: list[Fact] = []
    used = number(fields.get("used_memory", ""))
    if used is not None:
        facts.append(Measured("redis", "memory", used, "bytes", number(fields.get("maxmemory", "")) or None))
    for key, unit in _MEASURED.items():
        value = number(fields.get(key, ""))
        if value is not None:
            facts.append(Measured("redis", key.replace("_", " "), value, unit))
    facts.extend(State("redis", key.replace("_", " "), fields[key]) for key in _STATES if fields.get(key))
    for key, said in fields.items():
        keys = re.match(r"keys=(\d{1,18}),", said) if re.fullmatch(r"db\d{1,5}", key) else None
        if keys:
            facts.append(Measured(f"redis {key}", "keys", float(keys[1]), "count"))
    return facts


def _loading(fields: dict[str, str]) -> list[Clause]:
    if fields.get("loading", fields.get("async_loading")) != "1":
        return []
    left = number(fields.get("loading_eta_seconds", ""))
    return [
        Clause("bad", f"redis is up but still loads its data{f' ({units.duration(left)} left)' if left and left > 0 else ''}")
    ]


def _memory(fields: dict[str, str]) -> list[Clause]:
    used, limit = number(fields.get("used_memory", "")), number(fields.get("maxmemory", ""))
    evicted = number(fields.get("evicted_keys", "")) or 0
    refused = re.match(r"count=(\d{1,18})", fields.get("errorstat_OOM", ""))
    found = []
    if used is not None and limit and share(used, limit) >= MEMORY_NEAR_PERCENT:
        percent = share(used, limit)
        keeps = fields.get("maxmemory_policy") == "noeviction"
        text = f"redis uses {units.percent(round(percent))} of its {units.size(limit)}"
        text += (
            f" and evicts keys ({int(evicted):,} so far)"
            if evicted
            else " and its policy is to evict nothing (noeviction)"
            if keeps
            else ""
        )
        found.append(Clause("bad" if evicted or (keeps and percent >= _FULL_PERCENT) else "warn", text))
    elif evicted:
        found.append(Clause("warn", f"redis has evicted {units.counted(int(evicted), 'key')} since it started"))
    if refused and int(refused[1]):
        found.append(Clause("bad", f"redis refused {units.counted(int(refused[1]), 'command')} for lack of memory"))
    return found


def _replication(fields: dict[str, str]) -> list[Clause]:
    found = []
    if fields.get("role") == "slave" and fields.get("master_link_status", "up") != "up":
        down = number(fields.get("master_link_down_since_seconds", ""))
        since = f" for {units.duration(down)}" if down is not None and down >= 0 else ""
        syncs = " and a full copy is under way" if fields.get("master_sync_in_progress") == "1" else ""
        found.append(
            Clause(
                "bad",
                f"the replica's link to its master {fields.get('master_host', '?')}:{fields.get('master_port', '?')} is down{since}{syncs}",
            )
        )
    for key, value in fields.items():
        if not re.fullmatch(r"slave\d{1,4}", key):
            continue
        said = dict(part.partition("=")[::2] for part in value.split(","))
        name, lag = f"{said.get('ip', '?')}:{said.get('port', '?')}", number(said.get("lag", ""))
        if said.get("state", "online") != "online":
            found.append(Clause("warn", f"the replica {name} is not in sync yet ({said['state']})"))
        elif lag is not None and lag > REPLICA_LAG_SECONDS:
            found.append(Clause("warn", f"the replica {name} was last seen {units.duration(lag)} ago"))
    return found


def _clients(fields: dict[str, str]) -> list[Clause]:
    found = []
    blocked = number(fields.get("blocked_clients", "")) or 0
    if blocked:
        found.append(
            Clause(
                "note",
                f"{units.counted(int(blocked), 'client')} of redis {'waits' if blocked == 1 else 'wait'} in a blocking call",
            )
        )
    rejected = number(fields.get("rejected_connections", "")) or 0
    if rejected:
        found.append(Clause("bad", f"redis has turned away {units.counted(int(rejected), 'connection')} since it started"))
    clients, most = number(fields.get("connected_clients", "")), number(fields.get("maxclients", ""))
    if clients and most and share(clients, most) >= CLIENTS_NEAR_PERCENT:
        found.append(Clause("warn", f"redis has {int(clients):,} of the {int(most):,} clients that it takes"))
    return found


def _persistence(fields: dict[str, str]) -> list[Clause]:
    return [Clause("bad", text) for key, text in _SAVES.items() if fields.get(key) == "err"]

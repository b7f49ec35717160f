"""A night in three incidents: one that is being worked on, one that nobody has, one that is over."""

from hashlib import sha256

from tests.web.house import House

from stormjib.core.alert import Alert
from stormjib.core.log import (
    AlertReceived,
    ChannelOpened,
    DebtTaken,
    EffectFailed,
    ItemOverdue,
    LogsRead,
    MessageSent,
    MetricsReviewed,
    PageSent,
    RunReleased,
    TimerDue,
    Verified,
)
from stormjib.core.observation import LogPattern, Metric
from stormjib.core.severity import Severity

REFUSED = "Could not connect to Redis at 127.0.0.1:6379: Connection refused"
READY = '{"status": "not ready", "dependencies": {"redis": {"status": "down", "error": "connection refused"}}}'
LOG = "\n".join(
    f"2026-09-21T14:0{minute}:12Z ERROR redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused."
    for minute in range(8)
)


def scene(house: House) -> dict[str, str]:
    """Play it; the ids of the incidents by what they are."""
    over = _over(house)
    house.at += 5 * 3600
    worked = _worked(house)
    unseen = house.declare("Image page is slow", Severity.P2, "monitor")
    house.at += 40
    alerts = [
        Alert(
            "w1", "prometheus", True, "DiskFillsUp", "nginx", "warning", "Disk of web-1 is 81 % full", starts_at=house.at - 900
        ),
        Alert("w2", "grafana", True, "CertExpires", "edge", "", "A certificate ends in 12 days", starts_at=house.at - 7200),
    ]
    house.inbox.accept(alerts).result()
    return {"worked": worked, "unseen": unseen, "over": over}


def _worked(house: House) -> str:
    incident = house.declare("API answers 5xx to 38 % of all requests", Severity.P1, "alertmanager")
    alert = AlertReceived(
        "f1",
        "alertmanager",
        "HighErrorRate",
        "watermark-lab-api",
        "5xx above 5 % for 2 minutes",
        house.at - 60,
        {"severity": "P1"},
    )
    house.tell(incident, alert)
    house.tell(
        incident,
        ChannelOpened("#incident-2026-09-21-141320", "room"),
        MessageSent("#leadership-alerts", "room", "P1: API answers 5xx"),
    )
    house.tell(incident, PageSent("ana", "webhook"), EffectFailed("page/1", "webhook", "the other side answered 503", False, 1))
    house.at += 35
    house.saw(incident, "curl -f http://localhost:8080/health", '{"status": "ok"}')
    ready = "curl -f http://localhost:8080/ready"
    house.saw(incident, ready, READY, exit_code=22, finding="The service is not ready; it names redis.")
    house.saw(incident, "redis-cli ping", REFUSED, exit_code=1, finding="Redis is down: the connection is refused.")
    finding = (
        "8 error lines, 8 of them about Redis; the last: redis.exceptions.ConnectionError: Error 111 connecting to redis:6379."
    )
    house.saw(incident, "docker logs watermark-lab-api --tail 100", LOG, finding=finding)
    refused = LogPattern("ERROR request <*> failed: ConnectionError to redis:<*>", 412, "error", new=True, since=51.0)
    read = LogsRead(
        "docker logs watermark-lab-api", "watermark-lab-api", 51, 9_120, 412, (refused,), 0.2,
        "“ERROR request … failed: ConnectionError to redis” is new since 14:11 UTC: 412 lines, 51 a minute.", "bad",
        output_sha256=sha256(LOG.encode()).hexdigest(),
    )  # fmt: skip
    house.tell(incident, read)
    house.saw(incident, "git log --oneline -10", "a1b2c3d Raise the pool size\n0d9e8f7 Add a cache header\n")
    house.saw(incident, "df -h", "Filesystem  Size  Used Avail Use% Mounted on\n/dev/vda1    40G   18G   22G  45% /\n")
    house.tell(incident, _metrics(house.at))
    house.at += 95
    house.act("acknowledge", incident, "ana")
    house.act("note", incident, "bo", text="Redis was restarted by the kernel's OOM killer at 14:11, see dmesg")
    house.at += 300
    house.act("post-update", incident, "ana", stage="Identified", audience="customers", values={"issue": "errors on upload"})
    house.tell(incident, TimerDue("item/i230"), ItemOverdue("i231", 231, "Monitor progress", 30.0))
    _mitigated(house, incident)
    house.at += 65
    house.act(
        "propose",
        incident,
        "bo",
        command_id=house.command("redis-cli flushdb").id,
        reason="the cache holds broken entries of the old release",
    )
    house.act(
        "propose", incident, "bo", command_id=house.command("docker-compose restart api").id, reason="it holds dead connections"
    )
    return incident


def _metrics(at: float) -> MetricsReviewed:
    errors = tuple((at - 600 + 10 * place, 0.0 if place < 54 else 0.38) for place in range(60))
    return MetricsReviewed(
        "Prometheus",
        (
            Metric("watermark-lab-api", "5xx share", "share", 0.38, 0.0, 0.01, 38.0, "up", at - 70, "bad",
                   "5xx share is 38 %, usually 0 %, since 14:12:10", errors),
            Metric("host", "disk of /", "share", 0.45, 0.45, 0.01, 0.0, sentence="host: disk of / is 45 %", points=errors),
        ),
        0.4,
        63,
        "5xx share is 38 %, usually 0 %, since 14:12:10",
        ("Prometheus answered 422 execution: query processing would load too many samples",),
    )  # fmt: skip


def _mitigated(house: House, incident: str) -> None:
    house.act("propose", incident, "ana", command_id=house.command("curl -X POST").id, reason="customers see raw errors")
    switch_on = next(iter(house.incident(incident).runs))
    house.act("approve", incident, "bo", run_id=switch_on, reason="go")
    _release(house, incident, switch_on)
    house.ran(incident, switch_on, '{"enabled": true, "message": "Temporary maintenance"}')
    if not house.incident(incident).debts:
        house.tell(incident, DebtTaken("maintenance mode", switch_on, house.command("curl -X POST").id))
    house.at += 120
    house.act(
        "propose",
        incident,
        "ana",
        command_id=house.command("docker-compose restart redis").id,
        reason="it was killed for its memory",
    )
    restart = list(house.incident(incident).runs)[-1]
    house.act("approve", incident, "bo", run_id=restart, reason="go")
    house.saw(incident, "redis-cli info memory", "used_memory_human:3.91G\nmaxmemory_human:4.00G", before_run=restart)
    _release(house, incident, restart)
    house.ran(incident, restart)


def _release(house: House, incident: str, run_id: str) -> None:
    if house.incident(incident).runs[run_id].state == "approved":
        house.tell(incident, RunReleased(run_id, snapshots=1))


def _over(house: House) -> str:
    incident = house.declare("Watermarks are missing from large images", Severity.P3, "cy")
    house.act("acknowledge", incident, "cy")
    house.at += 1500
    for task, name in (("t151", "functional"), ("t152", "latency"), ("t153", "errors")):
        line = int(task[1:])
        house.tell(incident, Verified(task, line, name, True, "20 of 20 requests as they should be"))
    house.act("resolve", incident, "cy", text="rolled back")
    return incident

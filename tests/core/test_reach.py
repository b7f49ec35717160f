"""What an alert brings goes into a read by itself only where it neither decides where the read connects nor stands beside a secret."""

import re
from pathlib import Path

import msgspec
import pytest
from tests.core.story import POLICY, Story

from stormjib.core import values, view
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import Collect
from stormjib.core.incident import Refused
from stormjib.core.log import EvidenceCollected, PolicyChanged
from stormjib.core.markdown import compile_runbook
from stormjib.core.plan import plan
from stormjib.core.policy import Policy
from stormjib.core.text.hosts import digest

ROWS = [
    row.split("\t")
    for row in (Path(__file__).parent / "cases" / "reach.tsv").read_text(encoding="utf-8").splitlines()
    if row[:1] != "#"
]
HEAD = "# Shop\n\n## Investigation (0-15 minutes)\n\n### 1. Look\n\n"
SERVICE = Service(
    name="watermark-lab-api",
    target_url="http://localhost:8080/health",
    metrics_url="http://api.internal:9100/metrics",
    depends_on=("db",),
)
SITE = msgspec.structs.replace(
    POLICY,
    services=(SERVICE, Service(name="db", target_url="http://db.internal:5432/")),
    variables=frozenset({"ADMIN_TOKEN", "API_KEY"}),
)


def checks(command, labels, front="", policy=SITE):
    told = Story(policy, compile_runbook(f"{front}{HEAD}```bash\n{command}\n```\n".encode()))
    return [effect.text for effect in told.declare(**labels) if isinstance(effect, Collect)]


@pytest.mark.parametrize(("runs", "command", "brought"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_what_an_alert_may_choose(runs, command, brought):
    labels = dict(pair.split("=", 1) for pair in brought.split())
    assert bool(checks(command, labels)) is (runs == "itself")


@pytest.mark.parametrize("command", [row[1] for row in ROWS if row[0] == "person"])
def test_a_person_may_choose_all_of_it(command):
    """None of the rows is there because the command is no read, whatever its values are."""
    book = compile_runbook(f"{HEAD}```bash\n{command}\n```\n".encode())
    told = Story(SITE, book)
    told.declare()
    for one in values.wanted(book, told.incident, SITE):
        told.act("set-value", "ana", name=one.name, value="8080" if one.name == "port" else "api.internal")
    assert not re.search(r"\$(?!ADMIN_TOKEN|API_KEY|h\b)|<", values.filled(book, told.incident, SITE).commands[0].text)


@pytest.mark.parametrize(
    ("front", "command", "labels"),
    [
        ("---\ninputs: {instance: 'x.internal:80'}\n---\n", "curl -s http://$INSTANCE/metrics", {"instance": "evil.example:80"}),
        ("---\ninputs: {instance: 'x.internal:80'}\n---\n", "dig $NAME", {"name": "x.internal"}),
        ("", "curl -s http://$INSTANCE/metrics", {"instance": "db.internal:5432"}),
        ("", "curl -s http://x.internal:80/\ncurl -s http://$INSTANCE/metrics", {"instance": "x.internal:80"}),
        ("---\ninputs: {home: x.internal}\n---\n", "curl -s http://$INSTANCE/metrics", {"instance": "x.internal:80"}),
    ],
)
def test_what_the_site_itself_names_is_no_strange_place(front, command, labels):
    assert len(checks(command, labels, front)) == len(command.splitlines())


def test_the_hosts_stand_in_the_log_so_that_a_replay_decides_the_same():
    recorded = SITE.recorded("watermark-lab-api")
    named = ("localhost", "localhost:8080", "api.internal", "api.internal:9100", "db.internal", "db.internal:5432")
    assert recorded.hosts == set(map(digest, named))
    assert msgspec.json.decode(msgspec.json.encode(PolicyChanged(recorded)), type=PolicyChanged).policy == recorded
    assert msgspec.json.decode(b"{}", type=Policy).hosts == frozenset()


@pytest.mark.parametrize(
    ("follows", "printed", "runs"),
    [
        ("kubectl logs $X", "pod/web-1", True),
        ("curl -s http://localhost:8080/$X", "web-1", True),
        ("curl -s http://localhost:8080/$X", "pod/web-1", False),
        ("curl -s http://$X/health", "api.internal:9100", True),
        ("curl -s http://$X/health", "api.internal:9200", False),
        ('curl -s -H "Authorization: Bearer $ADMIN_TOKEN" http://localhost:$X/', "4711", False),
        ("curl -s http://$X:8080/health", "evil.example", False),
        ("curl -s http://$X:8080/health", "api.internal", True),
    ],
)
def test_what_an_output_says_is_told_no_secret_and_chooses_no_place(follows, printed, runs):
    book = compile_runbook(f"{HEAD}```bash\nX=$(kubectl get pod web -o name | head -1)\n{follows}\n```\n".encode())
    first, second = book.commands
    told = Story(SITE, book)
    told.declare()
    told.tell(EvidenceCollected(first.id, first.line, first.text, "", True, 0, 0.1, "0" * 64, 9, f"{printed}\n"))
    now = values.filled(book, told.incident, SITE).command(second.id)
    assert ("$X" not in now.text) is runs


@pytest.mark.parametrize("command", ["ssh db1.internal uptime", "sudo ssh root@db1.internal systemctl restart shop"])
def test_what_goes_to_another_machine_by_itself_is_said_not_to_run_before_anybody_runs_it(command):
    book = compile_runbook(f"{HEAD}```bash\n{command}\n```\n".encode())
    told = Story(SITE, book)
    assert not [effect for effect in told.declare() if isinstance(effect, Collect)]
    (option,) = [
        one for step in view.room(told.incident, book, SITE, told.at).steps for group in step.groups for one in group.options
    ]
    assert (option.unattended, option.by_itself) == (False, False)
    assert "goes to another machine by itself (ssh:" in option.misplaced
    (line,) = [line for line in plan(book, "P1", SITE) if "ssh" in line.what]
    assert "is not run. It goes to another machine by itself" in line.what
    for action, more in (("collect", {}), ("propose", {"reason": "now"})):
        with pytest.raises(Refused, match=r"is not run\. It goes to another machine by itself"):
            told.decided(action, "ana", command_id=option.command_id, **more)


def test_a_host_that_a_person_gives_makes_it_one_that_is_not_run():
    book = compile_runbook(f"{HEAD}```bash\nssh $HOST uptime\n```\n".encode())
    told = Story(SITE, book)
    told.declare(host="db1.internal")
    told.act("set-value", "ana", name="host", value="db1.internal")
    with pytest.raises(Refused, match=r"is not run. It goes to another machine by itself \(ssh:db1.internal\)"):
        told.decided("collect", "ana", command_id=book.commands[0].id)

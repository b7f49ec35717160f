"""What is kept before a command: derived from what will vanish, proven reads only, and only from the steps that look."""

import pytest
from tests.core.story import POLICY, RUNBOOK

from stormjib.core import guard
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.shell import judge
from stormjib.core.snapshot import _LOGS_OF_GONE, snapshots, what_goes

KEPT = [
    ("docker-compose pull && docker-compose up -d", "docker-compose logs --no-color --timestamps --tail=500"),
    ("docker-compose pull && docker-compose up -d", "docker-compose ps -aq | xargs -r docker inspect --format"),
    (
        "docker compose -p shop -f a.yml restart api",
        "docker compose -p shop -f a.yml logs --no-color --timestamps --tail=500 api",
    ),
    ("docker-compose down", "docker-compose ps -a"),
    ("docker system prune -f", "docker ps -aq --filter status=exited | xargs -r -n 1 docker logs"),
    ("docker container prune", "docker ps -aq --filter status=exited | xargs -r docker inspect --format"),
    ("sudo docker restart web", "docker logs --timestamps --tail 500 -- web"),
    ("docker rm -f web db", "docker logs --timestamps --tail 500 -- db"),
    ("bash -c 'docker restart api'", "docker logs --timestamps --tail 500 -- api"),
    ("redis-cli -h r1 -p 6380 FLUSHALL", "redis-cli -h r1 -p 6380 --scan | head -n 5000"),
    ("redis-cli del user:1 user:2", "redis-cli lrange user:2 0 999; redis-cli hscan user:2 0 count 1000"),
    ("kubectl exec -it p -- redis-cli unlink q", "kubectl exec p -- redis-cli lrange q 0 999"),
    ("""psql -d x -c "delete from run where status = 'partial'\"""", "psql -d x -c 'SELECT * FROM run where status = "),
    ("psql -c 'begin; update t set a = 1, b = 2 where id = 4 returning a; commit'", "'SELECT * FROM t where id = 4 LIMIT 1000'"),
    ("sudo -u postgres psql x -c 'truncate table only t cascade'", "sudo -u postgres psql x -c 'SELECT * FROM t LIMIT 1000'"),
    (
        "docker exec -it db mysql shop -e 'drop table if exists old'",
        "docker exec db mysql shop -e 'SELECT * FROM old LIMIT 1000'",
    ),
    ("mysql shop -e 'delete from t where a = 1 limit 5'", "mysql shop -e 'SELECT * FROM t where a = 1 limit 5'"),
    ("sqlite3 a.db 'delete from t'", "sqlite3 -header a.db 'SELECT * FROM t LIMIT 1000'"),
    ("mongosh shop --eval 'db.t.deleteMany({a: 1}, {w: 1})'", "mongosh shop --eval 'db.t.find({a: 1}).limit(1000)'"),
    ("docker exec -it redis redis-cli flushall", "docker exec redis redis-cli dbsize"),
    ("sudo systemctl restart nginx", "journalctl -u nginx -n 500 --no-pager"),
    ("systemctl restart docker", "docker ps -a"),
    ("kill -9 4711", "cat /proc/4711/status"),
    ("pkill -f worker", "pgrep -a -f worker"),
    ("kubectl delete pod web-1 -n shop", "kubectl logs --tail=500 -n shop web-1"),
    ('rm -rf "/srv/$SUB/data"', 'ls -la "/srv/$SUB/data"'),
    ('rm -rf "/srv/${SUB:?}/my data"', 'ls -la "/srv/${SUB:?}/my data"'),
    ('rm -rf "/srv/$SUB"/*', 'ls -la "/srv/$SUB/"*'),
    ("bash -c 'rm -rf \"/x/$A\"'", 'ls -la "/x/$A"'),
    ('systemctl restart "app@$N"', 'journalctl -u "app@$N" -n 500 --no-pager'),
    ('SUB=a; rm -rf "/srv/$SUB/data"', 'ls -la "/srv/a/data"'),
    ("rm -rf ~/x/*.log", "ls -la ~/x/*.log"),
]


@pytest.mark.parametrize(("text", "kept"), KEPT)
def test_i5_what_is_kept_follows_from_what_will_vanish(text, kept):
    assert any(kept in read for read in what_goes(text))


@pytest.mark.parametrize("text", sorted({text for text, _ in KEPT}))
def test_i5_everything_that_is_kept_is_had_by_proven_reads(text):
    assert {judge(read).risk for read in what_goes(text) if read not in _LOGS_OF_GONE} == {Risk.READ}
    assert not any(
        word in read
        for read in what_goes(text)
        for word in ("keys ", "Config.Env", "printenv", ".Config}}")
        if "kubectl" not in read
    )


def test_i5_no_service_is_named_by_the_product():
    derived = [
        one
        for command in RUNBOOK.commands
        for one in snapshots(command, RUNBOOK, POLICY)
        if one.command_id.startswith("snapshot-")
    ]
    assert derived
    assert not any("watermark" in one.text for one in derived)


@pytest.mark.parametrize(
    "text", ["git pull", "echo 'x", "$(", "curl -X POST http://x/", "systemctl status nginx", "redis-cli get x", "docker ps"]
)
def test_i5_nothing_is_kept_before_what_takes_nothing_away(text):
    assert what_goes(text) == ()


BOOK = compile_runbook(
    b"""# API

## Diagnosis (0-15 minutes)

### 1. Look

```bash
docker logs api --tail 50
```

## Mitigation (15-60 minutes)

### 2. Fix

```bash
docker restart api
docker-compose pull && docker-compose up -d
docker ps --filter name=api
```

## Resolution (60-240 minutes)

### 3. Verification Steps

```bash
docker logs api --tail 7
docker inspect api
```

### 4. Incident Closure

```bash
docker top api
```
"""
)


def test_snapshots_are_of_the_steps_that_look_only():
    """What proves a recovery or closes the incident is not what the team looks at before it acts."""
    restart = next(command for command in BOOK.commands if command.text == "docker restart api")
    texts = [one.text for one in snapshots(restart, BOOK, Policy())]
    assert texts[:2] == ["docker logs api --tail 50", "docker ps --filter name=api"]
    assert not {"docker logs api --tail 7", "docker inspect api", "docker top api"} & set(texts)


def test_i5_a_change_that_recreates_containers_keeps_them_first():
    pull = next(command for command in BOOK.commands if "pull" in command.text)
    texts = [one.text for one in snapshots(pull, BOOK, Policy())]
    assert "docker-compose logs --no-color --timestamps --tail=500" in texts
    assert guard.effective_risk(pull, Policy()) is not Risk.READ


@pytest.mark.parametrize("text", ['SUB=$(cat name); rm -rf "/srv/$SUB/data"', 'SUB="$OTHER" && rm -rf "/srv/$SUB/data"'])
def test_evidence_of_another_place_is_not_taken(text):
    """A variable that the command itself sets may have another value outside of it."""
    assert not any("$SUB" in read for read in what_goes(text))


def test_what_is_kept_is_of_the_directory_in_which_the_command_runs():
    kept = what_goes("cd /srv/app || exit; docker compose restart api")
    assert "cd /srv/app || exit; docker compose ps -a api" in kept
    assert "docker ps -a" in kept
    assert all(judge(text).risk is Risk.READ for text in kept if text.startswith("cd "))
    assert "cd sub || exit; ls -la x" in what_goes("cd sub || exit; rm -rf x")

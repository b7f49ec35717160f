"""The statements of a block share variables, a directory and an environment, as when a person pastes it; real bash agrees."""

import subprocess

import pytest

from stormjib.core.kinds import Demand
from stormjib.core.markdown import compile_runbook
from stormjib.core.risk import Risk
from stormjib.core.shell import missing


def commands(block):
    source = f"# X\n\n## Investigation (0-15 minutes)\n\n### 1. Look\n\n```bash\n{block}\n```\n"
    return compile_runbook(source.encode()).commands


@pytest.mark.parametrize(
    ("block", "last", "risk"),
    [
        ("NS=prod\nkubectl get pods -n $NS", "kubectl get pods -n prod", Risk.READ),
        ("export NS='prod'\nkubectl get pods -n \"${NS}\"", 'kubectl get pods -n "prod"', Risk.READ),
        ("ssh web-1\n# Look\ndf -h", "ssh web-1 'df -h'", Risk.READ),
        (
            "ssh -p 2222 -i key ops@web-1\nsudo journalctl --vacuum-size=200M",
            "ssh -p 2222 -i key ops@web-1 'sudo journalctl --vacuum-size=200M'",
            Risk.DESTROY,
        ),
        ("ssh <host>\ncd /srv\nls -l app", "ssh <host> 'cd /srv || exit; ls -l app'", Risk.READ),
        ("ssh web-1\ndf -h\nexit\nuptime", "uptime", Risk.READ),
        ("ssh web-1\nssh web-2\nuptime", "ssh web-2 uptime", Risk.READ),
        ("ssh web-1 uptime\ndf -h", "df -h", Risk.READ),
        ("A=1 B=2\nkubectl logs web-$A --tail=$B", "kubectl logs web-1 --tail=2", Risk.READ),
        ("NS=a\nNS=b\nkubectl get pods -n $NS", "kubectl get pods -n b", Risk.READ),
        ("NS=a\nunset NS\nkubectl get pods -n $NS", "kubectl get pods -n $NS", Risk.READ),
        ("NS=a\nif true; then NS=b; fi\nkubectl get pods -n $NS", "kubectl get pods -n $NS", Risk.READ),
        ("NS=<namespace>\nkubectl get pods -n $NS", "kubectl get pods -n <namespace>", Risk.READ),
        ("BACKUP_DIR=/var/backups\nfind $BACKUP_DIR -mtime -1 | wc -l", "find /var/backups -mtime -1 | wc -l", Risk.READ),
        ("DIR=\nrm -rf /srv/$DIR", "rm -rf /srv/$DIR", Risk.DESTROY),
        ("export PGHOST=db\ndf -h", "df -h", Risk.READ),
        ("export PGHOST=db\npsql -c 'SELECT 1'", "export PGHOST=db; psql -c 'SELECT 1'", Risk.READ),
        (
            "export VAULT_ADDR=http://localhost:8200\nvault status",
            "export VAULT_ADDR=http://localhost:8200; vault status",
            Risk.READ,
        ),
        ('f="x-$(date +%F).sql"\npg_dump shop > "$f"', 'f="x-$(date +%F).sql"; pg_dump shop > "$f"', Risk.UNKNOWN),
        ("NS=prod\nkubectl delete ns $NS", "kubectl delete ns prod", Risk.DESTROY),
        ("NS=prod\ngrep '$NS' x", "grep '$NS' x", Risk.READ),
        ("OPTS='-a -b'\nls $OPTS", "OPTS='-a -b'; ls $OPTS", Risk.UNKNOWN),
        ("cd /srv/app\ndocker compose ps", "cd /srv/app || exit; docker compose ps", Risk.READ),
        ("cd /srv\ncd app\nls", "cd /srv || exit; cd app || exit; ls", Risk.READ),
        ("cd /srv\ncd /opt\nls", "cd /opt || exit; ls", Risk.READ),
        ("cd /srv\ncd -\nls", "ls", Risk.READ),
        ("cd /srv && ls\nmake deploy", "cd /srv || exit; make deploy", Risk.UNKNOWN),
        ("(cd /srv && ls)\nls", "ls", Risk.READ),
        ("cd /srv\nkubectl get pods", "kubectl get pods", Risk.READ),
        ("cd /srv\nkubectl diff -f web.yaml", "cd /srv || exit; kubectl diff -f web.yaml", None),
        ("cd <dir>\nls", "cd <dir> || exit; ls", Risk.READ),
        ("export KUBECONFIG=/etc/x\nkubectl get pods", "export KUBECONFIG=/etc/x; kubectl get pods", Risk.UNKNOWN),
        ("NS=prod kubectl get ns\nkubectl get pods -n $NS", "kubectl get pods -n $NS", Risk.READ),
    ],
)
def test_what_a_statement_leaves_to_the_next(block, last, risk):
    found = commands(block)[-1]
    assert found.text == last
    assert risk in {None, found.risk}


def test_what_is_typed_into_the_shell_of_a_container_runs_in_it():
    found = commands(
        "C=app\ndocker exec -it $C bash\nexport A=1\ncd /srv\nls\ndf -h | head\nexit\nuptime\n"
        "kubectl exec -it api-0 -- /bin/sh\nps aux\nrm -rf /tmp/x\ndocker ps"
    )
    assert [(command.text, command.risk) for command in found] == [
        ("docker exec -it app bash", Risk.UNKNOWN),
        ("docker exec app sh -c 'export A=1; cd /srv || exit; ls'", Risk.UNKNOWN),
        ("docker exec app sh -c 'df -h | head'", Risk.READ),
        ("uptime", Risk.READ),
        ("kubectl exec -it api-0 -- /bin/sh", Risk.UNKNOWN),
        ("kubectl exec api-0 -- ps aux", Risk.READ),
        ("kubectl exec api-0 -- rm -rf /tmp/x", Risk.DESTROY),
        ("docker ps", Risk.READ),
    ]


def test_a_read_whose_output_is_a_variable_is_run_for_its_output():
    computed, used = commands('POD="$(kubectl get pods -o name | head -1)"\nkubectl logs $POD')
    assert (computed.text, computed.assigns, computed.risk) == ("kubectl get pods -o name | head -1", "POD", Risk.READ)
    assert missing(used.text) == ("$POD",)


def test_what_is_computed_by_more_than_a_read_stays_what_it_is():
    computed, used = commands("ID=$(docker run -d redis)\ndocker logs $ID")
    assert (computed.text, computed.assigns) == ("ID=$(docker run -d redis)", "")
    assert missing(used.text) == ("$ID",)


@pytest.mark.parametrize(
    "block",
    [
        "A=x\nB='y z'\nprintf '[%s]' $A $B | cat\nprintf '[%s]' \"$A$B\" | cat",
        "cd sub\npwd | sed 's/.*\\///'\ncd deeper && pwd | sed 's/.*\\///'\npwd | sed 's/.*\\///'",
        "export A=1\nbash -c 'printf [%s] $A'\nA=2\nbash -c 'printf [%s] $A'",
        "A=x\nprintf '%s' '$A' | cat\nprintf '%s' \"\\$A ${A}\" | cat\ncat <<EOF\n$A\nEOF",
        "L='a b'\nfor i in $L; do printf '[%s]' $i; done | cat\nprintf '%s' ${L#a} | cat",
        "cd sub || exit 1\nls",
    ],
)
def test_one_by_one_they_print_what_the_whole_block_prints(block, tmp_path):
    (tmp_path / "sub" / "deeper").mkdir(parents=True)

    def printed(text):
        return subprocess.run(["/bin/bash", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    assert "".join(printed(command.text) for command in commands(block)) == printed(block)


NOTHING_ALONE = (
    "cd /srv/app",
    "NS=prod",
    "export NS=prod",
    "exit 1",
    "set -euo pipefail",
    "sleep 30",
    'echo "== pods =="',
    "cd ../shop # its checkout",
)


@pytest.mark.parametrize("text", NOTHING_ALONE)
def test_what_only_prepares_is_no_command(text: str) -> None:
    book = f"# Shop\n\n## Diagnosis\n\n```bash\n{text}\nkubectl get pods\n```\n\nRun `{text}` first.\n"
    assert [command.text.rsplit("; ", 1)[-1] for command in compile_runbook(book.encode()).commands] == ["kubectl get pods"]


def test_what_is_done_where_it_went_is_one() -> None:
    book = "# Shop\n\n## Diagnosis\n\n```bash\ncd /srv && git status\n```\n"
    assert [command.text for command in compile_runbook(book.encode()).commands] == ["cd /srv && git status"]


SCRIPT = """#!/bin/bash
OUT=/var/backups
echo "[$(date)] backup begins"
pg_dump -Fc shop > $OUT/shop.sql
find $OUT -mtime +7 -delete
if [ $? -ne 0 ]; then echo "down"; fi
curl -fsS http://localhost/ping
"""


@pytest.mark.parametrize(
    "script",
    [
        SCRIPT,
        'restart() {\n  docker restart "$1"\n}\nrestart web\ndocker restart db',
        "docker restart web\nif [ $? -ne 0 ]; then\n  mail -s down ops@example.com\nfi",
        'NAME="$1"\ndocker restart $NAME\ndocker ps',
        'HERE="$(dirname "$0")"\n"$HERE/backup.sh"\ndf -h',
        "exec > >(tee -a run.log) 2>&1\ndf -h",
        "ERRORS=0\nif ! nc -z db 5432; then\n  ERRORS=$((ERRORS + 1))\nfi\ndf -h",
        'case "$1" in\n  start) docker ps;;\nesac\ndf -h',
    ],
)
def test_a_script_that_changes_something_is_one_thing_to_run_by_hand(script):
    source = f"# X\n\n## Mitigation\n\n### 1. Restart\n\n```bash\n{script}\n```\n"
    book = compile_runbook(source.encode())
    assert not book.commands
    assert [task.text for task in book.tasks] == [script.strip()]
    assert [task.demand for task in book.tasks] == [Demand.CONDITIONAL]


def test_the_lines_of_a_script_that_only_looks_are_looks():
    found = commands('#!/bin/bash\necho "=== $(date) ==="\ndf -h\nRESULT="$1"\nfree -m\necho "$RESULT"')
    assert [command.text for command in found] == ["df -h", "free -m"]


@pytest.mark.parametrize(
    "line",
    [
        'echo "[$(date)] backup complete"',
        'echo "redis=$TOP"',
        "printf 'done %s\\n' \"$NAME\"",
        "sleep 30",
        "exit 1",
        'read -p "Go on? " answer',
        'message="$1"',
        'if [ $? -ne 0 ]; then echo "down"; fi',
        'if [ "$n" -gt 10 ]; then\n  echo "too many: $n"\nfi',
        "cd /srv && sleep 5",
        "cd /srv/$SERVICE",
        'status=$(echo "$body" | jq -r .status)',
        'echo "$body" | tail -n1',
        'if echo $answer | grep -q ok; then echo "fine"; fi',
        'if [ $answer -eq 200 ]; then echo "fine"; fi',
        "DB_PASSWORD=<the one of the settings page>",
        'LOG="/var/log/backup-$(date +%F).log"',
    ],
)
def test_what_speaks_waits_or_asks_is_no_command(line):
    assert [command.text for command in commands(f"df -h\n{line}")] == ["df -h"]


@pytest.mark.parametrize(
    "line",
    [
        'echo "CPU: $(top -bn1)"',
        "echo stats | nc localhost 11211",
        "date",
        "[ -f /var/run/x.pid ] && echo running",
        "echo 1 > /proc/sys/vm/drop_caches",
        "printf 'SELECT 1' | psql",
        "hostname",
        "curl -fsS http://localhost/ping || echo down",
        "grep error app.log || echo none",
        "echo; tail -n 5 app.log | grep error",
    ],
)
def test_what_asks_a_machine_and_speaks_of_it_is_a_command(line):
    assert [command.text for command in commands(line)] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "SELECT 'a' AS n, COUNT(*) FROM a\nUNION ALL\nSELECT 'b' AS n, COUNT(*) FROM b;",
        "FROM orders WHERE state = 'x'",
        "PRAGMA integrity_check;",
        "select count(*) from orders;",
        "show processlist;",
        "LLEN queue  # how many",
        "Enter password",
        "Enter password:",
        "Enter passphrase for key '/home/ops/.ssh/id'",
        "set SHOP_URL=https://shop.example",
        "C:\\shop\\start.bat",
        "Host bastion",
        "ForwardAgent yes",
        "Ctrl+C",
        ":q!",
        "y",
        "api-0 1/1",
        "server {",
        "1. Say it in the channel",
        "@channel the shop is down",
        "(...)",
        "\\q",
        ".\\scripts\\start.ps1 -Status",
        "venv\\Scripts\\activate",
        "Get-Service shop",
    ],
)
def test_what_is_typed_elsewhere_than_in_a_shell_is_no_command(line):
    assert [command.text for command in commands(f"df -h\n{line}\nuptime")] == ["df -h", "uptime"]


@pytest.mark.parametrize(
    "line", ["set -x; df -h", "Rscript report.R", "./Start.sh all", "DEBUG=1 docker ps", "select-broker list"]
)
def test_what_only_looks_like_it_is_a_command(line):
    assert [command.text for command in commands(line)] == [line]


@pytest.mark.parametrize(
    ("label", "lines", "is_choice"),
    [
        ("Unseal with 3 shards", "vault operator unseal <a>\nvault operator unseal <b>\nvault operator unseal <c>", False),
        ("Unseal", "vault operator unseal <KEY_1>\nvault operator unseal <KEY_2>", False),
        ("Die 2 Dienste neu starten", "systemctl restart web\nsystemctl restart db", False),
        ("Restart the service", "systemctl restart web\nsystemctl restart db", True),
        ("Restart web1 or web2", "systemctl restart web1\nsystemctl restart web2", True),
    ],
)
def test_lines_that_are_all_meant_are_no_choice(label, lines, is_choice):
    found = commands(f"# {label}\n{lines}")
    assert [bool(command.alternative) for command in found] == [is_choice] * len(found)
    assert [bool(command.sequence) for command in found] == [not is_choice] * len(found)

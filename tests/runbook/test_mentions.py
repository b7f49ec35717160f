"""What a book only mentions is no command, what informs is no task, and a question or an expectation is no condition."""

import pytest

from stormjib.core.kinds import Demand
from stormjib.core.markdown import compile_runbook
from stormjib.core.runbook import Runbook


def _read(text: str, heading: str = "Fix") -> Runbook:
    return compile_runbook(f"# Shop\n\n## {heading}\n\n{text}\n".encode())


@pytest.mark.parametrize(
    "line",
    [
        "> When: after a reboot, or after somebody ran `vault operator seal`.",
        "> Cuándo: tras reinicio del VPS, o evento de sealing manual (`vault operator seal`).",
        "- **`systemctl stop app` hangs**: the unit waits.",
        "- `docker compose down` times out: a volume is busy.",
        "- `systemctl restart app` hängt: der Dienst wartet.",
        "- `docker restart web` ne répond pas : un volume est occupé.",
        "- Nachdem jemand `vault operator seal` ausgeführt hat, ist er zu.",
        "- Après que quelqu'un a exécuté `vault operator seal`, il est fermé.",
        "- Alguien ejecutó `vault operator seal`.",
        "- Alguém executou `vault operator seal`.",
        "- `vault operator seal` を実行した後に発生する",
        "- 有人执行了 `vault operator seal`",
        "Someone accidentally executed `vault operator seal`.",
        "- Check the connections with `docker exec` and `kubectl exec`.",
        "- Use `kind load` and a local image.",
        "- `node not ready`",
        "- `nginx worker exited`",
        "- `git conflict in main`",
        "- In nginx with `return 301 https://$host$request_uri;`",
    ],
)
def test_a_command_that_is_only_mentioned_is_none(line: str) -> None:
    assert not _read(line).commands


@pytest.mark.parametrize(
    "line",
    [
        "- Run `docker restart web`",
        "- If it hangs: `docker restart web`",
        "- Restart it: `docker restart web`",
        "- Neustart: `docker restart web`",
        "- `docker restart web` ausführen",
        "1. `docker restart web` restarts it",
        "- When the queue is full, run `docker restart web`",
    ],
)
def test_a_command_that_is_asked_for_is_one(line: str) -> None:
    assert [command.text for command in _read(line).commands] == ["docker restart web"]


@pytest.mark.parametrize(
    "line",
    [
        "Risk: secrets exposed.",
        "RTO: 2 Stunden für kritische Systeme",
        "**RPO (Recovery Point Objective)**: 1 hour",
        "Impact: no orders",
        "Retention: 14 days",
        "Aufbewahrung: 14 Tage",
        "Retención: diarios 14 dias",
        "Risque : fuite de secrets",
        "Objetivo de recuperação: 4 horas",
        "影响：所有用户",
        "影響: 全ユーザー",
        "`VPS_HOST`",
        "`runAsUser: 0`",
        "ops@example.com",
    ],
)
@pytest.mark.parametrize("mark", ["- ", "1. "])
def test_what_informs_is_no_task(line: str, mark: str) -> None:
    book = _read(mark + line)
    assert not book.tasks
    assert not book.coverage.unexplained


@pytest.mark.parametrize("line", ["Risk: inform the owner", "Impact: Check the dashboards", "Retention: delete old dumps"])
def test_a_deed_behind_a_word_that_informs_is_a_task(line: str) -> None:
    assert [task.demand for task in _read(f"1. {line}").tasks] == [Demand.REQUIRED]


@pytest.mark.parametrize(
    "said",
    [
        "Expected: 200",
        "Expected output: ok",
        "expect 3 nodes",
        "Sealed             true",
        "200 OK",
        "HTTP/2 200",
        'Expected: {"status":"ok"}',
        "Erwartet: 200",
        "Attendu : 200",
        "Esperado: 200",
        "期待値: 200",
        "预期：200",
        "If 0: ingest is stalled",
        "Should show 3 nodes",
    ],
)
def test_what_a_comment_expects_is_no_task_and_no_label(said: str) -> None:
    book = _read(f"```bash\n# Ask it\ndocker ps -a\n# {said}\ndocker logs web\n# {said}\n```", "Investigate")
    assert not book.tasks
    assert [(command.text, command.label) for command in book.commands] == [("docker ps -a", "Ask it"), ("docker logs web", "")]
    assert not book.commands[1].condition


@pytest.mark.parametrize(
    "line",
    [
        "When did it begin?",
        "Last deploy (when was it?)",
        "Quando aconteceu?",
        "检查当天日志",
        "检查当前服务",
        "- 查看若干日志",
        "确认如下日志",
    ],
)
def test_a_question_and_a_word_that_only_looks_so_are_no_condition(line: str) -> None:
    assert [task.condition for task in _read(f"1. {line.lstrip('- ')}").tasks] == [""]


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("If `release:check` fails, stop.", "If release:check fails"),
        ("If `npm run release:check` fails: stop", "If npm run release:check fails"),
        ("Falls F:/ nicht da ist: einhängen", "Falls F:/ nicht da ist"),
        ("If http://shop:8080/health is down, stop.", "If http://shop:8080/health is down"),
        ("当服务停止时，重启", "当服务停止时"),
        ("如果不可用，重启", "如果不可用"),
    ],
)
def test_a_colon_within_a_word_ends_no_condition(line: str, condition: str) -> None:
    assert [task.condition for task in _read(f"1. {line}").tasks] == [condition]


def test_a_box_asks_whatever_its_word_is_and_an_arrow_in_a_comment_does() -> None:
    (checklist,) = _read("Then:\n\n- [ ] Impact: nobody waits").checklists
    assert [item.demand for item in checklist.items] == [Demand.REQUIRED]
    assert [task.text for task in _read("```bash\ndocker ps\n# → Isolate the host\n```").tasks] == ["→ Isolate the host"]
    (task,) = _read("1. When a tenant pays: check it twice a day").tasks
    assert task.demand is Demand.CONDITIONAL


@pytest.mark.parametrize("heading", ["Diagnosis", "Fix", "Mitigation"])
@pytest.mark.parametrize(
    "line",
    [
        "Models may fail with `column does not exist`.",
        '- Error: `column "total" does not exist`',
        "It says `host not found` or `file not found`.",
        "- Check: `test failed`",
        "- `who are you`, `last error`",
        "`date out of range` and `date/time field value out of range`",
        "- If it hangs: `kill failed`",
        "- Status: `docker not running`",
        "- `service unavailable`: `id missing`",
        "Check `free memory` and `top level`.",
        "| no auth | `false` |\n|---|---|\n| Value | `false` |",
    ],
)
def test_what_something_says_is_no_command(line: str, heading: str) -> None:
    assert not _read(line, heading).commands


@pytest.mark.parametrize(
    "command",
    [
        "watch docker ps",
        "kill 4711",
        "find . -name core",
        "file core.1",
        "host a.example.com",
        "grep failed app.log",
        "last -n 5",
    ],
)
def test_a_command_whose_name_is_a_word_is_one(command: str) -> None:
    assert [found.text for found in _read(f"Run `{command}`.", "Diagnosis").commands] == [command]


def test_a_command_that_is_commented_out_is_no_task_and_may_be_forbidden():
    fence = (
        "```bash\ndocker ps\n# kubectl delete pod x --force\n\n# Never do this:\n# rm -rf /var/lib/shop\n# Call the owner\n```"
    )
    book = _read(fence)
    assert [(task.text, task.demand) for task in book.tasks] == [
        ("Never do this", Demand.FORBIDS),
        ("rm -rf /var/lib/shop", Demand.FORBIDS),
        ("Call the owner", Demand.REQUIRED),
    ]


def test_a_block_of_settings_holds_no_command() -> None:
    source = "```bash\ncat /etc/hosts\n/var/log/app/*.log {\n    daily\n    postrotate\n        systemctl restart app\n    endscript\n}\nuptime\n```"
    assert [command.text for command in _read(source).commands] == ["cat /etc/hosts", "uptime"]
    grouped = "```bash\nif ! curl -f localhost; then\n  systemctl restart app\nfi\n{ df -h; uptime; }\n```"
    assert [command.text.split()[0] for command in _read(grouped).commands] == ["if", "{"]

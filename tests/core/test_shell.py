"""What a command line may do: the reference runbook, what must never be called a read, what never ends, and everyday reads."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormjib.core import shell
from stormjib.core.risk import Risk
from stormjib.core.shell import Statement, judge, split

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "risk"
RUNBOOK = (ROOT / "runbooks" / "incident-response.md").read_text(encoding="utf-8")

# Two lines of the list of what never ends are no reads either: one takes the machine down, the other writes until it is full.
NO_READS = ("echo ${x:-$(reboot)}", "printf '%s' x | dd of=/dev/sda")


def lines(name: str) -> list[str]:
    return [line for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def statements(name: str) -> list[Statement]:
    return [statement for statement in split((CASES / name).read_text(encoding="utf-8")) if statement.text]


NEVER_READ = [*lines("never-read.txt"), *NO_READS]
ATTACKS = statements("attacks.txt")
READS = statements("reads.txt")
ENDLESS = lines("never-ends.txt")
BOUNDED = [tuple(line.split("\t")) for line in lines("bounded.tsv")]


def runbook_commands() -> list[tuple[int, str]]:
    found = []
    for fence in re.finditer(r"^```(\w*)\n(.*?)^```$", RUNBOOK, re.MULTILINE | re.DOTALL):
        if not shell.is_shell(fence[2], fence[1]):
            continue
        start = RUNBOOK[: fence.start(2)].count("\n")
        found += [(start + statement.line, statement.text) for statement in split(fence[2]) if statement.text]
    return found


def test_the_reference_runbook_has_exactly_its_verdicts() -> None:
    expected = []
    for row in lines("commands.tsv"):
        line, risk, endless, command = row.split("\t")
        expected.append((int(line), risk, endless == "yes", json.loads(command)))
    found = [(line, judge(text).risk.value, judge(text).endless, text) for line, text in runbook_commands()]
    assert len(expected) == 40
    assert found == expected


@pytest.mark.parametrize("text", NEVER_READ)
def test_never_a_read(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize("statement", ATTACKS, ids=lambda statement: str(statement.line))
def test_an_attack_is_not_a_read(statement: Statement) -> None:
    assert judge(statement.text).risk is not Risk.READ, statement.text


@pytest.mark.parametrize("text", ["ls\r", "ls \u00a0reboot", "cat \U000e0100", "ls \x00", "ls \u202e", "ls \ud800", "ls\x0b"])
def test_characters_that_cannot_be_seen_are_not_a_read(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize("statement", READS, ids=lambda statement: str(statement.line))
def test_an_everyday_read_is_a_read_and_ends(statement: Statement) -> None:
    verdict = judge(statement.text)
    assert (verdict.risk, verdict.endless) == (Risk.READ, False), f"{statement.text}: {verdict.reason}"


def test_there_are_enough_everyday_reads() -> None:
    assert len({statement.text for statement in READS}) >= 60


@pytest.mark.parametrize("text", ENDLESS)
def test_what_never_ends_has_a_form_that_does(text: str) -> None:
    verdict = judge(text)
    assert verdict.endless
    assert verdict.bounded
    assert not judge(verdict.bounded).endless
    assert judge(verdict.bounded).risk <= verdict.risk


@pytest.mark.parametrize(("text", "form"), BOUNDED)
def test_the_form_that_ends(text: str, form: str) -> None:
    verdict = judge(text)
    assert verdict.bounded == form
    assert verdict.endless
    assert not judge(form).endless
    assert judge(form).risk <= verdict.risk


@pytest.mark.parametrize("text", lines("ends.txt"))
def test_what_ends_has_no_other_form(text: str) -> None:
    assert (judge(text).endless, judge(text).bounded) == (False, None)


RISKS = [
    ("docker-compose restart api", Risk.DISRUPT, "compose:api"),
    ("docker compose up -d --scale api=0", Risk.DISRUPT, "compose:api"),
    ("docker compose up -d --force-recreate api", Risk.DISRUPT, "compose:api"),
    ("docker compose up -d -V", Risk.DESTROY, "compose"),
    ("docker compose down", Risk.DISRUPT, "compose"),
    ("docker compose down --volumes", Risk.DESTROY, "compose"),
    ("docker restart api", Risk.DISRUPT, "container:api"),
    ("docker rm -f api", Risk.DESTROY, "container:api"),
    ("docker system prune -f", Risk.DESTROY, "docker"),
    ("systemctl restart nginx.service", Risk.DISRUPT, "unit:nginx"),
    ("systemctl start nginx", Risk.CHANGE, "unit:nginx"),
    ("systemctl disable --now nginx", Risk.DISRUPT, "unit:nginx"),
    ("sudo systemctl stop docker", Risk.DISRUPT, "unit:docker"),
    ("service nginx restart", Risk.DISRUPT, "unit:nginx"),
    ("redis-cli FLUSHALL", Risk.DESTROY, "redis"),
    ("redis-cli keys '*'", Risk.DISRUPT, "redis"),
    ("redis-cli set a b", Risk.CHANGE, "redis"),
    ("docker exec redis redis-cli flushdb", Risk.DESTROY, "container:redis"),
    ("ssh ops@web1 'sudo systemctl restart nginx'", Risk.DISRUPT, "ssh:web1"),
    ("curl -X POST http://localhost:8080/admin", Risk.CHANGE, "http://localhost:8080"),
    ("curl -X DELETE http://localhost:9200/idx", Risk.DESTROY, "http://localhost:9200"),
    ("curl localhost:8080/health", Risk.READ, "http://localhost:8080"),
    ("kubectl delete pod api-1", Risk.DISRUPT, "pod:api-1"),
    ("kubectl delete namespace prod", Risk.DESTROY, "namespace:prod"),
    ("kubectl rollout restart deployment/api", Risk.DISRUPT, "deployment:api"),
    ("kubectl rollout undo deployment/api", Risk.CHANGE, "deployment:api"),
    ("kubectl scale deploy/api --replicas=5", Risk.CHANGE, "deploy:api"),
    ("kubectl scale deploy/api --replicas=0", Risk.DISRUPT, "deploy:api"),
    ("kubectl logs api-1", Risk.READ, "pod:api-1"),
    ("git push --force", Risk.DESTROY, "repo"),
    ("git push origin +main", Risk.DESTROY, "repo"),
    ("git reset --hard HEAD~1", Risk.DESTROY, "repo"),
    ("git revert HEAD", Risk.CHANGE, "repo"),
    ("rm -rf /var/log", Risk.DESTROY, "host"),
    ("dd if=/dev/zero of=/dev/sda", Risk.DESTROY, "host"),
    (": > /var/log/app.log", Risk.DESTROY, "host"),
    ("echo x > /tmp/note", Risk.CHANGE, "host"),
    ("kill -9 1234", Risk.DISRUPT, "host"),
    ("reboot", Risk.DISRUPT, "host"),
    ("df -h", Risk.READ, "host"),
    ("journalctl -u nginx -n 5", Risk.READ, "unit:nginx"),
    ("psql -c 'drop table users'", Risk.DESTROY, "postgresql"),
    ("psql -c 'select 1'", Risk.READ, "postgresql"),
    ("python scripts/health_check.py --comprehensive", Risk.UNKNOWN, "host"),
    ("redis-cli", Risk.UNKNOWN, "redis"),
]


@pytest.mark.parametrize(("text", "risk", "target"), RISKS)
def test_the_risk_and_what_it_acts_on(text: str, risk: Risk, target: str) -> None:
    verdict = judge(text)
    assert (verdict.risk, verdict.target) == (risk, target)
    assert verdict.reason.endswith(".")


PROGRAMS = [
    ("top -p $(pgrep -f watermark-lab)", ("top", "pgrep")),
    ("docker image ls | head -10", ("docker", "head")),
    ("sudo -u app env LANG=C timeout 5 ls", ("sudo", "env", "timeout", "ls")),
    ("sh -c 'curl -s localhost | jq .'", ("sh", "curl", "jq")),
    ("ssh h 'uptime; free -h'", ("ssh", "uptime", "free")),
    ("docker exec api sh -c 'ps aux'", ("docker", "sh", "ps")),
    ("ls | xargs -n1 /usr/bin/wc -l", ("ls", "xargs", "wc")),
    ("docker-compose pull && docker-compose up -d", ("docker-compose",)),
]


@pytest.mark.parametrize(("text", "programs"), PROGRAMS)
def test_the_programs_in_order_through_every_wrapper(text: str, programs: tuple[str, ...]) -> None:
    assert judge(text).programs == programs


VARIABLES = [
    ('curl -H "Authorization: Bearer $ADMIN_TOKEN" localhost:8080/x', ("ADMIN_TOKEN",), ("ADMIN_TOKEN",)),
    ('curl "http://$HOST:${PORT}/x"', ("HOST", "PORT"), ()),
    ("echo '$NOT_THIS' \\$NOR_THIS $THIS", ("THIS",), ()),
    ("for i in 1 2; do echo $i $N; done", ("N",), ()),
    ("a=1; echo $a", (), ()),
    ("bash -c 'echo $INNER'", ("INNER",), ()),
    ("ssh h 'echo $REMOTE'", (), ()),
    ('ssh h "echo $LOCAL"', ("LOCAL",), ()),
    ("cat <<E\n$IN_TEXT\nE", ("IN_TEXT",), ()),
    ("cat <<'E'\n$NOT_IN_TEXT\nE", (), ()),
    (
        "echo ${DB_PASSWORD:-none} $API_KEY $AWS_SECRET_ACCESS_KEY $MONKEYS",
        ("DB_PASSWORD", "API_KEY", "AWS_SECRET_ACCESS_KEY", "MONKEYS"),
        3,
    ),
    ("psql $DATABASE_URL", ("DATABASE_URL",), ("DATABASE_URL",)),
    ("ls $PWD $HOME", ("PWD", "HOME"), ()),
]


@pytest.mark.parametrize(("text", "variables", "secrets"), VARIABLES)
def test_the_variables_and_which_of_them_are_secret(
    text: str, variables: tuple[str, ...], secrets: tuple[str, ...] | int
) -> None:
    verdict = judge(text)
    assert verdict.variables == variables
    assert verdict.secrets == (variables[:secrets] if isinstance(secrets, int) else secrets)


EDITORS = {
    True: [
        "git revert HEAD",
        "git commit",
        "git commit -a",
        "git rebase -i HEAD~2",
        "crontab -e",
        "kubectl edit deploy api",
        "vi f",
        "sudo vim f",
    ],
    False: [
        "git revert --no-edit HEAD",
        "git commit -m x",
        "git commit -am x",
        "git rebase main",
        "crontab -l",
        "git log",
        "systemctl restart x",
    ],
}


@pytest.mark.parametrize(("text", "opens"), [(text, opens) for opens, texts in EDITORS.items() for text in texts])
def test_what_opens_an_editor(text: str, opens: bool) -> None:
    assert judge(text).opens_editor is opens


def test_a_placeholder_is_named_in_the_reason() -> None:
    for text in ("kubectl logs <pod-name> --tail 5", "kubectl logs <pod-name>"):
        assert "`<pod-name>` is a placeholder" in judge(text).reason


def test_a_text_that_is_too_long_or_empty_is_unknown() -> None:
    assert judge("ls " + "a" * shell.TEXT_BYTES_MAX).risk is Risk.UNKNOWN
    assert judge("ls " + "a" * 1000).risk is Risk.READ
    assert judge(" \n").risk is Risk.UNKNOWN
    assert judge("# only a comment").risk is Risk.READ


BRACKETS = r"()[]{}<>$`\"'|&;#=!\n "


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet=BRACKETS + "aéx\n😀", max_size=60)))
def test_nothing_is_raised_on_any_text(text: str) -> None:
    verdict = judge(text)
    assert verdict.endless == (verdict.bounded is not None)
    assert verdict.bounded is None or not judge(verdict.bounded).endless
    assert all(statement.text or statement.label for statement in split(text))
    shell.is_shell(text, "")


WRAPPERS = [
    "sudo {}",
    "sudo -u root -- {}",
    "env {}",
    "env LANG=C {}",
    "nice -n 5 {}",
    "timeout 5 {}",
    "time {}",
    "command {}",
    "stdbuf -oL {}",
    "ls; {}",
    "ls && {}",
    "{} || true",
    "ls | {}",
    "! {}",
    "({})",
    "{{ {}; }}",
    "(\n{}\n)",
    "if ls; then\n{}\nfi",
    "for i in 1 2; do\n{}\ndone",
    "case a in a)\n{}\n;; esac",
    'echo "$(\n{}\n)"',
    "cat <(\n{}\n)",
    "a=$(\n{}\n)",
    "{} 2>/dev/null",
    "{} >/dev/null 2>&1",
    "QUOTED bash -c",
    "QUOTED sudo sh -c",
    "QUOTED ssh h",
    "QUOTED docker exec api sh -c",
    "QUOTED kubectl exec pod -- sh -c",
    "QUOTED docker compose exec -T api bash -c",
    "QUOTED watch",
    "QUOTED timeout 9 bash -lc",
]
DANGERS = [line for line in [*NEVER_READ, *(statement.text for statement in ATTACKS)] if "#" not in line and "<<" not in line]


def wrapped(text: str, wrapper: str) -> str:
    return f"{wrapper.removeprefix('QUOTED ')} {shell.quote(text)}" if wrapper.startswith("QUOTED") else wrapper.format(text)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(DANGERS), st.lists(st.sampled_from(WRAPPERS), min_size=1, max_size=3))
def test_no_wrapping_makes_a_danger_a_read(text: str, wrappers: list[str]) -> None:
    for wrapper in wrappers:
        text = wrapped(text, wrapper)
    assert judge(text).risk is not Risk.READ


PLAIN_DANGERS = [line for line in DANGERS if re.fullmatch(r"[\w ./:@=,+&;|-]+", line)]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLAIN_DANGERS), st.data())
def test_no_quoting_makes_a_danger_a_read(text: str, data: st.DataObject) -> None:
    places = [match.start() + 1 for match in re.finditer(r"\w(?=\w)", text)] or [len(text)]
    at = data.draw(st.sampled_from(places))
    middle = data.draw(st.sampled_from(["''", '""', "\\", "\\\n", "$''"]))
    assert judge(text[:at] + middle + text[at:]).risk is not Risk.READ


SIMPLE_READS = [statement.text for statement in READS if re.fullmatch(r"[a-z][\w-]+( [\w./:@%+,='\"{}-]+)*", statement.text)]
BUILT_IN = ("cd", "set", "for", "if", "command", "test", "service", "bash", "time", "sudo", "case", "psql", "mysql", "sqlite3")


@pytest.mark.parametrize("wrapper", [wrapper for wrapper in WRAPPERS if "case" not in wrapper])
def test_a_wrapped_read_is_still_a_read(wrapper: str) -> None:
    simple = [text for text in SIMPLE_READS if not text.startswith(BUILT_IN)]
    assert len(simple) > 50
    assert {
        text: judge(wrapped(text, wrapper)).reason for text in simple if judge(wrapped(text, wrapper)).risk is not Risk.READ
    } == {}


def test_split_gives_each_line_its_label_and_number() -> None:
    source = "# Check health\ncurl a \\\n  -f\ndf -h\n\nfree -h\n# Tell the owner\n# Clear it\nls\n# Last"
    assert split(source) == (
        Statement("curl a \\\n  -f", 2, "Check health"),
        Statement("df -h", 4, "Check health"),
        Statement("free -h", 6, ""),
        Statement("", 7, "Tell the owner"),
        Statement("ls", 9, "Clear it"),
        Statement("", 10, "Last"),
    )


SPLITS = [
    ("cat <<EOF\none\n\n# two\nEOF\nls", ["cat <<EOF\none\n\n# two\nEOF", "ls"]),
    ("if a; then\n  b\nfi\nls", ["if a; then\n  b\nfi", "ls"]),
    ("for i in 1 2\ndo\n  ls\ndone", ["for i in 1 2\ndo\n  ls\ndone"]),
    ("echo 'a\nb'\nls", ["echo 'a\nb'", "ls"]),
    ("a |\n  b\nc", ["a |\n  b", "c"]),
    ("kubectl logs <pod>\ndf -h", ["kubectl logs <pod>", "df -h"]),
    ("echo 'never closed\nls\ndf", ["echo 'never closed\nls\ndf"]),
    ("ls\r\ndf -h\r\n", ["ls", "df -h"]),
    ("a; b # both", ["a; b # both"]),
    ("#!/bin/bash\nls", ["ls"]),
    ("", []),
    ('$ curl a \\\n>   -f\n{"ok": true}\n$ df -h\nFilesystem Size\n', ["curl a \\\n  -f", "df -h"]),
    ("ops@web1:~$ uptime\n 10:00 up 3 days\nops@web1:~$ ls", ["uptime", "ls"]),
]


@pytest.mark.parametrize(("source", "texts"), SPLITS)
def test_split(source: str, texts: list[str]) -> None:
    assert [statement.text for statement in split(source)] == texts


FENCES = [
    ("docker stats", "bash", True),
    ("docker stats", "Bash {id=stats timeout=30s}", True),
    ("$ docker stats\nCONTAINER", "console", True),
    ("docker stats\ndf -h", "", True),
    ("# Redirect traffic\n# Update DNS", "bash", True),
    ("# Severity Levels\nP0: Complete outage\nP1: Degradation", "bash", False),
    ("SEV1: all users\nSEV2: some users", "", False),
    ("Error: connection refused\n  at api.js:12", "", False),
    ("client -> nginx -> api", "", False),
    ("", "bash", False),
    ("ls", "python", False),
    ('{"a": 1}', "json", False),
    ("# Title\n**Bold**", "markdown", False),
    ("a: b", "yaml", False),
]


@pytest.mark.parametrize(("source", "language", "reads"), FENCES)
def test_is_shell(source: str, language: str, reads: bool) -> None:
    assert shell.is_shell(source, language) is reads


def test_a_fingerprint_ignores_blanks_at_the_ends_only() -> None:
    assert shell.fingerprint(" df -h\n") == shell.fingerprint("df -h")
    assert shell.fingerprint("df  -h") != shell.fingerprint("df -h")
    assert shell.fingerprint("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.text(max_size=30))
def test_a_quoted_value_is_one_word(value: str) -> None:
    word = shell.quote(value)
    if all(char.isprintable() for char in value):
        assert judge(f"echo {word}").risk is Risk.READ
        assert judge(f"echo {word}").programs == ("echo",)


# Deep and long inputs: what they must not do is overflow a stack, which would end the process that judges.
LONG = [
    "(",
    "$(",
    "`",
    '"',
    "{ ",
    "a && ",
    "ls | ",
    "sudo ",
    "bash -c ",
    "if ls; then ",
    "${x:-",
    "find -exec ",
    "<a>",
    "cat <<E\n",
    "\\\n",
    "😀",
]


def test_a_hostile_text_does_not_end_the_process() -> None:
    script = "import sys, json; from stormjib.core.shell import judge, split, is_shell\n"
    script += "for text in json.load(sys.stdin): print(judge(text).risk.value, len(split(text)) > 0, is_shell(text, ''))"
    texts = [(unit * 65536)[:6000] for unit in LONG]
    done = subprocess.run([sys.executable, "-c", script], input=json.dumps(texts), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert len(done.stdout.splitlines()) == len(LONG)


FOLLOWING = (
    "docker compose -f x.yml logs -f api",
    "docker compose -fx.yml logs -f api",
    "podman-compose -f x.yml logs -f api",
    "sudo docker compose -f x.yml logs -f",
    "docker --context prod compose -f x.yml logs -f",
    "docker compose -f https://evil.example/c.yml logs -f api",
    "kubectl --context=prod -n shop logs -fc app pod",
    "less data/backup/log.db",
)


@pytest.mark.parametrize("text", FOLLOWING)
def test_the_form_that_ends_is_never_judged_worse_than_the_text(text):
    said = shell.judge(text)
    assert said.bounded is not None
    assert shell.judge(said.bounded).risk.rank <= said.risk.rank


@pytest.mark.parametrize("project", ["https://x/c.yml", "oci://x/y", "git@github.com:x/y.git", "-", "<(curl x)", "/dev/stdin"])
@pytest.mark.parametrize("program", ["docker compose -f", "docker-compose --file", "sudo docker --context p compose -f"])
def test_a_project_of_compose_from_elsewhere_is_no_read(program, project):
    assert shell.judge(f"{program} {project} ps").risk.rank > shell.judge("docker compose -f x.yml ps").risk.rank


@pytest.mark.parametrize(
    "path",
    [
        "data/local-access",
        "/var/lib/stormjib/local-access",
        "log.db",
        "data/engine.db-wal",
        "data/log-head.key",
        "data/local-acces?",
    ],
)
def test_what_lies_in_the_data_directory_is_no_read(path):
    """The output of a read is shown to whoever may only look: the token of this machine would make them its administrator."""
    assert shell.judge(f"cat {path}").risk is Risk.UNKNOWN
    assert shell.judge("grep -r sj_ /var/lib/stormjib").risk is Risk.UNKNOWN

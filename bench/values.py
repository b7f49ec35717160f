"""No value, no run: commands made at random of which it is known whether they lack a value. ``python -m bench.values [COUNT] [SEED]``.

Each that lacks one is filled as well: with some of its values, which must leave it lacking, and with all of them, nasty ones
among them, of which a real bash (every ``RUN_EACH``-th) must make nothing but words.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from stormjib.core.shell import fill, missing, names_in

GIVEN = frozenset({"REGION", "ADMIN_TOKEN"})
COUNT = 100_000
RUN_EACH = 20
_NASTY = (
    "web-1", "a b", "it's", 'say "x"', "two\nlines", "$(touch PWNED)", "`touch PWNED`", "x; touch PWNED", "x | tee PWNED", "x && touch PWNED",
    "> PWNED", "*", "~", "$HOME", "${IFS}touch${IFS}PWNED", "\\", "'", '"', "'; touch PWNED; '", '"; touch PWNED; "', "#", "{a,b}", "& touch PWNED &",
    "--all", "-rf", "\n touch PWNED", "<(touch PWNED)", "x)touch PWNED", "EOF\ntouch PWNED", "a=b", "日本", "[a-z]", "!!", "",
)  # fmt: skip

_COMMANDS = (
    "docker logs {}", 'docker logs "{}" --tail 20', "docker restart {}", "kubectl logs -n {} {}", "kubectl delete pod {} --now",
    "kubectl scale deployment {} -n {} --replicas=0", "rm -rf /srv/releases/{}", 'rm -rf "releases/{}"', 'du -sh -- "{}"/*',
    "curl -fsS http://{}:8080/health", 'curl -X POST "http://{}/admin" -d "{{\\"id\\": \\"{}\\"}}"', "ping -c 1 {}", "systemctl restart {}",
    "ssh {} uptime", "scp backup.tgz root@{}:/srv", "git checkout {}", "tar xzf /backup/{}.tgz -C /srv", "cat /var/log/{}/app.log",
    "aws ec2 terminate-instances --instance-ids {}", "mysqldump -h {} shop > /tmp/{}.sql", "kill -9 {}", "chown -R app /srv/{}",
    "tail -n 100 /var/log/{}.log", "docker compose -p {} up -d", "helm rollback {} 3", "terraform destroy -target={}", "nc -vz {} 80",
)  # fmt: skip
_PLACEHOLDERS = (
    "<pod>", "<pod-name>", "<your pod>", "<NAMESPACE>", "<db.host>", "<pod|job>", "<nom-du-pod>", "[container]", "[pod name]",
    "[your-app]", "[SERVICE_NAME]", "{{name}}", "{{ pod_name }}", "{{service}}", "POD_NAME", "DB_HOST", "YOUR_APP", "your-app", "your_host",
    "REPLACE_ME", "YYYY-MM-DD", "YYYYMMDD", "i-xxxxxxxx", "__HOST__", "%HOST%", "NAMESPACE", "<コンテナ名>", "token-here",
)  # fmt: skip
_UNSET = (
    "${0}",
    "${{{0}}}",
    "${{{0}%/}}",
    "${{{0}##*/}}",
    "${{#{0}}}",
    "${{{0}:-}}",
    "${{{0}:0:3}}",
    "${{{0}^^}}",
    "${{{0}:?}}",
    "${{{0}[0]}}",
)
_SET = ("${0}", "${{{0}}}", "${{{0}%/}}", "${{{0}:-x}}", "${{{0}:?}}", "${{{0}:0:3}}")
_LITERALS = ("web-1", "api", "shop", "10.0.0.7", "v1.2.3", "2026-01-31", "abc123", "prod-eu", "db.internal")
_HARMLESS = (
    "df -h", "uptime", "ps aux | awk '{print $1}'", "date +%Y-%m-%d", "docker ps --format '{{.Names}}'", "echo $?", "free -m >/dev/null",
    "curl -s -o /dev/null -w '%{http_code}' http://localhost/", "kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
    "ls [a-z]*", "sort <in.txt >out.txt", "grep -E '[0-9]{3} [A-Z]+' access.log", "find . -name '*.log' -exec sh -c 'wc -l \"$1\"' _ {} \\;",
    'for f in *.log; do wc -l "$f"; done', 'while read -r line; do echo "$line"; done < file', "test -f x && echo ok || echo no",
)  # fmt: skip


class Template(NamedTuple):
    """A command text and whether it lacks a value."""

    text: str
    lacks: bool


class _Value(NamedTuple):
    """What stands for a value, the statements that have to stand before, and whether it lacks."""

    text: str
    before: tuple[str, ...]
    lacks: bool


def template(chance: random.Random) -> Template:
    """One command; every value in it is a literal, a variable that has one or has none, or a placeholder."""
    command = chance.choice(_COMMANDS)
    values = [_value(chance, number) for number in range(command.replace("{{", "").count("{}"))]
    text = command.format(*(value.text for value in values))
    lacks = any(value.lacks for value in values)
    before = [statement for value in values for statement in value.before]
    text = _wrapped(chance, text, plain=not before and "$" not in text)
    statements = [*(chance.choice(_HARMLESS) for _ in range(chance.randrange(3))), *before, text]
    if chance.random() < 0.3:
        statements.append(chance.choice(_HARMLESS))
    return Template(chance.choice(("; ", "\n")).join(statements), lacks)


def _value(chance: random.Random, number: int) -> _Value:
    name = chance.choice(("TARGET", "STALE_DIR", "pod", "NS", "svc", "X1")) + str(number)
    kind = chance.randrange(8)
    if kind <= 1:
        return _Value(chance.choice(_LITERALS), (), lacks=False)
    if kind == 2:
        return _Value(chance.choice(_SET).format(chance.choice(("REGION", "HOME"))), (), lacks=False)
    if kind == 3:
        return _Value(chance.choice(_SET).format(name), (chance.choice(_ASSIGNING).format(name),), lacks=False)
    if kind == 4:
        return _Value(f"${{{name}:-fallback}}", (), lacks=False)
    if kind == 5:
        return _Value(chance.choice(_PLACEHOLDERS), (), lacks=True)
    if kind == 6:
        return _Value(chance.choice(_UNSET).format(name), (), lacks=True)
    return _Value(
        chance.choice(("${0}", "${{{0}}}", "${{{0}%/}}")).format(name), (chance.choice(_NOT_ASSIGNING).format(name),), lacks=True
    )


_ASSIGNING = (
    "{0}=web-1", "export {0}=web-1", "{0}=$(hostname)", "if [ -f x ]; then {0}=a; else {0}=b; fi", "{0}=x{0}", ": ${{{0}:=web-1}}",
    "case $HOSTNAME in a) {0}=1;; *) {0}=2;; esac", "{0}=${{HOSTNAME%%.*}} && df -h", "read -r {0} <<< web-1", "printf -v {0} x",
)  # fmt: skip
_NOT_ASSIGNING = (
    "({0}=web-1)", "echo web-1 | read -r {0}", "[ -f x ] && {0}=web-1", "{0}=", '{0}=""', "{0}=web-1; unset {0}", "{0}=web-1 true",
    "for i in 1; do {0}=x; done", "if [ -f x ]; then {0}=a; fi", "true || {0}=x", "echo $({0}=x)", "{0}=x & wait", "# {0}=x\ntrue",
    "case $HOSTNAME in a) {0}=1;; b) {0}=2;; esac", "while false; do {0}=1; done", "echo {0}=x", "read -r {0}",
)  # fmt: skip


def _wrapped(chance: random.Random, text: str, *, plain: bool) -> str:
    """The command in another construct; where other shells expand it only if nothing of it is expanded here."""
    forms = [
        "{}",
        "{}",
        "if true; then {}; fi",
        "({})",
        "{{ {}; }}",
        "true && {}",
        "{} | cat",
        'echo "$({})"',
        "for _i in 1 2; do {}; done",
    ]
    if plain and "'" not in text:
        forms += ["bash -c '{}'", "ssh db1 '{}'", "timeout 5 sh -c '{}'", "sudo bash -c '{}'"]
    return chance.choice(forms).replace("{{", "{").replace("}}", "}").replace("{}", text)


def measure(count: int, seed: int) -> tuple[list[str], list[str], float]:
    """Texts that lack a value and were let through, complete ones that were refused, and the seconds it took."""
    chance = random.Random(seed)
    through, refused = [], []
    began = time.perf_counter()
    for _ in range(count):
        made = template(chance)
        found = bool(missing(made.text, GIVEN))
        if made.lacks and not found:
            through.append(made.text)
        elif found and not made.lacks:
            refused.append(made.text)
    return through, refused, time.perf_counter() - began


class Filling(NamedTuple):
    """What came of filling: texts still without a value that were let through, texts of which bash made more than words, and counts."""

    through: list[str]
    ran: list[str]
    whole: int
    refused: int
    run: int


def filled(count: int, seed: int, run_each: int = RUN_EACH) -> Filling:
    """Fill the commands that lack values: first without one of them, then with all."""
    chance = random.Random(seed)
    found = Filling([], [], 0, 0, 0)
    whole = refused = run = 0
    with tempfile.TemporaryDirectory() as place:
        bin_dir = Path(place) / "bin"
        bin_dir.mkdir()
        programs = {command.split()[0] for command in _COMMANDS} - {"cat", "tail", "du"} | {"ps", "df", "free"}
        answers = dict.fromkeys(programs, "exit 0") | {"ssh": 'shift; exec bash -c "$*"', "sudo": 'exec "$@"'}
        for program, answer in answers.items():
            (bin_dir / program).write_text(f"#!/bin/sh\n{answer}\n")
            (bin_dir / program).chmod(0o755)
        for number in range(count):
            made = template(chance)
            names = sorted(names_in(made.text, GIVEN))
            if not made.lacks or not names:
                continue
            values = {name: chance.choice(_LITERALS if chance.random() < 0.5 else _NASTY) for name in names}
            left_out = chance.choice(names)
            partly = fill(made.text, {name: value for name, value in values.items() if name != left_out}, GIVEN)
            if not missing(partly.text, GIVEN):
                found.through.append(f"{made.text!r} without {left_out}: {partly.text!r}")
            put = fill(made.text, values, GIVEN)
            if missing(made.text, GIVEN) and (put.problem or put.left or not put.used):
                refused += 1
                if not missing(put.text, GIVEN):
                    found.through.append(f"{made.text!r}: {put.text!r}")
                continue
            whole += 1
            if number % run_each == 0 and _is_safe_here(made.text):
                run += 1
                if _made_more(put.text, place):
                    found.ran.append(f"{made.text!r} with {values!r}: {put.text!r}")
    return found._replace(whole=whole, refused=refused, run=run)


def _is_safe_here(text: str) -> bool:
    """Stand-ins answer for every program of the templates; a redirection of theirs to a fixed place would not be ours."""
    return "/tmp/" not in text


def _made_more(text: str, place: str) -> bool:
    """Whether real bash ran something of the value; nothing else of the machine is in its search path."""
    work = Path(tempfile.mkdtemp(dir=place))
    env = {"PATH": f"{place}/bin:/usr/bin:/bin", "HOME": str(work), "REGION": "eu", "ADMIN_TOKEN": "x"}
    subprocess.run(
        ["/bin/bash", "-c", text], cwd=work, env=env, capture_output=True, stdin=subprocess.DEVNULL, check=False, timeout=30
    )
    return any("PWNED" in path.name for path in work.rglob("*"))


def main() -> int:
    """Print the figures; the exit code is 1 where one text was let through."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    through, refused, seconds = measure(count, seed)
    sys.stdout.write(f"{count} commands, seed {seed}: {len(through)} without a value let through, ")
    sys.stdout.write(f"{len(refused)} complete ones refused, {seconds / count * 1e6:.0f} µs each\n")
    for text in (through + refused)[:10]:
        sys.stdout.write(f"  {text!r}\n")
    put = filled(count, seed)
    sys.stdout.write(f"filled: {put.whole} whole, {put.refused} refused, {len(put.through)} let through with a value lacking, ")
    sys.stdout.write(f"{put.run} run by bash, of which {len(put.ran)} ran something of a value\n")
    for text in (put.through + put.ran)[:10]:
        sys.stdout.write(f"  {text}\n")
    return 1 if through or put.through or put.ran else 0


if __name__ == "__main__":
    sys.exit(main())

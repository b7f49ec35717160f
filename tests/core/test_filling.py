"""Values put into command texts: real bash gives the program exactly one word, or the value is refused with a sentence."""

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from bench.ssh_server import LACKING, ssh_server

from stormjib.core.guard import guard
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.shell import missing
from stormjib.core.shell.embedding import PLAIN
from stormjib.core.shell.filling import fill, names_in
from stormjib.core.shell.names import name_of
from stormjib.integrations.command import Places, Target, run

NASTY = [
    "web-1",
    "a b",
    "it's",
    'say "hi"',
    "$(touch pwned)",
    "`touch pwned`",
    "x; touch pwned",
    "x | tee pwned",
    "x && touch pwned",
    "x > pwned",
    "*",
    "/etc/pass?d",
    "[a-z]*",
    "~root",
    "$HOME",
    "${HOME}",
    "a\\b",
    "\\",
    "'",
    '"',
    "a,b",
    "#x",
    "!x",
    "a=b",
    "naïve ünï",
    "日本",
    "' ; touch pwned ; '",
    '" ; touch pwned ; "',
    "'\"'\"'",
    "\\'; touch pwned; #",
    "{a,b}",
    "&",
    "(x)",
    "<(x)",
    "%s",
]
RUNS = [
    "$(touch pwned)",
    "x; touch pwned",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "x)touch pwned;(",
    "a[$(touch pwned)]",
]
CASES = Path(__file__).parent / "cases" / "values"
PLACES = {
    "show {}": ["V"],
    "show --tail=5 {} after": ["--tail=5", "V", "after"],
    'show "{}"': ["V"],
    'show "before {} after"': ["before V after"],
    "show '{}'": ["V"],
    "show /srv/{}/log": ["/srv/V/log"],
    "show --name={}": ["--name=V"],
    "show root@{}:": ["root@V:"],
    "true && show {} | cat": ["V"],
    "bash -c 'show {}'": ["V"],
    "bash -c 'show \"{}\"'": ["V"],
    'sh -c "show {}"': ["V"],
    "bash -c \"show '{}' && true\"": ["V"],
    "bash -c 'bash -c \"show {}\"'": ["V"],
    "eval show {}": None,
    "for x in {}; do show $x; done": None,
    "X={}; show $X": None,
    "show $(echo {})": None,
    "show `echo {}`": None,
    "echo {} | xargs show": None,
    "echo {} | while read -r x; do show $x; done": None,
    "sed 's/a/{}/' /dev/null; show": None,
    "show $(( {} ))": None,
    "[[ -n {} ]] && show": None,
    "bash <<EOF\nshow {}\nEOF": None,
    "bash <<'EOF'\nshow {}\nEOF": None,
    "echo 'show {}' | bash": None,
    "f() { show {}; }; f": None,
    "show {} <<< {}": None,
    "show x > out; show <(echo {})": None,
    "eval \"show '{}'\"": None,
    "bash -c 'eval show {}'": None,
}
"""None: only that nothing else runs, and that a value which does not stay one word is refused."""
WRITTEN = ("<pod>", "${POD:?}")


@pytest.fixture
def where(tmp_path):
    show = tmp_path / "bin" / "show"
    show.parent.mkdir()
    show.write_text("#!/bin/bash\nprintf '%s\\0' \"$@\"\n")
    show.chmod(0o755)
    (tmp_path / "work").mkdir()
    return tmp_path


def argv(text, where):
    env = {"PATH": f"{where / 'bin'}:{os.environ['PATH']}", "HOME": "/root", "LC_ALL": "C.UTF-8"}
    command = ["/bin/bash", "-u", "-c", text]
    ran = subprocess.run(command, cwd=where / "work", env=env, capture_output=True, text=True, check=False, timeout=20)
    assert not (where / "work" / "pwned").exists(), text
    return ran.stdout.split("\0")[:-1]


@pytest.fixture
def server(where):
    """A real sshd of this test's own; what it starts finds ``show``."""
    if LACKING:
        pytest.skip(LACKING)
    with ssh_server(where / "sshd", more=[f"SetEnv PATH={where}/bin:/usr/bin:/bin"]) as running:
        yield running


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("place", PLACES)
def test_a_value_is_exactly_one_word_for_a_real_program(place, written, where):
    text, expected = place.replace("{}", written), PLACES[place]
    if not missing(text):
        assert fill(text, {"pod": "x"}).text == text
        return
    put = [fill(text, {"pod": value}) for value in NASTY]
    for value, filled in zip(NASTY, put, strict=True):
        if filled.problem or filled.left:
            assert filled.text == text
            assert filled.problem.endswith(".") or filled.left
            assert expected is None or ("/{}" in place and value.startswith("/")), filled
            continue
        got = argv(filled.text, where)
        if expected is not None:
            assert got == [word.replace("V", value) for word in expected], filled.text
        elif not PLAIN.fullmatch(value):
            assert any(value in word for word in got), (filled.text, got)


@pytest.mark.parametrize("place", json.loads((CASES / "places.json").read_text()))
def test_whatever_stands_around_it_nothing_of_a_value_runs(place, where):
    """Each is run by real bash, as it is filled, with stand-ins for what would reach further."""
    for program in ("ssh", "su", "crontab", "watch", "make", "parallel", "git"):
        (where / "bin" / program).write_text("#!/bin/sh\n" + ('shift; exec bash -c "$*"\n' if program == "ssh" else "exit 0\n"))
        (where / "bin" / program).chmod(0o755)
    names = ("pod", "n", "user", "file", "dir", "script", "cmd", "time")
    assert missing(place)
    for value in RUNS:
        filled = fill(place, dict.fromkeys(names, value))
        if filled.used:
            argv(filled.text, where)
        else:
            assert filled.text == place


@pytest.mark.parametrize("value", NASTY)
def test_in_json_the_value_is_a_part_of_one_string(value, where):
    for text in (
        """show -d '{"id": "<id>", "of": "x <id>"}'""",
        'show -d "{\\"id\\": \\"$ID\\", \\"of\\": \\"x ${ID}\\"}"',
    ):
        filled = fill(text, {"id": value})
        assert not filled.problem
        assert json.loads(argv(filled.text, where)[1]) == {"id": value, "of": f"x {value}"}
    assert fill("""show -d '{"n": <n>}'""", {"n": value}).text == """show -d '{"n": <n>}'"""
    assert argv(fill("""show -d '{"size": <size>}'""", {"size": "5"}).text, where) == ["-d", '{"size": 5}']


@pytest.mark.parametrize("value", NASTY)
def test_in_sql_the_value_stays_in_its_quotes_or_is_refused(value, where):
    text = """sqlite3 :memory: "select '<customer>'" """
    filled = fill(text, {"customer": value})
    if filled.problem:
        assert "\\" in value
        return
    statement = argv(filled.text.replace("sqlite3", "show"), where)[1]
    assert sqlite3.connect(":memory:").execute(statement).fetchone() == (value,)


def test_a_name_in_a_statement_is_only_a_name():
    text = 'psql shop -c "select count(*) from <table>"'
    assert fill(text, {"table": "orders"}).text == 'psql shop -c "select count(*) from orders"'
    for value in ("orders; drop table orders", "orders--", "orders, users", "(select 1)", "orders'"):
        assert "can't be put in safely" in fill(text, {"table": value}).problem


@pytest.mark.parametrize("value", NASTY)
def test_in_a_here_document_it_is_text_or_refused(value, where):
    for text in ("cat <<EOF\nname: <pod>\nEOF", "cat <<'EOF'\nname: <pod>\nEOF", "cat <<EOF\nname: $POD\nEOF"):
        filled = fill(text, {"pod": value})
        assert not filled.problem
        ran = subprocess.run(["/bin/bash", "-c", filled.text], cwd=where / "work", capture_output=True, text=True, check=True)
        assert ran.stdout == f"name: {value}\n"
        assert not list((where / "work").iterdir())
    refused = fill("mysql <<EOF\ndelete from t where id = <id>;\nEOF", {"id": "1 or 1=1"})
    assert refused.problem


@pytest.mark.parametrize(
    "text", ["kubectl delete pod <pod>", 'kubectl delete pod "$POD"', "bash -c 'kubectl delete pod <pod>'", "ssh h cat <pod>"]
)
@pytest.mark.parametrize("value", ["--all", "-A", "-", "--"])
def test_a_value_never_becomes_an_option(text, value):
    filled = fill(text, {"pod": value})
    assert (
        filled.problem
        == f"The value of {next(iter(names_in(text, frozenset()).values()))} begins with a dash and would be read as an option. Give another value."
    )
    assert filled.text == text


@pytest.mark.parametrize("value", ["", "  ", "\n", "two\nlines", "a\tb", "EOF\ntouch pwned\n", "a\0b", "\x1b[2J", "x" * 1001])
def test_what_is_no_value_is_refused(value):
    assert fill("show <pod>", {"pod": value}).problem


@pytest.mark.parametrize(
    "text",
    [
        *("ps <pid>", "ps aux<pid>", "sudo ps --no-headers <pid>", "ssh h 'ps <pid>'", "kubectl exec p -- ps <pid>"),
        *("docker exec c ps <pid>", "docker top c <pid>", "tar <pid>", "ar <pid> x", "dd <pid>"),
    ],
)
def test_where_options_have_no_dash_only_digits_are_put_in(text):
    assert "without a dash" in fill(text, {"pid": "e11782"}).problem
    assert fill(text, {"pid": "11782"}).text == text.replace("<pid>", "11782")


@pytest.mark.parametrize(
    "text",
    [
        *("ps -p <pid>", "ps -C <pid> -o pid", "ps -fu <pid>", "docker ps --filter name=<pid>", "docker top <pid>"),
        *("kubectl top pod <pid>", "tar -tf <pid>", "docker compose ps <pid>", "dd if=<pid>"),
    ],
)
def test_what_is_no_place_for_an_option_takes_any_word(text):
    assert fill(text, {"pid": "e11782"}).text == text.replace("<pid>", "e11782")


def test_all_or_nothing():
    text = "kubectl -n <ns> delete pod <pod>"
    assert fill(text, {"namespace": "prod"}) == (text, (), ("<pod>",), "")
    assert fill(text, {"namespace": "prod", "pod": "a b"}).text == "kubectl -n prod delete pod 'a b'"
    assert fill(text, {}).left == ("<ns>", "<pod>")
    assert fill(text, {"namespace": "prod", "pod": "-x"}).text == text


@pytest.mark.parametrize(
    "text",
    [
        "[ -f x ] && POD=a; show $POD",
        "for POD in $POD; do show $POD; done",
        "read POD; show $POD",
        "show ${POD%/}",
        "show ${#POD}",
        "show ${!POD}",
        "show $((POD + 1))",
    ],
)
def test_what_the_text_itself_decides_is_not_for_others_to_give(text):
    filled = fill(text, {"pod": "x"})
    assert filled.text == text
    assert missing(filled.text)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("$POD", "pod"),
        ("${POD}", "pod"),
        ("<pod>", "pod"),
        ("<pod-name>", "pod"),
        ("<your pod>", "pod"),
        ("[POD]", "pod"),
        ("[pod name]", "pod"),
        ("{{ pod }}", "pod"),
        ("POD_NAME", "pod"),
        ("__POD__", "pod"),
        ("%POD%", "pod"),
        ("YOUR_POD", "pod"),
        ("$NS", "namespace"),
        ("<namespace>", "namespace"),
        ("YYYY-MM-DD", "yyyy_mm_dd"),
        ("YYYYMMDD", "yyyymmdd"),
        ("{{ $labels.instance }}", "instance"),
        ("<コンテナ名>", "コンテナ名"),
        ("$X", "x"),
        ("...", ""),
        ("xxxx", ""),
        ("<...>", ""),
        ("CHANGEME", ""),
        ("TODO", ""),
    ],
)
def test_one_name_however_it_is_written(written, name):
    assert name_of(written) == name


def test_over_a_real_ssh_a_value_is_one_word(where, server):
    ssh = f"ssh -n -F {server.config} -o BatchMode=yes -o LogLevel=ERROR -p {server.port} 127.0.0.1"
    for text in (
        "ssh h show <pod> after",
        "ssh h 'show <pod> after'",
        'ssh h "show $POD after"',
        "ssh h 'bash -c \"show <pod> after\"'",
        "ssh h bash -c 'show\\ {{pod}}\\ after'",
    ):
        for value in NASTY[1:6:2]:
            filled = fill(text, {"pod": value})
            if filled.problem:
                assert "bash -c 'show" in text
                continue
            assert argv(filled.text.replace("ssh h", ssh, 1), where) == [value, "after"], filled.text


def test_on_a_target_behind_ssh_a_value_is_one_word(where, server):
    places = Places(where / "connections", server.config)
    try:
        for text in ("show <pod> after", 'show "$POD" after', "bash -c 'show <pod> after'"):
            for value in NASTY[::3]:
                filled = fill(text, {"pod": value})
                assert not filled.problem
                target = places.target(server.target, Target(), filled.text, 30)
                ran = run(filled.text, timeout_seconds=30, cwd=target.cwd, away=target.away)
                assert ran.output.decode().split("\0")[:-1] == [value, "after"], filled.text
    finally:
        places.connections.close()


def test_what_the_site_gives_as_a_variable_is_judged_as_one():
    book = compile_runbook(b"# X\n\n## Investigation\n\n```bash\ndocker logs $NAME\n```\n")
    (command,) = book.commands
    assert command.risk is Risk.READ
    assert not guard(command, Policy()).unattended
    given = guard(command, Policy(variables=frozenset({"NAME"})))
    assert (given.risk, given.unattended, given.needs) == (Risk.UNKNOWN, False, ())


def test_an_hour_goes_into_a_pattern_and_a_date_into_a_statement() -> None:
    day = {"yyyy_mm_dd": "2026-11-29", "hh_mm": "10:05"}
    assert fill("grep 'YYYY-MM-DD HH:MM' /var/log/app.log", day).text == "grep '2026-11-29 10:05' /var/log/app.log"
    deleted = """psql -c "delete from t where day = '{}'\""""
    assert fill(deleted.format("YYYY-MM-DD"), day).text == deleted.format("2026-11-29")

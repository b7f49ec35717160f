"""Running a command: what it may see, how long, how much of it is kept, and what dies with it."""

import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from stormjib.core.effects import Collect, RunCommand
from stormjib.core.incident import Incident
from stormjib.core.risk import Risk
from stormjib.evidence.readers import Reading
from stormjib.integrations.command import CommandPerformer, Places, Target, run
from stormjib.integrations.command.output import Output, excerpt
from stormjib.ports import DeliveryError


@pytest.mark.parametrize(
    ("text", "exit_code", "output"),
    [
        ("echo one; echo two >&2; echo three", 0, "one\ntwo\nthree\n"),
        ("exit 3", 3, ""),
        ("kill -9 $$", 137, ""),
        ("false | cat", 1, ""),
        ("yes | head -2", 0, "y\ny\n"),
        ("printf 'a\\xffb'", 0, "a\ufffdb"),
        ("cat", 0, ""),
        ("tty", 1, "not a tty\n"),
        ('echo "$PAGER $GIT_PAGER $GIT_EDITOR [$SYSTEMD_PAGER] $DEBIAN_FRONTEND"', 0, "cat cat true [] noninteractive\n"),
        ("echo 'a \"quoted\"  $word'", 0, 'a "quoted"  $word\n'),
        ("read -r line <&3", 1, None),
    ],
)
def test_exit_code_and_output(text, exit_code, output):
    ran = run(text, timeout_seconds=30)
    assert ran.exit_code == exit_code
    assert output is None or ran.output.decode() == output
    assert ran.sha256 == sha256(ran.output).hexdigest()
    assert not ran.timed_out
    assert not ran.truncated


def test_a_program_that_is_not_installed_has_its_name_told():
    assert run("no-such-program --now", timeout_seconds=30).missing_program == "no-such-program"
    assert run("ls /no-such-directory", timeout_seconds=30).missing_program == ""


def test_a_command_sees_only_what_it_is_given(monkeypatch):
    monkeypatch.setenv("STORMJIB_SECRET", "do-not-inherit")
    ran = run('printenv STORMJIB_SECRET; echo "$GIVEN"; pwd', timeout_seconds=30, env={"GIVEN": "given"}, cwd="/")
    assert ran.output.decode() == "given\n/\n"
    assert run("no-such-program", timeout_seconds=30, path="/nowhere").missing_program == "no-such-program"


@pytest.mark.parametrize(
    "text",
    [
        "sleep 600",
        "trap '' TERM; while :; do sleep 600; done",
        "yes",
        "(trap '' TERM HUP INT; sleep 600) & sleep 600",
        "(trap '' TERM HUP INT; sleep 600; true) | cat",
    ],
)
def test_what_takes_too_long_is_stopped_with_all_its_children(text, tmp_path):
    with _fifo(tmp_path) as (path, lines):
        ran = run(f"exec 9>{path}; echo begun >&9; {text}", timeout_seconds=1.5)
        assert ran.timed_out
        assert ran.exit_code is None
        assert _read_to_end(lines) == b"begun\n"


@contextmanager
def _fifo(tmp_path):
    """A fifo that whoever opens it holds open: it ends only when all of them are dead."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as lines:
        yield path, lines


def _read_to_end(lines, deadline_seconds=30):
    read = b""
    while select.select([lines], [], [], deadline_seconds)[0]:
        chunk = lines.read(1000)
        if not chunk:
            return read
        read += chunk
    pytest.fail(f"somebody still lives after {read!r}")


def test_a_child_that_stays_behind_and_holds_the_pipe_is_not_waited_for():
    ran = run("sleep 600 & echo $!", timeout_seconds=60)
    os.kill(int(ran.output), signal.SIGKILL)
    assert not ran.timed_out
    assert ran.exit_code == 0


def test_a_long_output_keeps_its_head_and_its_tail():
    ran = run("seq 1 100000", timeout_seconds=30, output_bytes_max=100)
    head, gap, tail = ran.output.decode().partition("\n[… 588795 bytes left out …]\n")
    assert ran.truncated
    assert gap
    assert head.startswith("1\n2\n")
    assert tail.endswith("99999\n100000\n")
    assert len(head) == len(tail) == 50


def test_secrets_reach_the_command_and_are_blanked_in_what_it_prints():
    ran = run(
        'echo "Bearer $ADMIN_TOKEN"; echo other-secret',
        timeout_seconds=30,
        env={"ADMIN_TOKEN": "s3cr3t-value"},
        secrets=("ADMIN_TOKEN",),
        redact={"SLACK_TOKEN": "other-secret", "UNSEEN": "never-printed"},
    )
    assert ran.output.decode() == "Bearer [redacted ADMIN_TOKEN]\n[redacted SLACK_TOKEN]\n"
    assert ran.redacted == ("ADMIN_TOKEN", "SLACK_TOKEN")


def test_words_before_the_shell_decide_where_it_runs_and_what_runs_too_long_is_stopped_all_the_same():
    prefix = ("env", "--chdir=/usr", "GIVEN=by the prefix")
    ran = run('pwd; echo "$GIVEN $KEPT"', timeout_seconds=30, cwd="/", env={"KEPT": "by the target"}, prefix=prefix)
    assert ran.output == b"/usr\nby the prefix by the target\n"
    stopped = run("echo begun; sleep 600 & sleep 600", timeout_seconds=1.5, prefix=("nice", "env"))
    assert (stopped.timed_out, stopped.exit_code, stopped.output) == (True, None, b"begun\n")
    (fact,) = _perform(_performer(Target(prefix=prefix)), _collect("pwd")).facts
    assert fact.excerpt == "/usr"


@pytest.mark.parametrize("prefix", [("env", "-i", "PATH=/usr/bin:/bin"), ("sh", "-c", 'exec env -i "$@"', "x")])
def test_a_prefix_that_drops_the_environment_says_so_and_is_no_success(prefix):
    for tap in (None, lambda chunk: None):
        with pytest.raises(DeliveryError, match="drops the environment") as refused:
            run("echo done", timeout_seconds=30, prefix=prefix, tap=tap)
        assert refused.value.permanent
    (fact,) = _perform(_performer(Target(prefix=prefix)), _run_command("true", target="host")).facts
    assert (fact.ok, fact.exit_code) == (False, None)
    assert "drops the environment" in fact.conclusion


def test_r1_what_is_unset_is_not_taken_for_empty_by_the_shell_either():
    """Behind what is found in the text: a variable that vanishes on the way ends the command instead."""
    ran = run('eval "$(echo unset GIVEN)"; echo "rm -rf /$GIVEN"', timeout_seconds=30, env={"GIVEN": "given"})
    assert ran.exit_code != 0
    assert b"rm -rf" not in ran.output


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_secret_that_comes_in_two_pieces_is_blanked(cut):
    output = Output(1000, {"LONG": "secret-of-many", "SHORT": "secret"})
    text = b"<secret-of-many> <secret>"
    output.feed(text[:cut])
    output.feed(text[cut:])
    assert output.finish() == b"<[redacted LONG]> <[redacted SHORT]>"


def test_r10_what_a_command_prints_is_kept_without_secrets_that_nobody_configured():
    key = "MIIEabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX"
    output = Output(1_000_000, {"TOKEN": "s3cr3t-value"})
    text = f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\nDB_PASSWORD=hunter2\nok {'x ' * 20_000}czNjcjN0LXZhbHVl end\n"
    for at in range(0, len(text), 7):
        output.feed(text[at : at + 7].encode())
    kept = output.finish().decode()
    assert kept.startswith("[redacted private key]\nDB_PASSWORD=[redacted DB_PASSWORD]\nok x x")
    assert kept.endswith("[redacted TOKEN] end\n")
    assert output.redacted == ("DB_PASSWORD", "TOKEN", "private key")


@pytest.mark.parametrize("fill", range(40, 60))
def test_no_half_of_a_secret_is_kept_at_the_cut(fill):
    output = Output(100, {"KEY": "0123456789"})
    output.feed(b"x" * fill + b"0123456789" + b"y" * 500 + b"0123456789" + b"x" * fill)
    assert b"0123" not in output.finish()
    assert b"6789" not in output.finish()


@pytest.mark.parametrize("shift", range(3))
def test_the_cut_does_not_break_a_character(shift):
    output = Output(100, {})
    output.feed(b"x" * shift + "€".encode() * 200)
    assert "\ufffd" not in output.finish().decode()


@pytest.mark.parametrize(
    ("arguments", "permanent", "says"),
    [
        ({"text": "curl $ADMIN_TOKEN", "secrets": ("ADMIN_TOKEN",)}, True, "$ADMIN_TOKEN is not set"),
        ({"text": "x", "secrets": ("A", "B"), "env": {"A": ""}}, True, "$A and $B are not set"),
        ({"text": "true", "cwd": "/no-such-directory"}, True, "/no-such-directory can't be entered"),
        ({"text": "echo " + "x" * 200_000}, True, "longer than"),
        ({"text": "echo \0"}, True, "NUL"),
        ({"text": 'rm -rf "releases/$STALE_DIR"'}, True, "$STALE_DIR has no value"),
        ({"text": 'rm -rf "$DIR"', "env": {"DIR": ""}}, True, "$DIR has no value"),
        ({"text": "redis-cli -h <host> ping"}, True, "<host> is not filled in"),
    ],
)
def test_what_can_not_start_is_refused_with_a_sentence(arguments, permanent, says):
    with pytest.raises(DeliveryError) as refused:
        run(**arguments, timeout_seconds=30)
    assert refused.value.permanent is permanent
    assert says in refused.value.reason


def test_a_command_dies_with_the_program_that_runs_it(tmp_path):
    with _fifo(tmp_path) as (path, lines):
        text = f"exec 9>{path}; echo begun >&9; (trap '' TERM HUP INT; sleep 600; echo alive >&9) & sleep 600"
        source = f"from stormjib.integrations.command import run\nrun({text!r}, timeout_seconds=600)"
        server = subprocess.Popen([sys.executable, "-c", source])
        select.select([lines], [], [], 30)
        assert lines.read(100) == b"begun\n"
        server.kill()
        server.wait()
        assert _read_to_end(lines) == b""


def test_nothing_is_left_for_process_1_to_reap():
    """A subreaper stands for process 1: it would inherit whatever a command leaves behind."""
    source = """
import ctypes, os
from stormjib.integrations.command import run
ctypes.CDLL(None).prctl(36, 1)
run("true; sleep 0.01 | cat", timeout_seconds=60)
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("nothing")
"""
    assert subprocess.run([sys.executable, "-c", source], capture_output=True, check=True, timeout=60).stdout == b"nothing\n"


def _performer(here=None):
    return CommandPerformer(
        here=here or Target(),
        places=Places(Path("/nonexistent")),
        secrets={"ADMIN_TOKEN": "s3cr3t-value", "EMPTY": ""},
        conclude=lambda text, code, output: (code == 0, f"{text}|{code}|{output}"),
        read=lambda text, code, output, _parts: Reading("test", sentence=f"{text}|{code}|{output}"),
    )


def _collect(text="echo one", **fields):
    fields = {"command_id": "c1", "line": 7, "run_as": text, "target": "host", "timeout_seconds": 30} | fields
    return Collect("collect/c1", text=text, **fields)


def _perform(performer, effect):
    return performer.perform(effect, effect_id="INC-1/1/x", incident=Incident.new("INC-1"))


def test_a_look_becomes_evidence_with_its_output_stored():
    outcome = _perform(_performer(), _collect("top", run_as="echo bounded", before_run="run-1"))
    (fact,) = outcome.facts
    assert outcome.blobs == (b"bounded\n",)
    assert (fact.ok, fact.exit_code, fact.excerpt, fact.finding) == (True, 0, "bounded", "top|0|bounded\n")
    assert (fact.text, fact.ran_as, fact.before_run, fact.line) == ("top", "echo bounded", "run-1", 7)
    assert fact.output_sha256 == sha256(b"bounded\n").hexdigest()


def test_the_bounded_form_of_an_endless_command_may_run_out_of_its_time():
    (fact,) = _perform(_performer(), _collect("tail -f x", run_as="echo seen; timeout 0.01 sleep 600")).facts
    assert (fact.ok, fact.exit_code, fact.finding) == (True, 124, "tail -f x|0|seen\n")
    (fact,) = _perform(_performer(), _collect("timeout 0.01 sleep 600")).facts
    assert not fact.ok


def test_an_output_without_what_the_runbook_expects_is_not_ok():
    (fact,) = _perform(_performer(), _collect("echo LOADING", expect="PONG")).facts
    assert not fact.ok
    assert "PONG" in fact.finding


def test_a_look_whose_secret_is_unset_is_refused_for_good():
    with pytest.raises(DeliveryError, match="EMPTY is not set") as refused:
        _perform(_performer(), _collect(secrets=("EMPTY",)))
    assert refused.value.permanent


def _run_command(text, **fields):
    return RunCommand("run/r1", run_id="r1", command_id="c1", text=text, risk=Risk.CHANGE, timeout_seconds=30, **fields)


def test_a_run_says_what_came_of_it_and_gets_only_the_secrets_it_names():
    effect = _run_command('echo "$ADMIN_TOKEN"; exit 4', target="host", secrets=("ADMIN_TOKEN",))
    (fact,) = _perform(_performer(), effect).facts
    assert (fact.ok, fact.exit_code, fact.blanked) == (False, 4, ("ADMIN_TOKEN",))
    assert fact.excerpt == "[redacted ADMIN_TOKEN]"
    (fact,) = _perform(_performer(), _run_command("printenv ADMIN_TOKEN", target="host")).facts
    assert (fact.ok, fact.excerpt) == (False, "")


def test_a_run_that_can_not_start_is_a_known_outcome():
    (fact,) = _perform(_performer(), _run_command("x", target="host", secrets=("EMPTY",))).facts
    assert (fact.ok, fact.exit_code) == (False, None)
    assert "EMPTY is not set" in fact.conclusion


def test_a_directory_and_variables_count_and_what_goes_to_another_machine_by_itself_is_refused():
    performer = _performer(Target(cwd="/usr", env={"WHERE": "there"}))
    (fact,) = _perform(performer, _collect("pwd; echo $WHERE")).facts
    assert fact.excerpt == "/usr\nthere"
    with pytest.raises(DeliveryError, match=r"goes to another machine by itself \(ssh:db1\)"):
        _perform(performer, _collect("ssh db1 uptime", target="ssh:db1"))
    (fact,) = _perform(performer, _run_command("ssh db1 reboot", target="ssh:db1")).facts
    assert "List ssh:db1 as a target" in fact.conclusion


@pytest.mark.parametrize("place", ["ssh:-oProxyCommand=id", "ssh:a@b@c", "ssh:host:0", "kube:one", "docker-context:", "nowhere"])
def test_what_is_no_target_is_refused_for_good(place):
    with pytest.raises(DeliveryError, match="is no target") as refused:
        _perform(_performer(), _collect("true", place=place))
    assert refused.value.permanent


def test_an_excerpt_keeps_whole_lines_of_both_ends():
    text = "\n".join(f"line {number}" for number in range(1000))
    short = excerpt(text.encode(), 100)
    assert short.startswith("line 0\nline 1\n")
    assert short.endswith("\nline 999")
    assert len(short) <= 102
    assert all(line == "…" or line in text.split("\n") for line in short.split("\n"))

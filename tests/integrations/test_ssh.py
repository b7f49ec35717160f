"""Commands on another machine, over a real OpenSSH server on loopback: what they see, what stops with them, and what is known when the way there breaks."""

import os
import shutil
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bench.ssh_server import LACKING, SshServer, ssh_server

from stormjib.core.effects import Collect, RunCommand
from stormjib.core.incident import Incident
from stormjib.core.log import OutcomeUnknown, RunFinished
from stormjib.core.risk import Risk
from stormjib.evidence.readers import Reading
from stormjib.integrations.command import CommandPerformer, Places, Target, run
from stormjib.integrations.command.run import Away
from stormjib.ports import DeliveryError

pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING)
HOSTILE = 'it\'s "$(touch ran)" `id`; & | > \\ \t*\n~ -rf'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with ssh_server(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(scope="module")
def places(server, tmp_path_factory):
    found = Places(tmp_path_factory.mktemp("c"), server.config)
    yield found
    found.connections.close()


@pytest.fixture
def there(server, places):
    def command(text, timeout_seconds=30, directory="", **given):
        target = places.target(server.target + directory, Target(), text, 30)
        return run(text, timeout_seconds=timeout_seconds, cwd=target.cwd, away=target.away, **given)

    return command


def performer(places, **secrets):
    return CommandPerformer(
        here=Target(),
        places=places,
        secrets=secrets,
        conclude=lambda _, code, output: (code == 0, output),
        read=lambda _, code, output, parts: Reading("test", sentence=f"{code}|{output}"),
    )


def change(text, place, timeout_seconds=30.0, **fields):
    effect = RunCommand(
        "run/r", run_id="INC-1-R1", command_id="c1", text=text, risk=Risk.CHANGE, target="", timeout_seconds=timeout_seconds, place=place, **fields
    )  # fmt: skip
    return lambda who: who.perform(effect, effect_id="x", incident=Incident.new("INC-1")).facts


def look(text, place, **fields):
    fields = {"timeout_seconds": 30.0} | fields
    effect = Collect("collect/c1", command_id="c1", line=7, text=text, run_as=text, target="", place=place, **fields)
    return lambda who: who.perform(effect, effect_id="x", incident=Incident.new("INC-1")).facts


@pytest.mark.parametrize(
    ("text", "exit_code", "output"),
    [
        ("echo one; echo two >&2; echo three", 0, "one\ntwo\nthree\n"),
        ("exit 3", 3, ""),
        ("kill -9 $$", 137, ""),
        ("false | cat", 1, ""),
        ("yes | head -2", 0, "y\ny\n"),
        ("printf 'a\\xffb'", 0, "a\ufffdb"),
        ("cat; tty", 1, "not a tty\n"),
        ("sleep 600 & echo not waited for", 0, "not waited for\n"),
        ('echo "$PAGER $GIT_EDITOR $DEBIAN_FRONTEND"; printenv SSH_AUTH_SOCK STORMJIB_TEXT', 1, "cat true noninteractive\n"),
        ("read -r line <&3", 1, None),
        ("printf 'no newline at the end'", 0, "no newline at the end"),
        ("head -c 300000 /dev/zero | tr '\\0' x | wc -c", 0, "300000\n"),
    ],
)
def test_what_a_command_prints_and_how_it_ends_is_what_it_would_be_here(there, text, exit_code, output):
    ran = there(text)
    assert ran.exit_code == exit_code
    assert output is None or ran.output.decode() == output
    assert not ran.timed_out
    assert not ran.unknown


def test_a_value_stays_one_word_and_a_text_what_it_is(there, tmp_path):
    ran = there('cd "$DIR"; printf "[%s]" "$A"; ls', env={"A": HOSTILE, "DIR": str(tmp_path)})
    assert ran.output.decode() == f"[{HOSTILE}]"
    long = "x" * 90_000
    assert there(f"printf %s '{long}' | wc -c").output == b"90000\n"


def test_no_command_line_there_shows_the_command_or_a_secret(there):
    # The word stands in no other command line of the machine, whatever runs beside this test.
    ran = there(": only-this-command-says-it; ps -A -o args=; echo $T1 | rev", env={"T1": "s3cr3t-value"}, secrets=("T1",))
    assert b"eulav-t3rc3s" in ran.output
    assert ran.redacted == ()
    assert b"only-this-command-says-it" not in ran.output
    assert b"s3cr3t-value" not in ran.output


def test_it_starts_in_its_directory_or_not_at_all(there, tmp_path):
    assert there("pwd", directory=str(tmp_path)).output.decode() == f"{tmp_path}\n"
    with pytest.raises(DeliveryError, match=r"started nothing: .*can't cd to .*/none") as refused:
        there("pwd", directory=str(tmp_path / "none"))
    assert not refused.value.permanent


@pytest.mark.parametrize(
    "text",
    ["sleep 600", "trap '' TERM; while :; do sleep 600; done", "yes", "(trap '' TERM HUP INT; sleep 600) & sleep 600"],
)
def test_what_takes_too_long_is_stopped_there_with_all_its_children(there, text, tmp_path):
    ran = there(f"echo $$ >{tmp_path}/shell; {text}", timeout_seconds=1.0)
    assert ran.timed_out
    assert ran.exit_code is None
    assert not ran.unknown
    shell = (tmp_path / "shell").read_text().strip()
    groups = subprocess.run(["ps", "-A", "-o", "pgid=,pid=,stat="], capture_output=True, text=True, check=True).stdout
    group = next((line.split()[0] for line in groups.splitlines() if line.split()[1] == shell), None)
    assert not [line for line in groups.splitlines() if group and line.split()[0] == group and "Z" not in line]


def test_a_connection_that_breaks_in_the_middle_of_a_change_leaves_an_unknown_outcome_and_nothing_running(tmp_path):
    with ssh_server(tmp_path / "sshd") as server:
        places = Places(tmp_path / "c", server.config)
        begun, alive = tmp_path / "begun", tmp_path / "alive"
        os.mkfifo(begun)
        os.mkfifo(alive)
        text = f"exec 9>{alive}; echo >{begun}; sleep 600; echo done"
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(change(text, server.target), performer(places))
            # It ends when whoever holds it open there is dead.
            left = threading.Thread(target=alive.read_bytes)
            left.start()
            begun.read_text()
            for pid in server.sessions():
                os.kill(pid, signal.SIGKILL)
            (fact,) = running.result()
            left.join(30)
        assert isinstance(fact, OutcomeUnknown)
        assert f"The connection to {server.target} broke while it ran" in fact.reason
        assert not left.is_alive()


def test_a_broken_read_is_tried_again_and_the_next_one_makes_a_connection_of_its_own(tmp_path):
    with ssh_server(tmp_path / "sshd") as server:
        places = Places(tmp_path / "c", server.config)
        begun = tmp_path / "begun"
        os.mkfifo(begun)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(look(f"echo >{begun}; sleep 600", server.target), performer(places))
            begun.read_text()
            for pid in server.sessions():
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(DeliveryError, match="broke while it ran") as broken:
                running.result()
        assert not broken.value.permanent
        (fact,) = look("echo again", server.target)(performer(places))
        assert (fact.excerpt, fact.place, fact.on) == ("again", server.target, f"host at {server.target}")
        places.connections.close()


def test_commands_share_one_connection_and_more_than_it_takes_run_all_the_same(server, places):
    asked = look("printenv SSH_CONNECTION", server.target)
    with ThreadPoolExecutor(16) as pool:
        ports = [pool.submit(asked, performer(places)) for _ in range(16)]
    said = [fact.excerpt for one in ports for fact in one.result()]
    assert len(said) == 16
    assert all(said)
    assert max(map(said.count, said)) >= 8


def _changed(server):
    other = server.directory / "other"
    subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", other], check=True)
    server.trust(Path(f"{other}.pub"))


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [
        (lambda server: server.known.write_text(""), "Its host key is not known here. Get it"),
        (_changed, "Its host key is another than the one that is known here"),
        (lambda server: server.authorized.write_text(""), "Its user takes no key of the user that stormjib runs as"),
        (SshServer.stop, "No ssh server answers at this port"),
        (lambda server: server.config.write_text("Nonsense yes\n"), "Correct the ssh configuration"),
    ],
)
def test_a_machine_that_can_not_be_reached_ran_nothing_and_it_is_said_why(tmp_path, breaks, sentence):
    with ssh_server(tmp_path / "sshd") as server:
        breaks(server)
        places = Places(tmp_path / "c", server.config)
        (fact,) = change("touch ran", server.target)(performer(places))
        assert isinstance(fact, RunFinished)
        assert not fact.ok
        assert fact.conclusion.startswith(f"It was not run, because {server.target} could not be reached: ")
        assert sentence in fact.conclusion
        with pytest.raises(DeliveryError, match="could not be reached"):
            look("true", server.target)(performer(places))


def test_an_account_that_starts_something_else_has_started_nothing(tmp_path):
    with ssh_server(tmp_path / "sshd", more=["ForceCommand echo only sftp here"]) as server:
        (fact,) = change("touch ran", server.target)(performer(Places(tmp_path / "c", server.config)))
        assert fact.conclusion == f"It was not run, because {server.target} started nothing: only sftp here."


def test_without_room_for_a_socket_each_command_has_a_connection_of_its_own(server, tmp_path):
    places = Places(tmp_path / ("deep" * 20), server.config)
    (fact,) = look("echo here", server.target)(performer(places))
    assert fact.excerpt == "here"
    assert not (tmp_path / ("deep" * 20)).exists()


@pytest.mark.parametrize("shell", ["busybox ash", "csh", "fish"])
def test_whatever_shell_the_account_has(shell, tmp_path):
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"{shell} is not installed")
    with ssh_server(tmp_path / "sshd", more=[f'ForceCommand exec {shell} -c "$SSH_ORIGINAL_COMMAND"']) as server:
        places = Places(tmp_path / "c", server.config)
        (fact,) = look("printf '%s|' one 'two  words'; exit 3", server.target)(performer(places))
        assert (fact.excerpt, fact.exit_code) == ("one|two  words|", 3)
        (fact,) = look("echo begun; sleep 600", server.target, timeout_seconds=3.0)(performer(places))
        assert (fact.excerpt, fact.timed_out) == ("begun", True)
        places.connections.close()


@pytest.mark.parametrize("shell", [("busybox", "sh"), ("dash",), ("bash", "--posix")])
def test_whatever_the_other_side_calls_sh(shell):
    if not shutil.which(shell[0]):
        pytest.skip(f"{shell[0]} is not installed")
    away = Away("there", ("setsid", "-w", *shell, "-c", 'IFS= read -r l && eval "$l"'), {"PATH": os.defpath})
    ran = run("printf '%s|' one 'two  words'; exit 3", timeout_seconds=30, away=away)
    assert (ran.output, ran.exit_code) == (b"one|two  words|", 3)
    assert run("sleep 600", timeout_seconds=1, away=away).timed_out


def test_a_command_that_prints_the_words_of_the_end_has_not_ended(there):
    forged = f"{'0' * 64} end 0"
    ran = there(f"echo '{forged}'; tr '\\0' '\\n' </proc/$PPID/environ; echo ' end 0'; exit 7")
    assert ran.exit_code == 7
    assert forged in ran.output.decode()

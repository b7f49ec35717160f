"""What keeps the server from starting is said in one sentence, and it ends with an exit code that is not 0."""

import contextlib
import os
import resource
import shutil
import signal
import socket
import sqlite3
from urllib.parse import urlencode

import pytest
from tests.real.site import without_privilege
from tests.story.patience import until

from stormjib.core.text.units import size


def refused(site, *words, **popen):
    """The server ends by itself, not with 0, and with one sentence instead of a traceback."""
    process = site.launch(**popen)
    code = site.ends(process)
    said = site.said()
    assert code not in {0, None}, said
    assert "Traceback" not in said, said
    assert "stormjib" in said
    for word in words:
        assert word in said, said


def test_the_port_is_taken(make):
    """It names the port and how to choose another, and the log is not touched."""
    site = make()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", site.port))
        other.listen()
        refused(site, f"127.0.0.1:{site.port} can't be used", "--port")


def test_the_port_is_bound_and_nobody_listens_yet(make):
    """Two servers that start at the same moment: the second one finds the port taken as well."""
    site = make()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", site.port))
        process = site.launch()
        until(lambda: process.poll() is not None or site.answers(), site.said)
        if process.poll() is None:
            with pytest.raises(OSError, match="in use"):
                other.listen()
        else:
            assert "can't be used" in site.said()


def test_a_second_server_on_the_same_data(make):
    """One log has one writer: the second server says so, and the first one goes on."""
    site = make()
    site.start()
    second = make(data_dir=site.data.parent / "other")
    second.configure(data_dir=site.data, port=second.port, runbook=second.runbook)
    refused(second, "Another stormjib is writing", "--url")
    assert site.alert() == "INC-1"


@pytest.mark.parametrize("what", ["the database", "the directory"])
def test_the_data_can_only_be_read(make, what):
    """It says what can't be written, and nothing is lost: once it may write again, everything is there."""
    site = make()
    site.start()
    site.alert()
    site.stop()
    chosen = [site.database] if what == "the database" else [site.data, *site.data.iterdir()]
    modes = {path: path.stat().st_mode for path in chosen}
    for path in chosen:
        path.chmod(0o555 if path.is_dir() else 0o444)
    refused(site, str(site.data), preexec_fn=without_privilege)
    for path, mode in modes.items():
        path.chmod(mode)
    for path in site.data.iterdir():
        path.chmod(0o644)
    site.start(preexec_fn=without_privilege)
    assert site.kinds()[:2] == ["AlertReceived", "Declared"]


@pytest.mark.parametrize("wrong", ["file", "below a file"])
def test_the_data_directory_is_no_directory(make, wrong):
    """A file stands where the directory should be."""
    site = make()
    occupied = site.where / "occupied"
    occupied.write_text("x")
    site.configure(data_dir=occupied if wrong == "file" else occupied / "below", port=site.port, runbook=site.runbook)
    refused(site, str(occupied))


@pytest.mark.parametrize("kind", ["text", "zeros", "a picture"])
def test_the_database_is_none(make, kind):
    """Somebody put something else in its place: it is named and left as it is."""
    site = make()
    content = {"text": b"hello\n" * 1000, "zeros": bytes(8192), "a picture": b"\x89PNG\r\n\x1a\n" * 600}[kind]
    for path in site.data.iterdir():
        path.unlink()
    site.database.write_bytes(content)
    refused(site, str(site.database))
    assert site.database.read_bytes() == content


def test_the_engines_database_is_none(make):
    """Something else lies in its place: it is kept under another name, and what is owed is derived from the log again."""
    site = make()
    (site.data / "engine.db").write_bytes(b"hello\n" * 1000)
    site.start()
    assert "set aside as engine.db.set-aside" in site.said()
    assert (site.data / "engine.db.set-aside").read_bytes() == b"hello\n" * 1000
    site.wait_for("EvidenceCollected", site.alert())


def test_the_engines_database_is_a_directory(make):
    """It can't be opened and is nothing to be thrown away: it is named, and the server does not run without its pages."""
    site = make()
    (site.data / "engine.db").mkdir()
    refused(site, "engine.db")


def _dispatched(site):
    with contextlib.closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as rows:
        return rows.execute(
            "SELECT (SELECT position FROM mark WHERE name = 'outbox') = (SELECT max(position) FROM entry)"
        ).fetchone()[0]


def test_the_engines_database_is_gone(make, receiver):
    """Only the log was restored from the backup: no page has a second key, and the ladder goes on climbing where it stood."""
    site = make(webhook_url=receiver.url, responders=["ana", "bo"])
    with site.settings.open("a") as settings:
        settings.write("escalate_minutes = 0.1\n")
    site.start()
    site.alert()
    until(receiver.pages, "the page")
    site.wait_for("PageSent")
    until(lambda: _dispatched(site), "the mark that everything so far is dispatched")
    site.kill()
    for path in site.data.glob("engine.db*"):
        path.unlink()
    site.start()
    until(lambda: any(page.get("who") == "bo" for page in receiver.taken), "the next rung")
    site.post("bo", "/api/v1/incidents/INC-1/acknowledge")
    per_rung = {(page["rung"], page["dedup_key"]) for page in receiver.tries if "who" in page}
    assert len(per_rung) == len({rung for rung, _ in per_rung})
    assert site.stop() == 0
    code, said = site.verify()
    assert code == 0, said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('webhook_token = "changeme"', "webhook_token"),
        ("port = 99999", "port"),
        ('nonsense = "x"', "nonsense"),
        ("port = ", "stormjib.toml"),
        ('command_env_file = "nowhere.env"', "nowhere.env"),
    ],
)
def test_settings_that_are_wrong(make, line, says):
    """The setting is named, no traceback is shown, and nothing is started."""
    site = make()
    kept = [text for text in site.settings.read_text().splitlines() if text.split(" ")[0] != line.split(" ")[0]]
    site.settings.write_text("\n".join([*kept, line]) + "\n")
    refused(site, says)


def test_secrets_that_others_can_read(make):
    """The file of the commands' variables must be the operator's alone."""
    site = make()
    secrets = site.where / "command.env"
    secrets.write_text("ADMIN_TOKEN=abc\n")
    secrets.chmod(0o644)
    with site.settings.open("a") as settings:
        settings.write(f'command_env_file = "{secrets}"\n')
    refused(site, "chmod 600", str(secrets))


def test_it_leaves_in_order(site):
    """SIGTERM: what was acknowledged is on disk in one file, the exit code is 0, and a second start finds it."""
    site.alert()
    assert site.stop() == 0
    assert "Traceback" not in site.said(), site.said()
    assert not (site.data / "log.db-wal").exists()
    code, said = site.verify()
    assert code == 0, said
    site.start()
    assert site.kinds()[:2] == ["AlertReceived", "Declared"]


def test_ctrl_c(site):
    """SIGINT leaves in order as well."""
    process = site.processes[-1]
    process.send_signal(signal.SIGINT)
    site.ends(process)
    assert "Traceback" not in site.said(), site.said()
    assert not (site.data / "log.db-wal").exists()


def test_it_leaves_while_somebody_watches_the_page(site):
    """An open stream of events does not keep the server from leaving."""
    site.alert()
    form = urlencode({"token": site.tokens["ana"], "next": "/"}).encode()
    status, headers, _ = site.send("POST", "/login", form, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert status == 303
    cookie = headers["set-cookie"].split(";")[0]
    with socket.create_connection(("127.0.0.1", site.port)) as line:
        line.sendall(f"GET /incidents/INC-1/events HTTP/1.1\r\nHost: here\r\nCookie: {cookie}\r\n\r\n".encode())
        head = line.recv(4_096)
        assert head.startswith(b"HTTP/1.1 200"), head
        assert b"text/event-stream" in head
        assert site.stop() == 0


def test_without_standard_input(make):
    """A supervisor that closes standard input still gets a server, and its commands still have an input that ends."""
    site = make()
    site.start(stdin=None, preexec_fn=lambda: os.close(0))
    assert site.alert() == "INC-1"
    site.wait_for("EvidenceCollected")
    assert site.stop() == 0


def test_a_copy_of_the_data_is_a_backup(site, make):
    """The documented backup, SQLite's own, is taken while the server writes, and a second server starts from it."""
    for number in range(20):
        site.alert(f"Alert{number}")
    other = make()
    for path in other.data.iterdir():
        path.unlink()
    with (
        contextlib.closing(sqlite3.connect(site.database)) as source,
        contextlib.closing(sqlite3.connect(other.database)) as copy,
    ):
        source.backup(copy)
    other.tokens = site.tokens
    other.start()
    assert other.kinds()[:2] == ["AlertReceived", "Declared"]
    assert shutil.disk_usage(other.data).free > 0


def test_f8_too_little_address_space_is_said_and_nothing_is_left(make):
    """A limit on what it may map: one sentence before anything is made, whatever would have failed first."""
    site = make()
    before = sorted(site.data.iterdir())
    for kib in (100_000, 300_000, 1_000_000):
        refused(
            site, f"limited to {size(kib * 1024)}", "ulimit -v",
            preexec_fn=lambda kib=kib: resource.setrlimit(resource.RLIMIT_AS, (kib * 1024, kib * 1024)),
        )  # fmt: skip
    assert sorted(site.data.iterdir()) == before


def test_o1_it_serves_is_said_only_once_it_serves_and_a_failed_start_harms_no_later_one(make):
    """The disk refuses in the middle of making the engine's database: the address is not announced. The next start finds all in order."""
    site = make()
    limit = 96 * 1024
    process = site.launch(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert site.ends(process) not in {0, None}
    assert "engine's database" in site.said()
    assert "serves http" not in site.said()
    site.start()
    until(lambda: f"serves {site.url}" in site.said(), site.said)
    site.alert()
    site.wait_for("EvidenceCollected")


def test_f8_a_directory_that_it_may_not_use_is_said(make, tmp_path):
    """The data directory can't be created: a sentence with advice instead of an errno."""
    site = make()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    site.configure(data_dir=closed / "data", port=site.port, runbook=site.runbook)
    refused(site, f"{closed / 'data'} can't be used (Permission denied)", "--data-dir", preexec_fn=without_privilege)
    assert "Errno" not in site.said()


def test_the_doctor_names_the_address_of_the_server_that_runs(site):
    """It may have been started with another port than its settings say."""
    site.settings.write_text(site.settings.read_text().replace(f"port = {site.port}", "port = 9"))
    assert f"links say {site.url}," in " ".join(site.command("doctor", "--settings", str(site.settings))[1].split())
    assert site.stop() == 0, site.said()
    said = " ".join(site.command("doctor", "--settings", str(site.settings))[1].split())
    assert "links say http://127.0.0.1:9," in said

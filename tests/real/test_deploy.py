"""What stands in deploy/: the unit, as systemd reads it and as it is told; nginx in front; and paths in a settings file."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.real.site import environ
from tests.story.patience import until

DEPLOY = Path(__file__).parents[2] / "deploy"
EXPOSURE_MAX = 25
"""Of 100, as `systemd-analyze security` counts; a unit without any of it has 96."""


def needs(program):
    if not shutil.which(program):
        pytest.skip(f"{program} is not on this machine")


@pytest.fixture
def unit(tmp_path):
    """The unit with a program, a user and files that exist here."""
    needs("systemd-analyze")
    program = tmp_path / "stormjib"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = (DEPLOY / "stormjib.service").read_text().replace("/opt/stormjib/bin/stormjib", str(program))
    path = tmp_path / "stormjib.service"
    path.write_text(
        re.sub(r"=stormjib$", "=root", text, flags=re.MULTILINE).replace("StateDirectory=root", "StateDirectory=stormjib")
    )
    return path


def test_systemd_takes_the_unit(unit):
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert "[Install]\nWantedBy=multi-user.target" in unit.read_text()


def test_the_unit_gives_the_server_little_power(unit):
    argv = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", str(unit)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


def test_the_supervisor_is_told_that_it_serves_lives_and_ends(make, tmp_path):
    """As under Type=notify with a watchdog."""
    said, path = [], str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(path)

        def listen():
            with contextlib.suppress(OSError):
                while True:
                    said.append(listening.recv(100).decode())

        threading.Thread(target=listen, daemon=True).start()
        site = make()
        site.start(env={**environ(), "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"})
        until(lambda: said.count("WATCHDOG=1") >= 2, lambda: f"two signs of life in {said}")
        assert said[0] == "READY=1"
        assert site.stop() == 0
        assert "STOPPING=1" in said


def test_a_sign_of_life_arrives_from_a_running_server(make, receiver):
    """And the metrics say when."""
    site = make(webhook_url=receiver.url, heartbeat_url=receiver.url, heartbeat_seconds=1)
    site.start()
    beats = until(lambda: [one for one in receiver.taken if one["schema"] == "stormjib.heartbeat/1"], "a heartbeat")
    assert beats[0]["every_seconds"] == 1
    found = site.send("GET", "/metrics", who="ana")[2].decode()
    assert "\nstormjib_heartbeat_timestamp_seconds 1" in found


def test_the_log_as_json_is_an_object_a_line():
    code = "import logging; from stormjib.serve import configure_logging as go; go('json'); logging.getLogger('x').info('a\\nb')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["message"] == "a\nb"


# nginx in front


@pytest.fixture
def nginx(make, tmp_path):
    """The snippet as it is, on another port and with a certificate of this test."""
    needs("nginx")
    needs("openssl")
    site = make(base_url="https://stormjib.example", trusted_proxies=["127.0.0.1"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=stormjib.example"]
    subprocess.run([*argv, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    snippet = (DEPLOY / "nginx" / "stormjib.conf").read_text()
    for ours, theirs in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("127.0.0.1:8700", f"127.0.0.1:{site.port}"),
        ("/etc/ssl/stormjib.pem", str(certificate)),
        ("/etc/ssl/stormjib.key", str(key)),
    ):
        assert ours in snippet
        snippet = snippet.replace(ours, theirs)
    paths = "".join(f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/nginx.pid; events {{}} http {{ access_log off; {paths}\n{snippet}\n}}")
    argv = [
        "nginx",
        "-p",
        str(tmp_path),
        "-c",
        str(tmp_path / "nginx.conf"),
        "-e",
        str(tmp_path / "error.log"),
        "-g",
        "daemon off;",
    ]
    process = subprocess.Popen(argv)
    site.start()
    yield site, port
    process.terminate()
    process.wait()


def test_behind_nginx_alerts_arrive_and_pages_live(nginx):
    site, port = nginx
    trusting = ssl._create_unverified_context()

    def connect():
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting)

    def answers():
        with contextlib.suppress(OSError):
            one = connect()
            one.request("GET", "/healthz", headers={"Host": "stormjib.example"})
            return one.getresponse().status == 200
        return False

    until(answers, "nginx")
    incident = site.alert()
    one = connect()
    one.request(
        "POST",
        "/login",
        f"token={site.tokens['ana']}",
        {
            "Host": "stormjib.example",
            "Origin": "https://stormjib.example",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    entered = one.getresponse()
    assert entered.status == 303, entered.read()
    cookie = entered.headers["Set-Cookie"].partition(";")[0]
    live = connect()
    live.request("GET", f"/incidents/{incident}/events?after=0", headers={"Host": "stormjib.example", "Cookie": cookie})
    stream = live.getresponse()
    assert stream.status == 200
    assert b"id:" in stream.read(200)
    live.close()


# Paths in a settings file


def serve_check(settings, cwd):
    argv = [sys.executable, "-m", "stormjib", "doctor", "--settings", str(settings)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=cwd, env=environ())
    return " ".join((done.stdout + done.stderr).split())


def test_relative_paths_are_meant_from_the_file(tmp_path):
    """Wherever the server is started; a directory that stands only where it was started stays in force, and two are an error."""
    etc, elsewhere = tmp_path / "etc", tmp_path / "elsewhere"
    for one in (etc, elsewhere):
        one.mkdir()
    settings = etc / "stormjib.toml"
    settings.write_text('data_dir = "data"\nrunbook = "book.md"\n')
    (etc / "book.md").write_text("# Book\n\n## Fix\n\n```bash\nuname\n```\n")
    assert f"{etc}/data does not exist yet" in serve_check(settings, elsewhere)
    (elsewhere / "data").mkdir(mode=0o700)
    said = serve_check(settings, elsewhere)
    assert "data can be written" in said or "look into data" in said
    (etc / "data").mkdir()
    assert "write the whole path into" in serve_check(settings, elsewhere)
    assert os.fspath(etc / "data") in serve_check(settings, elsewhere)

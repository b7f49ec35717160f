"""Where the files of the status page are brought: a bucket that checks signatures, and another machine over a real sshd."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from bench.ssh_server import LACKING, ssh_server
from tests.real.slack_server import CACHE
from tests.story.patience import until
from tests.story.test_mail import free_port
from tests.web.test_status_page import built

from stormjib.integrations.rsync import Rsync
from stormjib.integrations.s3 import Bucket, Credentials, signed
from stormjib.ports import DeliveryError

MOTO = CACHE / "moto-5"
AMAZON = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
"""Of the examples in AWS's documentation."""
MAY_24 = 1_369_353_600.0


def test_the_signature_is_that_of_the_documentation():
    """The example "PUT Object" of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html."""
    given = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
    digest = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
    url = httpx2.URL("https://examplebucket.s3.amazonaws.com/test%24file.text")
    found = signed("PUT", url, given, digest, whose=AMAZON, at=MAY_24)["Authorization"]
    assert found.endswith("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")


@pytest.fixture
def s3(tmp_path):
    if not (MOTO / "moto").exists():
        pytest.skip("moto is not installed; tests/needs.sh installs it")
    port, output = free_port(), tmp_path / "moto.log"
    with output.open("wb") as log:
        environ = {**os.environ, "PYTHONPATH": str(MOTO)}
        argv = [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
        moto = subprocess.Popen(argv, stdout=log, stderr=log, env=environ)
    url = f"http://127.0.0.1:{port}"
    until(lambda: _answers(url), lambda: f"moto: {output.read_text()}", 60)
    httpx2.put(f"{url}/status")
    yield url
    moto.terminate()
    moto.wait(30)


def _answers(url):
    try:
        return httpx2.get(f"{url}/moto-api/data.json").is_success
    except httpx2.TransportError:
        return False


def bucket(url, clock=lambda: MAY_24):
    return Bucket(f"{url}/status/shop", AMAZON, clock)


def test_a_bucket_has_every_file_with_its_type(s3):
    there = bucket(s3)
    there.bring(built())
    there.close()
    kinds = {}
    for path, content in built().items():
        url = httpx2.URL(f"{s3}/status/shop/{path}")
        found = httpx2.get(url, headers=signed("GET", url, {}, hashlib.sha256().hexdigest(), whose=AMAZON, at=MAY_24))
        assert found.content == content
        assert found.headers["cache-control"] == "public, max-age=15"
        kinds[path.rpartition(".")[2]] = found.headers["content-type"]
    assert kinds == {
        "html": "text/html; charset=utf-8",
        "json": "application/json; charset=utf-8",
        "atom": "application/atom+xml; charset=utf-8",
        "rss": "application/rss+xml; charset=utf-8",
    }


def test_only_what_is_new_is_put_and_the_first_page_is_the_last(monkeypatch):
    """A bucket that takes nothing after some files leaves the page that links to them for the next try."""
    there, asked = bucket("http://s3.invalid"), []
    full = iter([True] * 3 + [False])

    def ask(method, path, body, *, headers):
        asked.append(path)
        if not next(full, True):
            raise DeliveryError("the bucket", "It is full.", permanent=False)

    monkeypatch.setattr(there._api, "ask", ask)
    with pytest.raises(DeliveryError):
        there.bring(built())
    there.bring(built())
    there.bring(built())
    assert len(asked) == len(built()) + 1
    assert asked[-1] == "/index.html"


def test_a_bucket_that_is_not_there_is_said(s3):
    there = Bucket(f"{s3}/nowhere", AMAZON, lambda: MAY_24)
    with pytest.raises(DeliveryError, match="the bucket answers 404"):
        there.bring(built())
    there.close()


@pytest.fixture
def server(tmp_path):
    if LACKING:
        pytest.skip(LACKING)
    with ssh_server(tmp_path / "sshd") as running:
        with running.config.open("a") as config:
            config.write(f"  Port {running.port}\n")
        yield running


def rsync(server, tmp_path, config=None):
    host = server.target.removeprefix("ssh:").rpartition(":")[0]
    return Rsync(f"{host}:{tmp_path}/pub lic", tmp_path / "staged", config or server.config, os.environ["PATH"], str(tmp_path))


def test_another_machine_has_every_file_and_others_can_read_it(server, tmp_path):
    copied = rsync(server, tmp_path)
    copied.bring(built())
    top = tmp_path / "pub lic"
    assert {str(one.relative_to(top)): one.read_bytes() for one in top.rglob("*") if one.is_file()} == built()
    assert {oct(one.stat().st_mode)[-3:] for one in top.rglob("*")} == {"644", "755"}
    before = {one: one.stat().st_ino for one in top.rglob("*.html")}
    rsync(server, tmp_path).bring(built())
    assert {one: one.stat().st_ino for one in top.rglob("*.html")} == before


def test_a_machine_whose_key_is_not_known_gets_nothing(server, tmp_path):
    strange = Path(tmp_path / "config")
    known = tmp_path / "known"
    known.touch()
    text = server.config.read_text()
    strange.write_text(f"UserKnownHostsFile {known}\nGlobalKnownHostsFile {known}\n{text}")
    with pytest.raises(DeliveryError, match=r"rsync ended with \d+: .*[Hh]ost key"):
        rsync(server, tmp_path, strange).bring(built())
    assert not (tmp_path / "pub lic").exists()

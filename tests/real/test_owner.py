"""Root backs up, restores and looks after a directory that is the service's: its own user can go on with it."""

import os
import pwd
import sqlite3
import subprocess
import sys

import pytest
from tests.real.site import environ

NOBODY = pwd.getpwnam("nobody")
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def as_service(*argv, code=0):
    """What the service's own user gets to see."""
    ran = subprocess.run(
        [
            *("setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups"),
            # To read the program itself, which may lie where only root can; it gives no right to write.
            *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
            *(sys.executable, "-m", "stormjib", *argv),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environ(),
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def site(make):
    """With a log that is the service's."""
    site = make()
    site.start()
    site.wait_for("EvidenceCollected", site.alert())
    site.stop()
    for path in (site.where, *site.where.rglob("*")):
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    site.data.chmod(0o700)
    return site


def owners(site):
    return {path.name: path.stat().st_uid for path in site.data.iterdir()}


def test_what_root_restores_and_backs_up_is_the_service_s(site):
    where = site.where / "backup"
    for argv in (("backup", str(where)), ("restore", str(where), "--yes")):
        code, said = site.command(*argv, "--data-dir", str(site.data))
        assert code == 0, said
    assert set(owners(site).values()) == {NOBODY.pw_uid}
    assert (site.data / "log.db").stat().st_mode & 0o777 == 0o600
    before = (site.data / "backup.last").read_bytes()
    as_service("backup", str(site.where / "later"), "--data-dir", str(site.data))
    assert (site.data / "backup.last").read_bytes() != before
    as_service("token", "create", "ana", "--scope", "read", "--data-dir", str(site.data))


def test_a_log_of_somebody_else_is_not_called_damaged(site):
    os.chown(site.data / "log.db", 0, 0)
    said = as_service("doctor", "--data-dir", str(site.data), code=1)
    assert "log.db can't be written by this user (Permission denied), so the server can't start; run: chown -R" in said
    assert "damaged" not in said


def test_a_log_that_root_makes_in_the_service_s_directory_is_the_service_s(site):
    for path in site.data.iterdir():
        path.unlink()
    code, said = site.command("token", "create", "ana", "--scope", "read", "--data-dir", str(site.data))
    assert code == 0, said
    assert set(owners(site).values()) == {NOBODY.pw_uid}
    assert sqlite3.connect(site.data / "log.db").execute("SELECT count(*) FROM token").fetchone() == (1,)


@pytest.mark.parametrize(("mode", "said"), [(0o440, ""), (0o460, "Others can read"), (0o444, "Others can read")])
def test_a_credential_that_systemd_lends_by_an_acl_is_no_leak(site, mode, said):
    """It is root's and looks like 0440, for the rights of the group are those of the list; nobody else may read it."""
    secrets, settings = site.where / "lent.env", site.where / "lent.toml"
    secrets.write_text("ADMIN_TOKEN=0123456789abcdef\n", encoding="ascii")
    secrets.chmod(mode)
    settings.write_text(
        f"runbook = '{site.runbook}'\ndata_dir = '{site.data}'\ncommand_env_file = '{secrets}'\n", encoding="ascii"
    )
    assert ("Others can read" in as_service("doctor", "--settings", str(settings), code=1 if said else 0)) == bool(said)


def test_what_root_checks_writes_and_drafts_is_the_service_s(site):
    """The memory of a check, a draft of a catalogue and a report in a directory that is somebody else's."""
    where = site.where / "of the service"
    where.mkdir()
    os.chown(where, NOBODY.pw_uid, NOBODY.pw_gid)
    (where / "compose.yaml").write_text("services: {api: {image: shop}}\n")
    (where / "book.md").write_text("# A\n\n## Look\n\n```bash\nuptime\n```\n")
    given = {**environ(), "XDG_STATE_HOME": str(where / "state")}
    for argv in (
        ("config", "init", str(where / "made" / "catalogue"), "--from", str(where / "compose.yaml")),
        ("runbook", "check", str(where / "book.md"), "--sarif", str(where / "book.sarif"), "--data-dir", str(where / "none")),
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "stormjib", *argv], capture_output=True, text=True, check=False, env=given, cwd=where
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    made = [path for path in where.rglob("*") if path.name not in {"compose.yaml", "book.md"}]
    assert {path.name for path in made} >= {"made", "api.yaml", "book.sarif", "state", "checks.json"}
    assert {path.stat().st_uid for path in made} == {NOBODY.pw_uid}
    assert (where / "made" / "catalogue" / "services" / "api.yaml").stat().st_mode & 0o777 == 0o644

"""`stormjib backup` while the server runs, `stormjib restore` after it: no page and no escalation is lost, and no key is used twice."""

import json
import shutil

import pytest
from tests.story.patience import until

from stormjib.store.sqlite.backup import LOG, MANIFEST


@pytest.fixture
def site(make, receiver):
    site = make(webhook_url=receiver.url, responders=["ana", "bo"])
    site.start()
    return site


def back_up(site, name="backup"):
    where = site.where / name
    code, said = site.command("backup", str(where), "--data-dir", str(site.data))
    assert code == 0, said
    return where


def restore(site, where):
    return site.command("restore", str(where), "--data-dir", str(site.data), "--yes")


def pages(receiver):
    return {message["dedup_key"] for message in receiver.tries if "who" in message}


def test_a10_a_page_that_was_sent_after_the_backup_keeps_its_key(site, receiver):
    """The backup holds an incident whose page had not arrived; it arrives, then the backup is restored: the page leaves again under the same key."""
    receiver.answers = lambda message: 500 if "who" in message else 202
    incident = site.alert()
    site.wait_for("EffectFailed", incident)
    where = back_up(site)
    receiver.answers = lambda _: 202
    site.wait_for("PageSent", incident)
    site.kill()
    code, said = restore(site, where)
    assert code == 0, said
    site.start()
    site.wait_for("PageSent", incident)
    assert len(pages(receiver)) == 1
    assert site.verify()[0] == 0


def test_what_is_about_the_installation_is_counted_as_no_incident(site):
    """Who has access is kept in a log of its own."""
    site.wait_for("PageSent", site.alert())
    data = str(site.data)
    for words, said in (
        (("backup", str(site.where / "copy"), "--data-dir", data), " of 1 incident and of the installation are in "),
        (("doctor", "--settings", str(site.settings)), " of 1 incident verify, and "),
        (("recover", data, "--to", str(site.where / "out")), " of 1 incident, and "),
    ):
        assert said in " ".join(site.command(*words)[1].split())


def test_a10_an_id_that_is_used_again_after_the_restore_has_another_key(site, receiver):
    """INC-2 was declared after the backup; after the restore another service gets the id INC-2, and is paged under a key of its own."""
    site.wait_for("PageSent", site.alert())
    where = back_up(site)
    site.wait_for("PageSent", site.alert(service="mailer"))
    before = pages(receiver)
    site.stop()
    assert restore(site, where)[0] == 0
    site.start()
    assert site.alert(service="storage") == "INC-2"
    site.wait_for("PageSent", "INC-2")
    assert len(pages(receiver) - before) == 1
    assert "put back to an earlier state" in site.wait_for("NoteAdded", "INC-1")["text"]


def test_a10_an_escalation_that_was_pending_goes_on(make, receiver):
    """The engine's file is not in the backup; the deadline is, and the second person is paged after the restore."""
    site = make(webhook_url=receiver.url, responders=["ana", "bo"], escalate_minutes=0.05)
    receiver.answers = lambda message: 500 if message.get("rung") else 202
    site.start()
    site.wait_for("PageSent", site.alert())
    where = back_up(site)
    site.stop()
    receiver.answers = lambda _: 202
    assert restore(site, where)[0] == 0
    site.start()
    until(lambda: any(message.get("who") == "bo" for message in receiver.taken), "bo's page")


def test_a10_a_running_server_refuses_the_restore(site):
    """A log has one writer: the restore says so and nothing is changed."""
    site.alert()
    where = back_up(site)
    code, said = restore(site, where)
    assert code == 8
    assert "Another stormjib is writing" in said
    assert site.kinds()[:2] == ["AlertReceived", "Declared"]


@pytest.mark.parametrize("what", ["interrupted", "altered", "nothing"])
def test_a10_a_backup_that_is_none_is_refused(site, what):
    """Interrupted, altered or missing: one sentence, exit code 1, and the log that was there is in force as before."""
    site.alert()
    where = back_up(site)
    site.stop()
    if what == "interrupted":
        (where / MANIFEST).unlink()
    elif what == "altered":
        content = bytearray((where / LOG).read_bytes())
        content[-100] ^= 1
        (where / LOG).write_bytes(content)
    else:
        shutil.rmtree(where)
    code, said = restore(site, where)
    assert code == 1, said
    assert "Traceback" not in said
    site.start()
    assert site.kinds()[:2] == ["AlertReceived", "Declared"]


def test_a10_the_log_that_was_there_is_kept(site):
    """After a kill as well: what stood beside the log is merged into what is kept."""
    site.alert()
    where = back_up(site)
    site.alert(service="mailer")
    site.kill()
    code, said = site.command("restore", str(where), "--data-dir", str(site.data), "--yes", "--json")
    assert code == 0, said
    kept = json.loads(said)["kept"]
    shutil.copy(kept, site.where / LOG)
    code, said = site.command("log", "verify", "--data-dir", str(site.where))
    assert "2 incidents verify" in said, said


def test_a10_a_backup_goes_into_a_directory_of_its_own(site):
    """A directory that holds something is left alone; where there is no log there is nothing to back up."""
    where = back_up(site)
    code, said = site.command("backup", str(where), "--data-dir", str(site.data))
    assert (code, "is not empty" in said) == (1, True)
    code, said = site.command("backup", str(site.where / "other"), "--data-dir", str(site.where / "nowhere"))
    assert (code, "There is no log" in said) == (1, True)

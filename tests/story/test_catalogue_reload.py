"""The catalogue changes while the server runs: all or nothing, seen everywhere, and written down with who did it."""

import subprocess

import pytest
from starlette.testclient import TestClient
from tests.story.test_two_services import BANK, BOOK, begin, house, write  # noqa: F401 - a fixture
from tests.story.world import World

from stormjib.catalogue_files import read_catalogue, signature
from stormjib.core.log import CatalogueChanged


def metric(world, name):
    text = world.send("GET", "/metrics", "ana").text
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")))


def page_of(world, path):
    with TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        return browser.get(path).text


def changes(world):
    return [entry.fact for entry in world.app.reader.entries("SITE") if isinstance(entry.fact, CatalogueChanged)]


def reload(world, status=200):
    return world.post("admin", "/catalogue/reload", status)


def test_a_new_service_is_in_force_without_a_restart_and_the_log_says_what_changed(house, tmp_path):  # noqa: F811
    """A file is added and one is changed: the next alert follows the new runbook; an open incident keeps its own."""
    world = house
    before = begin(world, labels={"app": "ledger"})
    seen = len(changes(world))
    write(
        tmp_path,
        services__mail="name: mail\nlabels: {app: smtp}\nrunbook: runbooks/mail.md\n",
        runbooks__mail=BOOK.format(title="Mail", verb="mail", unit="m"),
    )
    assert reload(world)["services"] == 4
    after = begin(world, labels={"app": "smtp"})
    assert [world.room(each)["runbook_title"] for each in (before, after)] == ["Bank", "Mail"]
    fact = changes(world)[-1]
    assert (len(changes(world)), list(fact.files), fact.total, fact.commit) == (seen + 1, ["services/mail.yaml"], 1, "")
    assert "PolicyChanged" not in world.kinds(before), "a file of another service is nothing to this incident"
    assert reload(world)["services"] == 4
    assert len(changes(world)) == seen + 1, "the same files again are no change"
    for each in (before, after):
        world.post("ana", f"/incidents/{each}/acknowledge")
    world.told()


def test_a_broken_catalogue_changes_nothing_and_is_seen(house, tmp_path):  # noqa: F811
    """Two files change, one is broken: neither is in force; the home page, /healthz and /metrics say so until it is mended."""
    world, (_, other) = house, house.answers
    seen = len(changes(world))
    write(
        tmp_path,
        services__mail="name: mail\nlabels: {app: smtp}\n",
        services__bank=BANK.format(url=other.url).replace("name: bank", "nam: bank"),
    )
    refused = reload(world, 409)
    assert "services/bank.yaml:1:1: there is no key 'nam' here; 'name' is probably meant" in refused
    mail, bank = (begin(world, labels={"app": app}, name=app) for app in ("smtp", "bank"))
    assert [world.room(each)["service"] for each in (mail, bank)] == ["", "bank"]
    health = world.send("GET", "/healthz", "ana").json()
    assert (health["status"], health["paging"]) == ("degraded", "ok")
    assert "is refused, and the one before stays in force. services/bank.yaml:1:1" in health["problems"][0]
    assert metric(world, "stormjib_catalogue_refused") >= 1
    assert "is refused, and the one before stays in force" in world.get("/services")["problems"][0]
    assert "is refused, and the one before stays in force" in page_of(world, "/services")
    assert len(changes(world)) == seen
    world.again()
    assert begin(world, labels={"app": "bank"}) == bank
    assert world.send("GET", "/healthz", "ana").json()["status"] == "degraded", (
        "a start with broken files goes on with the last good ones"
    )
    write(tmp_path, services__bank=BANK.format(url=other.url))
    reload(world)
    assert (world.send("GET", "/healthz", "ana").json()["status"], metric(world, "stormjib_catalogue_refused")) == ("ok", 0)
    for each in (mail, bank):
        world.post("ana", f"/incidents/{each}/acknowledge")
    world.told()


def test_a_broken_catalogue_without_a_good_one_refuses_the_start(tmp_path):
    write(tmp_path, services__shop="nam: shop\n")
    with pytest.raises(ValueError, match=r"The catalogue .* is wrong. services/shop.yaml:1:1: there is no key 'nam'"):
        World(tmp_path, b"# X\n", catalogue=tmp_path / "catalogue")


def test_the_services_are_shown_with_what_is_wrong_first(house):  # noqa: F811
    """By the API, the command line and the page: an open incident, no baseline, nobody who owns it."""
    world = house
    world.stand_in("systemctl", "exit 1")
    incident = begin(world, labels={"app": "shop"})
    world.get("/incidents")
    listed = world.get("/services")["services"]
    assert [one["name"] for one in listed] == ["shop-api", "bank", "cellar"]
    shop = world.get("/services/SHOP")
    # What fails in an outage is the outage, and no time to take a baseline.
    assert shop["wrong"] == [f"{incident} is open: it is down."]
    assert "It has no healthy baseline: stormjib baseline take bank" in listed[1]["wrong"]
    assert [book["name"] for book in shop["books"]] == ["shop", "orders", "the search", "Whatever else"]
    assert "Nothing proves that it works: add checks, so that a recovery can be measured." in listed[2]["wrong"]
    world.post("admin", "/baseline", service="bank")
    alone = "Its health check shows that it answers, and no more: add a flow to its checks."
    assert world.get("/services/bank")["wrong"] == [alone, "Nobody owns it."]
    assert world.send("GET", "/api/v1/services/none", "ana").status_code == 404
    world.post("ana", f"/incidents/{incident}/acknowledge")
    for path, words in {
        "/services": "shop-api",
        "/services/shop-api": "Needs attention",
        "/services/bank": "owner: nobody",
    }.items():
        page = page_of(world, path)
        assert words in page
    world.told()


def test_git_says_who_wrote_it(house, tmp_path):  # noqa: F811
    world, where = house, tmp_path / "catalogue"

    def git(*words):
        named = ("-c", "user.name=Ana Example", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *named, "-C", str(where), *words], check=True, capture_output=True)

    git("init", "-q")
    write(tmp_path, services__mail="name: mail\n")
    git("add", ".")
    git("commit", "-qm", "Mail is a service, too")
    write(tmp_path, services__post="name: post\n")
    reload(world)
    fact = changes(world)[-1]
    assert fact.commit.endswith(" by Ana Example: Mail is a service, too")
    told = world.get("/catalogue/changes")["changes"][0]
    assert told["by"] == "admin"
    assert "the catalogue has changed: services/mail.yaml, services/post.yaml; commit" in told["text"]
    assert told["text"].endswith("not committed: services/post.yaml")
    assert (sorted(fact.files), fact.uncommitted) == (["services/mail.yaml", "services/post.yaml"], ("services/post.yaml",))


def test_a_runbook_without_a_word_is_not_taken(house, tmp_path):  # noqa: F811
    """Whoever saves half of a file, or none of it: the next incident goes by what there was, and people see that."""
    world, file = house, tmp_path / "catalogue" / "runbooks" / "bank.md"
    before = file.read_text()
    for broken in (b"", b"# \xff"):
        file.write_bytes(broken)
        assert world.app.library.look() is False
        assert (
            f"The runbook {file} is refused, and the one before stays in force."
            in world.send("GET", "/healthz", "ana").json()["problems"][0]
        )
        assert "can't be used" in reload(world, 409)
    incident = begin(world, labels={"app": "ledger"})
    assert world.room(incident)["runbook_title"] == "Bank"
    file.write_text(before.replace("# Bank", "# Bank again"))
    assert (world.app.library.look(), reload(world)["services"]) == (True, 3)
    assert world.send("GET", "/healthz", "ana").json()["problems"] == []
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.told()


def test_whatever_it_was_refused_for_is_seen_when_it_changes(house, tmp_path):  # noqa: F811
    """Without reading every file again and again: runbooks, files that nothing reads, and the file of variables count, too."""
    where = tmp_path / "catalogue"
    runbook = where / "runbooks" / "bank.md"

    def seen():
        return signature(where, (runbook, where / "variables"))

    known = {seen()}
    for change in (
        runbook.unlink,
        lambda: runbook.write_text("# Bank\n"),
        (where / "services" / "shop.YAML").touch,
        (where / "services" / "more").mkdir,
        lambda: (where / "services" / "more.yaml").write_text("name: more\n"),
        (where / "variables").touch,
    ):
        change()
        assert seen() not in known
        known.add(seen())
    assert runbook in read_catalogue(where).books

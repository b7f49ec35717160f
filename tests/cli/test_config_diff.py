"""`stormjib config diff`: what really arrived through a changed catalogue. Unchanged differs in nothing; planted mistakes are all found."""

import json
import subprocess

import pytest
from tests.cli.conftest import NOW

from stormjib.store.database import LOG, open_log

HOUR, DAY = 3600, 86400
BASE = {
    "services/checkout.yaml": "name: checkout\naliases: [pay]\nowner: shop\nlabels: {app: checkout}\nescalation: shop\nrunbooks: [{file: ../books/shop.md}]\n",
    "services/ledger.yaml": "name: ledger\nowner: money\nlabels: {app: ledger, env: live}\n",
    "services/search.yaml": "name: search\naliases: [find]\nowner: shop\n",
    "teams/shop.yaml": "name: shop\nlead: ana\nmembers: [bo, cy]\nescalation: shop\n",
    "teams/money.yaml": "name: money\nmembers: [dan]\nescalation: money\n",
    "people/ana.yaml": "name: ana\ntime_zone: Europe/Berlin\ncontact:\n  - {kind: command, name: push, argv: [push]}\n  - {kind: command, name: call, argv: [call]}\n"
    "notify:\n  - {methods: [push]}\n  - {methods: [call], after_minutes: 3}\n",
    "people/bo.yaml": "name: bo\ntime_zone: Europe/Berlin\ncontact:\n  - {kind: command, name: push, argv: [push]}\n  - {kind: command, name: mail, argv: [mail]}\n"
    'quiet_hours:\n  - {from: "22:00", to: "06:00", methods: [mail]}\n',
    "people/cy.yaml": "name: cy\n",
    "people/dan.yaml": "name: dan\n",
    "schedules/primary.yaml": "name: primary\ntime_zone: Europe/Berlin\nlayers:\n  - {people: [ana, bo], every: 1 day, start: 2026-01-05 09:00}\n",
    "schedules/nights.yaml": "name: nights\ntime_zone: Europe/Berlin\nalways: false\nlayers:\n  - people: [dan]\n    start: 2026-01-05\n"
    '    restrictions:\n      - {from: "20:00", to: "08:00"}\n',
    "escalation/shop.yaml": "name: shop\ntime_zone: Europe/Berlin\nlevels:\n  - {page: [primary], acknowledge_minutes: {P0: 5, P1: 10}}\n"
    "  - {page: [nights, cy], acknowledge_minutes: 10}\n  - {page: [team shop]}\ncatch_all: [ana]\nrepeat: 1\n",
    "escalation/money.yaml": 'name: money\nlevels:\n  - {page: [dan], acknowledge_minutes: 5, hours: [{days: [mon, tue, wed, thu, fri], from: "06:00", to: "20:00"}]}\n  - {page: [money, ana]}\n',
}  # fmt: skip
BOOK = "# Shop\n\n## Severity\n\n- **P0**: all is down\n- **P1**: much is down\n\n## Steps\n\n1. Look: `uptime`\n"


def mistake(name, file, old, new, *, lost=False, refused=False):
    return pytest.param(file, old, new, lost, refused, id=name)


MISTAKES = [
    mistake("wrong label key", "services/checkout.yaml", "{app: checkout}", "{ap: checkout}", lost=True),
    mistake("wrong label value", "services/checkout.yaml", "{app: checkout}", "{app: chekout}", lost=True),
    mistake("a label too many", "services/checkout.yaml", "{app: checkout}", "{app: checkout, env: prod}", lost=True),
    mistake("a label too few", "services/ledger.yaml", "{app: ledger, env: live}", "{app: checkout, env: live}", lost=True),
    mistake("labels that are gone", "services/ledger.yaml", "labels: {app: ledger, env: live}\n", "", lost=True),
    mistake("service that is gone", "services/search.yaml", None, None, lost=True),
    mistake("service that was renamed", "services/ledger.yaml", "name: ledger", "name: ledger-2"),
    mistake("alias that is gone", "services/search.yaml", "aliases: [find]\n", "", lost=True),
    mistake("claims another's alerts", "services/search.yaml", "owner: shop", "owner: shop\nlabels: {app: ledger, env: live, zone: a}"),
    mistake("another owner", "services/ledger.yaml", "owner: money", "owner: shop"),
    mistake("another policy", "services/checkout.yaml", "escalation: shop", "escalation: money"),
    mistake("team without policy", "teams/money.yaml", "escalation: money\n", "", lost=True),
    mistake("member that is gone", "teams/shop.yaml", "[bo, cy]", "[bo]"),
    mistake("another runbook", "services/checkout.yaml", "shop.md", "other.md"),
    mistake("removed level", "escalation/shop.yaml", "  - {page: [nights, cy], acknowledge_minutes: 10}\n", ""),
    mistake("levels the other way round", "escalation/money.yaml", "[money, ana]", "[ana]"),
    mistake("more minutes", "escalation/shop.yaml", "{P0: 5, P1: 10}", "{P0: 50, P1: 100}"),
    mistake("minutes of P1 alone", "escalation/shop.yaml", "P1: 10", "P1: 12"),
    mistake("no repeat", "escalation/shop.yaml", "repeat: 1\n", ""),
    mistake("another catch-all", "escalation/shop.yaml", "catch_all: [ana]", "catch_all: [bo]"),
    mistake("restriction hole of a level", "escalation/money.yaml", "mon, tue, wed, thu, fri", "mon, tue"),
    mistake("time zone of a policy", "escalation/money.yaml", "name: money\n", "name: money\ntime_zone: Pacific/Auckland\n"),
    mistake("dead schedule", "schedules/primary.yaml", "start: 2026-01-05 09:00", "start: 2027-01-05 09:00"),
    mistake("schedule that ends", "schedules/primary.yaml", "every: 1 day", "end: 2026-06-01, every: 1 day"),
    mistake("other turns", "schedules/primary.yaml", "[ana, bo]", "[bo, ana]"),
    mistake("longer turns", "schedules/primary.yaml", "every: 1 day", "every: 1 week"),
    mistake("another hand-off", "schedules/primary.yaml", "09:00", "21:00"),
    mistake("time zone of a schedule", "schedules/primary.yaml", "Europe/Berlin", "America/New_York"),
    mistake("time zone that there is none of", "schedules/primary.yaml", "Europe/Berlin", "Europe/Belrin", refused=True),
    mistake("restriction hole", "schedules/nights.yaml", 'to: "08:00"', 'to: "21:00"'),
    mistake("renamed person", "people/bo.yaml", "name: bo", "name: bob", refused=True),
    mistake("quiet hours", "people/bo.yaml", 'from: "22:00", to: "06:00"', 'from: "10:00", to: "09:00"'),
    mistake("quiet hours that are gone", "people/bo.yaml", 'quiet_hours:\n  - {from: "22:00", to: "06:00", methods: [mail]}\n', ""),
    mistake("time zone of a person", "people/bo.yaml", "Europe/Berlin", "Australia/Sydney"),
    mistake("a later step", "people/ana.yaml", "after_minutes: 3", "after_minutes: 30"),
    mistake("another method", "people/ana.yaml", "methods: [push]", "methods: [call]"),
]  # fmt: skip


def written(where, files):
    for name, text in {**files, "../books/shop.md": BOOK, "../books/other.md": f"{BOOK}2. Look again: `date`\n"}.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(text)
    return where


def arrived(count):
    """Alerts of all kinds over thirty days, each by itself; people take them after some minutes, or never."""
    kinds = [
        ("Slow", "", {"app": "checkout"}), ("Down", "", {"app": "checkout", "zone": "a"}), ("Late", "", {"app": "ledger", "env": "live", "zone": "a"}),
        ("Lost", "", {"app": "ledger", "env": "live"}), ("Empty", "find", {}), ("Odd", "Search", {"x": "y"}), ("Nobody's", "", {"host": "web-1"}),
    ]  # fmt: skip
    words = ("critical", "P0", "P1", "warning", "page", "unheard of", "")
    for number in range(count):
        name, service, labels = kinds[number % len(kinds)]
        word = words[number * 5 // 7 % len(words)]
        at = NOW - 30 * DAY + number * (30 * DAY - 2 * HOUR) / count
        alert = {
            "fingerprint": f"f{number}",
            "source": "generic",
            "firing": True,
            "name": name,
            "service": service,
            "severity": word,
            "labels": labels,
        }
        taken = at + 60 * (4, 7, 13, 28, 45)[number % 5]
        yield {"at": at, "alert": alert, "incident": f"INC-{number}", "acknowledged_at": taken if number % 11 else 0, "ended_at": at + 50 * 60}  # fmt: skip


def intake(where, count):
    where.write_text("".join(f"{json.dumps(one)}\n" for one in arrived(count)))
    return str(where)


@pytest.fixture
def base(tmp_path):
    return written(tmp_path / "base" / "catalogue", BASE)


def diffed(cli, *args):
    ended = cli("config", "diff", *map(str, args), "--json")
    return ended.code, json.loads(ended.out or ended.err)


def test_unchanged_differs_in_nothing_over_ten_thousand_alerts(cli, tmp_path, base):
    other = written(tmp_path / "other" / "catalogue", BASE)
    code, found = diffed(cli, base, other, "--intake", intake(tmp_path / "intake.jsonl", 10_000))
    assert (code, found["alerts"], found["lost"], found["changes"]) == (0, 10_000, 0, [])
    assert found["pages"][0] == found["pages"][1] > 5_000
    assert set(found["people"]) == {"ana", "bo", "cy", "dan", "on-call"}


@pytest.mark.parametrize(("file", "old", "new", "lost", "refused"), MISTAKES)
def test_a_planted_mistake_is_found(cli, tmp_path, base, file, old, new, lost, refused):
    files = dict(BASE)
    text = files.pop(file)
    assert old is None or old in text
    changed = written(tmp_path / "changed" / "catalogue", files if old is None else {**files, file: text.replace(old, new)})
    code, found = diffed(cli, base, changed, "--intake", intake(tmp_path / "intake.jsonl", 1_500))
    if refused:
        assert code == 1
        assert f"{changed}/" in found["error"]
        return
    assert found["changes"], found
    assert all(one["reasons"] for one in found["changes"])
    assert (code, bool(found["lost"])) == (int(lost), lost), found["changes"][:3]


def test_there_are_thirty_mistakes():
    assert len(MISTAKES) >= 30


def git(where, *words):
    asked = ["git", "-C", str(where), "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    subprocess.run(asked, check=True, capture_output=True)


def test_a_revision_of_git_is_the_base_and_what_is_lost_ends_with_1(cli, tmp_path):
    """In words, for the log of a CI job; the runbooks beside the catalogue are those of the revision."""
    site = written(tmp_path / "site" / "catalogue", BASE)
    git(tmp_path / "site", "init", "-q")
    git(tmp_path / "site", "add", ".")
    git(tmp_path / "site", "commit", "-qm", "first")
    told = intake(tmp_path / "intake.jsonl", 700)
    same = cli("config", "diff", "HEAD", str(site), "--intake", told)
    assert (same.code, same.out.splitlines()[-1]) == (0, "Nothing differs: the same people are paged at the same minutes.")
    file = site / "services" / "checkout.yaml"
    file.write_text(file.read_text().replace("{app: checkout}", "{ap: checkout}"))
    ended = cli("config", "diff", "HEAD", str(site), "--intake", told)
    assert ended.code == 1
    (lost,) = [line for line in ended.out.splitlines() if line.startswith("LOST: Slow of checkout") and "ana" in line][:1]
    assert "its service was checkout, and is none that is known" in lost
    (tmp_path / "site.toml").write_text('responders = ["ana"]\n')
    still = cli("config", "diff", "HEAD", str(site), "--intake", told, "--settings", str(tmp_path / "site.toml"))
    assert (still.code, "\nLOST: " in still.out) == (1, False), "whom the settings name is paged for it"
    assert "\nSERVICE LOST, still paged: Slow of checkout" in still.out
    unknown = cli("config", "diff", "nothing", str(site), "--intake", told)
    assert (unknown.code, "no revision of git" in unknown.err) == (3, True)


def test_what_is_no_intake_is_told_with_its_line(cli, tmp_path, base):
    (tmp_path / "odd.jsonl").write_text(next(json.dumps(one) for one in arrived(1)) + "\n{}\n")
    ended = cli("config", "diff", str(base), str(base), "--intake", str(tmp_path / "odd.jsonl"))
    assert (ended.code, f"{tmp_path}/odd.jsonl:2: " in ended.err) == (2, True)
    assert cli("config", "diff", str(base), str(base), "--intake", str(tmp_path / "none")).code == 3
    assert cli("config", "diff", str(base), str(base), "--data-dir", str(tmp_path)).code == 3


def test_config_check_says_who_would_not_be_reached(cli, tmp_path, base):
    """Nobody at all is an error; too late a warning. A method counts once a log knows it to be proven, and without a log at once."""
    assert cli("config", "check", str(base)).code == 0
    settings = tmp_path / "stormjib.toml"
    settings.write_text(f'data_dir = "{tmp_path}"\n')
    lonely = written(
        tmp_path / "lonely" / "catalogue", {**BASE, "escalation/money.yaml": "name: money\nlevels:\n  - {page: [dan]}\n"}
    )
    ended = cli("config", "check", str(lonely), "--settings", str(settings))
    assert ended.code == 1
    assert "P0 of ledger reaches nobody within 5 minutes, and nobody in the 2 hours after it begins." in ended.out
    settings.write_text(f'data_dir = "{tmp_path}"\nwebhook_url = "http://127.0.0.1:9/"\n')
    assert cli("config", "check", str(lonely), "--settings", str(settings)).code == 0
    open_log(tmp_path / LOG).close()
    file = lonely / "escalation" / "shop.yaml"
    file.write_text(file.read_text().replace("P0: 5", "P0: 8"))
    ended = cli("config", "check", str(lonely), "--settings", str(settings))
    assert ended.code == 0
    assert "push of ana was never proven" in ended.out
    assert "P0 of checkout, search reaches nobody within 5 minutes; at worst the first would be cy after 8 minutes." in ended.out


def test_a_job_of_ci_needs_none_of_the_sites_variables(cli, tmp_path, base):
    """Nor the file with them, nor the address of a service of the settings."""
    settings = tmp_path / "stormjib.toml"
    settings.write_text(
        f'data_dir = "{tmp_path}"\ncommand_env_file = "{tmp_path}/none"\nwebhook_url = "http://127.0.0.1:9/"\n'
        '[[service]]\nname = "lamp"\ntarget_url = "http://$NOWHERE/"\nescalation = "shop"\n'
    )
    told = intake(tmp_path / "intake.jsonl", 70)
    code, found = diffed(cli, base, base, "--intake", told, "--settings", settings)
    assert (code, found["alerts"], found["changes"]) == (0, 70, [])


def test_pages_that_reach_nobody_are_no_pages(cli, tmp_path, base):
    """Where the contact methods of everybody are gone, nobody is paged, and each is named once."""
    settings = tmp_path / "stormjib.toml"
    settings.write_text(f'data_dir = "{tmp_path}"\n')
    people = {
        name: f"{text.split('contact:')[0].split('quiet_hours:')[0]}" for name, text in BASE.items() if name.startswith("people/")
    }
    changed = written(tmp_path / "changed" / "catalogue", {**BASE, **people})
    code, found = diffed(cli, base, changed, "--intake", intake(tmp_path / "intake.jsonl", 70), "--settings", settings)
    assert code == 1
    assert found["lost"] > 0
    assert {who: gets for who, (_, gets) in found["people"].items() if who in {"ana", "bo"}} == {"ana": 0, "bo": 0}
    reasons = [one for change in found["changes"] for one in change["reasons"]]
    assert any(one.startswith("ana can't be reached: ") for one in reasons)
    assert not [one for one in reasons if "ana is not paged" in one or one.count("min") > 10]


def test_a_revision_without_the_directory_says_so(cli, tmp_path, base):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    author = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "-C", str(tmp_path), *author, "commit", "-q", "--allow-empty", "-m", "empty"], check=True)
    ended = cli("config", "diff", "HEAD", str(base), "--intake", intake(tmp_path / "intake.jsonl", 7))
    assert ended.code == 3
    assert "HEAD has no directory base/catalogue yet. Compare with one that is there: stormjib config diff OLD" in ended.err

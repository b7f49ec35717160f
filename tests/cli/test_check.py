"""`stormjib runbook check`: in a real shell, with programs that tell the truth about what a test renames, removes and stops."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.check_site import LINES, RUNBOOK, CheckSite
from tests.core.test_sarif import valid

from stormjib.core.checkup import SCHEMA
from stormjib.store.database import LOG, open_log, open_reader

HEALTHY = RUNBOOK.replace("probe-me --version\n", "")


@pytest.fixture
def site(tmp_path, cli):
    where = tmp_path / "site"
    where.mkdir()
    built = CheckSite(where, cli)
    built.runbook.write_text(HEALTHY)
    return built


def test_a_healthy_site_has_no_failing_command(site):
    ended = site.run()
    assert (ended.code, ended.err) == (0, "")
    assert "line 7   works  docker logs api --tail 100" in ended.out
    assert "4 of 4 proven reads work" in ended.out
    assert "FAILS" not in ended.out
    assert site.did == ""


def test_a_renamed_container_is_named_with_each_of_its_lines(site):
    site.contain("api-1")
    found = site.failing()
    assert set(found) == {7, 13}
    assert found[7] == "There is no container named api."
    ended = site.run()
    assert ended.code == 1
    assert f"{site.runbook}:7: probe-failed: `docker logs api --tail 100`: There is no container named api." in ended.out
    assert "2 of 4 proven reads work" in ended.out


def test_o8_what_the_settings_trust_is_not_asked_to_be_trusted(site):
    assert [one["code"] for one in _findings(site)].count("unknown-command") == 0
    site.runbook.write_text(RUNBOOK)
    assert [one["code"] for one in _findings(site)].count("unknown-command") == 1
    site.configure()
    with site.settings.open("a") as file:
        file.write('[[trusted]]\ncommand = "probe-me --version"\nreason = "it only asks"\n')
    assert [one["code"] for one in _findings(site)].count("unknown-command") == 0


def _findings(site):
    return json.loads(site.run("--json").out)["findings"]


def test_a_removed_binary_is_named_with_its_line(site):
    (site.bin / "systemctl").unlink()
    (one,) = [one for one in site.report()["probes"] if not one["works"]]
    assert (one["line"], one["code"], one["exit_code"]) == (9, "probe-not-installed", 127)
    assert one["sentence"] == "`systemctl` is not installed here, so this check cannot run."


def test_a_stopped_unit_is_named_with_its_line(site):
    site.unit("inactive")
    assert site.failing() == {9: "web does not run; it stopped 2 days ago."}
    site.unit("active")
    assert site.failing() == {}


def test_what_the_fence_expects_is_compared(site):
    site.runbook.write_text(HEALTHY.replace("expect=v12", "expect=v13"))
    (one,) = [one for one in site.report()["probes"] if not one["works"]]
    assert (one["line"], one["code"]) == (13, "probe-unexpected")
    assert "expects “v13”" in one["sentence"]


def test_a_command_that_hangs_is_stopped_and_the_others_go_on(site):
    site.program("docker", "#!/bin/sh\nexec tail -f /dev/null\n")
    site.configure(probe_timeout_seconds=1)
    found = site.report()
    codes = {one["line"]: one["code"] for one in found["probes"]}
    assert codes == {7: "probe-timed-out", 8: "probe-timed-out", 9: "", 13: "probe-timed-out"}


def test_a_secret_that_is_not_set_is_said_and_nothing_is_run(site):
    site.runbook.write_text(
        HEALTHY.replace("docker ps", 'curl -s -H "Authorization: Bearer $API_TOKEN" http://127.0.0.1:1/health')
    )
    (one,) = [one for one in site.report()["probes"] if not one["works"]]
    assert (one["line"], one["code"], one["exit_code"]) == (8, "probe-not-run", None)
    assert "$API_TOKEN has no value" in one["sentence"]


FRAGMENTS = (
    "touch canary", "> canary", "docker ps", "$(touch canary)", "| tee canary", "&& touch canary", "; touch canary", "xargs touch",
    "sh -c 'touch canary'", "systemctl restart web", "docker restart api", "'", '"', "\\", "\n", "#", "cat", "echo canary", "env",
    "docker logs api", "find . -exec touch canary ;", "grep x containers", "`touch canary`", "<(touch canary)", "&", "||", "{", "}",
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=5))
def test_whatever_the_runbook_says_nothing_is_changed(site, lines):
    site.runbook.write_text("# A\n\n## Look (0-5 minutes)\n\n" + "".join(f"```bash\n{line}\n```\n\n" for line in lines))
    site.configure(probe_timeout_seconds=2)
    site.run()
    assert site.did == ""


# What is remembered


def test_what_is_known_survives_and_show_tells_it(site):
    assert "never ran" in site.run(verb="show").out
    site.run()
    shown = site.run(verb="show").out
    assert "never ran" not in shown
    assert shown.count("worked just now") == 4
    site.contain("other")
    site.run()
    checks = json.loads(site.run("--json", verb="show").out)["checks"]
    assert checks["c7"]["checked"].startswith("failing since ")
    assert checks["c7"]["works"] is False
    assert None not in (checks["c7"]["worked_at"], checks["c7"]["failing_since"])
    assert checks["c8"]["works"] is True
    assert set(checks) == {"c7", "c8", "c9", "c13"}, "only reads have an age"


def test_without_a_log_it_is_remembered_in_a_file_of_its_owner(site):
    site.run()
    file = site.state / "stormjib" / "checks.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (site.where / "data").exists(), "a check creates no log"
    file.write_text("rubbish")
    assert "never ran" in site.run(verb="show").out
    assert site.run().code == 0
    assert "worked just now" in site.run(verb="show").out


def test_with_a_log_it_is_remembered_there_unless_a_server_holds_it(site):
    data = site.where / "data"
    data.mkdir()
    log = open_log(data / LOG)
    site.run()
    reader = open_reader(data / LOG)
    assert reader.checked() == {}
    assert (site.state / "stormjib" / "checks.json").exists()
    log.close()
    site.run()
    assert len(reader.checked()) == 4
    reader.close()
    assert site.run(verb="show").out.count("worked just now") == 4


def test_a_memory_that_can_not_be_written_is_said(site):
    site.state.write_text("a file where a directory is wanted")
    ended = site.run()
    assert ended.code == 0
    assert "The result is not remembered: " in ended.err


def test_show_goes_on_without_settings(site):
    site.settings.write_text("nonsense = 1\n")
    ended = site.run(verb="show")
    assert (ended.code, "line 7" in ended.out) == (0, True)
    assert "When each command last worked is not shown." in ended.err


# The report


def test_json_is_the_documented_schema(site):
    site.contain("other")
    found = site.report()
    assert (found["schema"], found["file"], found["healthy"]) == (SCHEMA, str(site.runbook), False)
    assert found["counts"] == {"worked": 2, "failing": 2, "findings": len(found["findings"]), "not_reads": 3}
    assert {one["code"] for one in found["findings"]} >= {"no-verify"}
    assert set(found["probes"][0]) == {
        "command_id", "line", "text", "ran_as", "target", "works", "code", "sentence", "exit_code", "seconds", "checked",
        "worked_at", "failing_since", "services",
    }  # fmt: skip
    assert site.run("--format", "json").out.startswith('{"file"')


def test_lint_findings_fail_only_when_asked_to(site):
    assert (site.run().code, site.run("--strict").code) == (0, 1)


def test_sarif_to_a_file_and_to_standard_output(site):
    site.contain("other")
    file = site.where / "out.sarif"
    assert site.run("--sarif", str(file)).code == 1
    written = json.loads(file.read_text())
    valid(written)
    (run,) = written["runs"]
    errors = [one for one in run["results"] if one["level"] == "error"]
    assert [(one["ruleId"], one["locations"][0]["physicalLocation"]["region"]["startLine"]) for one in errors] == [
        ("probe-failed", 7),
        ("probe-failed", 13),
    ]
    assert run["artifacts"][0]["location"]["uri"].endswith("/runbook.md")
    printed = site.run("--format", "sarif")
    valid(json.loads(printed.out))
    assert printed.code == 1
    refused = site.run("--sarif", str(site.where / "nowhere" / "x.sarif"))
    assert (refused.code, "can't be written" in refused.err) == (1, True)


def test_every_goes_on_with_a_line_each_until_it_is_stopped(site):
    waits = []

    def pause(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            raise KeyboardInterrupt
        site.contain("other")

    ended = site.run("--every", "24h", pause=pause)
    assert (ended.code, waits) == (130, [86_400.0, 86_400.0])
    first, second = ended.out.splitlines()
    assert first.endswith("UTC  4 work")
    assert "2 work, 2 failing: line 7: There is no container named api.; line 13: " in second


def test_a_round_that_can_not_be_done_is_said_and_the_next_one_is_done(site):
    waits = []

    def pause(_):
        waits.append(1)
        if len(waits) == 1:
            site.runbook.unlink()
        elif len(waits) == 2:
            site.runbook.write_text(HEALTHY)
        else:
            raise KeyboardInterrupt

    ended = site.run("--every", "24h", pause=pause)
    assert (ended.code, len(ended.out.splitlines())) == (130, 2)
    assert f"There is no file {site.runbook}." in ended.err


def test_every_as_json_is_an_object_a_line(site):
    def pause(_):
        raise KeyboardInterrupt

    ended = site.run("--every", "30m", "--json", pause=pause)
    assert [json.loads(line)["schema"] for line in ended.out.splitlines()] == [SCHEMA]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--every", "5s"), "no time between two rounds"),
        (("--every", "soon"), "no time between two rounds"),
        (("--every", "1h", "--format", "sarif"), "--sarif FILE"),
        (("--json", "--format", "sarif"), "give one of them"),
        (("--format", "xml"), "invalid choice"),
    ],
)
def test_wrong_use(site, words, sentence):
    ended = site.run(*words)
    assert ended.code == 2
    assert sentence in ended.err


def test_standard_input(site, cli):
    ended = cli("runbook", "check", "-", "--settings", str(site.settings), "--format", "sarif", stdin=HEALTHY.encode())
    assert ended.code == 0
    assert json.loads(ended.out)["runs"][0]["artifacts"][0]["location"]["uri"] == "stdin"
    assert cli("runbook", "check", "-", "--every", "1h").code == 2


# On the server


def test_where_a_server_is_named_it_runs_the_check(site, cli, player):
    report = site.report()
    del report["file"]
    player.load([{"ask": "POST /api/v1/runbook/check", "body": report}])
    ended = cli("runbook", "check", str(site.runbook), "--url", player.url)
    assert (ended.code, "4 of 4 proven reads work" in ended.out) == (0, True)


@pytest.mark.parametrize(
    "answer",
    [{"status": 404, "body": {"error": "No runbook"}}, {"body": {"schema": "stormjib.runbook-check/1", "sha256": "cd" * 32}}],
)
def test_a_server_that_follows_another_runbook_says_nothing_of_this_one(site, cli, player, answer):
    player.load([{"ask": "POST /api/v1/runbook/check", **answer}])
    ended = cli("runbook", "check", str(site.runbook), "--url", player.url)
    assert ended.code == 8
    assert "follows no runbook such as" in ended.err


def test_the_lines_are_those_of_the_file():
    lines = RUNBOOK.splitlines()
    for text, line in LINES.items():
        assert text in lines[line - 1], text


def test_the_doctor_knows_what_fails(site, cli):
    def said():
        site.configure(runbook=str(site.runbook))
        ended = cli("doctor", "--settings", str(site.settings), "--json", environ={"XDG_STATE_HOME": str(site.state)})
        return next(check for check in json.loads(ended.out)["checks"] if check["name"] == "runbook's reads")

    assert said()["text"].startswith("4 of 4 never ran")
    site.run()
    assert said() == {"name": "runbook's reads", "state": "ok", "text": "all 4 worked when they last ran"}
    site.unit("inactive")
    site.run()
    assert said()["state"] == "warn"
    assert said()["text"].startswith("not working: line 9 (failing since ")


SERVICES = """[[service]]
name = "shop"
runbook = "{book}"
values = {{ unit = "shop" }}
[[service]]
name = "bank"
runbook = "{book}"
values = {{ unit = "bank" }}
target = "ssh:ops@vault"
[[service]]
name = "mail"
"""
BOOK = """# A

## Look (0-5 minutes)

```bash
systemctl status <unit>
docker logs api --tail 100
```
"""


def test_each_service_has_the_runbook_checked_as_it_holds_for_it(site, cli):
    """Its values and its target, said at each line; what is one command for several is run once."""
    site.runbook.write_text(HEALTHY)
    own = site.where / "own.md"
    own.write_text(BOOK)
    (site.where / "units").write_text("web active\nshop active\n")
    site.configure(runbook=str(site.runbook), data_dir=str(site.where / "data"))
    with site.settings.open("a") as file:
        file.write(SERVICES.format(book=own))

    def check(*words):
        ended = cli(
            "runbook", "check", str(own), "--settings", str(site.settings), *words, environ={"XDG_STATE_HOME": str(site.state)}
        )
        return ended.out, ended.err

    probes = json.loads(check("--json")[0])["probes"]
    assert {(one["text"], one["target"], *one["services"]) for one in probes} == {
        ("systemctl status shop", "unit:shop", "shop"),
        ("systemctl status bank", "unit:bank at ssh:ops@vault", "bank"),
        ("docker logs api --tail 100", "container:api", "shop"),
        ("docker logs api --tail 100", "container:api at ssh:ops@vault", "bank"),
    }
    shown = check()[0]
    assert "line 6  FAILS  bank  systemctl status bank" in shown
    assert f"{own}:6: probe-not-run: `systemctl status bank` (bank): " in shown
    (one, other) = json.loads(check("--json", "--service", "SHOP")[0])["probes"]
    assert (one["services"], other["text"]) == (["shop"], "docker logs api --tail 100")
    assert "There is no service none; there are shop, bank, mail." in check("--service", "none")[1]
    site_s = site.report()["probes"]
    assert {tuple(one["services"]) for one in site_s} == {("", "mail")}, "whoever has no runbook of their own follows the site's"
    ended = cli("doctor", "--settings", str(site.settings), "--json", environ={"XDG_STATE_HOME": str(site.state)})
    said = {one["name"]: one["text"] for one in json.loads(ended.out)["checks"]}
    assert said["services' runbooks"] == "2 of 2 can be read, with the site's"
    assert "own.md line 6 of bank (failing since" in said["runbook's reads"]
    assert "own.md line 7 of shop" not in said["runbook's reads"]

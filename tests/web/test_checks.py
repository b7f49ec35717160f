"""What the runbook's check knows, on the pages: in words, with the line, for who looks before and during the night."""

import pytest
from tests.web.house import House

from stormjib.core.checkup import Verdict, remember
from stormjib.core.risk import Risk


class Checked(House):
    """A house whose check has been at work."""

    def knows(self, text, works, hours_ago=6.0, finding="There is no container named watermark-lab-api."):
        command = self.command(text)
        verdict = Verdict() if works else Verdict("probe-failed", finding)
        at = self.at - hours_ago * 3600
        known = remember(None, verdict, text=command.text, target=command.target, at=at, line=command.line)
        self.inbox.write(lambda store: store.put_checked([known]))
        return command


@pytest.fixture
def house(tmp_path):
    built = Checked(tmp_path)
    yield built
    built.close()


def test_nothing_is_said_on_the_list_while_everything_works(house):
    house.knows("docker logs watermark-lab-api --tail", works=True)
    page = house.person().page("/")
    assert "runbook&#39;s check" not in page
    assert "check found" not in page


def test_the_list_says_how_many_fail_and_leads_there(house):
    command = house.knows("docker logs watermark-lab-api --tail", works=False)
    page = house.person().page("/")
    assert '<a href="/runbooks/current#checks">The runbook\'s check found 1 failing command.</a>' in page
    house.knows("redis-cli ping", works=False, finding="Redis is down.")
    assert "found 3 failing commands" in house.person().page("/"), "the same command stands at two lines"
    book = house.person().page("/runbooks/current")
    assert 'id="checks"' in book
    assert "3 commands that do not work" in book
    assert f'#L{command.line}">line {command.line}</a>' in book


def test_the_runbooks_page_says_it_at_the_line(house):
    house.knows("docker logs watermark-lab-api --tail", works=False)
    house.knows("df -h", works=True)
    page = house.person().page("/runbooks/current")
    lines = {int(part.split('"')[0]): part for part in page.split('<li id="L')[1:]}
    assert "✗ failing since 08:13 UTC" in lines[38]
    assert "There is no container named watermark-lab-api." in lines[38]
    assert "worked 6 h ago" in lines[108]
    assert "never ran" in lines[33]
    changes = [
        command.line for command in house.book.commands if command.risk is not Risk.READ and not house.policy.trusts(command.text)
    ]
    assert not [line for line in changes if "never ran" in lines[line] or "worked 6 h" in lines[line]]


def test_the_room_says_it_at_each_read(house):
    house.knows("redis-cli info replication", works=False, finding="Redis is down.")
    house.knows("df -h", works=True)
    incident = house.declare()
    page = house.person().page(f"/incidents/{incident}")
    options = {part.split('"')[0]: part for part in page.split('id="mitigate-')[1:]}
    assert '<span class="checked bad">✗ failing since 08:13 UTC</span>' in options["c95"]
    assert '<span class="checked">worked 6 h ago</span>' in options["c108"]
    assert '<span class="checked">never ran</span>' in options["c96"]
    assert "checked" not in options["c99"]


@pytest.mark.parametrize("url", ["/", "/runbooks/current"])
def test_what_a_command_printed_can_not_become_markup(house, url):
    house.knows("docker logs watermark-lab-api --tail", works=False, finding="<script>alert(1)</script> `</code><b>`")
    page = house.person().page(url)
    assert "<script>alert" not in page
    assert "</code><b>" not in page

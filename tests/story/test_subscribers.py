"""Subscribers of the status page: confirmed twice, told once of what a person posted, gone when they leave."""

import re
import threading
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from starlette.testclient import TestClient
from tests.integrations.test_contact_methods import Receiver
from tests.integrations.test_statuspage import There
from tests.story.patience import until
from tests.story.test_mail import free_port
from tests.story.test_status_page import REFERENCE, SERVICES, declare, iso, post
from tests.story.world import World

from stormjib.engine.subscribers import TOGETHER_MAX
from stormjib.ports import DeliveryError

CARL = "carl@example.org"


class Mailbox:
    """A real SMTP server on this machine; ``answer`` is what it says to a recipient."""

    def __init__(self):
        self.mails, self.answer, self.tries = [], "250 OK", []
        port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self._controller.start()
        self.server = f"127.0.0.1:{port}"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries.append(address)
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def close(self):
        self._controller.stop()


@pytest.fixture
def box():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def hook():
    hook = Receiver()
    yield hook
    hook.close()


@pytest.fixture
def make(tmp_path, box):
    worlds = []

    def made(more=None, **table):
        for name, text in SERVICES.items():
            path = tmp_path / "catalogue" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        own = {"mail_server": box.server, "mail_from": "Shop <status@example.com>", "mail_starttls": False, "webhooks": True}
        page = {"title": "Shop status", "publish_dir": tmp_path / "public", "subscribers": own | table} | (more or {})
        worlds.append(World(tmp_path, REFERENCE, trusted=(), webhook_url="", catalogue=tmp_path / "catalogue", status_page=page))
        return worlds[-1]

    yield made
    for world in worlds:
        world.close()


@pytest.fixture
def world(make):
    return make()


def nobody(world):
    """A browser that has signed in nowhere."""
    return TestClient(world.app.asgi, base_url=world.settings.url)


def address(text, part):
    return re.search(rf"http://[^/\s]+(/status/{part}/\S+)", text)[1]


def subscribed(world, box, to=CARL, **chosen):
    """Whoever reads there asks for it and confirms."""
    before = len(box.mails)
    assert nobody(world).post("/status/subscribe", data={"to": to} | chosen).status_code == 202
    until(lambda: len(box.mails) > before, "the link that confirms")
    link = address(box.mails[before].get_content(), "confirm")
    assert nobody(world).post(link, data={}).status_code == 200
    return link


def names(world):
    return [one["to"] for one in world.send("GET", "/api/v1/status-page/subscribers", "admin").json()["subscribers"]]


def publish(world):
    world.post("ana", "/status-page/publish")


def brought(world, box, number):
    """So many mails, and none more: what is subscribed last is told after all others."""
    publish(world)
    until(lambda: len(box.mails) >= number, lambda: f"{number} mails: {[mail['Subject'] for mail in box.mails]}")
    return box.mails[number - 1]


def test_only_who_confirms_by_a_button_is_told_and_once(world, box):
    incident = declare(world)
    post(world, incident, text="Before anybody has subscribed.")
    form = nobody(world).get("/status/subscribe").text
    assert 'name="component:Uploads"' in form
    assert "<script" not in form
    assert nobody(world).post("/status/subscribe", data={"to": CARL}).status_code == 202
    until(lambda: box.mails, "the link that confirms")
    link = address(box.mails[0].get_content(), "confirm")
    assert CARL in nobody(world).get(link).text
    assert nobody(world).head(link).status_code == 200
    assert names(world) == []
    assert nobody(world).post(link).status_code == 200
    assert names(world) == [CARL]
    world.pass_by(1)
    post(world, incident, "Identified", text="A disk is full.")
    told = brought(world, box, 2)
    assert (told["Subject"], told["To"]) == ("[Shop status] Identified: Problem with Uploads", CARL)
    assert "A disk is full." in told.get_content()
    leave = told["List-Unsubscribe"].strip("<>")
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    publish(world)
    world.again()
    publish(world)
    post(world, incident, "Resolved", text="It is over.")
    assert brought(world, box, 3)["Subject"].startswith("[Shop status] Resolved")
    path = leave.removeprefix(world.settings.url)
    assert nobody(world).get(path).status_code == 200
    assert names(world) == [CARL]
    assert nobody(world).post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert names(world) == []
    assert not [*(world.settings.data_dir / "subscribers").glob("*.json")]


def test_an_update_says_how_bad_it_is_and_maintenance_when_it_is(world, box):
    subscribed(world, box)
    world.pass_by(1)
    incident = declare(world)
    post(world, incident, text="Uploads fail.")
    assert "Uploads: partial outage" in brought(world, box, 2).get_content()
    world.pass_by(1)
    post(world, incident, "Identified", text="Still.")
    assert "Uploads: partial outage" in brought(world, box, 3).get_content()
    number = 4
    for start in (iso(world.clock() + 3600), ""):
        end = iso(world.clock() + 7200)
        world.post("ana", "/status-page/maintenance", title="Upgrade", text="It takes a while.", start=start, end=end)
        told = brought(world, box, number)
        assert told["Subject"] == f"[Shop status] Maintenance {'planned' if start else 'in progress'}: Upgrade"
        begins, ends = (start or iso(world.clock())), end
        span = " to ".join(f"{one[:10]} {one[11:16]} UTC" for one in (begins, ends))
        assert f"From {span}." in told.get_content()
        number += 1
        world.pass_by(1)


def test_per_component(world, box):
    subscribed(world, box, **{"component:Payments": "yes"})
    subscribed(world, box, "dora@example.org", **{"component:Uploads": "yes"})
    world.pass_by(1)
    post(world, declare(world), text="Uploads fail.")
    assert brought(world, box, 3)["To"] == "dora@example.org"
    post(world, declare(world), text="No payments.", components={"Payments": "major outage"})
    assert brought(world, box, 4)["To"] == CARL


def test_what_is_asked_tells_nobody_whether_an_address_is_subscribed(world, box):
    subscribed(world, box)
    answers = [nobody(world).post("/status/subscribe", data={"to": to}) for to in (CARL, "dora@example.org")]
    assert answers[0].text == answers[1].text
    assert {one.status_code for one in answers} == {202}
    assert names(world) == [CARL]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "link", ["unsubscribe/eA.eA", "unsubscribe/", "unsubscribe", f"confirm/{'x' * 40}", "confirm/é", "confirm/", "confirm"]
)
def test_a_link_that_is_wrong_or_cut_off_says_that_nothing_was_done(world, link, method):
    answer = nobody(world).request(method, f"/status/{link}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (410, "text/html; charset=utf-8")
    assert ("Nothing was done" in answer.text) is link.startswith("unsubscribe")
    assert "<h2>Not done</h2>" in answer.text


def test_what_a_button_does_is_a_question_before(world, box):
    link = subscribed(world, box)
    world.pass_by(1)
    post(world, declare(world), text="Uploads fail.")
    leave = brought(world, box, 2)["List-Unsubscribe"].strip("<>").removeprefix(world.settings.url)
    assert "Shall no more updates be sent to you, and your address be erased?" in nobody(world).get(leave).text
    world.pass_by(1)
    assert nobody(world).post("/status/subscribe", data={"to": CARL}).status_code == 202
    until(lambda: len(box.mails) > 2, "the link that confirms")
    newer = address(box.mails[2].get_content(), "confirm")
    assert newer != link
    assert "Shall updates be sent to carl@example.org?" in nobody(world).get(newer).text


@pytest.mark.parametrize("by", ["the person", "an admin"])
def test_who_has_left_does_not_come_back_by_an_old_link(world, box, by):
    """Nor by one that was asked for before and never used; also after a start."""
    used = subscribed(world, box, **{"component:Payments": "yes"})
    assert nobody(world).post(used).status_code == 410
    world.pass_by(1)
    assert nobody(world).post("/status/subscribe", data={"to": CARL}).status_code == 202
    until(lambda: len(box.mails) > 1, "another link")
    unused = address(box.mails[1].get_content(), "confirm")
    (one,) = world.send("GET", "/api/v1/status-page/subscribers", "admin").json()["subscribers"]
    assert one["components"] == ["Payments"]
    world.pass_by(1)
    if by == "an admin":
        assert world.send("DELETE", f"/api/v1/status-page/subscribers/{one['id']}", "admin").status_code == 200
    else:
        post(world, declare(world), text="No payments.", components={"Payments": "major outage"})
        leave = brought(world, box, 3)["List-Unsubscribe"].strip("<>").removeprefix(world.settings.url)
        assert nobody(world).post(leave).status_code == 200
    for again in (False, True):
        if again:
            world.again()
        for link in (used, unused):
            assert nobody(world).get(link).status_code == nobody(world).post(link).status_code == 410
    assert names(world) == []
    world.pass_by(1)
    before = len(box.mails)
    assert nobody(world).post("/status/subscribe", data={"to": CARL}).status_code == 202
    until(lambda: len(box.mails) > before, "another link")
    assert nobody(world).post(address(box.mails[before].get_content(), "confirm")).status_code == 200
    assert names(world) == [CARL]


def test_a_link_is_good_for_a_day_and_for_what_it_says(world, box):
    nobody(world).post("/status/subscribe", data={"to": CARL})
    until(lambda: box.mails, "the link that confirms")
    link = address(box.mails[0].get_content(), "confirm")
    assert nobody(world).post(link[:-4] + "AAAA").status_code == 410
    world.pass_by(24 * 3600 + 1)
    assert nobody(world).get(link).status_code == 410
    assert nobody(world).post(link).status_code == 410
    assert names(world) == []


def test_nobody_has_a_strangers_mailbox_filled(world, box):
    for _ in range(3):
        assert nobody(world).post("/status/subscribe", data={"to": CARL}).status_code == 202
    assert nobody(world).post("/status/subscribe", data={"to": CARL.upper()}).status_code == 429
    assert nobody(world).post("/status/subscribe", data={"to": CARL.replace("@", "+tag@")}).status_code == 429
    found = [nobody(world).post("/status/subscribe", data={"to": f"x{at}@example.org"}).status_code for at in range(12)]
    assert found[-1] == 429
    world.pass_by(3600)
    assert nobody(world).post("/status/subscribe", data={"to": CARL}).status_code == 202


def test_all_who_subscribe_share_one_limit_and_leaving_has_none_of_it(world):
    """However many addresses they come from; who leaves comes from few of them, for their mail programs' servers do it."""
    answers = []
    for number in range(TOGETHER_MAX + 1):
        asked = TestClient(world.app.asgi, base_url=world.settings.url, client=(f"198.51.100.{number}", 1))
        answers.append(asked.post("/status/subscribe", data={"to": f"x{number}@example.org"}).status_code)
    assert answers == [202] * TOGETHER_MAX + [429]
    left = [nobody(world).post("/status/unsubscribe/eA.eA").status_code for _ in range(100)]
    assert set(left) == {410}
    world.pass_by(60)
    assert nobody(world).post("/status/subscribe", data={"to": CARL}).status_code == 202


def test_a_receiver_that_hangs_keeps_nobody_waiting(make):
    """Neither those that answer, nor who waits for a link; after one try it is set aside."""
    world = make(webhook_networks=("127.0.0.0/8",))
    subscribers, tried, sent, go_on = world.app.upkeep.subscribers, [], [], threading.Event()

    def send(letter):
        tried.append(letter.to)
        if "hangs" in letter.to and "confirm" not in letter.key:
            assert go_on.wait(60)
            raise DeliveryError("webhook", "did not answer", permanent=False)
        sent.append(letter)

    subscribers._send = send
    for name in ("hangs-1", "hangs-2", "well-1", "well-2"):
        assert world.post("admin", "/status-page/subscribers", to=f"http://{name}.example/")
    until(lambda: len(sent) == 4, "the links")
    for letter in sent[:]:
        assert nobody(world).post(f"/status/confirm/{letter.key.removeprefix('confirm/')}").status_code == 200
    world.pass_by(1)
    post(world, declare(world), text="Uploads fail.")
    publish(world)
    until(lambda: {one.to for one in sent[4:]} == {"http://well-1.example/", "http://well-2.example/"}, lambda: str(sent[4:]))
    world.post("admin", "/status-page/subscribers", to="http://later.example/")
    until(lambda: sent[-1].to == "http://later.example/", "a link while others hang")
    go_on.set()
    until(lambda: len(subscribers._later) == 2, "those that hang to be set aside")
    world.pass_by(1)
    post(world, declare(world), text="Another.")
    publish(world)
    until(lambda: len(sent) == 9, "the next update")
    assert len([to for to in tried if "hangs" in to]) == 4, "a link and one try each"


@pytest.mark.parametrize(
    "to",
    [
        "", "carl", "a@b", f"{CARL}\r\nBcc: eve@example.org", f"{CARL}, eve@example.org", f"Carl <{CARL}>", "a b@example.org",
        "x" * 300 + "@example.org", "ftp://example.org", "http://ana:pw@example.org/", "http://example.org/a b", "carl@exämple.org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(world, box, to):
    answer = nobody(world).post("/status/subscribe", data={"to": to})
    assert answer.status_code == 400
    assert "write one such as" in answer.text


def test_a_component_that_there_is_not_is_refused(world):
    refused = world.post("admin", "/status-page/subscribers", 409, to=CARL, components=["Uplods"])
    assert refused.startswith("The status page has no component 'Uplods'")


def test_a_title_cannot_add_a_header(world, box):
    subscribed(world, box)
    world.pass_by(1)
    post(world, declare(world), text="Uploads fail.\r\nBcc: eve@example.org", title="Slow\r\nBcc: eve@example.org")
    told = brought(world, box, 2)
    assert told["Bcc"] is None
    assert box.tries[-1] == CARL


def test_three_refusals_for_good_pause_and_one_for_now_is_tried_again(world, box):
    subscribed(world, box)
    incident = declare(world)
    world.pass_by(1)
    box.answer = "451 later"
    before = len(box.tries)
    post(world, incident, text="One.")
    publish(world)
    until(lambda: len(box.tries) > before, "a try")
    box.answer = "250 OK"
    world.pass_by(60)
    assert "One." in brought(world, box, 2).get_content()
    box.answer = "550 no such user"
    before = len(box.tries)
    for number in range(4):
        world.pass_by(1)
        post(world, incident, "Identified", text=f"Again {number}.")
    publish(world)
    until(lambda: len(box.tries) == before + 3, "three refusals")
    (one,) = world.send("GET", "/api/v1/status-page/subscribers", "admin").json()["subscribers"]
    assert one["paused"] is True
    box.answer = "250 OK"
    subscribed(world, box)
    (one,) = world.send("GET", "/api/v1/status-page/subscribers", "admin").json()["subscribers"]
    assert one["paused"] is False


def test_a_webhook_confirms_and_is_told(make, hook):
    world = make(webhook_networks=("127.0.0.0/8",))
    assert world.post("admin", "/status-page/subscribers", to=f"{hook.url}/x")["to"] == f"{hook.url}/x"
    until(lambda: hook.requests, "the link that confirms")
    link = re.search(r'"confirm_url":"[^"]*(/status/confirm/[^"]+)"', hook.requests[0][3])[1]
    assert nobody(world).post(link).status_code == 200
    world.pass_by(1)
    post(world, declare(world), text="Uploads fail.")
    publish(world)
    until(lambda: len(hook.requests) == 2, "the update")
    _, path, headers, body = hook.requests[1]
    assert (path, headers["Idempotency-Key"].count("/")) == ("/x", 1)
    assert '"stage":"Investigating"' in body
    assert '"states":{"Uploads":"partial outage"}' in body
    assert not re.search(r"web-7|thaddeus|INC-|uploader-prod|5xx", body)
    leave = re.search(r'"unsubscribe_url":"[^"]*(/status/unsubscribe/[^"]+)"', body)[1]
    assert nobody(world).post(leave).status_code == 200
    assert names(world) == []


def test_a_webhook_leads_into_no_network_of_ours(world, hook, box):
    """What is sent last arrives, so that the others were tried before."""
    port = hook.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"):
        world.post("admin", "/status-page/subscribers", to=f"http://{host}:{port}/")
    until(lambda: not world.app.upkeep.subscribers._asked["webhook"], "all to be tried")
    world.app.upkeep.subscribers.stop()
    assert hook.requests == []


def test_who_is_erased_while_a_mail_leaves_stays_erased(world, box):
    subscribed(world, box)
    world.pass_by(1)
    entered, go_on = threading.Event(), threading.Event()
    send = world.app.upkeep.subscribers._send

    def slow(letter):
        entered.set()
        assert go_on.wait(10)
        send(letter)

    world.app.upkeep.subscribers._send = slow
    post(world, declare(world), text="Uploads fail.")
    publish(world)
    assert entered.wait(10)
    (one,) = world.send("GET", "/api/v1/status-page/subscribers", "admin").json()["subscribers"]
    assert world.send("DELETE", f"/api/v1/status-page/subscribers/{one['id']}", "admin").status_code == 200
    go_on.set()
    until(lambda: len(box.mails) == 2, "the mail that was under way")
    world.app.upkeep.subscribers.stop()
    assert names(world) == []
    assert not [*(world.settings.data_dir / "subscribers").glob("*.json")]
    assert world.send("DELETE", f"/api/v1/status-page/subscribers/{one['id']}", "admin").status_code == 404


def test_without_a_way_to_send_there_is_no_form(make):
    world = make(mail_server="", mail_from="", webhooks=False)
    assert nobody(world).get("/status/subscribe").status_code == 404
    publish(world)
    assert "subscribe" not in (world.where / "public" / "index.html").read_text()


INTERNAL = r"web-7|thaddeus|INC-|uploader-prod|billing-v2|hidden-thing|Not yet|5xx|10\.1\.2\.3|restart-all|carl@"
"""Hosts, people, services, titles, commands, and the addresses of other subscribers."""


def test_an_attacker_who_reads_everything_that_is_public_learns_nothing_of_ours(make, box, hook, monkeypatch):
    """Whatever the incident says inside: a post by a person is all that leaves, and it leaves as it was typed."""
    monkeypatch.setenv("LAB_KEY", "k3y-0123")
    there = There()
    more = {"served": True, "statuspage": {"page_id": "p", "key": "${LAB_KEY}", "url": there.url}}
    world = make(more, webhook_networks=("127.0.0.0/8",))
    subscribed(world, box, "dora@example.net")
    subscribed(world, box, CARL)
    world.post("admin", "/status-page/subscribers", to=hook.url)
    until(lambda: hook.requests, "the link that confirms")
    nobody(world).post(re.search(r"/status/confirm/[^\"]+", hook.requests[0][3])[0])
    world.pass_by(1)
    incident = declare(world)
    world.post("ana", f"/incidents/{incident}/notes", text="thaddeus ran restart-all on 10.1.2.3")
    for audience in ("leadership", "stakeholders"):
        world.post("ana", f"/incidents/{incident}/status", stage="Identified", audience=audience, text="thaddeus broke web-7")
    world.alert(name="HighErrors on web-7", service="uploader-prod", summary="5xx by restart-all")
    publish(world)
    assert there.incidents == {}
    post(world, incident, "Identified", text="Uploads fail.")
    brought(world, box, 4)
    until(lambda: len(hook.requests) == 2 and there.incidents, "the webhook and Statuspage")
    read = [one.as_string() for one in box.mails[2:] if one["To"] != CARL] + [hook.requests[1][3], str(there.incidents)]
    read += [f"{file} {file.read_text()}" for file in (world.where / "public").rglob("*.*")]
    public = nobody(world)
    paths = (
        "/status/",
        "/status/subscribe",
        "/status/unsubscribe/x",
        "/status/confirm/x",
        "/status/nothing",
        "/healthz",
        "/metrics",
    )
    read += [public.get(path).text for path in (*paths, "/api/v1/status-page", "/api/v1/status-page/subscribers")]
    there.close()
    assert sum("Uploads fail." in one for one in read) >= 6
    assert not [one for one in read if re.search(INTERNAL, one)]


def test_no_address_is_in_the_log_or_shown_to_who_may_only_read(world, box, caplog):
    subscribed(world, box)
    world.pass_by(1)
    box.answer = "550 no such user"
    post(world, declare(world), text="Uploads fail.")
    publish(world)
    until(lambda: len(box.tries) == 2, "a refusal")
    world.app.upkeep.subscribers.stop()
    data = world.settings.data_dir
    kept = [file for file in data.rglob("*") if file.is_file() and CARL.encode() in file.read_bytes()]
    assert [file.parent.name for file in kept] == ["subscribers"]
    assert oct(kept[0].stat().st_mode)[-3:] == "600"
    assert CARL not in caplog.text
    assert world.send("GET", "/api/v1/status-page/subscribers", "ana").status_code == 403

"""Mail as a way in: over LMTP and from a maildir, on disk before it is answered; and an answer to a page acknowledges."""

import re
import smtplib
import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from aiosmtpd.controller import Controller
from tests.story.patience import until
from tests.story.test_contact_methods import declared, phones, site
from tests.story.test_replies import doer
from tests.story.test_two_services import write
from tests.story.world import SERVICE

from stormjib.ports import DeliveryError

__all__ = ["phones", "site"]

WAITS = "names no severity"
TO = f"service+{SERVICE}@ops.example"
DATE = "Mon, 30 Nov 2026 10:00:00 +0000"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def mail(subject="The backup has failed", sender="cron@example.org", text="no space left\n", to=TO, **more):
    message = EmailMessage(SMTP)
    head = {"Subject": subject, "From": sender, "To": to, "Date": DATE, "Message-ID": "<one@example.org>"}
    for name, value in {**head, **{name.replace("_", "-"): value for name, value in more.items()}}.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message.as_bytes()


def lmtp(world, raw, sender="cron@example.org", *to):
    """What a mail server does; the answer to the mail."""
    with smtplib.LMTP("127.0.0.1", world.settings.mail.lmtp_port, timeout=60) as server:
        server.ehlo_or_helo_if_needed()
        assert server.mail(sender)[0] == 250
        for one in to or (TO,):
            assert server.rcpt(one)[0] == 250
        found = server.data(raw)
        assert [server.getreply() for _ in to[1:]] == [found] * len(to[1:])
        return found


def names(world):
    return sorted(one["alert"]["name"] for one in world.get("/alerts")["alerts"])


def account(world):
    none = {"missing": 0, "unread": {}}
    found = next((one for one in world.get("/intake")["sources"] if one["source"] == "mail"), none)
    assert found["missing"] == 0
    return found


@pytest.fixture
def world(make):
    return make(mail={"lmtp_port": free_port(), "senders": ("*@example.org",)})


def test_a_mail_is_an_alert_that_waits_for_a_person_who_is_told(world):
    status, said = lmtp(world, mail())
    assert (status, said) == (250, b"taken, no incident")
    (alert,) = (one["alert"] for one in world.get("/alerts")["alerts"])
    assert (alert["name"], alert["service"], alert["labels"]["from"]) == ("The backup has failed", SERVICE, "cron@example.org")
    assert alert["annotations"]["description"] == "no space left"
    assert account(world)["waiting"] == 1
    assert any(WAITS in line for line in world.told())


def test_the_same_mail_again_and_its_thread_are_the_same_alert(world):
    lmtp(world, mail())
    lmtp(world, mail())
    lmtp(world, mail("Re: The backup has failed", References="<one@example.org>", Message_ID="<two@example.org>"))
    assert len(names(world)) == 1
    lmtp(world, mail(Message_ID="<three@example.org>"))
    assert len(names(world)) == 2
    world.told()


def test_the_catalogue_says_what_a_mail_means(make, tmp_path):
    """How bad it is, and that it is over, stand in the subject."""
    fields = """
  name: subject
  service: tag
  severity: starts_with(subject, 'CRIT') && 'P1' || 'P3'
  status: starts_with(subject, 'OK') && 'resolved' || 'firing'
  fingerprint: sender
"""
    write(tmp_path, intake__mail=f"name: mail\nfields:{fields}")
    world = make(mail={"lmtp_port": free_port(), "senders": ("*",)}, catalogue=tmp_path / "catalogue")
    assert lmtp(world, mail("CRIT the disk is full"))[1] == b"taken, INC-1"
    assert world.told()[0].startswith("page ana")
    lmtp(world, mail("OK the disk is not full", Message_ID="<two@example.org>"))
    assert world.room("INC-1")["firing"] == []
    lmtp(world, mail("CRIT the disk is full", Message_ID="<three@example.org>"))
    lmtp(world, mail("CRIT the cable is cut", Message_ID="<four@example.org>"))
    assert any("says now" in fact["text"] for fact in world.facts("NoteAdded", "INC-1")), "another problem under the same key"
    assert (
        lmtp(
            world,
            mail("CRIT payroll is gone", Message_ID="<five@example.org>"),
            "cron@example.org",
            "service+payroll@ops.example",
        )[1]
        == b"taken, INC-2"
    )
    over = mail("OK payroll is back", Message_ID="<six@example.org>")
    lmtp(world, over, "cron@example.org", "service+payroll@ops.example")
    assert (world.room("INC-2")["firing"], len(world.room("INC-1")["firing"])) == ([], 1), "one end ends one"
    world.told()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, "automatic answer"),
        ({"Return_Path": "<>"}, "report about a mail"),
        ({"Precedence": "auto_reply"}, "automatic answer"),
        ({"Message_ID": "<abc@stormjib>"}, "mail of our own"),
    ],
)
def test_what_a_program_answers_is_no_alert_and_counted(world, more, says):
    status, said = lmtp(world, mail(**more))
    assert (status, says in said.decode()) == (250, True)
    assert names(world) == []
    until(lambda: [one["alerts"] for one in world.get("/intake")["refused"]] == [0], "it to be shown as what is no alert")


def test_a_report_of_delivery_and_a_bounce_are_no_alert(world):
    report = mail().replace(b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: multipart/report; boundary=x")
    assert b"multipart/report" in report
    assert (lmtp(world, report)[0], lmtp(world, mail(), "")[0]) == (250, 250)
    assert names(world) == []


def test_a_sender_that_is_not_listed_is_refused_and_counted(world, caplog):
    assert lmtp(world, mail(sender="Cron <cron@evil.example>"))[0] == 550
    assert lmtp(world, mail(sender=""))[0] == 550
    assert names(world) == []
    until(lambda: account(world)["unread"] == {"550": 2}, "both to be counted")
    assert "of mail with 550" in caplog.text


HTML = "<html><head><style>p {x}</style></head><body><p>one</p>two<br>three<script>no()</script></body></html>"
HEAD = b"From: cron@example.org\r\nSubject: odd %d\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nno end",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe text",
        b"Content-Type: text/plain; charset=utf-16\r\n\r\nabc",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64",
        b"Content-Type: text/html\r\n\r\n" + HTML.encode(),
        b"\r\n\x00\x00nulls\x00",
        b"Content-Type: text/plain\r\n\r\n" + b"x" * 200_000,
        b"Date: yesterday\r\nMessage-ID: <\xff>\r\nReferences: \xe4\r\n\r\n\x80",
        b"no header at all\r\n\r\n\r\n",
        b"Content-Type: " + b"multipart/mixed; boundary=" * 500 + b"\r\n\r\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one) for one in range(2_000)),
    ],
    ids=["open", "no boundary", "charset", "utf-16", "base64", "html", "nulls", "long line", "odd head", "none", "type", "deep"],
)
def test_what_is_broken_is_taken_as_it_is(world, body):
    status, said = lmtp(world, HEAD % 1 + body)
    assert (status, said) == (250, b"taken, no incident")
    assert names(world) == ["odd 1"]
    world.told()


def test_html_is_its_text(world):
    lmtp(world, HEAD % 1 + b"Content-Type: text/html\r\n\r\n" + HTML.encode())
    (alert,) = (one["alert"] for one in world.get("/alerts")["alerts"])
    assert alert["annotations"]["description"] == "one\ntwo\nthree"
    world.told()


def test_what_is_too_large_is_refused_and_counted(make):
    world = make(mail={"lmtp_port": free_port(), "senders": ("*",)}, alert_body_bytes_max=1024 * 1024)
    assert lmtp(world, HEAD % 1 + b"\r\n" + b"x\r\n" * 400_000)[0] == 552
    until(lambda: account(world)["unread"] == {"552": 1}, "it to be counted")


def test_when_the_disk_is_full_it_is_asked_for_again(make):
    """Nothing of it is kept, and it is counted as soon as there is room."""
    table = {"lmtp_port": free_port(), "senders": ("*",)}
    world = make(mail=table, free_bytes_min=1 << 60)
    assert lmtp(world, mail())[0] == 451
    world.settings = world.settings.model_copy(update={"free_bytes_min": 0})
    world.restart()
    assert lmtp(world, mail())[0] == 250
    assert names(world) == ["The backup has failed"]
    assert account(world)["refused"] == {"451": 1}
    world.told()


def test_each_recipient_has_an_answer(world):
    status, said = lmtp(world, mail(), "cron@example.org", TO, "other@ops.example")
    assert (status, said) == (250, b"taken, no incident")
    world.told()


def test_a_maildir_is_emptied_when_its_mails_are_on_disk(make, tmp_path):
    box = tmp_path / "box"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "1.a").write_bytes(mail())
    (box / "new" / "2.b").write_bytes(mail(sender="x@evil.example", Message_ID="<two@example.org>"))
    world = make(mail={"maildir": box, "senders": ("*@example.org",)})
    until(lambda: not list((box / "new").iterdir()), "the mails to be taken")
    assert sorted(path.name for path in (box / "cur").iterdir()) == ["1.a:2,S", "2.b:2,S"]
    assert names(world) == ["The backup has failed"]
    world.told()


def test_a_maildir_that_is_not_there_is_a_problem_of_the_server(make, tmp_path):
    world = make(mail={"maildir": tmp_path / "none", "senders": ("*",)})
    until(lambda: any("maildir" in one for one in world.app.problems()), "it to be said")


def test_a_port_that_is_taken_stops_no_page(make):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        world = make(mail={"lmtp_port": taken.getsockname()[1], "senders": ("*",)})
        assert any("can't be listened on" in one for one in world.app.problems())
        world.alert()
        assert world.told()[0].startswith("page ana")


class Box:
    """The mail server of whoever is paged."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, _server, _session, envelope):
        self.taken.append(envelope.content)
        return "250 taken"


@pytest.fixture
def box():
    found = Box()
    server = Controller(found, hostname="127.0.0.1", port=free_port())
    server.start()
    found.port = server.port
    yield found
    server.stop()


ANA = """
name: ana
time_zone: UTC
contact:
  - {name: mail, kind: smtp, to: ana@example.org, from: stormjib@ops.example, server: "127.0.0.1:PORT", starttls: false}
"""


@pytest.fixture
def paged(site, box):
    """A world in which ana got a page by mail, its incident, and that mail."""
    port = free_port()
    world = site(ana=ANA.replace("PORT", str(box.port)), settings={"mail": {"lmtp_port": port, "senders": ("*@vendor.example",)}})
    incident = declared(world, "the shop is down")
    (page,) = box.taken
    return world, incident, page


def header(raw, name):
    return message_from_bytes(raw)[name]


def answer(page, text, sender="Ana <ana@example.org>", **more):
    named = header(page, "Message-ID")
    given = {"Message_ID": "<re@example.org>", "In_Reply_To": named, "References": named, **more}
    return mail("Re: " + header(page, "Subject"), sender, text, "stormjib@ops.example", **given)


QUOTED = "\n\nOn Mon, Nov 30, 2026 stormjib wrote:\n> ack\n> Acknowledge: https://…\n"


@pytest.mark.parametrize("text", ["ack", "Ack, on my way." + QUOTED, "\n1\n" + QUOTED])
def test_a_word_as_the_answer_to_a_page_acknowledges(paged, text):
    world, incident, page = paged
    assert len(header(page, "Message-ID")) < 300
    assert lmtp(world, answer(page, text))[1] == f"{incident} is acknowledged by ana.".encode()
    assert [one["who"] for one in world.facts("Acknowledged", incident)] == ["ana"]
    assert doer(world, incident) == ["ana, by mail"]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (QUOTED, {}),
        ("> ack\nwhat is this?", {}),
        ("I am away until Monday." + QUOTED, {}),
        ("ack", {"Auto_Submitted": "auto-replied"}),
    ],
)
def test_what_is_quoted_or_written_by_a_machine_acknowledges_nothing(paged, text, more):
    world, incident, page = paged
    assert lmtp(world, answer(page, text, **more))[0] == 250
    assert world.facts("Acknowledged", incident) == []
    until(lambda: [one["alerts"] for one in world.get("/intake")["refused"]] == [0], "it to be shown as what is no alert")
    assert "mail" not in [one["source"] for one in world.get("/intake")["sources"]]


def test_a_link_of_somebody_else_or_of_long_ago_acknowledges_nothing(paged, caplog):
    world, incident, page = paged
    named = header(page, "Message-ID")
    forged = named.replace(named[8:12], "AAAA")
    assert b"no page of this server" in lmtp(world, answer(page, "ack", In_Reply_To=forged, References=forged))[1]
    world.pass_by(25 * 3600)
    assert b"long ago" in lmtp(world, answer(page, "ack"))[1]
    assert world.facts("Acknowledged", incident) == []
    assert "refused what is no alert, of mail with 250" in caplog.text
    assert "mail" not in [one["source"] for one in world.get("/intake")["sources"]]


@pytest.mark.parametrize(
    "sender",
    [
        "evil@nowhere.test",
        "ana@example.org.nowhere.test",
        "",
        '"ana@example.org" <evil@nowhere.test>',
        "ana@example.org <evil@nowhere.test>",
    ],
)
def test_only_an_address_of_whoever_got_the_page_answers_it(paged, sender):
    world, incident, page = paged
    assert b"not from an address of theirs" in lmtp(world, answer(page, "ack", sender))[1]
    assert world.facts("Acknowledged", incident) == []
    assert b"is acknowledged by ana" in lmtp(world, answer(page, "ack", "ANA@Example.org"))[1]


@pytest.mark.parametrize(("text", "said"), [("ack INC-77", b"names INC-77"), ("ack, but not INC-77", b"say one")])
def test_an_answer_that_names_another_incident_answers_none(paged, text, said):
    world, incident, page = paged
    assert said in lmtp(world, answer(page, text))[1]
    assert world.facts("Acknowledged", incident) == []


def test_what_was_handed_over_since_is_not_answered_by_the_mail_before(paged):
    world, incident, page = paged
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo")
    said = lmtp(world, answer(page, "ack"))[1].decode()
    assert "handed over by ana after this page was sent, and waits for bo now" in said
    assert f"/incidents/{incident}" in said
    assert world.facts("Acknowledged", incident) == []


def test_nothing_in_the_log_acts(paged):
    """Whoever may only read would acknowledge as ana with it."""
    world, incident, page = paged
    named, link = header(page, "Message-ID"), re.search(r"/ack/(\S+)", message_from_bytes(page).get_payload())[1]
    (sent,) = world.facts("PageSent", incident)
    assert named.startswith(f"<{sent['reference']}.")
    everything = str([one.fact for one in world.app.reader.entries(incident)])
    assert link.partition(".")[0] in everything
    assert link.partition(".")[2] not in everything
    assert named.rpartition(".")[2].partition("@")[0] not in everything
    told = DeliveryError("mail", f"550 {named}: spam? {link}", permanent=True).reason
    assert told.count("redacted") == 2
    assert link.partition(".")[2] not in told
    ours = (sent["reference"][4:], named[5:].partition("@")[0], link)
    assert [world.http.post(f"/ack/{one}", follow_redirects=False).status_code for one in ours] == [404, 404, 303]
    world.settle()

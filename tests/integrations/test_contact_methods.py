"""Contact methods: to each receiver the request that its documentation asks for, to each program its input; what their answers mean."""

import asyncio
import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from tests.test_exchange import Server

from stormjib.core.catalogue.contact import AnyContact, filled
from stormjib.core.catalogue.people import Person
from stormjib.core.effects import Notification, Page, PageUpdate, SendMessage, notification, trial
from stormjib.core.policy import Policy
from stormjib.integrations.notify import command, smtp
from stormjib.integrations.notify.methods import Methods, made
from stormjib.integrations.room import Room
from stormjib.ports import DeliveryError

CASES = sorted((Path(__file__).parent / "cases" / "notify").glob("*.json"))
VARIABLES = {"TOKEN": "t0ken-0123"}
KEY = "INC-7/1/page/0"
PAGE = Page(
    "page/0", who="ana", rung=0, title="API 5xx <b> & co", severity="P1", url="http://here/incidents/INC-7", service="shop"
)


def contact(given, here=""):
    return filled(msgspec.json.decode(json.dumps(given).replace("HERE", here).encode(), type=AnyContact), VARIABLES)


def page():
    found = notification(PAGE, KEY, "INC-7")
    return msgspec.structs.replace(found, content={**found.content, "acknowledge_url": "http://here/ack/abc.def"})


def update(status):
    of_page = PageUpdate(KEY, status, "bo", 0.0, "API 5xx", "P1", "shop", "http://here")
    return notification(SendMessage(f"{status}/0", "ana", "text", of_page), "INC-7/5/x", "INC-7")


class Receiver:
    """It keeps each request, and answers with ``status``."""

    def __init__(self):
        self.requests, self.status, self.headers = [], 200, {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.requests.append((self.command, self.path, self.headers, body))
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            do_PUT = do_POST

            def log_message(self, *_):
                """The test says itself what it expects."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver():
    found = Receiver()
    yield found
    found.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_each_receiver_gets_the_request_that_is_documented(path, receiver):
    case = json.loads(path.read_text())
    method = made(contact(case["contact"], receiver.url), VARIABLES)
    receipt = method.send(page())
    ((verb, where, headers, body),) = receiver.requests
    wanted = case["request"]
    assert (verb, where) == (wanted["method"], wanted["path"])
    assert {name: headers[name] for name in wanted["headers"]} == wanted["headers"]
    assert (json.loads(body) if "json" in wanted else dict(parse_qsl(body))) == wanted.get("json", wanted.get("form"))
    assert receipt.method == case["contact"]["name"]
    assert bool(receipt.key) == ("updates" in case or path.stem == "webhook"), "only who follows a page is told of it"
    for status, said in case.get("updates", {}).items():
        method.send(update(status))
        assert json.loads(receiver.requests[-1][3]) == said
    method.send(trial())
    method.close()


@pytest.mark.parametrize(("status", "permanent"), [(429, False), (503, False), (401, True), (404, True), (302, True)])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_may_pass_is_tried_again_and_a_refusal_is_final(path, status, permanent, receiver):
    receiver.status, receiver.headers = status, {"Retry-After": "7", "Location": "http://elsewhere.example/"}
    case = json.loads(path.read_text())
    with pytest.raises(DeliveryError) as failed:
        made(contact(case["contact"], receiver.url), VARIABLES).send(page())
    assert failed.value.permanent is permanent
    assert failed.value.retry_after_seconds == (7.0 if not permanent else None)
    assert failed.value.integration == case["contact"]["name"]
    assert VARIABLES["TOKEN"] not in failed.value.reason
    assert len(receiver.requests) == 1


class Mailbox:
    """A real SMTP server by others, which keeps what it took, or answers as it is told."""

    def __init__(self, answer="", **given):
        self.mails, self.answer = [], answer
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.server = f"127.0.0.1:{port}"
        self.controller = Controller(self, hostname="127.0.0.1", port=port, **given)

    async def data(self, server, session, envelope):
        if not self.answer:
            self.mails.append((session.login_data, envelope))
        return self.answer or "250 OK"

    handle_DATA = data

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()


def mail(server, **more):
    given = {"name": "mail", "kind": "smtp", "to": "ana@example.org", "server": server, "from": "stormjib@example.org"}
    return made(contact({**given, "starttls": False, **more}), VARIABLES)


def test_mail_arrives_with_its_link_and_the_same_id_on_every_try():
    with Mailbox() as mailbox:
        for _ in range(2):
            receipt = mail(mailbox.server).send(page())
        (_, first), (_, second) = mailbox.mails
    text = first.content.decode()
    assert (first.mail_from, first.rcpt_tos) == ("stormjib@example.org", ["ana@example.org"])
    assert "Subject: P1: API 5xx <b> & co" in text
    assert "http://here/ack/abc.def" in text
    assert f"Message-ID: <{receipt.reference}." in text
    assert receipt.reference in second.content.decode()


def test_the_title_of_an_alert_is_no_header_however_it_is_encoded():
    """An encoded word would be decoded with its line break, and whom it names would get the mail."""
    title = "=?utf-8?q?x=0D=0ABcc:_eve=40example.com?="
    with Mailbox() as mailbox:
        found = msgspec.structs.replace(page(), content={**page().content, "title": title})
        mail(mailbox.server).send(found)
        ((_, taken),) = mailbox.mails
    assert taken.rcpt_tos == ["ana@example.org"]
    assert b"\nBcc:" not in taken.content


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_mail_signs_in_where_the_server_asks_for_it():
    def check(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (b"jib", VARIABLES["TOKEN"].encode())
        return AuthResult(success=right, handled=False)

    asks = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    with Mailbox(**asks) as mailbox:
        mail(mailbox.server, user="jib", password="${TOKEN}").send(page())
        assert len(mailbox.mails) == 1
        with pytest.raises(DeliveryError, match="535") as failed:
            mail(mailbox.server, user="jib", password="wrong").send(page())
    assert failed.value.permanent


@pytest.mark.parametrize(("answer", "permanent"), [("451 try later", False), ("550 no such user", True)])
def test_mail_that_the_server_does_not_take(answer, permanent):
    with Mailbox(answer) as mailbox, pytest.raises(DeliveryError, match=answer) as failed:
        mail(mailbox.server).send(page())
    assert failed.value.permanent is permanent


def test_no_mail_goes_out_in_clear_where_tls_is_asked_for_and_not_offered():
    with Mailbox() as mailbox, pytest.raises(DeliveryError, match="STARTTLS") as failed:
        mail(mailbox.server, starttls=True).send(page())
    assert not failed.value.permanent
    assert mailbox.mails == []


def test_a_mail_server_that_answers_a_letter_at_a_time_is_hung_up_on(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.3)

    slow = Server(None, b"2")
    with pytest.raises(DeliveryError) as failed:
        mail(slow.url.removeprefix("http://").rstrip("/")).send(page())
    slow.close()
    assert not failed.value.permanent


@pytest.mark.parametrize(("hangs", "words"), [(False, "ended the connection"), (True, "did not answer within")])
def test_nobody_knows_what_became_of_a_mail_whose_answer_is_lost(monkeypatch, hangs, words):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 1.0)

    class Silent(Mailbox):
        async def handle_DATA(self, server, session, envelope):
            await asyncio.sleep(30 if hangs else 0)
            server.transport.abort()

    with Silent() as mailbox, pytest.raises(DeliveryError, match=words) as failed:
        mail(mailbox.server).send(page())
    assert (failed.value.unknown, failed.value.permanent) == (True, False)


def test_a_mail_that_never_began_to_leave_has_not_arrived():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DeliveryError) as failed:
        mail(f"127.0.0.1:{port}").send(page())
    assert not failed.value.unknown


def program(tmp_path, script, **more):
    path = tmp_path / "gateway.py"
    path.write_text(f"import os, sys\n{script}\n")
    argv = [sys.executable, str(path), "two words; $(id)", str(tmp_path)]
    return made(contact({"name": "modem", "kind": "command", "argv": argv, **more}), VARIABLES | {"OTHER": "x"})


def test_a_program_gets_the_page_on_its_input_its_arguments_as_they_are_and_only_the_variables_that_it_names(tmp_path):
    out = "open(sys.argv[2] + '/got', 'w').write(repr((sys.argv[1], sys.stdin.read(), sorted(os.environ))))"
    assert program(tmp_path, out, variables=["TOKEN"]).send(page()).method == "modem"
    word, given, names = eval((tmp_path / "got").read_text())
    assert word == "two words; $(id)"
    assert json.loads(given) == {"kind": "page", "to": "ana"} | dict(page().content)
    assert {"PATH", "TOKEN"} <= set(names)
    assert "OTHER" not in names


@pytest.mark.parametrize(("code", "permanent"), [(1, False), (75, False), (67, True), (78, True)])
def test_a_program_that_fails_says_why(code, permanent, tmp_path):
    with pytest.raises(DeliveryError, match=f"ended with {code}.*: no carrier") as failed:
        program(tmp_path, f"sys.stderr.write('no carrier'); sys.exit({code})").send(page())
    assert failed.value.permanent is permanent


def test_what_a_program_says_is_without_the_secrets_that_it_got(tmp_path):
    with pytest.raises(DeliveryError) as failed:
        program(tmp_path, "sys.exit('wrong: ' + os.environ['TOKEN'])", variables=["TOKEN"]).send(page())
    assert "wrong: [redacted]" in failed.value.reason


def test_a_program_that_hangs_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "TIMEOUT_SECONDS", 1.0)
    hang = "import subprocess, time; p = subprocess.Popen(['cat', sys.argv[2] + '/fifo']); time.sleep(600)"
    with pytest.raises(DeliveryError, match="did not end") as failed:
        program(tmp_path, hang).send(page())
    assert not failed.value.permanent


def test_a_program_that_is_not_there_is_no_passing_trouble():
    with pytest.raises(DeliveryError, match="can't be started") as failed:
        made(contact({"name": "modem", "kind": "command", "argv": ["/nowhere/modem"]}), {}).send(page())
    assert failed.value.permanent


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_apprise_reaches_what_it_knows(receiver):
    to = receiver.url.replace("http://", "json://") + "/${TOKEN}"
    receipt = made(contact({"name": "all", "kind": "apprise", "to": to}), VARIABLES).send(page())
    ((_, path, _, body),) = receiver.requests
    assert path.endswith(VARIABLES["TOKEN"])
    assert json.loads(body)["title"].startswith("P1: API 5xx")
    assert (receipt.method, receipt.key) == ("all", "")
    receiver.status = 500
    with pytest.raises(DeliveryError, match="did not take it"):
        made(contact({"name": "all", "kind": "apprise", "to": to}), VARIABLES).send(page())


def test_behind_the_port_the_newest_state_of_the_catalogue_counts(receiver):
    def person(*paths):
        listed = [{"name": path, "kind": "webhook", "to": f"{receiver.url}/{path}"} for path in paths]
        return Policy(people=(msgspec.convert({"name": "Ana", "contact": listed}, Person),))

    policy = person("one")
    methods = Methods(Room("http://here"), lambda: policy, dict, lambda _: "", lambda: 0.0)
    asked = Notification("page", "ana", page().content, KEY, "one")
    assert methods.send(asked).method == "one"
    assert methods.send(msgspec.structs.replace(asked, method="")).method == "room"
    policy = person("two")
    with pytest.raises(DeliveryError, match="no contact method 'one'") as gone:
        methods.send(asked)
    assert gone.value.permanent
    methods.begin(msgspec.structs.replace(asked, method="two"))
    assert methods.send(msgspec.structs.replace(asked, method="two")).method == "two"
    assert [path for _, path, _, _ in receiver.requests] == ["/one", "/two"]
    methods.close()


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(ValueError, match=r"\$NO_SUCH is not set"):
        contact({"name": "pd", "kind": "pagerduty", "to": "${NO_SUCH}"})

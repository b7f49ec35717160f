"""Who may see a page and send a form: sessions, scopes, other sites."""

import re
from hashlib import sha256

import msgspec
import pytest

from stormjib.core.access import Session
from stormjib.core.log import NoteAdded
from stormjib.web.session import COOKIE, IDLE_SECONDS, SESSION_SECONDS_MAX, SESSIONS_OF_ONE_MAX, Sessions

HTMX = {"HX-Request": "true"}


def kinds(house, incident):
    return [type(entry.fact).__name__ for entry in house.reader.entries(incident)]


def test_without_a_session_a_page_leads_to_the_login_and_back(house):
    incident = house.declare()
    ana = house.person("ana")
    ana.browser.cookies.clear()
    answer = ana.get(f"/incidents/{incident}?before=3")
    assert answer.status_code == 303
    login = answer.headers["location"]
    assert login == f"/login?next=/incidents/{incident}%3Fbefore%3D3"
    assert f'name="next" value="/incidents/{incident}?before=3"' in ana.page(login)
    assert ana.get(f"/incidents/{incident}", **HTMX).status_code == 401
    assert ana.browser.post(f"/incidents/{incident}/acknowledge").headers["location"].startswith("/login")
    assert kinds(house, incident).count("Acknowledged") == 0


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/x\r\ny", ""]
)
def test_the_login_leads_to_no_other_site(house, wanted):
    ana = house.person("ana")
    answer = ana.browser.post("/login", data={"token": ana.token, "next": wanted})
    assert answer.headers["location"] == "/"


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(house):
    ana = house.person("ana")
    answer = ana.browser.post("/login", data={"token": ana.token})
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert ana.token not in cookie
    secure = ana.browser.post("https://stormjib.test/login", data={"token": ana.token})
    assert "Secure" in secure.headers["set-cookie"]


def test_a_wrong_token_starts_no_session(house):
    ana = house.person("ana")
    ana.browser.cookies.clear()
    for token in ("wrong", "", "x" * 10_000, ana.token + "x"):
        answer = ana.browser.post("/login", data={"token": token})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


def test_signing_out_ends_the_session_on_the_server(house):
    ana = house.person("ana")
    session = ana.browser.cookies[COOKIE]
    assert ana.post("/logout").headers["location"] == "/login"
    ana.browser.cookies.set(COOKIE, session)
    assert ana.get("/").status_code == 303


def test_revoking_a_token_ends_its_sessions_at_once(house):
    ana = house.person("ana")
    house.tokens.revoke("ana")
    assert ana.get("/").status_code == 303


def test_a_session_ends_by_itself(house):
    ana = house.person("ana")
    house.at += SESSION_SECONDS_MAX - 1
    assert ana.get("/").status_code == 200
    house.at += 2
    assert ana.get("/").status_code == 303


def test_who_may_only_read_sees_no_form_and_can_send_none(house):
    incident = house.declare()
    eve = house.person("eve", ("read",))
    page = eve.page(f"/incidents/{incident}")
    assert re.findall(r'<form[^>]*action="([^"]+)"', page) == ["/logout"]
    answer = eve.post(f"/incidents/{incident}/acknowledge")
    assert answer.status_code == 403
    assert "lacks the scope" in answer.text


def test_a_token_that_may_only_send_alerts_sees_nothing(house):
    sensor = house.person("sensor", ("alert",))
    assert sensor.get("/").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_a_form_of_another_site_does_nothing(house, headers):
    incident = house.declare()
    answer = house.person("ana").post(f"/incidents/{incident}/notes", headers=headers, text="keep me")
    assert answer.status_code == 403
    assert "keep me" in answer.text
    assert kinds(house, incident).count("NoteAdded") == 0


@pytest.mark.parametrize("headers", [{"Origin": "https://stormjib.test"}, {"Origin": "https://stormjib.example"}, {}])
def test_a_form_of_ours_is_taken_also_behind_a_proxy(house, headers):
    incident = house.declare()
    assert house.person("ana").post(f"/incidents/{incident}/notes", headers=headers, text="x").status_code == 303


def test_a_form_needs_the_csrf_token_of_its_own_session(house):
    incident = house.declare()
    ana, bo = house.person("ana"), house.person("bo")
    for csrf in ("", "guess", bo.csrf):
        answer = ana.browser.post(f"/incidents/{incident}/notes", data={"csrf": csrf, "text": "x"})
        assert answer.status_code == 403
    assert kinds(house, incident).count("NoteAdded") == 0


def test_a_bearer_token_needs_no_csrf_token(house):
    incident = house.declare()
    ana = house.person("ana")
    ana.browser.cookies.clear()
    headers = {"Authorization": f"Bearer {ana.token}"}
    assert ana.browser.post(f"/incidents/{incident}/notes", data={"text": "by a program"}, headers=headers).status_code == 303
    assert NoteAdded("by a program") in [entry.fact for entry in house.reader.entries(incident)]


def test_o13_a_restart_signs_nobody_out(house):
    ana, bo = house.person("ana"), house.person("bo")
    again = Sessions(house.tokens, house.clock, house.inbox.write, house.reader.sessions, key=b"k")
    found = again.of(ana.browser.cookies[COOKIE])
    assert (found.name, found.csrf) == ("ana", ana.csrf)
    assert all(ana.browser.cookies[COOKIE].encode() not in session.hash for session in house.reader.sessions())
    bo.post("/logout")
    assert len(house.reader.sessions()) == 1
    house.at += SESSION_SECONDS_MAX
    assert again.of(ana.browser.cookies[COOKIE]) is None
    assert again.start(bo.token)
    assert len(house.reader.sessions()) == 1


def test_s10_who_signs_in_again_and_again_signs_nobody_out(house):
    ana, bo = house.person("ana"), house.person("bo")
    answers = [ana.browser.post("/login", data={"token": bo.token}).status_code for _ in range(SESSIONS_OF_ONE_MAX + 5)]
    assert answers.count(429) == 6
    assert (ana.get("/").status_code, bo.get("/").status_code) == (200, 200)
    house.at += IDLE_SECONDS
    assert bo.get("/").status_code == 200
    assert ana.browser.post("/login", data={"token": bo.token}).status_code == 303
    assert bo.get("/").status_code == 200


def test_a_row_that_was_put_in_by_hand_opens_nothing(house):
    """Whoever may write to the file would else be another person at the next start, without a token."""
    house.person("ana")
    kept = house.reader.sessions()[0]
    forged = Session(sha256(b"mine").digest(), kept.token, kept.ends_at)
    longer = msgspec.structs.replace(kept, hash=sha256(b"x").digest() + kept.hash[32:], ends_at=kept.ends_at + 1)
    for row in (forged, longer, forged.sealed(b"another")):
        house.inbox.write(lambda store, row=row: store.put_session(row))
        again = Sessions(house.tokens, house.clock, house.inbox.write, house.reader.sessions, key=b"k")
        assert again.of("mine") is None
        assert house.reader.sessions() == [kept]

"""The pages in a real Chromium: accessible, live, usable without JavaScript and by keyboard, nothing typed is ever lost.

Needs Chromium, and npm for axe-core, which is too large to keep in this repository.
"""

import asyncio
import re
import shutil
import subprocess
import tarfile
import threading
from contextlib import suppress

import pytest
from tests.real.page_server import PageServer
from tests.web.house import SOURCE, House
from tests.web.scene import scene

from stormjib.core.markdown import compile_runbook
from stormjib.core.severity import Severity

sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright (uv sync)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = "axe-core@4.14.1"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGET_PX_MIN = 44

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is fetched with npm, which is not on this machine")
    done = subprocess.run([npm, "pack", AXE, "--silent"], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"npm could not fetch {AXE}: {done.stderr[-200:]}")
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        member = packed.extractfile("package/axe.min.js")
        return member.read().decode()


@pytest.fixture(scope="module")
def chromium():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def house(tmp_path):
    built = House(tmp_path)
    yield built
    built.close()


@pytest.fixture
def server(house):
    running = PageServer(house)
    yield running
    running.stop()


@pytest.fixture
def visit(house, server, chromium):
    """A signed-in page; it fails the test for a script error, a broken policy or a request that leaves this server."""
    opened, wrong = [], []
    tokens = {}

    def open_page(name="ana", **options):
        token = tokens.get(name) or tokens.setdefault(name, house.tokens.create(name, ("read", "respond")))
        context = chromium.new_context(**options)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith((server.url, "data:")) else None)
        page.goto(f"{server.url}/login")
        page.fill("#token", token)
        page.click("main button")
        page.wait_for_url(f"{server.url}/")
        return page

    yield open_page
    for context in opened:
        context.close()
    assert wrong == []


async def stand_still(until):
    """Runs in the server's loop and holds it, as a process that is stopped holds everything."""
    until.wait(60)


def live(page):
    page.wait_for_selector("[data-live].on")


def screens(ids):
    return {
        "list": "/",
        "room": f"/incidents/{ids['worked']}",
        "room of an unseen one": f"/incidents/{ids['unseen']}",
        "room of a resolved one": f"/incidents/{ids['over']}",
        "runbook": "/runbooks/current",
        "post-mortem": f"/incidents/{ids['over']}/postmortem",
        "not found": "/incidents/INC-99",
    }


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_screen_is_accessible(house, server, visit, axe, scheme, width):
    ids = scene(house)
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 900})
    found = {}
    for name, url in {**screens(ids), "login": "/login"}.items():
        page.goto(server.url + url)
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        page.evaluate(axe)
        ran = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
        assert len(ran["passes"]) > 10, "axe looked at nothing"
        if ran["violations"]:
            found[name] = [(one["id"], one["nodes"][0]["html"]) for one in ran["violations"]]
    assert found == {}


def test_a_phone_has_one_column_and_targets_for_a_thumb(house, server, visit):
    ids = scene(house)
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    for name, url in screens(ids).items():
        page.goto(server.url + url)
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the phone"
        small = page.evaluate(
            """least => [...document.querySelectorAll('button, summary, select, textarea, nav a, a.button, label.choice,'
                 + ' input:not([type=hidden], [type=radio])')]
                .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < least - 0.5)
                .map(one => one.outerHTML.slice(0, 120))""",
            TARGET_PX_MIN,
        )
        assert small == [], name


def test_what_others_do_appears_by_itself_and_typed_text_stays(house, server, visit):
    incident = house.declare()
    page = visit(viewport={"width": 1440, "height": 900})
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.focus("#note-text")
    page.keyboard.type("half a sentence")
    house.act("note", incident, "bo", text="redis is full")
    house.act("acknowledge", incident, "bo")

    page.wait_for_selector("#timeline li:has-text('redis is full')")
    page.wait_for_selector(".next-step:has-text('Choose a mitigation')")
    page.keyboard.type(", and the rest")
    assert page.input_value("#note-text") == "half a sentence, and the rest"
    assert page.evaluate("document.activeElement.id") == "note-text"


def test_the_list_shows_a_new_incident_by_itself(house, server, visit):
    page = visit()
    live(page)
    page.fill("input[name=title]", "I was typing")
    house.declare("Uploads fail")
    page.wait_for_selector(".incident-title:has-text('Uploads fail')")
    assert page.input_value("input[name=title]") == "I was typing"


def test_after_a_lost_connection_nothing_is_missing_and_nothing_is_twice(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    for number in range(5):
        house.act("note", incident, "bo", text=f"before {number}")
    page.wait_for_selector("#timeline li:has-text('before 4')")
    server.stop()
    page.wait_for_selector("[data-live].off")
    for number in range(30):
        house.act("note", incident, "bo", text=f"while away {number}")
    server.start()
    live(page)
    house.act("acknowledge", incident, "bo")
    page.wait_for_selector("#timeline li:has-text('acknowledged by bo')")
    page.wait_for_selector(".next-step:has-text('Choose a mitigation')")

    shown = page.eval_on_selector_all("#timeline > li", "lines => lines.map(line => Number(line.id.slice(6)))")
    newest = max(entry.seq for entry in house.reader.entries(incident) if entry.by == "bo")
    assert [seq for seq in shown if seq <= newest] == list(range(newest, 0, -1))
    assert len(shown) == len(set(shown))


def test_a_page_whose_stream_failed_at_first_becomes_live_by_itself(house, server, visit):
    incident = house.declare()
    page = visit()
    page.clock.install()
    # Until the page has been seen: on a slow machine a second try would come before anybody looks.
    page.route("**/events?*", lambda route: route.abort())
    page.goto(f"{server.url}/incidents/{incident}")
    page.wait_for_selector("[data-live].off")
    page.unroute("**/events?*")
    house.act("note", incident, "bo", text="meanwhile")
    page.clock.fast_forward(10_000)
    live(page)
    page.wait_for_selector("#timeline li:has-text('meanwhile')")
    assert page.locator("#timeline li:has-text('meanwhile')").count() == 1


def test_u3_a_server_that_freezes_is_said_in_a_strip_and_caught_up_with(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    thawed = threading.Event()
    frozen = asyncio.run_coroutine_threadsafe(stand_still(thawed), server.loop)
    page.wait_for_selector("#stale:has-text('Not live since')", timeout=40_000)
    assert page.locator("[data-live].on").count() == 0
    house.act("acknowledge", incident, "bo")
    thawed.set()
    frozen.result()
    live(page)
    page.wait_for_selector(".next-step:has-text('Choose a mitigation')")
    assert page.locator("#stale").is_hidden()


@pytest.mark.parametrize("where", ["room", "list"])
def test_u3_a_page_that_could_not_be_renewed_is_not_live_until_it_is(house, server, visit, where):
    incident = house.declare()
    page = visit()
    address, news = (
        (f"/incidents/{incident}", ".next-step:has-text('Choose a mitigation')")
        if where == "room"
        else ("/", ".state-acknowledged")
    )
    page.goto(f"{server.url}{address}")
    live(page)
    page.route(f"{server.url}{address}", lambda route: route.fulfill(status=500, body="broken"))
    house.act("acknowledge", incident, "bo")
    page.wait_for_selector("#stale:has-text('could not be renewed')", timeout=40_000)
    assert page.locator("[data-live].on").count() == 0
    page.unroute(f"{server.url}{address}")
    page.wait_for_selector(news, timeout=40_000)
    live(page)


def test_u3_a_network_that_comes_back_is_live_again(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.context.set_offline(True)
    page.wait_for_selector("#stale:has-text('No network')")
    house.act("acknowledge", incident, "bo")
    page.context.set_offline(False)
    page.wait_for_selector(".next-step:has-text('Choose a mitigation')", timeout=40_000)
    live(page)


def test_u7_a_double_click_is_one_act(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.fill("#note-text", "twice pressed")
    page.dblclick("#note button")
    page.wait_for_selector("#timeline li:has-text('twice pressed')")
    page.click("#fold-tell-own > summary")
    page.fill("#tell-own-text", "We are looking into it.")
    page.click("#tell-own button")
    page.wait_for_selector("#preview-text:has-text('We are looking into it.')")
    page.click("#preview-change")
    assert page.input_value("#tell-own-text") == "We are looking into it."
    page.click("#tell-own button")
    page.dblclick("#preview-post")
    page.wait_for_selector("#timeline li:has-text('We are looking into it')")
    said = [getattr(entry.fact, "text", "") for entry in house.reader.entries(incident)]
    assert said.count("twice pressed") == 1
    assert said.count("We are looking into it.") == 1


def test_a_refusal_stays_on_the_page_with_what_was_typed(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.fill("#resolve-reason", "it looks fine to me")
    with page.expect_response(re.compile("/resolve/preview$")) as answer:
        page.click("#resolve button")
    assert answer.value.status == 409
    page.wait_for_selector(".notice.bad:has-text('can\\'t be resolved yet')")
    assert page.input_value("#resolve-reason") == "it looks fine to me"

    page.fill("#note-text", "taken")
    page.click("#note button")
    page.wait_for_selector(".notice.good:has-text('note: taken')")
    assert page.input_value("#note-text") == ""
    assert "done=" in page.url
    house.act("acknowledge", incident, "bo")
    page.wait_for_selector("#timeline li:has-text('acknowledged by bo')")
    assert page.locator(".notice.good").count() == 1, "a notice stays until the next form"


def test_a_server_that_does_not_answer_costs_no_word(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.fill("#note-text", "written in the dark")
    server.stop()
    page.click("#note button")
    page.wait_for_selector(".notice.bad:has-text('did not answer')")
    assert page.input_value("#note-text") == "written in the dark"
    server.start()
    page.reload()
    assert page.input_value("#note-text") == "written in the dark"
    page.click("#note button")
    page.wait_for_selector(".notice.good:has-text('written in the dark')")
    page.reload()
    assert page.input_value("#note-text") == ""


def test_an_open_fold_stays_open_while_the_room_is_renewed(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.click("#fold-severity > summary")
    page.fill("#severity-reason", "it spreads")
    house.act("acknowledge", incident, "bo")
    page.wait_for_selector(".next-step:has-text('Choose a mitigation')")
    assert page.evaluate("document.querySelector('#fold-severity').open")
    assert page.input_value("#severity-reason") == "it spreads"


def lost(page, text, happened):
    """The notice that keeps a text whose form is gone; the text is in a field that can be copied from, and has the focus."""
    page.wait_for_selector(f"#kept .notice:has-text('{happened}')")
    assert page.input_value("#kept textarea") == text
    assert page.evaluate("document.activeElement === document.querySelector('#kept textarea')")
    box = page.locator("#kept .notice").bounding_box()
    assert 0 <= box["y"] < page.viewport_size["height"]


def test_what_was_typed_stays_when_another_person_s_act_takes_its_form_away(house, server, visit):
    incident = house.declare()
    house.act("propose", incident, "bo", command_id=house.command("redis-cli flushdb").id, reason="broken entries")
    page = visit("ana")
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.focus(f"#refuse-{incident}-R1-reason")
    page.keyboard.type("not before the snapshot")
    house.act("break-glass", incident, "bo", run_id=f"{incident}-R1", reason="users lose data, nobody answers")
    lost(page, "not before the snapshot", "Not sent (Reason to reject)")
    page.keyboard.type(" is stored")
    lost(page, "not before the snapshot is stored", "bo: BREAK-GLASS: bo alone runs")

    page.reload()
    page.wait_for_selector("#kept .notice:has-text('no longer here')")
    assert page.input_value("#kept textarea") == "not before the snapshot is stored"
    page.click("#kept button")
    assert page.locator("#kept .notice").count() == 0
    page.reload()
    live(page)
    assert page.locator("#kept .notice").count() == 0


def test_a_form_that_comes_back_has_what_was_typed_into_it(house, server, visit):
    incident = house.declare()
    page = visit("ana")
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.click("#fold-severity > summary")
    page.focus("#severity-reason")
    page.keyboard.type("half of all uploads fail")
    house.act("cancel", incident, "bo", reason="a planned test")
    lost(page, "half of all uploads fail", "bo: ended by bo: cancelled")
    page.focus("#timeline a, .brand")
    house.act("reopen", incident, "bo", text="it was no test")
    page.wait_for_selector("#severity-reason")
    page.wait_for_function("document.querySelectorAll('#kept .notice').length === 0")
    assert page.input_value("#severity-reason") == "half of all uploads fail"


def test_an_act_of_one_s_own_leaves_no_notice_behind(house, server, visit):
    incident = house.declare()
    house.act("propose", incident, "bo", command_id=house.command("redis-cli flushdb").id, reason="broken entries")
    page = visit("ana")
    page.goto(f"{server.url}/incidents/{incident}")
    live(page)
    page.fill(f"#refuse-{incident}-R1-reason", "too late")
    page.press(f"#refuse-{incident}-R1-reason", "Enter")
    page.wait_for_selector(".notice.good:has-text('rejected by ana')")
    page.wait_for_selector("#timeline li:has-text('rejected by ana')")
    page.wait_for_selector("#decide", state="detached")
    assert page.locator("#kept .notice").count() == 0


def test_everything_works_without_javascript(house, server, visit):
    page = visit(java_script_enabled=False)
    page.fill("input[name=title]", "Uploads fail")
    page.check("input[name=severity][value=P1]")
    page.click("form.declare button")
    page.wait_for_selector("h1:has-text('Uploads fail')")
    page.click("#next-acknowledge button")
    page.wait_for_selector(".notice.good:has-text('acknowledged by ana')")
    command = house.command("docker-compose restart redis").id
    page.click(f"#fold-mitigate-propose-{command} > summary")
    page.fill(f"#mitigate-propose-{command}-reason", "it hangs")
    page.click(f"#mitigate-propose-{command} button")
    page.wait_for_selector(".sheet:has-text('it hangs')")
    page.fill("#resolve-reason", "well")
    page.click("#resolve button")
    page.wait_for_selector(".notice.bad:has-text('can\\'t be resolved yet')")
    assert page.input_value("#resolve-reason") == "well"


def test_the_one_next_thing_is_reached_by_keyboard_alone(house, server, visit):
    incident = house.declare()
    page = visit()
    page.goto(f"{server.url}/incidents/{incident}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Acknowledge":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.good:has-text('acknowledged by ana')")


def test_two_people_approve_a_destroy(house, server, visit):
    incident = house.declare()
    command = house.command("redis-cli flushdb").id
    ana, bo = visit("ana"), visit("bo")
    for page in (ana, bo):
        page.goto(f"{server.url}/incidents/{incident}")
        live(page)
    ana.click(f"#fold-mitigate-propose-{command} > summary")
    ana.fill(f"#mitigate-propose-{command}-reason", "broken entries")
    ana.click(f"#mitigate-propose-{command} button")
    ana.wait_for_selector(".sheet:has-text('somebody else has to approve it')")
    bo.wait_for_selector(".sheet:has-text('broken entries')")
    bo.fill("[id^=approve-] input[name=reason]", "agreed, the cache is lost anyway")
    bo.click("[id^=approve-] button")
    bo.wait_for_selector(".notice.good:has-text('approved by bo')")
    bo.wait_for_selector(f"#now-{incident}-R1:focus:has-text('starts')")
    house.ran(incident, f"{incident}-R1")
    bo.wait_for_selector(f"#now-{incident}-R1:has-text('✓ done in 2.5 s')")
    ana.wait_for_selector("#timeline li:has-text('approved by bo')")


def test_a_tap_meant_for_what_stood_there_before_sends_nothing(house, server, visit):
    first = house.declare("Uploads are slow", Severity.P1)
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    live(page)
    page.evaluate(
        """() => {
            const old = document.querySelector('.incident button').getBoundingClientRect();
            document.addEventListener('htmx:after:swap', () => {
              const clientX = old.x + old.width / 2, top = document.querySelector('.incident button').getBoundingClientRect().top;
              const clientY = (Math.max(top, old.top) + Math.min(top, old.top) + old.height) / 2;
              const now = document.elementFromPoint(clientX, clientY);
              window.tapped = now.getAttribute('aria-label');
              now.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true, detail: 1, clientX, clientY}));
            }, {once: true});
        }"""
    )
    worse = house.declare("All is down", Severity.P0, who="bo")
    page.wait_for_selector(".incident:has-text('All is down')")
    assert page.evaluate("window.tapped") == f"Acknowledge {worse}"
    page.wait_for_selector(".notice.bad:has-text('changed under your finger')")
    assert page.evaluate("window.tapped") == f"Acknowledge {worse}"
    assert not any(house.incident(one).acknowledged for one in (first, worse))
    page.click(".notice .close")
    assert page.query_selector(".notice") is None


def press(page, button, shows):
    """As a person does: once more where the page, renewed at that moment, has taken the tap for nothing."""
    for _ in range(4):
        page.click(button)
        with suppress(sync_api.TimeoutError):
            page.wait_for_selector(shows, timeout=3_000)
            return
    page.wait_for_selector(shows)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_value_that_is_typed_and_not_set_is_not_ignored(house, server, visit, scripts):
    house.book = compile_runbook(SOURCE + b"\n\n## Mitigation\n\n### 9. Shop\n\n```bash\n./restart-worker.sh $WORKER\n```\n")
    incident, command = house.declare(), house.command("./restart-worker.sh").id
    house.act("set-value", incident, "bo", name="WORKER", value="w2")
    page = visit(java_script_enabled=scripts)
    page.goto(f"{server.url}/incidents/{incident}")
    if scripts:
        live(page)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    field = f"#mitigate-{command} .wanted input:not([type=hidden])"
    assert page.get_attribute(field, "autocapitalize") == "off"
    page.fill(field, "w3")
    page.wait_for_selector(f"#mitigate-{command} .unset:has-text('set it, or empty the field')")
    assert not page.is_visible(f"#mitigate-propose-{command} button[name=approve]")
    page.fill(field, "")
    assert not page.is_visible(f"#mitigate-{command} .unset")
    if not scripts:
        page.click(f"#mitigate-propose-{command} button[name=approve]")
        page.wait_for_selector(".notice.good:has-text('was asked for and approved')")
        return
    press(page, f"#mitigate-propose-{command} button[name=approve]", f"#mitigate-{command}:has-text('starts')")
    house.ran(incident, f"{incident}-R1")
    page.wait_for_selector(f"#now-{incident}-R1:has-text('done in 2.5 s')")
    assert page.inner_text(f"#fold-mitigate-propose-{command}-after-{incident}-R1 > summary").startswith("Run it again")

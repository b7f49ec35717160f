"""Behind a real nginx: a path prefix on every address, the bare ``proxy_pass`` that forgets the Host, names that are not ours, IPv6."""

import http.client
import re
import shutil
import socket
import subprocess
from urllib.parse import urlencode

import pytest
from tests.real.site import Site
from tests.story.patience import until

from stormjib.drill.processes import keep_port
from stormjib.settings import Settings

CONFIG = """
daemon off; pid {where}/nginx.pid; error_log {where}/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path {where}/body; proxy_temp_path {where}/proxy; fastcgi_temp_path {where}/f;
  uwsgi_temp_path {where}/u; scgi_temp_path {where}/s;
  server {{
    listen 127.0.0.1:{port};
    location /ops/ {{ proxy_pass http://127.0.0.1:{behind}; proxy_buffering off; }}
    location /cut/ {{ proxy_pass http://127.0.0.1:{behind}/; proxy_set_header Host $http_host; }}
  }}
}}
"""


class Browser:
    """Keeps its cookies with their path, and says where it comes from as a browser does."""

    def __init__(self, port):
        self.port, self.origin, self.cookie = port, f"http://127.0.0.1:{port}", ""

    def ask(self, method, path, form=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin, **headers}
        connection.request(method, path, urlencode(form) if form is not None else None, sent)
        answer = connection.getresponse()
        body = b"" if "/events" in path else answer.read()
        connection.close()
        self.cookie = answer.headers.get("set-cookie", self.cookie).partition(";")[0]
        return answer, body.decode()


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A site under /ops, and nginx before it; the browser."""
    if shutil.which("nginx") is None:
        pytest.skip("there is no nginx")
    kept = keep_port()
    port = kept.getsockname()[1]
    site = Site(tmp_path_factory.mktemp("behind"), base_url=f"http://127.0.0.1:{port}/ops")
    site.start()
    site.alert()
    where = site.where / "nginx"
    where.mkdir()
    (where / "nginx.conf").write_text(CONFIG.format(where=where, port=port, behind=site.port))
    kept.close()
    nginx = subprocess.Popen(["nginx", "-p", str(where), "-c", str(where / "nginx.conf"), "-e", str(where / "error.log")])

    def listens():
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", port)) == 0

    until(listens, "nginx")
    yield site, Browser(port)
    nginx.terminate()
    nginx.wait()
    site.close()


def signed_in(site, browser):
    answer, _ = browser.ask("POST", "/ops/login", {"token": site.tokens["ana"], "next": "/incidents/INC-1"})
    assert answer.status == 303
    return answer


def test_a15_everything_lies_under_the_path(behind):
    site, browser = behind
    browser.cookie = ""
    answer, _ = browser.ask("GET", "/ops/incidents/INC-1")
    assert answer.headers["location"] == "/ops/login?next=/incidents/INC-1"
    answer = signed_in(site, browser)
    assert answer.headers["location"] == "/ops/incidents/INC-1"
    assert "Path=/ops/" in answer.headers["set-cookie"]
    for page in ("/ops/", "/ops/incidents/INC-1", "/ops/intake", "/ops/runbooks/current", "/ops/incidents/INC-1/postmortem"):
        answer, text = browser.ask("GET", page)
        assert answer.status == 200, page
        led = re.findall(r'\b(?:href|action|formaction|src|hx-[a-z:-]+)="(/[^"]*)"', text)
        assert len(led) > 5
        assert [address for address in led if not address.startswith("/ops/")] == [], page
        for address in {one.partition("#")[0] for one in led if "/static/" in one or "events" in one}:
            assert browser.ask("GET", address.replace("&amp;", "&"))[0].status == 200, address


def test_a15_a_form_is_taken_also_where_the_proxy_forgets_the_host(behind):
    site, browser = behind
    signed_in(site, browser)
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.ask("GET", "/ops/incidents/INC-1")[1])[1]
    answer, text = browser.ask("POST", "/ops/incidents/INC-1/notes", {"csrf": csrf, "text": "through nginx"})
    assert answer.status == 303, text
    assert answer.headers["location"].startswith("/ops/incidents/INC-1?done=")
    answer, text = browser.ask("POST", "/ops/incidents/INC-1/notes", {"csrf": csrf, "text": "x"}, Origin="https://evil.example")
    assert answer.status == 403
    assert "https://evil.example" in text
    assert "base_url" in text


def test_a15_a_proxy_may_take_the_path_off(behind):
    site, browser = behind
    browser.cookie = ""
    answer, _ = browser.ask("POST", "/cut/login", {"token": site.tokens["ana"]})
    assert answer.headers["location"] == "/ops/"
    assert site.get("/api/v1/whoami")["name"] == "ana"
    assert browser.ask("GET", "/ops/api/v1/whoami", Authorization=f"Bearer {site.tokens['ana']}")[0].status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("evil.example:8700", 421),
        ("127.0.0.1.evil.example", 421),
        ("a@127.0.0.1", 421),
        ("[::1", 421),
        ("LOCALHOST:443", 303),
        ("[::1]:8700", 303),
        ("stormjib", 303),
        ("stormjib.internal", 303),
        ("10.0.0.7", 303),
    ],
)
def test_s14_a_page_is_given_under_names_that_can_be_ours(behind, host, status):
    site, _ = behind
    assert site.send("GET", "/", headers={"Host": host})[0] == status
    found, _, body = site.send("POST", "/api/v1/alerts", b"[]", "watcher", {"Host": host})
    assert found != 421, body


def test_s10_nobodys_word_is_taken_for_an_address_or_tls(behind):
    """No proxy is trusted by default: a header must not make a sender of an alert somebody else."""
    site, _ = behind
    site.send("POST", "/api/v1/alerts", b"{}", "", {"X-Forwarded-For": "203.0.113.9"})
    newest = site.get("/api/v1/intake")["refused"][0]
    assert newest["sender"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"host": "::1", "port": 1}, "http://[::1]:1"),
        ({"host": "0.0.0.0", "port": 1}, f"http://{socket.gethostname()}:1"),
        ({"host": "::", "port": 1}, f"http://{socket.gethostname()}:1"),
        ({"base_url": "https://x.example/ops/"}, "https://x.example/ops"),
    ],
)
def test_a15_an_address_that_people_can_call(given, expected):
    assert Settings(**given).url == expected

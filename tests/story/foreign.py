"""Another team's service: a shop, a real HTTP server with its own routes, its own runbook and its own checks."""

import itertools
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.story.world import World

from stormjib.core.catalogue.reading import read_services
from stormjib.core.markdown import compile_runbook

RUNBOOK_BYTES = Path(__file__).with_name("checkout.md").read_bytes()
BOOK = compile_runbook(RUNBOOK_BYTES)
SHOP = "shop-api"


class ForeignWorld(World):
    """Its services' checks are run for real."""

    measures_for_real = True

    def __init__(self, *args, **given):
        super().__init__(*args, **given)
        self.app.checks.monotonic = steady()

    def command(self, line):
        """The id of the command that begins so; a line of the shop's runbook."""
        return next(command.id for command in BOOK.commands if command.text.startswith(line))

    def begin(self, **alert):
        return super().begin(
            **{"name": "OrdersFail", "service": SHOP, "severity": "SEV1", "summary": "nobody can order", **alert}
        )

    def measure(self, incident, who="ana"):
        """Measure the recovery; the facts of it."""
        before = len(self.facts("Verified", incident))
        self.post(who, f"/incidents/{incident}/verify")
        self.settle()
        return [{"measured": True, **fact} for fact in self.facts("Verified", incident)[before:]]

    def confirm(self, incident, words):
        """Somebody says by hand that a verification item holds."""
        item = next(item for item in self.lacking(incident, "resolution") if words in item["name"])
        self.post("ana", f"/incidents/{incident}/items/{item['detail'].split()[-1]}/tick", text="I looked")

    def lacking(self, incident, of):
        return [one for one in self.room(incident)[of] if not one["met"]]


def steady():
    """A clock by which every answer is as fast as the other, however busy this machine is."""
    milliseconds = itertools.count()
    return lambda: next(milliseconds) / 1000


class Shop:
    """Takes orders. ``broken`` names the routes that answer 503; ``asked`` is what came in."""

    def __init__(self, broken=()):
        self.broken = set(broken)
        self.mended_by = None
        """A file: once it is there, nothing is broken."""
        self.asked = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.shop = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method, path, body):
        self.asked.append(f"{method} {path}")
        if self.mended_by is not None and self.mended_by.exists():
            self.broken.clear()
        if path.split("/")[1] in self.broken:
            return 503, {"error": "the till is closed"}
        match method, path:
            case "GET", "/-/healthy":
                return 200, "Shop is Healthy."
            case "POST", "/orders":
                return 201, {"order": {"id": "o 7", "sku": json.loads(body)["sku"]}}
            case "GET", "/orders/o%207":
                return 200, {"id": "o 7", "state": "taken"}
        return 404, {"error": "no such page"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        status, said = self.server.shop.answer(self.command, self.path, body)
        text = (said if isinstance(said, str) else json.dumps(said)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, *_):
        pass


@contextmanager
def shop(**given):
    """A shop that is open."""
    there = Shop(**given)
    try:
        yield there
    finally:
        there.close()


def checks(url, name=SHOP, aliases=("shop",)):
    """The shop's ``[[service]]``, as its team writes it."""
    return read_services([{
        "name": name,
        "aliases": list(aliases),
        "target_url": url,
        "check": [
            {"kind": "http", "name": "front door", "url": "/-/healthy", "text": "Healthy", "latency_ms": 5000},
            {"kind": "flow", "name": "an order", "hint": "Customers can't order.", "latency_ms": 5000, "step": [
                {"method": "POST", "url": "/orders", "json": {"sku": "sail"}, "status": 201, "save": {"id": "order.id"}},
                {"url": "/orders/{id}", "expect": "state == 'taken'"},
            ]},
        ],
    }])  # fmt: skip

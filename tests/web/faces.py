"""The faces of the program, each doing an action of the table from the same parameters: the API, the form, the command line."""

import io
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from starlette.testclient import TestClient

from stormjib.cli import run
from stormjib.cli.world import World
from stormjib.core.actions import BY_FORM, parameters_of
from stormjib.core.actions.clear_alert import EVERY

FORMS = {action.name: form for form, action in BY_FORM.items()}


class Faces:
    """One person at each face. ``given`` is what the API takes, with the parts of its address."""

    def __init__(self, house, name="ana", scopes=("read", "respond"), *, machine=False):
        self.house = house
        self.person = house.person(name, scopes, machine=machine)
        self.http = TestClient(house.app, base_url="https://stormjib.test", raise_server_exceptions=False)

    def api(self, action, incident, given, key="", dry_run=""):
        body = {name: value for name, value in given.items() if f"{{{name}}}" not in action.path}
        path = action.path.format(incident_id=incident, **given)
        headers = {"Authorization": f"Bearer {self.person.token}", "Idempotency-Key": key}
        return self.http.post(f"/api/v1/{path}{dry_run}", json=body, headers=headers)

    def form(self, action, incident, given, key=""):
        fields = {"key": key} if key else {}
        for one in parameters_of(action.parameters):
            value = given.get(one.wire)
            if isinstance(value, dict):
                fields |= {f"value:{name}": text for name, text in value.items()}
            elif one.spelling.form and value is not None:
                fields[one.spelling.form] = {True: "yes", False: "no"}.get(value, value)
        if given.get("all"):
            fields["alert"] = EVERY + fields["alert"]
        return self.person.post("/incidents" if action.on == "new" else f"/incidents/{incident}/{FORMS[action.name]}", **fields)

    def cli(self, action, incident, given):
        argv = action.words.command.split()
        argv += [incident] if action.words.incident in {"given", "the only open one"} else []
        named = [(one, given[one.wire]) for one in parameters_of(action.parameters) if one.spelling.word and one.wire in given]
        for one, value in sorted(named, key=lambda pair: pair[0].spelling.word.startswith("--")):
            argv += _typed(one, value)
        return self.command(*argv)

    def command(self, *argv):
        """The command line against this house; its exit code, and what it wrote."""
        with _Served(self.http) as url:
            out, err = io.StringIO(), io.StringIO()
            environ = {"STORMJIB_TOKEN": self.person.token, "STORMJIB_URL": url, "HOME": "/nowhere"}
            world = World(
                environ=environ, stdin=io.StringIO(), stdout=out, stderr=err, clock=self.house.clock, pause=lambda _: None
            )
            return run([*argv, "--yes"], world), out.getvalue(), err.getvalue()


def _typed(one, value):
    if one.kind == "flag" and not one.spelling.choices:
        return [one.spelling.word] if value else []
    text = {True: "yes", False: "no"}.get(value, value) if one.kind == "flag" else value
    return [one.spelling.word, text] if one.spelling.word.startswith("--") else [text]


class _Served:
    """The app at an address of this machine, for a command line that speaks HTTP."""

    def __init__(self, http):
        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {"Authorization": self.headers["Authorization"], "Content-Type": "application/json"}
                answer = http.request(self.command, self.path, content=body, headers=headers)
                self.send_response(answer.status_code)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = _pass_on

            def log_message(self, *_):
                """Tests are quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self):
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=10)


_INCIDENT = re.compile(r"INC-[0-9]+")


def facts_of(entries):
    """What was written, without the numbers of incidents and of those of one second."""
    return [
        (entry.by, json.loads(_INCIDENT.sub("INC", json.dumps(_plain(entry.fact))))) for entry in entries if entry.by == "ana"
    ]


def _plain(fact):
    fields = {name: str(getattr(fact, name)) for name in fact.__struct_fields__ if name != "channel_number"}
    return {"kind": type(fact).__name__, **fields}

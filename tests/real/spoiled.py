"""A proxy before a chat that somebody else wrote: it spoils what it is told to spoil, before or after the chat has heard it."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER_SECONDS = 60


class Spoiled:
    """``calls`` is what the server asked for, in order; ``spoil`` says of each call what goes wrong: see ``_Proxy``."""

    PASSED_ON = ("Authorization", "Content-Type")
    EMPTY = "empty"
    """An answer without what it must have, where the chat would not say itself that something is wrong."""
    TOO_MANY = (b"{}", {"Retry-After": "1"})
    """How this chat says that it was asked too often."""

    def __init__(self, port):
        self.port = port
        self.calls = []
        self.spoil = lambda method, number: ""
        """By the method and how often it was called before: what goes wrong."""
        self._lock = threading.Lock()
        self.proxy = _Quiet(("127.0.0.1", 0), _Proxy)
        self.proxy.chat = self
        self.proxy.daemon_threads = True
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()
        self.at = f"http://127.0.0.1:{self.proxy.server_address[1]}"

    def close(self):
        self.proxy.shutdown()
        self.proxy.server_close()

    def named(self, verb, path, body):
        """The method that is called, and its fields."""
        raise NotImplementedError

    def heard(self, method, fields):
        with self._lock:
            number = sum(known == method for known, _ in self.calls)
            self.calls.append((method, fields))
        return self.spoil(method, number)

    def forward(self, verb, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(verb, path, body, {name: headers[name] for name in self.PASSED_ON if headers.get(name)})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_):
        """The server was killed while it asked."""


class _Proxy(BaseHTTPRequestHandler):
    """``429``, ``500``, ``garbage`` and ``empty`` are answered in place of the chat; ``lost``, ``hang`` and ``broken`` come after it has heard it, as
    does a function, which is called then. ``cut`` hangs up before, ``silent`` never answers and the chat hears nothing."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        chat = self.server.chat
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        wrong = chat.heard(*chat.named(self.command, self.path, body))
        if wrong == "429":
            said, headers = chat.TOO_MANY
            self._answer(429, said, headers)
        elif wrong == "500":
            self._answer(500, b"oh no")
        elif wrong == "garbage":
            self._answer(200, b"<html>a proxy's page</html>")
        elif wrong == "empty":
            self._answer(200, b"{}")
        elif wrong == "cut":
            self.close_connection = True
        elif wrong == "silent":
            self.rfile.read(1)  # until the other side gives up
            self.close_connection = True
        else:
            status, said = chat.forward(self.command, self.path, body, self.headers)
            if wrong == "hang":
                self.rfile.read(1)  # until the other side gives up
                self.close_connection = True
            elif wrong == "lost" or callable(wrong):
                self.close_connection = True
                wrong() if callable(wrong) else None
            elif wrong == "broken":
                self._answer(502, b"")
            else:
                self._answer(status, said)

    do_GET = do_PUT = do_POST

    def _answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""

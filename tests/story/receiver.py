"""The other side of the webhook: it keeps every message, and answers what the test tells it to."""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG = 0
"""An answer that never comes."""


class Receiver:
    """``answers`` gives the status for a message; ``taken`` are those that were answered with 2xx, ``tries`` all.

    ``updates`` are what it was told of its own incidents, apart from what people get.
    """

    def __init__(self):
        self.tries = []
        self.taken = []
        self.updates = []
        self.answers = lambda _: 202
        self._over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = receiver.answers(message)
                receiver.tries.append(message)
                if status == HANG:
                    receiver._over.wait()
                    self.close_connection = True
                    return
                if status < 300:
                    (receiver.updates if "paged" in message else receiver.taken).append(message)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """The test says itself what it expects."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def pages(self):
        """How often each page was tried, by its deduplication key without the generation of the log."""
        return Counter(message["dedup_key"].partition("#")[0] for message in self.tries if "who" in message)

    def let_go(self):
        """Hang up on everybody who waits for an answer."""
        self._over.set()

    def close(self):
        self.let_go()
        self._server.shutdown()
        self._server.server_close()


def words(message):
    """A message in one line, as the stories write it down."""
    if "who" in message:
        return f"page {message['who']}, rung {message['rung']}, {message['incident']}"
    return f"to {message['audience']}: {message['text']}"

"""A stand-in for Slack's Socket Mode, which nothing that can be had here offers: the documented envelopes over RFC 6455.

https://docs.slack.dev/apis/events-api/using-socket-mode/: apps.connections.open gives an address that is good once; there
come "hello", envelopes that want to be confirmed by their id, and "disconnect" with its reason.
"""

import base64
import json
import struct
import threading
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.story.patience import until

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class SocketMode:
    """``open`` are the connections that are there, the newest last; ``confirmed`` what came back, each with its id."""

    def __init__(self, app_token):
        self.app_token, self.open, self.tickets, self.confirmed, self.refusal = app_token, [], 0, [], ""
        self.seen = lambda _: None
        """Called with each confirmation when it arrives."""
        mode = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                known = self.path == "/api/apps.connections.open" and self.headers["Authorization"] == f"Bearer {mode.app_token}"
                mode.tickets += known and not mode.refusal
                url = f"ws://127.0.0.1:{self.server.server_port}/link/?ticket={mode.tickets}"
                refused = {"ok": False, "error": mode.refusal or "invalid_auth"}
                answer = json.dumps({"ok": True, "url": url} if known and not mode.refusal else refused).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self):
                accept = base64.b64encode(sha1((self.headers["Sec-WebSocket-Key"] + MAGIC).encode()).digest()).decode()
                self.wfile.write(
                    f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
                )
                mode.open.append(self)
                self.say({"type": "hello", "num_connections": 1})
                try:
                    while self._frame():
                        pass
                except (OSError, struct.error):
                    pass
                if self in mode.open:
                    mode.open.remove(self)
                self.close_connection = True

            def say(self, message, opcode=1):
                body = message if isinstance(message, bytes) else json.dumps(message).encode()
                length = bytes([len(body)]) if len(body) < 126 else b"\x7e" + struct.pack(">H", len(body))
                self.wfile.write(bytes([0x80 | opcode]) + length + body)
                self.wfile.flush()

            def _frame(self):
                first, second = struct.unpack("BB", self.rfile.read(2))
                length = second & 0x7F
                if length == 126:
                    (length,) = struct.unpack(">H", self.rfile.read(2))
                mask, body = self.rfile.read(4), self.rfile.read(length)
                plain = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))
                match first & 0x0F:
                    case 1:
                        mode.seen(json.loads(plain))
                        mode.confirmed.append(json.loads(plain))
                    case 8:
                        return False
                    case 9:
                        self.say(plain, 10)
                return True

            def log_message(self, *_):
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/api"

    def connected(self, ticket):
        until(lambda: self.tickets >= ticket and self.open, f"connection {ticket}")

    def send(self, kind, payload, envelope, *, answers=True):
        message = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": answers}
        self.open[-1].say(message)

    def confirmation(self, envelope):
        until(lambda: any(one["envelope_id"] == envelope for one in self.confirmed), f"{envelope} to be confirmed")
        return next(one for one in self.confirmed if one["envelope_id"] == envelope)

    def close(self):
        self._server.shutdown()
        self._server.server_close()

"""The lab's users as a unit of the box, with what they see as metrics: ``python -m watermark_lab.real.users``."""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watermark_lab.lab.load import Users
from watermark_lab.real.settings import HTTP_PORT

PORT = 9200


def metrics(users: Users) -> str:
    """What the users saw within the last window, in Prometheus' text format."""
    return "".join(f"users_{name} {value}\n" for name, value in asdict(users.seen()).items() if name != "at")


def main() -> None:
    """Run the users until the process is ended."""
    users = Users(HTTP_PORT, float(os.environ["REQUESTS_PER_SECOND"]), float(os.environ["WINDOW_SECONDS"]))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = metrics(users).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet: Prometheus asks every second."""

    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    users.run(Path(tempfile.gettempdir()) / "users.json")


if __name__ == "__main__":
    main()

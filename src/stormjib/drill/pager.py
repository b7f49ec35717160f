"""A stand-in for a pager: a loopback server that takes the generic webhook and shows that it rang."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Pager:
    """Rings once for each ``dedup_key``, as a real pager does."""

    def __init__(self, rings: Callable[[dict[str, Any]], None]) -> None:
        """``rings`` is called with the page's JSON."""
        seen: set[str] = set()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                page = json.loads(body or b"{}")
                key = str(page.get("dedup_key", ""))
                if key not in seen and str(page.get("schema", "")).startswith("stormjib.page/"):
                    seen.add(key)
                    rings(page)
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Stay quiet: the demo says itself what happens."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="pager", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where pages go."""
        return f"http://127.0.0.1:{self._server.server_port}/page"

    def close(self) -> None:
        """Hang up."""
        self._server.shutdown()
        self._server.server_close()

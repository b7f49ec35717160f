"""The lab's stand-in for the notary: somebody else's service, which attests a digest with a receipt.

Run as a process: ``python -m watermark_lab.lab.notary PORT [HOST]``.
"""

from __future__ import annotations

import json
import secrets
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType

from watermark_lab.lab.port import LOOPBACK

AGENT = "watermark-lab-notary/0.1"
BODY_BYTES_MAX = 64 * 1024
CLIENT_SECONDS_MAX = 10.0


class Handler(BaseHTTPRequestHandler):
    """``GET /health`` and ``POST /receipts``."""

    timeout = CLIENT_SECONDS_MAX

    def do_GET(self) -> None:
        """Say that it is well."""
        self._answer(200 if self.path == "/health" else 404, {"status": "ok"})

    def do_POST(self) -> None:
        """Attest a digest."""
        size = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(min(size, BODY_BYTES_MAX))
        try:
            known = self.path == "/receipts" and bool(json.loads(body)["digest"])
        except (ValueError, KeyError, TypeError):
            known = False
        self._answer(201 if known else 400, {"receipt": secrets.token_hex(8)} if known else {"error": "no digest"})

    def _answer(self, status: int, content: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Stay quiet: what it is asked is in its clients' logs."""


def main(argv: list[str]) -> int:
    """Serve until SIGTERM."""
    server = ThreadingHTTPServer((argv[1] if len(argv) > 1 else LOOPBACK, int(argv[0])), Handler)

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    print(f"{AGENT}: listening on {server.server_address[0]!s}:{server.server_port}", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Brings alerts to their receiver: in order, each again and again until it is answered with a 2xx."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

AGENT = "watermark-lab-watcher/0.1"
POST_SECONDS_MAX = 5.0
BACKOFF_SECONDS_FIRST = 0.25
BACKOFF_SECONDS_MAX = 10.0
WAITING_MAX = 1000
ACCEPTED = range(200, 300)


class Courier:
    """One receiver and what it has yet to be told."""

    def __init__(self, url: str, token_file: Path | None) -> None:
        """Deliver to ``url``; the bearer token is read anew for each attempt, as it may be rotated."""
        self._url = url
        self._token_file = token_file
        self._waiting: queue.Queue[dict[str, Any]] = queue.Queue(maxsize=WAITING_MAX)
        self.delivered = 0
        self.trouble = ""

    def start(self) -> None:
        """Deliver in the background."""
        threading.Thread(target=self._run, name="watcher-courier", daemon=True).start()

    def waiting(self) -> int:
        """Return how many notifications wait behind the one under way."""
        return self._waiting.qsize()

    def put(self, body: dict[str, Any]) -> None:
        """Take a notification; when too many wait, the oldest is given up, aloud."""
        while True:
            try:
                self._waiting.put_nowait(body)
            except queue.Full:
                lost = self._waiting.get_nowait()
                print(f"gave up {lost['groupKey']} {lost['status']}: more than {WAITING_MAX} notifications wait")
            else:
                return

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            body = self._waiting.get()
            backoff = BACKOFF_SECONDS_FIRST
            while not self._post(body):
                pause.wait(backoff)
                backoff = min(2 * backoff, BACKOFF_SECONDS_MAX)
            self.delivered += 1

    def _post(self, body: dict[str, Any]) -> bool:
        what = f"{body['status']} {body['groupLabels']['alertname']}"
        try:
            status = self._status(body)
        except (OSError, http.client.HTTPException) as err:
            self.trouble = f"{what}: {self._url} cannot be reached: {err}"
        else:
            self.trouble = "" if status in ACCEPTED else f"{what}: {self._url} answered {status}"
        print(self.trouble or f"{what}: delivered to {self._url}")
        return not self.trouble

    def _status(self, body: dict[str, Any]) -> int:
        headers = {"Content-Type": "application/json", "User-Agent": AGENT}
        if self._token_file is not None:
            headers["Authorization"] = f"Bearer {self._token_file.read_text(encoding='utf-8').strip()}"
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310
        # The receiver is asked directly: a proxy of the environment knows nothing of loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=POST_SECONDS_MAX) as response:
                return int(response.status)
        except urllib.error.HTTPError as err:
            with err:
                return err.code

"""The pages of a house behind a real port."""

import asyncio
import socket
import threading

import pytest
import uvicorn


class PageServer:
    """The house behind a real port; it can be ended and started again on the same one."""

    def __init__(self, house):
        self.house = house
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.house.hub.closed = False
        config = uvicorn.Config(
            self.house.app, host="127.0.0.1", port=self.port, log_config=None, lifespan="off", timeout_graceful_shutdown=2
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        for _ in range(2000):
            if self.server.started:
                return
            self.thread.join(timeout=0.005)
        pytest.fail("the server did not start")

    def _run(self):
        with asyncio.Runner() as runner:
            self.loop = runner.get_loop()
            runner.run(self.server.serve())

    def stop(self):
        self.house.hub.close()
        self.server.should_exit = True
        self.thread.join(timeout=10)

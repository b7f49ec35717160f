"""A chat that takes every request and says nothing for minutes, while incidents go on: what its channels hold in the end.

python -m bench.chat_silent --seconds 600
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench import slack
from bench.kept import MUST_BE_ZERO, compare, entries_of
from bench.kill import Driver, prepare
from bench.pager import Pager
from stormjib.drill import processes

SEED = 1
BEFORE_SECONDS = 10.0
EVERY_SECONDS = 20.0
"""How often a responder of the test pauses, so that minutes are no storm."""


def run(seconds: float, where: Path) -> dict[str, int]:
    """Responders work before, during and after; the counts, of which those in ``MUST_BE_ZERO`` must be 0."""
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    pager, chat = Pager(SEED), slack.Chat(where / "chat", SEED, wrong_share=0.0)
    settings, tokens = prepare(where, port, pager.url, chat)
    driver = Driver(url, tokens, SEED)
    server = processes.start_server(settings, url, where / "server.log")
    end = time.monotonic() + BEFORE_SECONDS + seconds + BEFORE_SECONDS

    def work() -> None:
        while time.monotonic() < end:
            driver.play_one()
            driver.stopping.wait(min(EVERY_SECONDS, seconds / 10))

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(BEFORE_SECONDS)
    chat.silent = True
    time.sleep(seconds)
    asked = chat.asked
    chat.silent = False
    worker.join()
    log = where / "data" / "log.db"
    found = chat.settled(lambda: entries_of(log), driver.notes)
    processes.stop(server)
    pager.close()
    chat.close()
    return (
        compare(where, driver.alerts, driver.notes, pager)
        | found
        | {"seconds_silent": int(seconds), "chat_asked_meanwhile": asked}
    )


def main() -> int:
    """Run it and print the counts; 1 where one that must be 0 is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    with tempfile.TemporaryDirectory(prefix="stormjib-silent-") as where:
        found = run(parser.parse_args().seconds, Path(where))
    print(json.dumps(found, indent=1))
    return 1 if any(found.get(name) for name in (*MUST_BE_ZERO, *slack.MUST_BE_ZERO)) else 0


if __name__ == "__main__":
    sys.exit(main())

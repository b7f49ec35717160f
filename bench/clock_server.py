"""`stormjib serve` whose wall clock can be stepped and whose time can run faster: `clock_server.py SETTINGS OFFSET_FILE SPEED`.

The offset in seconds stands in the file as a double and is read at each look at the clock. With a speed of 60 an hour takes a
minute; what bounds a single exchange and how often rows are looked at is scaled, so that it takes as long as without.
"""

import mmap
import struct
import sys
import time
from pathlib import Path

_wall, _steady = time.time, time.monotonic


def shift(offset_file: Path, speed: float) -> None:
    """Put the clocks in place, before anybody has taken the machine's."""
    with offset_file.open("rb") as file:
        offset = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
    began, steady_began = _wall(), _steady()
    read = struct.Struct("d").unpack_from

    def steady() -> float:
        return steady_began + (_steady() - steady_began) * speed

    def wall() -> float:
        return float(began + (_steady() - steady_began) * speed + read(offset)[0])

    time.time, time.monotonic = wall, steady


def main() -> int:
    """Serve until it is told to stop."""
    settings_file, offset_file, speed = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    shift(offset_file, speed)
    # Only now, for many keep the clock that they find when they are loaded.
    from stormjib import settings
    from stormjib.app import App
    from stormjib.integrations.notify import webhook
    from stormjib.serve import serve

    webhook.TIMEOUT_SECONDS *= speed  # type: ignore[misc]
    defaults = App.__init__.__kwdefaults__
    defaults["poll_seconds"] /= speed
    return serve(settings.load(settings_file))


if __name__ == "__main__":
    sys.exit(main())

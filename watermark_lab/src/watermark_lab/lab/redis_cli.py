"""The lab's stand-in for redis-cli, for machines without it: one command, printed as redis-cli prints into a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from watermark_lab.lab.redis import Client, RedisError, Reply

PUBLIC_PORT = 6379


def main(argv: Sequence[str], ports: Mapping[int, int]) -> int:
    """Send one command; ``ports`` maps the default port to the one that the lab serves it on."""
    print("[lab stand-in for redis-cli] a small client, not redis-cli", file=sys.stderr, flush=True)
    host, port, words = "127.0.0.1", ports.get(PUBLIC_PORT, PUBLIC_PORT), list(argv)
    while words and words[0] in ("-h", "-p") and len(words) > 1:
        option, value = words[0], words[1]
        words = words[2:]
        if option == "-h":
            host = value
        elif value.isdecimal():
            port = int(value)
    if not words or words[0].startswith("-"):
        print("redis-cli: the lab's stand-in needs one command, such as ping; options: -h HOST -p PORT", file=sys.stderr)
        return 1
    try:
        with Client(host, port) as client:
            print(text_of(client.call(*words)))
    except RedisError as err:
        print(err)
    except OSError as err:
        reason = os.strerror(err.errno) if err.errno else str(err)
        print(f"Could not connect to Redis at {host}:{port}: {reason}", file=sys.stderr)
        return 1
    return 0


def text_of(reply: Reply) -> str:
    """Write a reply as redis-cli does when its output is no terminal: values only, one per line."""
    if isinstance(reply, list):
        return "\n".join(text_of(item) for item in reply)
    return "" if reply is None else str(reply)

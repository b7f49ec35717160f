#!/usr/bin/env python3
"""The health check of the runbook: `python scripts/health_check.py --comprehensive`; the same as `stormjib health`."""

import sys

try:
    from stormjib.cli.health import main
except ModuleNotFoundError as error:
    sys.stderr.write(f"health_check: {sys.executable} has no module {error.name!r}; install it with: pip install stormjib\n")
    raise SystemExit(2) from None

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

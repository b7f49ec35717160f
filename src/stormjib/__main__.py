"""`python -m stormjib` is the same as `stormjib`."""

from stormjib.cli import main

main()

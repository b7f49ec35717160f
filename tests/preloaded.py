"""What a process that is forked for a test has already done: the imports of the server, the templates of its pages, whom it trusts."""

from importlib import import_module

from stormjib.exchange import client
from stormjib.web.templating import environment

for name in ("stormjib.serve", "stormjib.cli.session", "stormjib.cli.offline"):
    import_module(name)
environment("")
client(timeout_seconds=1).close()

"""What a process that is forked for a test has already done: the imports of the server, and the templates of its pages."""

from importlib import import_module

from stormjib.web.templating import environment

for name in ("stormjib.serve", "stormjib.cli.session", "stormjib.cli.offline"):
    import_module(name)
environment()

"""Where the settings come from: the environment, relative paths in the TOML file, the secrets that the runbook's commands need."""

import os
import shlex
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic_settings import TomlConfigSettingsSource

_PATHS = {"data_dir", "runbook", "catalogue", "command_dir", "command_env_file", "log_head_file", "export_dir"}
_PREFIX = "STORMJIB_"
_OTHER_VARIABLES = {f"{_PREFIX}{name}" for name in ("URL", "TOKEN", "AS", "RUN", "SETTINGS", "TEXT", "PREFIX_KEEPS")}
"""What the program reads or gives to others beside its settings."""


def reject_unknown(settings: Iterable[str], environ: Mapping[str, str]) -> None:
    """Raise ``ValueError`` for a variable that is no setting: a name that was mistyped would be silence."""
    known = {_PREFIX + name.upper() for name in settings} | _OTHER_VARIABLES
    for name in sorted(name for name in environ if name.upper().startswith(_PREFIX)):
        if name.upper() not in known:
            near = get_close_matches(name.upper(), known, 1)
            raise ValueError(f"no setting is called {name}" + (f"; did you mean {near[0]}?" if near else "; take it out"))


class BesideFile(TomlConfigSettingsSource):
    """The file's values. A relative path in it is meant from the file's directory, wherever the server is started."""

    def __call__(self) -> dict[str, Any]:
        """What stands in the file; raises ``ValueError`` where a path could be two."""
        found, file = super().__call__(), self.settings_cls.model_config.get("toml_file")
        if not isinstance(file, Path):
            return found
        for name in _PATHS & found.keys():
            if isinstance(found[name], str) and found[name]:
                found[name] = _located_from(file, name, found[name])
        page = found.get("status_page")
        if isinstance(page, dict) and isinstance(page.get("publish_dir"), str) and page["publish_dir"]:
            page["publish_dir"] = _located_from(file, "publish_dir", page["publish_dir"])
        for service in found.get("service", ()) if isinstance(found.get("service"), list) else ():
            rules = service.get("runbooks") if isinstance(service, dict) else None
            for table, key in ((service, "runbook"), *((rule, "file") for rule in (rules if isinstance(rules, list) else ()))):
                if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]:
                    table[key] = _located_from(file, key, table[key])
        return found


def _located_from(file: Path, name: str, given: str) -> str:
    """Beside the file; where it is only where the server was started, as for settings of old, it stays there."""
    beside, here = file.absolute().parent / given, Path.cwd() / given
    if beside.exists() and here.exists() and not beside.samefile(here):
        raise ValueError(f'{name} = "{given}" could be {beside} or {here}; write the whole path into {file}')
    return given if here.exists() and not beside.exists() else str(beside)


def read_variables(file: Path) -> dict[str, str]:
    """Lines of NAME=value that only their owner can read; raises ``ValueError`` with a sentence."""
    try:
        found = file.stat()
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        message = f"The file of the commands' variables can't be read ({error.strerror}): {file}."
        raise ValueError(message) from error
    if found.st_mode & 0o007 or (found.st_mode & 0o070 and not _is_credential(found)):
        message = f"Others can read the secrets in {file}; run: chmod 600 {shlex.quote(str(file))}"
        raise ValueError(message)
    return dict(_assignment(line, number) for number, line in enumerate(text.splitlines(), 1) if _is_assignment(line))


def _is_credential(found: os.stat_result) -> bool:
    """It is root's and its group's, which is how systemd lends one to a service: the group's rights are then what its ACL allows."""
    return found.st_uid == found.st_gid == 0 != os.geteuid() and not found.st_mode & 0o030


def _is_assignment(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _assignment(line: str, number: int) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals or not name.strip().isidentifier():
        message = f"Line {number} of the commands' variables is not NAME=value."
        raise ValueError(message)
    return name.strip(), value.strip().strip("'\"")

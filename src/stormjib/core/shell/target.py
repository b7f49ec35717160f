"""What a command acts on, and whether it waits there for a person."""

import re

from stormjib.core.shell.arguments import Invocation
from stormjib.core.text.table import words_of

_EDITORS = {"vi", "vim", "nano", "emacs", "visudo", "vipw", "sudoedit"}
_MESSAGES = words_of("--no-edit --message --file --reuse-message --fixup --abort --continue --skip --no-commit --quit")


def opens_editor(call: Invocation) -> bool:
    """Whether a command waits for a person in an editor."""
    texts = [word.text for word in call.words[1:]]
    short = "".join(text[1:] for text in texts if re.fullmatch(r"-[A-Za-z]+", text))
    named = {text.partition("=")[0] for text in texts if text.startswith("--")}
    match call.path:
        case ("git", "commit"):
            return not (_MESSAGES & named or set("mFC") & set(short))
        case ("git", "revert"):
            return not (_MESSAGES & named or "n" in short)
        case ("git", "merge"):
            return not (_MESSAGES & named or "m" in short) and not named & {"--ff-only", "--squash"}
        case ("git", "rebase" | "add"):
            return "--interactive" in named or "i" in short
        case ("git", "cherry-pick"):
            return "--edit" in named or "e" in short
        case ("git", "tag"):
            return bool(set("as") & set(short)) and "m" not in short and not _MESSAGES & named
        case ("crontab",):
            return call.has("-e")
        case ("kubectl" | "systemctl", "edit"):
            return True
    return call.path[0] in _EDITORS


_CONTAINER = words_of("logs restart start stop kill inspect rm stats top port diff pause unpause exec")
_PODS = {"logs", "exec", "cp"}
_DATABASES = {
    "psql": "postgresql",
    "pg_isready": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "redis-cli": "redis",
    "git": "repo",
}
_NAMED = re.compile(r"[\w.@:/-]+")


def target(call: Invocation) -> str | None:
    """The best guess of what a command acts on; nothing for one that only passes text on."""
    program, sub = call.path[0], call.path[1:]
    named = [word.text for word in call.free if word.static and _NAMED.fullmatch(word.text)]
    first = named[0] if named else ""
    match program:
        case "docker" if sub[:1] == ("compose",):
            scaled = next(
                (option.value.text.partition("=")[0] for option in call.options if option.name == "--scale" and option.value), ""
            )
            service = first if sub[1:] and sub[1] not in {"ls", "config"} else ""
            return f"compose:{service or scaled}" if service or scaled else "compose"
        case "docker":
            return f"container:{first}" if first and set(sub[:1]) & _CONTAINER else "docker"
        case "kubectl":
            return _resource(sub, named)
        case "systemctl" | "service":
            return f"unit:{first.removesuffix('.service')}" if first else "host"
        case "journalctl":
            unit = next((option.value.text for option in call.options if option.name in {"-u", "--unit"} and option.value), "")
            return f"unit:{unit.removesuffix('.service')}" if _NAMED.fullmatch(unit) else "host"
        case "curl" | "wget":
            return _origin(call)
        case "ssh" | "gcloud" if call.path[-1] == "ssh":
            return f"ssh:{first.rpartition('@')[2]}" if first else "ssh"
        case "helm" | "terraform" | "tofu":
            return program
    return _DATABASES.get(program)


def _resource(sub: tuple[str, ...], named: list[str]) -> str:
    """What a kubectl command acts on: ``deployment:api``, ``pod:x``, or the cluster."""
    if named and "/" in named[0]:
        return named[0].replace("/", ":", 1)
    if named and set(sub[:1]) & _PODS:
        return f"pod:{named[0]}"
    return f"{named[0]}:{named[1]}" if len(named) > 1 and sub[:1] not in ((), ("top",)) else "kubernetes"


def _origin(call: Invocation) -> str | None:
    """Scheme, host and port of the first address of a request."""
    for word in call.free:
        match = re.match(
            r"(?:(https?)://)?(?:[^/@\s]*@)?([A-Za-z0-9.-]+(?::\d+)?|\[[0-9a-fA-F:]+\](?::\d+)?)(?:[/?]|$)", word.text
        )
        if match:
            return f"{match[1] or 'http'}://{match[2]}"
    return None

"""``docker inspect``: one container in full, or the one field that was asked for."""

import json
from typing import Any, Final

from stormjib.evidence.readers.container_list import of_containers
from stormjib.evidence.readers.container_state import Container
from stormjib.evidence.readers.reading import Clause, Evidence, Reading, State, tell

SOURCE = "docker inspect"
_HEALTH: Final = {"healthy", "unhealthy", "starting"}
_STATES: Final = {"running", "exited", "paused", "restarting", "dead", "created"}
_NEVER: Final = "0001-01-01"


def read(evidence: Evidence) -> Reading | None:
    """JSON of containers or of one's ``.State``, or one word of a ``--format``."""
    program = evidence.command.named("docker", "inspect") or evidence.command.named("docker", "container", "inspect")
    text = evidence.output.strip()
    if program and (text in _HEALTH or text in _STATES):
        name = next((word for word in reversed(program.words) if not word.startswith("-") and "{{" not in word), "the container")
        return of_containers(
            SOURCE, [Container(name, "running" if text in _HEALTH else text, health=text if text in _HEALTH else "")]
        )
    try:
        said: Any = json.loads(text) if text[:1] in {"[", "{"} else None
    except (ValueError, RecursionError):
        return None
    items = said if isinstance(said, list) else [said]
    containers = [
        found for item in items if isinstance(item, dict) and (found := _container(item, program.words if program else ()))
    ]
    if containers:
        return of_containers(SOURCE, containers)
    images = [item for item in items if isinstance(item, dict) and isinstance(item.get("RepoTags"), list)]
    return _images(images) if images else None


def _container(item: dict[str, Any], words: tuple[str, ...]) -> Container | None:
    state = item.get("State", item)
    if not isinstance(state, dict) or not isinstance(state.get("Status"), str) or "ExitCode" not in state:
        return None
    health = state.get("Health")
    host, config = item.get("HostConfig"), item.get("Config")
    labels = config.get("Labels") if isinstance(config, dict) else None
    name = str(
        item.get("Name")
        or next((word for word in reversed(words) if not word.startswith("-") and "{{" not in word), "the container")
    )
    restarts, code, limit = item.get("RestartCount"), state.get("ExitCode"), host.get("Memory") if isinstance(host, dict) else 0
    return Container(
        name.lstrip("/")[:200],
        state["Status"],
        exit_code=code if isinstance(code, int) else None,
        health=str(health.get("Status", "")).replace("none", "") if isinstance(health, dict) else "",
        image=str(config.get("Image", "")) if isinstance(config, dict) else "",
        service=str(labels.get("com.docker.compose.service", "")) if isinstance(labels, dict) else "",
        oom_killed=state.get("OOMKilled") is True,
        restarts=restarts if isinstance(restarts, int) and restarts < 1 << 40 else None,
        error=str(state.get("Error", "") or ""),
        memory_limit=limit if isinstance(limit, int) and 0 < limit < 1 << 60 else 0,
        started_at=_moment(state.get("StartedAt")),
        finished_at=_moment(state.get("FinishedAt")),
    )


def _moment(said: object) -> str:
    return said if isinstance(said, str) and not said.startswith(_NEVER) else ""


def _images(items: list[dict[str, Any]]) -> Reading:
    newest = max(items, key=lambda item: str(item.get("Created", "")))
    facts = [State(str(tag), "created at", str(item.get("Created", ""))) for item in items for tag in item["RepoTags"]]
    tags = newest["RepoTags"]
    return tell(
        "images",
        facts,
        [Clause("note", f"the newest image, {tags[0] if tags else '<untagged>'}, was created at {newest.get('Created', '?')}")],
    )

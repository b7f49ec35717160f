"""A first catalogue out of what a machine can find: a compose file, units of systemd, targets of Prometheus, manifests of Kubernetes.

A draft names only what stands in its source, so that a person has something to correct; nothing is guessed that could page wrongly.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from stormjib.core.catalogue.service import alike
from stormjib.core.text.table import rows_of
from stormjib.core.text.visible import visible

_NAME_CHARS_MAX: Final = 70
_FILE: Final = re.compile(r"[^a-z0-9._-]+")
_DEFAULT: Final = re.compile(r"\$\{\w+:?-([^}]*)\}")
"""A variable, which stands for this where nobody sets it."""
_WORKLOADS: Final = {"Deployment", "StatefulSet", "DaemonSet"}
_STORES: Final = re.compile(
    r"(?:^|/)(?:redis|valkey|postgres|mysql|mariadb|mongo|rabbitmq|memcached|kafka|elasticsearch|nginx|traefik)\b"
)
_OF_THE_SYSTEM: Final = frozenset(word for row in rows_of(__package__, "system_units.txt") for word in row.split())


def file_of(kind: str, name: str) -> str:
    """Its place in the catalogue."""
    return f"{kind}/{_FILE.sub('-', name.casefold()).strip('-.') or kind}.yaml"


class Draft(msgspec.Struct, frozen=True):
    """A service as its file would say it; ``note`` says where it was found, and what is left to say."""

    name: str
    note: str
    keys: dict[str, Any] = {}

    @property
    def file(self) -> str:
        """Its place in the catalogue."""
        return file_of("services", self.name)


def of_compose(whole: Any, source: str) -> list[Draft]:  # noqa: ANN401 - whatever stands in the file
    """The services of a compose file, each with what it needs and the port of this machine on which it answers."""
    services = whole.get("services") if isinstance(whole, Mapping) else None
    found = []
    for name, body in (services if isinstance(services, Mapping) else {}).items():
        said = body if isinstance(body, Mapping) else {}
        keys: dict[str, Any] = {"depends_on": [str(one) for one in _listed(said.get("depends_on"))]}
        image = str(said.get("image") or "")
        port = next(iter(_published(_listed(said.get("ports")))), "")
        if port and not _STORES.search(image):
            keys["target_url"] = f"http://127.0.0.1:{port}"
        container = str(said.get("container_name") or "")
        keys["aliases"] = [container] if container and container != name else []
        keys["logs"] = {"compose": f"docker compose logs {'-- ' * str(name).startswith('-')}{shlex.quote(str(name))}"}
        found.append(Draft(str(name), f"found in {source}" + (f", image {image}" if image else ""), keys))
    return found


def _listed(given: object) -> Iterable[Any]:
    """A list, the keys of a table, or the one value that stands in place of a list."""
    return given if isinstance(given, list | dict) else [] if given is None else [given]


def _published(ports: Iterable[Any]) -> Iterator[str]:
    for one in ports:
        if isinstance(one, Mapping):
            said, protocol = f"{one.get('published') or ''}:", str(one.get("protocol") or "tcp")
        else:
            said, _, protocol = str(one).partition("/")
        parts = _DEFAULT.sub(r"\1", said).split(":")
        if len(parts) > 1 and parts[-2].isdecimal() and protocol != "udp":
            yield parts[-2]


def of_systemd(listed: str) -> list[Draft]:
    """The services in the output of ``systemctl list-units --type=service``, but not those of the system itself."""
    found = []
    for line in listed.splitlines():
        unit = next((word for word in line.replace("●", " ").split() if word.endswith(".service")), "")
        name = unit.removesuffix(".service")
        if name and "@" not in name and not _is_of_the_system(name):
            logs = {"journal": f"journalctl -u {shlex.quote(name)}"}
            found.append(Draft(name, "found among the units of systemd", {"logs": logs}))
    return found


def _is_of_the_system(name: str) -> bool:
    return name in _OF_THE_SYSTEM or name.partition("-")[0] in _OF_THE_SYSTEM


def of_prometheus(active: Sequence[Mapping[str, Any]]) -> list[Draft]:
    """A service for each job of ``/api/v1/targets``, with the addresses that Prometheus scrapes and the label by which alerts name it."""
    jobs: dict[str, list[str]] = {}
    for target in active:
        labels = target.get("labels") or {}
        if labels.get("job") and target.get("scrapeUrl"):
            jobs.setdefault(str(labels["job"]), []).append(str(target["scrapeUrl"]))
    return [
        Draft(
            job,
            "found among the targets of Prometheus",
            {"labels": {"job": job}, "prometheus_match": f'job="{job}"', "metrics_url": sorted(set(urls))},
        )
        for job, urls in jobs.items()
    ]


def targets_in(documents: Iterable[Any]) -> list[dict[str, Any]]:
    """What the configuration of Prometheus, or a file of ``file_sd``, has it scrape, as ``/api/v1/targets`` says it."""
    found = []
    for whole in documents:
        scraped = whole.get("scrape_configs") if isinstance(whole, Mapping) else [{"static_configs": whole}]
        for one in (each for each in _listed(scraped) if isinstance(each, Mapping)):
            for group in (each for each in _listed(one.get("static_configs")) if isinstance(each, Mapping)):
                labels = {"job": one.get("job_name"), **(group.get("labels") or {})}
                scheme = labels.get("__scheme__") or one.get("scheme") or "http"
                path = labels.get("__metrics_path__") or one.get("metrics_path") or "/metrics"
                found += [{"labels": labels, "scrapeUrl": f"{scheme}://{each}{path}"} for each in _listed(group.get("targets"))]
    return found


def of_kubernetes(documents: Iterable[Any], source: str) -> list[Draft]:
    """The workloads of manifests, or of ``kubectl get … -o yaml``, with the label that their pods carry."""
    found = []
    for one in _items(documents):
        meta = one.get("metadata") or {}
        if one.get("kind") not in _WORKLOADS or not isinstance(meta, Mapping) or not meta.get("name"):
            continue
        name, namespace = str(meta["name"]), str(meta.get("namespace") or "default")
        picked = ((one.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
        kind = str(one["kind"]).lower()
        keys = {
            "labels": {"namespace": namespace, kind: name},
            "logs": {"kubectl": f"kubectl -n {shlex.quote(namespace)} logs {shlex.quote(f'{kind}/{name}')}"},
            "aliases": sorted(
                {str(value) for label, value in picked.items() if label in {"app", "app.kubernetes.io/name"}} - {name}
            ),
        }
        found.append(Draft(name, f"found in {source}, {one['kind']} in {namespace}", keys))
    return found


def _items(documents: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for one in documents:
        if isinstance(one, Mapping) and one.get("kind") == "List":
            yield from _items(one.get("items") or ())
        elif isinstance(one, Mapping):
            yield one


def files(drafts: Iterable[Draft]) -> dict[str, str]:
    """The files of a catalogue, by their names. What is left to a person stands as a comment.

    Each has a name of its own, no alias is somebody else's, and nothing needs itself: what is written here is a sound catalogue.
    """
    found: dict[str, str] = {}
    known = _apart(drafts)
    taken = {alike(draft.name) for draft in known}
    names = {draft.keys.get("was", draft.name): draft.name for draft in reversed(known)}
    needs: dict[str, list[str]] = {}
    for draft in known:
        keys = {key: value for key, value in draft.keys.items() if key != "was"}
        free = [one for one in _listed(keys.get("aliases")) if alike(one) not in taken]
        taken |= set(map(alike, free))
        wanted = dict.fromkeys(names[one] for one in _listed(keys.get("depends_on")) if one in names)
        needs[draft.name] = [one for one in wanted if not _reaches(needs, one, draft.name)]
        lines = [
            f"# {visible(' '.join(draft.note.split()))}. Correct what is wrong, and say what is missing: stormjib config check",
            f"name: {_text(draft.name)}",
        ]
        for key, value in {**keys, "aliases": free, "depends_on": needs[draft.name]}.items():
            lines += [f"{key}: {_text(value)}"] if value else []
        lines += [f"# {line}" for line in _LEFT if line.partition(":")[0] not in draft.keys]
        place, number = draft.file, 2
        while place in found:
            place, number = draft.file.replace(".yaml", f"-{number}.yaml"), number + 1
        found[place] = "\n".join(lines) + "\n"
    return found


def _apart(drafts: Iterable[Draft]) -> list[Draft]:
    """With names that can stand: of two alike the second is told apart by its namespace, else by a number; ``was`` is what it is called there."""
    found: dict[str, Draft] = {}
    for draft in drafts:
        stem = draft.name.replace("/", "-")[:_NAME_CHARS_MAX]
        if not any(char.isalnum() for char in stem):
            continue
        name, space = stem, (draft.keys.get("labels") or {}).get("namespace", "")
        tries = iter([f"{stem}-{space}"] if space else [])
        number = 1
        while alike(name) in found:
            number += 1
            name = next(tries, f"{stem}-{number}")
        aliases = [*(draft.keys.get("aliases") or ()), *([draft.name] if stem != draft.name else [])]
        found[alike(name)] = Draft(name, draft.note, {**draft.keys, "aliases": aliases, "was": draft.name})
    return list(found.values())


def _reaches(needs: Mapping[str, Sequence[str]], start: str, end: str) -> bool:
    """Whether one needs the other, by whatever way."""
    waiting, seen = [start], set[str]()
    while waiting:
        one = waiting.pop()
        if one == end:
            return True
        if one not in seen:
            seen.add(one)
            waiting.extend(needs.get(one, ()))
    return False


_LEFT: Final = (
    "owner: the-team            # a file teams/the-team.yaml",
    "runbook: ../runbooks/x.md  # without one it follows the site's, else the one that is built in",
    "target_url: http://…       # where it answers; that it works is shown by a flow among its checks",
    "labels: {app: x}           # labels of alerts that mean it",
)


def _text(value: object) -> str:
    """JSON, which is YAML, and quotes whatever needs it."""
    return msgspec.json.encode(value).decode()

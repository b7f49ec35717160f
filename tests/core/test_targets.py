"""Where a command runs: what the operator lists for its service, and never what a runbook gives itself."""

import pytest

from stormjib.core import guard
from stormjib.core.catalogue.service import Service
from stormjib.core.markdown import compile_runbook
from stormjib.core.place import DockerContext, Kube, Local, Ssh, place_of, valid
from stormjib.core.policy import Policy

BOOK = """# Book

## Investigation (15-60 minutes)

### 1. Look
```bash
uptime
```

```bash {target=ssh:ops@db-1}
df -h
```

```bash {target=local}
date
```

```bash {target=compose:api}
docker ps
```

```bash {target=ssh:-oProxyCommand=id}
free -m
```
"""
WEB, DB = "ssh:ops@web-1", "ssh:ops@db-1"


def placed(**service):
    policy = Policy(services=(Service(name="shop", **service),))
    return [(one.on, bool(one.misplaced)) for one in guard.placed(compile_runbook(BOOK.encode()), policy, "shop").commands]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({}, [("host", False), (f"host at {DB}", True), ("host", False), ("compose:api", False), ("host", False)]),
        (
            {"target": WEB},
            [(f"host at {WEB}", False), (f"host at {DB}", True), ("host", True), (f"compose:api at {WEB}", False), (f"host at {WEB}", False)],
        ),
        (
            {"target": WEB, "targets": (DB, "local")},
            [(f"host at {WEB}", False), (f"host at {DB}", False), ("host", False), (f"compose:api at {WEB}", False), (f"host at {WEB}", False)],
        ),
    ],
)  # fmt: skip
def test_a_runbook_chooses_only_among_what_is_listed_for_its_service(service, expected):
    assert placed(**service) == expected


def test_what_is_not_listed_runs_for_nobody_and_it_is_said_how_to_list_it():
    policy = Policy(services=(Service(name="shop", targets=(WEB,)),))
    command = guard.placed(compile_runbook(BOOK.encode()), policy, "shop").commands[1]
    verdict = guard.guard(command, policy)
    assert not verdict.unattended
    assert verdict.misplaced == (
        f"The runbook has it run at {DB}, which is not among the targets of the service shop. Those are local, {WEB}. "
        f'List it there, targets = ["{DB}"], or take it out of the runbook.'
    )


def test_a_service_without_targets_has_those_of_the_site_and_a_wrong_one_is_found_by_the_linter():
    policy = Policy(services=(Service(name="shop"),), target=WEB, targets=(DB,))
    assert [one.place for one in guard.placed(compile_runbook(BOOK.encode()), policy, "shop").commands][:2] == [WEB, DB]
    assert [one.code for one in compile_runbook(BOOK.encode()).findings if one.code == "bad-attribute"] == ["bad-attribute"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Local()),
        ("local", Local()),
        ("ssh:web-1", Ssh("web-1")),
        ("ssh:ops@10.0.0.5:2222", Ssh("10.0.0.5", "ops", 2222)),
        ("ssh:ops@[fe80::1]:22/srv/app dir", Ssh("fe80::1", "ops", 22, "/srv/app dir")),
        ("docker-context:prod.eu", DockerContext("prod.eu")),
        ("kube:arn:aws:eks:eu:1:cluster/x/shop", Kube("arn:aws:eks:eu:1:cluster/x", "shop")),
    ],
)
def test_a_target_says_where(text, place):
    assert place_of(text) == place


@pytest.mark.parametrize(
    "text", ["ssh:", "ssh:-l", "ssh:a b", "ssh:a@-b", "ssh:a;id", "ssh:a:70000", "ssh:a\n", "docker-context:-H", "kube:a/B", "kube:/x", "host"]
)  # fmt: skip
def test_what_ssh_might_read_otherwise_is_no_target(text):
    assert not valid(text)

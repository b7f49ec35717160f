"""Values in the whole product: what a real shell gets is one word, what lacks one never runs, and a changed one withdraws."""

from stormjib.core.markdown import compile_runbook

BOOK = b"""---
inputs:
  lines: 50
---
# Shop

## Investigation (0-15 minutes)

### 1. Look

```bash
kubectl logs <pod> -n <namespace> --tail=<lines>
POD=$(kubectl get pods -n <namespace> -o name)
kubectl describe $POD -n <namespace>
kubectl get events -n $REGION
```

## Mitigation (15-30 minutes)

### 2. Fix

```bash
kubectl delete pod POD_NAME -n {{ namespace }}
```
"""
LOGS, GET, DESCRIBE, EVENTS, DELETE = (command.id for command in compile_runbook(BOOK).commands)
ARGV = 'printf "%s\\0" "$@" > "$(mktemp -p "$(dirname "$0")/../calls")"; [ "$1" != get ] || echo pod/web-1'


def words(world):
    """The arguments of every call, sorted."""
    return sorted(file.read_text().split("\0")[:-1] for file in (world.where / "calls").iterdir())


def begin(make, **labels):
    world = make(BOOK)
    world.stand_in("kubectl", ARGV)
    (world.where / "calls").mkdir()
    for program in ("mktemp", "dirname"):
        (world.where / "bin" / program).symlink_to(f"/usr/bin/{program}")
    return world, world.begin(labels=labels)


def test_the_first_minute_takes_the_labels_and_what_a_read_printed(make):
    """An alert with labels pod and namespace: the reads run with them, also the one whose variable the block computes; what lacks a value does not."""
    world, _ = begin(make, namespace="shop", pod="web-9")
    assert ["logs", "web-9", "-n", "shop", "--tail=50"] in words(world)
    assert ["describe", "web-9", "-n", "shop"] in words(world)
    assert not [call for call in words(world) if call[0] == "delete" or "events" in call]


def test_without_labels_a_person_gives_the_value_once(make):
    """Nothing runs that lacks a value, whoever asks. Given, the reads run at once, and the change asks for its approval with the exact text."""
    world, incident = begin(make)
    assert words(world) == []
    for way in ("collect", "runs"):
        for command in (LOGS, DELETE):
            said = world.post("ana", f"/incidents/{incident}/{way}", 409, command_id=command, reason="it crashes")
            assert f"stormjib value set {incident} pod VALUE" in said
    evil = "web 1'; touch pwned; $(touch pwned) \"*\n"
    world.post("ana", f"/incidents/{incident}/values", name="<namespace>", value="shop")
    world.settle()
    read = [["describe", "pod/web-1", "-n", "shop"], ["get", "pods", "-n", "shop", "-o", "name"]]
    assert words(world) == [*read, ["logs", "pod/web-1", "-n", "shop", "--tail=50"]]
    world.post("bo", f"/incidents/{incident}/values", name="POD", value=evil)
    world.settle()
    assert len(words(world)) == 5  # with the person's value they are read again
    world.post("bo", f"/incidents/{incident}/collect", command_id=LOGS)
    world.settle()
    assert ["logs", evil.strip(), "-n", "shop", "--tail=50"] in words(world)
    world.post("ana", f"/incidents/{incident}/runs", command_id=DELETE, reason="it crashes")
    run = world.room(incident)["runs"][0]
    assert run["text"].startswith("kubectl delete pod 'web 1'\\''; touch pwned;")
    world.post("bo", f"/incidents/{incident}/runs/{run['run_id']}/approve", reason="yes")
    world.settle()
    assert [call for call in words(world) if call[0] == "delete"] == [["delete", "pod", evil.strip(), "-n", "shop"]]
    assert not list(world.where.rglob("*pwned*"))
    world.told()


def test_a_changed_value_withdraws_what_waits_and_a_restart_forgets_nothing(make):
    """A run that waits with the old value is withdrawn; after a restart the values are what they were, and nothing ran twice."""
    world, incident = begin(make, namespace="shop")
    for name, value in (("namespace", "shop"), ("pod", "web-1")):
        world.post("ana", f"/incidents/{incident}/values", name=name, value=value)
    world.post("ana", f"/incidents/{incident}/runs", command_id=DELETE, reason="it crashes")
    world.post("ana", f"/incidents/{incident}/values", name="pod", value="web-2")
    refused = world.post("bo", f"/incidents/{incident}/runs/{incident}-R1/approve", 409, reason="yes")
    assert "withdrawn" in refused
    ran = len(words(world))
    world.settle()
    before = words(world)
    world.again()
    world.settle()
    assert words(world) == before
    assert len(before) >= ran
    assert {one["name"]: one["given"] for one in world.room(incident)["values"]} == {
        "pod": "web-2", "namespace": "shop", "lines": "", "region": "",
    }  # fmt: skip
    assert not [call for call in words(world) if call[0] == "delete"]
    world.told()

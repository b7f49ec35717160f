"""A value is given once in an incident and stands in every command; what lacks one is refused, whoever asks."""

import msgspec
import pytest
from tests.core.story import POLICY, Story
from tests.core.story import RUNBOOK as REFERENCE

from stormjib.core import values, view
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import Collect, RunCommand
from stormjib.core.incident import Missing, Refused, replay
from stormjib.core.log import AlertReceived, EvidenceCollected, RunReleased, RunStarted, ValueGiven, decode_fact, encode_fact
from stormjib.core.markdown import compile_runbook
from stormjib.core.narrate import narrate
from stormjib.core.observation import State
from stormjib.core.risk import Risk
from stormjib.core.start import start

BOOK = """---
inputs:
  region: eu-1
  replicas: {default: 3}
---
# Shop

## Investigation (0-15 minutes)

### 1. Look

```bash
kubectl logs <pod> -n <namespace> --tail=50
kubectl get pods -n $NS
cat /srv/<path>/state
dig <region>.example.com
curl -H "Authorization: $API_TOKEN" http://localhost/<password>
```

## Mitigation (15-30 minutes)

### 2. Fix

```bash
kubectl delete pod POD_NAME -n {{ namespace }}
kubectl scale deployment web --replicas=<replicas>
```
"""
RUNBOOK = compile_runbook(BOOK.encode())
LOGS, PODS, STATE, DIG, TOKEN, DELETE, SCALE = (command.id for command in RUNBOOK.commands)


def story(**labels):
    told = Story(POLICY, RUNBOOK)
    return told, told.declare(**labels)


def checks(effects):
    return [effect.text for effect in effects if isinstance(effect, Collect)]


def command(told, command_id):
    return values.filled(RUNBOOK, told.incident, POLICY).command(command_id)


def test_one_name_is_asked_for_once_whatever_it_is_written_as():
    told, _ = story()
    asked = {one.name: one for one in values.wanted(RUNBOOK, told.incident, POLICY)}
    assert list(asked) == ["pod", "namespace", "path", "region", "api_token", "password", "replicas"]
    assert [RUNBOOK.command(DELETE).line in asked[name].lines for name in ("pod", "namespace", "path")] == [True, True, False]
    assert [name for name, one in asked.items() if one.secret] == ["api_token", "password"]


def test_a_read_takes_what_the_front_matter_and_the_alert_say_and_a_change_does_not():
    told, effects = story(namespace="shop", pod="web-1")
    assert set(checks(effects)) >= {"kubectl logs web-1 -n shop --tail=50", "kubectl get pods -n shop", "dig eu-1.example.com"}
    for refused in (DELETE, SCALE):
        with pytest.raises(Refused, match="no value in INC-1"):
            told.decided("propose", "ana", command_id=refused, reason="it crashes")
        assert command(told, refused).text == RUNBOOK.command(refused).text
    proposals = {one.name: one.proposals for one in values.wanted(RUNBOOK, told.incident, POLICY)}
    assert proposals["namespace"][0] == values.Value("shop", "the label namespace of the alert ReadinessFailing", by_itself=True)
    assert proposals["replicas"][0].source == "the runbook's front matter"


def test_the_settings_of_the_service_come_before_the_alert_and_stand_in_the_log():
    service = Service(name="watermark-lab-api", values={"NS": "prod"})
    policy = msgspec.structs.replace(POLICY, services=(service,))
    told = Story(policy, RUNBOOK)
    assert "kubectl get pods -n prod" in checks(told.declare(namespace="shop"))
    assert policy.recorded("watermark-lab-api").services[0].values == {"NS": "prod"}


@pytest.mark.parametrize("label", ["-A", "a b", "$(reboot)", "x;y", "*", ""])
def test_a_label_that_is_no_plain_word_is_only_proposed(label):
    told, effects = story(namespace=label)
    assert not [text for text in checks(effects) if "get pods" in text]
    proposed = next(one.proposals for one in values.wanted(RUNBOOK, told.incident, POLICY) if one.name == "namespace")
    assert [one.by_itself for one in proposed] == ([False] if label.strip() and label != "-A" else [])


def test_alerts_that_differ_leave_the_choice_to_a_person():
    told, _ = story(namespace="shop")
    told.tell(AlertReceived("f2", "alertmanager", "Other", "watermark-lab-api", "", told.at, labels={"namespace": "pay"}))
    assert command(told, PODS).text == "kubectl get pods -n $NS"
    proposed = next(one.proposals for one in values.wanted(RUNBOOK, told.incident, POLICY) if one.name == "namespace")
    assert {(one.value, one.by_itself) for one in proposed} == {("shop", False), ("pay", False)}


def test_what_a_value_makes_of_a_read_is_judged_with_the_real_one():
    told, _ = story(path="../etc/shadow")
    assert command(told, STATE).text == "cat /srv/<path>/state"
    told.act("set-value", "ana", name="path", value="x")
    assert command(told, STATE).risk is Risk.READ
    told.act("set-value", "ana", name="path", value="root/.ssh/id_rsa")
    assert command(told, STATE).risk is not Risk.READ
    with pytest.raises(Refused, match="not a proven read"):
        told.decided("collect", "ana", command_id=STATE)


@pytest.mark.parametrize(
    "value",
    [
        "..",
        "../..",
        "a/../b",
        "a/..",
        "/",
        "/etc",
        "//",
        ".",
        "./",
        " ",
        "%2e%2E",
        "a/%2e./b",
        "a%2f..%2Fb",
        "%252e%252e",
        "..%5cb",
        "%2fetc",
        "%2e",
        "%25%32%65%25%32%65%2fadmin",
        "%%32%65%%32%65",
        "..;/admin",
    ],
)
def test_a_value_that_leads_out_of_a_path_is_refused_when_it_is_given(value):
    told, _ = story()
    with pytest.raises(Refused, match="<path>"):
        told.decided("set-value", "ana", name="path", value=value)


@pytest.mark.parametrize("value", ["a/b", "..a", "a..b", ".config", "1.2", "50%", "a%20b", "%2e%2econf", "100%2525"])
def test_a_value_that_stays_within_a_path_is_taken(value):
    told, _ = story()
    told.act("set-value", "ana", name="path", value=value)
    assert command(told, STATE).text == f"cat /srv/{value}/state"


def test_a_whole_path_is_a_value_where_no_path_stands_around_it():
    told, _ = story()
    told.act("set-value", "ana", name="pod", value="/var/lib/pods")
    assert len(told.decided("set-value", "ana", name="ns", value="main..next")) == 1
    with pytest.raises(Refused, match=r"holds \.\. as a part of a path once it is decoded, which leads out"):
        told.decided("set-value", "ana", name="ns", value="%2e%2e/shop")
    with pytest.raises(Refused, match=r"holds \.\. as a part of a path"):
        told.decided("set-value", "ana", name="ns", value="../shop")


def test_a_value_of_a_person_stands_everywhere_and_its_checks_run_at_once():
    told, _ = story()
    assert checks(told.act("set-value", "ana", name="$NS", value="shop")) == ["kubectl get pods -n shop"]
    assert checks(told.act("set-value", "bo", name="<pod-name>", value="web 1")) == ["kubectl logs 'web 1' -n shop --tail=50"]
    assert [narrate(fact) for _, fact in told.incident.values.values()] == [
        "the value of namespace is shop, says ana",
        "the value of pod is web 1, says bo",
    ]
    assert told.decided("set-value", "cy", name="pod", value="web 1") == []
    (proposed,) = told.decided("propose", "ana", command_id=DELETE, reason="it crashes")
    assert proposed.text == "kubectl delete pod 'web 1' -n shop"
    assert proposed.fingerprint == command(told, DELETE).fingerprint != RUNBOOK.command(DELETE).fingerprint
    assert proposed.risk is Risk.DISRUPT


def test_a_value_that_is_corrected_is_looked_at_again():
    told, _ = story()
    told.act("set-value", "ana", name="$NS", value="shop")
    assert checks(told.act("set-value", "bo", name="<pod-name>", value="Web-1")) == ["kubectl logs Web-1 -n shop --tail=50"]
    logs = next(one for one in values.filled(RUNBOOK, told.incident, POLICY).commands if one.text.startswith("kubectl logs"))
    told.tell(EvidenceCollected(logs.id, logs.line, logs.text, "", False, 1, 0.1, "0" * 64, 9, "not found"))
    assert checks(told.act("set-value", "bo", name="<pod-name>", value="web-1")) == ["kubectl logs web-1 -n shop --tail=50"]


def test_an_approval_binds_the_value_that_was_shown():
    told, _ = story()
    told.act("set-value", "ana", name="pod", value="web-1")
    told.act("set-value", "ana", name="namespace", value="shop")
    told.act("propose", "ana", command_id=DELETE, reason="it crashes")
    told.act("set-value", "bo", name="pod", value="web-2")
    run = told.incident.runs["INC-1-R1"]
    assert (run.state, run.proposal.text) == ("withdrawn", "kubectl delete pod web-1 -n shop")
    assert "the value of pod was changed" in narrate(told.entries[-1].fact)
    with pytest.raises(Refused, match="withdrawn"):
        told.decided("approve", "bo", run_id="INC-1-R1")


def test_a_change_between_release_and_start_starts_nothing():
    told, _ = story()
    told.act("set-value", "ana", name="replicas", value="2")
    told.act("propose", "ana", command_id=SCALE, reason="more", approve=True)
    if told.incident.runs["INC-1-R1"].state == "approved":
        told.tell(RunReleased("INC-1-R1"))
    (effect,) = [effect for effect in told.effects if isinstance(effect, RunCommand)]
    assert effect.text == "kubectl scale deployment web --replicas=2"
    assert start(told.incident, RUNBOOK, POLICY, "INC-1-R1", at=told.at) == (RunStarted("INC-1-R1"),)
    told.act("set-value", "ana", name="replicas", value="0")
    (expired,) = start(told.incident, RUNBOOK, POLICY, "INC-1-R1", at=told.at)
    assert "a value changed after the approval" in expired.reason


def test_what_runs_is_what_was_bound_also_after_a_replay():
    told, _ = story()
    told.act("set-value", "ana", name="replicas", value="2")
    told.act("propose", "ana", command_id=SCALE, reason="more", approve=True)
    again = replay("INC-1", told.entries)
    assert again.values["replicas"][1].value == "2"
    assert decode_fact(encode_fact(ValueGiven("pod", "x", "ana"))) == ValueGiven("pod", "x", "ana")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("password", "x", "looks like a secret"),
        ("$API_TOKEN", "x", "command_env_file"),
        ("pod", "--all", "begins with a dash"),
        ("pod", " ", "It is empty"),
        ("pod", "a\0b", "control character"),
        ("pod", "out.log\n/etc/shadow #", "line break"),
        ("pod", "a\tb", "control character"),
    ],
)
def test_what_can_be_no_value_is_refused_with_a_sentence(name, value, sentence):
    told, _ = story()
    with pytest.raises(Refused, match=sentence):
        told.decided("set-value", "ana", name=name, value=value)


def test_what_nothing_asks_for_is_refused_with_the_names_that_are():
    told, _ = story()
    with pytest.raises(Missing, match="It asks for: pod, namespace, path, region, replicas"):
        told.decided("set-value", "ana", name="pdo", value="x")


def test_the_crashing_pod_is_proposed_and_used_only_once_somebody_took_it():
    told, _ = story(namespace="shop")
    facts = (State("web-7d-x2x", "status", "CrashLoopBackOff"), State("web-7d-y3y", "status", "Running"))
    told.tell(
        EvidenceCollected(
            PODS, 1, "kubectl get pods -n shop", "", True, 0, 0.1, "0" * 64, 0, "", source="kubectl", weight="bad", facts=facts
        )
    )
    seq = told.incident.seq
    one = next(one for one in values.wanted(RUNBOOK, told.incident, POLICY) if one.name == "pod")
    assert one.proposals == (values.Value("web-7d-x2x", f"CrashLoopBackOff in entry {seq}"),)
    assert command(told, LOGS).text == RUNBOOK.command(LOGS).text
    told.act("set-value", "ana", name="pod", value="web-7d-x2x")
    assert told.incident.values["pod"][1].source == f"CrashLoopBackOff in entry {seq}"
    assert command(told, LOGS).text == "kubectl logs web-7d-x2x -n shop --tail=50"


def test_the_picture_says_what_lacks_and_how_to_give_it():
    told, _ = story()
    shown = view.room(told.incident, RUNBOOK, POLICY, told.at)
    options = {option.command_id: option for step in shown.steps for group in step.groups for option in group.options}
    assert options[DELETE].needs == ("POD_NAME", "{{ namespace }}")
    assert options[DELETE].values == ("pod", "namespace")
    assert options[DELETE].advice == (
        "POD_NAME and {{ namespace }} have no value in INC-1. "
        "Give it: stormjib value set INC-1 pod VALUE; stormjib value set INC-1 namespace VALUE"
    )
    assert options[LOGS].risk == "read"
    assert not options[LOGS].unattended
    assert "command_env_file" in options[TOKEN].advice
    assert [one.name for one in shown.values if one.given] == []
    told.act("set-value", "ana", name="namespace", value="it's")
    shown = view.room(told.incident, RUNBOOK, POLICY, told.at)
    half = next(o for step in shown.steps for group in step.groups for o in group.options if o.command_id == DELETE)
    assert (half.needs, "namespace" in half.advice) == (("POD_NAME",), False), "what was given is not asked for again"
    told.act("set-value", "ana", name="pod", value="x")
    shown = view.room(told.incident, RUNBOOK, POLICY, told.at)
    options = {option.command_id: option for step in shown.steps for group in step.groups for option in group.options}
    assert (options[DELETE].text, options[DELETE].needs) == ("kubectl delete pod x -n 'it'\\''s'", ())


def test_without_placeholders_nothing_is_made_anew():
    told = Story()
    told.declare(pod="x")
    assert values.filled(REFERENCE, told.incident, POLICY) is REFERENCE


def test_what_a_read_of_the_block_prints_is_the_value_of_the_reads_that_follow():
    block = "# X\n\n## Investigation (0-15 minutes)\n\n### 1. Look\n\n```bash\nPOD=$(kubectl get pods -o name | head -1)\nkubectl logs $POD\n```\n"
    book = compile_runbook((block + "\n## Mitigation\n\n```bash\nkubectl delete $POD\n```\n").encode())
    told = Story(POLICY, book)
    first, logs, delete = book.commands
    assert checks(told.declare()) == ["kubectl get pods -o name | head -1"]
    printed = EvidenceCollected(first.id, first.line, first.text, "", True, 0, 0.1, "0" * 64, 9, "pod/web-1\n")
    assert checks(told.tell(printed)) == ["kubectl logs pod/web-1"]
    now = values.filled(book, told.incident, POLICY)
    assert now.command(delete.id).text == "kubectl delete $POD"
    (asked,) = values.wanted(book, told.incident, POLICY)
    assert asked.proposals == (
        values.Value("pod/web-1", f"printed by line {first.line} in entry {told.incident.seq}", by_itself=True),
    )
    assert checks(told.tell(msgspec.structs.replace(printed, excerpt="a\nb\n"))) == []
    assert values.filled(book, told.incident, POLICY).command(logs.id).text == "kubectl logs $POD"


def test_a_value_that_fits_nowhere_is_told_with_what_to_do():
    book = compile_runbook(b"# Shop\n\n## Mitigation\n\n### 1. Fix\n\n```bash\ntouch /srv/w$((<who>+1))\n```\n")
    told = Story(POLICY, book)
    told.declare()
    told.act("set-value", "ana", name="who", value="a b c")
    with pytest.raises(Refused, match=r"can't run yet: The value of <who> can't be put in safely where it stands there\. Give"):
        told.decided("propose", "ana", command_id=book.commands[0].id, reason="now")

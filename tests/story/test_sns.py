"""AWS SNS: signed by a certificate of SNS, from a topic that the settings name; CloudWatch's alarms, and whatever else is sent there."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.story.patience import until
from tests.story.test_two_services import write
from tests.story.world import SERVICE

from stormjib.integrations import sns

PATH = "/hooks/sns"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-21e1d9dd00b541fdb0d9fcd6208656f6.pem"
CONFIRM = f"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
SAMPLE = Path(__file__).parents[1] / "integrations" / "cases" / "sns" / "notification.from-moto.json"
PAGED = ["page ana", "to #leadership-alerts"]


@cache
def signer(_number):
    """A key, and the certificate for it that it has signed itself."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    return key, made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def message(world, text, ago=0, number=1, **more):
    at = datetime.fromtimestamp(world.clock(), UTC) - timedelta(seconds=ago)
    said = {
        "Type": "Notification",
        "MessageId": f"342f144a-{number}",
        "TopicArn": TOPIC,
        "Message": text if isinstance(text, str) else json.dumps(text),
        "Timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    }
    return {name: value for name, value in {**said, **more}.items() if value is not None}


def signed(said, key=0):
    """By the documentation: the names and values of these fields that there are, in the order of their names."""
    note = said["Type"] == "Notification"
    names = (
        "Message",
        "MessageId",
        "Subject" if note else "SubscribeURL",
        "Timestamp",
        *(() if note else ("Token",)),
        "TopicArn",
    )
    text = "".join(f"{name}\n{said[name]}\n" for name in (*names, "Type") if name in said)
    seal = signer(key)[0].sign(text.encode(), PKCS1v15(), SHA1() if said["SignatureVersion"] == "1" else SHA256())
    return {**said, "Signature": b64encode(seal).decode()}


def post(world, said):
    """As SNS does, with its type of content."""
    return world.http.post(PATH, content=json.dumps(said), headers={"Content-Type": "text/plain; charset=UTF-8"})


def alarm(world, state="ALARM", **more):
    """As CloudWatch writes it."""
    at = datetime.fromtimestamp(world.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    return {
        "AlarmName": "HighCPU",
        "AlarmDescription": f"The CPU is busy. severity=P1 service={SERVICE}",
        "AWSAccountId": "123456789012",
        "NewStateValue": state,
        "NewStateReason": "Threshold Crossed: 1 datapoint (97.0) was greater than the threshold (90.0).",
        "StateChangeTime": at,
        "Region": "US East (N. Virginia)",
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:HighCPU",
        "OldStateValue": "OK",
        "Trigger": {
            "MetricName": "CPUUtilization",
            "Namespace": "AWS/EC2",
            "Dimensions": [{"name": "InstanceId", "value": "i-1"}],
        },
        **more,
    }


def build(make, **settings):
    world = make(sns_topics=(TOPIC,), **settings)
    world.asked = []

    def fetch(url):
        world.asked.append(url)
        return signer(0)[1] if url.endswith(".pem") else b"<ConfirmSubscriptionResponse/>"

    world.app.sns.fetch = fetch
    return world


@pytest.fixture
def world(make):
    return build(make)


def account(world):
    none = {"missing": 0, "unread": {}}
    found = next((one for one in world.get("/intake")["sources"] if one["source"] == "sns"), none)
    assert found["missing"] == 0
    return found


def paged(world):
    return [line.partition(",")[0].partition(":")[0] for line in world.told()]


@pytest.mark.parametrize("version", ["1", "2"])
def test_an_alarm_of_cloudwatch_pages_and_its_end_clears_it(world, version):
    assert (
        post(world, signed(message(world, alarm(world), SignatureVersion=version, Subject='ALARM: "HighCPU"'))).json()["new"] == 1
    )
    assert paged(world) == PAGED
    (alert,) = world.get("/alerts")["alerts"]
    assert alert["alert"]["labels"]["InstanceId"] == "i-1"
    assert (alert["alert"]["severity"], alert["alert"]["labels"]["topic"]) == ("P1", "alarms")
    assert post(world, signed(message(world, alarm(world, "OK"), number=2, SignatureVersion=version))).status_code == 200
    assert world.room("INC-1")["firing"] == []
    assert world.asked == [CERTIFICATE], "once, and then it is known"


def test_what_moto_sends_is_read(world):
    """Its certificate is not here, so it is signed anew; an alarm without a severity waits for a person, who is told."""
    said = {**json.loads(SAMPLE.read_text(encoding="utf-8"))["body"], "Timestamp": message(world, "")["Timestamp"]}
    assert post(world, said).status_code == 401
    assert post(world, signed(said)).json()["accepted"] == 1
    assert [one["alert"]["name"] for one in world.get("/alerts")["alerts"]] == ["HighCPU"]
    world.told()


def test_a_subscription_is_confirmed_at_sns_and_nowhere_else(world):
    said = {"Type": "SubscriptionConfirmation", "Token": "2336412f37", "UnsubscribeURL": None}
    assert post(world, signed(message(world, "You have chosen …", SubscribeURL=CONFIRM, **said))).status_code == 200
    assert world.asked == [CERTIFICATE, CONFIRM]
    for number, url in enumerate(
        ["http://127.0.0.1/x", CONFIRM.replace("https", "http"), CONFIRM.replace("sns.", "sns-x."), ""], 2
    ):
        assert post(world, signed(message(world, "…", number=number, SubscribeURL=url, **said))).status_code == 401
    assert world.asked == [CERTIFICATE, CONFIRM]
    world.app.sns.fetch = lambda _: (_ for _ in ()).throw(OSError("sns.us-east-1.amazonaws.com answers 500"))
    answer = post(world, signed(message(world, "…", number=9, SubscribeURL=CONFIRM, **said)))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert world.incidents() == []


def test_of_a_topic_of_nobody_nothing_is_asked_or_taken(world):
    other = TOPIC.replace("123456789012", "210987654321")
    answer = post(world, signed(message(world, alarm(world), TopicArn=other)))
    assert (answer.status_code, "sns_topics" in answer.json()["error"]) == (401, True)
    assert world.asked == []
    until(lambda: account(world)["unread"] == {"401": 1}, "it to be counted")


@pytest.mark.parametrize(
    "url",
    [
        CERTIFICATE.replace("https", "http"),
        CERTIFICATE.replace("amazonaws.com", "amazonaws.com.evil.example"),
        CERTIFICATE.replace("sns.", "evil.example/sns."),
        CERTIFICATE.replace("sns.us", "sns.evil.us"),
        CERTIFICATE.replace("://", "://a@"),
        CERTIFICATE.replace(".com/", ".com:8443/"),
        CERTIFICATE.replace("sns.us-east-1", "s3.us-east-1"),
        CERTIFICATE.replace("SimpleNotificationService-", "bucket/"),
        CERTIFICATE + "?x=https://evil.example",
        "https://[",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_is_fetched_from_sns_and_nowhere_else(world, url):
    answer = post(world, signed(message(world, alarm(world), SigningCertURL=url)))
    assert (answer.status_code, world.asked) == (401, [])


def test_the_hosts_of_sns():
    assert sns.is_real("https://sns.eu-central-1.amazonaws.com/x")
    assert sns.is_real("https://sns.us-gov-west-1.amazonaws.com/x")
    assert sns.is_real("https://sns.cn-north-1.amazonaws.com.cn/x")
    assert not sns.is_real("https://sns.amazonaws.com/x")


def test_what_is_no_alarm_is_an_alert_that_waits_for_a_person(world):
    assert post(world, signed(message(world, "The backup has failed\n\nsee the log"))).json()["new"] == 1
    (alert,) = world.get("/alerts")["alerts"]
    assert (alert["alert"]["name"], alert["alert"]["labels"]["topic"]) == ("The backup has failed", "alarms")
    assert account(world)["waiting"] == 1
    world.told()


def test_what_is_no_alarm_is_read_by_the_catalogue(make, tmp_path):
    """intake/sns.yaml finds its fields in the message; where it can't, the alert is kept as it is."""
    fields = 'fields: {name: Message.job, severity: "Message.level", service: Message.service, fingerprint: Message.job}'
    write(tmp_path, intake__sns=f'name: sns\nalerts: "@"\n{fields}\n')
    world = build(make, catalogue=tmp_path / "catalogue")
    said = {"job": "backup", "level": "P1", "service": SERVICE}
    assert post(world, signed(message(world, said))).json()["incidents"] == ["INC-1"]
    assert paged(world)[0] == "page ana"
    assert post(world, signed(message(world, {"other": 1}, number=2, Subject="odd"))).json()["new"] == 1
    assert {one["alert"]["name"] for one in world.get("/alerts")["alerts"]} == {"backup", "odd"}
    assert account(world)["mended"] == 1
    world.told()


def test_a_message_that_is_sent_again_changes_nothing_after_a_restart_too(world):
    first = signed(message(world, alarm(world)))
    post(world, first)
    world.pass_by(1)
    post(world, signed(message(world, alarm(world, "OK"), number=2)))
    fetch = world.app.sns.fetch
    world.again()
    world.app.sns.fetch = fetch
    assert "taken before" in post(world, first).json()["error"]
    assert world.room("INC-1")["firing"] == []
    paged(world)

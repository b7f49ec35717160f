"""Secrets in texts: the shapes that have to go, the ordinary lines that have to stay, and how long a bad text may take."""

import base64
import time

import pytest

from stormjib.core.redact import Shapes, forms, holds_secret, is_secret, redacted

SECRETS = [
    "password=hunter2x",
    '"password": "hun ter2"',
    "SECRET_KEY: s3cr3tvalue",
    "DB_PASS=abc12345",
    "Authorization: Bearer abcdef",
    "Bearer eyJhbGciOiJI.eyJzdWIiOiIx.abc",
    "Authorization: Basic dXNlcjpwYXNz",
    "curl basic dXNlcjpwYXNz",
    "redis://:s3cret@host:6379/0",
    "postgres://app:p4ss@db/x",
    "https://user:pass@host/",
    "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "glpat-abcdefghij1234567890",
    "xoxb-123456789012-abcdefghijkl",
    "sk_live_abcdefghijklmnop",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_def",
    "requirepass foobared",
    "  password: hunter2",
    "DATABASE_URL=postgres://a:b@c/d",
    "export API_TOKEN='abc def'",
    "<password>hunter2</password>",
    "Set-Cookie: session=abcdef; Path=/",
    "--password hunter2",
    "PGPASSWORD=abc psql",
    "app:p4ss@tcp(db:3306)/x",
    "root:$6$abcdefgh$ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh:19000",
    '{"api_key":"abcdef123"}',
    'client_secret = "x9y8"',
    "jwt: abc.def.ghi",
    "https://hooks.slack.com/services/T000/B000/XXXXXXXX",
    '\\"password\\": \\"hunter2\\"',
    "X-Api-Key: abc123",
    "token=abcdef123456",
    "token: abcdef123456",
]
ORDINARY = [
    "db0:keys=120,expires=0,avg_ttl=0",
    "keyspace_hits:123",
    "token: unexpected end of input",
    "password: incorrect",
    "invalid token: expected ';'",
    "GET /login?next=/ 200",
    "PASS: test_foo",
    "passed: 12, failed: 0",
    "author: bob",
    "authenticated: true",
    "tokens: 512",
    "max_tokens=100",
    "public key mismatch",
    "error: secret not found",
    "partition_key=42",
    "cache_key=user:42",
    "Bearer token missing",
    "Basic authentication required",
    "http://localhost:8080/health",
    "2026-01-01T00:00:00 GET http://a:80/x@y",
    "primary key: id",
    "key: value",
    "pwd=/home/x",
    "Cookie banner shown",
    "webhook: 200 OK",
    "user@example.com",
    "git@github.com:a/b.git",
    "ssh://git@github.com/a/b",
    "keys: 5",
    "token expired",
    "Accept-Key: none",
    "monkey=banana",
    "used_memory:1024",
    "auth: ok",
    "sentinel_auth:none",
    "pat 12",
    "ssh-rsa AAAAB3NzaC1yc2E user@host",
    "-----BEGIN CERTIFICATE-----",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    'password authentication failed for user "app"',
]
KEY = "\n".join(["MIIEabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX"] * 5)


@pytest.mark.parametrize("text", SECRETS)
def test_r10_s7_a_well_known_shape_is_redacted(text):
    assert "[redacted" in redacted(text)
    for hidden in ("hunter2", "hun ter2", "s3cr3t", "p4ss", "dXNlcjpwYXNz", "abcdefghijkl", "XXXXXXXX", "foobared", "abcdef123"):
        assert hidden not in redacted(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_r10_an_ordinary_line_stays_as_it_is(text):
    assert redacted(text) == text


def test_r10_a_private_key_goes_as_a_whole_and_what_follows_stays():
    text = f"a\n-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{KEY}\nabcd==\n-----END RSA PRIVATE KEY-----\nafter\n"
    assert redacted(text) == "a\n[redacted private key]\nafter\n"
    assert redacted(f"api-1  | -----BEGIN PRIVATE KEY-----\napi-1  | {KEY[:64]}\nlistening on 8080, all is well\n").endswith(
        "listening on 8080, all is well\n"
    )


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASS",
        "DATABASE_URL",
        "SENTRY_DSN",
        "GITHUB_PAT",
        "APP_JWT",
        "SESSION_COOKIE",
        "SLACK_WEBHOOK",
        "ADMIN_TOKEN",
        "API_KEY",
        "MYSQL_PWD",
    ],
)
def test_s7_one_list_says_which_names_are_secret(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["PWD", "HOME", "PATH", "REDIS_HOST", "KEYSPACE", "MONKEY_ISLAND", "AUTHOR", "COMPASS_URL"])
def test_s7_ordinary_names_are_not(name):
    assert not is_secret(name)


def test_s7_a_value_is_found_in_every_form():
    value = "s3cr3t/va lue+x"
    found = forms({"A": value})
    for before in ("", "u", "us", "user:"):
        coded = base64.b64encode(f"{before}{value}".encode()).decode()
        assert any(text in coded for text in found)
    assert {"s3cr3t%2Fva%20lue%2Bx", "s3cr3t%2Fva+lue%2Bx"} <= found.keys()
    assert "first line of it" in forms({"A": "first line of it\nsecond line of it"})
    assert holds_secret("amqp://u:p4ss@mq/")
    assert not holds_secret("redis:6379")


@pytest.mark.parametrize(
    "text",
    [
        "-" * 100_000,
        "a=" * 50_000,
        "key: " * 20_000,
        "Bearer " * 15_000,
        "a:b@" * 25_000,
        "<pass>" * 15_000,
        "password=" * 11_000,
    ],
)
def test_a_bad_text_takes_no_longer_than_a_good_one(text):
    """Processor time, generously: a pattern that goes wrong takes minutes."""
    shapes, began = Shapes(), time.process_time()
    for at in range(0, len(text), 16_384):
        shapes.line(text[at : at + 16_384])
    assert time.process_time() - began < 5

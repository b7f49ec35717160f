"""Secrets in texts: the shapes that have to go, the ordinary lines that have to stay, and how long a bad text may take."""

import base64
import time

import pytest

from stormjib.core.redact import Shapes, forms, holds_secret, is_secret, redacted, without_own_tokens

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
    "password reset",
    "password policy",
    "PASS  src/foo.test.js",
    "pass 12",
    "file.py:12:def x",
    "Failed password for root from 10.0.0.4 port 22 ssh2",
    "12:34:56:78:9a",
    "user login ok",
    "api-token                  Opaque                      1      3d",
    "default-token-x7k2p        kubernetes.io/service-account-token   3   90d",
    "password-reset-7d9f-x2x    1/1     Running   0   3d",
    "auth-token                 ClusterIP   10.0.0.1   <none>   80/TCP",
    "ytf8wvx   db_password         2 weeks ago   2 weeks ago",
    " password      | character varying(255)      |           | not null |",
    "| password    | varchar(255) | YES  |     | NULL    |       |",
    "| mysql_native_password      | ACTIVE   | AUTHENTICATION |",
    "caching_sha2_password\tACTIVE",
    "| default_password_lifetime  | 0        |",
    "validate_password.length\t8",
    "registry/api_token         latest    3f2a1b",
    "Token:    present, expires in 3h",
    "password_policy  strict",
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
    "password expired",
    'level=error user=bob msg="password: expired" code=401',
    "user=bob auth=disabled,tls=on",
    "curl -s -u http://x/",
    "docker run -p 8080:80 -u 1000:1000 nginx",
    "mysql -u root -p shop",
    "tar -p -a -u archive",
    "PING db (10.0.0.1): 56 data bytes",
    "http://host:9090/graph?user=a@b.org",
    "git+ssh://git@github.com:22/a/b@v1",
    'level=info msg="token refreshed" user=bob ttl=300',
    "key-value store started, key-1 loaded",
    "class s.getApplicationContextName2() called",
    "redis-cli -h r1 -a",
    "cp -a /src /dst; grep -w error x; sort -u names",
]
LONE = """password hunter2x
  password "hunter2x"
passwd hunter2x
passphrase hunter2x
shared_key hunter2x
bindpw hunter2x
rocommunity hunter2x
*:mailuser:hunter2x
db.example.com:5432:app:bob:hunter2x
auth default login bob password hunter2x
bob:{PLAIN}hunter2x
bob:{CLEARTEXT}hunter2x:1000:1000::/home
bob:{CRAM-MD5}hunter2xa55e11eba527a7a52748
PW=hunter2x
pw: hunter2x
psk=hunter2x
Passwort: hunter2x
DatenbankPasswort=hunter2x
Kennwort = hunter2x
mot_de_passe=hunter2x
mot de passe : hunter2x
mdp=hunter2x
contraseña: hunter2x
clave=hunter2x
senha=hunter2x
パスワード: hunter2x
パスワード：hunter2x
密码：hunter2x
密碼=hunter2x
пароль: hunter2x
비밀번호: hunter2x
hasło: hunter2x
wachtwoord=hunter2x
lösenord: hunter2x
heslo: hunter2x
şifre: hunter2x""".splitlines()
HIDDEN = "S3cr3tPw1"
BESIDE = [
    "user=app password=S3cr3tPw1",
    'level=info msg="login" db=shop password=S3cr3tPw1',
    "DB_PASSWORD=x123 API_TOKEN=S3cr3tPw1",
    '{"username":"admin","password":"S3cr3tPw1","host":"db"}',
    '"Env": ["PORT=1","DB_PASSWORD=S3cr3tPw1"],',
    '"Env": ["PORT=1","DB_PASSWORD=a b S3cr3tPw1"],',
    "Environment=DB_HOST=db DB_PASSWORD=S3cr3tPw1",
    "GET /login?user=bob&password=S3cr3tPw1 HTTP/1.1",
    "Server=db;Database=x;User Id=sa;Password=S3cr3tPw1;Encrypt=true",
    "jdbc:mysql://db/x?user=app&password=S3cr3tPw1",
    "2026-01-01T12:00:00Z api-1: password=S3cr3tPw1",
    "user: bob, password: S3cr3tPw1",
    '{"msg":"connect host=db password=S3cr3tPw1 failed"}',
    '{"log":"{\\"user\\":\\"a\\",\\"password\\":\\"S3cr3tPw1\\"}"}',
    '{"log":"{\\"password\\":\\"a\\\\\\"S3cr3tPw1\\"}"}',
    "[a=1] (password=S3cr3tPw1)",
    '{"name":"DB_PASSWORD","value":"S3cr3tPw1"}',
    "- {name: DB_PASSWORD, value: S3cr3tPw1}",
    '<property name="db.password" value="S3cr3tPw1"/>',
    'password="ab,c S3cr3tPw1"',
    'password="ab\\"S3cr3tPw1"',
    "password='it''s S3cr3tPw1'",
    "password=ab,S3cr3tPw1",
    "password=ab;S3cr3tPw1",
    "password=ab&S3cr3tPw1",
    "password=ab'S3cr3tPw1",
    "password=ab(S3cr3tPw1)",
    "mysql -u root -pS3cr3tPw1 shop",
    "/usr/bin/mysqldump -uroot -p'S3cr3tPw1' shop",
    "sshpass -p S3cr3tPw1 ssh db1",
    "sshpass -p 'a S3cr3tPw1' ssh db1",
    "curl -s -u admin:S3cr3tPw1 http://x/",
    "curl --user 'admin:S3cr3tPw1' http://x/",
    "redis-cli -h r1 -a S3cr3tPw1 ping",
    '["redis-cli", "-a", "S3cr3tPw1", "ping"]',
    "docker login -u bob -p S3cr3tPw1 reg.io",
    "mongosh -u root -p S3cr3tPw1",
    "ldapsearch -D cn=x -w S3cr3tPw1",
    "openssl rsa -passin pass:S3cr3tPw1",
    "deploy --password 'a S3cr3tPw1' now",
    "ROOT_PW=S3cr3tPw1",
    "BASIC_AUTH=admin:S3cr3tPw1",
    "https://x.blob.core.windows.net/c?sv=1&sig=abcS3cr3tPw1abcdef%3D",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=S3cr3tPw1abcdefgh==;EndpointSuffix=x",
    "VAULT s.S3cr3tPw1abcdefghijklmno found",
    "got hvs.S3cr3tPw1abcd",
    "key-0123456789abcdef0123456789abcdef S3",
    "x $1$abcdefgh$S3cr3tPw1ABCDEFGHIJKLM y",
    "bob:$apr1$abcdefgh$S3cr3tPw1ABCDEFGHIJKLM",
    "bob:{SHA}S3cr3tPw1ABCDEFGHIJKLMNOPQ=",
    "postgres://app:ab/S3cr3tPw1@db/shop",
    "postgres://app:ab@S3cr3tPw1@db:5432/shop",
    "redis://:a#S3cr3tPw1@r1:6379/0",
    "amqp://a:S3cr3tPw1@h1,amqp://b:S3cr3tPw1@h2",
    "Private-MAC: 0123456789abcdef0123456789abcdef01234567",
]
UNDER = [
    "requirepass\nS3cr3tPw1\nmaxmemory\n0\n",
    '1) "requirepass"\n2) "S3cr3tPw1"\n',
    "password: |\n  ab S3cr3tPw1\n  S3cr3tPw1\nuser: bob\n",
    "data:\n  tls.key: |-\n    S3cr3tPw1\n\n    S3cr3tPw1\n  other: 1\n",
    "- name: DB_PASSWORD\n  value: S3cr3tPw1\n- name: PORT\n  value: '1'\n",
    '  "name": "DB_PASSWORD",\n  "value": "a S3cr3tPw1"\n',
]


@pytest.mark.parametrize("text", [*BESIDE, *UNDER])
def test_a_secret_beside_or_under_something_else_goes_too(text):
    assert "[redacted" in redacted(text)
    for hidden in (HIDDEN, "0123456789abcdef"):
        assert hidden not in redacted(text)


@pytest.mark.parametrize("text", BESIDE)
def test_what_was_redacted_once_stays_so(text):
    once = redacted(text)
    assert redacted(once) == once


def test_what_stands_beside_a_secret_stays():
    assert redacted("host=db password=S3cr3tPw1 dbname=x user=app") == "host=db password=[redacted password] dbname=x user=app"
    assert redacted("/x?password=S3cr3tPw1&next=/home HTTP/1.1") == "/x?password=[redacted password]&next=/home HTTP/1.1"
    assert redacted("postgres://app:S3cr3tPw1@db.internal/shop?mail=a@b.org").endswith("]@db.internal/shop?mail=a@b.org")
    assert redacted(UNDER[0]).endswith("]\nmaxmemory\n0\n")
    assert redacted(UNDER[2]).endswith("]\nuser: bob\n")
    assert redacted(UNDER[4]).endswith("\n- name: PORT\n  value: '1'\n")
    assert redacted("requirepass\n\nmaxmemory\n0\n") == "requirepass\n\nmaxmemory\n0\n"


_LINE = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz"
CUT = [
    f"{_LINE}\n{_LINE}\nQyNTUxOQAAACBkZGRk12==\n-----END OPENSSH PRIVATE KEY-----\n",
    f"-----END OPENSSH PRIVATE KEY-----\nQyNTUxOQAAACBkZGRk12\n{_LINE}\n{_LINE}\n",
    f"api-1  | {_LINE}\napi-1  | {_LINE}\n",
    f"PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 2\n{_LINE}\nQyNTUxOQAAACBkZGRk12==\n",
    "".join(
        f"2026-01-01T10:00:0{at}Z api[7]: {line}\n"
        for at, line in enumerate(("-----BEGIN PRIVATE KEY-----", _LINE, "QyNTUxOQ", "-----END PRIVATE KEY-----"))
    ),
]


@pytest.mark.parametrize("text", CUT)
def test_a_private_key_goes_without_its_first_line_too(text):
    assert "b3BlbnNz" not in redacted(text)
    assert "QyNTUxOQ" not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN CERTIFICATE-----\n{_LINE}\n{_LINE}\n-----END CERTIFICATE-----\n",
        f"-----BEGIN PUBLIC KEY-----\n{_LINE}\n-----END PUBLIC KEY-----\n",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
        "/var/lib/Docker/Overlay2/Some/Very/Long/Path/With/A1/B2/C3/Names/In/It\n",
        "name: web\nvalue: 1\n",
        "notes: |\n  all is well\n",
    ],
)
def test_what_only_looks_like_a_part_of_a_key_stays(text):
    assert redacted(text) == text


KEY = "\n".join(["MIIEabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX"] * 5)


@pytest.mark.parametrize("text", SECRETS)
def test_r10_s7_a_well_known_shape_is_redacted(text):
    assert "[redacted" in redacted(text)
    for hidden in ("hunter2", "hun ter2", "s3cr3t", "p4ss", "dXNlcjpwYXNz", "abcdefghijkl", "XXXXXXXX", "foobared", "abcdef123"):
        assert hidden not in redacted(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_r10_an_ordinary_line_stays_as_it_is(text):
    assert redacted(text) == text


def test_what_is_redacted_already_stays_as_it_is():
    text = "sent Authorization: Bearer [redacted ADMIN_TOKEN] -d {} and password=[redacted DB_PASS]"
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
        "pat=" * 375_000,
        "pat='" * 100_000,
        "http://a:" * 100_000 + "@",
        "mysql -p " * 100_000,
        "curl -u " * 100_000,
        "name=password,value=" * 50_000,
        "password=" + "a,b" * 300_000,
    ],
)
def test_a_bad_text_takes_no_longer_than_a_good_one(text):
    """Processor time, generously: a pattern that goes wrong takes minutes."""
    shapes, began = Shapes(), time.process_time()
    for at in range(0, len(text), 16_384):
        shapes.line(text[at : at + 16_384])
    assert time.process_time() - began < 5


def test_a_token_of_stormjib_is_redacted_wherever_it_stands():
    token = "sj_" + "aB3_-" * 8 + "xyz"
    for text in (token, f"url=http://x/?t={token}&b=1", f'{{"a":"{token}"}}', f"ana said {token}, too"):
        assert token not in redacted(text)
        assert without_own_tokens(text) == text.replace(token, "[redacted token]")


@pytest.mark.parametrize("line", LONE)
def test_a_password_is_one_in_other_words_and_without_a_sign_between(line):
    assert "hunter2x" not in redacted(line + "\n")


@pytest.mark.parametrize("text", ["password\nhunter2x\nname\nbob\n", '1) "name"\n2) "bob"\n3) "api_key"\n4) "hunter2x"\n'])
def test_a_value_below_its_name_goes_with_it(text):
    assert "hunter2x" not in redacted(text)
    assert "bob" in redacted(text)


@pytest.mark.parametrize(
    "printed",
    [
        "".join(f"%{ord(char):02x}" for char in "hunter2-long"),
        "".join(f"%{ord(char):02X}" for char in "hunter2-long"),
        "".join(f"\\x{ord(char):02x}" for char in "hunter2-long"),
        "".join(f"\\u{ord(char):04x}" for char in "hunter2-long"),
        b"hunter2-long".hex(" "),
        b"hunter2-long".hex(":"),
        base64.b32encode(b"hunter2-long").decode(),
    ],
)
def test_a19_a_value_that_is_written_out_in_codes_is_found(printed):
    assert any(form in printed for form in forms({"A": "hunter2-long"}))

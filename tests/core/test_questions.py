"""Statements that a database is asked: which only ask, and that the form which runs can do nothing else, tried with real clients."""

import os
import shutil
import subprocess

import pytest

from stormjib.core.risk import Risk
from stormjib.core.shell import judge, quote

ASKS = [
    'psql -c "select count(*) from t"',
    "docker exec db psql -U postgres -c 'SELECT * FROM pg_locks WHERE NOT granted'",
    "ssh db1 \"psql -c 'SHOW max_connections'\"",
    'psql "$DATABASE_URL" -c "select count(*) from t"',
    'mysql -e "SHOW FULL PROCESSLIST"',
    'sqlite3 app.db ".tables"',
    'clickhouse-client -q "SELECT count() FROM system.parts"',
    "psql -h db -c 'SELECT 1;'",
    "psql $DATABASE_URL -d $PG_URI -t -c 'SELECT version()'",
    "psql -h db shop <<EOF\nSELECT count(*) FROM t;\nSELECT max(a)::text FROM t;\nEOF",
    "docker compose exec -T db mysql -u root shop <<'SQL' | head -5\nSHOW PROCESSLIST;\nSQL",
    "export PGHOST=db PGUSER=shop; psql -c 'SELECT 1'",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_question_runs_in_a_session_that_only_reads(text: str) -> None:
    verdict = judge(text)
    assert (verdict.risk, verdict.endless) == (Risk.READ, False), verdict.reason
    assert verdict.bounded is not None
    again = judge(verdict.bounded)
    assert (again.risk, again.bounded) == (Risk.READ, None), again.reason


def test_where_the_session_cannot_be_bound_it_is_no_read() -> None:
    for text in (
        "ssh h psql psql -c '\"select a from t\"'",
        "watch \"psql -c 'select a from t'\"",
        "xargs psql -c 'select a from t'",
    ):
        assert judge(text).risk is not Risk.READ, text


@pytest.mark.parametrize(
    "text",
    [
        "psql d <<EOF\nSELECT 1;\nDROP TABLE t;\nEOF",
        "psql d <<'EOF'\nSELECT 1;\n\\! reboot\nEOF",
        "psql d <<EOF\nSELECT `reboot`;\nEOF",
        "psql d <<'EOF'\nSELECT :cmd;\nEOF",
        "psql d <<'EOF'\nSELECT 'a;b';\nSET x = 1;\nEOF",
        "psql d <<EOF < /tmp/x.sql\nSELECT 1;\nEOF",
        "psql d <<EOF 0< /tmp/x.sql\nSELECT 1;\nEOF",
        "cat /tmp/x.sql | psql d",
        "bash -c 'cat /tmp/x.sql | psql d' <<EOF\nSELECT 1;\nEOF",
        "psql -f /tmp/x.sql d <<EOF\nSELECT 1;\nEOF",
        "mysql <<'EOF'\nsystem reboot\nEOF",
        "ssh h 'psql $DATABASE_URL -c \"SELECT 1\"'",
    ],
)
def test_what_a_client_is_told_otherwise_is_no_read(text: str) -> None:
    assert judge(text).risk is not Risk.READ


def test_an_address_that_is_not_in_quotes_gets_them_where_it_runs() -> None:
    assert 'psql "$DATABASE_URL" -d "${PG_URI}" -c' in (judge("psql $DATABASE_URL -d ${PG_URI} -c 'SELECT 1'").bounded or "")


@pytest.mark.parametrize(
    "start", ['psql "$ADMIN_TOKEN"', 'psql "x$DATABASE_URL"', 'psql -h evil "$DATABASE_URL"', 'ssh evil psql "$DATABASE_URL"']
)
def test_a_secret_goes_to_no_other_database(start: str) -> None:
    assert judge(f"{start} -c 'select count(*) from t'").risk is not Risk.READ


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs sqlite3")
def test_the_form_of_sqlite_answers_and_writes_nothing(tmp_path) -> None:
    database = tmp_path / "app.db"
    subprocess.run(["sqlite3", database, "create table t(a); insert into t values (3);"], check=True)
    form = judge(f'sqlite3 {database} "select a from t"').bounded or ""
    assert subprocess.run(["bash", "-c", form], capture_output=True, text=True, check=True).stdout == "3\n"
    writes = form.replace("select a from t", "insert into t values (4)")
    assert subprocess.run(["bash", "-c", writes], capture_output=True, check=False).returncode != 0
    assert judge(f'sqlite3 {tmp_path}/none.db "select a from t"').bounded
    assert not (tmp_path / "none.db").exists()


@pytest.fixture
def postgres(tmp_path, monkeypatch):
    """A real PostgreSQL on a socket; its own tools refuse to run as root."""
    if any(shutil.which(name) is None for name in ("initdb", "pg_ctl", "psql", "setpriv")):
        pytest.skip("needs PostgreSQL's server")
    folder = tmp_path / "pg"
    folder.mkdir()
    for parent in (folder, *folder.parents[:3]):
        parent.chmod(0o777)
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    subprocess.run([*drop, "initdb", "-D", folder / "d", "-U", "postgres", "-A", "trust", "-N"], check=True, capture_output=True)
    start = [*drop, "pg_ctl", "-D", folder / "d", "-o", f"-c listen_addresses='' -k {folder}", "-l", folder / "log", "-w"]
    subprocess.run([*start, "start"], check=True, capture_output=True)
    monkeypatch.setenv("PGHOST", str(folder))
    monkeypatch.setenv("PGUSER", "postgres")
    yield
    subprocess.run([*drop, "pg_ctl", "-D", folder / "d", "-m", "immediate", "stop"], check=True, capture_output=True)


def test_the_form_of_psql_answers_and_writes_nothing(postgres) -> None:
    writes = "create function f() returns int language sql as 'insert into t values (9) returning a'"
    subprocess.run(["psql", "-qc", f"create table t(a int); insert into t values (3); {writes}"], check=True)
    for text in ('psql -Atc "select a from t"', "bash -c 'psql -Atc \"select a from t\"'"):
        done = subprocess.run(["bash", "-c", judge(text).bounded or ""], capture_output=True, text=True, check=True)
        assert done.stdout == "3\n"
    form = (judge('psql -Atc "select a from t"').bounded or "").replace("select a from t", "select f()")
    done = subprocess.run(["bash", "-c", form], capture_output=True, text=True, check=False)
    assert "read-only" in done.stderr


@pytest.mark.parametrize(
    "text", ["", ";", "\\G", "select" + " " * 60_000 + "x", "select " + "(" * 55 + "1" + ")" * 55, "'" * 60_001, "\\"]
)
@pytest.mark.parametrize("client", ["psql -c", "mysql -e", "sqlite3 a.db", "clickhouse-client -q", "mongosh --eval"])
def test_no_statement_makes_it_fall_over(client: str, text: str) -> None:
    assert judge(f"{client} {quote(text)}").risk is not Risk.READ

r"""Statements for a database: which one only asks, and the session in which it can do nothing else.

A question is one SELECT, SHOW, DESCRIBE, PRAGMA, EXPLAIN of a SELECT, or a ``\d`` of psql. It is read twice: letter by letter, where clients and
servers could differ on what a text means (comments, backslashes, semicolons) and every function has to be on a list; and as a tree.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from stormjib.core.redact import is_secret
from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation, Reason
from stormjib.core.shell.bounded import LIMIT_SECONDS, Edit
from stormjib.core.shell.paths import holds_secret
from stormjib.core.shell.syntax import Word, is_database
from stormjib.core.text.table import rows_of

if TYPE_CHECKING:
    from sqlglot import exp

_TEXT_MAX = 4_096
_BRACKETS_MAX = 60
_DIALECTS = {
    "psql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite3": "sqlite",
    "clickhouse-client": "clickhouse",
    "bq": "bigquery",
}
_STATEMENTS = {
    "psql": ("-c", "--command"),
    "mysql": ("-e", "--execute"),
    "mariadb": ("-e", "--execute"),
    "clickhouse-client": ("-q", "--query"),
}
_TWICE_READ = re.compile(r"--|/\*|\\|\$\w*\$|;|:=|[^\x20-\x7e\n\t]")
_READS_INPUT = {"psql", "mysql", "mariadb"}
_FILLED = re.compile(r"[$`\\]|(?<!:):(?![:\s])")
_UNKNOWN = "its statement is not one that is known to only ask"
_NEVER = re.compile(r"\b(?:uescape|into|outfile|dumpfile|procedure|settings(?=\s+\w+\s*=))\b", re.IGNORECASE)
_CALLED = re.compile(r"(?:(?<![\w$\"`\]])([\w$\"`\]]++)\s*+\.\s*+)?((?<![\w$])[\w$]++|[\"`\]])\s*+\(")
_DOTTED = re.compile(r"[)\]]\s*+\.(?!\s*+\*)")
"""PostgreSQL calls any function of one argument that is written like a field: ``(value).name``."""
_OWN_SCHEMAS = {
    "psql": {"pg_catalog"},
    "mysql": {"sys"},
    "mariadb": {"sys"},
    "bq": {"safe"},
}  # of the server, not of whoever made a table
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_NAMES = re.compile(r"[A-Za-z_][\w$]*")
_OPTION = r"(?:analyze|buffers|verbose|costs|timing|summary|settings|wal|generic_plan|memory|format)(?:\s+\w+)?"
_EXPLAINED = re.compile(
    rf"explain\s+(?:query\s+plan\s+|extended\s+|(?:(?:analyze|verbose)\s+)+|format\s*=\s*\w+\s+|\(\s*{_OPTION}(?:\s*,\s*{_OPTION})*\s*\)\s*)?",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:select|with|from)\b", re.IGNORECASE)
# SHOW GRANTS and SHOW CREATE USER show the hash of a password, and so may every setting at once.
_SHOWS = re.compile(
    r"(?:show\s+(?!all\b|grants|create\s+user|primary_conninfo|ssl_passphrase)[\w\s.,%'=*@`<>()-]{1,300}|(?:describe|desc)\s+(?:table\s+)?[\w.`]{1,200})",
    re.IGNORECASE,
)
_PRAGMA = re.compile(
    r"pragma\s+(?:\w+\.)?(?:(?:integrity_check|quick_check|foreign_key_check|database_list|page_count|page_size|freelist_count|user_version"
    r"|schema_version|journal_mode|wal_autocheckpoint|compile_options|table_list|encoding|synchronous|cache_size|busy_timeout|foreign_keys)"
    r"|(?:table_info|table_xinfo|index_list|index_info|foreign_key_list)\(['\"]?\w+['\"]?\))",
    re.IGNORECASE,
)
_META = re.compile(
    r"\\(?:d(?![eR]|rds|config)[a-zA-Z]{0,6}[S+]{0,2}|l\+?|list\+?|conninfo|encoding|sf\+?|sv\+?|z|copyright)(?:\s+[\w.*\"$-]{1,200}){0,2}\s*|\.(?:tables|schema|indexes|indices|databases|dbinfo)(?:\s+[\w%]+)?"
)
_SECRET_TABLES = re.compile(
    r"pg_(?:shadow|authid|user_mappings?|subscription|hba\w*|ident\w*|largeobject|stat_wal_receiver|foreign_server|db_role_setting|file_settings)"
    r"|fsdir|zipfile|sqlite_dbpage"  # virtual tables of SQLite that are files
    r"|slave_master_info|global_priv|password_history|authentication_string|primary_conninfo|ssl_passphrase_command",
    re.IGNORECASE,
)
_MYSQL_USERS = re.compile(r"\bmysql\s*\.(?!\s*slow_log\b)|\bsystem\s*\.\s*(?:users|named_collections)\b", re.IGNORECASE)
_HOMES = {"mysql", "system"}  # the databases in which these tables hold the passwords of accounts
_USERS = re.compile(r"users?|named_collections|servers|db", re.IGNORECASE)
_NAMED = r"(?:\w+\.)?name\s*(?:=\s*'[\w.]+'|in\s*\(\s*'[\w.]+'(?:\s*,\s*'[\w.]+')*\s*\)|i?like\s*'[\w.%]+')"
_SETTINGS = re.compile(
    rf"[^']*\bpg_settings(?:\s+(?:as\s+)?\w+)?\s+where\s+{_NAMED}(?:\s+(?:or|and)\s+{_NAMED})*(?:\s+order\s+by\s+[\w.,\s]+)?",
    re.IGNORECASE,
)
_CURRENT = re.compile(r"\bcurrent_setting\b(?!\s*\(\s*'[\w.]+'\s*(?:,\s*\w+\s*)?\))", re.IGNORECASE)
_DCONFIG = re.compile(r"\\dconfig\+?\s+([\w.*]+)")
_SECRET_SETTINGS = (
    "primary_conninfo",
    "ssl_passphrase_command",
    "app.jwt_secret",
    "app.settings.jwt_secret",
    "app.api_key",
    "app.password",
)
_URI = re.compile(
    r"postgres(?:ql)?://[\w.:@/%*+-]*(?:\?sslmode=[\w-]+)?|(?:(?:host|port|dbname|user|sslmode|connect_timeout)=[\w./-]+\s*)+|[\w.-]+"
)
_HASHES = {"mysql", "mariadb"}
_SESSION = {"--init-command", "--readonly", "--max_execution_time"}
_PGOPTIONS = rf"PGOPTIONS=-cdefault_transaction_read_only=on\ -cstatement_timeout={LIMIT_SECONDS}s"
READ_ONLY = _PGOPTIONS.replace("\\", "")
"""The setting with which psql's session only reads, as a word."""
_INIT = (
    f"SET SESSION /*!50720 transaction_read_only=1, max_execution_time={LIMIT_SECONDS}000 */"
    f" /*M! tx_read_only=1, max_statement_time={LIMIT_SECONDS} */"
)
_OPTIONS = {
    "mysql": [f"--init-command={_INIT}"],
    "sqlite3": ["-readonly"],
    "clickhouse-client": ["--readonly=1", f"--max_execution_time={LIMIT_SECONDS}"],
}
_OPTIONS["mariadb"] = _OPTIONS["mysql"]


def _words(kind: str) -> frozenset[str]:
    """The words of one kind in the table."""
    return frozenset(word for row in rows_of(__package__, "sql.txt") if row.split()[0] == kind for word in row.split()[1:])


_FUNCTIONS = _words("functions")
_NODES = _words("nodes")


def questions(call: Invocation) -> Iterator[Reason]:
    """Why what a client is given is no question."""
    name, free = call.path[0], list(call.free)
    given = [option.value for option in call.options if option.name in _STATEMENTS.get(name, ()) and option.value]
    if name in {"sqlite3", "bq"}:
        given, free = free[1 if name == "sqlite3" else 0 :], free[:1] if name == "sqlite3" else []
    if name == "psql" and call.has("-l", "--list", "-V", "--version") and not given and not free:
        return
    secret = any(map(is_database, [*free, *(option.value for option in call.options if option.value)]))
    strange = (secret and call.has("-h", "--host")) or any(not _URI.fullmatch(word.text) for word in _places(call, free))
    asked = _told(call) if not given else [given[0].text] if len(given) == 1 and given[0].static else []
    if not asked or strange or any(map(holds_secret, free)):
        yield Reason(Risk.UNKNOWN, f"{call.called} runs a statement, and not one that is known to only ask")
    elif why := next(filter(None, (_no_question(text, call) for text in asked)), ""):
        yield Reason(Risk.UNKNOWN, why)
    elif any(_asks_accounts(call, text) for text in asked):
        yield Reason(Risk.UNKNOWN, "its statement may show a secret")
    for option in call.options:
        if option.name in _SESSION and option.value and f"{option.name}={option.value.text}" not in _OPTIONS.get(name, ()):
            yield Reason(Risk.UNKNOWN, f"`{option.name}` of {call.called} changes what its session may do")


def _told(call: Invocation) -> list[str]:
    """The statements of a here-document, where neither the shell nor the client puts anything else into it."""
    if call.path[0] not in _READS_INPUT or not call.told or _FILLED.search(call.told):
        return []
    return [text for text in call.told.split(";") if text.strip()]


def _asks_accounts(call: Invocation, text: str) -> bool:
    """Whether a statement names a table of accounts alone, in a database that may be the one that has them."""
    named = [option.value for option in call.options if option.name in {"-D", "-d", "--database"} and option.value]
    home = any(not word.static or word.text.casefold() in _HOMES for word in (*call.free, *named))
    return call.path[0] in _STATEMENTS.keys() - {"psql"} and home and any(map(_USERS.fullmatch, _NAMES.findall(text)))


def _shows_settings(statement: str) -> bool:
    """Whether a statement may show a setting of PostgreSQL that has a password in it: those it asks for have to be named."""
    if statement.startswith("\\dconfig"):
        asked = _DCONFIG.fullmatch(statement)
        return not asked or any(fnmatchcase(name, asked[1].casefold()) for name in _SECRET_SETTINGS)
    if _CURRENT.search(statement):
        return True
    if not re.search(r"\bpg_settings\b", statement, re.IGNORECASE):
        return False
    patterns = [like.casefold().replace("_", "?").replace("%", "*") for like in re.findall(r"'([\w.%]+)'", statement)]
    return (
        len(re.findall("pg_settings", statement, re.IGNORECASE)) != 1
        or not _SETTINGS.fullmatch(statement)
        or any(fnmatchcase(name, like) for like in patterns for name in _SECRET_SETTINGS)
    )


def _places(call: Invocation, free: list[Word]) -> list[Word]:
    """The words that say to which database a client goes, for those that would take an option for their session there."""
    named = [option.value for option in call.options if option.name in {"-d", "--dbname"} and option.value]
    known = [word for word in (*free, *named) if not is_database(word)]
    return known if call.path[0] == "psql" else [word for word in free if word.text.startswith("file:")]


def _no_question(text: str, call: Invocation) -> str:
    """Why a statement is not proven to only ask; "" where it is."""
    client = call.path[0]
    if len(text) > _TEXT_MAX:
        return "its statement is too long to be read through"
    statement = re.sub(r"(?:\s*;|\\[gG])\s*$", "", text.strip()).strip() or ";"
    if client == "psql" and _shows_settings(statement):
        return "its statement may show a setting that holds a secret"
    if (_META.fullmatch(statement) or _DCONFIG.fullmatch(statement)) and client == (
        "psql" if statement[0] == "\\" else "sqlite3"
    ):
        return ""
    asked = _EXPLAINED.sub("", statement, count=1) if _EXPLAINED.match(statement) else statement
    bare = _QUOTED.sub(lambda found: "0" if found[0][0] == "'" else '""', asked)
    twice = bare.count("(") > _BRACKETS_MAX or _TWICE_READ.search(statement) or "'" in bare
    if twice or (client in _HASHES and "#" in statement) or (client == "sqlite3" and "[" in statement):
        return "its statement holds what clients and servers may read in different ways, such as a comment or a semicolon"
    names = _NAMES.findall(statement)
    if _MYSQL_USERS.search(re.sub(r"[\"`]", "", statement)) or any(
        is_secret(name) or _SECRET_TABLES.fullmatch(name) for name in names
    ):
        return "its statement may show a secret"
    own = _OWN_SCHEMAS.get(client, set())
    calls = ((found[1] or "", found[2]) for found in _CALLED.finditer(bare))
    strange = next((name for of, name in calls if name.lower() not in _FUNCTIONS or (of and of.lower() not in own)), "")
    if strange and not (client == "sqlite3" and _PRAGMA.fullmatch(statement)):
        return f"`{strange[:40]}` in its statement is not a function that is known to change nothing"
    shows = _PRAGMA.fullmatch(statement) if client == "sqlite3" else client != "bq" and _SHOWS.fullmatch(statement)
    if shows and not _NEVER.search(bare):
        return ""
    tree = _asking(asked, _DIALECTS[client]) if _ASKS.match(asked) and not _NEVER.search(bare) else None
    if tree is None:
        return _UNKNOWN
    from stormjib.core.shell import rows  # noqa: PLC0415 -- sqlglot is there by now

    if client == "psql" and (_DOTTED.search(bare) or rows.calls_by_dot(tree)):
        return _UNKNOWN
    named = rows.names_columns(call, tree.args["format"].name if tree.args.get("format") else "")
    if asked == statement and rows.loses_names(tree, _DIALECTS[client], named=named):
        return "it would print values without the names of their columns, by which secrets are redacted; name the columns that it needs"
    return ""


def _asking(statement: str, dialect: str) -> "exp.Query | None":
    """The tree of a statement that is one SELECT, made of known parts only."""
    import sqlglot  # noqa: PLC0415 -- 40 MiB and a third of a second, which nobody pays who has no statement to judge

    try:
        trees = sqlglot.parse(statement, read=dialect)
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError):
        return None
    if len(trees) != 1 or not isinstance(trees[0], sqlglot.exp.Query):
        return None
    kinds = {type(node) for node in trees[0].walk()}
    known = all(kind.__name__ in _NODES or issubclass(kind, sqlglot.exp.Func) for kind in kinds)
    return trees[0] if known else None


def session(call: Invocation, data: bytes, source: bytes) -> Edit | None:
    """What makes a client's session one that only reads; nothing if there is no place for it that is certain.

    ``data`` is the text that the command stands in, ``source`` the whole one: where they differ, the client may be named only once.
    """
    first = call.words[0]
    start, end = first.start, first.end
    if data != source or start < 0:
        found = list(re.finditer(rb"(?<![\w./-])" + re.escape(first.text.encode()) + rb"(?![\w.-])", source))
        if len(found) != 1:
            return None
        start, end = found[0].span()
    if source[start:end] != first.text.encode():
        return None
    if call.path[0] == "psql":
        return Edit(start, start, f"env {_PGOPTIONS} ")
    return Edit(end, end, "".join(" " + re.sub(r"([ *!,()])", r"\\\1", option) for option in _OPTIONS[call.path[0]]))


def is_bound(call: Invocation) -> bool:
    """Whether a client was already given the options of a session that only reads."""
    given = {word.text for word in call.words}
    return call.path[0] in _OPTIONS and given.issuperset(_OPTIONS[call.path[0]])


def needs_session(call: Invocation) -> bool:
    """Whether a client keeps a session that can be made to only read."""
    return call.path[0] == "psql" or call.path[0] in _OPTIONS

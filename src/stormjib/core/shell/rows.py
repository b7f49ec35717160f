"""What a statement shows of rows: a value keeps the name of its column, by which it is redacted, and no dot calls a function."""

import re
from collections.abc import Iterator

from sqlglot import exp

from stormjib.core.shell.arguments import Invocation
from stormjib.core.text.table import words_of

_OWN_SCHEMAS = words_of("information_schema performance_schema pg_catalog sys system")
_OWN = re.compile(r"(?:pg|sqlite)_\w+")
"""Tables of the server itself; those of them that hold a secret are known by their names."""
_FIELDS = words_of("key value ordinality")
_KEEPS_NAMES = re.compile(r"row_to_json|to_jsonb?|jsonb?_agg|count", re.IGNORECASE)
_NAMING = {"sqlite3": ("-header", "-json", "-line", "-box", "-table", "-markdown")}
_NAMELESS = {"psql": ("-t", "--tuples-only", "-R"), "mysql": ("-N", "--skip-column-names"), "sqlite3": ("-html", "-noheader")}
_NAMELESS["mariadb"] = _NAMELESS["mysql"]
_NAMED_FORMAT = re.compile(r"\w+WithNames(?:AndTypes)?|Pretty\w*|Vertical|Markdown|JSON(?:Strings)?(?:EachRow)?", re.IGNORECASE)
_SEPARATORS = {",", "|", ";", "\t", "\\t"}


def names_columns(call: Invocation, format_: str) -> bool:
    """Whether a client prints the names of the columns; ``format_`` is what the statement itself says of that."""
    client, values = call.path[0], {option.name: option.value.text for option in call.options if option.value}
    if client == "clickhouse-client":
        asked = format_ or values.get("-f") or values.get("--format") or ""
        return bool(_NAMED_FORMAT.fullmatch(asked)) or (not asked and call.has("-E", "--vertical"))
    silent = [option for option in call.options if option.name in {"-s", "--silent"}]  # said twice it leaves the names out
    separated = values.keys() & {"-F", "-separator"}
    return (
        not call.has(*_NAMELESS.get(client, ()))
        and (client not in _NAMING or call.has(*_NAMING[client]))
        and not silent[1:]
        and all(values[name] in _SEPARATORS for name in separated)
    )


def calls_by_dot(tree: exp.Query) -> bool:
    """Whether ``alias.name`` may call a function of PostgreSQL on what another one gave: the alias stands for a bare value then."""
    tables = {one.alias_or_name.casefold() for one in tree.find_all(exp.Table, exp.Subquery, exp.CTE) if not _is_call(one)}
    called = {one.alias_or_name.casefold() for one in tree.find_all(exp.Table, exp.Unnest, exp.Lateral) if _is_call(one)}
    fields = {name.name.casefold() for one in tree.find_all(exp.TableAlias) for name in one.args.get("columns") or ()}
    return any(
        (column.table.casefold() not in tables or column.table.casefold() in called)
        and not isinstance(column.this, exp.Star)
        and column.name.casefold() not in {column.table.casefold(), *fields, *_FIELDS}
        for column in tree.find_all(exp.Column)
        if column.table
    )


def _is_call(source: exp.Expr) -> bool:
    """Whether rows come from a function rather than from a table or a query."""
    return type(source).__name__ in {"Unnest", "Lateral"} or (
        type(source).__name__ == "Table" and type(source.this).__name__ != "Identifier"
    )


def loses_names(tree: exp.Query, dialect: str, *, named: bool) -> bool:
    """Whether values of columns that the statement does not name may stand there without their names.

    ``named``: the client prints those of the columns that the statement selects.
    """
    if dialect in {"postgres", "bigquery"} and any(_rows(tree)):
        return True
    stars = [star for star in tree.find_all(exp.Star) if _called(star.parent).casefold() != "count" and _is_of_users(star)]
    renamed = any(one.args.get("columns") for one in tree.find_all(exp.TableAlias)) or tree.find(exp.SetOperation)
    if stars and (renamed or not all(map(_is_selected, stars))):
        return True
    shown = isinstance(tree, exp.Select) and any(one.is_star for one in tree.expressions)
    return bool(stars) and shown and not named


def _rows(tree: exp.Query) -> Iterator[exp.Column]:
    """The columns that are whole rows, or may be: they have the name of a table."""
    sources = {one.alias_or_name.casefold() for one in tree.find_all(exp.Table, exp.Subquery, exp.CTE) if not _is_call(one)}
    for column in tree.find_all(exp.Column):
        if not column.table and column.name.casefold() in sources:
            above = column.parent
            place = above.parent if above else None
            shown = place.parent if isinstance(place, exp.Alias) else place
            if not (_KEEPS_NAMES.fullmatch(_called(above)) and shown is tree):
                yield column


def _called(node: "exp.Expr | None") -> str:
    """The name of a function; "" for anything else."""
    return node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""


def _is_of_users(star: exp.Star) -> bool:
    """Whether a star may stand for columns of a table that is not the server's own."""
    query = star.find_ancestor(exp.Select)
    root = star.root()
    known = {one.alias.casefold() for one in root.find_all(exp.CTE)}
    parts = [query.args.get("from_"), *(query.args.get("joins") or ())] if query else []
    tables = [part.this for part in parts if part is not None and isinstance(part.this, exp.Table)]
    return any(
        not _is_call(table)
        and table.name.casefold() not in known
        and not (table.db.casefold() in _OWN_SCHEMAS or (not table.db and _OWN.fullmatch(table.name.casefold())))
        for table in tables
    )


def _is_selected(star: exp.Star) -> bool:
    """Whether a star is all of what a query selects in one place, and the query no value of another one."""
    whole = star.parent if isinstance(star.parent, (exp.Column, exp.Dot)) else star
    query = whole.parent
    node = query
    while node is not None and node.parent is not None:
        if isinstance(node.parent, exp.Select) and node.arg_key == "expressions":
            return False
        node = node.parent
    return isinstance(query, exp.Select) and whole.arg_key == "expressions"

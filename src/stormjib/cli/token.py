"""`stormjib token …`: who may do what. On the log's own file, or through the server where --url is typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from stormjib.cli import credential, offline, render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Paper
from stormjib.cli.session import Session
from stormjib.offline import tokens
from stormjib.ports import NotFound

T = TypeVar("T")


def create(session: Session) -> int:
    """Make one and print it, once."""
    wanted = session.options
    scopes = list(dict.fromkeys(wanted.scope))
    if wanted.url:
        raw = session.client().post("tokens", name=wanted.name, scopes=scopes)["token"]
    else:
        raw = _offline(session, lambda tokens: tokens.create(wanted.name, scopes))
    file = str(credential.save(session.world.environ, wanted.name, raw)) if wanted.save else ""
    found = {"schema": "stormjib.token/1", "name": wanted.name, "scopes": scopes, "token": raw, "file": file}
    if session.as_json:
        session.emit(found)
    else:
        # Not through the paper: a script takes the line as it is.
        session.world.stdout.write(raw + "\n")
    kept = f"It is saved in {file}; use it with --as {wanted.name}." if file else "Keep it now: it can't be shown again."
    session.tell(f"The token of {wanted.name} may: {', '.join(scopes)}. {kept}")
    return Exit.OK


def overview(session: Session) -> int:
    """List the names."""
    if session.options.url:
        rows = session.client().get("tokens")["tokens"]
    else:
        rows = _offline(
            session,
            lambda tokens: [
                {"name": row.name, "scopes": list(row.scopes), "created_at": row.created_at} for row in tokens.list()
            ],
        )
    now = session.world.clock()

    def show(paper: Paper) -> None:
        if not rows:
            paper.line("Nobody has a token. Make one: stormjib token create NAME --scope read --scope respond")
            return
        shown = [(row["name"], ", ".join(row["scopes"]), render.when(row["created_at"], now)) for row in rows]
        paper.table(shown, header=("NAME", "MAY", "MADE"), indent=0)

    session.answer({"schema": "stormjib.tokens/1", "tokens": rows}, show)
    return Exit.OK


def revoke(session: Session) -> int:
    """End the tokens of a name."""
    name = session.options.name
    again = f"stormjib token revoke {name}" + (f" --url {session.options.url}" if session.options.url else "")
    session.confirm(f"Whoever uses the tokens of {name} is locked out at once. Revoke them?", again)
    if session.options.url:
        gone = session.client().delete("tokens", name)["revoked"]
    else:
        gone = _offline(session, lambda tokens: tokens.revoke(name))
    found = {"schema": "stormjib.revoked/1", "name": name, "revoked": gone}
    session.answer(
        found,
        lambda paper: paper.line(f"{gone} tokens of {name} are revoked." if gone != 1 else f"The token of {name} is revoked."),
    )
    return Exit.OK


def _offline(session: Session, action: Callable[[Any], T]) -> T:
    """Do it on the log's file, which only one process may write to."""
    try:
        with offline.store(), tokens(offline.data_dir(session)) as found:
            return action(found)
    except NotFound as error:
        raise Stop(Exit.NOT_FOUND, str(error)) from error
    except ValueError as error:
        raise Stop(Exit.USAGE, str(error)) from error

"""`stormjib token …`: who may do what. Through the server where one is named, else on the log's own file on this machine."""

from typing import Any

from stormjib.cli import credential, offline, render
from stormjib.cli.client import Client
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.actions import TOKEN_TABLE
from stormjib.core.incident import Refused
from stormjib.engine.admission import Invalid
from stormjib.offline import local_access, tokens
from stormjib.ports import NotFound, StoreFailed, Unavailable
from stormjib.web.auth import ON_THE_MACHINE, Tokens, shown

_DAY_SECONDS = 86_400


def create(session: Session) -> int:
    """Make one and print it, once."""
    wanted = session.options
    scopes = list(dict.fromkeys(wanted.scope))
    if wanted.save:
        credential.may_save(session.world.environ, wanted.name, _place(session))
    body = {"name": wanted.name, "scopes": scopes, "machine": wanted.machine, **_days(session)}
    raw = _perform(session, "create-token", body)["token"]
    return _handed(session, wanted.name, raw, f"The token of {wanted.name} may: {', '.join(scopes)}.", scopes=scopes)


def rotate(session: Session) -> int:
    """Make another one in place of the newest, which works for a day more, and print it, once."""
    wanted = session.options
    if wanted.save:
        credential.may_save(session.world.environ, wanted.name, _place(session))
    raw = _perform(session, "rotate-token", {"name": wanted.name, "now": wanted.now, **_days(session)})["token"]
    before = "What it had before ended now." if wanted.now else "What it had before works for 24 hours more; change it by then."
    return _handed(session, wanted.name, raw, f"{wanted.name} has a new token. {before}")


def _handed(session: Session, name: str, raw: str, sentence: str, **more: Any) -> int:
    file = str(credential.save(session.world.environ, name, raw, _place(session))) if session.options.save else ""
    found = {"schema": "stormjib.token/1", "name": name, **more, "token": raw, "file": file}
    if session.as_json:
        session.emit(found)
    else:
        # Not through the console: a script takes the line as it is.
        session.world.stdout.write(raw + "\n")
    kept = f"It is saved in {file}; use it with --as {name}." if file else "Keep it now: it can't be shown again."
    session.tell(f"{sentence} {kept}")
    return Exit.OK


def overview(session: Session) -> int:
    """List who has a token, what for, until when, and when it was used."""
    rows = _list(session)
    now = session.world.clock()

    def show(console: Console) -> None:
        if not rows:
            console.line("Nobody has a token. Make one: stormjib token create NAME --scope read --scope respond")
            return
        times = [[row["created_at"], row["last_used_at"], row["expires_at"]] for row in rows]
        said = [[render.when(at, now) if at else "never" for at in three] for three in times]
        shown = [(row["name"], row["id"], row["kind"], ", ".join(row["scopes"]), *said[at]) for at, row in enumerate(rows)]
        console.table(shown, header=("NAME", "ID", "WHO", "MAY", "MADE", "LAST USED", "ENDS"), indent=0)

    session.answer({"schema": "stormjib.tokens/1", "tokens": rows}, show)
    return Exit.OK


def revoke(session: Session) -> int:
    """End the tokens of a name, or the one with an id."""
    name = session.options.name
    again = offline.again(session, "token", "revoke", name)
    if not session.options.yes and not any(name in {row["name"], row["id"]} for row in _list(session)):
        raise Stop(Exit.NOT_FOUND, f"There is no token of {name}; `stormjib token list` shows those that exist.")
    session.confirm(f"Whoever uses the tokens of {name} is locked out at once. Revoke them?", again)
    gone = _perform(session, "revoke-token", {"name": name, "reason": session.options.reason})["entries"]
    found = {"schema": "stormjib.revoked/1", "name": name, "revoked": gone}
    session.answer(
        found,
        lambda console: console.line(
            f"{gone} tokens of {name} are revoked." if gone != 1 else f"The token of {name} is revoked."
        ),
    )
    return Exit.OK


def _days(session: Session) -> dict[str, float]:
    seconds = session.options.expires
    return {"expires_days": seconds / _DAY_SECONDS} if seconds else {}


def _named(session: Session) -> str:
    """The server that is to be asked; "" for the log's own file."""
    given = session.options
    return str(given.url or ("" if given.data_dir or given.settings else session.world.environ.get("STORMJIB_URL", "")))


def _place(session: Session) -> str:
    """Whose token it is that is saved: of a server, or of a directory on this machine."""
    return _named(session).rstrip("/") or str(offline.data_dir(session).absolute())


def _perform(session: Session, action: str, given: dict[str, Any]) -> dict[str, Any]:
    if not _named(session):
        done: dict[str, Any] = _on_machine(
            session, lambda tokens: _direct(tokens, action, given), lambda client: _asked(client, action, given)
        )
        return done
    return _asked(session.client(), action, given)


def _asked(client: Client, action: str, given: dict[str, Any]) -> dict[str, Any]:
    if action == "create-token":
        return client.post("tokens", **given)
    body = {name: value for name, value in given.items() if name != "name"}
    return client.post("tokens", given["name"], action.partition("-")[0], **body)


def _list(session: Session) -> list[dict[str, Any]]:
    def asked(client: Client) -> list[dict[str, Any]]:
        return list(client.get("tokens")["tokens"])

    def direct(tokens: Tokens) -> list[dict[str, Any]]:
        return [shown(row) for row in tokens.list()]

    return asked(session.client()) if _named(session) else _on_machine(session, direct, asked)


def _direct(tokens: Tokens, action: str, given: dict[str, Any]) -> dict[str, Any]:

    row = next(one for one in TOKEN_TABLE if one.name == action)
    written = tokens.perform(row, given, ON_THE_MACHINE)
    return {"entries": written.entries, "token": written.secret}


def _on_machine(session: Session, direct: Any, asked: Any) -> Any:  # noqa: ANN401 - two ways to do one thing
    """On the log's file; where a server has it open, through that server, with what only its owner can read."""
    directory = offline.data_dir(session)
    try:
        with tokens(directory) as found:
            return direct(found)
    except StoreFailed as error:
        held = "Another stormjib" in error.reason
        if held and (way := local_access(directory)):
            return asked(Client(*way))
        raise Stop(Exit.CONFLICT if held else Exit.FAILED, error.reason) from error
    except Unavailable as error:
        raise Stop(Exit.FAILED, str(error)) from error
    except NotFound as error:
        raise Stop(Exit.NOT_FOUND, str(error)) from error
    except Refused as error:
        raise Stop(Exit.REFUSED, str(error)) from error
    except Invalid as error:
        raise Stop(Exit.USAGE, str(error)) from error

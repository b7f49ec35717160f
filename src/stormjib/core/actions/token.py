"""Tokens: make one, put another in its place without a gap, revoke. They are facts of the site, so that one that nobody made is seen."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.access import NAME_CHARS_MAX, OVERLAP_SECONDS, SCOPES, Token, find, wrong_name, wrong_scopes
from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Text, spelled, why
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, TokenEnded, TokenMade

DAY_SECONDS = 86_400.0
Which = Annotated[
    str, Meta(min_length=1, max_length=NAME_CHARS_MAX), spelled("the token's name, or its id where a name has several")
]
Days = Annotated[float, Meta(ge=0, le=3650), spelled("after how many days it ends; 0: never, or as long as the one before")]


class CreateToken(msgspec.Struct, frozen=True):
    """Whose it is and what for."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX), spelled("the person or the machine that will hold it")]
    scopes: Annotated[tuple[str, ...], spelled("what it may do: read, respond, alert or admin")]
    machine: Annotated[bool, spelled("whether a program holds it: it may ask for commands and never approves any")] = False
    expires_days: Days = 0.0


class RotateToken(msgspec.Struct, frozen=True):
    """Which, and whether the one before ends now."""

    name: Which
    now: Annotated[bool, spelled("whether the one before ends now, and not a day later")] = False
    expires_days: Days = 0.0


class RevokeToken(msgspec.Struct, frozen=True):
    """Which, and why."""

    name: Which
    reason: Annotated[Text, why()] = ""


class CalendarAddress(msgspec.Struct, frozen=True):
    """Whether there is one from now on."""

    stop: Annotated[bool, spelled("whether there is none any more, and no new one is made")] = False


def _calendar_address(_: Incident, parameters: CalendarAddress, context: Context) -> Sequence[AnyFact]:
    """A machine's token for calendars and nothing else, since programs that show calendars can only keep an address; the one before ends."""
    name, at = f"{context.who}.calendar", context.at
    if wrong := wrong_name(name, context.tokens, machine=True):
        raise Refused(wrong)
    made = () if parameters.stop else (TokenMade(context.fresh.digest, name, ("calendar",), machine=True),)
    before = [token for token in context.tokens if token.name == name and not token.ended(at)]
    return [*made, *(TokenEnded(one.digest, one.name, at, "the address is closed") for one in before)]


def _create(_: Incident, parameters: CreateToken, context: Context) -> Sequence[AnyFact]:
    name, machine, at = parameters.name.strip(), parameters.machine, context.at
    wrong = wrong_scopes(parameters.scopes, machine=machine) or wrong_name(name, context.tokens, machine=machine)
    if wrong:
        raise Refused(wrong)
    scopes = tuple(scope for scope in SCOPES if scope in parameters.scopes)
    ends = at + parameters.expires_days * DAY_SECONDS if parameters.expires_days else 0.0
    return [TokenMade(context.fresh.digest, name, scopes, machine, ends)]


def _rotate(_: Incident, parameters: RotateToken, context: Context) -> Sequence[AnyFact]:
    """A new one like the newest; those before are good for a day more, so that nothing is locked out while it is handed over."""
    at, found = context.at, find(context.tokens, parameters.name)
    newest = max(found, key=lambda token: (not token.ended(at), token.created_at))
    lived = newest.expires_at - newest.created_at if newest.expires_at else 0.0
    lives = parameters.expires_days * DAY_SECONDS or lived
    made = TokenMade(context.fresh.digest, newest.name, newest.scopes, newest.machine, at + lives if lives else 0.0)
    until = at if parameters.now else at + OVERLAP_SECONDS
    before = [token for token in found if not token.ended(at)]
    return [made, *(TokenEnded(one.digest, one.name, _earlier(one, until), "another one takes its place") for one in before)]


def _earlier(token: Token, until: float) -> float:
    return min(token.expires_at, until) if token.expires_at else until


def _revoke(_: Incident, parameters: RevokeToken, context: Context) -> Sequence[AnyFact]:
    found = find(context.tokens, parameters.name)
    return [TokenEnded(one.digest, one.name, context.at, parameters.reason.strip() or "revoked") for one in found]


CREATE_TOKEN = Action(
    name="create-token",
    summary="Make a token; it is shown once",
    parameters=CreateToken,
    example=CreateToken("deploy-bot", ("read", "respond"), machine=True, expires_days=90),
    scope="admin",
    on="tokens",
    decide=_create,
    button="Make a token",
    path="tokens",
    words=Words("token create"),
)
ROTATE_TOKEN = Action(
    name="rotate-token",
    summary="Make a new token in place of another, which works for a day more",
    parameters=RotateToken,
    example=RotateToken("ana"),
    scope="admin",
    on="tokens",
    decide=_rotate,
    button="Rotate",
    path="tokens/{name}/rotate",
    words=Words("token rotate"),
)
REVOKE_TOKEN = Action(
    name="revoke-token",
    summary="Revoke the tokens of a name, or one of them by its id",
    parameters=RevokeToken,
    example=RevokeToken("ana", "the laptop is lost"),
    scope="admin",
    on="tokens",
    decide=_revoke,
    button="Revoke",
    path="tokens/{name}/revoke",
    words=Words("token revoke"),
)
CALENDAR_ADDRESS = Action(
    name="calendar-address",
    summary="Make your private address for calendars of who is on call; it is shown once, and the one before ends",
    parameters=CalendarAddress,
    example=CalendarAddress(),
    on="tokens",
    decide=_calendar_address,
    button="Make my address",
    path="oncall/calendar-address",
    words=Words("oncall address"),
)

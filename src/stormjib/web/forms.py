"""What a form sent: its fields as text, with limits, and as the parameters of an action."""

from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from stormjib.core.actions import Action, parameters_of
from stormjib.core.actions.parameter import TEXT_CHARS_MAX
from stormjib.core.incident import Refused
from stormjib.web.auth import KEY_CHARS_MAX

FORM_BYTES_MAX: Final = 64 * 1024
FIELDS_MAX: Final = 100


class Unreadable(Exception):
    """The body is no form of ours, or too large; the text says which."""


class Form:
    """The fields of a sent form; a field that was not sent is empty."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields

    def text(self, name: str, chars_max: int = TEXT_CHARS_MAX) -> str:
        """A field as text with plain line breaks; refused when it is too long."""
        value = self.fields.get(name, "").replace("\r\n", "\n")
        if len(value) > chars_max:
            raise Refused(f"{name.capitalize()} has {len(value)} characters and may have {chars_max}; shorten it.")
        return value

    def key(self, verb: str) -> str:
        """The idempotency key: the same form with the same words again is the same act, other words are another one.

        "" where the form carries none.
        """
        given = self.text("key", KEY_CHARS_MAX)
        typed = sorted((name, text) for name, text in self.fields.items() if name not in {"csrf", "key", "seen"})
        return f"{given}/{sha256(repr((verb, typed)).encode()).hexdigest()[:16]}" if given else ""

    def parameters(self, action: Action[Any]) -> dict[str, object]:
        """What the fields say to an action. An empty field of what is no text says nothing."""
        fields = {name: typed.replace("\r\n", "\n") for name, typed in self.fields.items()}
        if action.from_form is not None:
            return action.from_form(fields)
        named = [(one, fields[one.spelling.form]) for one in parameters_of(action.parameters) if one.spelling.form in fields]
        said = [(one, typed == "yes" if one.kind == "flag" else typed) for one, typed in named if typed or one.kind == "text"]
        return {one.wire: value for one, value in said}


async def read_form(request: Request) -> Form:
    """Read a form; raises ``Unreadable``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", ""}:
        raise Unreadable("This takes a form (application/x-www-form-urlencoded); programs use /api/v1.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            raise Unreadable(f"The form is larger than {FORM_BYTES_MAX} bytes; shorten what you typed.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="replace")
    except ValueError:
        raise Unreadable("The form can't be read; load the page again and send it once more.") from None
    return Form(dict(pairs))

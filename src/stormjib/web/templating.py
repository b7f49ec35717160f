"""Pages out of templates: escaping, what may not be seen, filters, addresses of static files, security headers."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from stormjib.core.actions import BY_NAME
from stormjib.core.text.visible import visible
from stormjib.web import moments, strength

_ENTRY: Final = re.compile(r"\bentry (\d{1,9})\b")
_COMMAND: Final = re.compile(r"(?:^|; if [^;]*?[:,] |(?:, then)?[:,] )stormjib [a-z][^;]*?(?=;|\.?$|\. [A-Z])| \(--[a-z-]+\)")
_INCIDENT: Final = re.compile(r"\b(INC-\d{1,9})\b(?!-)")
_ADDRESS: Final = re.compile(r'\b(href|action|formaction|src|hx-get|hx-post|hx-sse:connect)="/(?!/)')
HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would send "Origin: null" with our own forms
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

EXACT: Final = Markup('autocapitalize="off" autocorrect="off" autocomplete="off" spellcheck="false"')
"""Of every field whose content becomes part of a command or a name: a phone must not correct it."""


def _shown(value: object) -> object:
    """What a template prints: markup as it is, any other text with nothing hidden in it."""
    if type(value) is not str or value.isprintable():
        return "" if value is None else value
    return visible(value)


def shorten(text: str, chars_max: int) -> str:
    """At most this many characters, the last of them ``…`` where something is missing."""
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"


def coded(text: str) -> Markup:
    """A sentence of ours in which `backticks` mark code."""
    parts = [escape(visible(part)) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return Markup("`").join(parts)
    return Markup("").join(Markup("<code>%s</code>") % part if place % 2 else part for place, part in enumerate(parts))


def entries_linked(text: str) -> Markup:
    """A sentence of ours in which every ``entry 23`` leads to that entry of the log."""
    parts = _ENTRY.split(visible(text))
    return Markup("").join(
        Markup('<a class="proof" href="#entry-%s">entry %s</a>') % (part, part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def dialled(phone: str) -> str:
    """A number as a telephone dials it (RFC 3966), whatever stands between its digits."""
    return "".join(sign for sign in phone if sign in "+0123456789")


def on_page(text: str) -> str:
    """A sentence of ours without the commands of the command line: a page has a button or a form for each of them."""
    return _COMMAND.sub("", text)


def incident_parts(text: str) -> list[str]:
    """A sentence of ours in parts, of which every second one is the id of an incident."""
    return _INCIDENT.split(text)


def _asset(name: str) -> str:
    """The address of a static file, which changes with its bytes so that a browser may keep it for good."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


class _Prefixed(Extension):
    """Templates write addresses from the root of the site; the path that it lies under is put before them here, for all of them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        return _ADDRESS.sub(rf'\1="{self.environment.globals["prefix"]}/', source)


@cache
def environment(prefix: str = "") -> Environment:
    """The templates, compiled once for all: the first page of a night should not wait for that.

    A name that a template misspells is an error, not an empty place.
    """
    built = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[_Prefixed],
    )
    built.filters.update(
        ago=moments.ago,
        rough=moments.rough,
        took=moments.took,
        dialled=dialled,
        clock=moments.clock,
        iso=moments.iso,
        utc=moments.utc,
        hour=moments.hour,
        shorten=shorten,
        coded=coded,
        entries_linked=entries_linked,
        on_page=on_page,
        incident_parts=incident_parts,
        strength=strength.word,
        strength_bar=strength.bar,
    )
    assets = {
        name: prefix + _asset(name) for name in ("pico.min.css", "stormjib.css", "htmx.min.js", "hx-sse.min.js", "stormjib.js")
    }
    built.globals.update(
        prefix=escape(prefix), exact=EXACT, actions=BY_NAME, assets=assets, squares=_squares, fresh_key=lambda: token_hex(8)
    )
    for name in built.list_templates():
        built.get_template(name)
    return built


def _squares(severity: str) -> str:
    """``■■■■`` for P0 … nothing for P4: the severity without its colour."""
    return "■" * (4 - int(severity[1])) if severity in {"P0", "P1", "P2", "P3", "P4"} else ""


class Pages:
    """Renders templates into answers that carry the security headers."""

    def __init__(self, prefix: str = "") -> None:
        """What all pages share. ``prefix``: the path that the site lies under."""
        self.prefix = prefix
        self._templates = environment(prefix)

    def fragment(self, template: str, **parts: Any) -> str:
        """A piece of a page."""
        return self._templates.get_template(template).render(**parts)

    def page(
        self,
        template: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **parts: Any,
    ) -> Response:
        """A whole page."""
        return HTMLResponse(self.fragment(template, **parts), status, {**HEADERS, **(headers or {})})

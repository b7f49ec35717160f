"""Mail comes in: over LMTP from this machine's own mail server, or into a maildir; it is answered, or moved, once it is on disk."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from stormjib.engine.inbox import Inbox
from stormjib.integrations import mail as mails
from stormjib.ports import Accepted, Overloaded, Unavailable
from stormjib.settings_tables import MailTable
from stormjib.web.refusals import Refusals
from stormjib.web.replies import NoAnswer, Replies
from stormjib.web.ways import Way

HOST: Final = "127.0.0.1"
LOOK_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 15.0
"""After something could not be taken."""
LINE_BYTES_MAX: Final = 1024 * 1024
_TAKEN, _LATER, _NEVER = 250, 451, 550
_log = logging.getLogger(__name__)
logging.getLogger("mail.log").setLevel(logging.WARNING)  # the library's: a line for each word of the protocol


class MailIn:
    """``start`` and ``stop`` once each; any thread may hand a mail over."""

    def __init__(
        self,
        table: MailTable,
        inbox: Inbox,
        refusals: Refusals,
        *,
        replies: Replies,
        own: Callable[[str], Way | None],
        bytes_max: int,
    ) -> None:
        """``own``: the way in of the catalogue with this path; ``bytes_max``: of a mail over LMTP."""
        self._table = table
        self._inbox = inbox
        self._refusals = refusals
        self._replies = replies
        self._own = own
        self._lmtp = _Server(self, bytes_max, hostname=HOST, port=table.lmtp_port) if table.lmtp_port else None
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="maildir", daemon=True) if table.maildir else None
        self._problems: dict[str, str] = {}

    def start(self) -> None:
        """From here on mail is taken. A port that is taken stops no page: it is a problem of the server."""
        if self._lmtp:
            try:
                self._lmtp.start()
            except OSError as error:
                self._lmtp = None
                self._say("lmtp", f"Mail is not taken: {HOST}:{self._table.lmtp_port} can't be listened on ({error.strerror}).")
        if self._watcher:
            self._watcher.start()

    def stop(self) -> None:
        """What was not answered comes again."""
        self._stop.set()
        if self._lmtp:
            self._lmtp.stop()
        if self._watcher:
            self._watcher.join()

    def problems(self) -> Sequence[str]:
        """Why mail is not taken, in a sentence."""
        return tuple(filter(None, self._problems.values()))

    def take(self, raw: bytes, recipients: Sequence[str] = (), *, bounce: bool = False) -> tuple[int, str]:
        """The answer, as LMTP has it: 250 means that it is on disk, or is no alert; 451 asks to send it again."""
        mail = mails.parse(raw, recipients, bounce=bounce)
        if mail.automatic:
            return self.refuse(_TAKEN, f"This is {mail.automatic}, and no alert.", mail.sender, alerts=0)
        if mail.page:
            try:
                return _TAKEN, self._replies.by_mail(mail.page, mails.unquoted(mail.text), mail.sender)
            except NoAnswer as error:
                return self.refuse(_TAKEN, str(error), mail.sender, alerts=0)
        if not any(fnmatchcase(mail.sender.lower(), one.lower()) for one in self._table.senders):
            return self.refuse(_NEVER, "The sender is not in [mail] senders of the settings.", mail.sender)
        own = self._own(f"/hooks/{mails.SOURCE}")
        delivery = mails.read(mail, own.read if own else None)
        future: Future[Accepted] = Future()
        try:
            self._inbox.accept_for(delivery, future)
        except (Overloaded, Unavailable) as error:
            future.set_exception(error)
        failed = future.exception()
        if failed is not None:
            return self.refuse(_LATER, f"{failed} Send it again.", mail.sender, alerts=delivery.received)
        return _TAKEN, f"taken, {', '.join(future.result().incidents) or 'no incident'}"

    def refuse(self, status: int, reason: str, sender: str, alerts: int | None = None) -> tuple[int, str]:
        """Count it and log it; the answer."""
        self._refusals.note(mails.SOURCE, str(status), reason, sender=sender, alerts=alerts)
        return status, reason

    def _say(self, what: str, sentence: str) -> None:
        if sentence and sentence != self._problems.get(what):
            _log.error("%s", sentence)
        self._problems[what] = sentence

    def _watch(self) -> None:
        wait = 0.0
        while not self._stop.wait(wait):
            try:
                wait = LOOK_SECONDS if self._sweep(self._table.maildir or Path()) else AGAIN_SECONDS
                self._say("maildir", "")
            except OSError as error:
                wait = AGAIN_SECONDS
                self._say("maildir", f"Mail is not taken: the maildir {self._table.maildir} can't be used ({error.strerror}).")

    def _sweep(self, maildir: Path) -> bool:
        """What is new, the oldest first; what can't be taken now stays where it is, and then False is the answer."""
        found = True
        for path in sorted((maildir / "new").iterdir(), key=lambda one: one.name):
            if self._stop.is_set():
                break
            if not path.is_file():
                continue
            with path.open("rb") as file:
                raw = file.read(mails.BYTES_MAX)
            if self.take(raw)[0] == _LATER:
                found = False
                continue
            path.rename(maildir / "cur" / f"{path.name}:2,S")
        return found


class _Handler:
    def __init__(self, owner: MailIn) -> None:
        self._owner = owner

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: ANN401 - the library's
        """The mail is there; its recipients get an answer each, by RFC 2033."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        status, text = await asyncio.to_thread(
            self._owner.take, raw, tuple(envelope.rcpt_tos), bounce=not (envelope.mail_from or "").strip("<>")
        )
        line = " ".join(text.encode("ascii", "replace").decode().split())[:400]
        return "\r\n".join([f"{status} {line}"] * len(envelope.rcpt_tos))

    async def handle_exception(self, error: Exception) -> str:
        """A mistake in the program must not make the mail server give up."""
        _log.error("a mail could not be read", exc_info=error)
        return "451 It could not be read; send it again."


class _Lmtp(LMTP):
    line_length_limit = LINE_BYTES_MAX
    owner: MailIn

    async def push(self, status: Any) -> None:  # noqa: ANN401 - the library's
        """What the library refuses by itself, for its size, is counted as well."""
        if str(status).startswith("552"):
            self.owner.refuse(552, "The mail is larger than alert_body_bytes_max.", "")
        await super().push(status)


class _Server(Controller):
    """One thread with a loop of its own."""

    def __init__(self, owner: MailIn, bytes_max: int, **given: Any) -> None:
        self._owner = owner
        super().__init__(_Handler(owner), **given, data_size_limit=bytes_max, enable_SMTPUTF8=True, decode_data=False)

    def factory(self) -> LMTP:
        """For each connection."""
        made = _Lmtp(self.handler, **self.SMTP_kwargs)
        made.owner = self._owner
        return made

    def stop(self, no_assert: bool = False) -> None:
        """Also where it has ended already."""
        with suppress(AssertionError):
            super().stop(no_assert)

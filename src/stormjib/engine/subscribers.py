"""Subscribers of the status page: a file each beside the log, and what was published reaches each of them once.

No address is ever in the log, which can't be emptied: who leaves is gone with the file. An update goes out after it is on the page,
in threads of its own, so that no page to a person waits for it. A kill between sending and noting it sends it again with the same key.
"""

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from stormjib import owned
from stormjib.core.access import unsealed
from stormjib.core.incident import Refused
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.redact.own import one_line
from stormjib.core.status_page.api import moment
from stormjib.core.status_page.page import StatusPage
from stormjib.core.status_page.subscriber import (
    CONFIRM_SECONDS,
    TELL_SECONDS,
    Announcement,
    Asked,
    Kind,
    Letter,
    Subscriber,
    announcements,
    counted,
    due,
    wanted,
)
from stormjib.engine.retry import SECONDS_MAX
from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock, DeliveryError, Overloaded

ASKED_MAX: Final = 3
"""Confirmations to one address in an hour, so that nobody has a stranger's mailbox filled."""
HOUR: Final = 3600.0
WAITING_MAX: Final = 1_000
TOGETHER_MAX: Final = 100
"""Confirmations in a minute to all addresses."""
MINUTE: Final = 60.0
SIDE_BY_SIDE: Final = {"email": 1, "webhook": 4}
"""Mails leave by one server of ours; of receivers one that hangs leaves the others their turn."""
SET_ASIDE_SECONDS: Final = 15.0
"""How long who did not take it is left alone at first; twice as long each time."""
GONE: Final = "gone"
"""Beside their files: whose link of before is not good any more."""
PAUSE_SECONDS: Final = 0.05
"""After each thing that was sent."""
ROUND_SECONDS: Final = 15.0
_log = logging.getLogger(__name__)


class Subscribers:
    """``start`` and ``stop`` are called once each; any thread may call the others."""

    def __init__(
        self,
        directory: Path,
        kinds: Sequence[Kind],
        clock: Clock,
        key: Callable[[], bytes],
        send: Callable[[Letter], None],
        *,
        title: str,
        urls: tuple[str, str],
    ) -> None:
        """``urls``: where the page is, and where links are answered; ``send`` raises ``DeliveryError``."""
        self.kinds = kinds
        self._directory, self._clock, self._key, self._send, self._title = directory, clock, key, send, title
        self._url, self._answers = urls
        self._lock = threading.Lock()
        self._known: dict[str, Subscriber] = {}
        self._asked: dict[Kind, deque[Asked]] = {kind: deque() for kind in kinds}
        self._recent: dict[str, deque[float]] = {}
        self._minute: deque[float] = deque(maxlen=TOGETHER_MAX)
        self._gone: dict[str, float] = {}
        """Who left, or confirmed, within the day, and when: a link that was asked for before that brings nobody back."""
        self._later: dict[str, tuple[float, float]] = {}
        """Whom to try again: when, and after how many seconds the next time."""
        self._told: tuple[Announcement, ...] = ()
        self.problem = ""
        self._stopping = threading.Event()
        self._rounds = {kind: Rounds(f"subscribers-{kind}", partial(self._run, kind)) for kind in kinds}
        self._links = {kind: Rounds(f"links-{kind}", partial(self._run_links, kind)) for kind in kinds}

    def start(self) -> None:
        """Read who there is, and send from now on."""
        for file in sorted(self._directory.glob("*.json")) if self.kinds else ():
            try:
                one = msgspec.json.decode(file.read_bytes(), type=Subscriber)
            except (OSError, msgspec.DecodeError) as error:
                _log.error("a subscriber of the status page can't be read and gets nothing: %s: %s", file, error)
            else:
                self._known[one.id] = one
        with suppress(FileNotFoundError, msgspec.DecodeError):
            self._gone = msgspec.json.decode((self._directory / GONE).read_bytes(), type=dict[str, float])
        for rounds in (*self._rounds.values(), *self._links.values()):
            rounds.start()

    def stop(self) -> None:
        """Send nothing more; what is due is found again."""
        self._stopping.set()
        for rounds in (*self._rounds.values(), *self._links.values()):
            rounds.stop()

    def published(self, page: StatusPage, _: object = None) -> None:
        """This is what customers can read now."""
        since = self._clock() - TELL_SECONDS
        self._told = tuple(one for one in announcements(page, self._url) if one.at > since)
        for rounds in self._rounds.values():
            rounds.wake()

    def everybody(self) -> tuple[Subscriber, ...]:
        """All who have confirmed."""
        with self._lock:
            return tuple(self._known.values())

    def ask(self, to: str, components: Collection[str]) -> Kind:
        """Send a link that confirms, whether or not the address is subscribed; raises ``Refused``, ``Overloaded``."""
        to, now = to.strip(), self._clock()
        found = wanted(to, self.kinds)
        with self._lock:
            if len(self._recent) > WAITING_MAX:
                self._recent = {one: times for one, times in self._recent.items() if times[-1] > now - HOUR}
            times = self._recent.setdefault(counted(to), deque(maxlen=ASKED_MAX))
            if len(times) == ASKED_MAX and times[0] > now - HOUR:
                raise Overloaded(
                    "This address was sent a link several times within the hour; look there, or try later.", int(HOUR)
                )
            full = len(self._minute) == TOGETHER_MAX and self._minute[0] > now - MINUTE
            if full or len(self._asked[found]) >= WAITING_MAX or len(self._recent) > 10 * WAITING_MAX:
                raise Overloaded("Too many people subscribe at the moment; try again in a minute.", int(MINUTE))
            times.append(now)
            self._minute.append(now)
            self._asked[found].append(Asked(found, to, tuple(components), now + CONFIRM_SECONDS))
        self._links[found].wake()
        return found

    def asked(self, link: str) -> Asked:
        """What a link confirms; raises ``Refused``."""
        found = Asked.read(link, self._key())
        if found is None or found.until <= self._clock() or found.kind not in self.kinds:
            raise Refused("This link is not good any more, or was cut off. Subscribe again to get a new one.")
        if found.made_at <= self._gone.get(found.id, 0.0):
            raise Refused(
                "This link was used, or the subscription has ended since it was sent. Subscribe again to get a new one."
            )
        return found

    def confirm(self, link: str) -> None:
        """From now on updates are sent; raises ``Refused``, ``OSError``."""
        with self._lock:
            asked = self.asked(link)
            fresh = Subscriber(asked.kind, asked.to, asked.components, self._clock())
            before = self._known.get(fresh.id)
            if before:
                fresh = msgspec.structs.replace(before, components=asked.components, refusals=0)
            self._keep(fresh)
            self._used(fresh.id, asked.made_at)

    def leaver(self, link: str) -> str:
        """Whom a link unsubscribes, by their id, still there or not; raises ``Refused``."""
        if name := unsealed(link, self._key(), "unsubscribe"):
            return name.decode()
        raise Refused(
            "This link is wrong or was cut off. Nothing was done: you still get updates. Open the whole link at the end of any "
            "of them, or press the button with which your mail program ends subscriptions."
        )

    def leave(self, link: str) -> None:
        """Nothing is sent or known any more to whom the link was sent; raises ``Refused``."""
        self.remove(self.leaver(link))

    def remove(self, name: str) -> bool:
        """Whether somebody with this id was there, and is gone."""
        with self._lock:
            if name not in self._known:
                return False
            self._used(name, self._clock())
            return self._erase(name)

    def _used(self, name: str, at: float) -> None:
        """No link of this subscriber that was asked for by then is good."""
        since = self._clock() - CONFIRM_SECONDS
        self._gone = {one: when for one, when in self._gone.items() if when > since} | {name: at}
        try:
            owned.write(self._directory / GONE, msgspec.json.encode(self._gone))
        except OSError as error:
            # Whoever leaves has left all the same.
            _log.error("that links of subscribers were used can't be noted: %s", error)

    def _keep(self, one: Subscriber) -> None:
        owned.directory(self._directory)
        owned.write(self._directory / f"{one.id}.json", msgspec.json.encode(one))
        self._known[one.id] = one

    def _erase(self, name: str) -> bool:
        (self._directory / f"{name}.json").unlink(missing_ok=True)
        self._later.pop(name, None)
        return self._known.pop(name, None) is not None

    def _run(self, kind: Kind) -> None:
        while not self._rounds[kind].pause(ROUND_SECONDS):
            now = self._clock()
            later = defaultdict(lambda: (0.0, 0.0), self._later)
            known = (one for one in self.everybody() if one.kind == kind and not one.paused and later[one.id][0] <= now)
            # Who hung before comes last.
            waiting = sorted((one for one in known if due(one, self._told, now)), key=lambda one: later[one.id])
            if waiting:
                with ThreadPoolExecutor(SIDE_BY_SIDE[kind], thread_name_prefix="subscribers") as pool:
                    list(pool.map(self._bring, waiting))

    def _run_links(self, kind: Kind) -> None:
        asked = self._asked[kind]
        while not self._links[kind].pause(ROUND_SECONDS):
            with ThreadPoolExecutor(SIDE_BY_SIDE[kind], thread_name_prefix="links") as pool:
                list(pool.map(self._link, [asked.popleft() for _ in range(len(asked))]))

    def _link(self, asked: Asked) -> None:
        if not self._stopping.is_set():
            with suppress(DeliveryError):
                # Whoever gets no link asks again.
                self._send(self._confirmation(asked))
            self._stopping.wait(PAUSE_SECONDS)

    def _bring(self, one: Subscriber) -> None:
        told, now = self._told, self._clock()
        _, wait = self._later.get(one.id, (0.0, SET_ASIDE_SECONDS))
        for announcement in due(one, told, now):
            still = self._known.get(one.id)
            if still is None or still.paused or self._stopping.is_set():
                return
            taken = True
            try:
                self._send(self._letter(one, announcement))
            except DeliveryError as error:
                taken = False
                if not error.permanent:
                    self._later[one.id] = (now + max(wait, error.retry_after_seconds or 0.0), min(wait * 2, SECONDS_MAX))
                    return
            self._settled(one.id, announcement.id, {known.id for known in told}, taken=taken)
            self._stopping.wait(PAUSE_SECONDS)

    def _settled(self, name: str, announced: str, known: Collection[str], *, taken: bool) -> None:
        with self._lock:
            now = self._known.get(name)
            if now is None:
                return
            self._later.pop(name, None)
            fresh = self._known[name] = now.after(announced, taken=taken, known=known)
            try:
                self._keep(fresh)
                self.problem = ""
            except OSError as error:
                # It is known until the next start, which would send it again.
                self.problem = (
                    f"What subscribers of the status page were sent can't be noted: {error.strerror}: {error.filename}."
                )

    def _confirmation(self, asked: Asked) -> Letter:
        link = asked.signed(self._key())
        url = f"{self._answers}/confirm/{link}"
        about = f" about {', '.join(asked.components)}" if asked.components else ""
        text = (
            f"Somebody, perhaps you, wants updates of {self._title}{about} to be sent here.\n\nTo confirm, open this address "
            f"within a day: {url}\n\nIf it was not you, do nothing; nothing more will come.\n"
        )
        content = {"schema": "stormjib.status-subscription/1", "title": self._title, "confirm_url": url}
        return Letter(
            asked.kind, asked.to, one_line(f"[{self._title}] Confirm your subscription"), text, content, f"confirm/{link}"
        )

    def _letter(self, one: Subscriber, told: Announcement) -> Letter:
        leave = f"{self._answers}/unsubscribe/{one.leave(self._key())}"
        about = ", ".join(f"{name}: {told.states[name]}" if name in told.states else name for name in told.components)
        span = f"From {utc_minute(told.start)} to {utc_minute(told.end)}." if told.end else ""
        parts = (f"{told.stage}: {told.title}", span, told.text, about and f"About: {about}", told.url, f"Unsubscribe: {leave}\n")
        text = "\n\n".join(filter(None, parts))
        times = {name: moment(at) for name, at in (("at", told.at), ("start", told.start), ("end", told.end)) if at}
        content = {"schema": "stormjib.status-update/1"} | msgspec.to_builtins(told) | {"start": None, "end": None} | times
        subject = one_line(f"[{self._title}] {told.stage}: {told.title}")
        return Letter(one.kind, one.to, subject, text, content, f"{one.id}/{told.id}", leave)

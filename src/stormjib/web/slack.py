"""What people do from Slack: commands, buttons, modals, shortcuts and reactions, each an action of the table by a person of the catalogue.

Nothing is asked of an address that a message names: the answer is that of the request, and what else is said goes through
the Web API. Shapes: https://docs.slack.dev/interactivity/implementing-slash-commands/, …/reference/interaction-payloads/ and
…/reference/events/reaction_added/.
"""

import logging
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

from stormjib.core.actions import Action, parameters_of
from stormjib.core.incident import Refused
from stormjib.engine.admission import Forbidden, Invalid
from stormjib.ports import Damaged, DeliveryError, NotFound
from stormjib.web import slack_views as views
from stormjib.web.auth import Principal
from stormjib.web.chat import SAID, Chat, StrangerError, Wish, bound, sentence_of, wish_of
from stormjib.web.slack_views import BUTTON, Part, part
from stormjib.web.typed import VERBS, NotUnderstoodError, usage

SOURCE: Final = "slack"
TITLE_CHARS_MAX: Final = 150
Call = Callable[[str, Mapping[str, object]], Part]
"""A method of the Web API with its arguments; raises ``DeliveryError``."""
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK: Final = re.compile(r"<(?:[#!]?)([^>|]+)(?:\|([^>]*))?>")
_log = logging.getLogger(__name__)


def no_api(method: str, _: Mapping[str, object]) -> Part:
    """Where no token of a bot is set."""
    raise DeliveryError(SOURCE, f"Slack's {method} needs the token of a bot: set it in [chat].", permanent=True)


class Slack:
    """Any thread may use it. Each answer is what goes into the response; None says only that it was taken."""

    def __init__(self, chat: Chat, call: Call = no_api, reaction: str = "pushpin") -> None:
        """``reaction``: the name of that which puts a message on the timeline."""
        self._chat = chat
        self._call = call
        self._reaction = reaction

    def command(self, said: Mapping[str, str]) -> Part:
        """A slash command."""
        try:
            who = self._who(said)
            text = self._plain(said.get("text", ""))
            channel, trigger = said.get("channel_id", ""), said.get("trigger_id", "")
            looked = self._chat.look(who, text.lower().split(), channel)
            if looked:
                return views.answer(looked)
            wish = self._chat.understood(text, channel)
            binds = any(one.wire == "fingerprint" for one in parameters_of(wish.action.parameters)) and "run_id" in wish.given
            if binds or (wish.lacking and "run_id" not in wish.lacking and self._call is not no_api):
                self._open(who, wish.action, Wish(wish.action.name, wish.incident), wish.given, trigger)
                return {}
            if wish.lacking:
                raise NotUnderstoodError(f"Something is missing: {', '.join(wish.lacking)}. Write {usage(wish.action)}")
            shown, _ = self._chat.customers_read(who, Wish(wish.action.name, wish.incident, wish.given))
            if shown:
                self._open(
                    who, wish.action, Wish(wish.action.name, wish.incident, shown=_digest(shown)), wish.given, trigger, shown
                )
                return {}
            return views.answer(self._chat.perform(who, wish.action, wish.incident, wish.given, trigger))
        except SAID as error:
            return views.answer(sentence_of(error))

    def interactive(self, payload: Part) -> Part | None:
        """A button, a modal that was sent, or a shortcut."""
        match payload.get("type"):
            case "view_submission":
                return self._submitted(payload)
            case "block_actions":
                self._pressed(payload)
            case "message_action" | "shortcut":
                self._shortcut(payload)
            case _:
                pass
        return None

    def event(self, body: Part) -> Part | None:
        """A challenge, or something that happened. Raises what is well again later, so that Slack sends it once more."""
        if body.get("type") == "url_verification":
            return {"challenge": str(body.get("challenge", ""))}
        event = part(body, "event")
        if event.get("type") == "reaction_added" and str(event.get("reaction")).partition("::")[0] == self._reaction:
            self._keep(body, event)
        return None

    # Who

    def _who(self, said: Mapping[str, Any]) -> Principal:
        user, team, enterprise = (str(said.get(name, "")) for name in ("user_id", "team_id", "enterprise_id"))
        return self._chat.who(f"Slack's member {user} of {team}", *_known_as(user, team, enterprise))

    def _tell(self, payload: Part, sentence: str) -> None:
        """To whoever pressed it alone."""
        user, channel, reason = str(part(payload, "user").get("id", "")), str(part(payload, "channel").get("id", "")), ""
        whisper = {"channel": channel, "user": user}
        # Where the app is not in the channel, they are told directly.
        for method, to in (("chat.postEphemeral", whisper), ("chat.postMessage", {"channel": user}))[not channel :]:
            try:
                self._call(method, {**to, "text": views.safe(sentence)})
            except DeliveryError as error:
                reason = error.reason
            else:
                return
        _log.warning("%s could not be told in Slack: %s (%s)", user, sentence, reason)

    # Modals

    def _open(
        self, who: Principal, action: Action[Any], wish: Wish, before: Mapping[str, object], trigger: str, *shown: str
    ) -> None:
        """Show the fields of an action, unless its own check refuses it now."""
        run = self._chat.shown(who, action, wish.incident, str(before.get("run_id", "")))
        if run:
            known = {"run_id": run.run_id, "fingerprint": run.fingerprint}
            takes = {one.wire for one in parameters_of(action.parameters)}
            wish = msgspec.structs.replace(wish, given={name: value for name, value in known.items() if name in takes})
        self._call(
            "views.open",
            {
                "trigger_id": trigger,
                "view": views.modal(
                    action, wish, before, [*shown, *(bound(run) if run else ())], self._chat.called(wish.incident)
                ),
            },
        )

    def _pressed(self, payload: Part) -> None:
        """A button that shows what it does acts at once; what needs more words, or binds a command, is shown first."""
        for pressed in _listed(payload, "actions"):
            # What follows the name tells buttons of one message apart.
            name = str(pressed.get("action_id", "")).removeprefix(BUTTON).partition(":")[0]
            action = VERBS.get(name)
            if action is None or not str(pressed.get("action_id")).startswith(BUTTON):
                continue
            try:
                who, wish = self._who(_ids(payload)), _wish(action, str(pressed.get("value", "")))
                trigger = str(payload.get("trigger_id", ""))
                if action.words.incident == "of the run" or any(one.required for one in parameters_of(action.parameters)):
                    self._open(who, action, wish, wish.given, trigger)
                    continue
                sentence = self._chat.perform(
                    who, action, wish.incident, wish.given, trigger or str(pressed.get("action_ts", ""))
                )
            except SAID as error:
                sentence = sentence_of(error)
            self._tell(payload, sentence)

    def _submitted(self, payload: Part) -> Part | None:
        view = part(payload, "view")
        name = str(view.get("callback_id", "")).removeprefix(BUTTON)
        action = VERBS.get(name)
        if action is None:
            return None
        blocks = [str(one.get("block_id")) for one in _listed(view, "blocks") if one.get("type") == "input"]
        try:
            wish = _wish(action, str(view.get("private_metadata", "")))
            given = {**views.submitted(action, part(part(view, "state"), "values")), **wish.given}
            who = self._who(_ids(payload))
            shown, _ = self._chat.customers_read(who, Wish(action.name, wish.incident, given))
            if shown and _digest(shown) != wish.shown:
                wish = msgspec.structs.replace(wish, shown=_digest(shown))
                return {"response_action": "update", "view": views.modal(action, wish, given, [shown])}
            sentence = self._chat.perform(who, action, wish.incident, given, str(view.get("id", "")))
        except SAID as error:
            sentence = sentence_of(error)
            if blocks:
                wrong = next((one for one in blocks if sentence.lower().startswith(one.replace("_", " "))), blocks[0])
                return {"response_action": "errors", "errors": {wrong: sentence}}
        return {"response_action": "update", "view": views.notice(action.button, sentence)}

    def _shortcut(self, payload: Part) -> None:
        """The shortcut of a message, or of everywhere, whose callback id is that of an action which opens an incident."""
        action = VERBS.get(str(payload.get("callback_id", "")).removeprefix(BUTTON))
        if action is None or action.on != "new":
            return
        text = self._plain(str(part(payload, "message").get("text", "")))
        before = {"title": " ".join(text.split())[:TITLE_CHARS_MAX]}
        try:
            self._open(self._who(_ids(payload)), action, Wish(action.name), before, str(payload.get("trigger_id", "")))
        except SAID as error:
            self._tell(payload, sentence_of(error))

    # Reactions

    def _keep(self, body: Part, event: Part) -> None:
        """The message becomes a note of its author, once, whoever else reacts to it."""
        item = part(event, "item")
        channel, ts = str(item.get("channel", "")), str(item.get("ts", ""))
        incident = self._chat.incident_of(channel)
        if not incident or item.get("type") != "message":
            return
        user, team = str(event.get("user", "")), str(body.get("team_id", ""))
        try:
            who = self._who({"user_id": user, "team_id": team, "enterprise_id": body.get("enterprise_id") or ""})
            message = self._message(channel, ts)
            link = self._call("chat.getPermalink", {"channel": channel, "message_ts": ts}).get("permalink", "")
            wrote = str(message.get("user") or message.get("bot_id") or event.get("item_user") or "")
            person = self._chat.person(*_known_as(wrote, team))
            author = person.name if person else f"{wrote} of Slack"
            self._chat.keep(
                who, author, incident, self._plain(str(message.get("text", ""))), link=link, key=f"message/{channel}/{ts}"
            )
        except (NotUnderstoodError, StrangerError, Refused, Invalid, Forbidden, NotFound, Damaged) as error:
            self._tell({"user": {"id": user}, "channel": {"id": channel}}, sentence_of(error))

    def _message(self, channel: str, ts: str) -> Part:
        """Also one of a thread: its own ``ts`` finds it, whoever began that."""
        one = {"channel": channel, "ts": ts, "oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
        found = [one for one in _listed(self._call("conversations.replies", one), "messages") if one.get("ts") == ts]
        if not found:
            raise NotFound("The message is not there any more, so it is not on the timeline.")
        return dict(found[0])

    def _plain(self, text: str) -> str:
        """As it reads: members by their names here, links by their addresses."""
        names = {one.slack_user: one.name for one in self._chat.site.policy.people if one.slack}
        named = _MENTION.sub(lambda found: names.get(found[1], found[1]), text)
        return views.unsafe(_LINK.sub(lambda found: found[1] if "://" in found[1] else found[2] or found[1], named)).strip()


def _digest(shown: str) -> str:
    return sha256(shown.encode()).hexdigest()


def _listed(of: Mapping[str, Any], name: str) -> list[Part]:
    found = of.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _known_as(user: str, *teams: str) -> tuple[str, ...]:
    return (user, *(f"{team}/{user}" for team in teams if team))


def _ids(payload: Part) -> dict[str, str]:
    """As a command has them."""
    user = part(payload, "user")
    team = user.get("team_id") or part(payload, "team").get("id") or ""
    return {
        "user_id": str(user.get("id", "")),
        "team_id": str(team),
        "enterprise_id": str(part(payload, "enterprise").get("id", "")),
    }


def _wish(action: Action[Any], kept: str) -> Wish:
    """What a button or a modal holds: a ``Wish``, or the id of the incident or of the run alone."""
    if kept.startswith("{"):
        return wish_of(kept)
    if action.words.incident == "of the run":
        return Wish(action.name, kept.rpartition("-R")[0], {"run_id": kept})
    return Wish(action.name, kept)

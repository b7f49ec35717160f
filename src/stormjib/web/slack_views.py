"""What people see in Slack: answers, and modals with the fields of an action, built from its row as the API's schema is.

Shapes and limits: https://docs.slack.dev/reference/views/modal-views/ and …/reference/block-kit/blocks/input-block/.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from stormjib.core.actions import Action, Parameter, parameters_of
from stormjib.core.severity import Severity
from stormjib.web.chat import Wish
from stormjib.web.typed import needed, typed, value

Part = dict[str, Any]
FIELD: Final = "value"
"""The one element of a block."""
BUTTON: Final = "stormjib:"
"""Before the name of the action that a button stands for."""
TITLE_CHARS_MAX: Final = 24
LABEL_CHARS_MAX: Final = 150
TEXT_CHARS_MAX: Final = 2_900
"""Of a section; Slack takes 3,000 once special characters are written as it wants them."""
ANSWER_CHARS_MAX: Final = 20_000
"""Of an answer to a command."""
BLOCKS_MAX: Final = 100
LONG_CHARS: Final = 500
"""A text that may have more is typed over several lines."""


def part(of: Mapping[str, Any], name: str) -> Part:
    """What is below a name; nothing where that is no object."""
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def safe(text: str) -> str:
    """Text that names nobody and links nowhere: https://docs.slack.dev/messaging/formatting-message-text/#escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unsafe(text: str) -> str:
    """As it was typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def answer(sentence: str) -> Part:
    """To whoever asked, and to nobody else."""
    return {"response_type": "ephemeral", "text": safe(sentence[:ANSWER_CHARS_MAX])}


def notice(title: str, sentence: str) -> Part:
    """A modal that says what became of it."""
    return {"type": "modal", "title": _plain(title, TITLE_CHARS_MAX), "close": _plain("Close"), "blocks": [_section(sentence)]}


def modal(
    action: Action[Any],
    wish: Wish,
    typed_before: Mapping[str, object],
    sentences: Sequence[str] = (),
    called: Callable[[str], str] = str,
) -> Part:
    """Some sentences and the fields that ``wish`` does not give; what was typed before stands in them. ``called``: how a severity is written."""
    takes = [one for one in parameters_of(action.parameters) if typed(one) and one.wire not in wish.given]
    shown = [_section(part) for sentence in sentences for part in _pieces(sentence)]
    blocks = [_input(one, typed_before.get(one.wire), called) for one in takes]
    where = [_section(f"{action.summary}: {wish.incident}")] if wish.incident else []
    return {
        "type": "modal",
        "callback_id": f"{BUTTON}{action.name}",
        "private_metadata": wish.kept(),
        "title": _plain(action.button, TITLE_CHARS_MAX),
        "submit": _plain(action.button, TITLE_CHARS_MAX),
        "close": _plain("Cancel"),
        "blocks": [*where, *shown, *blocks][:BLOCKS_MAX],
    }


def submitted(action: Action[Any], state: Mapping[str, Any]) -> dict[str, object]:
    """What the fields of a modal hold."""
    found: dict[str, object] = {}
    for one in parameters_of(action.parameters):
        field = part(part(state, one.wire), FIELD)
        text = str(field.get("value") or part(field, "selected_option").get("value") or "")
        if text:
            found[one.wire] = text == "yes" if one.kind == "flag" else value(one, text)
    return found


def _input(one: Parameter, before: object, called: Callable[[str], str]) -> Part:
    pairs = [f"{name}={said}" for name, said in before.items()] if isinstance(before, dict) else None
    chosen = ("yes" if before else "no") if isinstance(before, bool) else str(before or "") if pairs is None else "\n".join(pairs)
    options = [level.value for level in Severity] if "P0" in one.spelling.metavar else list(one.spelling.choices)
    options = options or (["no", "yes"] if one.kind == "flag" else list(one.spelling.offers))
    options += [chosen] if one.spelling.offers and chosen not in {"", *options} else []
    element: Part = {"type": "plain_text_input", "multiline": one.kind == "texts" or (one.chars_max or 0) > LONG_CHARS}
    element |= {"initial_value": chosen} if chosen else {}
    if options:
        shown = called if one.kind == "severity" else str
        offered = [{"text": _plain(shown(option)), "value": option} for option in options]
        first = [option for option in offered if option["value"] == chosen]
        element = {"type": "static_select", "options": offered} | ({"initial_option": first[0]} if first else {})
    label, _, hint = one.help.partition("; ")
    block = {"type": "input", "block_id": one.wire, "optional": not needed(one), "element": element | {"action_id": FIELD}}
    block["label"] = _plain(label[:1].upper() + label[1:])
    if hint or one.kind == "texts":
        block["hint"] = _plain(
            f"{hint}{'; one on each line, ' + one.spelling.metavar if one.kind == 'texts' else ''}".lstrip("; ")
        )
    return block


def _pieces(sentence: str) -> Sequence[str]:
    """Whole, however long: nobody approves what they can't see."""
    return [sentence[start : start + TEXT_CHARS_MAX] for start in range(0, len(sentence), TEXT_CHARS_MAX)]


def _section(sentence: str) -> Part:
    return {"type": "section", "text": {"type": "plain_text", "text": sentence[:TEXT_CHARS_MAX] or "-", "emoji": False}}


def _plain(text: str, chars_max: int = LABEL_CHARS_MAX) -> Part:
    return {"type": "plain_text", "text": text[:chars_max] or "-", "emoji": False}

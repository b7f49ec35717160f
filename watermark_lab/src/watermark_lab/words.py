"""Words: how a text becomes tokens and tokens become a text again."""

import re

_TOKEN = re.compile(r"\w+(?:'\w+)?|[.,;:?!]")
_MARKS = frozenset(".,;:?!")
_SENTENCE_ENDS = frozenset(".?!")


def tokenize(text: str) -> list[str]:
    """Split a text into lower-case words and punctuation marks; everything else only separates."""
    return _TOKEN.findall(text.lower())


def join(tokens: list[str]) -> str:
    """Write tokens as readable text. `tokenize(join(tokens)) == tokens` for tokens that came from `tokenize`."""
    parts: list[str] = []
    starts_sentence = True
    for token in tokens:
        if token in _MARKS:
            parts.append(token)
            starts_sentence = starts_sentence or token in _SENTENCE_ENDS
            continue
        if parts:
            parts.append(" ")
        # str.capitalize would be wrong for the few letters whose upper case does not come back when lowered.
        upper = token[:1].upper() + token[1:]
        parts.append(upper if starts_sentence and upper.lower() == token else token)
        starts_sentence = False
    return "".join(parts)

"""The language model: word trigrams with back-off, kept as a sorted index of the corpus itself."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from random import Random
from typing import Final

from watermark_lab import corpus

TOKENS_MIN: Final = 1_000
_UNKNOWN: Final = -1
# Interpolation weights. Trigrams alone repeat the corpus word for word and leave a watermark nothing to choose from.
_TRIGRAM_SHARE: Final = 0.45
_BIGRAM_SHARE: Final = 0.40


class ModelError(RuntimeError):
    """The model cannot be built; the message says what is missing."""


class Model:
    """An interpolated trigram model.

    The maximum-likelihood draw after a context is "the word after a random occurrence of that context", so instead of
    tables of counts it keeps the positions of the corpus, sorted by the two words that stand there: one binary search
    gives every occurrence. About 10 bytes for each corpus token.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Index a corpus; raises ModelError when it has fewer than TOKENS_MIN tokens."""
        numbers: dict[str, int] = {}
        self._tokens = array("H", (numbers.setdefault(word, len(numbers)) for word in words))
        self.vocabulary: tuple[str, ...] = tuple(numbers)
        self._numbers = numbers
        if len(self._tokens) < TOKENS_MIN:
            message = (
                f"The model has {len(self._tokens)} words of text and needs {TOKENS_MIN}: this Python has no readable"
                " standard library sources. Install them (on Debian: libpython3-stdlib) and restart."
            )
            raise ModelError(message)
        size = len(numbers)
        stream = self._tokens
        self._positions = array("I", sorted(range(len(stream) - 2), key=lambda i: stream[i] * size + stream[i + 1]))
        self._pairs = array("I", (stream[i] * size + stream[i + 1] for i in self._positions))

    def __len__(self) -> int:
        """Count the tokens of the corpus."""
        return len(self._tokens)

    def draw(self, before_last: str, last: str, random: Random) -> str:
        """Draw the next word after two words; the empty string stands for "no word"."""
        share = random.random()
        first, second = self._numbers.get(before_last, _UNKNOWN), self._numbers.get(last, _UNKNOWN)
        size = len(self.vocabulary)
        if share < _TRIGRAM_SHARE and _UNKNOWN not in (first, second):
            position = self._occurrence(first * size + second, first * size + second + 1, random)
            if position is not None:
                return self.vocabulary[self._tokens[position + 2]]
        if share < _TRIGRAM_SHARE + _BIGRAM_SHARE and second != _UNKNOWN:
            position = self._occurrence(second * size, (second + 1) * size, random)
            if position is not None:
                return self.vocabulary[self._tokens[position + 1]]
        return self.word(random)

    def word(self, random: Random) -> str:
        """Draw a word by its frequency alone."""
        return self.vocabulary[self._tokens[int(random.random() * len(self._tokens))]]

    def _occurrence(self, pair_from: int, pair_until: int, random: Random) -> int | None:
        """Pick one corpus position, evenly, whose pair lies in [pair_from, pair_until); None when there is none."""
        start = bisect_left(self._pairs, pair_from)
        end = bisect_left(self._pairs, pair_until, lo=start)
        if start == end:
            return None
        return self._positions[start + int(random.random() * (end - start))]


def load() -> Model:
    """Build the model from this Python's own documentation; raises ModelError."""
    return Model(corpus.tokens())

"""The watermark: a keyed green list of words, soft when writing, counted when reading.

Kirchenbauer, Geiping, Wen, Katz, Miers, Goldstein: A Watermark for Large Language Models, ICML 2023, algorithms 2 and
equation 3. Membership is decided word by word from a keyed hash of (previous word, word), which gives every vocabulary
the same expected green share and lets the detector do without the model.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from random import Random
from typing import Final

from watermark_lab.model import Model

TOKENS_MAX: Final = 2_000
Z_WATERMARKED: Final = 4.0  # the threshold of the paper: one false alarm in 30,000 texts
_HASH_BYTES: Final = 8


class TooShortError(ValueError):
    """A text has no pair of words to score."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What the detector found in a text."""

    scored: int
    """distinct pairs of neighbouring words"""
    green: int
    green_fraction: float
    z: float
    """standard deviations above what a text without the watermark has"""
    p_value: float
    """the chance that a text without the watermark scores at least this z, from the normal distribution"""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A watermark: its secret (at most 64 bytes), the expected green share gamma and the bias delta in nats."""

    secret: bytes
    gamma: float = 0.25
    delta: float = 2.0

    @classmethod
    def of_key(cls, key: str) -> "Scheme":
        """Make the scheme of a key of any length."""
        return cls(blake2b(key.encode(), digest_size=32).digest())

    def is_green(self, previous: str, word: str) -> bool:
        """Tell whether `word` is on the green list that `previous` and the key select."""
        pair = f"{previous}\0{word}".encode()
        number = int.from_bytes(blake2b(pair, key=self.secret, digest_size=_HASH_BYTES).digest(), "big")
        return number < self.gamma * 2.0 ** (8 * _HASH_BYTES)


def generate(model: Model, scheme: Scheme, prompt: Sequence[str], count: int, random: Random) -> list[str]:
    """Write `count` words after the prompt, with the watermark; the same arguments write the same words.

    Adding delta to the logit of each green word multiplies its probability by e^delta. Drawing from the model and
    keeping a red word with probability e^-delta draws from exactly that distribution, without listing the vocabulary:
    a draw is kept at least once in e^delta times.
    """
    before_last, last = (["", "", *prompt])[-2:]
    keep_red = math.exp(-scheme.delta)
    words: list[str] = []
    while len(words) < count:
        word = model.draw(before_last, last, random)
        if scheme.is_green(last, word) or random.random() < keep_red:
            words.append(word)
            before_last, last = last, word
    return words


def detect(scheme: Scheme, words: Sequence[str]) -> Detection:
    """Count green words and say how surprising the count is; raises TooShortError below two words.

    A pair of words that comes back is counted once: repeated pairs are not independent, and would make an ordinary
    text that repeats itself look marked.
    """
    pairs = set(pairwise(words))
    if not pairs:
        message = "The text has fewer than two words, so there is nothing to score; send a longer text."
        raise TooShortError(message)
    green = sum(1 for previous, word in pairs if scheme.is_green(previous, word))
    z = z_score(green, len(pairs), scheme.gamma)
    return Detection(len(pairs), green, green / len(pairs), z, p_value(z))


def z_score(green: int, scored: int, gamma: float) -> float:
    """Compare a green count with its expectation, in standard deviations (equation 3 of the paper)."""
    return (green - gamma * scored) / math.sqrt(scored * gamma * (1 - gamma))


def p_value(z: float) -> float:
    """Give the upper tail of the standard normal distribution at z."""
    return math.erfc(z / math.sqrt(2)) / 2

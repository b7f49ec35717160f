"""Attacks on a watermarked text: what an editor, a paraphraser or a careless copy does to it."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from watermark_lab.model import Model


def truncate(words: Sequence[str], strength: float, _model: Model, _random: Random) -> list[str]:
    """Cut the last `strength` share of the text."""
    return list(words[: len(words) - round(strength * len(words))])


def substitute(words: Sequence[str], strength: float, model: Model, random: Random) -> list[str]:
    """Replace a `strength` share of the words, evenly chosen, by words drawn by their frequency."""
    attacked = list(words)
    for position in _chosen(words, strength, random):
        attacked[position] = model.word(random)
    return attacked


def shuffle(words: Sequence[str], strength: float, _model: Model, random: Random) -> list[str]:
    """Let a `strength` share of the words, evenly chosen, change places among themselves."""
    attacked = list(words)
    positions = _chosen(words, strength, random)
    targets = positions.copy()
    random.shuffle(targets)
    for source, target in zip(positions, targets, strict=True):
        attacked[target] = words[source]
    return attacked


def _chosen(words: Sequence[str], strength: float, random: Random) -> list[int]:
    return random.sample(range(len(words)), round(strength * len(words)))


Attack = Callable[[Sequence[str], float, Model, Random], list[str]]
ATTACKS: Final[dict[str, Attack]] = {"truncate": truncate, "substitute": substitute, "shuffle": shuffle}

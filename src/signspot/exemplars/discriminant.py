"""The discriminant projection of hand descriptors: it keeps what tells signs apart, and drops what tells people,
cameras and performances apart. It is learnt on rendered signers, whose signs and phases are known exactly.

Fisher, "The Use of Multiple Measurements in Taxonomic Problems", 1936,
https://doi.org/10.1111/j.1469-1809.1936.tb02137.x
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from signspot.exemplars.descriptors import FPS
from signspot.exemplars.rendered import performance
from signspot.signer.lexicon import Sign, make_lexicon

PHASES = 6
"""Parts of a sign, each of which is a class of its own."""


@dataclass(frozen=True)
class Recipe:
    """What the projection is learnt on.

    Args:
        lexicons: lexicons, of which each has signs of its own.
        signs: of a lexicon.
        pairs: share of them that form minimal pairs.
        streams: of each lexicon, each by a new signer from a new camera.
        seconds: of a stream.
        dimensions: kept of each hand.
        shrinkage: of the scatter within classes towards a multiple of the identity.
    """

    lexicons: int = 26
    signs: int = 40
    pairs: float = 0.3
    streams: int = 34
    seconds: float = 12.0
    dimensions: int = 24
    shrinkage: float = 0.05


def _labelled(lexicon: tuple[Sign, ...], seconds: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Descriptors (T, 2, 46), and ``PHASES`` * sign + phase of each frame, -1 between signs, int64 (T,)."""
    hands, signs = performance(lexicon, seconds, rng)
    labels, times = np.full(len(hands), -1), np.arange(len(hands)) / FPS
    numbers = {sign.gloss: number for number, sign in enumerate(lexicon)}
    for one in signs:
        inside = (times >= one.start) & (times <= one.end)
        phase = np.minimum((PHASES * (times[inside] - one.start) / (one.end - one.start)).astype(int), PHASES - 1)
        labels[inside] = PHASES * numbers[one.sign.gloss] + phase
    return hands, labels


def scatters(recipe: Recipe, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scatter within and between classes of each hand, float64 (2, 46, 46) each."""
    within, means = [], []
    for number in range(recipe.lexicons):
        rng = np.random.default_rng([seed, number])
        lexicon = make_lexicon(recipe.signs, int(rng.integers(2**31)), recipe.pairs)
        streams = [_labelled(lexicon, recipe.seconds, rng) for _ in range(recipe.streams)]
        hands, labels = (np.concatenate(part) for part in zip(*streams, strict=True))
        order = np.argsort(labels, kind="stable")[(labels < 0).sum() :]
        hands, labels = hands[order].astype(np.float64), labels[order]
        starts = np.flatnonzero(np.diff(labels, prepend=-1))
        counts = np.diff(starts, append=len(labels))
        mean = np.add.reduceat(hands, starts) / counts[:, None, None]
        within.append(hands - np.repeat(mean, counts, 0))
        means.append(mean[counts > 5])
    return _scatter(np.concatenate(within)), _scatter(np.concatenate(means))


def _scatter(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(0)
    return np.einsum("nhi,nhj->hij", centred, centred) / len(values)


def projection(within: np.ndarray, between: np.ndarray, dimensions: int, shrinkage: float) -> np.ndarray:
    """The directions of each hand that tell classes apart best, float32 (2, 46, ``dimensions``)."""
    size = within.shape[-1]
    found = []
    for inside, outside in zip(within, between, strict=True):
        regular = inside + shrinkage * np.trace(inside) / size * np.eye(size)
        _, vectors = eigh(outside, regular)
        found.append(vectors[:, ::-1][:, :dimensions])
    return np.stack(found).astype(np.float32)

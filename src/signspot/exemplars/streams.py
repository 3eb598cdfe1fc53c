"""Exemplar streams: endless made-up signing of a few examples, joined with each other and with other material.

An example is cut to its core, sped up, warped in time and augmented, as signs are in running signing; a hand that takes
no part in it may go on with what it did before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from signspot.exemplars.descriptors import HAND_POINTS, velocities
from signspot.exemplars.matching import Background, Example

MOVING = 2 * HAND_POINTS
"""Numbers of a hand that say where it is; the velocity, behind them, follows from these."""
SHORTEST = 12
"""Frames of the shortest stretch of other material."""
LEAST = 6
"""Frames of the shortest piece."""
NO_FOLD = -1


@dataclass(frozen=True)
class StreamRecipe:
    """How streams are made.

    Args:
        length: frames of a stream.
        signs: share of the pieces that are examples.
        rendered: share of the other pieces that come from rendered signers, where there are others.
        tempo: length of a piece relative to its example, from least to greatest.
        trimmed: largest share of an example that is cut off at each end.
        keeps: how often an idle hand goes on with what it did before.
    """

    length: int = 160
    signs: float = 0.6
    rendered: float = 0.4
    tempo: tuple[float, float] = (0.4, 1.15)
    trimmed: float = 0.12
    keeps: float = 0.4


@dataclass(frozen=True)
class _Piece:
    """Points of both hands (n, 2, 44), the label of its frames, its fold, and which hands take no part, bool (2,)."""

    points: np.ndarray
    label: int = 0
    fold: int = NO_FOLD
    idle: np.ndarray = field(default_factory=lambda: np.zeros(2, bool))


class Stream(NamedTuple):
    """Made-up signing.

    Args:
        hands: descriptors, float32 (T, 2, 46).
        label: int64 (T,), class id + 1, or 0 for anything else.
        fold: int64 (T,), that of the other material of the corpus, or ``NO_FOLD``.
    """

    hands: np.ndarray
    label: np.ndarray
    fold: np.ndarray


@dataclass
class StreamMaker:
    """Makes streams.

    Args:
        examples: at least one.
        others: material of the corpus without known signs: its fold, and descriptors (T, 2, 46) of ``SHORTEST`` frames
            or more.
        rendered: material of rendered signers, likewise; not empty.
        recipe: how streams are made.
    """

    examples: Sequence[Example]
    others: Sequence[tuple[int, np.ndarray]]
    rendered: Sequence[np.ndarray]
    recipe: StreamRecipe = field(default_factory=StreamRecipe)

    def __post_init__(self) -> None:
        self._by_class: dict[int, list[Example]] = {}
        for example in self.examples:
            self._by_class.setdefault(example.class_id, []).append(example)
        self._classes = sorted(self._by_class)

    def stream(self, rng: np.random.Generator) -> Stream:
        """A stream."""
        length = self.recipe.length
        pieces: list[_Piece] = []
        while sum(len(one.points) for one in pieces) < length + SHORTEST:
            piece = self._piece(rng)
            if pieces:
                last = pieces[-1].points[-1]
                piece = self._with_idle_hands(piece, last, rng)
                pieces.append(_Piece(_transition(last, piece.points[0], rng)))
            pieces.append(piece)
        points = np.concatenate([one.points for one in pieces])
        label, fold = (
            np.repeat([getattr(one, name) for one in pieces], [len(one.points) for one in pieces])
            for name in ("label", "fold")
        )
        start = rng.integers(len(points) - length + 1)
        cut = slice(start, start + length)
        moved = _augmented(points[cut], rng)
        hands = np.concatenate([moved, velocities(moved[..., :2])], 2).astype(np.float32)
        return Stream(hands, label[cut], fold[cut])

    def _piece(self, rng: np.random.Generator) -> _Piece:
        if rng.random() < self.recipe.signs:
            return self._sign(rng)
        if self.others and rng.random() >= self.recipe.rendered:
            fold, hands = self.others[rng.integers(len(self.others))]
            return _Piece(_paced(_cut(hands, 45, rng), self.recipe.tempo, rng), fold=fold)
        return _Piece(_cut(self.rendered[rng.integers(len(self.rendered))], 30, rng))

    def _sign(self, rng: np.random.Generator) -> _Piece:
        variants = self._by_class[self._classes[rng.integers(len(self._classes))]]
        example = variants[rng.integers(len(variants))]
        count = len(example.hands)
        head, tail = (int(rng.uniform(0, self.recipe.trimmed) * count) for _ in range(2))
        points = example.hands[head : count - tail, :, :MOVING]
        return _Piece(_paced(points, self.recipe.tempo, rng), example.class_id + 1, idle=example.resting)

    def _with_idle_hands(self, piece: _Piece, last: np.ndarray, rng: np.random.Generator) -> _Piece:
        """The piece, in which idle hands perhaps stay about where they were in the ``last`` frame before it."""
        points = piece.points.copy()
        for hand in np.flatnonzero(piece.idle):
            if rng.random() < self.recipe.keeps:
                points[:, hand] = last[hand] + 0.3 * (points[:, hand] - points[:1, hand])
        return replace(piece, points=points)


def _cut(hands: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """The points (n, 2, 44) of a random part of 10 frames to fewer than ``most``."""
    count = min(int(rng.integers(10, most)), len(hands))
    start = rng.integers(len(hands) - count + 1)
    return hands[start : start + count, :, :MOVING]


def _paced(points: np.ndarray, tempo: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """The same way at another tempo, that changes smoothly."""
    count = max(LEAST, round(len(points) * rng.uniform(*tempo)))
    knots = rng.normal(0, 0.25, 4)
    passed = np.cumsum(np.exp(np.interp(np.linspace(0, 1, count), np.linspace(0, 1, 4), knots)))
    times = (passed - passed[0]) / (passed[-1] - passed[0]) * (len(points) - 1)
    before = np.minimum(times.astype(int), max(len(points) - 2, 0))
    after = np.minimum(before + 1, len(points) - 1)
    share = (times - before)[:, None, None]
    return points[before] * (1 - share) + points[after] * share


def _transition(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The way of both hands from one frame to another, of minimum jerk, as :mod:`signspot.signer.timeline` has it."""
    distance = np.linalg.norm(end[0, :2] - start[0, :2])
    count = int(np.clip(rng.normal(3 + 4 * distance, 1.5), 2, 14))
    passed = np.arange(1, count + 1) / (count + 1)
    share = (passed**3 * (10 - 15 * passed + 6 * passed**2))[:, None, None]
    return start * (1 - share) + end * share


def _augmented(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Points (T, 2, 44) of another performance: noise, another body, another camera."""
    seen = points.reshape(len(points), 2, HAND_POINTS, 2)
    drift = np.cumsum(rng.normal(0, 0.004, seen.shape), axis=0)
    seen = seen + (drift - _smoothed(drift)) + rng.normal(0, 0.006, seen.shape)
    angle = rng.normal(0, 0.07)
    seen = seen * [np.exp(rng.normal(0, 0.06)), 1.0]
    seen = seen @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    seen *= np.exp(rng.normal(0, 0.08))
    seen[:, :, 2:] *= np.exp(rng.normal(0, 0.08))
    seen[:, :, :2] += rng.normal(0, 0.05, 2)
    return seen.reshape(points.shape)


def _smoothed(values: np.ndarray, width: int = 9) -> np.ndarray:
    """Running means over ``width`` frames."""
    padded = np.pad(values, ((width // 2 + 1, width // 2), *[(0, 0)] * (values.ndim - 1)), mode="edge")
    total = np.cumsum(padded, axis=0)
    return (total[width:] - total[:-width]) / width


def free_stretches(background: Background) -> list[np.ndarray]:
    """The stretches of ``SHORTEST`` frames or more without a known sign: descriptors (T, 2, 46) each."""
    edges = np.flatnonzero(np.diff(background.unlabelled(2).astype(int), prepend=0, append=0))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [background.hands[start:stop] for start, stop in pairs if stop - start >= SHORTEST]

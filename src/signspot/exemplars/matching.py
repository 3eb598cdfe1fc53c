"""Finds stretches of a video that resemble examples, without any training."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import minimum_filter1d

from signspot.exemplars.descriptors import mirrored
from signspot.exemplars.projection import project
from signspot.exemplars.warping import FAR, warp

RESTING = 0.85
"""Height of a wrist below the shoulders, in units, from which on a hand rests."""
IDLE_WEIGHT = 0.5
"""Of a hand that rests all through the example, relative to the other hand."""
APART = 5
"""Frames to either side in which a match must be the best one of its example."""
OWN = 8
"""Frames beside an annotated sign in which matches of its own examples are no background."""
LEAST_DEVIATION = 1e-3


@dataclass(frozen=True)
class Example:
    """One example of a sign.

    Args:
        class_id: of the sign.
        hands: descriptors of its frames, float32 (n, 2, 46), n at least 2.
    """

    class_id: int
    hands: np.ndarray

    @property
    def resting(self) -> np.ndarray:
        """Which hands rest all through the example, bool (2,), right hand first."""
        return np.median(self.hands[:, :, 1], axis=0) > RESTING

    @property
    def right_handed(self) -> "Example":
        """The same sign in the mirror, if only the left hand takes part in it."""
        right, left = self.resting
        return Example(self.class_id, mirrored(self.hands)) if right and not left else self


@dataclass(frozen=True)
class Background:
    """Material in which other signs, or none, are made.

    Args:
        hands: descriptors, float32 (T, 2, 46).
        signs: class id, first and last frame (inclusive) of the signs that are known.
    """

    hands: np.ndarray
    signs: Sequence[tuple[int, int, int]] = ()

    def unlabelled(self, margin: int) -> np.ndarray:
        """Frames without a known sign nor one up to ``margin`` frames away, bool (T,)."""
        free = np.ones(len(self.hands), bool)
        for _, first, last in self.signs:
            free[max(first - margin, 0) : last + 1 + margin] = False
        return free

    @property
    def signing(self) -> np.ndarray:
        """Frames in which a hand does not rest, bool (T,)."""
        return self.hands[:, :, 1].min(1) <= RESTING


@dataclass(frozen=True)
class Matches:
    """Stretches of a video that match an example better than their neighbours do.

    Args:
        example: int (m,), number of the example.
        first, last: int (m,), frames, inclusive.
        likeness: float32 (m,), deviations by which the distance is below that of other material.
    """

    example: np.ndarray
    first: np.ndarray
    last: np.ndarray
    likeness: np.ndarray


class Matcher:
    """Examples that are looked for in videos.

    Args:
        examples: at least one.
        mean, deviation: of the distances at which each example matches other material, float (E,); None before
            :meth:`calibrated`.
    """

    def __init__(
        self, examples: Sequence[Example], mean: np.ndarray | None = None, deviation: np.ndarray | None = None
    ) -> None:
        self.examples = list(examples)
        self.class_ids = np.array([one.class_id for one in self.examples])
        self.mean = np.zeros(len(self.examples)) if mean is None else mean
        self.deviation = np.ones(len(self.examples)) if deviation is None else deviation
        self._groups = self._weighted()

    @property
    def longest(self) -> int:
        """Frames of the longest stretch that can match."""
        return 2 * max(len(one.hands) for one in self.examples)

    def _weighted(self) -> list[tuple[np.ndarray, list[int], list[np.ndarray]]]:
        """Examples with the same hands at rest: weights of the hands, their numbers, their weighted rows."""
        groups: dict[tuple[bool, ...], list[int]] = {}
        for number, one in enumerate(self.examples):
            groups.setdefault(tuple(one.resting), []).append(number)
        return [
            (weights := _hand_weights(np.array(resting)), numbers, [self._rows(n, weights) for n in numbers])
            for resting, numbers in groups.items()
        ]

    def _rows(self, number: int, weights: np.ndarray) -> np.ndarray:
        return _flat(project(self.examples[number].hands) * weights)

    def distances(self, hands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distance and first frame of the best match of each example that ends at each frame: (E, T) each."""
        shape = len(self.examples), len(hands)
        distance, first = np.empty(shape, np.float32), np.empty(shape, np.int32)
        projected = project(hands)
        for weights, numbers, rows in self._groups:
            distance[numbers], first[numbers] = warp(rows, _flat(projected * weights))
        return distance, first

    def likeness(self, distance: np.ndarray) -> np.ndarray:
        """Distances (E, T) in deviations below the mean distance from other material."""
        return ((self.mean[:, None] - distance) / self.deviation[:, None]).astype(np.float32)

    def calibrated(self, backgrounds: Iterable[Background]) -> "Matcher":
        """The same examples, which know how far other material is from each of them."""
        found: list[list[np.ndarray]] = [[] for _ in self.examples]
        for background in backgrounds:
            distance, _ = self.distances(background.hands)
            lowest = _lowest(distance)
            for class_id, first, last in background.signs:
                lowest[self.class_ids == class_id, max(first - OWN, 0) : last + 1 + OWN] = False
            for values, row, kept in zip(found, distance, lowest, strict=True):
                values.append(row[kept])
        joined = [np.concatenate(values) for values in found]
        mean = np.array([values.mean() if len(values) else 0.0 for values in joined])
        deviation = np.array([max(values.std(), LEAST_DEVIATION) if len(values) else 1.0 for values in joined])
        return Matcher(self.examples, mean, deviation)


def matches(distance: np.ndarray, first: np.ndarray, likeness: np.ndarray, least: float) -> Matches:
    """The matches whose likeness is ``least`` or more.

    Args:
        distance, first, likeness: (E, T) each, of a video, by :class:`Matcher`.
    """
    example, last = np.nonzero(_lowest(distance) & (likeness >= least))
    return Matches(example, first[example, last], last, likeness[example, last])


def _lowest(distance: np.ndarray) -> np.ndarray:
    """Where a distance is the least of its neighbourhood, bool (E, T)."""
    return (distance <= minimum_filter1d(distance, 2 * APART + 1, axis=1, mode="nearest")) & (distance < FAR)


def _hand_weights(resting: np.ndarray) -> np.ndarray:
    """Weights of both hands, float32 (2, 1), of mean square 1."""
    weights = np.where(resting, IDLE_WEIGHT, 1.0)
    return (weights / np.sqrt((weights**2).mean())).astype(np.float32)[:, None]


def _flat(hands: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(hands.reshape(len(hands), -1), dtype=np.float32)

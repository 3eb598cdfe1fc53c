"""Which signs look alike, and which examples of one sign do not: each example is looked for in all others."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from signspot.exemplars.descriptors import SIZE
from signspot.exemplars.matching import Example, Matcher
from signspot.exemplars.warping import FAR

PART = 3000
"""Frames of examples, one behind the other, that are looked through at a time."""
WALL = np.full((1, 2, SIZE), 1e4, np.float32)
"""A frame between two examples that is like nothing, so that a match lies within one of them."""


class LookAlike(NamedTuple):
    """Two signs of which an example of one is found in an example of the other.

    Args:
        first, second: class ids, the smaller one first.
        likeness: of the best match, in deviations from other material.
    """

    first: int
    second: int
    likeness: float


def likeness_of_examples(matcher: Matcher) -> np.ndarray:
    """How well each example (rows) matches within each other one (columns), float32 (E, E), in deviations from other
    material; -inf where it is too long to match, and on the diagonal."""
    result = np.full((len(matcher.examples),) * 2, -np.inf, np.float32)
    for numbers in _parts(matcher.examples):
        hands = np.concatenate([part for number in numbers for part in (matcher.examples[number].hands, WALL)])
        distance, first = matcher.distances(hands)
        likeness = matcher.likeness(distance)
        start = 0
        for number in numbers:
            stop = start + len(matcher.examples[number].hands)
            inside = (first[:, start:stop] >= start) & (distance[:, start:stop] < FAR)
            result[:, number] = np.where(inside, likeness[:, start:stop], -np.inf).max(1)
            start = stop + len(WALL)
    np.fill_diagonal(result, -np.inf)
    return result


def _parts(examples: Sequence[Example]) -> Iterator[list[int]]:
    part: list[int] = []
    for number, example in enumerate(examples):
        if part and sum(len(examples[one].hands) for one in part) + len(example.hands) > PART:
            yield part
            part = []
        part.append(number)
    yield part


def look_alikes(likeness: np.ndarray, class_ids: np.ndarray, least: float) -> list[LookAlike]:
    """Pairs of signs that look alike, the most alike first.

    Args:
        likeness: float (E, E), of :func:`likeness_of_examples`.
        class_ids: int (E,).
        least: likeness from which on two signs look alike.
    """
    best: dict[tuple[int, int], float] = {}
    for one, other in zip(*np.nonzero(likeness >= least), strict=True):
        pair = tuple(sorted((int(class_ids[one]), int(class_ids[other]))))
        if pair[0] != pair[1]:
            best[pair] = max(best.get(pair, -np.inf), float(likeness[one, other]))
    return sorted((LookAlike(*pair, value) for pair, value in best.items()), key=lambda one: -one.likeness)


def odd_examples(likeness: np.ndarray, class_ids: np.ndarray) -> list[int]:
    """Numbers of examples that are no more like another example of their sign than other material is.

    Args:
        likeness: float (E, E), of :func:`likeness_of_examples`.
        class_ids: int (E,).
    """
    same = class_ids[:, None] == class_ids
    both = np.where(same, np.maximum(likeness, likeness.T), -np.inf).max(1)
    several = same.sum(1) > 1
    return np.flatnonzero(several & (both < 0)).tolist()

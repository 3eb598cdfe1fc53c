"""Which frames of a sign of any length a network sees that takes a fixed number of them."""

import numpy as np

POSITIONS, STACK = 16, 5
"""Frames that StepNet sees of a sign, and flow frames from each of them."""


def drawn_positions(frames: int, rng: np.random.Generator, count: int = POSITIONS) -> np.ndarray:
    """A random frame of each of ``count`` equal parts, int64 (count,) from 0; a short sign repeats its frames.

    Args:
        frames: of the sign, 1 or more.
        rng: draws the frames.
        count: of the parts.
    """
    first, last = part_bounds(frames, count)
    return rng.integers(first, last, endpoint=True)


def part_bounds(frames: int, count: int = POSITIONS) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last frame of each of ``count`` equal parts, int64 (count,) each; they may be the same.

    Args:
        frames: of the sign, 1 or more.
        count: of the parts.
    """
    edges = np.arange(count + 1) * frames // count
    return edges[:-1], np.maximum(edges[1:] - 1, edges[:-1])


def middle_positions(frames: int, count: int = POSITIONS) -> np.ndarray:
    """The frame in the middle of each of ``count`` equal parts, int64 (count,), for use outside training.

    Args:
        frames: of the sign, 1 or more.
        count: of the parts.
    """
    return (2 * np.arange(count) + 1) * frames // (2 * count)


def flow_stacks(positions: np.ndarray, flow_frames: int, length: int = STACK) -> np.ndarray:
    """The flow frames that are seen from each position, int64 (n, length): that one and those after it.

    Args:
        positions: (n,), from 0.
        flow_frames: of the video; where it ends, the last one is repeated.
        length: flow frames of a position.
    """
    return np.minimum(positions[:, None] + np.arange(length), flow_frames - 1)

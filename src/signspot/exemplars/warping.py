"""Subsequence dynamic time warping: where in a video does a stretch resemble an example, however fast it goes?

Müller, "Information Retrieval for Music and Motion", 2007, chapter 4, https://doi.org/10.1007/978-3-540-74048-3
"""

from collections.abc import Iterator, Sequence
from functools import cache

import numba
import numpy as np

from signspot.compute.kernels import compile_alone

FAR = np.float32(1e9)
"""The cost of what cannot be: no path ends there."""
MOST_DISTANCES = 1 << 24
"""Distances in memory at a time (64 MB)."""


@numba.njit(cache=True)
def _warp(costs: np.ndarray, total: np.ndarray, start: np.ndarray) -> None:
    """The cheapest path through ``costs`` (n, T) that ends at each frame: its cost per row, and where it starts.

    A path goes on by one row and one frame, one row and two frames, or two rows and one frame: at half to twice the
    tempo of the example. Every row weighs 1, so that a long path costs no more than a short one.
    """
    rows, frames = costs.shape
    best = np.full((3, frames), FAR, np.float32)
    begin = np.zeros((3, frames), np.int32)
    best[0] = costs[0]
    begin[0] = np.arange(frames)
    for row in range(1, rows):
        here, before, earlier = row % 3, (row - 1) % 3, (row - 2) % 3
        best[here, 0] = FAR
        for frame in range(1, frames):
            cost, origin = best[before, frame - 1] + costs[row, frame], begin[before, frame - 1]
            if frame >= 2:
                slow = best[before, frame - 2] + 0.5 * (costs[row, frame - 1] + costs[row, frame])
                if slow < cost:
                    cost, origin = slow, begin[before, frame - 2]
            if row >= 2:
                fast = best[earlier, frame - 1] + costs[row - 1, frame] + costs[row, frame]
                if fast < cost:
                    cost, origin = fast, begin[earlier, frame - 1]
            best[here, frame], begin[here, frame] = cost, origin
    last = (rows - 1) % 3
    for frame in range(frames):
        total[frame] = best[last, frame] / rows if best[last, frame] < FAR else FAR
    start[:] = begin[last]


@numba.njit(cache=True)
def _warp_all(costs: np.ndarray, bounds: np.ndarray, total: np.ndarray, start: np.ndarray) -> None:
    for one in range(len(bounds) - 1):
        _warp(costs[bounds[one] : bounds[one + 1]], total[one], start[one])


def warp(examples: Sequence[np.ndarray], frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matches examples with a video: mean distance per frame of the example, and first frame, of the best stretch that
    ends at each frame.

    Args:
        examples: float32 (n, D) each.
        frames: float32 (T, D).

    Returns:
        float32 (E, T) and int32 (E, T).
    """
    _compile()
    total = np.empty((len(examples), len(frames)), np.float32)
    start = np.empty(total.shape, np.int32)
    done = 0
    for block in _blocks(examples, MOST_DISTANCES // max(len(frames), 1)):
        bounds = np.concatenate([[0], np.cumsum([len(one) for one in block])])
        rows = slice(done, done + len(block))
        _warp_all(_distances(np.concatenate(block), frames), bounds, total[rows], start[rows])
        done += len(block)
    return total, start


@cache
def _compile() -> None:
    """Once in each process."""
    costs, bounds = np.zeros((2, 2), np.float32), np.array([0, 2])
    compile_alone(_warp, lambda: _warp_all(costs, bounds, np.empty((1, 2), np.float32), np.empty((1, 2), np.int32)))


def _blocks(examples: Sequence[np.ndarray], most: int) -> Iterator[list[np.ndarray]]:
    """Successive examples of at most so many frames together; a longer one alone."""
    block: list[np.ndarray] = []
    for one in examples:
        if block and sum(map(len, block)) + len(one) > most:
            yield block
            block = []
        block.append(one)
    yield block


def _distances(rows: np.ndarray, frames: np.ndarray) -> np.ndarray:
    squares = (rows * rows).sum(1)[:, None] + (frames * frames).sum(1)[None] - 2 * rows @ frames.T
    return np.sqrt(np.maximum(squares, 0, out=squares), out=squares)

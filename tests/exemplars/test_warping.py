"""Subsequence dynamic time warping: against all paths there are, at other tempi, in blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from signspot.exemplars import warping
from signspot.exemplars.warping import FAR, warp

POINTS = st.integers(-9, 9).map(float)


def sequences(least: int, most: int) -> st.SearchStrategy[np.ndarray]:
    """Sequences of whole numbers, so that their distances are exact."""
    return hnp.arrays(np.float32, st.tuples(st.integers(least, most), st.just(1)), elements=POINTS)


def cheapest(example: np.ndarray, frames: np.ndarray) -> dict[tuple[int, int], float]:
    """The cost of the cheapest path from each first to each last frame, of all paths that there are."""
    cost = np.abs(example - frames.T)
    found: dict[tuple[int, int], float] = {}

    def walk(start: int, row: int, frame: int, total: float) -> None:
        if row == len(example) - 1:
            found[start, frame] = min(total, found.get((start, frame), np.inf))
        for rows, columns in ((1, 1), (1, 2), (2, 1)):
            if row + rows < len(example) and frame + columns < len(frames):
                passed = cost[row + 1 : row + rows + 1, frame + 1 : frame + columns + 1]
                walk(start, row + rows, frame + columns, total + passed.mean(1).sum())

    for start in range(len(frames)):
        walk(start, 0, start, cost[0, start])
    return found


@given(sequences(1, 5), sequences(1, 7))
def test_the_cheapest_of_all_paths_is_found(example: np.ndarray, frames: np.ndarray) -> None:
    [total], [start] = warp([example], frames)
    every = cheapest(example, frames)
    for last in range(len(frames)):
        costs = [cost for (_, end), cost in every.items() if end == last]
        if not costs:
            assert total[last] == FAR
            continue
        assert total[last] == pytest.approx(min(costs) / len(example), rel=1e-5)
        assert every[start[last], last] == pytest.approx(min(costs), rel=1e-5)


def walk(rng: np.random.Generator, frames: int) -> np.ndarray:
    """A smooth way in five dimensions."""
    return np.cumsum(rng.normal(0, 0.3, (frames, 5)), axis=0).astype(np.float32)


@pytest.mark.parametrize(
    ("made", "first", "last"),
    [
        pytest.param(lambda way: way, 50, 70, id="as it is"),
        pytest.param(lambda way: way.repeat(2, axis=0), 51, 91, id="half the tempo"),
        pytest.param(lambda way: way[::2], 50, 60, id="double the tempo"),
    ],
)
def test_an_example_is_found_at_any_tempo(made, first: int, last: int) -> None:
    rng = np.random.default_rng(1)
    example = walk(rng, 21)
    frames = np.concatenate([5 + walk(rng, 50), made(example), walk(rng, 50) - 5])
    [total], [start] = warp([example], frames)
    assert abs(int(total.argmin()) - last) <= 1
    assert abs(int(start[total.argmin()]) - first) <= 1
    assert total.min() < 0.5 < np.delete(total, range(last - 20, last + 20)).min()


def test_nothing_ends_before_an_example_can() -> None:
    total, _ = warp([np.zeros((6, 2), np.float32), np.zeros((1, 2), np.float32)], np.ones((5, 2), np.float32))
    np.testing.assert_array_equal(total[0] == FAR, [True, True, True, False, False])
    np.testing.assert_allclose(total[1], np.sqrt(2), rtol=1e-6)


def test_blocks_give_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    examples = [rng.integers(-9, 9, (rows, 3)).astype(np.float32) for rows in (4, 9, 30, 2, 7)]
    frames = rng.integers(-9, 9, (40, 3)).astype(np.float32)
    whole = warp(examples, frames)
    monkeypatch.setattr(warping, "MOST_DISTANCES", 12 * len(frames))
    for one, other in zip(whole, warp(examples, frames), strict=True):
        np.testing.assert_array_equal(one, other)

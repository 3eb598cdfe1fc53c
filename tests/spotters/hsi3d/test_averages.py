"""Windows become the probabilities of frames: the reference's numbers, and the plain mean as an oracle."""

import json
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.clips.window import window_starts
from signspot.decoders import decode
from signspot.predictions import Predictions, from_logits
from signspot.spotters.hsi3d.averages import window_means
from signspot.spottings import Spotting
from signspot.timebase import Timebase

LEVELS = ("x4", "x8", "x16", "x32", "x")


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Of the background, which the reference has in the last column, and of the signs."""
    signs = logits.shape[-1] - 1
    return from_logits(np.roll(logits, 1, -1).reshape(-1, signs + 1), signs).reshape(logits.shape)


def means_of(arrays: Mapping[str, np.ndarray], prefix: str, windows: int) -> np.ndarray:
    """The mean probabilities of each frame and level, from the first windows of a case, one every frame."""
    levels = [probabilities(arrays[f"{prefix}_{level}"]) for level in LEVELS]
    given = ((start, [level[start] for level in levels]) for start in range(windows))
    return np.concatenate(list(window_means(given, 32, 0, windows + 30)))


def assert_close(found: np.ndarray, background_last: np.ndarray) -> None:
    assert np.abs(np.roll(found, -1, -1) - background_last).max() <= 1e-4 * background_last.std()


def spottings(score: np.ndarray, **options: float) -> list[Spotting]:
    return decode("runs", Predictions(score.astype(np.float32), 0, len(score) - 1, 1, Timebase(25)), **options)


def published_rows(score: np.ndarray) -> list[list[int]]:
    """Class, start and end in ms as published: without runs of one frame, and with times that are cut."""
    return [
        [one.class_id, *(int(frame / 25 * 1000) for frame in (one.first, one.last))]
        for one in spottings(score, min_frames=2)
    ]


@pytest.mark.parametrize("index", range(4))
def test_windows_become_intervals_as_in_the_reference(golden: Path, index: int) -> None:
    case = json.loads((golden / "hsi3d_window_cases.json").read_text(encoding="utf-8"))["cases"][index]
    weights = [case["level_weights"][level] for level in LEVELS]
    assert case["models"] == 1
    assert len(window_starts(0, case["frames"] - 1, 32, 1)) == case["intended_windows"]
    with np.load(golden / "hsi3d_window_cases.npz") as arrays:
        whole, some = (
            np.average(means_of(arrays, f"case{index}_model0", case[f"{what}_windows"]), 1, weights)
            for what in ("intended", "published")
        )
        assert_close(whole, arrays[f"case{index}_intended_mean_prob"])
        # The published windows end a frame early; that frame has no data there.
        assert_close(some, arrays[f"case{index}_published_mean_prob"][:-1])
    found = [[one.class_id, one.first, one.last, one.score] for one in spottings(whole)]
    assert found == [pytest.approx(row, abs=2e-6) for row in case["intended_class_first_last_score"]]
    assert published_rows(some) == case["published_rows_class_start_ms_end_ms"]


@pytest.mark.parametrize("index", range(2))
def test_the_mean_of_levels_is_decoded_as_in_the_reference(golden: Path, index: int) -> None:
    reference = json.loads((golden / "hsi3d_decode_cases.json").read_text(encoding="utf-8"))["get_results"]
    case = reference["cases"][index]
    with np.load(golden / "hsi3d_decode_cases.npz") as arrays:
        score = means_of(arrays, f"case{index}", case["windows"]).mean(1)
        assert len(score) == case["frames"] - 1
        assert_close(score, arrays[f"case{index}_mean_prob"][:-1])
    assert published_rows(score) == case["solution"]


def test_frames_are_decoded_as_in_the_reference(golden: Path) -> None:
    cases = json.loads((golden / "hsi3d_decode_cases.json").read_text(encoding="utf-8"))["compute_intervals"]
    assert len(cases) == 10
    for case in cases:
        labels = (np.array(case["frame_labels"]) + 1) % 61
        score = np.eye(61)[labels]
        assert published_rows(score) == case["intervals"]
        single = sum(one.first == one.last for one in spottings(score))
        assert len(spottings(score)) == len(case["intervals"]) + single, "runs of one frame are kept here"


def test_published_times_are_cut_a_millisecond_short() -> None:
    """Ours are whole: frame 201 begins at 8.04 s at 25 frames a second."""
    score = np.eye(2)[[0] * 201 + [1] * 2]
    assert published_rows(score) == [[0, 8039, 8080]]
    assert Timebase(25).ms_at(201) == 8040


def test_in_a_tie_the_background_wins_then_the_lowest_class() -> None:
    """As published among signs; there, a sign wins against the background."""
    score = np.array([[0.4, 0.4, 0.2], [0.2, 0.4, 0.4]])
    assert [(one.class_id, one.first, one.last) for one in spottings(score)] == [(0, 1, 1)]
    assert np.roll(score, -1, -1).argmax(1).tolist() == [0, 0]


def random_windows(starts: Sequence[int], length: int, seed: int) -> list[tuple[int, list[np.ndarray]]]:
    rng = np.random.default_rng(seed)
    steps = [steps for steps in (1, 2, length) if length % steps == 0]
    return [(start, [rng.random((count, 3)).astype(np.float32) for count in steps]) for start in starts]


RANGES = st.tuples(st.integers(0, 5), st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
LENGTH_AND_STRIDE = st.integers(1, 16).flatmap(lambda length: st.tuples(st.just(length), st.integers(1, length)))


@given(RANGES, LENGTH_AND_STRIDE)
def test_every_frame_lies_in_a_window(span: tuple[int, int], length_and_stride: tuple[int, int]) -> None:
    (first, last), (length, stride) = span, length_and_stride
    starts = window_starts(first, last, length, stride)
    *regular, final = starts
    assert regular == [first + stride * number for number in range(len(regular))]
    assert final == max(last + 1 - length, first)
    assert all(0 < after - before <= stride for before, after in pairwise(starts))
    assert {frame for start in starts for frame in range(start, start + length)} >= set(range(first, last + 1))


def test_a_video_without_usable_frames_has_no_window() -> None:
    assert window_starts(3, 2, 8, 4) == []
    assert list(window_means([], 8, 3, 2)) == []


@given(RANGES, LENGTH_AND_STRIDE, st.integers(0, 9))
def test_the_stream_is_the_plain_mean(span: tuple[int, int], length_and_stride: tuple[int, int], seed: int) -> None:
    (first, last), (length, stride) = span, length_and_stride
    windows = random_windows(window_starts(first, last, length, stride), length, seed)
    total, count = np.zeros((last + 1 + length, len(windows[0][1]), 3)), np.zeros(last + 1 + length)
    for start, levels in windows:
        for number, level in enumerate(levels):
            total[start : start + length, number] += np.repeat(level, length // len(level), 0)
        count[start : start + length] += 1
    expected = (total / np.maximum(count, 1)[:, None, None])[first : last + 1]
    found = list(window_means(windows, length, first, last))
    assert {block.dtype for block in found} == {np.dtype(np.float32)}
    np.testing.assert_allclose(np.concatenate(found), expected, atol=1e-7)


def test_frames_are_given_as_soon_as_no_window_can_change_them() -> None:
    taken: list[int] = []

    def watched() -> Iterator[tuple[int, list[np.ndarray]]]:
        for window in random_windows(window_starts(0, 99, 8, 3), 8, 0):
            taken.append(window[0])
            yield window

    frames = 0
    for block in window_means(watched(), 8, 0, 99):
        frames += len(block)
        assert frames == 100 or frames == taken[-1]
    assert frames == 100


def test_memory_does_not_grow_with_the_video() -> None:
    def peak(frames: int) -> int:
        level = np.ones((8, 61), np.float32)
        windows = ((start, [level]) for start in range(frames - 7))
        tracemalloc.start()
        for _ in window_means(windows, 8, 0, frames - 1):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(5000) < 1.1 * peak(500)


def test_a_stride_beyond_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="stride of at most 8 frames"):
        window_starts(0, 99, 8, 9)


@pytest.mark.parametrize(
    ("starts", "message"),
    [([], "hold every frame"), ([2], "hold every frame"), ([0, 9], "hold every frame"), ([0, 4, 3], "in the order")],
)
def test_windows_that_leave_frames_out_are_refused(starts: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(window_means(random_windows(starts, 8, 0), 8, 0, 11))

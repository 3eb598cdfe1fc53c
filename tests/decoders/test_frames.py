"""frames: exact on perfect predictions, better than the grid of rows on uncertain ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from timelines import CLASSES, of_frames, random_timeline

from signspot.decoders import decode
from signspot.predictions import Predictions
from signspot.spottings import Spotting
from signspot.timebase import Timebase


def rows(
    *signs: tuple[int, float, float, float], stride: int = 4, classes: int = 2, last: int | None = None
) -> Predictions:
    """Predictions of one row per entry: label (class id + 1), its probability, frames to its start and to its end."""
    score = np.full((len(signs), classes + 1), 0.0, np.float32)
    for row, (label, probability, *_) in enumerate(signs):
        score[row] = (1 - probability) / classes
        score[row, label] = probability
    distances = np.array([each[2:] for each in signs], np.float32)
    offset = (distances - (stride - 1) / 2) / stride
    return Predictions(score, 0, stride * len(signs) - 1 if last is None else last, stride, Timebase(25), offset)


BACKGROUND = (0, 1.0, 0, 0)


def found(predictions: Predictions, **options: float) -> list[tuple[int, int, int]]:
    return [(s.class_id, s.first, s.last) for s in decode("frames", predictions, **options)]


@given(st.integers(0, 10_000), st.sampled_from([1, 2, 3, 4, 8]))
def test_perfect_predictions_give_back_a_timeline(seed: int, stride: int) -> None:
    """Even signs of ``stride`` frames, one frame from the next: each is seen by a row at least."""
    timeline = random_timeline(np.random.default_rng(seed), 12, (stride, 40), (1, 12))
    assert decode("frames", of_frames(timeline, stride)) == timeline


@given(st.integers(0, 10_000), st.sampled_from([1, 4]))
def test_signs_of_several_classes_may_touch(seed: int, stride: int) -> None:
    timeline = random_timeline(np.random.default_rng(seed), 12, (stride, 40), (0, 0))
    classes = np.arange(12) % CLASSES
    timeline = [Spotting(int(c), s.first, s.last, 1.0) for c, s in zip(classes, timeline, strict=True)]
    assert decode("frames", of_frames(timeline, stride)) == timeline


def test_uncertain_distances_are_averaged() -> None:
    """The error of a boundary is far below that of a row, of which the distances err by two frames."""
    rng = np.random.default_rng(0)
    timeline = random_timeline(rng, 300, (12, 30), (12, 30))
    predictions = of_frames(timeline, 4)
    predictions.offset[:] += rng.normal(0, 0.5, predictions.offset.shape).astype(np.float32)
    errors = {}
    for name in ("cells", "frames"):
        spottings = decode(name, predictions)
        assert len(spottings) == len(timeline)
        errors[name] = np.mean([abs(s.first - t.first) for s, t in zip(spottings, timeline, strict=True)])
    assert errors["frames"] < 1 < errors["cells"]


def test_boundaries_are_weighted_by_probability() -> None:
    """The first row sees frame 3 and says up to 16, the second sees frame 7 and says up to 10, twice as surely."""
    predictions = rows(BACKGROUND, (1, 0.45, 0, 13), (1, 0.9, 4, 3), BACKGROUND, BACKGROUND, BACKGROUND)
    assert found(predictions) == [(0, 3, 12)]


def test_a_vote_overrules_a_row() -> None:
    others = [(1, 0.9, 4, 8), (1, 0.9, 8, 4)]
    predictions = rows(BACKGROUND, (1, 0.9, 0, 12), others[0], (2, 0.5, 0, 0), (1, 0.9, 12, 0), BACKGROUND)
    assert found(predictions) == [(0, 3, 15)]
    sure = rows(BACKGROUND, (1, 0.3, 0, 4), (2, 0.9, 0, 0), (0, 0.9, 0, 0))
    assert found(sure, threshold=0.0)[-1] == (1, 7, 7), "one that is less sure does not"


def test_signs_of_one_class_are_kept_apart_by_their_distances_and_joined_on_demand() -> None:
    first, second = (1, 0.8, 0, 1), (1, 0.8, 0, 1)
    predictions = rows(BACKGROUND, first, second, BACKGROUND)
    assert found(predictions) == [(0, 3, 4), (0, 7, 8)]
    assert found(predictions, close=1) == [(0, 3, 4), (0, 7, 8)]
    assert found(predictions, close=2) == [(0, 3, 8)]


def test_signs_that_overlap_are_parted_in_the_middle() -> None:
    """Rows that see frames 3 and 11 claim the frames up to 9, and from 6 on."""
    predictions = rows(BACKGROUND, (1, 0.8, 0, 6), BACKGROUND, (2, 0.8, 5, 2), BACKGROUND)
    assert found(predictions) == [(0, 3, 7), (1, 8, 13)]


def test_weak_and_short_signs_are_left_out() -> None:
    predictions = rows(BACKGROUND, (1, 0.5, 1, 1), BACKGROUND, BACKGROUND, (2, 0.9, 3, 3), BACKGROUND)
    assert found(predictions) == [(0, 2, 4), (1, 12, 18)]
    assert found(predictions, min_frames=4) == [(1, 12, 18)]
    assert found(predictions, threshold=0.6) == [(1, 12, 18)]


def test_a_weak_sign_does_not_part_two_others() -> None:
    predictions = rows(BACKGROUND, (1, 0.9, 2, 2), (2, 0.5, 1, 1), (1, 0.9, 2, 2), BACKGROUND)
    assert found(predictions, close=4) == [(0, 1, 5), (1, 6, 8), (0, 9, 13)]
    assert found(predictions, close=4, threshold=0.6) == [(0, 1, 13)]


@pytest.mark.parametrize("stride", [1, 4])
def test_no_sign_leaves_the_usable_range(stride: int) -> None:
    predictions = rows(*[(1, 0.9, 30, 30)] * 5, stride=stride)
    assert found(predictions) == [(0, 0, 5 * stride - 1)]

"""runs: neighbouring frames of one most likely class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from timelines import of_frames, random_timeline

from signspot.decoders import decode
from signspot.predictions import Predictions
from signspot.timebase import Timebase


def of_rows(labels: list[int], stride: int = 1, last: int | None = None, probability: float = 0.9) -> Predictions:
    """Predictions that are as sure as that of the label of every row."""
    score = np.full((len(labels), 3), (1 - probability) / 2, np.float32)
    score[np.arange(len(labels)), labels] = probability
    return Predictions(score, 0, stride * len(labels) - 1 if last is None else last, stride, Timebase(25))


def found(predictions: Predictions, **options: float) -> list[tuple[int, int, int]]:
    return [(s.class_id, s.first, s.last) for s in decode("runs", predictions, **options)]


def test_every_run_is_a_spotting_even_of_one_frame() -> None:
    predictions = of_rows([0, 1, 1, 2, 0, 1])
    assert found(predictions) == [(0, 1, 2), (1, 3, 3), (0, 5, 5)]
    assert found(predictions, min_frames=2) == [(0, 1, 2)]


def test_a_frame_has_the_label_of_the_nearest_row() -> None:
    """Rows stand for the frames 0, 4, 8 and 12; a frame between two rows has the label of the later one."""
    assert found(of_rows([0, 1, 2, 0], stride=4)) == [(0, 2, 5), (1, 6, 9)]
    assert found(of_rows([0, 0, 0, 1], stride=4)) == [(0, 10, 15)]


def test_the_score_is_the_mean_probability_over_the_frames() -> None:
    predictions = of_rows([0, 1, 1, 0], stride=2)
    predictions.score[2] = [0.1, 0.5, 0.4]
    (spotting,) = decode("runs", predictions)
    assert spotting.score == pytest.approx(0.7)
    assert found(predictions, threshold=0.69) == [(0, 1, 4)]
    assert found(predictions, threshold=0.71) == []


def test_of_equal_probabilities_the_lowest_class_wins() -> None:
    score = np.array([[0.5, 0.5, 0.0], [0.2, 0.4, 0.4], [0.2, 0.4, 0.4]], np.float32)
    assert found(Predictions(score, 7, 9, 1, Timebase(25))) == [(0, 8, 9)]


@given(st.integers(0, 1000))
def test_perfect_frames_give_back_a_timeline(seed: int) -> None:
    """A row of the made-up predictions knows the frame before its own, so that all comes one frame late."""
    timeline = random_timeline(np.random.default_rng(seed), 8, (1, 20), (1, 20))
    assert found(of_frames(timeline, 1)) == [(s.class_id, s.first + 1, s.last + 1) for s in timeline]

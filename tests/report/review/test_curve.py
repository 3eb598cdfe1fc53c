"""Scores over time as the page knows them: no peak is lost, and no video has more steps than a page can take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_runs import predictions_of

from signspot.predictions import Predictions
from signspot.report.review.curve import LEAST_STEP_MS, MOST_SIGNS, MOST_STEPS, ScoreCurve, score_curve
from signspot.timebase import Timebase


def test_a_step_keeps_the_likeliest_sign_of_its_rows() -> None:
    peaks = {1: (1, 0.3), 3: (2, 0.7), 5: (0, 0.456), 11: (3, 1.0)}
    curve = score_curve(predictions_of(peaks, 12))
    assert curve == ScoreCurve(0, 200.0, (70, 46, 100), (2, 0, 3), curve.signs)


def test_a_step_begins_at_the_first_of_its_rows() -> None:
    curve = score_curve(predictions_of({}, 10, first=50, stride=3, start_ms=4000))
    assert (curve.start_ms, curve.step_ms, len(curve.scores)) == (6000, 240.0, 5)


def test_rows_further_apart_than_a_step_have_one_each() -> None:
    curve = score_curve(predictions_of({1: (1, 0.5)}, 3, stride=8))
    assert curve == ScoreCurve(0, 320.0, (0, 50, 0), (0, 1, 0), curve.signs)


def test_each_sign_with_a_peak_has_scores_in_steps_of_its_own() -> None:
    signs = score_curve(predictions_of({1: (1, 0.3), 3: (2, 0.7), 5: (1, 1.0), 6: (0, 0.09)}, 8)).signs
    assert signs.step_ms == 40.0
    assert {class_id: list(scores) for class_id, scores in signs.scores.items()} == {
        1: [0, 76, 0, 0, 0, 255, 0, 0],
        2: [0, 0, 0, 178, 0, 0, 0, 0],
    }


def test_the_scores_of_signs_lose_no_peak_of_a_long_video() -> None:
    signs = score_curve(predictions_of({7001: (2, 0.8)}, 3 * MOST_STEPS)).signs
    assert (signs.step_ms, len(signs.scores[2])) == (120.0, MOST_STEPS)
    assert [i for i, score in enumerate(signs.scores[2]) if score] == [7001 // 3]


def test_of_many_signs_those_with_the_highest_peaks_are_kept() -> None:
    score = np.zeros((5, 101), np.float32)
    score[2, 1:] = np.linspace(0.2, 0.9, 100)
    predictions = Predictions(score, 0, 4, 1, Timebase())
    assert sorted(score_curve(predictions).signs.scores) == list(range(100 - MOST_SIGNS, 100))


@given(st.data(), st.integers(1, 400_000), st.integers(1, 8))
def test_a_peak_of_one_row_survives(data: st.DataObject, rows: int, stride: int) -> None:
    row = data.draw(st.integers(0, rows - 1))
    curve = score_curve(predictions_of({row: (3, 0.91)}, rows, stride=stride))
    assert len(curve.scores) == len(curve.class_ids) <= MOST_STEPS
    assert curve.step_ms >= LEAST_STEP_MS
    step = int(40 * stride * row // curve.step_ms)
    assert np.flatnonzero(curve.scores).tolist() == [step]
    assert (curve.scores[step], curve.class_ids[step]) == (91, 3)


@pytest.mark.parametrize(("rows", "steps"), [(0, 0), (1, 1), (15_000, 3000), (15_001, 2501), (300_000, 3000)])
def test_longer_videos_have_longer_steps(rows: int, steps: int) -> None:
    assert len(score_curve(predictions_of({}, rows)).scores) == steps

"""Scores over time as the page knows them: no peak is lost, and no video has more steps than a page can take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_runs import predictions_of

from signspot.report.review.curve import LEAST_STEP_MS, MOST_STEPS, ScoreCurve, score_curve


def test_a_step_keeps_the_likeliest_sign_of_its_rows() -> None:
    peaks = {1: (1, 0.3), 3: (2, 0.7), 5: (0, 0.456), 11: (3, 1.0)}
    curve = score_curve(predictions_of(peaks, 12))
    assert curve == ScoreCurve(0, 200.0, (70, 46, 100), (2, 0, 3))


def test_a_step_begins_at_the_first_of_its_rows() -> None:
    curve = score_curve(predictions_of({}, 10, first=50, stride=3, start_ms=4000))
    assert (curve.start_ms, curve.step_ms, len(curve.scores)) == (6000, 240.0, 5)


def test_rows_further_apart_than_a_step_have_one_each() -> None:
    curve = score_curve(predictions_of({1: (1, 0.5)}, 3, stride=8))
    assert curve == ScoreCurve(0, 320.0, (0, 50, 0), (0, 1, 0))


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

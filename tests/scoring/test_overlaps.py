"""Which pairs of intervals overlap, without a comparison of all pairs."""

import numpy as np
import pytest
from all_pairs import all_pairs_iou
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.scoring import THRESHOLDS, counts, official, strict
from signspot.scoring.counts import as_array, best_ious, overlaps

times = st.integers(0, 400) | st.floats(0, 400, width=32)
interval = st.tuples(st.integers(0, 2), times, st.integers(-3, 90) | st.just(0.001)).map(
    lambda row: (row[0], row[1], row[1] + row[2])
)
intervals = st.lists(interval, max_size=25).map(as_array)


@given(intervals, intervals, st.sampled_from([*THRESHOLDS, 1.0, 0.001]))
def test_it_is_that_of_all_pairs(truth: np.ndarray, predictions: np.ndarray, least: float) -> None:
    iou = all_pairs_iou(truth, predictions)
    assert (overlaps(truth, predictions, least).toarray() == np.where(iou >= least, iou, 0)).all()


@given(intervals, intervals)
def test_blocks_change_nothing(truth: np.ndarray, predictions: np.ndarray) -> None:
    whole = overlaps(truth, predictions, 0.2).toarray()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "BLOCK", 3)
        assert (overlaps(truth, predictions, 0.2).toarray() == whole).all()


@given(intervals, intervals)
def test_the_best_overlap_is_that_of_all_pairs(truth: np.ndarray, predictions: np.ndarray) -> None:
    iou = all_pairs_iou(truth, predictions)
    best, best_of_predictions = best_ious(truth, predictions)
    assert (best == iou.max(1, initial=0)).all() and (best_of_predictions == iou.max(0, initial=0)).all()


def test_an_interval_without_a_class_overlaps_none() -> None:
    nothing, sign = (np.array([[class_id, 0, 500]]) for class_id in (np.nan, 1.0))
    assert [best_ious(one, other) for one in (nothing, sign) for other in (nothing, sign)] == [(0, 0)] * 3 + [(1, 1)]


def test_the_best_overlap_of_many_rows_of_one_class() -> None:
    rows = np.array([(0, 40 * number, 40 * number + 500) for number in range(50_000)], float)
    assert (best_ious(rows, rows)[0] == 1).all()


def test_many_rows_in_one_video() -> None:
    rows = [(number % 60, 40 * number, 40 * number + 500) for number in range(100_000)]
    assert official({"a": rows}, {"a": rows})["f1"] == strict({"a": rows}, {"a": rows})["f1"] == 1


def test_rows_that_are_all_alike_are_refused() -> None:
    with pytest.raises(InputError, match=r"100000 signs and 20000 spottings, of which 2000000000 pairs"):
        strict({"a": [(0, 0, 500)] * 100_000}, {"a": [(0, 0, 500)] * 20_000})

"""The strict score: one-to-one, nothing dropped, nothing ignored."""

import logging
from itertools import permutations

import pytest
from all_pairs import all_pairs_iou
from hypothesis import given
from hypothesis import strategies as st

from signspot.scoring import official, strict
from signspot.scoring.counts import as_array
from signspot.scoring.strict import strict_rule

interval = st.tuples(st.integers(0, 1), st.integers(0, 100), st.integers(1, 60)).map(
    lambda r: (r[0], r[1], r[1] + r[2])
)
intervals = st.lists(interval, max_size=5)


def without_overlap(rows: list) -> list:
    kept, end = [], -1
    for row in sorted(rows, key=lambda row: row[1]):
        if row[1] >= end:
            kept.append(row)
            end = row[2]
    return kept


def test_one_prediction_serves_one_sign() -> None:
    truth = {"a": [(0, 0, 100), (0, 100, 200)]}
    score = {"a": [(0, 0, 200)]}
    assert (official(truth, score, [0.5])["tp"], strict(truth, score, [0.5])["tp"]) == (2, 1)
    assert official(truth, score, [0.5])["fp"] == -1
    assert strict(truth, score, [0.5])["fp"] == 0


def test_overlapping_predictions_are_all_used() -> None:
    truth = {"a": [(0, 0, 100)]}
    predictions = {"a": [(0, 0, 100), (0, 90, 300)]}
    assert (official(truth, predictions)["tp"], strict(truth, predictions)["tp"]) == (0, 13)


def test_matching_is_maximal_where_the_best_pair_first_would_not_be() -> None:
    truth = {"a": [(0, 0, 100), (0, 60, 160)]}
    predictions = {"a": [(0, 35, 125), (0, 61, 200)]}
    assert strict(truth, predictions, [0.4])["tp"] == 2


def test_predictions_in_unknown_videos_are_false_positives_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    truth = {"a": [(0, 0, 100)]}
    with caplog.at_level(logging.WARNING):
        score = strict(truth, truth | {"b": [(0, 0, 100), (1, 0, 100)]})
    assert (score["tp"], score["fp"], score["fn"]) == (13, 26, 0)
    assert "b" in caplog.text and "no truth" in caplog.text


def test_truth_without_predictions_is_missed() -> None:
    score = strict({"a": [(0, 0, 100)], "b": []}, {})
    assert (score["tp"], score["fp"], score["fn"], score["f1"]) == (0, 0, 13, 0.0)


@given(intervals, intervals, st.sampled_from([0.2, 0.5, 0.8]))
def test_matching_is_as_large_as_any(truth: list, predictions: list, threshold: float) -> None:
    iou = all_pairs_iou(as_array(truth), as_array(predictions))
    short, long = sorted(iou.shape)
    pairs = iou if iou.shape == (short, long) else iou.T
    best = max(sum(pairs[i, j] >= threshold for i, j in enumerate(order)) for order in permutations(range(long), short))
    assert strict_rule(as_array(truth), as_array(predictions), [threshold]).sum() == best


@given(intervals, intervals)
def test_strict_is_never_above_official_for_predictions_without_overlap(truth: list, predictions: list) -> None:
    truth, predictions = {"a": truth}, {"a": without_overlap(predictions)}
    lenient, severe = official(truth, predictions), strict(truth, predictions)
    assert severe["tp"] <= lenient["tp"] and severe["f1"] <= lenient["f1"] + 1e-12
    assert severe["fp"] >= 0 and severe["precision"] <= 1


@given(intervals, intervals, st.randoms(use_true_random=False))
def test_order_never_matters(truth: list, predictions: list, random) -> None:
    shuffled = strict({"a": random.sample(truth, len(truth))}, {"a": random.sample(predictions, len(predictions))})
    assert shuffled == strict({"a": truth}, {"a": predictions})

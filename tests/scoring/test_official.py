"""The official score against the organisers' program."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from all_pairs import all_pairs_iou
from hypothesis import given
from hypothesis import strategies as st

from signspot.scoring import THRESHOLDS, official, strict
from signspot.scoring.counts import found_in, summary

interval = st.tuples(st.integers(0, 2), st.integers(0, 300), st.integers(1, 60)).map(
    lambda r: (r[0], r[1], r[1] + r[2])
)
videos = st.dictionaries(st.sampled_from("abc"), st.lists(interval, max_size=8), min_size=1)


def apart(intervals: list) -> list:
    """The intervals that begin after the end of all earlier ones: as annotations and decoded segments are."""
    kept, end = [], -1
    for row in sorted(intervals, key=lambda row: row[1]):
        if row[1] > end:
            kept.append(row)
            end = row[2]
    return kept


@pytest.fixture(scope="module")
def reference(golden: Path) -> dict:
    return json.loads((golden / "scorer_cases.json").read_text())


def stable(case: dict) -> dict:
    return case["official"] if isinstance(case["official_stable"], str) else case["official_stable"]


def test_thresholds_are_the_organisers_floats(reference: dict) -> None:
    assert list(THRESHOLDS) == reference["thresholds"]


def test_counts_and_measures_are_the_organisers_with_a_stable_sort(reference: dict) -> None:
    assert len(reference["cases"]) == 37
    for case in reference["cases"]:
        score, expected = official(case["gt"], case["pred"]), stable(case)
        for key in ("tp", "fp", "fn"):
            assert [row[key] for row in score["per_threshold"]] == expected[f"per_threshold_{key}"], case["name"]
            assert score[key] == expected[f"sum_{key}"], case["name"]
        measured = [score[key] for key in ("precision", "recall", "f1")]
        assert measured == [expected[key] for key in ("precision", "recall", "f1")], case["name"]


def test_organisers_program_differs_only_where_its_sort_is_unstable(reference: dict) -> None:
    differing = [
        case for case in reference["cases"] if official(case["gt"], case["pred"])["f1"] != case["official"]["f1"]
    ]
    assert [case["name"] for case in differing] == ["random_24"]
    for case in differing:
        assert not case["order_independent"]
        assert any(len({start for _, start, _ in rows}) < len(rows) for rows in case["pred"].values())


def test_the_entrys_own_scorer_leaves_out_videos_without_predictions(reference: dict) -> None:
    """A missing video costs nothing there. Here, as in the organisers' program, all its signs are missed."""
    differing = {}
    for case in reference["cases"]:
        predicted = official({video: case["gt"][video] for video in case["pred"]}, case["pred"])
        if case["order_independent"]:
            assert predicted["f1"] == pytest.approx(case["vipl"]["f1"], abs=1e-12), case["name"]
        ours = official(case["gt"], case["pred"])["f1"]
        if ours != pytest.approx(case["vipl"]["f1"], abs=1e-12):
            differing[case["name"]] = ours, case["vipl"]["f1"]
    assert differing.keys() == {"random_10", "random_24", "video_missing_in_predictions"}
    assert differing["video_missing_in_predictions"] == (0.5, 1.0)


def test_the_organisers_baseline_also_matches_overlapping_predictions(reference: dict) -> None:
    """Its own scorer drops none of them, and leaves out videos without predictions."""
    differing = []
    for case in reference["cases"]:
        truth = {video: rows for video, rows in case["gt"].items() if video in case["pred"]}
        predictions = {video: case["pred"][video] for video in truth}
        found = found_in(_unfiltered, truth, predictions, truth, THRESHOLDS)
        score = summary(found, sum(map(len, predictions.values())), THRESHOLDS)
        theirs = case["baseline_no_filter"]
        assert [score[key] for key in ("tp", "fp", "fn")] == [theirs[f"sum_{key}"] for key in ("tp", "fp", "fn")]
        if official(case["gt"], case["pred"])["f1"] != theirs["f1"]:
            differing.append(case["name"])
    assert {"overlap_same_class_first_better", "overlap_chain", "contained_prediction"} < set(differing)


def _unfiltered(truth: np.ndarray, predictions: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    return all_pairs_iou(truth, predictions).max(1, initial=0.0)[:, None] >= np.asarray(thresholds)


def test_per_threshold_carries_the_round_iou() -> None:
    score = official({"a": [(0, 0, 100)]}, {"a": [(0, 0, 50)]})
    assert [row["iou"] for row in score["per_threshold"]] == [k / 100 for k in range(20, 81, 5)]
    assert [row["tp"] for row in score["per_threshold"]] == [1] * 7 + [0] * 6


def test_videos_without_truth_are_ignored() -> None:
    truth = {"a": [(0, 0, 100)]}
    assert official(truth, truth | {"b": [(0, 0, 100)]}) == official(truth, truth)


@given(videos)
def test_perfect_predictions_score_one(truth: dict) -> None:
    truth = {video: apart(rows) for video, rows in truth.items()}
    expected = 1.0 if any(truth.values()) else 0.0
    assert official(truth, truth)["f1"] == strict(truth, truth)["f1"] == expected


@given(videos, videos, st.randoms(use_true_random=False))
def test_order_of_predictions_does_not_matter_where_starts_differ(truth: dict, predictions: dict, random) -> None:
    distinct = {video: list({row[1]: row for row in rows}.values()) for video, rows in predictions.items()}
    shuffled = {video: random.sample(rows, len(rows)) for video, rows in distinct.items()}
    assert official(truth, shuffled) == official(truth, distinct)


@given(videos, videos)
def test_every_truth_is_found_or_missed_and_every_prediction_true_or_false(truth: dict, predictions: dict) -> None:
    score = official(truth, predictions)
    k = len(THRESHOLDS)
    assert score["tp"] + score["fn"] == k * sum(map(len, truth.values()))
    assert score["tp"] + score["fp"] == k * sum(len(predictions.get(video, ())) for video in truth)
    hits = [row["tp"] for row in score["per_threshold"]]
    assert hits == sorted(hits, reverse=True)
    assert np.isfinite([score[key] for key in ("f1", "precision", "recall")]).all()

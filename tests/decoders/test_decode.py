"""The published decoder against the reference, it and cells against perfect clip labels of random timelines."""

import json
from pathlib import Path

import numpy as np
import pytest
from timelines import CLASSES, as_predictions, painted, random_timeline

from signspot.decoders import decode
from signspot.errors import InputError
from signspot.labels.views import clip_labels, offsets
from signspot.predictions import Predictions
from signspot.spottings import Spotting, spottings_table
from signspot.timebase import Timebase

CASES = range(10)
DECODERS = ["published", "cells"]


def perfect(timeline: list[Spotting], stride: int, first: int = 0) -> Predictions:
    """Predictions that are sure of the clip labels of a timeline and of the distances to the ends of their runs."""
    labels = painted(timeline, timeline[-1].last + 21)
    clips = clip_labels(labels, stride, 8)
    span = {"first": first, "last": first + len(labels) - 1}
    return as_predictions(np.eye(CLASSES + 1)[clips] * 20, offsets(clips), stride=stride, **span)


@pytest.fixture(scope="module")
def cases(golden: Path) -> list[dict]:
    return json.loads((golden / "decode_cases.json").read_text())["cases"]


@pytest.fixture(scope="module")
def logits(golden: Path) -> dict[str, np.ndarray]:
    with np.load(golden / "decode_cases.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize("case", CASES)
def test_published_is_the_reference(cases: list[dict], logits: dict[str, np.ndarray], case: int) -> None:
    case = cases[case]
    span = {"stride": 4, "first": case["start_frame"], "last": case["end_frame"], "num_classes": 60}
    clips, offset = logits[f"logits_{case['index']:02}"], np.array(case["offsets"])
    spottings = decode("published", as_predictions(clips, offset, **span))
    assert painted(spottings, span["last"] + 1).tolist() == case["recog"]
    reference = zip(*case["segments"].values(), strict=True)
    assert [(s.class_id, s.first, s.last) for s in spottings] == [row for row in reference if row[0] >= 0]
    table = spottings_table({"v": spottings}, [str(i) for i in range(60)], {"v": Timebase(25)})
    assert table[["class_id", "start_ms", "end_ms"]].to_numpy().tolist() == case["submission"]
    unvoted = decode("published", as_predictions(clips, np.zeros_like(offset), **span))
    only_own = painted(unvoted, span["last"] + 1).tolist()
    assert only_own == case["recog_max_decode"], "a clip that votes for itself only keeps its class"


def test_all_reference_cases_are_tried(cases: list[dict]) -> None:
    assert len(cases) == len(CASES)


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_cells_follow_perfect_clips_nearly_without_bias(stride: int) -> None:
    truth = random_timeline(np.random.default_rng(stride), 400)
    errors = {}
    for name in DECODERS:
        spottings = decode(name, perfect(truth, stride))
        assert [s.class_id for s in spottings] == [s.class_id for s in truth]
        errors[name] = np.array([(s.first - t.first, s.last - t.last) for s, t in zip(spottings, truth, strict=True)])
    late = 0.5 if stride % 2 == 0 else 0.0
    np.testing.assert_allclose(errors["cells"].mean(0), [late, late], atol=0.25)
    assert np.abs(errors["cells"]).max() <= (stride + 1) // 2
    dilation = np.diff(errors["published"].mean(0))
    np.testing.assert_allclose(dilation, 8 - stride, atol=0.3)


@pytest.mark.parametrize("name", [*DECODERS, "frames", "runs"])
def test_frames_count_from_the_usable_range(name: str) -> None:
    truth = random_timeline(np.random.default_rng(0), 5)
    here, there = decode(name, perfect(truth, 4)), decode(name, perfect(truth, 4, first=100))
    assert there == [Spotting(s.class_id, s.first + 100, s.last + 100, s.score) for s in here]


def test_score_is_the_mean_probability_of_the_visible_rows() -> None:
    probabilities = np.array([[0.2, 0.8, 0.0], [0.4, 0.6, 0.0], [0.1, 0.0, 0.9], [0.98, 0.01, 0.01]])
    predictions = as_predictions(np.log(probabilities + 1e-12), np.zeros((4, 2)), stride=4, last=15, num_classes=2)
    spottings = decode("cells", predictions)
    assert [(s.class_id, s.first, s.last) for s in spottings] == [(0, 0, 5), (1, 6, 9)]
    assert [s.score for s in spottings] == pytest.approx([0.7, 0.9])


def test_a_vote_overrules_a_row_and_touching_runs_of_one_class_are_one_spotting() -> None:
    offset = np.array([[0, 4], [1, 3], [0, 0], [3, 1], [4, 0], [0, 0], [0, 0]], dtype=float)
    predictions = as_predictions(np.eye(3)[[1, 1, 2, 1, 1, 0, 0]] * 9, offset, stride=2, last=13, num_classes=2)
    (spotting,) = decode("cells", predictions)
    assert (spotting.class_id, spotting.first, spotting.last) == (0, 0, 8)
    assert spotting.score == pytest.approx(4 / 5, abs=1e-3)


@pytest.mark.parametrize("name", [*DECODERS, "frames"])
def test_without_distances_another_decoder_is_named(name: str) -> None:
    with pytest.raises(InputError, match=r"distances to the start and the end .* Take another decoder, such as runs"):
        decode(name, as_predictions(np.eye(6), None, stride=4, last=23))

"""Sums of recognisers: weights and accuracies are those of the reference, and no weight is tuned on test clips."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from golden_copies import COPIES
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_recognitions import recognitions

from signspot.errors import InputError
from signspot.recognition import Recognitions, Sum, fused, fusion, tuned_weights
from signspot.recognition.accuracy import per_instance, ranks

CASES = json.loads((COPIES / "fusion_cases.json").read_text(encoding="utf-8"))["cases"]
STEPNET = json.loads((COPIES / "stepnet_fusion_cases.json").read_text(encoding="utf-8"))["cases"]
NAMES = ("joints", "bones", "joint_motion", "bone_motion", "s3d")


def streams(scores: np.ndarray, label: np.ndarray, prefix: str = "clip") -> dict[str, Recognitions]:
    return {name: recognitions(one, label, prefix) for name, one in zip(NAMES, scores, strict=False)}


def percent(row: dict, *ks: int) -> list[float]:
    return [100 * row["per_instance"][f"top{k}"] for k in ks]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_weights_and_shares_are_those_of_the_reference(number: int) -> None:
    case = CASES[number]
    with np.load(COPIES / "fusion_cases.npz") as arrays:
        scores = arrays[f"case{number}_scores"]
    found = streams(scores, case["label"])
    assert scores.shape == (case["streams"], len(case["label"]), case["classes"])
    weights = tuned_weights(found)
    assert [50 * weight for weight in weights.values()] == pytest.approx(case["best_weights_in_fiftieths"])
    rows = fusion(found, [Sum(tuple(found)), Sum(tuple(found), tuple(weights.values()))])["rows"]
    assert [percent(row, 1)[0] for row in rows[:-2]] == pytest.approx(case["top1_of_each"])
    assert percent(rows[-2], 1, 5) == pytest.approx(case["plain_top1_top5"])
    assert percent(rows[-1], 1, 5) == pytest.approx(case["weighted_top1_top5"])


@pytest.mark.parametrize("case", STEPNET, ids=range(len(STEPNET)))
def test_fixed_weights_are_those_of_the_reference(case: dict) -> None:
    found = {name: recognitions(case[name], case["label"]) for name in ("rgb", "flow")}
    np.testing.assert_allclose(fused(found, {"rgb": 1, "flow": case["alpha"]}).logits, case["fused"], rtol=0, atol=1e-9)
    rows = fusion(found, [Sum(("rgb", "flow"), (1.0, case["alpha"]))])["rows"]
    assert [percent(row, 1)[0] for row in rows] == pytest.approx(case["top1_rgb_flow_fused"])
    assert [row["how"] for row in rows] == ["alone", "alone", "given"]


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 3), st.integers(2, 7), st.integers(1, 12), st.integers(0, 10**6))
def test_no_other_weights_are_better(count: int, classes: int, clips: int, seed: int) -> None:
    """Against a search without any shortcut, over scores in whole numbers, which tie often."""
    rng = np.random.default_rng(seed)
    scores, label = rng.integers(-3, 4, (count, clips, classes)), rng.integers(0, classes, clips)
    best = None
    for weights in product(range(51), repeat=count):
        if sum(weights) == 50:
            rank = ranks(np.tensordot(weights, scores, 1), label)
            key = ((rank < 1).sum(), (rank < 5).sum(), -sum(w * w for w in weights), weights)
            best = key if best is None else max(best, key)
    tuned = tuned_weights(streams(scores, label))
    assert tuple(round(50 * weight) for weight in tuned.values()) == best[-1]


@given(st.integers(0, 10**6), st.permutations(NAMES))
def test_the_order_of_streams_does_not_matter_to_a_sum(seed: int, order: list[str]) -> None:
    """Tenths are not exact numbers: without rounding, ties would depend on the order."""
    rng = np.random.default_rng(seed)
    found = streams(rng.integers(-9, 10, (5, 6, 4)) / 10, rng.integers(0, 4, 6))
    one, other = (fused(found, dict.fromkeys(names, 0.2)).logits for names in (NAMES, order))
    np.testing.assert_array_equal(one, other)


def test_the_table_has_every_stream_and_every_sum() -> None:
    rng = np.random.default_rng(0)
    label, seen = rng.integers(0, 6, 40), rng.integers(0, 6, 30)
    test = streams(rng.normal(size=(2, 40, 6)) + np.eye(6)[label], label)
    validation = streams(rng.normal(size=(2, 30, 6)) + np.eye(6)[seen], seen, "other")
    both = ("joints", "bones")
    told = fusion(test, [Sum(both), Sum(both, "tune"), Sum(both, (1.0, 0.0))], validation, ks=(1, 5))
    assert (told["clips"], told["tuned_on"]) == (40, {"clips": 30, "videos": 30})
    assert [(row["streams"], row["how"]) for row in told["rows"]] == [
        (["joints"], "alone"),
        (["bones"], "alone"),
        (["joints", "bones"], "plain"),
        (["joints", "bones"], "tuned"),
        (["joints", "bones"], "given"),
    ]
    weights = tuned_weights(validation)
    assert told["rows"][3]["weights"] == list(weights.values())
    rank = ranks(fused(test, weights).logits, label)
    assert told["rows"][3]["per_instance"] == per_instance(rank, (1, 5))
    assert told["rows"][4]["per_instance"] == told["rows"][0]["per_instance"]
    assert json.loads(json.dumps(told)) == told
    assert fusion(test, [Sum(both)], validation)["tuned_on"] is None


def test_clips_of_unknown_signs_are_left_out() -> None:
    scores = np.eye(3)[None].repeat(2, 0)
    told = fusion(streams(scores, [0, -1, 1]), [Sum(("joints", "bones"), "tune")], streams(scores, [0, 1, -1], "other"))
    assert (told["clips"], told["tuned_on"]) == (2, {"clips": 2, "videos": 2})
    assert percent(told["rows"][0], 1) == [50.0]


def test_all_weights_of_five_streams_are_tried_in_seconds() -> None:
    rng = np.random.default_rng(1)
    label = rng.integers(0, 40, 50)
    scores = rng.normal(size=(5, 50, 40)) + 2.5 * np.eye(40)[label]
    found = streams(scores, label)
    weights = tuned_weights(found)
    best = fused(found, weights)
    assert sum(weights.values()) == pytest.approx(1)
    for other in (dict.fromkeys(NAMES, 0.2), {"joints": 1.0}, {"s3d": 1.0}):
        assert (ranks(best.logits, label) < 1).sum() >= (ranks(fused(found, other).logits, label) < 1).sum()


MINE = streams(np.zeros((2, 3, 4)), np.array([0, 1, 2]))
OTHER_SIGNS = {**MINE, "bones": replace(MINE["bones"], signs=("S0", "S1", "NO", "S3"))}
MORE_SIGNS = {**MINE, "bones": recognitions(np.zeros((3, 5)), [0, 1, 2])}
OTHER_CLIPS = {**MINE, "bones": recognitions(np.zeros((3, 4)), [0, 1, 2], "else")}
FEWER_CLIPS = {**MINE, "bones": recognitions(np.zeros((2, 4)), [0, 1])}
UNKNOWN = streams(np.zeros((2, 3, 4)), np.array([-1, -1, -1]), "other")
VALIDATION = streams(np.zeros((2, 3, 4)), np.array([0, 1, 2]), "other")
MORE_VALIDATION = streams(np.zeros((2, 3, 5)), np.array([0, 1, 2]), "other")
BOTH = ("joints", "bones")


@pytest.mark.parametrize(
    ("test", "one", "validation", "message"),
    [
        (OTHER_SIGNS, Sum(BOTH), None, "class id 2 is 'S2' for joints, but 'NO' for bones"),
        (MORE_SIGNS, Sum(BOTH), None, "class id 4 is missing for joints, but 'S4' for bones"),
        (OTHER_CLIPS, Sum(BOTH), None, r"clip 0 is clip0 from 0 to 1000 ms \(S0\) for joints, but else0 from 0"),
        (FEWER_CLIPS, Sum(BOTH), None, r"clip 2 is clip2 .* for joints, but missing for bones"),
        (UNKNOWN, Sum(BOTH), None, "no test clip shows a sign of the vocabulary"),
        (MINE, Sum(BOTH, "tune"), None, "to be tuned on validation clips, and there are none of joints, bones"),
        (MINE, Sum(BOTH, "tune"), UNKNOWN, "to be tuned on validation clips, and none shows a sign"),
        (MINE, Sum(BOTH, "tune"), MINE, "clip0 from 0 to 1000 ms .* is a test clip and a validation clip"),
        (MINE, Sum(BOTH, "tune"), {"joints": VALIDATION["joints"]}, "and there are none of bones. Name a"),
        (MINE, Sum(BOTH, "tune"), MORE_VALIDATION, "class id 4 is missing for the test clips, but 'S4' for the valid"),
        (MINE, Sum(("joints", "hands")), None, "there is no stream 'hands'; there are joints, bones"),
        (MINE, Sum(("joints", "joints")), None, "the streams joints, joints, expected one at least, and each once"),
        (MINE, Sum(()), None, "the streams none"),
        (MINE, Sum(BOTH, "searched"), None, "'searched', expected plain, tune, or 2 numbers"),
        (MINE, Sum(BOTH, (1.0,)), None, r"\(1.0,\), expected plain, tune, or 2 numbers"),
        (MINE, Sum(BOTH, (1.0, -0.4)), None, "1.0, -0.4, expected 0 or more"),
        (MINE, Sum(BOTH, (0.0, 0.0)), None, "0.0, 0.0, expected 0 or more, and not all 0"),
        (MINE, Sum(BOTH, (1.0, float("nan"))), None, "1.0, nan, expected 0 or more"),
    ],
)
def test_mistakes_are_told(test: dict, one: Sum, validation: dict | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        fusion(test, [one], validation)


def test_too_many_streams_to_tune_are_told() -> None:
    with pytest.raises(InputError, match=r"6 streams .* 3,478,761 combinations of weights, of which at most 400,000"):
        tuned_weights({str(number): VALIDATION["joints"] for number in range(6)})

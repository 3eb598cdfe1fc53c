"""How often a recogniser is right, compared with the reference and with what must hold of every accuracy."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from golden_copies import COPIES
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_recognitions import recognitions

from signspot.errors import InputError, NotFinite
from signspot.recognition import accuracy
from signspot.recognition.accuracy import best_classes, confusions, per_class, per_instance, ranks

CASES = json.loads((COPIES / "islr_metric_cases.json").read_text(encoding="utf-8"))["cases"]


@st.composite
def scored(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Scores with many ties, and labels."""
    classes, clips = draw(st.integers(1, 7)), draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return rng.integers(-2, 3, (clips, classes)).astype(float), rng.integers(0, classes, clips)


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_shares_are_those_of_the_reference(case: dict) -> None:
    scores, label = np.array(case["score"]), np.array(case["label"])
    rank = ranks(scores, label)
    ks = (1, 2, 5)
    assert [100 * share for share in per_instance(rank, ks).values()] == pytest.approx(case["per_instance_top1_2_5"])
    assert [100 * share for share in per_class(rank, label, ks).values()] == pytest.approx(case["per_class_top1_2_5"])
    told = accuracy(recognitions(scores, label), trained=[], signers={}, ks=ks, resamples=1)
    without = [int(sign[1:]) for sign, share in told["per_sign"].items() if not share["clips"]]
    assert without == case["classes_without_samples"]
    assert told["per_class"] == per_class(rank, label, ks)


@given(scored())
def test_a_rank_is_the_place_among_the_best(case: tuple[np.ndarray, np.ndarray]) -> None:
    scores, label = case
    order = best_classes(scores, scores.shape[1])
    assert (np.take_along_axis(order, ranks(scores, label)[:, None], axis=1)[:, 0] == label).all()


@given(scored(), st.randoms())
def test_the_order_of_clips_does_not_matter(case: tuple[np.ndarray, np.ndarray], random: object) -> None:
    scores, label = case
    order = list(range(len(label)))
    random.shuffle(order)
    one, other = (
        accuracy(recognitions(s, y), trained=["S0"], signers={}, resamples=1, seed=0)
        for s, y in ((scores, label), (scores[order], label[order]))
    )
    for told in (one, other):
        del told["confidence_interval"]
    assert one.pop("per_class") == pytest.approx(other.pop("per_class"))
    assert one == other


@given(scored())
def test_more_signs_to_name_are_never_worse(case: tuple[np.ndarray, np.ndarray]) -> None:
    scores, label = case
    rank, ks = ranks(scores, label), range(1, scores.shape[1] + 3)
    for shares in (per_instance(rank, ks), per_class(rank, label, ks)):
        values = list(shares.values())
        assert values == sorted(values)
        assert values[scores.shape[1] - 1 :] == [1.0] * 3


@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 10**6))
def test_per_class_is_per_instance_where_signs_have_equally_many_clips(classes: int, each: int, seed: int) -> None:
    label = np.repeat(np.arange(classes), each)
    rank = ranks(np.random.default_rng(seed).integers(-2, 3, (len(label), classes)).astype(float), label)
    assert per_class(rank, label) == pytest.approx(per_instance(rank))


@given(scored())
def test_signs_confusions_and_signers_add_up(case: tuple[np.ndarray, np.ndarray]) -> None:
    scores, label = case
    told = accuracy(
        recognitions(scores, label),
        trained=[],
        signers={f"clip{number}": "pq"[number % 2] for number in range(len(label))},
        resamples=1,
    )
    right = told["per_instance"]["top1"] * len(label)
    for shares in (told["per_sign"], told["per_signer"]):
        assert sum(one["clips"] for one in shares.values()) == len(label)
        assert sum(one["clips"] * (one["top1"] or 0) for one in shares.values()) == pytest.approx(right)
    assert sum(pair["clips"] for pair in told["confusions"]) == pytest.approx(len(label) - right)


def test_confusions_begin_with_the_most_frequent() -> None:
    label, best = np.array([0, 0, 1, 2, 2, 2, 1]), np.array([1, 1, 1, 0, 0, 1, 2])
    assert confusions(best, label) == [(0, 1, 2), (2, 0, 2), (1, 2, 1), (2, 1, 1)]
    assert confusions(label, label) == []


def test_the_majority_names_the_signs_of_the_training_in_their_frequency() -> None:
    label = np.array([0, 1, 1, 2])
    trained = ["S2", "S1", "S1", "elsewhere"]
    told = accuracy(recognitions(np.zeros((4, 4)), label), trained=trained, signers={}, ks=(1, 2))
    assert told["majority"] == {
        "sign": "S1",
        "per_instance": {"top1": 0.5, "top2": 0.75},
        "per_class": pytest.approx({"top1": 1 / 3, "top2": 2 / 3}),
    }
    assert told["chance"] == {"top1": 0.25, "top2": 0.5}
    assert accuracy(recognitions(np.eye(2), [0, 1]), trained=[], signers={})["majority"] is None
    assert accuracy(recognitions(np.eye(2), [0, 1]), trained=[], signers={})["chance"]["top5"] == 1


def test_clips_of_unknown_signs_and_signers_are_left_out() -> None:
    told = accuracy(
        recognitions(np.eye(3), np.array([0, -1, 0])), trained=[], signers={"clip0": "p", "clip2": "", "clip9": "q"}
    )
    assert (told["clips"], told["signs"], told["signs_with_clips"]) == (2, 3, 1)
    assert told["per_signer"] == {"p": {"clips": 1, "top1": 1.0, "top2": 1.0, "top5": 1.0}}
    assert told["per_sign"]["S1"] == {"clips": 0, "top1": None, "top2": None, "top5": None}


@settings(deadline=None, max_examples=20)
@given(scored(), st.integers(0, 100))
def test_the_interval_holds_the_share_and_repeats(case: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    one = recognitions(*case)
    told, again = (accuracy(one, trained=[], signers={}, resamples=200, seed=seed) for _ in range(2))
    interval = told["confidence_interval"]
    assert 0 <= interval["low"] <= told["per_instance"]["top1"] <= interval["high"] <= 1
    assert told == again
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_the_interval_draws_whole_videos() -> None:
    one = recognitions(np.array([[1.0, 0.0]] * 10), np.array([0] * 5 + [1] * 5))
    whole = replace(one, clips=one.clips.assign(video="a"))
    apart, together = (accuracy(each, trained=[], signers={})["confidence_interval"] for each in (one, whole))
    assert apart["low"] < 0.5 < apart["high"]
    assert (together["low"], together["high"]) == (0.5, 0.5)


def test_nothing_to_score_and_wrong_numbers_are_told() -> None:
    with pytest.raises(InputError, match="no clip shows a sign of the vocabulary"):
        accuracy(recognitions(np.eye(2), np.array([-1, -1])), trained=[], signers={})
    with pytest.raises(InputError, match=r"\[1, 0\], expected one at least, and each 1 or more"):
        accuracy(recognitions(np.eye(2), np.array([0, 1])), trained=[], signers={}, ks=(1, 0))
    with pytest.raises(NotFinite, match="the recogniser gives numbers that are not finite"):
        recognitions(np.array([[0.0, np.nan]]), np.array([0]))
    with pytest.raises(ValueError, match="1 clips and 2 signs"):
        replace(recognitions(np.eye(2), np.array([0, 1])).labelled(), clips=recognitions(np.eye(1), [0]).clips)


def test_pytorch_is_not_imported() -> None:
    code = "import sys, signspot.recognition; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

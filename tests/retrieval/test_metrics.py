"""Ranks and what is told of them are those of the reference; ties are averaged."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from golden_copies import COPIES
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.retrieval import (
    combined,
    geometric_mean,
    retrieval_scores,
    text_to_video_ranks,
    video_to_text_ranks,
)
from signspot.retrieval.metrics import scores

CASES = json.loads((COPIES / "retrieval_metric_cases.json").read_text(encoding="utf-8"))["cases"]
COMBINATIONS = json.loads((COPIES / "combination_cases.json").read_text(encoding="utf-8"))["cases"]


def expect(similarity: np.ndarray, case: dict) -> None:
    """The scores of both directions are those of a case of the reference."""
    found = retrieval_scores(similarity, ks=(1, 5, 10, 50))
    for ours, theirs in (("text_to_video", "t2v"), ("video_to_text", "v2t")):
        told = dict(found[ours])
        assert told.pop("gallery") == len(similarity)
        told["geometric_mean_R1-R5-R10"] = geometric_mean(told)
        assert told == pytest.approx(case[theirs])


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_scores_are_those_of_the_reference(case: dict) -> None:
    expect(np.array(case["similarity"]), case)


@pytest.mark.parametrize("case", COMBINATIONS, ids=range(len(COMBINATIONS)))
def test_the_combination_is_that_of_the_reference(case: dict) -> None:
    found = combined(np.array(case["recognition"]), np.array(case["cross_modal"]))
    np.testing.assert_allclose(found, case["combined"], rtol=0, atol=1e-12)
    expect(found, case)


def test_only_searches_of_the_same_sentences_are_combined() -> None:
    with pytest.raises(InputError, match=r"of 2 texts and 3 videos, .* of 3 and 3\. Compute both"):
        combined(np.zeros((2, 3)), np.zeros((3, 3)))


@given(st.integers(1, 30), st.integers(1, 30), st.floats(-1, 1), st.integers(0, 99))
def test_a_similarity_without_information_is_chance(texts: int, videos: int, value: float, seed: int) -> None:
    texts = max(texts, videos)
    video = np.random.default_rng(seed).permutation(np.arange(texts) % videos)
    similarity = np.full((texts, videos), value)
    assert (text_to_video_ranks(similarity, video) == (videos + 1) / 2).all()
    assert (video_to_text_ranks(similarity, video) == (texts + 1) / 2).all()


@given(st.integers(1, 12), st.integers(0, 10**6))
def test_the_order_of_texts_and_videos_does_not_count(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    similarity = rng.integers(0, 4, (count, count))
    texts, videos = rng.permutation(count), rng.permutation(count)
    moved = similarity[np.ix_(texts, videos)]
    video_of_text = np.argsort(videos)[texts]
    t2v, v2t = text_to_video_ranks(moved, video_of_text), video_to_text_ranks(moved, video_of_text)
    np.testing.assert_array_equal(t2v, text_to_video_ranks(similarity)[texts])
    np.testing.assert_array_equal(v2t, video_to_text_ranks(similarity)[videos])


@given(st.integers(1, 12), st.integers(0, 10**6))
def test_ranks_count_the_better_ones_and_half_of_the_equal_ones(count: int, seed: int) -> None:
    similarity = np.random.default_rng(seed).integers(0, 4, (count, count))
    for item, rank in enumerate(text_to_video_ranks(similarity)):
        row = similarity[item]
        assert rank == 1 + (row > row[item]).sum() + ((row == row[item]).sum() - 1) / 2


def test_a_tied_first_place_is_no_hit() -> None:
    found = retrieval_scores(np.array([[1.0, 1.0], [0.0, 1.0]]))["text_to_video"]
    assert found == {"R1": 50.0, "R5": 100.0, "R10": 100.0, "MedR": 1.25, "MeanR": 1.25, "gallery": 2}


def test_a_tie_across_the_fifth_place_is_a_hit_at_five_as_published() -> None:
    similarity = np.array([[0.5, 0.5, 0.9, 0.9, 0.9, 0.9, 0.1]])
    (rank,) = text_to_video_ranks(similarity, [0])
    assert (rank, scores(np.array([rank]), 7)["R5"]) == (5.5, 100.0)


def test_directions_differ() -> None:
    similarity = np.array([[0.9, 0.8, 0.7], [0.95, 0.1, 0.0], [0.99, 0.2, 0.9]])
    assert text_to_video_ranks(similarity).tolist() == [1, 2, 2]
    assert video_to_text_ranks(similarity).tolist() == [3, 3, 1]


def test_of_several_texts_of_a_video_the_best_counts() -> None:
    similarity = np.array([[0.1, 0.2], [0.9, 0.3], [0.5, 0.4]])
    found = retrieval_scores(similarity, [0, 0, 1])
    assert text_to_video_ranks(similarity, [0, 0, 1]).tolist() == [2, 1, 2]
    assert video_to_text_ranks(similarity, [0, 0, 1]).tolist() == [1, 1]
    assert (found["text_to_video"]["gallery"], found["video_to_text"]["gallery"]) == (2, 3)


def test_similarities_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="not finite"):
        retrieval_scores(np.array([[math.nan]]))


@pytest.mark.parametrize(
    ("shape", "video_of_text"), [((0, 0), None), ((3, 2), None), ((2, 2), [0, 2]), ((2, 2), [0, -1]), ((2, 2), [0])]
)
def test_texts_without_their_video_are_refused(shape: tuple[int, int], video_of_text: list[int] | None) -> None:
    with pytest.raises(InputError, match="for each text the number of its video"):
        retrieval_scores(np.zeros(shape), video_of_text)


def test_videos_without_a_text_are_refused() -> None:
    with pytest.raises(InputError, match=r"video 1 has no text\. Give every video a text"):
        retrieval_scores(np.zeros((2, 3)), [0, 2])


def test_nothing_here_needs_pytorch() -> None:
    program = "import sys, signspot.retrieval; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

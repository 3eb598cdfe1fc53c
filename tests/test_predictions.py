"""Predictions: from logits, to files and back, and their means."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from timelines import of_frames, random_timeline

from signspot.decoders import decode
from signspot.errors import InputError, NotFinite
from signspot.predictions import (
    Candidates,
    Predictions,
    from_logits,
    mean_predictions,
    read_predictions,
    score_of_rate,
    write_predictions,
)
from signspot.timebase import Timebase

SPOTTER = {"spotter": "bilstm", "weights_sha256": "ab", "kind": "bilstm"}


def made_up(rows: int = 5, stride: int = 4, offset: bool = True, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    score = rng.dirichlet(np.ones(4), rows).astype(np.float32)
    distances = rng.uniform(0, 4, (rows, 2)).astype(np.float32) if offset else None
    return Predictions(score, 10, 9 + stride * rows, stride, Timebase(25, 40), distances)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_file_of_scores_that_are_not_finite_is_named(tmp_path: Path, value: float) -> None:
    predictions = made_up()
    predictions.score[2, 1] = value
    write_predictions(predictions, tmp_path / "v.h5", SPOTTER)
    with pytest.raises(NotFinite, match=r"v\.h5: the spotter gives numbers that are not finite"):
        read_predictions(tmp_path / "v.h5")


def test_logits_become_probabilities() -> None:
    score = from_logits(np.log(np.array([[1, 2, 5], [4, 4, 2]], np.float32)), 2)
    np.testing.assert_allclose(score, [[0.125, 0.25, 0.625], [0.4, 0.4, 0.2]], rtol=1e-6)
    assert score.dtype == np.float32


def test_classes_beyond_the_vocabulary_are_background() -> None:
    score = from_logits(np.log(np.array([[1, 2, 5], [2, 5, 3]], np.float32)), 1)
    np.testing.assert_allclose(score, [[0.625, 0.25], [0.3, 0.5]], rtol=1e-6)


LOGITS = hnp.arrays(np.float32, st.tuples(st.integers(0, 20), st.just(7)), elements=st.integers(-3000, 3000))


@given(LOGITS, st.integers(1, 6))
def test_the_most_likely_class_stays_the_most_likely(logits: np.ndarray, num_classes: int) -> None:
    """Logits of hundredths: no closer than a float32 can tell."""
    score = from_logits(logits / np.float32(100), num_classes)
    label = logits.argmax(1)
    label[(logits[:, num_classes + 1 :] == logits.max(1, initial=-np.inf, keepdims=True)).any(1)] = 0
    assert score.shape == (len(logits), num_classes + 1)
    assert (score >= 0).all()
    assert (score <= 1).all()
    np.testing.assert_array_equal(score.argmax(1), label)


@pytest.mark.parametrize("offset", [True, False])
def test_a_file_gives_back_what_was_written(tmp_path: Path, offset: bool) -> None:
    written = made_up(offset=offset)
    write_predictions(written, tmp_path / "v.h5", SPOTTER)
    read = read_predictions(tmp_path / "v.h5")
    assert replace(read, score=None, offset=None) == replace(written, score=None, offset=None)
    np.testing.assert_array_equal(read.score, written.score)
    np.testing.assert_array_equal(read.frame, [10, 14, 18, 22, 26])
    assert (read.offset is None) == (written.offset is None)
    if offset:
        np.testing.assert_array_equal(read.offset, written.offset)


def candidates(*rows: tuple[int, int, int, float]) -> Candidates:
    """Class id, first and last frame, score of each."""
    table = np.array(rows, float).reshape(len(rows), 4)
    return Candidates(*table[:, :3].astype(np.int32).T, table[:, 3].astype(np.float32))


def as_rows(found: Candidates) -> list[tuple[int, int, int, float]]:
    columns = (found.class_id, found.first, found.last, found.score)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("rows", [[(1, 12, 19, 0.5), (0, 10, 29, 0.25)], []])
def test_a_file_gives_back_the_candidates(tmp_path: Path, rows: list[tuple[int, int, int, float]]) -> None:
    write_predictions(replace(made_up(), candidates=candidates(*rows)), tmp_path / "v.h5", SPOTTER)
    read = read_predictions(tmp_path / "v.h5").candidates
    assert as_rows(read) == rows
    assert (read.class_id.dtype, read.first.dtype, read.score.dtype) == (np.int32, np.int32, np.float32)
    write_predictions(made_up(), tmp_path / "w.h5", SPOTTER)
    assert read_predictions(tmp_path / "w.h5").candidates is None


def test_candidates_that_are_not_whole_are_named(tmp_path: Path) -> None:
    path = tmp_path / "v.h5"
    found = replace(candidates((1, 12, 19, 0.5), (0, 10, 29, 0.25)), last=np.array([19], np.int32))
    write_predictions(replace(made_up(), candidates=found), path, SPOTTER)
    with pytest.raises(InputError, match=r"v\.h5: its candidates are not whole\. Delete it"):
        read_predictions(path)


def test_candidates_have_no_mean() -> None:
    one = replace(made_up(), candidates=candidates((1, 12, 19, 0.5)))
    assert mean_predictions([one, one], [1, 1], "v").candidates is None


@st.composite
def candidate_rows(draw: st.DrawFn) -> tuple[int, int, int, float]:
    first = draw(st.integers(0, 60))
    return draw(st.integers(0, 3)), first, first + draw(st.integers(0, 30)), draw(st.floats(0, 1, width=16))


@given(st.lists(candidate_rows(), max_size=12), st.floats(0, 0.9))
def test_of_candidates_that_overlap_the_best_ones_are_kept(
    rows: list[tuple[int, int, int, float]], shared: float
) -> None:
    """A kept one overlaps no kept one; one that is not kept overlaps a kept one that is no worse."""

    def overlap(one: tuple[int, int, int, float], other: tuple[int, int, int, float]) -> bool:
        common = min(one[2], other[2]) + 1 - max(one[1], other[1])
        return common > shared * (min(one[2] - one[1], other[2] - other[1]) + 1)

    kept = as_rows(candidates(*rows).without_overlaps(shared))
    assert not any(overlap(one, other) for number, one in enumerate(kept) for other in kept[:number])
    for one in rows:
        assert one in kept or any(overlap(one, other) and other[3] >= one[3] for other in kept)


def test_scores_fall_with_the_rate_of_false_alarms() -> None:
    assert score_of_rate(0) == 1
    assert score_of_rate(6) == 0.5
    assert score_of_rate(18) == 0.25


def test_a_mean_weighs_scores_and_the_distances_that_there_are() -> None:
    one, other = made_up(seed=1), made_up(seed=2, offset=False)
    mean = mean_predictions([one, other], [3, 1], "v")
    np.testing.assert_allclose(mean.score, 0.75 * one.score + 0.25 * other.score, rtol=1e-6)
    np.testing.assert_array_equal(mean.offset, one.offset)
    assert mean_predictions([other, other], [1, 1], "v").offset is None
    assert mean_predictions([one, other], [0, 1], "v").offset is None


def test_rows_of_another_stride_stand_for_the_frames_nearest_to_theirs() -> None:
    coarse, fine = made_up(rows=3, stride=4), made_up(rows=12, stride=1)
    mean = mean_predictions([coarse, fine], [1, 0], "v")
    assert mean.stride == 1
    np.testing.assert_array_equal(mean.score, coarse.score[[0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]])
    np.testing.assert_allclose(mean.offset[5], coarse.offset[1] * 4 + 1.5 + [1, -1], rtol=1e-6)


def test_members_of_an_ensemble_predict_the_same_part_of_a_video() -> None:
    with pytest.raises(InputError, match=r"predictions of v: the spotters disagree"):
        mean_predictions([made_up(), replace(made_up(), last=33)], [1, 1], "v")


@pytest.mark.parametrize("stride", [2, 4])
def test_boundaries_stay_where_they_are_at_a_smaller_stride(stride: int) -> None:
    """A member without weight, which predicts every frame, changes the rows only."""
    timeline = random_timeline(np.random.default_rng(stride), 10)
    coarse, fine = of_frames(timeline, stride), of_frames(timeline, 1)
    mean = mean_predictions([coarse, replace(fine, offset=None)], [1, 0], "v")
    spottings = decode("frames", mean)
    assert [s.class_id for s in spottings] == [s.class_id for s in timeline]
    errors = [(s.first - t.first, s.last - t.last) for s, t in zip(spottings, timeline, strict=True)]
    assert np.abs(errors).max() <= stride / 2

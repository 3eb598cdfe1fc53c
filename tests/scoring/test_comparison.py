"""Runs compared on the same videos: what the intervals say, and that they say it of pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.scoring import official, score_intervals, strict
from signspot.scoring.comparison import FEWEST, compare
from signspot.scoring.counts import Intervals

SIGNS = {0: "HOUSE", 1: "TREE", 2: "BOAT"}
VIDEOS = [f"v{number}" for number in range(8)]
interval = st.tuples(st.integers(0, 2), st.integers(0, 8), st.integers(1, 4)).map(
    lambda one: (one[0], 100 * one[1], 100 * (one[1] + one[2]))
)
by_video = st.fixed_dictionaries({video: st.lists(interval, max_size=4) for video in VIDEOS})


def truth_of(videos: int) -> Intervals:
    return {f"v{number}": [(0, 0, 1000), (1, 2000, 3000)] for number in range(videos)}


def half(truth: Intervals) -> Intervals:
    """Only the first sign of each video is found."""
    return {video: rows[:1] for video, rows in truth.items()}


@settings(max_examples=30)
@given(truth=by_video, spotted=by_video, seed=st.integers(0, 99))
def test_a_run_does_not_differ_from_itself(truth: Intervals, spotted: Intervals, seed: int) -> None:
    for one in compare(truth, {"a": spotted, "b": spotted}, SIGNS, {}, 50, seed).runs[1].differences.values():
        assert (one.f1, one.low, one.high, one.differs) == (0, 0, 0, False)


@settings(max_examples=30)
@given(truth=by_video, one=by_video, other=by_video, seed=st.integers(0, 99))
def test_exchanged_runs_have_the_opposite_difference(
    truth: Intervals, one: Intervals, other: Intervals, seed: int
) -> None:
    there = compare(truth, {"a": one, "b": other}, SIGNS, {}, 50, seed).runs[1].differences
    back = compare(truth, {"b": other, "a": one}, SIGNS, {}, 50, seed).runs[1].differences
    for score, found in there.items():
        assert found.f1 == -back[score].f1
        assert (found.low, found.high) == pytest.approx((-back[score].high, -back[score].low), abs=1e-12)
        assert found.differs == back[score].differs


@settings(max_examples=30)
@given(truth=by_video, one=by_video, other=by_video)
def test_differences_are_those_of_the_scores(truth: Intervals, one: Intervals, other: Intervals) -> None:
    runs = compare(truth, {"a": one, "b": other}, SIGNS, {}, 10).runs
    for name, score in (("official", official), ("strict", strict)):
        first, second = score(truth, one), score(truth, other)
        assert getattr(runs[0], name) == first and getattr(runs[1], name) == second
        assert runs[1].differences[name].f1 == pytest.approx(second["f1"] - first["f1"])


def test_the_same_videos_are_drawn_for_both_runs() -> None:
    """Each video is easy or hard for both, and the second run finds a little more in each: paired, that shows."""
    truth = {f"v{number}": [(0, 1000 * sign, 1000 * sign + 900) for sign in range(20)] for number in range(30)}
    first = {video: rows[: (2, 17)[number % 2]] for number, (video, rows) in enumerate(truth.items())}
    second = {video: rows[: (4, 19)[number % 2]] for number, (video, rows) in enumerate(truth.items())}
    comparison = compare(truth, {"a": first, "b": second}, SIGNS, {})
    one, other = (run.confidence_interval for run in comparison.runs)
    assert one["high"] > other["low"], "the intervals of the runs overlap"
    assert comparison.runs[1].differences["official"].differs


@pytest.mark.parametrize(("videos", "differs"), [(1, None), (FEWEST - 1, None), (FEWEST, True)])
def test_few_videos_tell_nothing(videos: int, differs: bool | None) -> None:
    truth = truth_of(videos)
    found = compare(truth, {"a": half(truth), "b": truth}, SIGNS, {}).runs[1].differences["official"]
    assert found.differs is differs
    assert ("nothing can be said" in found.verdict) == (differs is None)


def test_a_gain_in_half_of_the_videos_and_a_loss_in_the_others_is_none() -> None:
    truth = truth_of(20)
    first = {video: rows[:1] if int(video[1:]) % 2 else rows for video, rows in truth.items()}
    second = {video: rows if int(video[1:]) % 2 else rows[:1] for video, rows in truth.items()}
    found = compare(truth, {"a": first, "b": second}, SIGNS, {}).runs[1].differences["official"]
    assert found.f1 == 0 and found.low < 0 < found.high
    assert (found.differs, found.verdict) == (False, "no difference is shown")


def test_signs_and_signers_are_those_of_the_scores_with_the_largest_spread_first() -> None:
    truth = truth_of(6)
    signers = {video: ("ann", "bob")[int(video[1:]) % 2] for video in truth}
    runs = {"a": half(truth), "b": truth, "c": {}}
    comparison = compare(truth, runs, SIGNS, signers)
    alone = {run: score_intervals(truth, of, SIGNS, signers) for run, of in runs.items()}
    assert [(part.name, part.truth, part.spread) for part in comparison.signs] == [("HOUSE", 6, 1), ("TREE", 6, 1)]
    assert [part.name for part in comparison.signers] == ["ann", "bob"]
    for key, parts in (("per_sign", comparison.signs), ("per_signer", comparison.signers)):
        for part in parts:
            assert part.f1 == {run: of[key][part.name]["f1"] for run, of in alone.items()}
    assert compare(truth, runs, SIGNS, dict.fromkeys(truth, "ann")).signers == []


def test_the_largest_spread_comes_first() -> None:
    truth = truth_of(6)
    trees = {video: rows[1:] for video, rows in truth.items()}
    assert [part.name for part in compare(truth, {"a": trees, "b": truth}, SIGNS, {}).signs] == ["HOUSE", "TREE"]
    assert [part.name for part in compare(truth, {"a": half(truth), "b": truth}, SIGNS, {}).signs] == ["TREE", "HOUSE"]


def test_spottings_of_other_videos_and_annotations_of_other_signs_do_not_count() -> None:
    truth = truth_of(6)
    spotted = truth | {"elsewhere": [(0, 0, 500)]}
    annotated = {video: [*rows, (9, 5000, 6000)] for video, rows in truth.items()}
    run = compare(annotated, {"a": spotted, "b": spotted}, SIGNS, {}).runs[0]
    assert run.official["f1"] == run.strict["f1"] == 1


def test_what_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="no video"):
        compare({}, {"a": {}, "b": {}}, SIGNS, {})
    with pytest.raises(InputError, match="class id 7"):
        compare(truth_of(6), {"a": {"v1": [(7, 0, 100)]}, "b": {}}, SIGNS, {})


def test_the_seed_repeats_the_draws() -> None:
    truth = truth_of(12)
    random = np.random.default_rng(0)
    runs = {
        name: {video: [row for row in rows if random.random() < 0.6] for video, rows in truth.items()} for name in "ab"
    }
    assert compare(truth, runs, SIGNS, {}, seed=1) == compare(truth, runs, SIGNS, {}, seed=1)
    assert compare(truth, runs, SIGNS, {}, seed=1).runs != compare(truth, runs, SIGNS, {}, seed=2).runs

"""The decoder of spotters that find intervals themselves; what holds for every decoder is elsewhere."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.decoders import decode
from signspot.errors import InputError
from signspot.predictions import Candidates, Predictions, score_of_rate
from signspot.spottings import Spotting
from signspot.timebase import Timebase

Row = tuple[int, int, int, float]


def predicted(*rows: Row) -> Predictions:
    """The predictions of a video of 100 frames: class id, first and last frame, score of its candidates."""
    table = np.array(rows, float).reshape(len(rows), 4)
    found = Candidates(*table[:, :3].astype(np.int32).T, table[:, 3].astype(np.float32))
    return Predictions(np.zeros((25, 4), np.float32), 0, 99, 4, Timebase(25), candidates=found)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    first = draw(st.integers(0, 90))
    return draw(st.integers(0, 2)), first, draw(st.integers(first, 99)), draw(st.floats(0, 1, width=32))


RATES = st.floats(0.01, 500)


@given(st.lists(rows(), max_size=15), RATES, RATES)
def test_more_admitted_false_alarms_give_no_fewer_spottings(found: list[Row], one: float, other: float) -> None:
    few, many = sorted([one, other])
    counts = [len(decode("candidates", predicted(*found), false_alarms_per_minute=rate)) for rate in (few, many)]
    assert counts[0] <= counts[1]


@given(st.lists(rows(), max_size=15), RATES)
def test_every_spotting_is_part_of_a_candidate_that_is_good_enough(found: list[Row], rate: float) -> None:
    for one in decode("candidates", predicted(*found), false_alarms_per_minute=rate):
        assert one.score >= score_of_rate(rate)
        assert any(
            (class_id, np.float32(score)) == (one.class_id, one.score) and first <= one.first and one.last <= last
            for class_id, first, last, score in found
        )


def test_the_better_of_two_that_overlap_is_kept() -> None:
    predictions = predicted((0, 10, 29, 0.6), (1, 15, 34, 0.9), (2, 60, 79, 0.7))
    assert [(one.class_id, one.first, one.last) for one in decode("candidates", predictions)] == [
        (1, 15, 34),
        (2, 60, 79),
    ]


def test_the_better_of_two_that_share_a_little_keeps_the_shared_frames() -> None:
    predictions = predicted((0, 10, 29, 0.75), (1, 27, 46, 0.875))
    assert decode("candidates", predictions) == [Spotting(0, 10, 26, 0.75), Spotting(1, 27, 46, 0.875)]
    assert [one.class_id for one in decode("candidates", predictions, overlap=0.1)] == [1]


def test_a_frame_parts_equal_signs() -> None:
    spottings = decode("candidates", predicted((0, 10, 29, 0.9), (0, 30, 49, 0.8)))
    assert [(one.first, one.last) for one in spottings] == [(10, 29), (31, 49)]


def test_candidates_at_the_admitted_rate_are_kept() -> None:
    predictions = predicted((0, 10, 29, 0.5), (1, 50, 69, 0.49))
    assert [one.class_id for one in decode("candidates", predictions)] == [0]
    assert [one.class_id for one in decode("candidates", predictions, false_alarms_per_minute=7)] == [0, 1]
    assert decode("candidates", predictions, false_alarms_per_minute=5) == []


def test_a_spotter_without_candidates_is_told_which_decoders_there_are() -> None:
    with pytest.raises(InputError, match=r"the spotter finds none\. Take cells, frames, published or runs"):
        decode("candidates", replace(predicted(), candidates=None))


@pytest.mark.parametrize(
    "options",
    [
        {"false_alarms_per_minute": 0},
        {"false_alarms_per_minute": -1.0},
        {"false_alarms_per_minute": float("nan")},
        {"overlap": 1.0},
        {"overlap": -0.1},
    ],
)
def test_values_out_of_range_are_named(options: dict[str, float]) -> None:
    [value] = options.values()
    with pytest.raises(InputError, match=rf"{next(iter(options))}.* {value}.*Correct"):
        decode("candidates", predicted((0, 10, 29, 0.9)), **options)

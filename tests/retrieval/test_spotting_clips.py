"""Training clips about a spotting are those of the reference, and lie in their video."""

import json

import numpy as np
import pytest
from golden_copies import COPIES
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import InputError
from signspot.retrieval import CENTRE, DICTIONARY, MOUTHING, Reach

CASES = json.loads((COPIES / "spot_window_cases.json").read_text(encoding="utf-8"))["cases"]
REACHES = {"mouthing": MOUTHING, "dictionary": DICTIONARY, "centre": CENTRE}


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_clips_are_those_of_the_reference(case: dict) -> None:
    reach = REACHES[case["kind"]]
    assert [case["time"] - reach.before, case["time"] + reach.after] == case["window_first_last"]
    starts = reach.starts(case["time"], case["frames"])
    assert [starts[0], starts[-1]] == case["clip_start_min_max"]


def test_clips_about_a_centre_hold_it_near_their_middle() -> None:
    assert CENTRE.starts(100, 500) == range(87, 98)


@given(st.sampled_from(list(REACHES.values())), st.integers(1, 80), st.data())
def test_clips_lie_in_the_video(reach: Reach, frames: int, data: st.DataObject) -> None:
    frame = data.draw(st.integers(0, frames - 1))
    starts = reach.starts(frame, frames)
    assert len(starts) >= 1 and starts[0] >= 0 and starts.step == 1
    assert starts[-1] + 16 <= max(frames, 16)
    assert len(starts) <= reach.before + reach.after + 1 - 15
    assert any(start <= frame < start + 16 for start in starts)


def test_all_clips_are_drawn_alike() -> None:
    rng = np.random.default_rng(0)
    drawn = [DICTIONARY.draw(100, 500, rng) for _ in range(2200)]
    counts = np.bincount(drawn)[97:]
    assert len(counts) == 11 and counts.min() > 140 and counts.max() < 260


@pytest.mark.parametrize("frame", [-1, 500])
def test_a_spotting_outside_its_video_is_refused(frame: int) -> None:
    with pytest.raises(InputError, match=rf"frame {frame} lies outside its video of 500 frames"):
        MOUTHING.starts(frame, 500)

"""windows: runs of windows that are sure of a sign, compared with the numbers of the challenge's baseline."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from signspot.decoders import decode
from signspot.decoders.windows import window_runs
from signspot.predictions import Predictions
from signspot.timebase import Timebase

WINDOW = 10
PUBLISHED = {"threshold": 0.75, "close": 3, "min_windows": 6}


def predictions(windows: Sequence[Sequence[float]], length: int = WINDOW, first: int = 0) -> Predictions:
    """One row per frame: the windows about their frames, and none where no whole window lies."""
    signs = np.array(windows, np.float32)
    before, after = length // 2, length - length // 2 - 1
    score = np.pad(signs, ((before, after), (1, 0)))
    score[:, 0] = 1 - score[:, 1:].max(1)
    return Predictions(score, first, first + len(score) - 1, 1, Timebase(25))


def rows(found: Predictions, **options: float) -> list[list[int]]:
    """Class, start and end in ms, in the order of the reference."""
    spottings = decode("windows", found, **{"overlap": 1.0} | options)
    return sorted([one.class_id, *found.timebase.ms_of(one.first, one.last)] for one in spottings)


def line(text: str, sure: float = 0.9) -> Predictions:
    """Windows of one class, sure of it where the text has an x."""
    return predictions([[sure if letter == "x" else 0.1] for letter in text])


def lasts(found: Predictions, **options: float) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in decode("windows", found, **options)]


@pytest.mark.parametrize("index", range(6))
def test_runs_are_those_of_the_baseline_and_one_at_the_end_is_kept(golden: Path, index: int) -> None:
    """Published runs that are open at the last window are lost."""
    case = json.loads((golden / "baseline_decode_cases.json").read_text(encoding="utf-8"))["cases"][index]
    end = 40 * (len(case["softmax"]) - 1) + 200
    found = rows(predictions(case["softmax"]))
    assert [row for row in found if row[2] != end] == sorted(case["rows_class_start_ms_end_ms"])
    runs = window_runs(np.array(case["softmax"]), **PUBLISHED)
    assert [[c, 40 * start, 40 * last + 200] for c, start, last in runs] == found
    # What is intended beside the published rows: the last five windows at least are sure of these.
    at_the_end = [row[0] for row in found if row[2] == end]
    assert at_the_end == {0: [0], 2: [0, 1]}.get(index, [])


@pytest.mark.parametrize("index", range(4))
def test_what_is_looked_at_again_is_what_the_first_look_finds(golden: Path, index: int) -> None:
    case = json.loads((golden / "baseline_filter_cases.json").read_text(encoding="utf-8"))["cases"][index]
    found = predictions(case["first_stage_probability"])
    assert len(found.score) == case["frames"]
    assert rows(found) == sorted(case["first_stage_class_start_ms_end_ms"])


def test_gaps_are_closed_but_for_the_last_windows() -> None:
    assert lasts(line("xxx...xxx......")) == [(0, 13)]
    assert lasts(line("xxxxxx....xxxxxx......"), overlap=1) == [(0, 10), (10, 20)]
    assert lasts(line("xxxxxx.xxx")) == [(0, 14)]
    assert lasts(line("xxxxxx.xx")) == [(0, 10)], "a gap in the last three windows stays"
    assert lasts(line("x.x.x.x........"), close=0, min_windows=1, half_window=0) == [(5, 5), (7, 7), (9, 9), (11, 11)]


def test_a_run_is_long_enough_and_surer_than_the_threshold() -> None:
    assert lasts(line(".xxxxx....")) == []
    assert lasts(line(".xxxxx...."), min_windows=5) == [(1, 10)]
    assert lasts(line(".xxxxxx...", sure=0.75)) == []
    assert lasts(line(".xxxxxx...", sure=0.75), threshold=0.7) == [(1, 11)]


def test_the_score_is_the_mean_of_the_windows_that_show_the_sign() -> None:
    found = predictions([[0.8], [0.9], [0.1], [1.0], [0.1], [0.1], [0.1], [0.1]])
    (spotting,) = decode("windows", found, min_windows=4)
    assert spotting.score == pytest.approx(0.9)


def test_times_are_frames_of_the_video() -> None:
    found = predictions([[0.9]] * 6, first=7)
    assert lasts(found) == [(7, 17)]
    sparse = Predictions(np.array([[0.1, 0.9]] * 6, np.float32), 20, 43, 4, Timebase(25))
    assert lasts(sparse) == [(20, 40)], "before the usable range nothing is spotted"


def test_signs_overlap_as_published_or_share_no_frame() -> None:
    found = predictions([[0.9, 0.8]] * 8 + [[0.1, 0.8]] * 4 + [[0.1, 0.1]] * 4)
    assert rows(found) == [[0, 0, 480], [1, 0, 640]]
    assert rows(found, overlap=0.3) == [[0, 0, 480]]
    apart = predictions([[0.9, 0.1]] * 8 + [[0.1, 0.8]] * 8 + [[0.1, 0.1]] * 4)
    assert lasts(apart, overlap=0.5) == [(0, 12), (13, 20)], "what two share belongs to the surer one"


def test_a_video_shorter_than_a_window_has_no_spotting() -> None:
    none = np.zeros((4, 3), np.float32)
    none[:, 0] = 1
    assert decode("windows", Predictions(none, 0, 3, 1, Timebase(25))) == []
    assert decode("windows", Predictions(none[:0], 0, -1, 1, Timebase(25))) == []


@given(
    hnp.arrays(bool, st.integers(1, 40)),
    st.integers(0, 6),
)
def test_gaps_are_closed_as_the_published_loop_closes_them(sure: np.ndarray, close: int) -> None:
    """The loop of the published code, for any number of windows to close."""
    published = sure.copy()
    for window in range(len(sure) - 1 - close):
        if published[window] and not published[window + 1]:
            published[window + 1] = published[window + 2 : window + 2 + close].any()
    runs = window_runs(sure[:, None].astype(float), 0.5, close, 1)
    found = np.zeros(len(sure), bool)
    for _, start, end in runs:
        found[start : end + 1] = True
    assert found.tolist() == published.tolist()

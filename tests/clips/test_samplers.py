"""Which clips each sampler chooses, from signs of one frame to videos shorter than the window."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.clips.samplers import SAMPLERS
from signspot.clips.sampling import Clips
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.labels.frames import FrameLabels
from signspot.labels.views import clip_labels, instances, window_labels
from signspot.timebase import Timebase


def video(labels: Sequence[int], first: int = 0) -> FrameLabels:
    return FrameLabels(first, first + len(labels) - 1, Timebase(), np.array(labels, np.int32))


def sampled(name: str, *videos: FrameLabels, window: Window | None = None, seed: int = 0) -> Clips:
    return SAMPLERS.build(name)(videos, window or Window(), np.random.default_rng(seed))


VIDEOS = st.lists(
    st.builds(video, st.lists(st.integers(0, 3), max_size=40), first=st.integers(0, 5)), min_size=1, max_size=3
)
WINDOWS = st.builds(Window, length=st.integers(1, 64), stride=st.integers(1, 20))


def test_names() -> None:
    assert SAMPLERS.names() == ["all", "instances", "signs", "windows"]
    with pytest.raises(InputError, match="expected one of all, instances, signs, windows"):
        SAMPLERS.build("sign")


@given(VIDEOS, WINDOWS, st.sampled_from(["all", "instances", "signs", "windows"]))
@settings(deadline=None)
def test_every_clip_lies_at_least_in_part_in_its_video(videos: list[FrameLabels], window: Window, name: str) -> None:
    clips = sampled(name, *videos, window=window)
    assert {array.dtype for array in clips} == {np.dtype(np.int32)}
    for number, start, label in zip(*clips, strict=True):
        one = videos[number]
        assert start <= one.last and start + window.length > one.first
        assert 0 <= label <= 3


@given(VIDEOS, WINDOWS)
@settings(deadline=None)
def test_the_grid(videos: list[FrameLabels], window: Window) -> None:
    everything, signs = (sampled(name, *videos, window=window) for name in ("all", "signs"))
    expected = [
        (number, window.start(one.first, clip), label)
        for number, one in enumerate(videos)
        for clip, label in enumerate(clip_labels(one.label, window.stride, window.length).tolist())
    ]
    assert list(zip(*everything, strict=True)) == expected
    assert list(zip(*signs, strict=True)) == [row for row in expected if row[2]]


def test_an_instance_lies_in_the_middle_of_its_clip() -> None:
    labels = video([0, 2, 0, 1, 1, 1, 1, 0, 3, 3, 3], first=10)
    video_of, start, label = sampled("instances", labels, window=Window(length=3))
    assert video_of.tolist() == [0, 0, 0]
    assert start.tolist() == [10, 14, 18]
    assert label.tolist() == [2, 1, 3]


def test_a_sign_as_long_as_the_window_is_the_clip() -> None:
    for length in range(1, 9):
        labels = [0] * 5 + [1] * length + [0] * 5
        assert sampled("instances", video(labels), window=Window(length=length)).start.tolist() == [5]


@given(VIDEOS, WINDOWS, st.integers(0, 9))
@settings(deadline=None)
def test_windows_show_their_sign_and_stay_in_the_video(videos: list[FrameLabels], window: Window, seed: int) -> None:
    clips = sampled("windows", *videos, window=window, seed=seed)
    assert len(clips.label) == sum(len(instances(one.label)) for one in videos)
    for number, start, label in zip(*clips, strict=True):
        one = videos[number]
        assert label in window_labels(one.label, start - one.first, window.length)
        assert start >= one.first
        assert start == one.first or start + window.length <= one.last + 1


def test_windows_are_drawn_as_in_the_reference(golden: Path) -> None:
    cases = json.loads((golden / "hsi3d_sampling_cases.json").read_text(encoding="utf-8"))["cases"]
    for case in cases:
        first, last = case["sign_first_last"]
        labels = np.zeros(case["frames"], np.int32)
        labels[first : last + 1] = 1
        starts = {
            int(sampled("windows", video(labels), window=Window(length=32), seed=seed).start[0]) for seed in range(600)
        }
        assert [min(starts), max(starts)] == case["intended"]


def test_classes_are_drawn_alike() -> None:
    labels = [1, 0] * 90 + [2, 0] * 10
    drawn = Counter(
        label for seed in range(20) for label in sampled("windows", video(labels), seed=seed).label.tolist()
    )
    assert drawn[1] / drawn.total() == pytest.approx(0.5, abs=0.05)

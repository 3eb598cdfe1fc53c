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


def sampled(name: str, *videos: FrameLabels, window: Window | None = None, seed: int = 0, **options: float) -> Clips:
    return SAMPLERS.build(name, **options)(videos, window or Window(), np.random.default_rng(seed))


def rows(clips: Clips) -> list[tuple[int, int, int]]:
    """Video, start and label of each clip."""
    return list(zip(clips.video, clips.start, clips.label, strict=True))


VIDEOS = st.lists(
    st.builds(video, st.lists(st.integers(0, 3), max_size=40), first=st.integers(0, 5)), min_size=1, max_size=3
)
WINDOWS = st.builds(Window, length=st.integers(1, 64), stride=st.integers(1, 20))


def test_names() -> None:
    assert SAMPLERS.names() == ["all", "inner", "instances", "signs", "windows"]
    with pytest.raises(InputError, match="expected one of all, inner, instances, signs, windows"):
        SAMPLERS.build("sign")


@given(VIDEOS, WINDOWS, st.sampled_from(["all", "inner", "instances", "signs", "windows"]))
@settings(deadline=None)
def test_every_clip_lies_at_least_in_part_in_its_video(videos: list[FrameLabels], window: Window, name: str) -> None:
    clips = sampled(name, *videos, window=window)
    assert {array.dtype for array in clips if array is not None} == {np.dtype(np.int32)}
    for number, start, label in rows(clips):
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
    assert rows(everything) == expected
    assert rows(signs) == [row for row in expected if row[2]]


def test_an_instance_lies_in_the_middle_of_its_clip() -> None:
    labels = video([0, 2, 0, 1, 1, 1, 1, 0, 3, 3, 3], first=10)
    clips = sampled("instances", labels, window=Window(length=3))
    assert rows(clips) == [(0, 10, 2), (0, 14, 1), (0, 18, 3)]
    assert clips.sign.tolist() == [[11, 11], [13, 16], [18, 20]]
    assert clips.only(clips.label > 1).sign.tolist() == [[11, 11], [18, 20]]


def test_an_instance_is_the_same_however_it_is_cut() -> None:
    videos = [video([0, 1, 1, 0, 2]), video([])]
    around, own = (sampled("instances", *videos, window=Window(4, sign=sign)) for sign in ("around", "own"))
    assert all(map(np.array_equal, around, own))
    assert sampled("instances", video([])).sign.shape == (0, 2)


def test_a_sign_as_long_as_the_window_is_the_clip() -> None:
    for length in range(1, 9):
        labels = [0] * 5 + [1] * length + [0] * 5
        assert sampled("instances", video(labels), window=Window(length=length)).start.tolist() == [5]


@given(VIDEOS, WINDOWS, st.integers(0, 9))
@settings(deadline=None)
def test_windows_show_their_sign_and_stay_in_the_video(videos: list[FrameLabels], window: Window, seed: int) -> None:
    clips = sampled("windows", *videos, window=window, seed=seed)
    assert len(clips.label) == sum(len(instances(one.label)) for one in videos)
    for number, start, label in rows(clips):
        one = videos[number]
        assert label in window_labels(one.label, start - one.first, window.length)
        assert start >= one.first
        assert start == one.first or start + window.length <= one.last + 1


@pytest.mark.parametrize(("rsp", "intended"), [(0.0, "intended"), (1.0, "random_intended")])
def test_windows_are_drawn_as_in_the_reference(golden: Path, rsp: float, intended: str) -> None:
    cases = json.loads((golden / "hsi3d_sampling_cases.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 10
    for case in cases:
        first, last = case["sign_first_last"]
        labels = np.zeros(case["frames"], np.int32)
        labels[first : last + 1] = 1
        starts = sampled("windows", *[video(labels)] * 6000, window=Window(length=32), rsp=rsp).start
        assert [starts.min(), starts.max()] == case[intended]


@given(VIDEOS, WINDOWS, st.sampled_from([0.3, 1.0]))
@settings(deadline=None)
def test_windows_anywhere_stay_in_the_video_of_a_sign(videos: list[FrameLabels], window: Window, rsp: float) -> None:
    clips = sampled("windows", *videos, window=window, rsp=rsp)
    assert {array.dtype for array in clips[:3]} == {np.dtype(np.int32)}
    assert len(clips.label) == sum(len(instances(one.label)) for one in videos)
    for number, start, label in rows(clips):
        one = videos[number]
        assert instances(one.label)
        assert one.first <= start <= max(one.last + 1 - window.length, one.first)
        assert label in window_labels(one.label, start - one.first, window.length)


def test_so_many_windows_lie_anywhere_and_the_others_stay() -> None:
    """The label of a window is that of the frame in its middle: here a sign only if it was drawn about one."""
    labels = video([0] * 500 + [1] + [0] * 500)
    about, some = (sampled("windows", *[labels] * 2000, rsp=rsp) for rsp in (0.0, 0.3))
    anywhere = some.start != 496
    assert set(about.start.tolist()) == {496}
    assert anywhere.mean() == pytest.approx(0.3, abs=0.03)
    assert (some.label == np.where(anywhere, 0, 1)).all()
    assert np.histogram(some.start[anywhere], 4, (0, 994))[0] == pytest.approx(150, abs=40)


def test_the_share_of_windows_anywhere_is_a_share() -> None:
    with pytest.raises(InputError, match=r"windows\.rsp: is 1\.5, expected 0 to 1"):
        SAMPLERS.build("windows", rsp=1.5)


def test_signs_are_drawn_as_in_the_reference(golden: Path) -> None:
    cases = json.loads((golden / "hsi3d_training_facts.json").read_text(encoding="utf-8"))["balance"]["cases"]
    assert len(cases) == 3
    for case in cases:
        labels = video([label for class_id in case["labels"] for label in (class_id + 1, 0)])
        drawn = [sampled("windows", labels, seed=seed).label for seed in range(1500)]
        assert {len(labels) for labels in drawn} == {case["draws_per_epoch"]}
        counts = Counter(np.concatenate(drawn).tolist())
        expected = case["probability_of_each_class"]
        assert {str(label - 1): count / counts.total() for label, count in counts.items()} == pytest.approx(
            expected, abs=0.02
        )


def test_classes_are_drawn_alike() -> None:
    labels = [1, 0] * 90 + [2, 0] * 10
    drawn = Counter(
        label for seed in range(20) for label in sampled("windows", video(labels), seed=seed).label.tolist()
    )
    assert drawn[1] / drawn.total() == pytest.approx(0.5, abs=0.05)


@given(VIDEOS, WINDOWS, st.integers(0, 3))
@settings(deadline=None)
def test_inner_clips_have_a_frame_of_their_sign_in_the_middle(
    videos: list[FrameLabels], window: Window, seed: int
) -> None:
    clips = sampled("inner", *videos, window=window, seed=seed)
    assert len(clips.label) == sum(len(instances(one.label)) for one in videos) and clips.sign is None
    for number, start, label in rows(clips):
        one = videos[number]
        assert one.label[start + window.length // 2 - one.first] == label > 0


def test_inner_clips_are_drawn_among_all_frames_of_a_sign() -> None:
    starts = {
        int(sampled("inner", video([0, 0, 2, 2, 2, 0]), window=Window(8), seed=seed).start[0]) for seed in range(40)
    }
    assert starts == {-2, -1, 0}
    assert SAMPLERS.build("inner").redrawn

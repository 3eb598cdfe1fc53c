"""Views of frame labels: the reference's numbers, and what must hold for any window."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.labels.views import clip_labels, instances, offsets, runs, window_labels

LABELS = st.lists(st.integers(0, 3), max_size=60).map(lambda values: np.array(values, dtype=np.int32))
STRIDES = st.integers(1, 12)


@pytest.fixture(scope="module")
def cases(golden: Path) -> dict:
    return json.loads((golden / "label_cases.json").read_text(encoding="utf-8"))


def test_clip_labels_as_published(cases: dict) -> None:
    for case in cases["generate_clip_labels"]["cases"]:
        usable = np.array(case["framewise"][case["start_frame"] : case["end_frame"] + 1])
        assert clip_labels(usable, stride=4, length=8).tolist() == case["clip_labels"]


def test_offsets_as_published(cases: dict) -> None:
    for case in cases["generate_offset"]["cases"]:
        assert offsets(np.array(case["labels"])).tolist() == case["offset"]


def test_runs_as_published(cases: dict) -> None:
    for case in cases["segments"]["cases"]:
        found = runs(np.array(case["frames"]))
        assert found == list(zip(*case["bg_0"], strict=True))
        assert found == [row for row in zip(*case["default_bg"], strict=True) if row[0] != -1], "-1 is the background"


@settings(deadline=None)
@given(LABELS, STRIDES, st.integers(1, 17))
def test_clip_label_is_the_first_met_of_the_most_frequent(frames: np.ndarray, stride: int, length: int) -> None:
    result = clip_labels(frames, stride, length)
    assert result.dtype == np.int32
    assert len(result) == -(-len(frames) // stride)
    for i, label in enumerate(result):
        start = stride * i - length // 2
        window = [int(frames[f]) if 0 <= f < len(frames) else 0 for f in range(start, start + length)]
        most = max(map(window.count, window))
        assert label == next(value for value in window if window.count(value) == most)


@settings(deadline=None)
@given(LABELS)
def test_offsets_reach_the_ends_of_the_sign(clips: np.ndarray) -> None:
    result = offsets(clips)
    assert result.shape == (len(clips), 2)
    assert result.dtype == np.float32
    for i, label in enumerate(clips):
        left, right = i, i
        while label and left > 0 and clips[left - 1] == label:
            left -= 1
        while label and right + 1 < len(clips) and clips[right + 1] == label:
            right += 1
        assert result[i].tolist() == [min(i - left, 4), min(right - i, 4)]


@settings(deadline=None)
@given(LABELS)
def test_runs_paint_the_labels_back(frames: np.ndarray) -> None:
    painted = np.zeros_like(frames)
    for class_id, first, last in runs(frames):
        painted[first : last + 1] = class_id + 1
    assert painted.tolist() == frames.tolist()


def test_instances_are_whole_signs_in_frames_of_the_video() -> None:
    labels = np.array([0, 2, 0, 1, 1, 3, 3, 3], np.int32)
    assert instances(labels, first=10) == [(1, 11, 11), (0, 13, 14), (2, 15, 17)]
    assert instances(labels[:0]) == []


def test_window_labels_have_the_background_outside_the_usable_range() -> None:
    labels = np.array([1, 2, 3], np.int32)
    assert window_labels(labels, 0, 3).tolist() == [1, 2, 3]
    assert window_labels(labels, -2, 4).tolist() == [0, 0, 1, 2]
    assert window_labels(labels, 2, 4).tolist() == [3, 0, 0, 0]
    assert window_labels(labels, -9, 4).tolist() == window_labels(labels, 9, 4).tolist() == [0, 0, 0, 0]

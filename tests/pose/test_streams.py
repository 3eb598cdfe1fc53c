"""Joints, bones and their motion, as published for 53 joints and derived for ours."""

import json
from pathlib import Path

import numpy as np
import pytest

from signspot.pose import baseline, skeleton
from signspot.pose.graphs import PARENTS
from signspot.pose.streams import bones, motion

ROUNDING = 1e-6
"""The published code of 53 joints computes with 64 bits and keeps 32."""


class Cases:
    """Arrays of a golden file by case; the joints are the last axis but one."""

    def __init__(self, folder: Path, name: str, channels_first: bool) -> None:
        self.about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        self._arrays, self._channels_first = np.load(folder / f"{name}.npz"), channels_first

    def __iter__(self):
        return iter(range(len(self.about["cases"])))

    def __call__(self, case: int, name: str) -> np.ndarray:
        array = self._arrays[f"case{case}_{name}"]
        return array.transpose(1, 2, 0) if self._channels_first and name != "keypoints" else array


@pytest.fixture(scope="module")
def ours(golden: Path) -> Cases:
    return Cases(golden, "msg3d_streams_57", channels_first=False)


@pytest.fixture(scope="module")
def published(golden: Path) -> Cases:
    return Cases(golden, "msg3d_streams_53", channels_first=True)


def test_each_joint_hangs_on_its_parent(ours: Cases, published: Cases) -> None:
    assert PARENTS[57].tolist() == ours.about["parent"]
    assert PARENTS[53].tolist() == published.about["intended_parent"]


def test_streams_of_57_joints(ours: Cases) -> None:
    for case in ours:
        joints = ours(case, "joints")
        found = bones(joints, PARENTS[57])
        np.testing.assert_array_equal(found, ours(case, "bones"))
        np.testing.assert_array_equal(motion(joints), ours(case, "joint_motion"))
        np.testing.assert_array_equal(motion(found), ours(case, "bone_motion"))


def test_the_mirror_comes_before_the_streams(ours: Cases) -> None:
    assert skeleton.SWAP.tolist() == ours.about["flip_swap_index"]
    for case in ours:
        flipped = skeleton.flip(ours(case, "joints"))
        np.testing.assert_array_equal(flipped, ours(case, "flipped_joints"))
        np.testing.assert_array_equal(bones(flipped, PARENTS[57]), ours(case, "flipped_bones"))


def test_the_mirror_image_of_a_stream_is_the_stream_of_the_mirror_image(ours: Cases, published: Cases) -> None:
    for cases, joints, flip in ((ours, 57, skeleton.flip), (published, 53, baseline.flip)):
        frames = cases(0, "joints")
        for stream in (lambda frames, joints=joints: bones(frames, PARENTS[joints]), motion):
            np.testing.assert_array_equal(flip(stream(frames)), stream(flip(frames)))


def test_streams_of_53_joints(published: Cases) -> None:
    for case in published:
        joints = published(case, "joints")
        found = bones(joints, PARENTS[53])
        np.testing.assert_allclose(found, published(case, "bones_intended"), rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(motion(joints), published(case, "joint_motion"), rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(motion(found), published(case, "bone_motion_intended"), rtol=0, atol=ROUNDING)


def test_published_bones_of_53_joints(published: Cases) -> None:
    for case in published:
        found = baseline.published_bones(published(case, "joints"))
        np.testing.assert_allclose(found, published(case, "bones_published"), rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(motion(found), published(case, "bone_motion_published"), rtol=0, atol=ROUNDING)


def test_53_joints_from_landmarks(published: Cases) -> None:
    """What the published code takes for not found, by its confidence, is not found in our stores."""
    for case, about in zip(published, published.about["cases"], strict=True):
        keypoints = published(case, "keypoints")
        found = np.where(keypoints[..., 3:] < 0.1, np.nan, keypoints[..., :3])
        pose = np.full((len(found), 33, 3), np.nan, np.float32)
        pose[:, baseline.BODY] = found[:, :11]
        joints = baseline.joints(pose, found[:, 11:32], found[:, 32:])
        assert joints.dtype == np.float32
        places = [channel for channel in range(3) if about["channels"][channel] != "C"]
        np.testing.assert_allclose(joints[..., places], published(case, "joints")[..., places], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("case", [0, 2])
def test_the_order_of_the_streams_shows(ours: Cases, case: int) -> None:
    """Deliberate mistakes: bones and motion exchanged, the mirror without its exchange, the motion from before."""
    joints = ours(case, "joints")
    found = bones(joints, PARENTS[57])
    late = np.diff(joints, axis=0, prepend=joints[:1])
    negated = joints * np.float32([-1, 1, 1])
    mistakes = [
        (motion(joints), "bones"),
        (found, "joint_motion"),
        (late, "joint_motion"),
        (-found, "bones"),
        (negated, "flipped_joints"),
        (bones(negated, PARENTS[57]), "flipped_bones"),
    ]
    for wrong, name in mistakes:
        assert np.abs(wrong - ours(case, name)).max() > 0.1

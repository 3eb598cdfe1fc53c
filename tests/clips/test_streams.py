"""Streams of the modality skeleton: joints, bones and their motion, of 57 joints or those of the baseline."""

from pathlib import Path

import numpy as np
import pytest
from clip_datasets import read
from clip_stores import video_files

from signspot.arrays import new_arrays, open_arrays, write_attributes, write_rows
from signspot.clips.modalities import build_modality
from signspot.clips.modalities.skeleton import skeleton
from signspot.pose import baseline
from signspot.pose.graphs import PARENTS
from signspot.pose.streams import bones, motion
from signspot.stores import VideoFiles

STREAMS = ("joints", "bones", "joint_motion", "bone_motion")


@pytest.fixture
def landmarks(tmp_path: Path) -> VideoFiles:
    """A video of 12 frames with landmarks; the left hand is never found, the right one not in frame 5."""
    files, rng = video_files(tmp_path), np.random.default_rng(0)
    arrays = {name: rng.uniform(0, 1, (12, n, 3)) for name, n in (("pose", 33), ("left_hand", 21), ("right_hand", 21))}
    arrays["left_hand"][:] = arrays["right_hand"][5] = np.nan
    with new_arrays(files.poses) as file:
        write_attributes(file, {"first": 0, "last": 11})
        for name, array in (arrays | {"skeleton": rng.normal(0, 1, (12, 57, 3))}).items():
            write_rows(file, name, array.astype(np.float32))
    return files


@pytest.mark.parametrize("joints", [57, 53])
@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_of_a_part_is_that_part_of_the_stream(landmarks: VideoFiles, stream: str, joints: int) -> None:
    modality = skeleton(stream=stream, joints=joints)
    whole = read(modality, landmarks, 0, 12)
    assert whole.shape == (12, joints, 3) and whole.dtype == np.float32 and np.isfinite(whole).all()
    for start, stop in ((0, 1), (3, 9), (6, 6), (11, 12), (12, 12)):
        np.testing.assert_array_equal(read(modality, landmarks, start, stop), whole[start:stop])
    assert (whole[-1] == 0).all() == stream.endswith("motion")


def test_streams_are_those_of_the_joints(landmarks: VideoFiles) -> None:
    for joints in (57, 53):
        plain = read(skeleton(joints=joints), landmarks, 0, 12)
        expected = bones(plain, PARENTS[joints])
        np.testing.assert_array_equal(read(skeleton(stream="bones", joints=joints), landmarks, 0, 12), expected)
        moved = read(skeleton(stream="bone_motion", joints=joints), landmarks, 0, 12)
        np.testing.assert_array_equal(moved, motion(expected))
    published = read(skeleton(stream="published_bone_motion", joints=53), landmarks, 0, 12)
    np.testing.assert_array_equal(published, motion(baseline.published_bones(plain)))


def test_joints_of_the_baseline_are_those_of_mirrored_pictures(landmarks: VideoFiles) -> None:
    found = read(skeleton(joints=53), landmarks, 0, 12)
    with open_arrays(landmarks.poses) as pose:
        nose, right_hand = pose["pose"][:, 0], pose["right_hand"][:]
    np.testing.assert_array_equal(found[:, 0], (nose - np.float32(0.5)) * np.float32([-1, 1, 1]))
    expected = np.nan_to_num((right_hand - np.float32(0.5)) * np.float32([-1, 1, 1]))
    np.testing.assert_array_equal(found[:, 11:32], expected)
    assert (found[:, 32:] == 0).all() and (found[5, 11:32] == 0).all()


@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_is_only_mirrored_in_training(landmarks: VideoFiles, stream: str) -> None:
    """Its mirror image is the stream of the mirrored joints, left and right exchanged."""
    modality = skeleton(stream=stream)
    raw = read(modality, landmarks, 0, 12)
    variants = [modality.augment(raw, np.random.default_rng(seed)) for seed in range(8)]
    mirrored = [bool((variant == modality.mirrored(raw)).all()) for variant in variants]
    assert all(same or (variant == raw).all() for same, variant in zip(mirrored, variants, strict=True))
    assert 0 < sum(mirrored) < 8


def test_joints_may_keep_their_places_in_the_mirror() -> None:
    raw = np.random.default_rng(0).normal(size=(4, 57, 3)).astype(np.float32)
    kept = build_modality(name="skeleton", exchange=False)
    assert kept.partners is None
    np.testing.assert_array_equal(kept.mirrored(raw), raw * np.float32([-1, 1, 1]))
    assert not np.array_equal(build_modality(name="skeleton").mirrored(raw), kept.mirrored(raw))

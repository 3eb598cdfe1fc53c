"""The skeleton in bytes: where its joints lie in the picture, as precise as promised."""

from pathlib import Path

import numpy as np
import pytest
from review_runs import write_poses_at

from signspot.corpus.regions import Region
from signspot.errors import InputError
from signspot.report.review.skeleton import BODY, BONES, JOINTS, skeleton_track
from signspot.video.decode import Crop

SHOULDERS, WRIST = {11: (0.6, 0.4), 12: (0.4, 0.4)}, {15: (0.8, 0.9)}
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_WRIST = (
    list(BODY).index(joint) for joint in ("left_shoulder", "right_shoulder", "left_wrist")
)


def places(track) -> np.ndarray:
    left_top, size = np.array(track.box).reshape(2, 2)
    return left_top + size * (track.place.astype(float) - 1) / 254


@pytest.mark.parametrize(
    ("crop", "left", "top", "side"),
    [
        (Crop(640.0, 720, 1280, 720), 280, 0, 720),
        (Crop(100.0, 400, 1280, 720, Region(640, 200, 640, 400)), 540, 200, 400),
    ],
)
def test_joints_lie_where_the_window_lies_in_the_picture(
    tmp_path: Path, crop: Crop, left: int, top: int, side: int
) -> None:
    track = skeleton_track(write_poses_at(tmp_path / "p.h5", SHOULDERS | WRIST, 3), crop)
    found = places(track)[1, [LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_WRIST]] * (crop.width, crop.height)
    expected = [(left + side * x, top + side * y) for x, y in (SHOULDERS | WRIST).values()]
    assert found == pytest.approx(np.array(expected), abs=2)


def test_what_was_not_found_is_told(tmp_path: Path) -> None:
    track = skeleton_track(write_poses_at(tmp_path / "p.h5", SHOULDERS, 4), Crop(128.0, 256, 256, 256))
    assert track.place.shape == (4, JOINTS, 2)
    assert np.flatnonzero(track.place[0, :, 0]).tolist() == [LEFT_SHOULDER, RIGHT_SHOULDER]


def test_a_video_without_anybody_has_no_joint(tmp_path: Path) -> None:
    assert not skeleton_track(write_poses_at(tmp_path / "p.h5", {}, 2), Crop(128.0, 256, 256, 256)).place.any()


def test_each_joint_but_the_nose_has_a_bone() -> None:
    assert {joint for bone in BONES for joint in bone} == set(range(JOINTS)) - {0}


def test_a_missing_pose_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.h5"):
        skeleton_track(tmp_path / "gone.h5", Crop(128.0, 256, 256, 256))

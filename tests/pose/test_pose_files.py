"""Pose files: of a real signer, and of detectors that miss."""

import subprocess
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from signspot.arrays import attribute
from signspot.errors import InputError
from signspot.pose import store
from signspot.pose.holistic import Landmarks
from signspot.pose.skeleton import normalise
from signspot.pose.store import detection_rates, write_poses, write_summary
from signspot.video.crop import write_frames
from signspot.video.program import executable
from signspot.video.store import store_frames


def landmark(pose: bool = True, left: bool = True, right: bool = True, face: bool = True, at: float = 0.5) -> Landmarks:
    parts = ((pose, 33), (left, 21), (right, 21))
    return Landmarks(*(np.full((n, 3), at if found else np.nan, np.float32) for found, n in parts), face)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``write(found)``: the pose file of a ten-frame video in which a detector found that."""
    attributes = {"video": "film", "fps": 25.0, "size": 256, "centre_x": 8.0, "side": 16, "start_ms": 0}
    attributes |= {"source_width": 16, "source_height": 16}
    store_frames([np.zeros((256, 256, 3), np.uint8)] * 10, tmp_path / "crop.h5", attributes)

    def run(found: list[Landmarks], **options: bool) -> Path:
        monkeypatch.setattr(store, "frames", lambda *arguments: iter(()))
        monkeypatch.setattr(store, "landmarks", lambda *_: (one for one in found))
        write_poses("film.mp4", tmp_path / "crop.h5", tmp_path / "film.h5", **options)
        return tmp_path / "film.h5"

    return run


def test_gaps_are_filled_and_marked(write) -> None:
    frames = [landmark(at=0.1 * i) for i in range(10)]
    frames[0] = landmark(pose=False, face=False)
    frames[5] = landmark(face=False, at=0.9)
    frames[6] = landmark(left=False, at=0.6)
    frames[9] = landmark(pose=False)
    with h5py.File(write(frames)) as file:
        assert file["valid"][:].tolist() == [False, *[True] * 4, False, *[True] * 3, False]
        assert file["has_pose"][:].tolist() == [False, *[True] * 8, False]
        assert file["has_left"][6] == 0 and np.isnan(file["left_hand"][6]).all()
        filled = 25.6 * np.array([1, 1, 2, 3, 4, 5, 6, 7, 8, 8])
        np.testing.assert_allclose(file["joints"][:], np.broadcast_to(filled[:, None, None], (10, 57, 3)), rtol=1e-5)
        np.testing.assert_allclose(file["skeleton"][:], normalise(file["joints"][:]), atol=1e-4)
        assert (file.attrs["first"], file.attrs["last"]) == (4, 8)
        assert attribute(file, "video", str) == "film" and file.attrs["model_complexity"] == 1


@pytest.mark.parametrize(
    ("missing", "part"),
    [({"pose": False}, "body"), ({"face": False}, "face"), ({"pose": False, "face": False}, "body")],
)
def test_nobody_found(write, tmp_path: Path, missing: dict[str, bool], part: str) -> None:
    with pytest.raises(InputError, match=f"film.mp4: no {part} found in any of 10 frames"):
        write([landmark(**missing)] * 10)
    assert not (tmp_path / "film.h5").exists()


def test_a_video_that_may_be_empty_has_no_usable_frame(write, caplog: pytest.LogCaptureFixture) -> None:
    path = write([landmark(pose=False)] * 10, may_be_empty=True)
    assert "film.mp4: no body found in any of 10 frames" in caplog.text
    with h5py.File(path) as file:
        assert (file.attrs["first"], file.attrs["last"]) == (0, -1)
        assert not file["joints"][:].any() and not file["skeleton"][:].any()


@pytest.mark.parametrize(("count", "given"), [(0, "0"), (9, "9"), (11, "more"), (30, "more")])
@pytest.mark.parametrize("block", [4, 512])
def test_frames_must_be_those_of_the_frame_store(
    write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int, given: str, block: int
) -> None:
    monkeypatch.setattr(store, "BLOCK", block)
    with pytest.raises(InputError, match=f"film.mp4: gives {given} frames, .*crop.h5 has 10"):
        write([landmark()] * count)
    assert not (tmp_path / "film.h5").exists()


@pytest.mark.parametrize("block", [1, 2, 3, 7, 10])
def test_frames_come_in_parts_of_any_size(write, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    rng = np.random.default_rng(0)
    frames = [landmark(pose=i not in (0, 1, 2, 4, 9), left=i % 3 > 0, at=rng.uniform()) for i in range(10)]

    def arrays() -> dict[str, np.ndarray]:
        with h5py.File(write(frames)) as file:
            return {name: file[name][:] for name in file}

    whole = arrays()
    monkeypatch.setattr(store, "BLOCK", block)
    for name, array in arrays().items():
        np.testing.assert_array_equal(array, whole[name])


def test_rates_and_summary(write, tmp_path: Path) -> None:
    path = write([landmark(left=i < 5, right=i < 9) for i in range(10)])
    assert detection_rates(path) == {"body": 1.0, "left_hand": 0.5, "right_hand": 0.9, "face": 1.0}
    write_summary([path], tmp_path / "summary.tsv")
    table = pd.read_csv(tmp_path / "summary.tsv", sep="\t")
    assert table.to_dict("records") == [{"video": "film", "frames": 10, **detection_rates(path)}]


def test_damaged_pose_file(tmp_path: Path) -> None:
    (tmp_path / "film.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(50))
    with pytest.raises(InputError, match=r"film.h5: is damaged"):
        detection_rates(tmp_path / "film.h5")


def test_real_signer(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "slovak" / "videos" / "sk_realtimed_01.mp4"
    video = tmp_path / "piece.mp4"
    cut = ("-ss", "3", "-t", "0.6", "-i", str(source), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18")
    subprocess.run([executable(), "-v", "error", *cut, str(video)], check=True)
    write_frames(video, tmp_path / "crop.h5", 25)
    write_poses(video, tmp_path / "crop.h5", tmp_path / "pose.h5")
    with h5py.File(tmp_path / "pose.h5") as file:
        assert file["valid"][:].all() and len(file["valid"]) == 15
        assert (file.attrs["first"], file.attrs["last"]) == (0, 14)
        joints = file["joints"][:]
        trunk = joints[:, [0, 9, 10], 0].mean()
        assert trunk == pytest.approx(128, abs=12)
        assert (joints[:, 0, 1] < joints[:, 9, 1]).all(), "the nose is above the shoulders"
        assert (joints[:, 9, 0] > joints[:, 10, 0]).all(), "the signer's left is on the right of the picture"
        assert np.isfinite(file["skeleton"][:]).all()

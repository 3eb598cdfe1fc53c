"""The 8-bit flow store: levels, streaming, damage."""

from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest
from clip_stores import video_files, write_frames
from hypothesis import given
from hypothesis import strategies as st

from signspot.errors import DamagedStore, InputError
from signspot.flow import fused, store
from signspot.flow.fused import flow_of_pair
from signspot.flow.store import FlowStore, dequantise, quantise, write_flow
from signspot.video.store import FrameStore


@pytest.mark.parametrize(("motion", "level"), [(0, 128), (-20, 1), (20, 255), (-99, 1), (99, 255), (1, 134), (-1, 122)])
def test_levels(motion: float, level: int) -> None:
    assert quantise(np.float32([motion])).tolist() == [level]


@given(st.floats(-20, 20, width=32))
def test_levels_come_back_within_half_a_level(motion: float) -> None:
    assert dequantise(quantise(np.float32([motion])))[0] == pytest.approx(motion, abs=20 / 254 + 1e-5)


def test_motions_too_small_to_tell_are_none() -> None:
    noise = np.random.default_rng(0).normal(0, 0.005, (2, 8, 8)).astype(np.float32)
    assert (quantise(noise) == 128).all()


def test_every_level_comes_back_exactly() -> None:
    levels = np.arange(1, 256, dtype=np.uint8)
    assert (quantise(dequantise(levels)) == levels).all()
    assert dequantise(levels).dtype == np.float32


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    files = video_files(tmp_path)
    write_frames(files, 6, np.random.default_rng(0))
    return files.crops


@pytest.mark.parametrize("threads", [1, 2])
def test_flow_of_every_pair_in_order(
    frames: Path, tmp_path: Path, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BLOCK", 2)
    write_flow(frames, tmp_path / "flow.h5", size=64, threads=threads)
    with FrameStore(frames) as pictures:
        grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in pictures.read(0, 6)]
    small = [cv2.resize(frame, (64, 64), interpolation=cv2.INTER_AREA) for frame in grey]
    expected = [quantise(flow_of_pair(*small[i : i + 2])) for i in range(5)]
    with FlowStore(tmp_path / "flow.h5") as flow:
        assert len(flow) == 5
        np.testing.assert_array_equal(flow.read(0, 5), expected)
        np.testing.assert_array_equal(flow.read(2, 4), expected[2:4])
    with h5py.File(tmp_path / "flow.h5") as file:
        assert file["flow"].chunks == (1, 2, 64, 64)
        assert dict(file.attrs).keys() == {"size", "bound", "zero", "engine", "signspot"}
        assert (file.attrs["size"], file.attrs["bound"], file.attrs["zero"]) == (64, 20, 128)


def test_other_levels_are_refused(frames: Path, tmp_path: Path) -> None:
    write_flow(frames, tmp_path / "flow.h5", size=64)
    with h5py.File(tmp_path / "flow.h5", "a") as file:
        file.attrs["zero"] = 127
    with pytest.raises(DamagedStore, match=r"flow\.h5.*level of no motion is not 128"):
        FlowStore(tmp_path / "flow.h5")


def test_a_single_frame_has_no_flow(tmp_path: Path) -> None:
    files = video_files(tmp_path)
    write_frames(files, 1, np.random.default_rng(0))
    write_flow(files.crops, tmp_path / "flow.h5", size=64)
    with FlowStore(tmp_path / "flow.h5") as flow:
        assert flow.read(0, 0).shape == (0, 2, 64, 64)


def test_nothing_is_left_of_a_flow_that_failed(frames: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*pair: np.ndarray) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(fused, "compile_kernels", lambda: None)
    monkeypatch.setattr(fused, "flow_of_pair", fails)
    with pytest.raises(MemoryError):
        write_flow(frames, tmp_path / "flow" / "v.h5", size=64)
    assert list((tmp_path / "flow").iterdir()) == []


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "flow.h5"
    with h5py.File(path, "w") as file:
        file["flow"] = np.full((4, 2, 64, 64), 128, np.uint8)
        file.attrs["zero"] = 128
    return path


def test_reading_beyond_the_end_is_refused(written: Path) -> None:
    with FlowStore(written) as flow, pytest.raises(InputError, match="4 rows, 2…4"):
        flow.read(2, 5)


def test_truncated_and_missing_stores_name_themselves(written: Path, tmp_path: Path) -> None:
    written.write_bytes(written.read_bytes()[:5000])
    with pytest.raises(InputError, match=r"flow\.h5: is damaged .*make it anew"):
        FlowStore(written)
    with pytest.raises(InputError, match=r"nowhere\.h5: there is no such file"):
        FlowStore(tmp_path / "nowhere.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["features"] = np.zeros(3)
    with pytest.raises(InputError, match=r"other\.h5: has no array 'flow', only features"):
        FlowStore(tmp_path / "other.h5")

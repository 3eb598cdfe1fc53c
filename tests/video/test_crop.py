"""Windows about a real signer, and about nobody."""

import logging
from pathlib import Path

import h5py
import numpy as np
import pytest

from signspot.arrays import attribute
from signspot.errors import InputError
from signspot.video.crop import find_crop, write_frames
from signspot.video.decode import Span, frames
from signspot.video.store import FrameStore

FAST = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p")


@pytest.fixture(scope="module")
def signer(make, shared: Path):
    """``signer(name, filter)``: 0.4 s of a signer, 852x480 px, about x = 426, filtered."""
    source = str(shared / "data" / "slovak" / "videos" / "sk_realtimed_01.mp4")
    return lambda name, change: make(name, "-ss", "3", "-t", "0.4", "-i", source, "-vf", change, *FAST)


def test_window_follows_the_signer(signer) -> None:
    centred = find_crop(signer("centred.mp4", "null"))
    aside = find_crop(signer("aside.mp4", "crop=500:480:326:0"))
    assert (centred.side, centred.width, centred.height) == (480, 852, 480)
    assert centred.centre_x == pytest.approx(426, abs=60)
    assert aside.centre_x == pytest.approx(centred.centre_x - 326, abs=15)


def test_signer_at_the_edge_stays_in_the_middle_of_the_frame(signer, tmp_path: Path) -> None:
    path = signer("edge.mp4", "crop=500:480:326:0")
    write_frames(path, tmp_path / "edge.h5", 25)
    with FrameStore(tmp_path / "edge.h5") as store, h5py.File(tmp_path / "edge.h5") as file:
        assert len(store) == file.attrs["frames"] == 10
        assert attribute(file, "video", str) == "edge" and not file.attrs["resampled"]
        assert store.crop.left < -50
        black = int(-store.crop.left / store.crop.side * 256)
        shown = store.read(0, 10)
        assert shown.shape == (10, 256, 256, 3)
        assert shown[:, :, : black - 8].max() < 30 < shown[:, :, black + 8 :].mean()
        exact = np.stack(list(frames(path, 25, store.crop, 256)))
        assert np.abs(shown.astype(int) - exact).mean() < 3


def test_portrait_keeps_the_whole_width(signer) -> None:
    crop = find_crop(signer("portrait.mp4", "crop=480:480:186:0,pad=480:854:0:187"))
    assert (crop.side, crop.width, crop.height) == (854, 480, 854)
    assert crop.left <= 0 and crop.left + crop.side >= 480


def test_resampling_is_logged(signer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = signer("fast.mp4", "fps=30")
    with caplog.at_level(logging.INFO):
        write_frames(path, tmp_path / "fast.h5", 25, size=64, span=Span(0, 360))
    assert "resampled from 30.000 to 25 fps" in caplog.text
    with FrameStore(tmp_path / "fast.h5") as store, h5py.File(tmp_path / "fast.h5") as file:
        assert len(store) == 9 and store.span == Span(0, 360)
        assert file.attrs["resampled"] and file.attrs["source_fps"] == pytest.approx(30)


def test_nobody(make, tmp_path: Path) -> None:
    path = make("nobody.mp4", "-f", "lavfi", "-i", "testsrc=s=160x120:r=25:d=0.4", *FAST)
    with pytest.raises(InputError, match=r"nobody.mp4: no person found in any of 8 frames"):
        write_frames(path, tmp_path / "nobody.h5", 25)
    assert list(tmp_path.iterdir()) == []


def test_too_short(signer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected at least 8"):
        write_frames(signer("short.mp4", "null"), tmp_path / "short.h5", 25, span=Span(0, 200))
    assert list(tmp_path.iterdir()) == []


def test_a_video_that_may_be_empty_is_cropped_about_its_middle(
    make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make("nobody.mp4", "-f", "lavfi", "-i", "testsrc=s=160x120:r=25:d=0.08", *FAST)
    with caplog.at_level(logging.WARNING):
        write_frames(path, tmp_path / "nobody.h5", 25, size=64, may_be_empty=True, least_frames=1)
    assert "nobody.mp4: no person found in any of" in caplog.text
    with FrameStore(tmp_path / "nobody.h5") as store:
        assert len(store) == 2 and store.crop.centre_x == 80


def test_span_outside_the_video(signer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing lies between start_ms 5000 and end_ms"):
        write_frames(signer("span.mp4", "null"), tmp_path / "span.h5", 25, span=Span(5000))

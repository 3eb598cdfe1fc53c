from collections.abc import Iterator
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest

from signspot.corpus.regions import Region
from signspot.errors import DamagedStore, InputError
from signspot.video import store
from signspot.video.decode import Crop, Span
from signspot.video.store import FrameStore, picture_warnings, store_frames

ATTRIBUTES = {
    "video": "film",
    "fps": 25.0,
    "size": 64,
    "centre_x": 320.5,
    "side": 360,
    "source_width": 640,
    "source_height": 360,
    "start_ms": 40,
}


def pictures(count: int) -> Iterator[np.ndarray]:
    """Smooth pictures that differ in brightness."""
    ramp = np.linspace(0, 100, 64)
    for i in range(count):
        yield np.broadcast_to((ramp[:, None, None] + 5 * i), (64, 64, 3)).astype(np.uint8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "film.h5"
    assert store_frames(pictures(20), path, ATTRIBUTES) == 20
    return path


def test_frames_come_back(path: Path) -> None:
    expected = np.stack(list(pictures(20))).astype(int)
    with FrameStore(path) as frames:
        assert len(frames) == 20 and frames.fps == 25
        assert frames.crop == Crop(320.5, 360, 640, 360)
        assert frames.span == Span(40, None)
        for start, stop in ((0, 20), (7, 15), (19, 20), (4, 4)):
            clip = frames.read(start, stop)
            assert clip.shape == (stop - start, 64, 64, 3) and clip.dtype == np.uint8
            assert np.abs(clip - expected[start:stop]).max(initial=0) <= 3


def test_a_part_of_the_picture_and_warnings_come_back(path: Path, tmp_path: Path) -> None:
    more = {"region": "320,0,320,360", "warnings": "one\ntwo"}
    store_frames(pictures(8), tmp_path / "part.h5", ATTRIBUTES | more)
    with FrameStore(tmp_path / "part.h5") as part, FrameStore(path) as whole:
        assert part.crop == Crop(320.5, 360, 640, 360, Region(320, 0, 320, 360)) and whole.crop.region is None
        assert part.warnings == ["one", "two"] and whole.warnings == []
    assert picture_warnings([path, tmp_path / "part.h5"]) == ["part: one", "part: two"]


@pytest.mark.parametrize("region", ["320,0,321,360", "middle", "1,2,3"])
def test_a_wrong_part_of_the_picture_counts_as_damage(tmp_path: Path, region: str) -> None:
    store_frames(pictures(8), tmp_path / "part.h5", ATTRIBUTES | {"region": region})
    with pytest.raises(DamagedStore, match="attribute 'region'"):
        FrameStore(tmp_path / "part.h5")


def test_small_buffer_writes_the_same(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUFFER", 2000)
    store_frames(pictures(20), tmp_path / "other.h5", ATTRIBUTES)
    with FrameStore(path) as one, FrameStore(tmp_path / "other.h5") as other:
        np.testing.assert_array_equal(one.read(0, 20), other.read(0, 20))


def test_a_clip_is_one_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    read = h5py.Dataset.__getitem__
    with FrameStore(path) as frames:
        monkeypatch.setattr(h5py.Dataset, "__getitem__", lambda self, key: reads.append(key) or read(self, key))
        frames.read(4, 12)
    assert len(reads) == 1


def test_frames_out_of_range(path: Path) -> None:
    with FrameStore(path) as frames, pytest.raises(InputError, match=r"has 20 frames, 15…20 were asked for"):
        frames.read(15, 21)


def test_too_few_frames_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="film: gives 5 frames at 25 fps, expected at least 8"):
        store_frames(pictures(5), tmp_path / "film.h5", ATTRIBUTES, least=8)
    assert list(tmp_path.iterdir()) == []


def test_truncated_store(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(InputError, match=r"film.h5: .*Delete it"):
        FrameStore(path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["flow"] = np.zeros(3)
    with pytest.raises(InputError, match=r"other.h5: has no array 'jpeg'"):
        FrameStore(tmp_path / "other.h5")
    with pytest.raises(InputError, match="there is no such file"):
        FrameStore(tmp_path / "absent.h5")


def test_missing_attribute(path: Path) -> None:
    with h5py.File(path, "a") as file:
        del file.attrs["fps"]
    with pytest.raises(InputError, match=r"film.h5: .*no attribute 'fps'.*Delete it"):
        FrameStore(path)


def test_damaged_picture(path: Path) -> None:
    with h5py.File(path, "a") as file:
        file["jpeg"][: file["offset"][1]] = 0
    with FrameStore(path) as frames:
        frames.read(1, 2)
        with pytest.raises(InputError, match=r"film.h5: .*Delete it"):
            frames.read(0, 1)


def test_pictures_are_as_near_to_the_video_as_the_two_of_the_published_route(shared: Path, tmp_path: Path) -> None:
    """Quality 92 once, beside 95 for the whole picture and again for the crop."""
    capture = cv2.VideoCapture(str(shared / "data/slovak/videos/sk_train_front_00.mp4"))
    whole = [capture.read()[1] for _ in range(8)]
    side = whole[0].shape[0]

    def crop(picture: np.ndarray, interpolation: int) -> np.ndarray:
        return cv2.resize(picture[:, :side], (256, 256), interpolation=interpolation)

    def jpeg(picture: np.ndarray) -> np.ndarray:
        return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1], cv2.IMREAD_COLOR)

    twice = [cv2.PSNR(jpeg(crop(jpeg(p), cv2.INTER_LINEAR)), crop(p, cv2.INTER_LINEAR)) for p in whole]
    exact = [crop(p, cv2.INTER_AREA)[..., ::-1] for p in whole]
    store_frames(map(np.ascontiguousarray, exact), tmp_path / "real.h5", ATTRIBUTES | {"size": 256})
    with FrameStore(tmp_path / "real.h5") as kept:
        once = [cv2.PSNR(a, np.ascontiguousarray(b)) for a, b in zip(kept.read(0, 8), exact, strict=True)]
    assert np.mean(once) > np.mean(twice) - 0.1

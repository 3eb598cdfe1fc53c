"""Published features as feature files: what they hold, and wrong files."""

import hashlib
import logging
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest
from published_features import FOLDERS, write_features

from signspot import __version__
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.spotters.bilstm.sequences import ClipFeatures
from signspot.vipl.features import import_features
from signspot.vipl.videos import FeatureFolder

Ranges = dict[str, tuple[int, int] | None]


def sources(folder: Path) -> dict[str, FeatureFolder]:
    return {modality: FeatureFolder(modality, folder / name) for modality, (name, _) in FOLDERS.items()}


def convert(folder: Path, ranges: Ranges) -> dict[str, list[Path]]:
    """Feature files of each video."""
    out = [folder / "out" / modality for modality in FOLDERS]
    for expert, path in zip(FOLDERS, out, strict=True):
        import_features(expert, sources(folder / "features"), ranges, path, window=Window(8, 4), fps=25)
    return {video: [path / f"{video}.h5" for path in out] for video in ranges}


@pytest.mark.parametrize("frames", [77, 78, 79, 80])
def test_the_files_hold_the_features(tmp_path: Path, frames: int) -> None:
    """The flow, which reads two frames less, is one clip short where one or two frames remain of the last clip."""
    write_features(tmp_path / "features", "v", frames)
    paths = convert(tmp_path, {"v": (3, 3 + frames - 1)})["v"]
    published = [np.load(source.path("v")) for source in sources(tmp_path / "features").values()]
    assert len(published[2]) == 20 - (frames in (77, 78))
    clips = ClipFeatures(paths)
    assert (clips.first, clips.last, clips.stride, len(clips)) == (3, 3 + frames - 1, 4, 20)
    joined = np.hstack([np.pad(rows, ((0, 20 - len(rows)), (0, 0))) for rows in published])
    assert np.array_equal(clips.read(0, 20), joined)


def test_the_attributes_are_those_of_feature_files(tmp_path: Path) -> None:
    write_features(tmp_path / "features", "v", 20)
    write_features(tmp_path / "features", "u", 12)
    path = convert(tmp_path, {"v": (0, 19), "u": (0, 11)})["v"][3]
    folder = tmp_path / "features/skeleton"
    lines = "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in ("u.npy", "v.npy")
    )
    with h5py.File(path) as file:
        assert (file["features"].dtype, file["frame"].dtype) == (np.float32, np.int32)
        assert file["frame"][:].tolist() == [0, 4, 8, 12, 16]
        assert dict(file.attrs) == {
            "expert": b"skeleton",
            "weights_sha256": hashlib.sha256(lines.encode()).hexdigest().encode(),
            "length": 8,
            "stride": 4,
            "first": 0,
            "last": 19,
            "fps": 25,
            "start_ms": 0,
            "signspot": __version__.encode(),
        }


def test_an_unknown_usable_range_is_assumed_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_features(tmp_path / "features", "v", 77)
    with caplog.at_level(logging.WARNING):
        clips = ClipFeatures(convert(tmp_path, {"v": None})["v"])
    assert (clips.first, clips.last) == (0, 79)
    assert "taken to begin at frame 0" in caplog.text


def test_one_expert_alone_can_be_imported(tmp_path: Path) -> None:
    write_features(tmp_path / "features", "v", 80)
    source = sources(tmp_path / "features")["skeleton"]
    import_features("joints", {"joints": source}, {"v": (3, 82)}, tmp_path / "out", window=Window(8, 4), fps=25)
    clips = ClipFeatures([tmp_path / "out/v.h5"])
    assert (clips.first, clips.last, len(clips), clips.dims) == (3, 82, 20, [256])


def test_the_digest_does_not_depend_on_the_shard(tmp_path: Path) -> None:
    write_features(tmp_path / "features", "v", 20)
    write_features(tmp_path / "features", "u", 12)
    source = {"joints": sources(tmp_path / "features")["skeleton"]}
    for video in "uv":
        import_features("joints", source, {video: None}, tmp_path / video, window=Window(8, 4), fps=25)
    first, second = (ClipFeatures([tmp_path / video / f"{video}.h5"]).experts for video in "uv")
    assert first == second


def narrow(path: Path) -> None:
    np.save(path, np.load(path)[:, :-1])


def flat(path: Path) -> None:
    np.save(path, np.load(path)[0])


def empty(path: Path) -> None:
    np.save(path, np.load(path)[:0])


def whole_numbers(path: Path) -> None:
    np.save(path, np.load(path).astype(np.int64))


def objects(path: Path) -> None:
    np.save(path, np.load(path).astype(object), allow_pickle=True)


def pickled(path: Path) -> None:
    path.write_bytes(pickle.dumps(np.load(path)))


def archive(path: Path) -> None:
    rows = np.load(path)
    with path.open("wb") as file:
        np.savez(file, rows=rows)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def not_finite(path: Path) -> None:
    np.save(path, np.full_like(np.load(path), np.nan))


def two_clips_short(path: Path) -> None:
    np.save(path, np.load(path)[:-2])


def one_clip_long(path: Path) -> None:
    np.save(path, np.pad(np.load(path), ((0, 1), (0, 0))))


@pytest.mark.parametrize(
    ("damage", "modality", "message"),
    [
        (narrow, "rgb", r"holds float32 of shape \(20, 2047\), expected .* \(clips, 2048\)"),
        (narrow, "skeleton", r"expected .* \(clips, 256\)"),
        (flat, "hands", r"of shape \(2048,\)"),
        (empty, "flow", r"of shape \(0, 2048\)"),
        (whole_numbers, "rgb", "holds int64"),
        (objects, "rgb", "refused as an array"),
        (pickled, "flow", "refused as an array"),
        (archive, "flow", "holds None"),
        (truncated, "skeleton", "refused as an array"),
        (not_finite, "hands", "not finite"),
        (two_clips_short, "flow", "has 18 clips, expected 20 or 19"),
        (two_clips_short, "rgb", "has 18 clips, expected 20 as"),
        (one_clip_long, "skeleton", "has 21 clips, expected 20"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, damage, modality: str, message: str) -> None:
    write_features(tmp_path / "features", "v", 80)
    path = sources(tmp_path / "features")[modality].path("v")
    damage(path)
    with pytest.raises(InputError, match=f"{path}: .*{message}"):
        convert(tmp_path, {"v": (0, 79)})


def test_only_the_flow_may_be_short(tmp_path: Path) -> None:
    write_features(tmp_path / "features", "v", 80)
    path = sources(tmp_path / "features")["hands"].path("v")
    np.save(path, np.load(path)[:-1])
    with pytest.raises(InputError, match="has 19 clips, expected 20 as the usable range of v"):
        convert(tmp_path, {"v": None})
    assert not list((tmp_path / "out").rglob("hands/*.h5"))


def test_a_list_of_other_videos_is_refused(tmp_path: Path) -> None:
    write_features(tmp_path / "features", "v", 80)
    with pytest.raises(InputError, match="has 20 clips, expected 25"):
        convert(tmp_path, {"v": (0, 99)})

"""Feature files: what they hold, and that memory does not grow with the video."""

import os
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from clip_stores import labels_of, write_skeleton_video, write_video
from store_attributes import attributes_of
from torch.utils.data import DataLoader

from signspot import __version__
from signspot.backbones import build
from signspot.clips.dataset import ClipDataset, network_input
from signspot.clips.modalities import build_modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.window import Window
from signspot.errors import InputError, NotFinite
from signspot.experts import features
from signspot.experts.accuracy import accuracy
from signspot.experts.features import extract, extract_all
from signspot.experts.store import load_expert
from signspot.stores import VideoFiles
from signspot.training.store import read_config, save_network

BACKBONES = {"skeleton": {"name": "stgcn", "width": 0.0625}, "flow": {"name": "i3d_r50", "width": 0.0625}}
MODALITIES = {"skeleton": {"name": "skeleton"}, "flow": {"name": "flow", "input_size": 32}}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def expert(folder: Path, name: str = "skeleton", length: int = 8, stride: int = 4) -> Path:
    """An expert with random weights."""
    torch.manual_seed(0)
    modality = build_modality(**MODALITIES[name])
    network = build(num_classes=3, in_channels=modality.channels, **BACKBONES[name])
    config = {"expert": name, "modality": MODALITIES[name], "backbone": BACKBONES[name], "num_classes": 3}
    config |= {"vocabulary": ["A", "B"], "clip": {"length": length, "stride": stride}}
    save_network(folder, network, pd.DataFrame(), config)
    return folder


LARGE = 1e38
"""A weight that is a number, and so large that sums overflow."""


def spoilt(folder: Path, value: float) -> Path:
    """The folder of an expert, whose weights all have a value now."""
    network, _, config = load_expert(folder)
    with torch.no_grad():
        for weights in network.parameters():
            weights.fill_(value)
    save_network(folder, network, pd.DataFrame(), config)
    return folder


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    files = with_rate(write_skeleton_video(tmp_path, 20, 0, 19))
    with pytest.raises(InputError, match="not all weights are finite"):
        extract_all(spoilt(expert(tmp_path / "expert"), value), [files], tmp_path / "out")


def test_features_that_are_not_finite_are_an_error_and_not_written(tmp_path: Path) -> None:
    files = with_rate(write_skeleton_video(tmp_path, 20, 0, 19))
    folder = spoilt(expert(tmp_path / "expert"), LARGE)
    with pytest.raises(NotFinite, match="video v: the expert skeleton gives numbers that are not finite"):
        extract_all(folder, [files], tmp_path / "out")
    assert not (tmp_path / "out").exists() and not list(tmp_path.rglob("*.part/v.h5"))
    with pytest.raises(NotFinite, match="the expert skeleton"):
        accuracy(folder, [files], labels_of(files))


def with_rate(files: VideoFiles, fps: float = 25.0) -> VideoFiles:
    with h5py.File(files.poses, "r+") as file:
        file.attrs.update({"fps": fps, "start_ms": 0})
    return files


@pytest.mark.parametrize(
    ("name", "length", "stride", "batch"),
    [("skeleton", 8, 4, 3), ("skeleton", 8, 2, 16), ("skeleton", 20, 3, 4), ("flow", 8, 4, 5)],
)
def test_features_are_those_of_the_clips_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, length: int, stride: int, batch: int
) -> None:
    monkeypatch.setitem(features.BATCH, "cpu", batch)
    files = with_rate(write_video(tmp_path, 45, 3, 44))
    folder = expert(tmp_path / "expert", name, length, stride)
    extract(folder, files, tmp_path / "out" / "v.h5")
    network, modality, _ = load_expert(folder)
    dataset = ClipDataset(modality, [files], SAMPLERS.build("all"), Window(length, stride), 0, False, labels_of(files))
    with torch.inference_mode():
        expected = torch.cat([network(network_input(modality, *clip))[0] for *clip, _ in DataLoader(dataset, 1)])
    with h5py.File(tmp_path / "out" / "v.h5") as file:
        assert file["features"].dtype == np.float32
        np.testing.assert_allclose(file["features"][:], expected.numpy(), rtol=1e-4, atol=1e-5)
        assert file["frame"].dtype == np.int32
        assert file["frame"][:].tolist() == list(range(3, 45, stride))


def test_the_attributes_name_the_origin(tmp_path: Path) -> None:
    folder = expert(tmp_path / "expert")
    extract(folder, with_rate(write_skeleton_video(tmp_path, 20, 2, 17), 29.97), tmp_path / "v.h5")
    with h5py.File(tmp_path / "v.h5") as file:
        assert attributes_of(file) == {
            "expert": "skeleton",
            "weights_sha256": read_config(folder, [])["weights_sha256"],
            "length": 8,
            "stride": 4,
            "first": 2,
            "last": 17,
            "fps": 29.97,
            "start_ms": 0,
            "signspot": __version__,
        }


def with_variants(folder: Path, tta: str) -> Path:
    """The same expert, whose outputs are means over variants."""
    network, _, config = load_expert(folder)
    save_network(folder, network, pd.DataFrame(), config | {"tta": tta})
    return folder


def test_features_over_variants_say_so_and_are_no_others(tmp_path: Path) -> None:
    files = with_rate(write_video(tmp_path, 45, 3, 44))
    folder = expert(tmp_path / "expert")
    found = {}
    for tta in ("none", "mirror", "six", "none"):
        with_variants(folder, tta)
        features.extract_missing(load_expert(folder), files, tmp_path / "v.h5")
        with h5py.File(tmp_path / "v.h5") as file:
            rows, told = file["features"][:], attributes_of(file).get("tta", "none")
        assert told == tta
        np.testing.assert_array_equal(found.setdefault(tta, rows), rows)
    assert len({rows.tobytes() for rows in found.values()}) == 3


def test_features_over_variants_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = with_rate(write_skeleton_video(tmp_path, 20, 0, 19))
    known = load_expert(with_variants(expert(tmp_path / "expert"), "mirror"))
    features.extract_missing(known, files, tmp_path / "v.h5")
    monkeypatch.setattr(features, "_write", lambda *_: pytest.fail("extracted again"))
    features.extract_missing(known, files, tmp_path / "v.h5")


def test_same_input_same_bytes(tmp_path: Path) -> None:
    folder, files = expert(tmp_path / "expert"), with_rate(write_skeleton_video(tmp_path, 20, 0, 19))
    extract(folder, files, tmp_path / "a.h5")
    extract(folder, files, tmp_path / "b.h5")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_a_batch_at_a_time_whatever_the_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = []

    def watched(*arguments: object) -> Iterator[torch.Tensor]:
        for clips in original(*arguments):
            alive.append(len(clips))
            yield clips

    original = features.video_clips
    monkeypatch.setattr(features, "video_clips", watched)
    monkeypatch.setitem(features.BATCH, "cpu", 8)
    files = with_rate(write_skeleton_video(tmp_path, 400, 0, 399))
    extract(expert(tmp_path / "expert"), files, tmp_path / "v.h5")
    assert sum(alive) == 100
    assert max(alive) == 8


def test_the_network_is_loaded_once_for_all_videos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    original = features.load_on_device
    monkeypatch.setattr(features, "load_on_device", lambda folder: loads.append(folder) or original(folder))
    videos = [with_rate(write_skeleton_video(tmp_path, 12, 0, 11, video=f"v{i}")) for i in range(3)]
    extract_all(expert(tmp_path / "expert"), videos, tmp_path / "features")
    assert len(loads) == 1
    assert sorted(path.name for path in (tmp_path / "features").iterdir()) == ["v0.h5", "v1.h5", "v2.h5"]


@pytest.fixture
def stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[VideoFiles], list[str]]:
    """An expert, its videos, of which the second stopped the extraction, and what is extracted from then on."""
    folder = expert(tmp_path / "expert")
    videos = [with_rate(write_skeleton_video(tmp_path, 12, 0, 11, video=f"v{i}")) for i in range(3)]
    written = []

    def watched(expert: object, files: VideoFiles, *arguments: object) -> int:
        if files.video == "v1" and not written[1:]:
            written.append("stop")
            raise KeyboardInterrupt
        written.append(files.video)
        return original(expert, files, *arguments)

    original = features._write
    monkeypatch.setattr(features, "_write", watched)
    with pytest.raises(KeyboardInterrupt):
        extract_all(folder, videos, tmp_path / "features")
    assert not (tmp_path / "features").exists()
    written.append("again")
    return folder, videos, written


def test_a_stopped_extraction_goes_on(tmp_path: Path, stopped) -> None:
    folder, videos, written = stopped
    extract_all(folder, videos, tmp_path / "features")
    assert written == ["v0", "stop", "again", "v1", "v2"]
    assert sorted(path.name for path in tmp_path.glob("features/*")) == ["v0.h5", "v1.h5", "v2.h5"]
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("change", ["store", "window", "expert", "damage"])
def test_only_features_of_the_same_origin_are_kept(tmp_path: Path, stopped, change: str) -> None:
    folder, videos, written = stopped
    done = tmp_path / ".features.part" / "v0.h5"
    if change == "store":
        later = done.stat().st_mtime_ns + 10**9
        os.utime(videos[0].poses, ns=(later, later))
    elif change == "expert":
        save_network(folder, build("stgcn", 3, 3, width=0.0625), pd.DataFrame(), read_config(folder, []))
    elif change == "window":
        expert(folder, length=16)
    elif change == "damage":
        done.write_bytes(b"")
    extract_all(folder, videos, tmp_path / "features")
    assert written == ["v0", "stop", "again", "v0", "v1", "v2"]


def test_what_is_no_longer_wanted_goes(tmp_path: Path, stopped) -> None:
    folder, videos, _ = stopped
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "old.h5").touch()
    extract_all(folder, videos[1:], tmp_path / "features")
    assert sorted(path.name for path in tmp_path.glob("features/*")) == ["v1.h5", "v2.h5"]


def test_a_missing_store_leaves_no_file(tmp_path: Path) -> None:
    files = with_rate(write_skeleton_video(tmp_path, 12, 0, 11))
    with pytest.raises(InputError, match="flow"):
        extract(expert(tmp_path / "expert", "flow"), files, tmp_path / "out" / "v.h5")
    assert not list((tmp_path / "out").iterdir())

"""Stores whose bytes were lost or changed: every reader notices and names the file, a stage moves it out of the way."""

import errno
import logging
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from clip_stores import labels_of, video_files, write_frames, write_skeleton_video
from jobs import job_of

from signspot.arrays import Rows, attribute, new_arrays, open_arrays, timebase_of, write_attributes
from signspot.backbones import build
from signspot.backbones.checkpoints import Checkpoint, read_checkpoint
from signspot.clips.dataset import ClipDataset
from signspot.clips.modalities import build_modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.window import Window
from signspot.errors import DamagedStore, InputError
from signspot.experts.features import extract
from signspot.experts.store import load_expert
from signspot.flow.store import FlowStore, write_flow
from signspot.labels.frames import Annotation, read_labels, write_labels
from signspot.labels.gathered import gather_labels, read_gathered
from signspot.logs import MADE_AS_ONE, job
from signspot.pose import store as pose_store
from signspot.pose.holistic import Landmarks
from signspot.spotters.bilstm.sequences import ClipFeatures
from signspot.training.batches import plain_batches, training_batches
from signspot.training.store import save_network
from signspot.video.store import FrameStore

FRAMES = 24
MODALITY, BACKBONE = {"name": "skeleton"}, {"name": "stgcn", "width": 0.0625}


def found() -> Iterator[Landmarks]:
    """What a detector finds in a signer who moves."""
    rng = np.random.default_rng(0)
    for _ in range(FRAMES):
        yield Landmarks(*(rng.uniform(0.2, 0.8, (n, 3)).astype(np.float32) for n in (33, 21, 21)), True)


def write_expert(folder: Path) -> Path:
    torch.manual_seed(0)
    config = {"expert": "joints", "modality": MODALITY, "backbone": BACKBONE, "num_classes": 3}
    config |= {"vocabulary": ["A", "B"], "clip": {"length": 8, "stride": 4}}
    network = build(num_classes=3, in_channels=build_modality(**MODALITY).channels, **BACKBONE)
    save_network(folder, network, pd.DataFrame(), config)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of every kind, as the stages write them."""
    folder = tmp_path_factory.mktemp("made")
    files = video_files(folder)
    write_frames(files, FRAMES, np.random.default_rng(0))
    write_flow(files.crops, files.flow, size=64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pose_store, "frames", lambda *arguments: None)
        patch.setattr(pose_store, "landmarks", lambda *_: found())
        pose_store.write_poses("v.mp4", files.crops, files.poses)
    write_labels([Annotation("A", 0, 80, 400)], files.poses, files.labels)
    gather_labels({"v": files.labels}, folder / "labels/gathered/train.h5")
    extract(write_expert(folder / "expert"), files, folder / "features/v.h5")
    return folder


def read_poses(path: Path) -> list[Any]:
    with open_arrays(path) as file:
        rows = [Rows(file, name) for name in ("skeleton", "joints", "has_left")]
        first, last = attribute(file, "first"), attribute(file, "last")
        return [*(array.read(0, len(array)) for array in rows), first, last, timebase_of(file)]


def read_labels_file(path: Path) -> list[Any]:
    return [*read_labels(path)]


def read_gathered_labels(path: Path) -> list[Any]:
    return [value for one in read_gathered([path]).values() for value in one]


def read_frames(path: Path) -> list[Any]:
    with FrameStore(path) as store:
        return [store.read(0, len(store)), store.crop, store.span, store.fps]


def read_flow(path: Path) -> list[Any]:
    with FlowStore(path) as store:
        return [store.read(0, len(store))]


def read_features(path: Path) -> list[Any]:
    clips = ClipFeatures([path])
    return [clips.read(0, len(clips)), clips.experts, clips.first, clips.last, clips.stride, clips.timebase]


def read_expert(path: Path) -> list[Any]:
    expert = load_expert(path.parent)
    return [*(value.numpy() for value in expert.network.state_dict().values()), expert.config]


READERS = {
    "crops/v.h5": read_frames,
    "flow/v.h5": read_flow,
    "poses/v.h5": read_poses,
    "labels/v.h5": read_labels_file,
    "labels/gathered/train.h5": read_gathered_labels,
    "features/v.h5": read_features,
    "expert/weights.safetensors": read_expert,
}


def truncated(content: bytearray, rng: np.random.Generator) -> None:
    del content[int(rng.integers(len(content))) :]


def garbage(content: bytearray, rng: np.random.Generator) -> None:
    start = int(rng.integers(len(content)))
    content[start : start + 300] = rng.bytes(len(content[start : start + 300]))


def zeros(content: bytearray, rng: np.random.Generator) -> None:
    """A block of the disk that was never written."""
    start = int(rng.integers(len(content))) // 4096 * 4096
    content[start : start + 4096] = bytes(len(content[start : start + 4096]))


def flipped(content: bytearray, rng: np.random.Generator) -> None:
    content[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))


@pytest.mark.parametrize("count", [1, 9, 40])
def test_a_changed_attribute_is_noticed_however_many_there_are(tmp_path: Path, count: int) -> None:
    path, value = tmp_path / "v.h5", "0123456789abcdef"
    with new_arrays(path) as file:
        write_attributes(file, {f"attribute {i}": value for i in range(count)})
    content = path.read_bytes()
    assert content.count(value.encode()) == count
    path.write_bytes(content.replace(value.encode(), value.encode()[::-1], 1))
    with pytest.raises(DamagedStore), open_arrays(path) as file:
        [attribute(file, f"attribute {i}", str) for i in range(count)]


@pytest.mark.parametrize("damage", [truncated, garbage, zeros, flipped])
@pytest.mark.parametrize("name", READERS)
def test_no_damage_is_read_as_data(
    made: Path, name: str, damage: Callable[[bytearray, np.random.Generator], None]
) -> None:
    """In the few bytes that mean nothing, damage may pass; what is read then is what was written."""
    path, read = made / name, READERS[name]
    intact, noticed = path.read_bytes(), 0
    expected = read(path)
    try:
        for seed in range(40):
            content = bytearray(intact)
            damage(content, np.random.default_rng(seed))
            path.write_bytes(content)
            try:
                np.testing.assert_equal(read(path), expected)
            except DamagedStore as error:
                noticed += 1
                assert error.path == path
    finally:
        path.write_bytes(intact)
    assert noticed


@pytest.mark.parametrize("name", ["crops/v.h5", "flow/v.h5", "features/v.h5"])
def test_a_chunk_that_was_wiped_out_is_noticed(made: Path, name: str) -> None:
    """Its checksum, zero too, would be right."""
    path = made / name
    intact = path.read_bytes()
    with h5py.File(path) as file:
        array = file[{"crops": "jpeg"}.get(path.parent.name, path.parent.name)]
        chunks = [array.id.get_chunk_info(i) for i in range(array.id.get_num_chunks())]
    try:
        for chunk in chunks:
            content = bytearray(intact)
            content[chunk.byte_offset : chunk.byte_offset + chunk.size] = bytes(chunk.size)
            path.write_bytes(content)
            with pytest.raises(DamagedStore):
                READERS[name](path)
    finally:
        path.write_bytes(intact)


def test_what_the_system_refuses_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), open_arrays(tmp_path):
        pass


def test_a_damaged_checkpoint_of_the_user_is_no_damaged_store(tmp_path: Path) -> None:
    (tmp_path / "model.pth").write_bytes(b"PK broken")
    with pytest.raises(InputError) as error:
        read_checkpoint(Checkpoint(tmp_path / "model.pth"))
    assert not isinstance(error.value, DamagedStore)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_loader_process_hands_the_error_over(tmp_path: Path, workers: int) -> None:
    files = write_skeleton_video(tmp_path, 40, 0, 39)
    files.poses.write_bytes(files.poses.read_bytes()[:-100])
    modality, labels = build_modality(**MODALITY), labels_of(files)
    dataset = ClipDataset(modality, [files], SAMPLERS.build("all"), Window(), 0, augment=True, labels=labels)
    for batches in (training_batches(dataset, 4, 0, workers)(1), plain_batches(dataset, 4, workers)):
        with pytest.raises(DamagedStore) as error:
            list(batches)
        assert error.value.path == files.poses
        assert "Traceback" not in str(error.value)


def message_of(folder: Path, error: Exception) -> str:
    """The log of a stage that ends with an error."""
    handlers = logging.getLogger().handlers[:]
    try:
        with pytest.raises(SystemExit) as end, job(job_of(folder)):
            raise error
        assert end.value.code == 1
        return (folder / "stage.log").read_text()
    finally:
        logging.getLogger().handlers[:] = handlers


def test_a_stage_sets_a_damaged_file_aside(tmp_path: Path) -> None:
    path, aside = tmp_path / "crops/v.h5", tmp_path / "crops/v.h5.damaged"
    path.parent.mkdir()
    for content in ("first", "second"):
        path.write_text(content)
        message = message_of(tmp_path, DamagedStore(path, "checksum"))
        assert f"{path}: is damaged (checksum). {path} is now {aside}" in message
        assert "call the same command again" in message
        assert not path.exists() and aside.read_text() == content


def test_a_folder_that_is_made_as_a_whole_is_set_aside_as_a_whole(tmp_path: Path) -> None:
    folder, aside = tmp_path / "features/rgb", tmp_path / "features/rgb.damaged"
    for video in ("a.h5", "b.h5"):
        folder.mkdir(parents=True)
        (folder / MADE_AS_ONE).touch()
        (folder / video).touch()
        message = message_of(tmp_path, DamagedStore(folder / video, "checksum"))
        assert f"{folder} is now {aside}" in message
        assert [path.name for path in folder.parent.iterdir()] == ["rgb.damaged"]
        assert (aside / video).exists()


def test_jobs_that_come_later_learn_of_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "features/rgb/v.h5"
    path.parent.mkdir(parents=True)
    (path.parent / MADE_AS_ONE).touch()
    message_of(tmp_path, DamagedStore(path, "checksum"))
    assert "Another job has set it aside" in message_of(tmp_path, DamagedStore(path, "checksum"))
    assert (tmp_path / "features/rgb.damaged").exists()
    with pytest.raises(InputError, match=r"v\.h5: there is no such file\. \S*rgb was found damaged.*call the same"):
        ClipFeatures([path])


def test_what_cannot_be_moved_is_named(tmp_path: Path) -> None:
    path = tmp_path / "v.h5"
    path.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        message = message_of(tmp_path, DamagedStore(path, "checksum"))
    assert f"{path} cannot be renamed (Permission denied): delete it" in message


def refuse(*paths: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_the_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(DamagedStore("v.h5", "checksum")))
    assert (error.path, error.reason) == (Path("v.h5"), "checksum")
    assert str(error).startswith("v.h5: is damaged (checksum). Delete it")

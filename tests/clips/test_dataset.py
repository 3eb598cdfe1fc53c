"""Clips of training and of feature extraction: windows, padding, determinism, open files, damaged stores."""

import json
import os
import pickle
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from clip_datasets import ALL_MODALITIES, WINDOW, batch_of, dataset_of, tensors, windows_of
from clip_stores import (
    labels_of,
    video_files,
    write_flow_levels,
    write_labels,
    write_pose,
    write_skeleton_video,
    write_video,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, default_collate

from signspot.clips.dataset import OPEN_VIDEOS, ClipDataset, network_input
from signspot.clips.modalities.flow import flow
from signspot.clips.modalities.hands import hands
from signspot.clips.modalities.rgb import rgb
from signspot.clips.modalities.skeleton import Skeleton, skeleton
from signspot.clips.modality import Modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.video import usable_range, video_clips
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.stores import VideoFiles

torch.set_num_threads(1)


def plain(modality: Modality, *videos: VideoFiles) -> ClipDataset:
    return dataset_of(modality, *videos)


def augmented(modality: Modality, *videos: VideoFiles, seed: int = 0) -> ClipDataset:
    return dataset_of(modality, *videos, seed=seed, augment=True)


def test_windows_and_padding_as_published(golden: Path, tmp_path: Path) -> None:
    published = json.loads((golden / "clip_windows.json").read_text(encoding="utf-8"))["windows"]
    assert len(published) == 40
    for length, windows in published.items():
        first = int(length) % 4
        files = write_skeleton_video(tmp_path, frames=50, first=first, last=first + int(length) - 1, video=length)
        assert windows_of(tensors(plain(skeleton(), files)), first) == windows
        assert windows_of(torch.cat(list(video_clips(skeleton(), files, 3, WINDOW))), first) == windows


@given(
    frames=st.integers(1, 40),
    trim=st.tuples(st.integers(0, 39), st.integers(0, 39)),
    window=st.builds(Window, length=st.integers(1, 17), stride=st.integers(1, 20)),
    batch=st.integers(1, 12),
)
@settings(max_examples=40, deadline=None)
def test_extraction_sees_the_clips_of_training(
    tmp_path_factory: pytest.TempPathFactory, frames: int, trim: tuple[int, int], window: Window, batch: int
) -> None:
    first, last = sorted(min(frame, frames - 1) for frame in trim)
    files = write_skeleton_video(tmp_path_factory.mktemp("v"), frames, first, last)
    batches = list(video_clips(skeleton(), files, batch, window))
    assert all(len(clips) == batch for clips in batches[:-1])
    assert torch.equal(torch.cat(batches), tensors(dataset_of(skeleton(), files, window=window)))


@pytest.mark.parametrize("modality", ALL_MODALITIES)
@pytest.mark.parametrize(("first", "last"), [(0, 18), (2, 17)])
def test_extraction_equals_training_in_every_modality(
    modality: Modality, first: int, last: int, tmp_path: Path
) -> None:
    files = write_video(tmp_path, frames=19, first=first, last=last)
    batches = list(video_clips(modality, files, 2, WINDOW))
    assert [len(clips) for clips in batches] == [2, 2, 1] if first == 0 else [2, 2]
    assert torch.equal(torch.cat(batches), tensors(plain(modality, files)))


def test_missing_flow_of_the_last_frame_is_padding(tmp_path: Path) -> None:
    files = video_files(tmp_path)
    write_flow_levels(files, np.full((6, 2, 64, 64), 255, np.uint8))
    write_pose(files, np.zeros((7, 57, 3)), np.zeros((7, 57, 3)), 0, 6)
    write_labels(files, np.zeros(2), 0, 6)
    expected = [[0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 0, 0]]
    assert tensors(plain(flow(), files))[:, 0, :, 5, 5].tolist() == expected
    trimmed = video_files(tmp_path)
    write_labels(trimmed, np.zeros(2), 0, 4)
    assert tensors(plain(flow(), trimmed))[:, 0, :, 5, 5].tolist()[1] == [1, 1, 1, 1, 1, 0, 0, 0]


@dataclass(frozen=True)
class Watched(Skeleton):
    """A skeleton that notes what is opened and read."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "opened", [])
        object.__setattr__(self, "reads", [])

    @contextmanager
    def open(self, files: VideoFiles):
        self.opened.append(files.video)
        with super().open(files) as rows:
            read = rows.read
            rows.read = lambda start, stop: self.reads.append((start, stop)) or read(start, stop)
            yield rows


def test_extraction_reads_each_frame_once_and_in_order(tmp_path: Path) -> None:
    modality = Watched(False, 0, 0, 0, 0)
    list(video_clips(modality, write_skeleton_video(tmp_path, frames=60, first=3, last=55), 2, WINDOW))
    assert len(modality.reads) > 3
    assert [frame for start, stop in modality.reads for frame in range(start, stop)] == list(range(3, 56))


def test_training_reads_a_clip_at_once(tmp_path: Path) -> None:
    modality = Watched(False, 0, 0, 0, 0)
    plain(modality, write_skeleton_video(tmp_path, frames=60, first=0, last=59))[3]
    assert modality.reads == [(8, 16)]


def test_videos_without_labels_give_features(tmp_path: Path) -> None:
    files = write_skeleton_video(tmp_path, frames=20, first=1, last=19)
    files.labels.unlink()
    assert usable_range(files) == (1, 19)
    assert sum(map(len, video_clips(skeleton(), files, 4, WINDOW))) == 5


def test_selected_clips_and_their_labels(tmp_path: Path) -> None:
    videos = [write_skeleton_video(tmp_path, 16, 0, 15, video="a"), write_skeleton_video(tmp_path, 9, 0, 8, video="b")]
    everything, signs = plain(skeleton(), *videos), dataset_of(skeleton(), *videos, sampler="signs")
    assert everything.labels.tolist() == [0, 1, 2, 0, 0, 1, 2]
    assert [label for *_, label in everything] == everything.labels.tolist()
    assert [label for *_, label in signs] == signs.labels.tolist() == [1, 2, 1, 2]
    assert torch.equal(tensors(signs), tensors(everything)[[1, 2, 5, 6]])
    assert len(plain(skeleton())) == 0


def test_augmentation_depends_on_seed_epoch_and_clip_only(tmp_path: Path) -> None:
    files = write_video(tmp_path, frames=40, first=0, last=39)
    modality = rgb(input_size=16, colour_jitter=0.3)
    dataset, again = augmented(modality, files), augmented(modality, files)
    clips = tensors(dataset)
    backwards = batch_of(again, reversed(range(len(again)))).flip(0)
    assert torch.equal(clips, backwards)
    assert not torch.equal(clips, tensors(augmented(modality, files, seed=1)))
    dataset.set_epoch(1)
    assert not torch.equal(clips, tensors(dataset))
    dataset.set_epoch(0)
    assert torch.equal(clips, tensors(dataset))


def test_loader_processes_give_the_same_clips_and_notice_the_epoch(tmp_path: Path) -> None:
    files = write_skeleton_video(tmp_path, frames=40, first=0, last=39)
    dataset = augmented(skeleton(noise=0.1), files)
    epochs = []
    for epoch in range(2):
        dataset.set_epoch(epoch)
        epochs.append(tensors(dataset))
    loader = DataLoader(dataset, batch_size=5, num_workers=2, persistent_workers=True)
    for epoch in range(2):
        dataset.set_epoch(epoch)
        assert torch.equal(torch.cat([network_input(dataset.modality, *batch[:2]) for batch in loader]), epochs[epoch])
    assert not torch.equal(*epochs)


@pytest.mark.parametrize("modality", ALL_MODALITIES)
def test_clips_in_memory_are_the_same_and_read_once(modality: Modality, tmp_path: Path) -> None:
    files, copy = (write_video(tmp_path / name, frames=19, first=2, last=18) for name in ("held", "copy"))
    expected = augmented(modality, copy)
    dataset = dataset_of(modality, files, augment=True, in_memory=True)
    loader = DataLoader(dataset, batch_size=2, num_workers=2)
    for epoch in range(2):
        for one in (dataset, expected):
            one.set_epoch(epoch)
        clips = torch.cat([network_input(modality, *batch[:2]) for batch in loader])
        assert torch.equal(clips, tensors(expected))
        for store in modality.stores:
            getattr(files, store).unlink(missing_ok=True)


def test_more_clips_than_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_video(tmp_path, frames=19, first=2, last=18)
    monkeypatch.setattr(ClipDataset, "__len__", lambda dataset: 1 << 40)
    with pytest.raises(InputError, match=r"in_memory: 1099511627776 clips take .* GB.*Set in_memory to"):
        dataset_of(flow(), files, augment=True, in_memory=True)


@pytest.mark.parametrize("modality", ALL_MODALITIES)
def test_a_batch_stays_as_it_is_when_it_becomes_input(modality: Modality, tmp_path: Path) -> None:
    files = write_video(tmp_path, frames=19, first=2, last=18)
    frames, *_ = default_collate([plain(modality, files)[2]])
    before = frames.clone()
    present = torch.zeros(1, 8, dtype=torch.bool)
    assert not network_input(modality, frames, present).any()
    assert torch.equal(frames, before)


def test_only_so_many_videos_stay_open(tmp_path: Path) -> None:
    modality = Watched(False, 0, 0, 0, 0)
    videos = [write_skeleton_video(tmp_path, 4, 0, 3, video=f"v{i}") for i in range(OPEN_VIDEOS + 4)]
    before = h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL, h5py.h5f.OBJ_FILE)
    dataset = plain(modality, *videos)
    assert h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL, h5py.h5f.OBJ_FILE) == before
    for i in range(len(dataset)):
        dataset[i]
        dataset[0]
    assert h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL, h5py.h5f.OBJ_FILE) == before + OPEN_VIDEOS
    assert modality.opened == [files.video for files in videos], "the video used last must not be closed"


def test_files_of_a_parent_process_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modality = Watched(False, 0, 0, 0, 0)
    dataset = plain(modality, write_skeleton_video(tmp_path, 4, 0, 3))
    dataset[0]
    dataset[0]
    assert modality.opened == ["v"]
    monkeypatch.setattr(os, "getpid", lambda: -1)
    dataset[0]
    dataset[0]
    assert modality.opened == ["v", "v"]


def test_dataset_in_use_can_be_sent_to_another_process(tmp_path: Path) -> None:
    dataset = plain(skeleton(), write_skeleton_video(tmp_path, 9, 0, 8))
    clips = tensors(dataset)
    assert torch.equal(tensors(pickle.loads(pickle.dumps(dataset))), clips)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("modality", "store"),
    [
        (rgb(), "crops"),
        (hands(), "crops"),
        (hands(), "poses"),
        (flow(), "flow"),
        (skeleton(), "poses"),
    ],
)
@pytest.mark.parametrize("damage", [Path.unlink, truncate])
def test_damaged_stores_name_themselves(modality: Modality, store: str, damage, tmp_path: Path) -> None:
    files = write_video(tmp_path, frames=9, first=0, last=8)
    dataset = plain(modality, files)
    path = getattr(files, store)
    damage(path)
    with pytest.raises(InputError, match=path.parent.name):
        dataset[0]
    with pytest.raises(InputError, match=path.parent.name):
        next(video_clips(modality, files, 2, WINDOW))


@pytest.mark.parametrize("modality", ALL_MODALITIES)
def test_stores_that_end_too_early_are_refused(modality: Modality, tmp_path: Path) -> None:
    files = write_video(tmp_path, frames=9, first=0, last=8)
    longer = write_skeleton_video(tmp_path / "longer", frames=20, first=0, last=19)
    mixed = VideoFiles("v", files.crops, files.poses, files.flow, longer.labels)
    with pytest.raises(InputError):
        tensors(plain(modality, mixed))
    with h5py.File(files.poses, "a") as file:
        file.attrs["last"] = 19
    with pytest.raises(InputError):
        list(video_clips(modality, files, 2, WINDOW))


def test_a_video_without_usable_frames_has_no_clip(tmp_path: Path) -> None:
    files = write_skeleton_video(tmp_path, 9, 0, 8)
    write_pose(files, np.zeros((9, 57, 3)), np.zeros((9, 57, 3)), 0, -1)
    assert list(video_clips(skeleton(), files, 2, WINDOW)) == []


def test_labels_are_those_that_are_given(tmp_path: Path) -> None:
    videos = [write_skeleton_video(tmp_path, 16, 0, 15, video="a"), write_skeleton_video(tmp_path, 9, 2, 8, video="b")]
    labels = labels_of(*videos)
    for files in videos:
        files.labels.unlink()
    dataset = ClipDataset(skeleton(), videos, SAMPLERS.build("all"), WINDOW, 0, False, labels)
    assert dataset.labels.tolist() == [0, 1, 2, 0, 0, 1]


def test_windows_are_drawn_anew_in_each_epoch_by_every_process(tmp_path: Path) -> None:
    files = write_skeleton_video(tmp_path, frames=60, first=0, last=59)
    dataset = dataset_of(skeleton(), files, sampler="windows", augment=True)
    loader = DataLoader(dataset, batch_size=3, num_workers=2, persistent_workers=True)
    epochs = []
    for epoch in range(2):
        dataset.set_epoch(epoch)
        frames, _, labels = map(torch.cat, zip(*loader, strict=True))
        assert labels.tolist() == dataset.labels.tolist()
        assert torch.equal(frames, torch.stack([dataset[i][0] for i in range(len(dataset))]))
        epochs.append(frames)
    assert not torch.equal(*epochs)
    dataset.set_epoch(0)
    assert torch.equal(torch.stack([dataset[i][0] for i in range(len(dataset))]), epochs[0])


def test_windows_cannot_be_kept_in_memory(tmp_path: Path) -> None:
    files = write_skeleton_video(tmp_path, frames=60, first=0, last=59)
    with pytest.raises(InputError, match="in_memory: the clips are drawn anew"):
        dataset_of(skeleton(), files, sampler="windows", in_memory=True)

"""The windows that HS-I3D learns from: labels of frames, short videos, loader processes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from clip_stores import labels_of, video_files, write_flow_levels, write_pose, write_skeleton_video, write_video
from torch.utils.data import DataLoader

from signspot.clips.dataset import ClipDataset
from signspot.clips.modalities.flow import flow
from signspot.clips.modalities.rgb import rgb
from signspot.clips.modalities.skeleton import skeleton
from signspot.clips.modality import Modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels
from signspot.spotters.hsi3d.windows import WindowDataset, last_repeated
from signspot.stores import VideoFiles
from signspot.timebase import Timebase


def dataset_of(
    modality: Modality, *videos: VideoFiles, length: int = 32, labels: dict | None = None, augment: bool = False
) -> WindowDataset:
    sampler = SAMPLERS.build("windows", rsp=0.3)
    labels = labels or labels_of(*videos)
    return WindowDataset(ClipDataset(modality, videos, sampler, Window(length, 1), 0, augment, labels))


def test_each_frame_has_its_label(tmp_path: Path) -> None:
    """The coordinates of frame t of the made-up skeleton are t + 1."""
    files = write_skeleton_video(tmp_path, frames=90, first=3, last=80)
    (known,) = labels_of(files).values()
    dataset = dataset_of(skeleton(), files)
    assert len(dataset) > 10
    for epoch in range(3):
        dataset.set_epoch(epoch)
        for frames, present, labels in (dataset[i] for i in range(len(dataset))):
            numbers = frames[0, :, 0, 0].long() - 1
            assert present.all() and (numbers.diff() == 1).all()
            assert labels.dtype == torch.int64
            assert labels.tolist() == known.label[numbers - known.first].tolist()


def test_a_short_video_repeats_its_last_frame_and_its_label(tmp_path: Path) -> None:
    files = write_skeleton_video(tmp_path, frames=12, first=2, last=10)
    label = np.int32([0, 0, 1, 1, 0, 0, 0, 2, 2])
    dataset = dataset_of(skeleton(), files, labels={"v": FrameLabels(2, 10, Timebase(), label)})
    frames, present, labels = dataset[0]
    assert frames[0, :, 0, 0].tolist() == [*range(3, 12), *[11] * 23]
    assert present.all()
    assert labels.tolist() == [*label, *[2] * 23]


def test_the_last_frame_has_the_flow_of_the_one_before(tmp_path: Path) -> None:
    files = video_files(tmp_path)
    write_flow_levels(files, np.arange(1, 7, dtype=np.uint8)[:, None, None, None].repeat(2, 1).repeat(64, 2))
    write_pose(files, np.zeros((7, 57, 3)), np.zeros((7, 57, 3)), 0, 6)
    labels = {"v": FrameLabels(0, 6, Timebase(), np.int32([0, 1, 1, 0, 2, 2, 3]))}
    frames, present, found = dataset_of(flow(input_size=1), files, length=7, labels=labels)[0]
    assert frames[0, :, 0, 0].tolist() == [1, 2, 3, 4, 5, 6, 6]
    assert present.all()
    assert found.tolist() == labels["v"].label.tolist()


def test_flow_of_a_single_frame_is_absent(tmp_path: Path) -> None:
    files = video_files(tmp_path)
    write_flow_levels(files, np.ones((6, 2, 64, 64), np.uint8))
    labels = {"v": FrameLabels(6, 6, Timebase(), np.int32([1]))}
    modality = flow(input_size=8, rotate_deg=9.0)
    frames, present, found = dataset_of(modality, files, length=4, labels=labels, augment=True)[0]
    assert frames.shape == (2, 4, 8, 8)
    assert present.tolist() == [False] * 4
    assert found.tolist() == [1] * 4


@pytest.mark.parametrize("modality", [rgb(input_size=16, rotate_deg=5.0, grey_share=0.2), skeleton(noise=0.1)])
def test_loader_processes_give_the_same_windows_and_notice_the_epoch(modality: Modality, tmp_path: Path) -> None:
    videos = [write_video(tmp_path, 40, 0, 39, video="a"), write_video(tmp_path, 20, 3, 19, video="b")]
    dataset = dataset_of(modality, *videos, augment=True)
    loader = DataLoader(dataset, batch_size=3, num_workers=2, persistent_workers=True)
    epochs = []
    for epoch in range(2):
        dataset.set_epoch(epoch)
        batches = [torch.cat(parts) for parts in zip(*loader, strict=True)]
        expected = [torch.stack(parts) for parts in zip(*(dataset[i] for i in range(len(dataset))), strict=True)]
        assert all(map(torch.equal, batches, expected))
        epochs.append(batches[0])
    assert not torch.equal(*epochs)


def test_the_digest_is_that_of_the_labels(tmp_path: Path) -> None:
    files = write_skeleton_video(tmp_path, frames=40, first=0, last=39)
    (known,) = labels_of(files).values()
    other = {"v": known._replace(label=known.label[::-1].copy())}
    digests = [dataset_of(skeleton(), files, labels=labels).digest for labels in (None, None, other)]
    assert digests[0] == digests[1] != digests[2]


def test_whole_windows_stay_as_they_are() -> None:
    batch = torch.arange(24.0).reshape(2, 1, 4, 3, 1)
    assert last_repeated(batch, 4) is batch
    assert last_repeated(batch, 2)[:, 0, :, 0, 0].tolist() == [[0, 3, 3, 3], [12, 15, 15, 15]]

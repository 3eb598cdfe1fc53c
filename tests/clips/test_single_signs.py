"""Clips of single signs: every rule of a window, in every modality, drawn anew or kept in memory."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from clip_datasets import ALL_MODALITIES, dataset_of, tensors, windows_of
from clip_stores import write_skeleton_video, write_video
from torch.utils.data import DataLoader

from signspot.clips.dataset import ClipDataset
from signspot.clips.modalities.flow import flow
from signspot.clips.modalities.skeleton import Skeleton, skeleton
from signspot.clips.modality import Modality
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.stores import VideoFiles

torch.set_num_threads(1)

SIGNS = [0] * 3 + [1] * 2 + [0] * 4 + [2] * 12 + [0] * 2 + [3]
"""Signs of 2, of 12 and of 1 frames: 3 and 4, 9 to 20, and 23, the last frame of the video."""


def with_signs(files: VideoFiles) -> VideoFiles:
    with h5py.File(files.labels, "r+") as file:
        del file["frame"]
        file["frame"] = np.array(SIGNS, np.int32)
    return files


def shown(dataset: ClipDataset) -> list[list[int]]:
    return windows_of(tensors(dataset), 0)


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ("around", [[2, 3, 4, 5], [13, 14, 15, 16], [21, 22, 23, -1]]),
        ("own", [[3, 4, -1, -1], [13, 14, 15, 16], [23, -1, -1, -1]]),
        ("repeated", [[3, 3, 4, 4], [13, 14, 15, 16], [23, 23, 23, 23]]),
        ("parts", [[3, 3, 4, 4], [10, 13, 16, 19], [23, 23, 23, 23]]),
    ],
)
def test_a_single_sign_is_cut_by_the_rule_of_the_window(sign: str, expected: list[list[int]], tmp_path: Path) -> None:
    files = with_signs(write_skeleton_video(tmp_path, len(SIGNS), 0, len(SIGNS) - 1))
    window = Window(4, sign=sign)
    assert shown(dataset_of(skeleton(), files, sampler="instances", window=window)) == expected
    grid = [dataset_of(skeleton(), files, window=one) for one in (window, Window(4))]
    assert torch.equal(*map(tensors, grid)), "clips of the grid are successive frames"


def learnt(files: VideoFiles, sign: str, seed: int = 0, **options: Any) -> ClipDataset:
    options = {"sampler": "instances", "window": Window(4, sign=sign), "seed": seed, "augment": True} | options
    return dataset_of(Plain(False, 0, 0, 0, 0), files, **options)


class Plain(Skeleton):
    """A skeleton that training leaves as it is."""

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return raw


@pytest.mark.parametrize("sign", ["repeated", "parts"])
def test_frames_are_drawn_by_seed_epoch_and_clip_in_every_process(sign: str, tmp_path: Path) -> None:
    files = with_signs(write_skeleton_video(tmp_path, len(SIGNS), 0, len(SIGNS) - 1))
    dataset = learnt(files, sign)
    loader = DataLoader(dataset, batch_size=2, num_workers=2, persistent_workers=True)
    epochs = []
    for epoch in range(6):
        dataset.set_epoch(epoch)
        epochs.append(shown(dataset))
        assert windows_of(torch.cat([frames for frames, *_ in loader]), 0) == epochs[-1]
    assert len({str(clips[1]) for clips in epochs}) > 2
    assert {str(clips[2]) for clips in epochs} == {"[23, 23, 23, 23]"}
    dataset.set_epoch(0)
    assert shown(dataset) == epochs[0]
    assert len({str(shown(learnt(files, sign, seed))[1]) for seed in range(6)}) > 2


@pytest.mark.parametrize("sign", ["repeated", "parts"])
def test_frames_drawn_anew_cannot_be_kept_in_memory(sign: str, tmp_path: Path) -> None:
    files = with_signs(write_skeleton_video(tmp_path, len(SIGNS), 0, len(SIGNS) - 1))
    with pytest.raises(InputError, match=rf"in_memory: the frames .* \(clips.sign: {sign}\).*Set it to false"):
        learnt(files, sign, in_memory=True)
    learnt(files, sign, sampler="all", in_memory=True)


@pytest.mark.parametrize("sign", ["around", "own"])
def test_frames_that_stay_can_be_kept_in_memory(sign: str, tmp_path: Path) -> None:
    files = with_signs(write_skeleton_video(tmp_path, len(SIGNS), 0, len(SIGNS) - 1))
    kept = learnt(files, sign, in_memory=True)
    assert shown(kept) == shown(kept) == shown(learnt(files, sign))


@pytest.mark.parametrize("modality", ALL_MODALITIES)
@pytest.mark.parametrize("sign", ["own", "repeated", "parts"])
def test_every_modality_shows_every_sign(modality: Modality, sign: str, tmp_path: Path) -> None:
    """The last frame of a video has no flow: a sign of it alone is not there, of a longer one its flow before is."""
    files = with_signs(write_video(tmp_path, len(SIGNS), 0, len(SIGNS) - 1))
    for augment in (False, True):
        dataset = dataset_of(modality, files, sampler="instances", window=Window(4, sign=sign), augment=augment)
        there = [int(present.sum()) for _, present, _ in (dataset[i] for i in range(3))]
        own = sign == "own"
        last = 0 if modality == flow(input_size=32) else 1 if own else 4
        assert there == [2 if own else 4, 4, last]


def test_of_a_sign_that_ends_with_the_video_the_last_flow_is_repeated(tmp_path: Path) -> None:
    files = write_video(tmp_path, 4, 0, 3)
    with h5py.File(files.labels, "r+") as file:
        del file["frame"]
        file["frame"] = np.ones(4, np.int32)
    clips = [
        tensors(dataset_of(flow(input_size=32), files, sampler="instances", window=Window(length, sign="repeated")))
        for length in (3, 6)
    ]
    flows = tensors(dataset_of(flow(input_size=32), files, sampler="instances", window=Window(4, sign="own")))[0]
    assert torch.equal(clips[0][0], flows[:, :3])
    assert torch.equal(clips[1][0], flows[:, [0, 0, 1, 2, 2, 2]])

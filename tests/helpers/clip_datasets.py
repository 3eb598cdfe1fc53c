"""Data sets of clips of made-up videos, and what they show."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from clip_stores import labels_of
from torch.utils.data import default_collate

from signspot.clips.dataset import ClipDataset, network_input
from signspot.clips.modalities.flow import flow
from signspot.clips.modalities.hands import hands
from signspot.clips.modalities.rgb import rgb
from signspot.clips.modalities.skeleton import skeleton
from signspot.clips.modality import Modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.window import Window
from signspot.stores import VideoFiles

ALL_MODALITIES = [
    *(rgb(input_size=32), hands(input_size=32), flow(input_size=32), flow(input_size=32, stack=5)),
    *(skeleton(relative=True), skeleton(stream="bones"), skeleton(stream="joint_motion")),
]


WINDOW = Window()


def dataset_of(
    modality: Modality, *videos: VideoFiles, sampler: str = "all", window: Window = WINDOW, **options: Any
) -> ClipDataset:
    options = {"seed": 0, "augment": False} | options
    return ClipDataset(modality, videos, SAMPLERS.build(sampler), window, labels=labels_of(*videos), **options)


def tensors(dataset: ClipDataset) -> torch.Tensor:
    return batch_of(dataset, range(len(dataset)))


def batch_of(dataset: ClipDataset, indices: Iterable[int]) -> torch.Tensor:
    """These clips as a network takes them."""
    frames, present, _ = default_collate([dataset[i] for i in indices])
    return network_input(dataset.modality, frames, present)


def windows_of(clips: torch.Tensor, first: int) -> list[list[int]]:
    """Frames of each clip of a skeleton video, counted from the first usable one; -1 for padding."""
    values = clips[:, 0, :, 0, 0].int()
    assert (clips == clips[:, :1, :, :1]).all()
    return torch.where(values > 0, values - 1 - first, -1).tolist()


def read(modality: Modality, files: VideoFiles, start: int, stop: int) -> np.ndarray:
    with modality.open(files) as reader:
        return reader.read(start, stop)

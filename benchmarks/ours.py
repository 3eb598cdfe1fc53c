"""The stages of signspot, each as a function that prepares and returns the work to be measured.

Imports stand in the functions: a stage runs in a process of its own, in whose memory there is what this stage needs.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from measuring import Work

SIZE = 256
"""Side of the stored frames and of their flow, in px."""
STRIDE = 4
CLIP = 8
"""Frames of a clip."""
BATCH = 16
"""Clips of a batch in training, as published."""
SIGNS = 60
DETECTED = 250
"""Frames in which ``pose_repeated`` finds landmarks."""


@dataclass(frozen=True)
class Excerpt:
    """A part of a video: of ``video``, the first ``ms`` milliseconds at ``fps`` frames per second."""

    video: Path
    fps: float
    ms: int


def crop(excerpt: Excerpt, out: Path) -> Work:
    """Finds the signer, decodes, crops, and stores the frames."""
    from signspot.video.crop import write_frames
    from signspot.video.decode import Span
    from signspot.video.mediapipe import solution

    solution("pose")
    _one_thread()
    return lambda: write_frames(excerpt.video, out, excerpt.fps, SIZE, Span(0, excerpt.ms))


def pose(video: Path, frames: Path, out: Path) -> Work:
    """Decodes at full size, finds the landmarks, and stores them."""
    from signspot.pose.store import write_poses
    from signspot.video.mediapipe import solution

    solution("holistic")
    _one_thread()
    return lambda: write_poses(video, frames, out)


def pose_repeated(video: Path, frames: Path, out: Path) -> Work:
    """As ``pose``, but only the landmarks of the first frames are found, and repeated for all others."""
    from signspot.pose.holistic import Landmarks, landmarks

    def repeated(pictures: Iterator[np.ndarray], *options: int) -> Iterator[Landmarks]:
        with closing(landmarks(pictures, *options)) as found:
            known = list(islice(found, DETECTED))
            yield from known
            # The detectors stay open: their memory counts.
            for i, _ in enumerate(pictures):
                yield known[i % DETECTED]

    write = pose(video, frames, out)

    def work() -> None:
        with patch("signspot.pose.store.landmarks", repeated):
            write()

    return work


def flow(frames: Path, out: Path, size: int = SIZE) -> Work:
    """Reads the stored frames, computes TV-L1 on one core, and stores the flow."""
    from signspot.flow.fused import flow_of_pair
    from signspot.flow.store import write_flow

    flow_of_pair(*np.zeros((2, 32, 32), np.uint8))  # compiles, or loads what was compiled
    _one_thread()
    return lambda: write_flow(frames, out, size)


def tvl1(pairs: Path, out: Path) -> Work:
    """TV-L1 alone, of pairs of grey frames in a .npy file; the flows go to another."""
    from signspot.flow.fused import flow_of_pair

    images = np.load(pairs)
    flow_of_pair(*np.zeros((2, 32, 32), np.uint8))
    _one_thread()
    return lambda: np.save(out, np.stack([flow_of_pair(*pair) for pair in images]))


def loader(modality: str, results: Path, video: str, clips: list[int]) -> Work:
    """Clips in the given order, in batches, as they are sent to a device."""
    from torch.utils.data import default_collate

    dataset = _dataset(modality, results, video, augment=False)
    dataset[clips[0]]
    _one_thread()

    def work() -> None:
        for start in range(0, len(clips), BATCH):
            default_collate([dataset[clip] for clip in clips[start : start + BATCH]])

    return work


def training_input(modality: str, results: Path, video: str, batches: int) -> Work:
    """Shuffled and augmented batches, normalised: what a training step begins with; returns the clips taken."""
    from itertools import chain, count, islice

    from signspot.clips.dataset import network_input
    from signspot.training.batches import training_batches

    dataset = _dataset(modality, results, video, augment=True)
    of_epoch = training_batches(dataset, BATCH, seed=0)
    dataset[0]
    _one_thread()

    def work() -> int:
        taken = islice(chain.from_iterable(map(of_epoch, count(1))), batches)
        return sum(len(network_input(dataset.modality, frames, present)) for frames, present, _ in taken)

    return work


def features(expert: Path, results: Path, video: str, out: Path) -> Work:
    """All clips of a video through the network of an expert, whose weights are loaded as well."""
    from signspot.experts.features import extract
    from signspot.stores import CorpusFiles

    _one_thread()
    return lambda: extract(expert, CorpusFiles(results).stores_of(video), out)


def _one_thread() -> None:
    from signspot.compute.threads import use_threads

    use_threads(1)


def _dataset(modality: str, results: Path, video: str, augment: bool) -> Any:
    """All clips of the usable range, with made-up labels."""
    from signspot.clips.dataset import ClipDataset
    from signspot.clips.modalities import build_modality
    from signspot.clips.samplers import SAMPLERS
    from signspot.clips.window import Window
    from signspot.stores import CorpusFiles

    files, window = CorpusFiles(results).stores_of(video), Window(CLIP, STRIDE)
    labels = {video: made_up_labels(files)}
    return ClipDataset(build_modality(modality), [files], SAMPLERS.build("all"), window, 0, augment, labels)


def made_up_labels(files: Any) -> Any:
    """Frame labels of a video: all signs in turn, each for the frames of a stride."""
    from signspot.clips.video import usable_range
    from signspot.labels.frames import FrameLabels
    from signspot.timebase import Timebase

    first, last = usable_range(files)
    label = np.arange(last - first + 1, dtype=np.int32) // STRIDE % (SIGNS + 1)
    return FrameLabels(first, last, Timebase(), label)

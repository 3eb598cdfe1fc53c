"""Clips of many videos for training, and all clips of one video in order for feature extraction."""

import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.utils.data import Dataset

from signspot.arrays import Rows, attribute, open_arrays
from signspot.clips.modalities import Modality, Reader, VideoFiles
from signspot.errors import InputError
from signspot.labels import LENGTH as CLIP_LENGTH

OPEN_VIDEOS = 16
"""Videos that a process keeps open at a time."""


def clip_count(first: int, last: int, stride: int) -> int:
    """Clips of the usable range ``first`` … ``last`` (inclusive): one per started stride."""
    return -(-(last - first + 1) // stride)


def clip_start(first: int, clip: int, stride: int) -> int:
    """The first frame of a clip. It may begin before the usable range and end after it: those frames are padding."""
    return first + stride * clip - CLIP_LENGTH // 2


class ClipDataset(Dataset[tuple[Tensor, int]]):
    """Labelled clips: ``dataset[i]`` is (float32 (channels, 8, height, width) or (channels, 8, joints, 1), label).

    Frames outside the usable range are zeros. With ``augment``, clip i depends on the seed, the epoch and i only, not
    on the process that makes it. Files are opened where and when they are needed: the dataset suits any loader.

    Args:
        videos: their labels must be there now; the stores of the modality when a clip is taken.
        select: ``"signs"`` leaves the background clips (label 0) out.
        augment: clips as for training; otherwise the plain view.

    Raises:
        InputError: a labels file is missing, damaged, or contradicts itself.
    """

    def __init__(
        self,
        modality: Modality,
        videos: Sequence[VideoFiles],
        select: Literal["signs", "all"],
        seed: int,
        augment: bool,
    ) -> None:
        self.modality, self.seed, self.augment = modality, seed, augment
        self._videos = [_LabelledVideo(files) for files in videos]
        labels = [video.labels for video in self._videos]
        video = np.repeat(np.arange(len(labels)), [len(of_video) for of_video in labels])
        clip = np.concatenate([np.arange(len(of_video)) for of_video in labels] or [np.empty(0, int)])
        label = np.concatenate([*labels, np.empty(0, np.int32)])
        chosen = label != 0 if select == "signs" else np.ones(len(label), bool)
        self._clips = np.stack([video, clip], axis=1)[chosen]
        self.labels = label[chosen]
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()
        self._readers = _OpenReaders(modality)

    def set_epoch(self, epoch: int) -> None:
        """Changes the augmentation; loader processes that live on notice it too."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self._clips)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        video, clip = self._clips[index]
        labelled = self._videos[video]
        start = clip_start(labelled.first, int(clip), labelled.stride)
        begin, end = max(start, labelled.first), min(start + CLIP_LENGTH, labelled.last + 1)
        raw = self._readers[labelled.files].read(begin, end)
        if self.augment:
            view = self.modality.augment(raw, np.random.default_rng((self.seed, int(self._epoch), index)))
        else:
            view = self.modality.centre(raw)
        frames = torch.from_numpy(self.modality.tensor(view))
        return _padded(frames, begin - start, CLIP_LENGTH), int(self.labels[index])


class _LabelledVideo:
    """The usable range and the clip labels of a video."""

    def __init__(self, files: VideoFiles) -> None:
        with open_arrays(files.labels) as file:
            self.files = files
            self.first, self.last, self.stride, length = (
                attribute(file, name) for name in ("first", "last", "stride", "length")
            )
            clips = Rows(file, "clip")
            self.labels = clips.read(0, len(clips))
        expected = clip_count(self.first, self.last, self.stride)
        if length != CLIP_LENGTH or len(self.labels) != expected:
            raise InputError(
                f"{files.labels}: {len(self.labels)} clips of {length} frames, expected {expected} of {CLIP_LENGTH}"
                f" for frames {self.first}…{self.last} at stride {self.stride}. Delete it and run its stage again."
            )


class _OpenReaders:
    """Readers of the videos that this process used last; those inherited from a parent process are closed, not used."""

    def __init__(self, modality: Modality) -> None:
        self._modality = modality
        self._process = os.getpid()
        self._open: OrderedDict[VideoFiles, tuple[Reader, ExitStack]] = OrderedDict()

    def __getitem__(self, files: VideoFiles) -> Reader:
        if self._process != os.getpid():
            self._close_all_but(0)
            self._process = os.getpid()
        if files not in self._open:
            self._close_all_but(OPEN_VIDEOS - 1)
            with ExitStack() as stack:
                self._open[files] = stack.enter_context(self._modality.open(files)), stack.pop_all()
        self._open.move_to_end(files)
        return self._open[files][0]

    def _close_all_but(self, kept: int) -> None:
        while len(self._open) > kept:
            _, (_, stack) = self._open.popitem(last=False)
            stack.close()

    def __reduce__(self) -> tuple[type, tuple[Modality]]:
        return _OpenReaders, (self._modality,)


def video_clips(modality: Modality, files: VideoFiles, batch: int, stride: int = 4) -> Iterator[Tensor]:
    """All clips of a video's usable range, in order: batches float32 (b, channels, 8, height, width) or (…, joints, 1).

    They equal the clips of a ``ClipDataset`` without augmentation. Each frame is read once; one batch is in memory.

    Args:
        files: the pose file gives the usable range; no labels are needed.
        batch: clips per batch; the last one may be smaller.

    Raises:
        InputError: a store is missing, damaged or too short.
    """
    first, last = usable_range(files)
    count = clip_count(first, last, stride)
    with modality.open(files) as reader:
        frames, unread = None, first
        for clip in range(0, count, batch):
            size = min(batch, count - clip)
            start, stop = clip_start(first, clip, stride), clip_start(first, clip + size - 1, stride) + CLIP_LENGTH
            begin, end = max(start, first), min(stop, last + 1)
            if unread < end:
                fresh = torch.from_numpy(modality.tensor(modality.centre(reader.read(unread, end))))
                frames = fresh if frames is None else torch.cat([frames, fresh], 1)
                unread = end
            windows = _padded(frames, begin - start, stop - start).unfold(1, CLIP_LENGTH, stride)
            yield windows.movedim((1, -1), (0, 2)).contiguous()
            next_begin = max(clip_start(first, clip + size, stride), first)
            frames, unread = frames[:, next_begin - begin :].clone(), max(unread, next_begin)


def usable_range(files: VideoFiles) -> tuple[int, int]:
    """First and last frame (inclusive) between which the signer was found, from the pose file."""
    with open_arrays(files.pose) as pose:
        return attribute(pose, "first"), attribute(pose, "last")


def _padded(frames: Tensor, before: int, length: int) -> Tensor:
    """(channels, n, …) -> (channels, length, …), with zeros before and after the frames."""
    after = length - before - frames.shape[1]
    return pad(frames, (*(0, 0) * (frames.ndim - 2), before, after))

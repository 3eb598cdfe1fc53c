"""Clips of many videos for training, and all clips of one video in order for feature extraction."""

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.utils.data import Dataset

from signspot.arrays import attribute, open_arrays
from signspot.clip_labels import CLIP_LENGTH, ClipLabels, clip_count, labels_digest, read_labels
from signspot.clips.modalities import Modality, Reader, VideoFiles

OPEN_VIDEOS = 16
"""Videos that a process keeps open at a time."""


def clip_start(first: int, clip: int, stride: int) -> int:
    """The first frame of a clip. It may begin before the usable range and end after it: those frames are padding."""
    return first + stride * clip - CLIP_LENGTH // 2


class ClipDataset(Dataset[tuple[Tensor, int]]):
    """Labelled clips: ``dataset[i]`` is (float32 (channels, 8, height, width) or (channels, 8, joints, 1), label).

    Frames outside the usable range are zeros. With ``augment``, clip i depends on the seed, the epoch and i only, not
    on the process that makes it. Files are opened where and when they are needed: the dataset suits any loader. It
    holds 4 bytes per clip, and 12 per clip with a sign if it is for those only.

    Args:
        videos: the stores of the modality must be there when a clip is taken.
        select: ``"signs"`` leaves the background clips (label 0) out.
        augment: clips as for training; otherwise the plain view.
        labels: of the videos, by their names; without them, the labels file of each is read.

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
        labels: Mapping[str, ClipLabels] | None = None,
    ) -> None:
        self.modality, self.seed, self.augment = modality, seed, augment
        known = [read_labels(files.labels) if labels is None else labels[files.video] for files in videos]
        self.labels = np.concatenate([np.empty(0, np.int32), *(one.label for one in known)])
        self._ends = np.cumsum([len(one.label) for one in known])
        self._videos = [(files, one.first, one.last, one.stride) for files, one in zip(videos, known, strict=True)]
        self.digest = labels_digest(known)
        self._chosen = None
        if select == "signs":
            self._chosen = np.flatnonzero(self.labels)
            self.labels = self.labels[self._chosen]
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()
        self._readers = _OpenReaders(modality)

    def set_epoch(self, epoch: int) -> None:
        """Changes the augmentation; loader processes that live on notice it too."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        video, clip = self._place(index)
        files, first, last, stride = self._videos[video]
        start = clip_start(first, clip, stride)
        begin, end = max(start, first), min(start + CLIP_LENGTH, last + 1)
        raw = self._readers[files].read(begin, end)
        if self.augment:
            view = self.modality.augment(raw, np.random.default_rng((self.seed, int(self._epoch), index)))
        else:
            view = self.modality.centre(raw)
        frames = torch.from_numpy(self.modality.tensor(view))
        return _padded(frames, begin - start, CLIP_LENGTH), int(self.labels[index])

    def _place(self, index: int) -> tuple[int, int]:
        """Number of the video of a clip, and of the clip in its video."""
        flat = index if self._chosen is None else int(self._chosen[index])
        video = int(np.searchsorted(self._ends, flat, side="right"))
        return video, flat - int(self._ends[video - 1] if video else 0)


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

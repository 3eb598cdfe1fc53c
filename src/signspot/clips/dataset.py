"""Clips of many videos for training, and all clips of one video in order for feature extraction."""

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from math import prod
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.utils.data import Dataset

from signspot.arrays import attribute, open_arrays
from signspot.clips.modalities import Modality, Reader
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.labels.frames import FrameLabels, read_labels
from signspot.labels.gathered import labels_digest
from signspot.labels.views import clip_labels
from signspot.stores import VideoFiles

CLIP_LENGTH = Window().length
OPEN_VIDEOS = 16
"""Videos that a process keeps open at a time."""


def clip_count(first: int, last: int, stride: int) -> int:
    """Clips of the usable range."""
    return Window(stride=stride).count(first, last)


def clip_start(first: int, clip: int, stride: int) -> int:
    """The first frame of a clip. It may begin before the usable range and end after it: those frames are padding."""
    return first + stride * clip - CLIP_LENGTH // 2


class ClipDataset(Dataset[tuple[Tensor, Tensor, int]]):
    """Labelled clips: ``dataset[i]`` is (frames, present, label), as :func:`network_input` takes them in batches.

    Frames are uint8 (channels, 8, height, width) or float32 (channels, 8, joints, 1); those outside the usable range
    are not ``present``, bool (8,). With ``augment``, clip i depends on the seed, the epoch and i only, not on the
    process that makes it. Files are opened where and when they are needed: the dataset suits any loader. It holds 4
    bytes per clip, and 12 per clip with a sign if it is for those only.

    Args:
        videos: the stores of the modality must be there when a clip is taken.
        select: ``"signs"`` leaves the background clips (label 0) out.
        augment: clips as for training; otherwise the plain view.
        labels: of the videos, by their names; without them, the labels file of each is read.
        in_memory: clips stay in memory, as they are before they are augmented, after they were read for the first
            time; loader processes share them. A clip of images takes 1.5 MiB, one of flow 1 MiB (256 px).

    Raises:
        InputError: a labels file is missing, damaged, or contradicts itself; with ``in_memory``, a store too, or there
            is not so much memory.
    """

    def __init__(
        self,
        modality: Modality,
        videos: Sequence[VideoFiles],
        select: Literal["signs", "all"],
        seed: int,
        augment: bool,
        labels: Mapping[str, FrameLabels] | None = None,
        in_memory: bool = False,
        window: Window = Window(),
    ) -> None:
        self.modality, self.seed, self.augment = modality, seed, augment
        known = [read_labels(files.labels) if labels is None else labels[files.video] for files in videos]
        clips = [clip_labels(one.label, window.stride, window.length) for one in known]
        self.labels = np.concatenate([np.empty(0, np.int32), *clips])
        self._ends = np.cumsum([len(one) for one in clips])
        self._videos = [(files, one.first, one.last, window.stride) for files, one in zip(videos, known, strict=True)]
        self.digest = labels_digest(known)
        self._chosen = None
        if select == "signs":
            self._chosen = np.flatnonzero(self.labels)
            self.labels = self.labels[self._chosen]
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()
        self._readers = _OpenReaders(modality)
        self._held = _HeldClips(len(self), self._read(0)[0]) if in_memory and len(self) else None

    def set_epoch(self, epoch: int) -> None:
        """Changes the augmentation; loader processes that live on notice it too."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, int]:
        raw, before = self._read(index) if self._held is None else self._held.clip(index, self._read)
        if self.augment:
            view = self.modality.augment(raw, np.random.default_rng((self.seed, int(self._epoch), index)))
        else:
            view = self.modality.centre(raw)
        frames = torch.from_numpy(self.modality.tensor(view))
        return *_padded(frames, before, CLIP_LENGTH), int(self.labels[index])

    def _read(self, index: int) -> tuple[np.ndarray, int]:
        """The raw frames of a clip that lie in the usable range, and how many are missing before them."""
        video, clip = self._place(index)
        files, first, last, stride = self._videos[video]
        start = clip_start(first, clip, stride)
        begin, end = max(start, first), min(start + CLIP_LENGTH, last + 1)
        return self._readers[files].read(begin, end), begin - start

    def _place(self, index: int) -> tuple[int, int]:
        """Number of the video of a clip, and of the clip in its video."""
        flat = index if self._chosen is None else int(self._chosen[index])
        video = int(np.searchsorted(self._ends, flat, side="right"))
        return video, flat - int(self._ends[video - 1] if video else 0)


class _HeldClips:
    """Raw clips in memory that processes share; each is read when it is asked for the first time.

    Args:
        like: the raw frames of one clip.

    Raises:
        InputError: there is not so much memory for processes to share.
    """

    def __init__(self, count: int, like: np.ndarray) -> None:
        shape = (count, CLIP_LENGTH, *like.shape[1:])
        try:
            self._frames = torch.from_numpy(np.empty((0, *shape[1:]), like.dtype)).new_empty(shape).share_memory_()
        except RuntimeError as error:
            size = prod(shape) * like.itemsize / 1e9
            raise InputError(
                f"in_memory: {count} clips take {size:.1f} GB of shared memory (/dev/shm), which cannot be had: "
                f"{error}. Set in_memory to false, or give the job or the container so much."
            ) from error
        self._range = torch.full((count, 2), -1, dtype=torch.int8).share_memory_()

    def clip(self, index: int, read: Callable[[int], tuple[np.ndarray, int]]) -> tuple[np.ndarray, int]:
        before, length = self._range[index].tolist()
        if before < 0:
            raw, before = read(index)
            length = len(raw)
            self._frames[index, :length] = torch.from_numpy(np.ascontiguousarray(raw))
            self._range[index] = torch.tensor([before, length])
        return self._frames[index, :length].numpy(), before


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


def network_input(modality: Modality, frames: Tensor, present: Tensor) -> Tensor:
    """What a network takes: float32 (n, channels, 8, …), normalised; frames that are not there are zeros.

    Args:
        frames: (n, channels, 8, …) of a :class:`ClipDataset`.
        present: bool (n, 8).
    """
    gone = ~present[:, None, :, None, None]
    return modality.normalised(frames).masked_fill_(gone, 0)


def video_clips(
    modality: Modality, files: VideoFiles, batch: int, stride: int = 4, device: torch.device | str = "cpu"
) -> Iterator[Tensor]:
    """All clips of a video's usable range, in order: batches float32 (b, channels, 8, height, width) or (…, joints, 1).

    They equal the clips of a ``ClipDataset`` without augmentation. Each frame is read, sent to the device and
    normalised once; the clips are cut there. One batch is in memory, and on a GPU the frames of the next.

    Args:
        files: the pose file gives the usable range; no labels are needed.
        batch: clips per batch; the last one may be smaller.

    Raises:
        InputError: a store is missing, damaged or too short.
    """
    first, last = usable_range(files)
    fresh = _fresh_frames(modality, files, first, last, batch, stride)
    frames, begin = None, first
    for clip, new in zip(range(0, clip_count(first, last, stride), batch), _ahead(fresh, device), strict=True):
        new = modality.normalised(new.to(device, non_blocking=True))
        frames = new if frames is None else torch.cat([frames, new], 1)
        size = min(batch, clip_count(first, last, stride) - clip)
        start, stop = clip_start(first, clip, stride), clip_start(first, clip + size - 1, stride) + CLIP_LENGTH
        padded, _ = _padded(frames[:, : min(stop, last + 1) - begin], begin - start, stop - start)
        yield padded.unfold(1, CLIP_LENGTH, stride).movedim((1, -1), (0, 2)).contiguous()
        next_begin = max(clip_start(first, clip + size, stride), first)
        frames, begin = frames[:, next_begin - begin :].clone(), next_begin


def _fresh_frames(
    modality: Modality, files: VideoFiles, first: int, last: int, batch: int, stride: int
) -> Iterator[Tensor]:
    """For each batch of clips, those of its frames that the batches before do not have, as ``tensor`` gives them."""
    count = clip_count(first, last, stride)
    with modality.open(files) as reader:
        unread = first
        for clip in range(0, count, batch):
            end = min(clip_start(first, min(clip + batch, count) - 1, stride) + CLIP_LENGTH, last + 1)
            yield torch.from_numpy(modality.tensor(modality.centre(reader.read(unread, max(end, unread)))))
            # With a stride beyond the length of a clip, the frames in between are not read.
            unread = max(end, unread, clip_start(first, clip + batch, stride))


def _ahead(items: Iterator[Tensor], device: torch.device | str) -> Iterator[Tensor]:
    """The same items; while a GPU computes, the next one is made in a thread of its own."""
    if torch.device(device).type == "cpu":
        yield from items
        return
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = pool.submit(next, items, None)
            yield item


def usable_range(files: VideoFiles) -> tuple[int, int]:
    """First and last frame (inclusive) between which the signer was found, from the pose file."""
    with open_arrays(files.poses) as pose:
        return attribute(pose, "first"), attribute(pose, "last")


def _padded(frames: Tensor, before: int, length: int) -> tuple[Tensor, Tensor]:
    """(channels, n, …) -> (channels, length, …) with zeros around the frames, and bool (length,): where they are."""
    after = length - before - frames.shape[1]
    present = torch.zeros(length, dtype=torch.bool)
    present[before : length - after] = True
    return pad(frames, (*(0, 0) * (frames.ndim - 2), before, after)), present

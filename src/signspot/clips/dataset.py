"""Clips of many videos for training."""

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from math import prod

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.utils.data import Dataset

from signspot.clips.cuts import DRAWN, RULES, Cut, successive
from signspot.clips.modality import Modality, Reader
from signspot.clips.sampling import Clips, Sampler
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.labels.frames import FrameLabels
from signspot.labels.gathered import labels_digest
from signspot.stores import VideoFiles

OPEN_VIDEOS = 16
"""Videos that a process keeps open at a time."""


class ClipDataset(Dataset[tuple[Tensor, Tensor, int]]):
    """Labelled clips: ``dataset[i]`` is (frames, present, label), as :func:`network_input` takes them in batches.

    Frames are uint8 (channels, length, height, width) or float32 (channels, length, joints, 1); those outside the
    usable range are not ``present``, bool (length,). With ``augment``, clip i depends on the seed, the epoch and i
    only, not on the process that makes it. Stores are opened where and when they are needed: the dataset suits any
    loader. It holds 12 bytes per clip, 20 of single signs.

    Args:
        modality: cuts the frames.
        videos: the stores of the modality must be there when a clip is taken.
        sampler: chooses the clips; of an epoch, if it draws them anew.
        window: length of the clips, their stride if they lie on a grid, and how single signs are cut.
        seed: of what is random in augmentation, sampler and cuts.
        augment: clips as for training; otherwise the plain view.
        labels: of the videos, by their names.
        in_memory: clips stay in memory, as they are before they are augmented, after they were read for the first
            time; loader processes share them. A clip of 8 images takes 1.5 MiB, one of flow 1 MiB (256 px).

    Raises:
        InputError: with ``in_memory``, a store is missing or damaged, there is not so much memory, or the sampler
            draws clips, or the window their frames, anew in each epoch.
    """

    def __init__(
        self,
        modality: Modality,
        videos: Sequence[VideoFiles],
        sampler: Sampler,
        window: Window,
        seed: int,
        augment: bool,
        labels: Mapping[str, FrameLabels],
        in_memory: bool = False,
    ) -> None:
        if in_memory and sampler.redrawn:
            raise InputError("in_memory: the clips are drawn anew in each epoch, so none can be kept. Set it to false.")
        self.modality, self.window, self.seed, self.augment = modality, window, seed, augment
        self._sampler, self._videos, self._known = sampler, videos, [labels[files.video] for files in videos]
        self.digest = labels_digest(self._known)
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()
        self._drawn, self._clips = 0, self._draw(0)
        if in_memory and self._clips.sign is not None and window.sign in DRAWN:
            raise InputError(
                f"in_memory: the frames of clips are drawn anew in each epoch (clips.sign: {window.sign}), so none can "
                "be kept. Set it to false, or clips.sign to around or own."
            )
        self._readers = _OpenReaders(modality)
        self._held = _HeldClips(len(self), window.length, self._read(0)[0]) if in_memory and len(self) else None

    @property
    def labels(self) -> np.ndarray:
        """The labels of the clips of this epoch, int32 (n,)."""
        return self._of_epoch().label

    def set_epoch(self, epoch: int) -> None:
        """Changes the augmentation and what a sampler draws; loader processes that live on notice it too."""
        self._epoch.fill_(epoch)

    def place(self, index: int) -> tuple[FrameLabels, int]:
        """The labels of the video of a clip of this epoch, and the first frame of the clip."""
        video, start, _ = self._clip(index)
        return self._known[video], start

    def __len__(self) -> int:
        return len(self._clips.label)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, int]:
        raw, before = self._read(index) if self._held is None else self._held.clip(index, self._read)
        if self.augment:
            view = self.modality.augment(raw, np.random.default_rng((self.seed, int(self._epoch), index)))
        else:
            view = self.modality.centre(raw)
        frames = torch.from_numpy(self.modality.tensor(view))
        return *padded(frames, before, self.window.length), self._clip(index)[2]

    def _read(self, index: int) -> tuple[np.ndarray, int]:
        """The raw frames of a clip that are there, and how many are missing before them."""
        cut, reader = self._cut(index), self._readers[self._videos[self._clip(index)[0]]]
        shown, rows = np.unique(cut.frames, return_inverse=True)
        runs = np.split(shown, np.flatnonzero(np.diff(shown) > 1) + 1)
        read = [reader.read(int(run[0]), int(run[-1]) + 1) for run in runs]
        raw = read[0] if len(read) == 1 else np.concatenate(read)
        if cut.whole and len(raw):
            raw = raw[np.minimum(rows, len(raw) - 1)]
        return raw, cut.before

    def _cut(self, index: int) -> Cut:
        """The frames of a clip of this epoch."""
        video, start, _ = self._clip(index)
        known, sign = self._known[video], self._of_epoch().sign
        if sign is None or self.window.sign not in RULES:
            return successive(start, self.window.length, known.first, known.last)
        first, last = sign[index].tolist()
        return RULES[self.window.sign](first, last, self.window.length, self._cut_numbers(index))

    def _cut_numbers(self, index: int) -> np.random.Generator | None:
        """The random numbers that choose the frames of a clip in training."""
        if not self.augment:
            return None
        # The key keeps them apart from those of the augmentation and of the sampler.
        return np.random.default_rng(np.random.SeedSequence((self.seed, int(self._epoch), index), spawn_key=(2,)))

    def _clip(self, index: int) -> tuple[int, int, int]:
        """Video, start and label of a clip of this epoch."""
        clips = self._of_epoch()
        return int(clips.video[index]), int(clips.start[index]), int(clips.label[index])

    def _of_epoch(self) -> Clips:
        """The clips of this epoch. Each process draws them for itself: only the number of the epoch is shared."""
        epoch = int(self._epoch)
        if self._sampler.redrawn and epoch != self._drawn:
            self._drawn, self._clips = epoch, self._draw(epoch)
        return self._clips

    def _draw(self, epoch: int) -> Clips:
        # The key keeps these numbers apart from those of the augmentation of clip 0.
        rng = np.random.default_rng(np.random.SeedSequence((self.seed, epoch), spawn_key=(1,)))
        return self._sampler(self._known, self.window, rng)


class _HeldClips:
    """Raw clips in memory that processes share; each is read when it is asked for the first time.

    Args:
        count: number of clips.
        length: frames of a whole clip.
        like: the raw frames of one clip.

    Raises:
        InputError: there is not so much memory for processes to share.
    """

    def __init__(self, count: int, length: int, like: np.ndarray) -> None:
        shape = (count, length, *like.shape[1:])
        try:
            self._frames = torch.from_numpy(np.empty((0, *shape[1:]), like.dtype)).new_empty(shape).share_memory_()
        except RuntimeError as error:
            size = prod(shape) * like.itemsize / 1e9
            raise InputError(
                f"in_memory: {count} clips take {size:.1f} GB of shared memory (/dev/shm), which cannot be had: "
                f"{error}. Set in_memory to false, or give the job or the container so much."
            ) from error
        self._range = torch.full((count, 2), -1, dtype=torch.int32).share_memory_()

    def clip(self, index: int, read: Callable[[int], tuple[np.ndarray, int]]) -> tuple[np.ndarray, int]:
        """The raw frames of a clip, and how many are missing before them; ``read`` gives them the first time."""
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
    """What a network takes: float32 (n, channels, length, …), normalised; frames that are not there are zeros.

    Args:
        modality: of the frames.
        frames: (n, channels, length, …) of a :class:`ClipDataset`.
        present: bool (n, length).
    """
    gone = ~present[:, None, :, None, None]
    return modality.normalised(frames).masked_fill_(gone, 0)


def padded(frames: Tensor, before: int, length: int) -> tuple[Tensor, Tensor]:
    """(channels, n, …) -> (channels, length, …) with zeros around the frames, and bool (length,): where they are.

    Args:
        frames: at most ``length``.
        before: zeros before the frames; the rest comes after.
        length: frames of the result.
    """
    after = length - before - frames.shape[1]
    present = torch.zeros(length, dtype=torch.bool)
    present[before : length - after] = True
    return pad(frames, (*(0, 0) * (frames.ndim - 2), before, after)), present

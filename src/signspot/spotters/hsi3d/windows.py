"""The windows that HS-I3D learns from: frames, and the label of each."""

import torch
from torch import Tensor
from torch.utils.data import Dataset

from signspot.clips.dataset import ClipDataset
from signspot.labels.views import window_labels


class WindowDataset(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """Windows with the labels of their frames: ``dataset[i]`` is (frames, present, labels).

    Frames and ``present`` are those of a :class:`ClipDataset`, labels are int64 (length,). After the end of a video,
    its last frame and the label of that are repeated, so that a window is full in a shorter video too.

    Args:
        clips: the windows of an epoch; their own labels are not used.
    """

    def __init__(self, clips: ClipDataset) -> None:
        self._clips = clips

    @property
    def digest(self) -> str:
        """Of the labels of all videos."""
        return self._clips.digest

    def set_epoch(self, epoch: int) -> None:
        """As :meth:`ClipDataset.set_epoch`."""
        self._clips.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self._clips)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        frames, present, _ = self._clips[index]
        known, start = self._clips.place(index)
        labels = window_labels(known.label, start - known.first, len(present))
        labels[max(known.last + 1 - start, 0) :] = known.label[-1]
        # Windows begin in the video, so what is missing is missing at their end.
        frames, present[:] = last_repeated(frames, int(present.sum())), bool(present.any())
        return frames, present, torch.from_numpy(labels).long()


def last_repeated(frames: Tensor, count: int) -> Tensor:
    """Windows whose frame ``count - 1`` stands in the place of all that follow it.

    Args:
        frames: (…, length, height, width).
        count: frames of the windows that are there. Without any (the flow of a video of one frame), nothing is done.
    """
    missing = frames.shape[-3] - count
    if not missing or not count:
        return frames
    last = frames[..., count - 1 : count, :, :]
    return torch.cat([frames[..., :count, :, :], *[last] * missing], -3)

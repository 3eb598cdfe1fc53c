"""The features of whole videos, all experts side by side, for the spotting head."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

from signspot.arrays import Rows, attribute, open_arrays, timebase_of
from signspot.errors import InputError
from signspot.labels.frames import FrameLabels
from signspot.labels.gathered import labels_digest
from signspot.labels.views import clip_labels, offsets
from signspot.spotters import VideoInputs

log = logging.getLogger(__name__)

STATISTICS_BLOCK = 1024
"""Clips read at a time when the statistics of the features are taken."""
LEAST_DEVIATION = 0.01
"""A feature's deviation counts as at least this part of the mean one, so that one that hardly moves stays small."""


class ClipFeatures:
    """The features of one video by all experts, joined. The files are open only while they are read.

    ``experts``: name, number of features and digest of the weights of each; ``first``, ``last``: usable range in
    frames, inclusive; ``stride`` of all experts and ``length`` of the clips of the first, in frames; ``timebase``.

    An expert may be one clip short, as the published flow is, whose last frame has no flow: zeros stand for it.

    Raises:
        InputError: a file is missing or damaged, or they disagree on clips, stride or rate.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self.experts: list[dict[str, Any]] = []
        frames, clips, lengths = [], [], []
        for path in self.paths:
            with open_arrays(path) as file:
                features = Rows(file, "features")
                dim = features.read(0, 0).shape[1]
                frames.append(Rows(file, "frame").read(0, len(features)))
                clips.append((*(attribute(file, key) for key in ("first", "last", "stride")), timebase_of(file)))
                lengths.append(attribute(file, "length"))
                name, digest = (attribute(file, key, str) for key in ("expert", "weights_sha256"))
                self.experts.append({"name": name, "features": dim, "weights_sha256": digest})
        self.first, self.last, self.stride, self.timebase = clips[0]
        self.length = lengths[0]
        longest = max(frames, key=len)
        self._length = len(longest)
        for path, frame, cut in zip(self.paths, frames, clips, strict=True):
            short = len(longest) - len(frame)
            if short > 1 or not np.array_equal(frame, longest[: len(frame)]) or cut != clips[0]:
                raise InputError(
                    f"{path}: {len(frame)} clips; first, last, stride, timebase = {cut}. "
                    f"{self.paths[0]}: {len(frames[0])} clips; {clips[0]}. "
                    "The experts must cut the same clips: extract the features again."
                )
            if short:
                log.info("%s: one clip short of the other experts; zeros stand for it", path)

    @property
    def dims(self) -> list[int]:
        """Number of features of each expert."""
        return [expert["features"] for expert in self.experts]

    def __len__(self) -> int:
        return self._length

    def read(self, start: int, stop: int) -> np.ndarray:
        """Features of the clips ``start`` … ``stop - 1``, float32 (stop - start, sum of dims).

        Raises:
            InputError: a file is damaged or holds values that are not finite.
        """
        joined = np.zeros((stop - start, sum(self.dims)), np.float32)
        ends = np.cumsum(self.dims)
        for path, dim, end in zip(self.paths, self.dims, ends, strict=True):
            with open_arrays(path) as file:
                rows = Rows(file, "features")
                present = rows.read(start, min(stop, len(rows)))
            if not np.isfinite(present).all():
                raise InputError(f"{path}: holds features that are not finite. Train its expert again.")
            joined[: len(present), end - dim : end] = present
        return joined


def feature_statistics(videos: Sequence[ClipFeatures]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each feature over all clips, float32 (dim,), read block by block."""
    total = square = np.zeros(sum(videos[0].dims))
    count = 0
    for video in videos:
        for start in range(0, len(video), STATISTICS_BLOCK):
            block = video.read(start, min(start + STATISTICS_BLOCK, len(video))).astype(np.float64)
            total, square, count = total + block.sum(0), square + (block**2).sum(0), count + len(block)
    mean = total / count
    deviation = np.sqrt(np.maximum(square / count - mean**2, 0))
    least = LEAST_DEVIATION * deviation.mean() or 1.0
    return mean.astype(np.float32), np.maximum(deviation, least).astype(np.float32)


@dataclass(frozen=True)
class Augmentation:
    """What is done to the features in training, against memorising a small corpus; published: nothing.

    Args:
        crop: clips of the random part of a video that is seen at a time; 0 takes whole videos. A longer video is seen
            in as many parts per epoch as would cover it.
        noise: standard deviation of the noise added, in that of each feature.
        drop_expert: probability that an expert's features give way to their means, for a whole part; one always stays.
        mask: longest run of clips whose features give way to their means; its length is drawn from 0 to this.

    Raises:
        InputError: a value is out of range.
    """

    crop: int = 0
    noise: float = 0.0
    drop_expert: float = 0.0
    mask: int = 0

    def __post_init__(self) -> None:
        for key in ("crop", "noise", "mask"):
            if getattr(self, key) < 0:
                raise InputError(f"augmentation.{key}: expected 0 or more, got {getattr(self, key)}.")
        if not 0 <= self.drop_expert < 1:
            raise InputError(f"augmentation.drop_expert: expected 0 or more, below 1, got {self.drop_expert}.")

    def __call__(
        self, x: np.ndarray, dims: Sequence[int], mean: np.ndarray, deviation: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """A variant of features.

        Args:
            x: float32 (n, sum of dims).
            dims: number of features of each expert.
            mean, deviation: of each feature, float32 (sum of dims,).
            rng: decides on all that is random.
        """
        x = x + np.float32(self.noise) * deviation * rng.standard_normal(x.shape, np.float32)
        dropped = rng.random(len(dims)) < self.drop_expert
        dropped[rng.integers(len(dims))] = False
        columns = np.repeat(dropped, dims)
        x[:, columns] = mean[columns]
        length = min(int(rng.integers(self.mask + 1)), len(x))
        start = rng.integers(len(x) - length + 1)
        x[start : start + length] = mean
        return x


class SequenceDataset(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """Videos, or parts of them: features float32 (n, dim), labels int64 (n,), offsets float32 (n, 2) in clips.

    Features are read when an item is taken, so that they need not fit in memory; 6 bytes per clip stay there. With
    ``augmentation``, item i depends on the seed, the epoch and i only, and ``statistics`` are the means and deviations
    of the features.

    Args:
        videos: their feature files.
        labels: of the videos, by their names.
        seed: of the augmentation.
        augmentation: of training; None: whole videos as they are.

    Raises:
        InputError: files of a video are missing or damaged, or do not belong together.
    """

    def __init__(
        self,
        videos: Sequence[VideoInputs],
        labels: Mapping[str, FrameLabels],
        seed: int,
        augmentation: Augmentation | None = None,
    ) -> None:
        self.seed, self.augmentation = seed, augmentation
        self.features = [ClipFeatures(video.features) for video in videos]
        known = [labels[video.video] for video in videos]
        self.digest = labels_digest(known)
        self.targets = [_targets(video.video, *one) for video, *one in zip(videos, known, self.features, strict=True)]
        for video, features in zip(videos, self.features, strict=True):
            check_experts(video.video, features, self.features[0].experts, self.features[0].stride)
        crop = augmentation.crop if augmentation else 0
        self._items = [i for i, f in enumerate(self.features) for _ in range(-(-len(f) // crop) if crop else 1)]
        self.statistics = feature_statistics(self.features) if augmentation else None
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()

    def set_epoch(self, epoch: int) -> None:
        """Changes the augmentation; loader processes that live on notice it too."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        video = self._items[index]
        features, (label, reach) = self.features[video], self.targets[video]
        if self.augmentation is None:
            part, x = slice(None), features.read(0, len(features))
        else:
            rng = np.random.default_rng((self.seed, int(self._epoch), index))
            length = min(self.augmentation.crop or len(features), len(features))
            start = int(rng.integers(len(features) - length + 1))
            part = slice(start, start + length)
            x = self.augmentation(features.read(part.start, part.stop), features.dims, *self.statistics, rng)
        return torch.from_numpy(x), torch.from_numpy(label[part]).long(), torch.from_numpy(reach[part]).float()


def padded(items: Sequence[tuple[Tensor, Tensor, Tensor]]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """A batch: features (B, T, dim), lengths (B,), labels (B, T), offsets (B, T, 2); zeros after shorter videos."""
    features, labels, offsets = zip(*items, strict=True)
    lengths = torch.tensor([len(one) for one in labels])
    x, y, z = (pad_sequence(list(part), batch_first=True) for part in (features, labels, offsets))
    return x, lengths, y, z


def _targets(video: str, labels: FrameLabels, features: ClipFeatures) -> tuple[np.ndarray, np.ndarray]:
    """Labels int32 (n,) and offsets int8 (n, 2), whole numbers of clips, of a video."""
    label = clip_labels(labels.label, features.stride, features.length)
    found, expected = (len(label), labels.first), (len(features), features.first)
    if found != expected:
        raise InputError(
            f"labels of {video}: clips, first = {found}, its features have {expected}. "
            "Run the stages of labels and features again."
        )
    return label, offsets(label).astype(np.int8)


def check_experts(video: str, clips: ClipFeatures, experts: Sequence[Mapping[str, Any]], stride: int) -> None:
    """Compares the origin of a video's features with what is expected.

    Args:
        video: its name, for the message.
        clips: its features.
        experts: name, number of features and digest of the weights of each, in order.
        stride: of the clips, in frames.

    Raises:
        InputError: they are of other experts, or in another order, or cut at another stride.
    """
    if clips.experts != experts or clips.stride != stride:
        raise InputError(
            f"features of {video}: stride {clips.stride}, experts {clips.experts}; expected stride {stride}, experts "
            f"{experts}. Extract the features of all videos with the same experts, and name these in the same order."
        )

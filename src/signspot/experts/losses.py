"""Losses of networks that name clips."""

from collections.abc import Iterable
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor


def summed_cross_entropy(
    logits: Iterable[Tensor], labels: Tensor, weights: Tensor | None = None, label_smoothing: float = 0.0
) -> Tensor:
    """The sum of the cross-entropies of several logits, each the mean over the batch.

    Args:
        logits: (B, C) each, of any precision.
        labels: int64 (B,).
        weights: of the classes, (C,); without them, all count alike.
        label_smoothing: share of the target spread over all classes.
    """
    return sum(F.cross_entropy(each.float(), labels, weights, label_smoothing=label_smoothing) for each in logits)


class StepLosses(NamedTuple):
    """Losses of the logits of the steps of a clip.

    Args:
        location: of the sign in every frame.
        classification: of the sign in the clip.
    """

    location: Tensor
    classification: Tensor

    @property
    def mean(self) -> Tensor:
        """What a training makes smaller."""
        return (self.location + self.classification) / 2


def step_losses(step_logits: Tensor, labels: Tensor, frames: int) -> StepLosses:
    """The losses with which the I3D of WLASL was trained, and S3D after it, https://arxiv.org/abs/1910.11006.

    Every class is a yes or no of its own. The logits of the frames are those of the steps, interpolated linearly; those
    of the clip are their maxima over the frames.

    Args:
        step_logits: (B, C, steps), as of :meth:`signspot.backbones.s3d.S3D.step_logits`.
        labels: int64 (B,); a sign is shown in every frame of its clip.
        frames: of the clip.
    """
    shown = F.one_hot(labels, step_logits.shape[1]).float()
    of_frames = F.interpolate(step_logits.float(), frames, mode="linear")
    location = F.binary_cross_entropy_with_logits(of_frames, shown[:, :, None].expand_as(of_frames))
    classification = F.binary_cross_entropy_with_logits(of_frames.amax(2), shown)
    return StepLosses(location, classification)

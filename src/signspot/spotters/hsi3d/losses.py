"""What HS-I3D learns from: at every level, which classes each part of a window shows.

"Hierarchical I3D for Sign Spotting", 2022, https://arxiv.org/abs/2210.00951.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def hierarchical_loss(levels: Sequence[Tensor], labels: Tensor) -> Tensor:
    """The mean over the levels of their cross-entropies; a scalar.

    Args:
        levels: logits of each level, (B, steps, K), the background first.
        labels: of the frames, int64 (B, length), 0 … K - 1; the steps of each level divide ``length``.
    """
    return multi_hot_loss(levels, F.one_hot(labels, levels[0].shape[-1]).float())


def multi_hot_loss(levels: Sequence[Tensor], frames: Tensor) -> Tensor:
    """As :func:`hierarchical_loss`, of frames that may show several signs.

    Targets are not normalised, as published: a cell that shows two signs counts twice.

    Args:
        levels: logits of each level, (B, steps, K), the background first.
        frames: which classes each frame shows, float (B, length, K), 0 or 1.
    """
    losses = [
        F.cross_entropy(logits.flatten(0, 1).float(), level_targets(frames, logits.shape[1]).flatten(0, 1))
        for logits in levels
    ]
    return torch.stack(losses).mean()


def level_targets(frames: Tensor, steps: int) -> Tensor:
    """Which classes each cell of the windows shows; the cells are of equal length.

    Args:
        frames: which classes each frame shows, float (B, length, K), 0 or 1, the background first.
        steps: cells of a window; must divide ``length``.

    Returns:
        (B, steps, K), 0 or 1: a cell shows the background only if it shows no sign.
    """
    signs = frames[..., 1:].unflatten(1, (steps, -1)).amax(2)
    background = (signs == 0).all(-1, keepdim=True)
    return torch.cat([background.to(signs.dtype), signs], -1)

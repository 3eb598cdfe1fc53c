"""What the spotting head learns from: cross-entropy over all clips, distance-IoU loss over the clips of signs."""

import torch
import torch.nn.functional as F
from torch import Tensor


def diou_loss(pred: Tensor, target: Tensor) -> Tensor:
    """Distance-IoU loss (Zheng et al., AAAI 2020, in one dimension) of intervals that share an inner point.

    Args:
        pred: (N, >= 2), distances >= 0 to the start and to the end; further columns are ignored.
        target: likewise.

    Returns:
        (N,) values in 0..2: 0 where both agree, but 1 where both have no length (a sign of one clip), as published.
    """
    start, end = pred[:, 0], pred[:, 1]
    true_start, true_end = target[:, 0], target[:, 1]
    intersection = torch.minimum(start, true_start) + torch.minimum(end, true_end)
    union = start + end + true_start + true_end - intersection
    hull = torch.maximum(start, true_start) + torch.maximum(end, true_end)
    centres = 0.5 * (end - start - true_end + true_start)
    return 1 - intersection / union.clamp(min=1e-8) + (centres / hull.clamp(min=1e-8)) ** 2


def spotting_loss(logits: Tensor, offsets: Tensor, labels: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """Mean cross-entropy over all valid clips plus mean distance-IoU loss over those that show a sign.

    Args:
        logits: (B, T, K), class 0 is the background.
        offsets: (B, T, >= 2), predicted distances to the sign's start and end in clips, >= 0.
        labels: (B, T) int64.
        targets: (B, T, 2), true distances.
        mask: (B, T) bool, False on the padding of shorter videos; at least one clip is valid.

    Returns:
        Scalar; without a sign clip its second term is 0.
    """
    signs = mask & (labels > 0)
    boundaries = diou_loss(offsets[signs].float(), targets[signs].float())
    return F.cross_entropy(logits[mask].float(), labels[mask]) + boundaries.sum() / max(len(boundaries), 1)

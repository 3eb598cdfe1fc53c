"""What the common space learns from."""

import torch
import torch.nn.functional as F
from torch import Tensor

MARGIN = 0.2


def max_margin_loss(similarity: Tensor, margin: float = MARGIN) -> Tensor:
    """Every text is to be nearer to its video than to any other, and every video nearer to its text, by a margin.

    The loss of "Use What You Have: Video Retrieval Using Representations From Collaborative Experts", 2019,
    https://arxiv.org/abs/1907.13487.

    Args:
        similarity: (n, n), n >= 2, of each text (row) and each video (column); those of the diagonal belong together.
        margin: in units of the similarity.

    Returns:
        Scalar: the mean of both hinges over the n (n - 1) pairs that do not belong together.
    """
    right = similarity.diagonal()
    other_videos = F.relu(margin + similarity - right[:, None])
    other_texts = F.relu(margin + similarity - right)
    others = ~torch.eye(len(similarity), dtype=torch.bool, device=similarity.device)
    return (other_videos + other_texts)[others].mean() / 2

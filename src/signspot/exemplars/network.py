"""A small temporal convolution network that names the sign of every frame from projected descriptors."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

DILATIONS = (1, 2, 4)
"""Of its blocks: it sees seven frames to either side."""


class _Block(nn.Module):
    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, width)
        self.conv = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.dropout(self.mix(functional.gelu(self.conv(self.norm(x)))))


class TemporalNetwork(nn.Module):
    """Names the sign of every frame.

    In training, noise of the size of the differences between people is added to what it reads, which the projection
    makes 1 in every direction: one offset for each stream, and another one for each frame.

    Args:
        features: numbers of a frame.
        num_classes: K, the background included, which comes first.
        width: channels.
        dropout: share of the channels before the classifier that are dropped in training; of blocks, half of it.
        noise: deviation of the noise.
    """

    def __init__(
        self, features: int, num_classes: int, width: int = 96, dropout: float = 0.2, noise: float = 1.0
    ) -> None:
        super().__init__()
        self.noise = noise
        self.stem = nn.Conv1d(features, width, 1)
        self.blocks = nn.Sequential(*(_Block(width, dilation, dropout / 2) for dilation in DILATIONS))
        self.norm = nn.GroupNorm(1, width)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Conv1d(width, num_classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Class logits (B, K, T) of streams (B, T, features)."""
        if self.training:
            x = x + self.noise * (torch.randn_like(x) + torch.randn_like(x[:, :1]))
        hidden = self.norm(self.blocks(self.stem(x.transpose(1, 2))))
        return self.fc(self.dropout(hidden))


class Committee(nn.Module):
    """Networks that learn from the same streams, each with noise of its own, and are asked together.

    Args:
        members: one or more.
    """

    def __init__(self, members: Iterable[TemporalNetwork]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x: Tensor) -> Tensor:
        """Class logits (members, B, K, T) of streams (B, T, features)."""
        return torch.stack([member(x) for member in self.members])

    @torch.inference_mode()
    def log_probabilities(self, x: Tensor) -> Tensor:
        """The logarithms of the mean probabilities, (K, T), of the frames (T, features) of one video."""
        return self(x[None]).softmax(2).mean(0)[0].clamp_min(1e-9).log()

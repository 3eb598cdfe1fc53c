"""Inception I3D: an Inception network inflated over time, as BSL-1K trained it on signs.

Carreira and Zisserman, "Quo Vadis, Action Recognition? A New Model and the Kinetics Dataset", 2017,
https://arxiv.org/abs/1705.07750. On signs: Albanie et al., "BSL-1K: Scaling up co-articulated sign language recognition
using mouthing cues", 2020, https://arxiv.org/abs/2007.12131.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from signspot.backbones.formats import Format
from signspot.backbones.parts import check_ranges, conv3d, initialise, scaled

TAKES = "images"
RANGES = {"width": (0, 8), "dropout": (0, 1)}
FOOTPRINT = {"weights_mb": 49.4, "training_mb": 215, "extraction_mb": 55, "gflop": 27.8, "clip_mb": 4.8}
"""A clip of 8 frames of 224 px, three channels, full width."""

BSL1K = Format(
    "Inception I3D of BSL-1K",
    ((r"^trunk\.", ""), (r"^fc\.", "logits.conv3d.")),
    pointwise=r"logits\.conv3d\.weight$",
)
"""Files of trainings that start from BSL-1K's (WLASL, BOBSL) have these names too. So has that of pytorch-i3d for
Kinetics-400, which was trained on levels from −1 to 1."""
FORMATS = (BSL1K,)

Activation = Literal["relu", "silu"]
ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {"relu": partial(nn.ReLU, inplace=True), "silu": nn.SiLU}
"""SiLU needs its input for the gradient, so it does not work in place."""

Size = tuple[int, int, int]
"""Frames, rows and columns."""
EPSILON, MOMENTUM = 1e-3, 0.01
"""Of every batch normalisation, as in the TensorFlow code of the first I3D."""
BRANCHES = {
    "Mixed_3b": (64, 96, 128, 16, 32, 32),
    "Mixed_3c": (128, 128, 192, 32, 96, 64),
    "Mixed_4b": (192, 96, 208, 16, 48, 64),
    "Mixed_4c": (160, 112, 224, 24, 64, 64),
    "Mixed_4d": (128, 128, 256, 24, 64, 64),
    "Mixed_4e": (112, 144, 288, 32, 64, 64),
    "Mixed_4f": (256, 160, 320, 32, 128, 128),
    "Mixed_5b": (256, 160, 320, 32, 128, 128),
    "Mixed_5c": (384, 192, 384, 48, 128, 128),
}
"""Channels of the convolutions ``b0``, ``b1a``, ``b1b``, ``b2a``, ``b2b`` and ``b3b`` of each block."""


def pad_same(x: Tensor, kernel: Size, stride: Size) -> Tensor:
    """TensorFlow's SAME padding with zeros: as many steps as ``size / stride``, rounded up; an odd rest goes behind.

    Args:
        x: (B, C, T, H, W).
        kernel, stride: of what follows, in frames, rows and columns.
    """
    pads: list[int] = []
    for size, extent, step in zip(reversed(x.shape), reversed(kernel), reversed(stride), strict=False):
        pad = max(extent - (size % step or step), 0)
        pads += [pad // 2, pad - pad // 2]
    return F.pad(x, pads) if any(pads) else x


class SamePool(nn.Module):
    """Maximum of each ``kernel`` at every ``stride``; what lies outside counts as 0, also among negative values."""

    def __init__(self, kernel: Size, stride: Size) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x: Tensor) -> Tensor:
        return F.max_pool3d(pad_same(x, self.kernel, self.stride), self.kernel, self.stride)


class Unit(nn.Module):
    """Convolution at stride 1, batch normalisation, activation: (B, C, T, H, W) -> (B, out_channels, T, H, W)."""

    def __init__(self, in_channels: int, out_channels: int, size: int, activation: Activation) -> None:
        super().__init__()
        self.conv3d = conv3d(in_channels, out_channels, (size, size, size))
        self.bn = nn.BatchNorm3d(out_channels, EPSILON, MOMENTUM)
        self.activation = ACTIVATIONS[activation]()

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.bn(self.conv3d(x)))


class Stem(Unit):
    """The first convolution: 7x7x7 at stride 2; (B, C, T, H, W) -> (B, out_channels, T / 2, H / 2, W / 2)."""

    def __init__(self, in_channels: int, out_channels: int, activation: Activation) -> None:
        super().__init__(in_channels, out_channels, 7, activation)
        self.conv3d = nn.Conv3d(in_channels, out_channels, 7, stride=2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(pad_same(x, self.conv3d.kernel_size, self.conv3d.stride))


class Inception(nn.Module):
    """Four branches side by side: (B, in_channels, T, H, W) -> (B, out_channels, T, H, W)."""

    def __init__(self, in_channels: int, channels: Sequence[int], activation: Activation) -> None:
        super().__init__()
        b0, b1a, b1b, b2a, b2b, b3b = channels
        self.out_channels = b0 + b1b + b2b + b3b
        self.b0 = Unit(in_channels, b0, 1, activation)
        self.b1a = Unit(in_channels, b1a, 1, activation)
        self.b1b = Unit(b1a, b1b, 3, activation)
        self.b2a = Unit(in_channels, b2a, 1, activation)
        self.b2b = Unit(b2a, b2b, 3, activation)
        self.b3a = SamePool((3, 3, 3), (1, 1, 1))
        self.b3b = Unit(in_channels, b3b, 1, activation)

    def forward(self, x: Tensor) -> Tensor:
        branches = (self.b0(x), self.b1b(self.b1a(x)), self.b2b(self.b2a(x)), self.b3b(self.b3a(x)))
        return torch.cat(branches, 1)


class Maps(NamedTuple):
    """What three blocks give, for clips (B, C, T, H, W); sizes that do not divide are rounded up.

    Args:
        mixed_3c: (B, channels, T / 2, H / 8, W / 8).
        mixed_4f: (B, channels, T / 4, H / 16, W / 16).
        mixed_5c: (B, channels, T / 8, H / 32, W / 32).
    """

    mixed_3c: Tensor
    mixed_4f: Tensor
    mixed_5c: Tensor


class Trunk(nn.Module):
    """Inception I3D without its classifier: clips (B, in_channels, T, H, W) from −1 to 1 -> :class:`Maps`.

    Every clip size works. The names of its parts are the published ones. ``channels`` are those of the three maps.

    Args:
        width: multiplies every number of channels; 480, 832 and 1024 are published for the maps.
        activation: after every convolution.

    Raises:
        ValueError: the width is not above 0, or the activation is unknown.
    """

    def __init__(self, in_channels: int, width: float, activation: Activation) -> None:
        super().__init__()
        check_ranges(width, 0)
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation: is {activation!r}, expected one of {', '.join(get_args(Activation))}")
        narrow, wide = scaled(64, width), scaled(192, width)
        self.Conv3d_1a_7x7 = Stem(in_channels, narrow, activation)
        self.MaxPool3d_2a_3x3 = SamePool((1, 3, 3), (1, 2, 2))
        self.Conv3d_2b_1x1 = Unit(narrow, narrow, 1, activation)
        self.Conv3d_2c_3x3 = Unit(narrow, wide, 3, activation)
        self.MaxPool3d_3a_3x3 = SamePool((1, 3, 3), (1, 2, 2))
        self.MaxPool3d_4a_3x3 = SamePool((3, 3, 3), (2, 2, 2))
        self.MaxPool3d_5a_2x2 = SamePool((2, 2, 2), (2, 2, 2))
        channels = wide
        for name, published in BRANCHES.items():
            block = Inception(channels, [scaled(number, width) for number in published], activation)
            self.add_module(name, block)
            channels = block.out_channels
        self.channels = tuple(block.out_channels for block in (self.Mixed_3c, self.Mixed_4f, self.Mixed_5c))
        initialise(self)

    def forward(self, clips: Tensor) -> Maps:
        # The published network was trained on levels from −0.5 to 0.5; clips of all modalities go from −1 to 1.
        x = self.MaxPool3d_2a_3x3(self.Conv3d_1a_7x7(clips / 2))
        x = self.MaxPool3d_3a_3x3(self.Conv3d_2c_3x3(self.Conv3d_2b_1x1(x)))
        mixed_3c = x = self.Mixed_3c(self.Mixed_3b(x))
        for block in (self.MaxPool3d_4a_3x3, self.Mixed_4b, self.Mixed_4c, self.Mixed_4d, self.Mixed_4e, self.Mixed_4f):
            x = block(x)
        return Maps(mixed_3c, x, self.Mixed_5c(self.Mixed_5b(self.MaxPool3d_5a_2x2(x))))


class InceptionI3D(nn.Module):
    """Clips (B, in_channels, T, H, W), float from −1 to 1 -> feature (B, feature_dim) and logits (B, num_classes).

    The feature is the mean of the last maps over frames, rows and columns; every clip size works. The published
    network pools 2 frames of 7x7, so the features are equal for 16 frames of 224 px. ``trunk`` gives the maps.

    Args:
        width: multiplies every number of channels; ``feature_dim`` is 1024 times it.
        dropout: between the feature and the classifier.
        activation: ``relu`` as BSL-1K has it, or ``silu``.

    Raises:
        ValueError: the width is not above 0, the dropout is outside 0 … 1, or the activation is unknown.
    """

    def __init__(
        self, num_classes: int, in_channels: int, width: float, dropout: float, activation: Activation
    ) -> None:
        super().__init__()
        check_ranges(width, dropout)
        self.trunk = Trunk(in_channels, width, activation)
        self.feature_dim = self.trunk.channels[-1]
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(self.feature_dim, num_classes)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        feature = torch.mean(self.trunk(clips).mixed_5c, (2, 3, 4))
        return feature, self.fc(self.dropout(feature))


def i3d_inception(
    num_classes: int,
    in_channels: int = 3,
    *,
    width: float = 1.0,
    dropout: float = 0.5,
    activation: Literal["relu", "silu"] = "relu",
) -> InceptionI3D:
    """Inception I3D with the published sizes; see :class:`InceptionI3D`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips.
        width, dropout, activation: as there.
    """
    return InceptionI3D(num_classes, in_channels, width, dropout, activation)

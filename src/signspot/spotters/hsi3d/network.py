"""The network of HS-I3D: Inception I3D and a head that goes back from coarse to fine time, with classes at each level.

Wong, Camgoz and Bowden, "Hierarchical I3D for Sign Spotting", 2022, https://arxiv.org/abs/2210.00951.
"""

from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from signspot.backbones.i3d_inception import ACTIVATIONS, Activation, Trunk
from signspot.backbones.parts import check_ranges, conv3d

RANGES = {"width": (0, 8), "dropout": (0, 1)}
COARSEST = 8
"""Frames of a step of the coarsest level."""


class Levels(NamedTuple):
    """One value for each level, named by its steps in a window of 32 frames; ``x`` is that of all levels together."""

    x4: Tensor
    x8: Tensor
    x16: Tensor
    x32: Tensor
    x: Tensor


FRAMES_PER_STEP = {"x4": COARSEST, "x8": 4, "x16": 2, "x32": 1, "x": 1}


def steps(length: int) -> dict[str, int]:
    """The steps of each level in a window of so many frames.

    Raises:
        ValueError: the length is not a positive multiple of 8.
    """
    if length < COARSEST or length % COARSEST:
        raise ValueError(f"length: is {length}, expected a multiple of {COARSEST} frames")
    return {level: length // frames for level, frames in FRAMES_PER_STEP.items()}


class SpatialBlock(nn.Module):
    """Residual block over single frames: (B, C, T, H, W) -> (B, out_channels, T, 1, 1), the mean of its maps.

    Its activation is always SiLU: the published code compares the one that it is told with a word, and takes this.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.downsample = nn.Sequential(
            nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False),
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        frames = x.transpose(1, 2).flatten(0, 1)
        maps = self.bn2(self.conv2(F.silu(self.bn1(self.conv1(frames)))))
        mean = F.silu(maps + self.downsample(frames)).mean((2, 3), keepdim=True)
        return mean.unflatten(0, (len(x), -1)).transpose(1, 2)


class Upsample(nn.ConvTranspose3d):
    """Twice as many frames: (B, channels, T, 1, 1) -> (B, channels / 2, 2 T, 1, 1)."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, channels // 2, (2, 1, 1), (2, 1, 1))


class Merge(nn.Sequential):
    """Two convolutions of single steps: (B, in_channels, T, 1, 1) -> (B, out_channels, T, 1, 1)."""

    def __init__(self, in_channels: int, out_channels: int, activation: Activation) -> None:
        layers: list[nn.Module] = []
        for channels in (in_channels, out_channels):
            convolution = conv3d(channels, out_channels, (1, 1, 1))
            layers += [convolution, nn.BatchNorm3d(out_channels), ACTIVATIONS[activation]()]
        super().__init__(*layers)


class HierarchicalI3d(nn.Module):
    """Windows (B, in_channels, T, H, W), T a multiple of 8, from −1 to 1 -> logits (B, steps, num_classes) per level.

    The background is class 0; in the published network it is the last one. Every size of the pictures works.

    Args:
        num_classes: the background counts.
        width: multiplies every number of channels.
        dropout: before the classifier of each level.
        activation: of the trunk and of the merges; the blocks between them always have SiLU.

    Raises:
        ValueError: the width is not above 0, the dropout is outside 0 … 1, or the activation is unknown.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        *,
        width: float = 1.0,
        dropout: float = 0.5,
        activation: Literal["relu", "silu"] = "silu",
    ) -> None:
        super().__init__()
        check_ranges(width, dropout)
        self.num_classes = num_classes
        self.trunk = Trunk(in_channels, width, activation)
        fine, middle, coarse = self.trunk.channels
        finest = fine // 2
        self.up_8 = Upsample(coarse)
        self.down_8 = SpatialBlock(middle, middle // 2, stride=2)
        self.merge_8 = Merge(coarse // 2 + middle // 2, middle, activation)
        self.conv_8 = nn.Conv3d(middle, middle, 1)
        self.up_16 = Upsample(middle)
        self.down_16 = SpatialBlock(fine, fine // 2, stride=4)
        self.merge_16 = Merge(middle // 2 + fine // 2, fine, activation)
        self.conv_16 = nn.Conv3d(fine, fine, 1)
        self.up_32 = Upsample(fine)
        self.conv_32 = nn.Conv3d(finest, finest, 1)
        self.dropout = nn.Dropout(dropout)
        channels = (coarse, middle, fine, finest, coarse + middle + fine + finest)
        heads = (nn.Linear(number, num_classes) for number in channels)
        self.heads = nn.ModuleDict(dict(zip(Levels._fields, heads, strict=True)))

    def features(self, windows: Tensor) -> Levels:
        """What the classifiers read: (B, steps, channels) per level.

        Raises:
            ValueError: the number of frames is not a multiple of 8.
        """
        counts = steps(windows.shape[2])
        maps = self.trunk(windows)
        x4 = maps.mixed_5c.mean((3, 4), keepdim=True)
        merged_8 = self.merge_8(torch.cat((self.up_8(x4), self.down_8(maps.mixed_4f)), 1))
        merged_16 = self.merge_16(torch.cat((self.up_16(merged_8), self.down_16(maps.mixed_3c)), 1))
        levels = (x4, self.conv_8(merged_8), self.conv_16(merged_16), self.conv_32(self.up_32(merged_16)))
        x4, x8, x16, x32 = (level.flatten(2).transpose(1, 2) for level in levels)
        every_frame = [level.repeat_interleave(counts["x"] // level.shape[1], 1) for level in (x4, x8, x16, x32)]
        return Levels(x4, x8, x16, x32, torch.cat(every_frame, 2))

    def forward(self, windows: Tensor) -> Levels:
        levels = self.features(windows)._asdict()
        return Levels(**{level: self.heads[level](self.dropout(x)) for level, x in levels.items()})

"""Parts that the backbones share."""

import math
from typing import Literal, get_args

from torch import nn

Variant = Literal["entry", "kinetics"]
"""``entry``: the challenge entry's network, whose first pooling keeps every frame; ``kinetics``: the network as it was
trained on Kinetics-400, whose first pooling also halves the frames. The weights of one fit the other."""


def check_ranges(width: float, dropout: float) -> None:
    """Checks the options that every backbone has.

    Raises:
        ValueError: the width is not above 0, or the dropout is outside 0 … 1.
    """
    if not 0 < width < math.inf:
        raise ValueError(f"width: is {width}, expected a number above 0")
    if not 0 <= dropout <= 1:
        raise ValueError(f"dropout: is {dropout}, expected a number from 0 to 1")


def scaled(channels: int, width: float) -> int:
    """``channels`` times the width multiplier, at least 8."""
    return max(8, round(channels * width))


def conv3d(
    in_channels: int, out_channels: int, kernel: tuple[int, int, int], stride: tuple[int, int, int] = (1, 1, 1)
) -> nn.Conv3d:
    """Convolution over (frame, row, column) without bias, padded by half its kernel, which must be odd.

    Args:
        in_channels, out_channels: numbers of channels.
        kernel: odd sizes in frames, rows and columns.
        stride: in frames, rows and columns.
    """
    padding = tuple(size // 2 for size in kernel)
    return nn.Conv3d(in_channels, out_channels, kernel, stride, padding, bias=False)


def stem_pool(variant: Variant, padding: int) -> nn.MaxPool3d:
    """Max-pooling after the first convolution: 3x3, stride 2, padded by ``padding`` rows and columns.

    Raises:
        ValueError: the variant is unknown.
    """
    if variant not in get_args(Variant):
        raise ValueError(f"variant: is {variant!r}, expected one of {', '.join(get_args(Variant))}")
    frames = 2 if variant == "kinetics" else 1
    return nn.MaxPool3d((frames, 3, 3), (frames, 2, 2), (0, padding, padding))


def initialise(network: nn.Module) -> None:
    """Normal weights of variance 2 / fan-out for every convolution, for training from scratch.

    He, Zhang, Ren and Sun, "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet
    Classification", 2015, https://arxiv.org/abs/1502.01852.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Conv3d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)

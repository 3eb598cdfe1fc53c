"""Parts that the backbones share."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor, nn

Variant = Literal["entry", "kinetics"]
"""``entry``: the challenge entry's network, whose first pooling keeps every frame; ``kinetics``: the network as it was
trained on Kinetics-400, whose first pooling also halves the frames. The weights of one fit the other."""

UNIT = ((0.5,), (0.5,))
KINETICS = ((0.43216, 0.394666, 0.37645), (0.22803, 0.22145, 0.216989))
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
MOTION = ((0.5,), (0.226,))
"""Mean and deviation of a level from 0 to 1, of all channels or of red, green and blue: what weights were trained on.
``UNIT`` stands for the values of -1 … 1 that the modalities give, ``MOTION`` for flow."""


class InputValues(nn.Module):
    """Clips (B, channels, T, H, W) of values -1 … 1 -> those that weights were trained on, float32.

    A value stands for the level (value + 1) / 2, from which the mean is taken, and which is then divided by the
    deviation.

    Args:
        channels: of the clips.
        values: mean and deviation, of every channel or of all alike.

    Raises:
        ValueError: the clips have another number of channels than the mean.
    """

    def __init__(self, channels: int, values: tuple[Sequence[float], Sequence[float]]) -> None:
        super().__init__()
        mean, deviation = (torch.tensor(numbers).reshape(-1, 1, 1, 1) for numbers in values)
        if len(mean) not in (1, channels):
            raise ValueError(f"values: are those of {len(mean)} channels, the clips have {channels}")
        self.register_buffer("scale", 0.5 / deviation, persistent=False)
        self.register_buffer("offset", (0.5 - mean) / deviation, persistent=False)

    def forward(self, clips: Tensor) -> Tensor:
        return clips.float() * self.scale + self.offset


def check_ranges(width: float, dropout: float) -> None:
    """Checks the options that every backbone has.

    Raises:
        ValueError: the width is not above 0, or the dropout is outside 0 … 1.
    """
    if not 0 < width < math.inf:
        raise ValueError(f"width: is {width}, expected a number above 0")
    if not 0 <= dropout <= 1:
        raise ValueError(f"dropout: is {dropout}, expected a number from 0 to 1")


def classifier_of(network: nn.Module) -> nn.Linear | None:
    """The layer that makes the logits of a backbone from its feature; None if it has none.

    That is ``fc``, or, where this is something else, what the property ``classifier`` gives.
    """
    layer = getattr(network, "classifier", getattr(network, "fc", None))
    return layer if isinstance(layer, nn.Linear) and layer.in_features == network.feature_dim else None


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

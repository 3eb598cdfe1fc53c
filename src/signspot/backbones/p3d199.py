"""P3D-199: a pseudo-3D ResNet152 for optical-flow clips.

Qiu, Yao and Mei, "Learning Spatio-Temporal Representation with Pseudo-3D Residual Networks", 2017,
https://arxiv.org/abs/1711.10305.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from signspot.backbones.formats import CLIP_WRAPPER, Format
from signspot.backbones.parts import Variant, check_ranges, conv3d, initialise, scaled, stem_pool

TAKES = "images"
RANGES = {"depths": (1, 100), "width": (0, 8), "dropout": (0, 1)}
FOOTPRINT = {"weights_mb": 265, "training_mb": 900, "extraction_mb": 90, "gflop": 69.6, "clip_mb": 3.2}
"""A clip of 8 frames of 224 px, two channels, full width."""

ENTRY = Format("P3D-199 of the challenge entry", **CLIP_WRAPPER)
PSEUDO_3D_PYTORCH = Format("P3D-199 of pseudo-3d-pytorch")
FORMATS = (ENTRY, PSEUDO_3D_PYTORCH)

EXPANSION = 4
Kind = Literal["A", "B", "C"]


class PseudoBlock(nn.Module):
    """Residual block with a spatial convolution S and a temporal one T; (B, C, T, H, W) -> (B, 4 channels, T, h, w).

    Kind A is T(S(x)), B is S(x) + T(x), C is S(x) + T(S(x)), each between two 1x1x1 convolutions.
    """

    def __init__(self, in_channels: int, channels: int, stride: int, kind: Kind) -> None:
        super().__init__()
        out_channels = EXPANSION * channels
        self.kind = kind
        self.conv1 = conv3d(in_channels, channels, (1, 1, 1), (1, stride, stride))
        self.bn1 = nn.BatchNorm3d(channels)
        self.conv2 = conv3d(channels, channels, (1, 3, 3))
        self.bn2 = nn.BatchNorm3d(channels)
        self.conv3 = conv3d(channels, channels, (3, 1, 1))
        self.bn3 = nn.BatchNorm3d(channels)
        self.conv4 = conv3d(channels, out_channels, (1, 1, 1))
        self.bn4 = nn.BatchNorm3d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or in_channels != out_channels:
            shortcut = conv3d(in_channels, out_channels, (1, 1, 1), (1, stride, stride))
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm3d(out_channels))

    def _spatial(self, x: Tensor) -> Tensor:
        return self.relu(self.bn2(self.conv2(x)))

    def _temporal(self, x: Tensor) -> Tensor:
        return self.relu(self.bn3(self.conv3(x)))

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        match self.kind:
            case "A":
                x = self._temporal(self._spatial(x))
            case "B":
                x = self._spatial(x) + self._temporal(x)
            case "C":
                x = self._spatial(x)
                x = x + self._temporal(x)
        return self.relu(self.bn4(self.conv4(x)) + shortcut)


class PlainBlock(nn.Module):
    """Residual bottleneck over single frames; (N, C, H, W) -> (N, 4 channels, h, w)."""

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        out_channels = EXPANSION * channels
        self.conv1 = nn.Conv2d(in_channels, channels, 1, stride, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv_normal = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn_normal = nn.BatchNorm2d(channels)
        self.conv4 = nn.Conv2d(channels, out_channels, 1, bias=False)
        self.bn4 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or in_channels != out_channels:
            shortcut = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn_normal(self.conv_normal(x)))
        return self.relu(self.bn4(self.conv4(x)) + shortcut)


def _pseudo_stage(in_channels: int, channels: int, depth: int, stride: int, kinds: Iterator[Kind]) -> nn.Sequential:
    blocks = [PseudoBlock(in_channels, channels, stride, next(kinds))]
    blocks += [PseudoBlock(EXPANSION * channels, channels, 1, next(kinds)) for _ in range(depth - 1)]
    return nn.Sequential(*blocks)


def _plain_stage(in_channels: int, channels: int, depth: int, stride: int) -> nn.Sequential:
    blocks = [PlainBlock(in_channels, channels, stride)]
    blocks += [PlainBlock(EXPANSION * channels, channels, 1) for _ in range(depth - 1)]
    return nn.Sequential(*blocks)


def _halve_frames(x: Tensor) -> Tensor:
    """Maximum of each pair of frames; a single frame stays."""
    return F.max_pool3d(x, (min(2, x.shape[2]), 1, 1))


class P3D(nn.Module):
    """Clips (B, in_channels, T, H, W), float -> feature (B, feature_dim) and logits (B, num_classes).

    The blocks of the first three stages are of kind A, B, C in turn, counted through the whole network; the last stage
    works on single frames. The feature is the mean of the last maps over frames, rows and columns, so that every clip
    size works. The published networks pool maps of one frame and 7x7 or 5x5 pixels, so the features are equal for 8..15
    frames of 193..224 pixels (``entry``) and 16..31 frames of 129..160 pixels (``kinetics``). The keys of its state
    dict are those of the public Kinetics-400 weights.

    Args:
        depths: blocks of the four stages.
        width: multiplies every number of channels; ``feature_dim`` is 2048 times it.
        dropout: between the feature and the classifier.
        variant: ``entry`` or ``kinetics``, see :data:`signspot.backbones.parts.Variant`.

    Raises:
        ValueError: ``depths`` are not four positive integers, the width is not above 0, the dropout is outside 0 … 1,
            or the variant is unknown.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        depths: Sequence[int],
        width: float,
        dropout: float,
        variant: Variant,
    ) -> None:
        super().__init__()
        check_ranges(width, dropout)
        if len(depths) != 4 or min(depths) < 1:
            raise ValueError(f"depths: is {list(depths)}, expected four positive integers")
        stem, *stages = (scaled(channels, width) for channels in (64, 64, 128, 256, 512))
        self.feature_dim = EXPANSION * stages[3]
        self.conv1_custom = conv3d(in_channels, stem, (1, 7, 7), (1, 2, 2))
        self.bn1 = nn.BatchNorm3d(stem)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = stem_pool(variant, padding=1)
        kinds = cycle(get_args(Kind))
        self.layer1 = _pseudo_stage(stem, stages[0], depths[0], 1, kinds)
        self.layer2 = _pseudo_stage(EXPANSION * stages[0], stages[1], depths[1], 2, kinds)
        self.layer3 = _pseudo_stage(EXPANSION * stages[1], stages[2], depths[2], 2, kinds)
        self.layer4 = _plain_stage(EXPANSION * stages[2], stages[3], depths[3], 2)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(self.feature_dim, num_classes)
        initialise(self)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        x = self.maxpool(self.relu(self.bn1(self.conv1_custom(clips))))
        for stage in (self.layer1, self.layer2, self.layer3):
            x = _halve_frames(stage(x))
        maps = self.layer4(x.transpose(1, 2).flatten(0, 1))
        feature = torch.mean(maps.unflatten(0, (len(clips), -1)), (1, 3, 4))
        return feature, self.fc(self.dropout(feature))


def p3d199(
    num_classes: int,
    in_channels: int = 2,
    *,
    depths: Sequence[int] = (3, 8, 36, 3),
    width: float = 1.0,
    dropout: float = 0.5,
    variant: Literal["entry", "kinetics"] = "entry",
) -> P3D:
    """P3D-199 with the published sizes; fewer ``depths`` make a shallower network. See :class:`P3D`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips.
        depths, width, dropout, variant: as there.
    """
    return P3D(num_classes, in_channels, depths, width, dropout, variant)

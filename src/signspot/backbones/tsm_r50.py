"""TSM-ResNet50: a ResNet50 over single frames that exchange a part of their channels with their neighbours.

Lin, Gan and Han, "TSM: Temporal Shift Module for Efficient Video Understanding", 2019,
https://arxiv.org/abs/1811.08383.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torchvision.models.resnet import Bottleneck

from signspot.backbones.formats import COLOURS, Format
from signspot.backbones.parts import IMAGENET, MOTION, InputValues, check_ranges, initialise, scaled

TAKES = "images"
RANGES = {"depths": (1, 100), "width": (0, 8), "dropout": (0, 1)}
FOOTPRINT = {"weights_mb": 95, "training_mb": 1400, "extraction_mb": 170, "gflop": 65.4, "clip_mb": 4.8}
"""A clip of 8 frames of 224 px, three channels, full width."""

STEM = "conv1.weight"
"""The first convolution; a network for flow may start from its mean over the colours."""
TSM = Format(
    "TSM-ResNet50 of temporal-shift-module",
    ((r"^fc\.", "new_fc."), (r"^(?!new_fc\.)", "base_model."), (r"(\.layer\d\.\d+\.conv1)\.", r"\1.net.")),
    colours=STEM,
)
RESNET50 = Format("ResNet-50 of torchvision", colours=STEM)
FORMATS = (TSM, RESNET50)

DIVISIONS = 8


def shifted(x: Tensor, frames: int, divisions: int = DIVISIONS) -> Tensor:
    """Frames with some channels of their neighbours: (clips * frames, C, H, W), of the same shape.

    The first C // divisions channels come from the next frame, as many after them from the frame before; where there
    is none, they are 0.

    Args:
        x: frames of clips, in order.
        frames: of each clip.
        divisions: parts of the channels, of which two are exchanged.
    """
    part = x.shape[1] // divisions
    clips = x.unflatten(0, (-1, frames))
    moved = torch.zeros_like(clips)
    moved[:, :-1, :part] = clips[:, 1:, :part]
    moved[:, 1:, part : 2 * part] = clips[:, :-1, part : 2 * part]
    moved[:, :, 2 * part :] = clips[:, :, 2 * part :]
    return moved.flatten(0, 1)


class ShiftedBottleneck(Bottleneck):
    """torchvision's residual block, whose branch sees frames that were shifted, and whose shortcut does not."""

    def forward(self, x: Tensor, frames: int) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(shifted(x, frames))))
        x = self.relu(self.bn2(self.conv2(x)))
        return self.relu(self.bn3(self.conv3(x)) + shortcut)


def _stage(in_channels: int, channels: int, depth: int, stride: int) -> nn.Sequential:
    out_channels = Bottleneck.expansion * channels
    convolution = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
    shortcut = nn.Sequential(convolution, nn.BatchNorm2d(out_channels))
    blocks = [ShiftedBottleneck(in_channels, channels, stride, shortcut)]
    blocks += [ShiftedBottleneck(out_channels, channels) for _ in range(depth - 1)]
    return nn.Sequential(*blocks)


class ShiftedResNet(nn.Module):
    """Clips (B, in_channels, T, H, W), values -1 … 1 -> maps (B, T, feature_dim, H / 16, W / 16).

    Colours lose the mean of ImageNet and are divided by its deviation; other channels than three are taken for flow,
    of which half the value is divided by 0.226. The keys of the state dict are those of torchvision's ResNet-50.

    Args:
        depths: blocks of the four stages.
        width: multiplies every number of channels; ``feature_dim`` is 2048 times it.
        last_stride: of the last stage in px; with 2, maps have half as many rows and columns.

    Raises:
        ValueError: ``depths`` are not four positive integers, or the width is not above 0.
    """

    def __init__(self, in_channels: int, depths: Sequence[int], width: float, last_stride: Literal[1, 2]) -> None:
        super().__init__()
        check_ranges(width, 0.0)
        if len(depths) != 4 or min(depths) < 1:
            raise ValueError(f"depths: is {list(depths)}, expected four positive integers")
        channels, *stages = (scaled(each, width) for each in (64, 64, 128, 256, 512))
        self.values = InputValues(in_channels, IMAGENET if in_channels == COLOURS else MOTION)
        self.conv1 = nn.Conv2d(in_channels, channels, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        inputs = (channels, *(Bottleneck.expansion * each for each in stages))
        sizes = zip(inputs, stages, depths, (1, 2, 2, last_stride), strict=False)
        self.layer1, self.layer2, self.layer3, self.layer4 = (_stage(*size) for size in sizes)
        self.feature_dim = inputs[-1]
        initialise(self)

    def maps(self, clips: Tensor) -> Tensor:
        """The last maps of every frame."""
        frames = clips.shape[2]
        x = self.values(clips).transpose(1, 2).flatten(0, 1)
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            for block in stage:
                x = block(x, frames)
        return x.unflatten(0, (-1, frames))


class TSMResNet50(ShiftedResNet):
    """Clips as of :class:`ShiftedResNet`, T >= 1 -> feature (B, feature_dim), the mean of the maps, and logits."""

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        depths: Sequence[int],
        width: float,
        last_stride: Literal[1, 2],
        dropout: float,
    ) -> None:
        super().__init__(in_channels, depths, width, last_stride)
        check_ranges(width, dropout)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(self.feature_dim, num_classes)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        feature = self.maps(clips).mean((1, 3, 4))
        return feature, self.fc(self.dropout(feature))


def tsm_r50(
    num_classes: int,
    in_channels: int = 3,
    *,
    depths: Sequence[int] = (3, 4, 6, 3),
    width: float = 1.0,
    last_stride: Literal[1, 2] = 2,
    dropout: float = 0.5,
) -> TSMResNet50:
    """TSM-ResNet50 with the published sizes; see :class:`TSMResNet50`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips: three colours, two of flow, or ten of five successive flow frames.
        depths, width, last_stride: as of :class:`ShiftedResNet`.
        dropout: between the feature and the classifier.

    Raises:
        ValueError: an option is out of its range.
    """
    return TSMResNet50(num_classes, in_channels, depths, width, last_stride, dropout)

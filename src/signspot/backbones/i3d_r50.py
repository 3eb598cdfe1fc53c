"""I3D-ResNet50: a ResNet50 inflated over time, for RGB and hand clips.

Inflation: Carreira and Zisserman, "Quo Vadis, Action Recognition? A New Model and the Kinetics Dataset", 2017,
https://arxiv.org/abs/1705.07750. This ResNet50, and its weights: Wang, Girshick, Gupta and He, "Non-local Neural
Networks", 2018, https://arxiv.org/abs/1711.07971.
"""

from typing import Literal

import torch
from torch import Tensor, nn

from signspot.backbones.formats import CLIP_WRAPPER, Format
from signspot.backbones.parts import Variant, check_ranges, conv3d, initialise, scaled, stem_pool

TAKES = "images"
RANGES = {"width": (0, 8), "dropout": (0, 1)}
FOOTPRINT = {"weights_mb": 110, "training_mb": 285, "extraction_mb": 60, "gflop": 28.1, "clip_mb": 4.8}
"""A clip of 8 frames of 224 px, three channels, full width."""

ENTRY = Format("I3D-ResNet50 of the challenge entry", **CLIP_WRAPPER)
PYTORCH_RESNET3D = Format("I3D-ResNet50 of pytorch-resnet3d")
CAFFE2 = Format(
    "I3D-ResNet50 of video-nonlocal-net (caffe2)",
    (
        (r"^fc\.weight$", "pred_w"),
        (r"^fc\.bias$", "pred_b"),
        (r"^conv1\.weight$", "conv1_w"),
        (r"^bn1\.", "res_conv1_bn_"),
        *((rf"^layer{stage}\.(\d+)\.", rf"res{stage + 1}_\1_") for stage in (1, 2, 3, 4)),
        *((rf"_conv{i}\.weight$", f"_branch2{letter}_w") for i, letter in enumerate("abc", 1)),
        *((rf"_bn{i}\.", f"_branch2{letter}_bn_") for i, letter in enumerate("abc", 1)),
        (r"_downsample\.0\.weight$", "_branch1_w"),
        (r"_downsample\.1\.", "_branch1_bn_"),
        (r"_bn_weight$", "_bn_s"),
        (r"_bn_bias$", "_bn_b"),
        (r"_bn_running_mean$", "_bn_rm"),
        (r"_bn_running_var$", "_bn_riv"),
    ),
    unused=r"model_iter$|lr$|.*_momentum$",
)
"""Despite its name, ``riv`` is the variance, not its inverse. The rest of the file is the state of its training."""
PYTORCHVIDEO = Format(
    "I3D-ResNet50 of pytorchvideo",
    (
        (r"^fc\.", "blocks.6.proj."),
        (r"^conv1\.", "blocks.0.conv."),
        (r"^bn1\.", "blocks.0.norm."),
        *((rf"^layer{stage}\.", f"blocks.{block}.res_blocks.") for stage, block in enumerate((1, 3, 4, 5), 1)),
        (r"\.downsample\.0\.", ".branch1_conv."),
        (r"\.downsample\.1\.", ".branch1_norm."),
        *((rf"(\.\d+)\.conv{i}\.", rf"\1.branch2.conv_{letter}.") for i, letter in enumerate("abc", 1)),
        *((rf"(\.\d+)\.bn{i}\.", rf"\1.branch2.norm_{letter}.") for i, letter in enumerate("abc", 1)),
    ),
)
"""Its block 2 is the pooling after the first stage. The network of pytorchvideo differs: its first convolution keeps
every frame, its first pooling is padded, and its head pools 4x7x7 maps. signspot uses its own strides and pooling
(``variant``) with every format, so these features are not those of pytorchvideo."""
FORMATS = (ENTRY, PYTORCH_RESNET3D, CAFFE2, PYTORCHVIDEO)

EXPANSION = 4
TEMPORAL_KERNELS = ((3, 3, 3), (3, 1, 3, 1), (3, 1, 3, 1, 3, 1), (1, 3, 1))
"""Frames that the first convolution of each block spans, by stage."""


class Bottleneck(nn.Module):
    """Residual block of (frames, 1, 1), (1, 3, 3), 1x1x1 convolutions: (B, C, T, H, W) -> (B, 4 channels, T, h, w)."""

    def __init__(self, in_channels: int, channels: int, frames: int, stride: int) -> None:
        super().__init__()
        out_channels = EXPANSION * channels
        self.conv1 = conv3d(in_channels, channels, (frames, 1, 1))
        self.bn1 = nn.BatchNorm3d(channels)
        self.conv2 = conv3d(channels, channels, (1, 3, 3), (1, stride, stride))
        self.bn2 = nn.BatchNorm3d(channels)
        self.conv3 = conv3d(channels, out_channels, (1, 1, 1))
        self.bn3 = nn.BatchNorm3d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or in_channels != out_channels:
            shortcut = conv3d(in_channels, out_channels, (1, 1, 1), (1, stride, stride))
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm3d(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        return self.relu(self.bn3(self.conv3(x)) + shortcut)


def _stage(in_channels: int, channels: int, temporal_kernels: tuple[int, ...], stride: int) -> nn.Sequential:
    blocks = [Bottleneck(in_channels, channels, temporal_kernels[0], stride)]
    blocks += [Bottleneck(EXPANSION * channels, channels, frames, 1) for frames in temporal_kernels[1:]]
    return nn.Sequential(*blocks)


class I3DResNet50(nn.Module):
    """Clips (B, in_channels, T, H, W), T >= 4, float -> feature (B, feature_dim) and logits (B, num_classes).

    The feature is the mean of the last maps over frames, rows and columns; any clip size from about 32x32 is taken.
    The keys of the state dict are those of the public Kinetics-400 weights.

    Args:
        width: multiplies every number of channels; ``feature_dim`` is 2048 times it.
        dropout: between the feature and the classifier.
        variant: ``entry`` or ``kinetics``, see :data:`signspot.backbones.parts.Variant`.

    Raises:
        ValueError: the width is not above 0, the dropout is outside 0 … 1, or the variant is unknown.
    """

    def __init__(self, num_classes: int, in_channels: int, width: float, dropout: float, variant: Variant) -> None:
        super().__init__()
        check_ranges(width, dropout)
        stem, *stages = (scaled(channels, width) for channels in (64, 64, 128, 256, 512))
        self.feature_dim = EXPANSION * stages[3]
        self.conv1 = conv3d(in_channels, stem, (5, 7, 7), (2, 2, 2))
        self.bn1 = nn.BatchNorm3d(stem)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool1 = stem_pool(variant, padding=0)
        self.maxpool2 = nn.MaxPool3d((2, 1, 1))
        self.layer1 = _stage(stem, stages[0], TEMPORAL_KERNELS[0], stride=1)
        self.layer2 = _stage(EXPANSION * stages[0], stages[1], TEMPORAL_KERNELS[1], stride=2)
        self.layer3 = _stage(EXPANSION * stages[1], stages[2], TEMPORAL_KERNELS[2], stride=2)
        self.layer4 = _stage(EXPANSION * stages[2], stages[3], TEMPORAL_KERNELS[3], stride=2)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(self.feature_dim, num_classes)
        initialise(self)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        x = self.maxpool1(self.relu(self.bn1(self.conv1(clips))))
        x = self.maxpool2(self.layer1(x))
        x = self.layer4(self.layer3(self.layer2(x)))
        feature = torch.mean(x, (2, 3, 4))
        return feature, self.fc(self.dropout(feature))


def i3d_r50(
    num_classes: int,
    in_channels: int = 3,
    *,
    width: float = 1.0,
    dropout: float = 0.5,
    variant: Literal["entry", "kinetics"] = "entry",
) -> I3DResNet50:
    """I3D-ResNet50 with the published sizes; see :class:`I3DResNet50`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips.
        width, dropout, variant: as there.
    """
    return I3DResNet50(num_classes, in_channels, width, dropout, variant)

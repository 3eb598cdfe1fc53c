"""S3D: an Inception network of separate convolutions over space and time, that of torchvision.

Xie, Sun, Huang, Tu and Murphy, "Rethinking Spatiotemporal Feature Learning: Speed-Accuracy Trade-offs in Video
Classification", 2018, https://arxiv.org/abs/1712.04851.
"""

from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import video
from torchvision.models.video.s3d import SepInceptionBlock3D

from signspot.backbones.formats import Format
from signspot.backbones.parts import KINETICS, UNIT, InputValues, check_ranges, initialise, scaled
from signspot.errors import InputError

TAKES = "images"
STEP_LOGITS = True
RANGES = {"width": (0, 8), "dropout": (0, 1)}
FOOTPRINT = {"weights_mb": 32, "training_mb": 365, "extraction_mb": 90, "gflop": 18.0, "clip_mb": 4.8}
"""A clip of 8 frames of 224 px, three channels, full width."""

TORCHVISION = Format("S3D of torchvision", ((r"^fc\.", "classifier.1."),))
UNIT_NAME = r"^(features\.\d+(?:\.branch\d\.\d)?)"
"""A convolution and its normalisation, or two pairs of them: over space, then over time."""
KYLEMIN = Format(
    "S3D of kylemin",
    (
        (r"^fc\.", "fc.0."),
        (r"\.branch0\.", ".branch0.0."),
        *((rf"{UNIT_NAME}\.{i}\.0\.", rf"\1.conv_{axis}.") for i, axis in enumerate("st")),
        *((rf"{UNIT_NAME}\.{i}\.1\.", rf"\1.bn_{axis}.") for i, axis in enumerate("st")),
        (rf"{UNIT_NAME}\.0\.", r"\1.conv."),
        (rf"{UNIT_NAME}\.1\.", r"\1.bn."),
        (r"^features\.", "base."),
    ),
)
FORMATS = (TORCHVISION, KYLEMIN)

VALUES = {"unit": UNIT, "kinetics": KINETICS}
STEPS = 2
"""Steps of the last maps that are averaged for one feature."""
LEAST = (5, 17, 17)
"""Frames, rows and columns of the smallest clip."""


class S3D(nn.Module):
    """Clips (B, in_channels, T, H, W), T >= 5, sides from 17 px, values -1 … 1 -> feature (B, feature_dim) and logits.

    The last maps, one every 8 frames, are averaged over rows, columns and each two successive steps. Each such mean
    has its own logits; the feature and the logits (B, num_classes) are the mean of all of them. torchvision's network,
    whose average has 7x7 px, gives the same for images of 224 px.

    Args:
        width: multiplies every number of channels; ``feature_dim`` is 1024 times it.
        dropout: between the feature and the classifier.
        values: what the weights expect of the clips: ``unit``, -1 … 1 as they come, which kylemin's weights take;
            ``kinetics``, colours with the mean and deviation of Kinetics, which torchvision's weights take.

    Raises:
        ValueError: the width is not above 0, the dropout is outside 0 … 1, or the clips of ``kinetics`` have other than
            three channels.
    """

    def __init__(
        self, num_classes: int, in_channels: int, width: float, dropout: float, values: Literal["unit", "kinetics"]
    ) -> None:
        super().__init__()
        check_ranges(width, dropout)
        self.values = InputValues(in_channels, VALUES[values])
        self.features = video.S3D().features
        self.feature_dim = _resize(self.features, in_channels, width)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Conv3d(self.feature_dim, num_classes, 1)
        initialise(self.features)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        steps = self._steps(clips)
        return steps.mean((2, 3, 4)), self._logits(steps).mean(2)

    def step_logits(self, clips: Tensor) -> Tensor:
        """The logits of every step: (B, num_classes, T / 8 - 1), one step at least."""
        return self._logits(self._steps(clips))

    @property
    def classifier(self) -> nn.Linear:
        """The classifier of the steps as a layer of the feature, their mean."""
        layer = nn.Linear(self.feature_dim, self.fc.out_channels)
        layer.load_state_dict({"weight": self.fc.weight.flatten(1), "bias": self.fc.bias})
        return layer

    def _steps(self, clips: Tensor) -> Tensor:
        size = tuple(clips.shape[2:])
        if any(own < least for own, least in zip(size, LEAST, strict=True)):
            raise InputError(
                f"s3d: a clip has {size[0]} frames of {size[1]} x {size[2]} px, expected {LEAST[0]} frames of "
                f"{LEAST[1]} x {LEAST[2]} px at least. Take longer clips (clips.length) or larger images (input_size)."
            )
        maps = self.features(self.values(clips))
        return F.avg_pool3d(maps, (min(STEPS, maps.shape[2]), *maps.shape[3:]), stride=1)

    def _logits(self, steps: Tensor) -> Tensor:
        return self.fc(self.dropout(steps)).flatten(2)


def _resize(part: nn.Module, channels: int, width: float) -> int:
    """Makes the layers of a part of the network anew, for ``channels`` inputs and ``width`` times its own channels.

    Returns:
        The number of its output channels.
    """
    if isinstance(part, SepInceptionBlock3D):
        return sum(_resize(branch, channels, width) for branch in part.children())
    for name, layer in part.named_children():
        if isinstance(layer, nn.Conv3d):
            outputs = scaled(layer.out_channels, width)
            resized = nn.Conv3d(channels, outputs, layer.kernel_size, layer.stride, layer.padding, bias=False)
            setattr(part, name, resized)
            channels = outputs
        elif isinstance(layer, nn.BatchNorm3d):
            setattr(part, name, nn.BatchNorm3d(channels, layer.eps, layer.momentum))
        else:
            channels = _resize(layer, channels, width)
    return channels


def s3d(
    num_classes: int,
    in_channels: int = 3,
    *,
    width: float = 1.0,
    dropout: float = 0.2,
    values: Literal["unit", "kinetics"] = "unit",
) -> S3D:
    """S3D with the published sizes; see :class:`S3D`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips.
        width, dropout, values: as there.
    """
    return S3D(num_classes, in_channels, width, dropout, values)

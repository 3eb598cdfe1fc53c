"""StepNet: a TSM-ResNet50 whose maps are read by parts of the picture and by parts of the time.

Shen, Zheng and Yang, "StepNet: Spatial-temporal Part-aware Network for Isolated Sign Language Recognition", 2022,
https://arxiv.org/abs/2212.12857. No code of the authors is public: what the paper leaves open is chosen here, see
docs/fidelity.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor, nn

from signspot.backbones import tsm_r50
from signspot.backbones.formats import Format
from signspot.backbones.parts import check_ranges, scaled
from signspot.backbones.tsm_r50 import ShiftedResNet
from signspot.errors import InputError

TAKES = "images"
RANGES = {"depths": (1, 100), "width": (0, 8), "dropout": (0, 1)}
FOOTPRINT = {"weights_mb": 640, "training_mb": 1300, "extraction_mb": 170, "gflop": 101.1, "clip_mb": 4.8}
"""A clip of 8 frames of 224 px, three channels, full width."""

PREFIX = "backbone."


def _inside(form: Format) -> Format:
    """The format of the backbone alone as one of the network around it."""
    changes = ((rf"^{PREFIX}", ""), *form.changes)
    return replace(form, changes=changes, unused=r"(new_)?fc\.", colours=PREFIX + form.colours, part=rf"{PREFIX}")


FORMATS = tuple(_inside(form) for form in tsm_r50.FORMATS)
"""A backbone to start from; the rest is new, and the classifier of the file is not used."""

SIDES = ("left", "right", "top", "bottom")
PAIRS = {"lr": ("left", "right"), "tb": ("top", "bottom")}
SEGMENTS = 3
FUSED = "fused"
"""The part whose logits are those of the network."""


def halves(maps: Tensor) -> dict[str, Tensor]:
    """The means over the left, right, upper and lower half: maps (…, H, W) -> (…) by side.

    A column or a row in the middle counts as right or lower.

    Raises:
        InputError: the maps have a single row or column.
    """
    height, width = maps.shape[-2:]
    if min(height, width) < 2:
        raise InputError(
            f"stepnet: its maps have {height} x {width} px, which cannot be halved. Take larger images (input_size)."
        )
    row, column = height // 2, width // 2
    parts = (maps[..., :column], maps[..., column:], maps[..., :row, :], maps[..., row:, :])
    return {side: part.mean((-2, -1)) for side, part in zip(SIDES, parts, strict=True)}


def segments(frames: int) -> list[slice]:
    """Three overlapping halves of ``frames`` frames, 1 or more: the first, the middle and the last one."""
    length = frames - frames // 2
    return [slice(start, start + length) for start in (0, frames // 4, frames // 2)]


class Gate(nn.Sequential):
    """Numbers that a perceptron of themselves lets pass: (…, channels) -> (…, channels)."""

    def __init__(self, channels: int) -> None:
        super().__init__(nn.Linear(channels, channels), nn.ReLU(), nn.Linear(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        return x * super().forward(x).sigmoid()


class Attention(nn.Module):
    """Every frame of the whole, with what it finds in the frames of the parts: (B, T, channels).

    The products of query and keys are not scaled.

    Args:
        whole_channels: of the whole, (B, T, whole_channels).
        parts: names of the parts.
        part_channels: of each part, (B, frames, part_channels).
        channels: of query, keys and values.
    """

    def __init__(self, whole_channels: int, parts: Sequence[str], part_channels: int, channels: int) -> None:
        super().__init__()
        self.query, self.own = (nn.Linear(whole_channels, channels) for _ in range(2))
        self.key, self.value = (
            nn.ModuleDict({part: nn.Linear(part_channels, channels) for part in parts}) for _ in range(2)
        )
        self.softmax = nn.Softmax(-1)

    def forward(self, whole: Tensor, parts: Mapping[str, Tensor]) -> Tensor:
        keys, values = (
            torch.cat([layers[part](frames) for part, frames in parts.items()], 1) for layers in (self.key, self.value)
        )
        return self.softmax(self.query(whole) @ keys.mT) @ values + self.own(whole)


def _gru(inputs: int, outputs: int) -> nn.GRU:
    return nn.GRU(inputs, outputs, num_layers=2, batch_first=True, bidirectional=True)


class StepNet(nn.Module):
    """Clips (B, in_channels, T, H, W), T >= 1, sides from 32 px, values -1 … 1 -> feature, logits, logits of parts.

    The feature (B, feature_dim) and the logits (B, num_classes) are those of space and time together. The logits of
    the nine parts, (B, num_classes) each, come behind them for the loss: left, right, top and bottom half of the
    picture, both pairs of them, the whole, space, and time.

    Args:
        depths, width: of the backbone; ``width`` also multiplies the channels of all else, ``feature_dim`` is 1024
            times it.
        last_stride: of the backbone; with 2, images need 64 px.
        dropout: between the numbers of each part and its classifier.

    Raises:
        ValueError: an option is out of its range.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        depths: Sequence[int],
        width: float,
        last_stride: Literal[1, 2],
        dropout: float,
    ) -> None:
        super().__init__()
        check_ranges(width, dropout)
        self.backbone = ShiftedResNet(in_channels, depths, width, last_stride)
        whole, half, quarter = self.backbone.feature_dim, scaled(1024, width), scaled(512, width)
        self.gate = nn.ModuleDict({side: Gate(whole) for side in SIDES})
        self.spatial = Attention(whole, list(PAIRS), whole, half)
        self.gru = _gru(whole, half)
        self.gru_segments = nn.ModuleList(_gru(whole, quarter) for _ in range(SEGMENTS))
        self.temporal = Attention(2 * half, [str(i) for i in range(SEGMENTS)], 2 * quarter, half)
        self.fuse = nn.Sequential(nn.Linear(2 * half, half), nn.ReLU(), nn.Linear(half, half))
        self.dropout = nn.Dropout(dropout)
        sizes = dict.fromkeys((*SIDES, *PAIRS, "sg"), whole) | dict.fromkeys(("spatial", "temporal", FUSED), half)
        self.fc = nn.ModuleDict({part: nn.Linear(size, num_classes) for part, size in sizes.items()})
        self.feature_dim = half

    def forward(self, clips: Tensor) -> tuple[Tensor, ...]:
        means = {part: frames.mean(1) for part, frames in self.parts(clips).items()}
        logits = {part: layer(self.dropout(means[part])) for part, layer in self.fc.items()}
        return means[FUSED], logits.pop(FUSED), *logits.values()

    @property
    def classifier(self) -> nn.Linear:
        """The classifier of the whole, which reads the feature."""
        return self.fc[FUSED]

    def parts(self, clips: Tensor) -> dict[str, Tensor]:
        """The numbers of every frame by part, (B, T, channels), in the order of the classifiers."""
        maps = self.backbone.maps(clips)
        sides, whole = halves(maps), maps.mean((3, 4))
        pairs = {pair: sum(self.gate[side](sides[side]) for side in of) for pair, of in PAIRS.items()}
        spatial = self.spatial(whole, pairs)
        temporal = self._temporal(whole)
        fused = self.fuse(torch.cat((spatial, temporal), 2))
        return {**sides, **pairs, "sg": whole, "spatial": spatial, "temporal": temporal, FUSED: fused}

    def _temporal(self, whole: Tensor) -> Tensor:
        cut = zip(self.gru_segments, segments(whole.shape[1]), strict=True)
        parts = {str(i): gru(whole[:, segment])[0] for i, (gru, segment) in enumerate(cut)}
        return self.temporal(self.gru(whole)[0], parts)


def stepnet(
    num_classes: int,
    in_channels: int = 3,
    *,
    depths: Sequence[int] = (3, 4, 6, 3),
    width: float = 1.0,
    last_stride: Literal[1, 2] = 1,
    dropout: float = 0.5,
) -> StepNet:
    """StepNet with the published sizes; see :class:`StepNet`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips: three colours, two of flow, or ten of five successive flow frames.
        depths, width, last_stride, dropout: as there.
    """
    return StepNet(num_classes, in_channels, depths, width, last_stride, dropout)

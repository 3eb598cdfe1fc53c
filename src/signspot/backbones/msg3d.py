"""MS-G3D: graph convolutions over joints at several distances, in one frame and across frames.

Liu, Zhang, Chen, Wang and Ouyang, "Disentangling and Unifying Graph Convolutions for Skeleton-Based Action
Recognition", 2020, https://arxiv.org/abs/2003.14111.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from signspot.backbones.formats import Format
from signspot.backbones.parts import check_ranges
from signspot.errors import InputError
from signspot.pose.graphs import EDGES, linked

TAKES = "skeleton"
JOINTS = 57
RANGES = {"width": (0, 8), "dropout": (0, 1), "gcn_scales": (1, 32), "g3d_scales": (1, 32), "windows": (1, 31)}
FOOTPRINT = {"weights_mb": 22, "training_mb": 75, "extraction_mb": 30, "gflop": 3.1, "clip_mb": 0.02}
"""A clip of 8 frames of 57 joints, full width."""

CHANNELS, STRIDES = (96, 192, 384), (1, 2, 2)
"""Output channels and temporal stride of each block."""
DILATIONS = (1, 2, 3, 4)
BRANCHES = len(DILATIONS) + 2
MASK = 1e-6
"""How far from 0 the learnt addition to an adjacency starts, at most."""

PUBLISHED = Format(
    "MS-G3D",
    (
        (r"\.mlp\.", ".mlp.layers."),
        (r"\.graph\.", ".gcn3d.1."),
        *((rf"^blocks\.{block}\.gcn3d\.", f"gcn3d{block + 1}.gcn3d.") for block in range(len(CHANNELS))),
        *((rf"^blocks\.{block}\.(sgcn|tcn)\.", rf"\g<1>{block + 1}.") for block in range(len(CHANNELS))),
    ),
    hint="The data_bn of a file has joints times channels numbers. backbone.joints tells the graph: 57 joints, 53 of "
    "the challenge's baseline, 55 of AUTSL; weights of one graph fit no other.",
)
FORMATS = (PUBLISHED,)


def disentangled(ties: np.ndarray, scales: int) -> Tensor:
    """Adjacency (scales, nodes, nodes), float32: at scale k each node itself and those at distance k exactly.

    Each is normalised from both sides by the root of the number of ties of a node.

    Args:
        ties: bool (nodes, nodes), symmetric; whether two nodes are tied.
        scales: how many, from 0 on.
    """
    itself = np.eye(len(ties), dtype=bool)
    step, reached, found = (ties | itself).astype(np.float32), itself, [itself]
    for _ in range(scales - 1):
        further = reached.astype(np.float32) @ step > 0
        found.append(further & ~reached | itself)
        reached = further
    adjacency = np.stack(found).astype(np.float32)
    degree = adjacency.sum(2) ** -0.5
    return torch.tensor(degree[:, :, None] * adjacency * degree[:, None, :])


class GraphScales(nn.Module):
    """Means over the nodes at each distance, joined in channels and mixed; (B, C, T, nodes) -> (B, C', T, nodes)."""

    def __init__(self, in_channels: int, out_channels: int, adjacency: Tensor) -> None:
        super().__init__()
        scales, nodes, _ = adjacency.shape
        self.register_buffer("adjacency", adjacency, persistent=False)
        self.A_res = nn.Parameter(torch.empty(scales * nodes, nodes).uniform_(-MASK, MASK))
        mixing = nn.Conv2d(scales * in_channels, out_channels, 1)
        self.mlp = nn.Sequential(mixing, nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True))

    def forward(self, x: Tensor) -> Tensor:
        weights = self.adjacency + self.A_res.view_as(self.adjacency)
        return self.mlp(torch.einsum("kvu,nctu->nkctv", weights, x).flatten(1, 2))


class WindowGraph(nn.Module):
    """One graph over the joints of all frames of a window about each frame; (B, C, T, V) -> (B, C', T / stride, V).

    As published, a clip of 3 channels is widened by the graph, a clip of other channels only where the frames of a
    window become one.
    """

    def __init__(
        self, in_channels: int, out_channels: int, ties: np.ndarray, scales: int, frames: int, stride: int
    ) -> None:
        super().__init__()
        self.frames, self.stride = frames, stride
        inner = out_channels if in_channels == 3 else in_channels
        across = np.tile(ties | np.eye(len(ties), dtype=bool), (frames, frames))
        self.graph = GraphScales(in_channels, inner, disentangled(across, scales))
        self.out_conv = nn.Conv3d(inner, out_channels, (1, frames, 1))
        self.out_bn = nn.BatchNorm3d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        joints, around = x.shape[3], self.frames // 2
        windows = nn.functional.pad(x, (0, 0, around, around)).unfold(2, self.frames, self.stride)
        nodes = windows.transpose(3, 4).flatten(3)
        x = self.graph(nodes).unflatten(3, (self.frames, joints))
        return self.out_bn(self.out_conv(x)).squeeze(3)


def _pointwise(in_channels: int, out_channels: int, stride: int = 1) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(in_channels, out_channels, 1, (stride, 1)), nn.BatchNorm2d(out_channels)


class TemporalConv(nn.Module):
    """Convolution over ``frames`` frames and normalisation."""

    def __init__(self, in_channels: int, out_channels: int, frames: int, stride: int, dilation: int = 1) -> None:
        super().__init__()
        padding = dilation * (frames // 2)
        self.conv = nn.Conv2d(in_channels, out_channels, (frames, 1), (stride, 1), (padding, 0), (dilation, 1))
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x))


class MultiScaleTCN(nn.Module):
    """Six branches over time, joined in channels, and a shortcut; (B, C, T, V) -> (B, C', T / stride, V).

    Four branches are convolutions of dilation 1 to 4, one takes the maximum of three frames, one a frame alone.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int, activation: bool = True) -> None:
        super().__init__()
        width = out_channels // BRANCHES
        over_time = [TemporalConv(width, width, 3, stride, dilation) for dilation in DILATIONS]
        branches = [nn.Sequential(*_pointwise(in_channels, width), nn.ReLU(inplace=True), conv) for conv in over_time]
        pool = nn.MaxPool2d((3, 1), (stride, 1), (1, 0))
        greatest = (*_pointwise(in_channels, width), nn.ReLU(inplace=True), pool, nn.BatchNorm2d(width))
        alone = _pointwise(in_channels, width, stride)
        self.branches = nn.ModuleList([*branches, nn.Sequential(*greatest), nn.Sequential(*alone)])
        same = stride == 1 and in_channels == out_channels
        self.residual = nn.Identity() if same else TemporalConv(in_channels, out_channels, 1, stride)
        self.act = nn.ReLU(inplace=True) if activation else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.act(torch.cat([branch(x) for branch in self.branches], 1) + self.residual(x))


class Block(nn.Module):
    """Joints of a frame at several distances, and joints across frames, added; then time alone."""

    def __init__(
        self,
        channels: tuple[int, int],
        inner: int,
        stride: int,
        ties: np.ndarray,
        scales: tuple[int, int],
        windows: Sequence[int],
    ) -> None:
        super().__init__()
        before, after = channels
        self.sgcn = nn.Sequential(
            GraphScales(before, inner, disentangled(ties, scales[0])),
            MultiScaleTCN(inner, after, stride),
            MultiScaleTCN(after, after, 1, activation=False),
        )
        self.gcn3d = nn.ModuleList(WindowGraph(before, after, ties, scales[1], frames, stride) for frames in windows)
        self.tcn = MultiScaleTCN(after, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        paths = self.sgcn(x) + sum(window(x) for window in self.gcn3d)
        return self.tcn(paths.relu())


class MSG3D(nn.Module):
    """Clips (B, in_channels, T, joints, 1), T >= 1, float -> feature (B, feature_dim) and logits (B, num_classes).

    The feature is the mean over joints and frames of the last block. Every graph learns an addition to its adjacency.

    Args:
        width: multiplies every number of channels, to the nearest multiple of 6; ``feature_dim`` is 384 times it.
        joints: 57 as in :mod:`signspot.pose.skeleton`, 53 as in :mod:`signspot.pose.baseline`, or the 55 of AUTSL.
        gcn_scales, g3d_scales: distances that are told apart, from 0 on, within a frame and across frames.
        windows: frames of each window, odd.
        dropout: between the feature and the classifier.

    Raises:
        ValueError: the width is not above 0, the dropout is outside 0 … 1, a number of scales is below 1, a window is
            not odd, or there is no graph of so many joints.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        width: float,
        joints: int,
        gcn_scales: int,
        g3d_scales: int,
        windows: Sequence[int],
        dropout: float,
    ) -> None:
        super().__init__()
        check_ranges(width, dropout)
        _check_graph(joints, gcn_scales, g3d_scales, windows)
        self.joints = joints
        self.data_bn = nn.BatchNorm1d(joints * in_channels)
        first = BRANCHES * max(1, round(CHANNELS[0] * width / BRANCHES))
        sizes = [in_channels, *(first * channels // CHANNELS[0] for channels in CHANNELS)]
        ties, scales = linked(EDGES[joints], joints), (gcn_scales, g3d_scales)
        self.blocks = nn.ModuleList(
            Block(channels, inner, stride, ties, scales, windows)
            for channels, inner, stride in zip(pairwise(sizes), (first, *sizes[1:-1]), STRIDES, strict=True)
        )
        self.feature_dim = sizes[-1]
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(self.feature_dim, num_classes)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        if clips.shape[3] != self.joints:
            raise InputError(
                f"backbone msg3d: a clip has {clips.shape[3]} joints, the graph has {self.joints}. "
                "Set backbone.joints, or the modality's joints, to the same number."
            )
        by_joint = clips.squeeze(4).permute(0, 3, 1, 2)
        by_joint = self.data_bn(by_joint.flatten(1, 2)).unflatten(1, by_joint.shape[1:3])
        x = by_joint.permute(0, 2, 3, 1)
        for block in self.blocks:
            x = block(x)
        feature = torch.mean(x, (2, 3))
        return feature, self.fc(self.dropout(feature))


def _check_graph(joints: int, gcn_scales: int, g3d_scales: int, windows: Sequence[int]) -> None:
    if joints not in EDGES:
        raise ValueError(f"joints: is {joints}, expected one of {', '.join(map(str, EDGES))}")
    if min(gcn_scales, g3d_scales) < 1:
        raise ValueError(f"gcn_scales, g3d_scales: are {gcn_scales} and {g3d_scales}, expected 1 or more")
    if not windows or any(frames < 1 or frames % 2 == 0 for frames in windows):
        raise ValueError(f"windows: is {list(windows)}, expected odd numbers of frames")


def msg3d(
    num_classes: int,
    in_channels: int = 3,
    *,
    width: float = 1.0,
    joints: Literal[57, 53, 55] = 57,
    gcn_scales: int = 8,
    g3d_scales: int = 8,
    windows: Sequence[int] = (3, 5),
    dropout: float = 0.0,
) -> MSG3D:
    """MS-G3D with the published sizes; see :class:`MSG3D`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips.
        width, joints, gcn_scales, g3d_scales, windows, dropout: as there.
    """
    return MSG3D(num_classes, in_channels, width, joints, gcn_scales, g3d_scales, windows, dropout)

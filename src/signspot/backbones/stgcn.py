"""ST-GCN: graph convolutions over the 57 joints of body and hands.

Yan, Xiong and Lin, "Spatial Temporal Graph Convolutional Networks for Skeleton-Based Action Recognition", 2018,
https://arxiv.org/abs/1801.07455.
"""

import torch
from torch import Tensor, nn

from signspot.backbones.formats import Format
from signspot.backbones.parts import check_ranges, initialise, scaled
from signspot.pose.graphs import EDGES, linked

TAKES = "skeleton"
RANGES = {"width": (0, 8), "dropout": (0, 1), "temporal_kernel": (1, 99)}
FOOTPRINT = {"weights_mb": 13, "training_mb": 25, "extraction_mb": 5, "gflop": 1.1, "clip_mb": 0.02}
"""A clip of 8 frames of 57 joints, full width."""

ENTRY = Format(
    "ST-GCN of the challenge entry",
    (
        (r"^fc\.", "fc1."),
        (r"^blocks\.", "st_gcn.st_gcn_networks."),
        (r"^(data_bn|edge_importance)\.", r"st_gcn.\1."),
    ),
    unused=r"st_gcn\.A$|st_gcn\.fcn\.|lstm\.|tconv\.|fc\.",
)
FORMATS = (ENTRY,)

JOINTS = 57
CENTRE = 0
LAYERS = ((64, 1), (64, 1), (64, 1), (64, 1), (128, 2), (128, 1), (128, 1), (256, 2), (256, 1), (256, 1))
"""Output channels and temporal stride of each block."""


def spatial_partitions() -> Tensor:
    """Adjacency (3, 57, 57), float32: each joint itself, neighbours nearer to the centre, neighbours further.

    Columns of the whole adjacency (self-loops included) sum to one. As in the published code, the distance to the
    centre is known only for the centre and its neighbours and infinite elsewhere, and equal distances count as nearer;
    most pairs, both directions, are therefore in the second partition. Weights trained with it need it so.
    """
    ties = torch.tensor(linked(EDGES[JOINTS], JOINTS))
    itself = torch.eye(JOINTS, dtype=torch.bool)
    normalised = (ties | itself).float()
    normalised /= normalised.sum(0)
    distance = torch.full((JOINTS,), torch.inf).masked_fill(ties[CENTRE], 1.0)
    distance[CENTRE] = 0.0
    nearer = distance[:, None] >= distance
    return normalised * torch.stack([itself, ties & nearer, ties & ~nearer])


class GraphConvolution(nn.Module):
    """One 1x1 convolution per partition, summed over each joint's neighbours; (B, C, T, V) -> (B, C', T, V)."""

    def __init__(self, in_channels: int, out_channels: int, partitions: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, partitions * out_channels, 1)

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        x = self.conv(x).unflatten(1, (len(adjacency), -1))
        return torch.einsum("nkctv,kvw->nctw", x, adjacency)


class Block(nn.Module):
    """Graph convolution, then a convolution over ``temporal_kernel`` frames, with a shortcut; ReLU at the end."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        stride: int,
        temporal_kernel: int,
        dropout: float,
        residual: nn.Module,
    ) -> None:
        super().__init__()
        self.gcn = GraphConvolution(in_channels, out_channels, partitions=3)
        self.tcn = nn.Sequential(
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, (temporal_kernel, 1), (stride, 1), (temporal_kernel // 2, 0)),
            nn.BatchNorm2d(out_channels),
            nn.Dropout(dropout),
        )
        self.residual = residual
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        return self.relu(self.tcn(self.gcn(x, adjacency)) + self.residual(x))


class Nothing(nn.Module):
    """The shortcut of the first block: none."""

    def forward(self, x: Tensor) -> float:
        return 0.0


def _shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, (stride, 1)), nn.BatchNorm2d(out_channels))


class STGCN(nn.Module):
    """Clips (B, in_channels, T, 57, 1), float -> feature (B, feature_dim) and logits (B, num_classes).

    The joints are those of :mod:`signspot.pose.skeleton`; the feature is the mean over joints and frames of the last
    block. Each block weighs the edges of the graph by factors of its own, which are learnt.

    Args:
        width: multiplies every number of channels; ``feature_dim`` is 256 times it.
        dropout: at the end of every block but the first.
        temporal_kernel: frames, odd.

    Raises:
        ValueError: the width is not above 0, the dropout is outside 0 … 1, or the temporal kernel is not odd.
    """

    def __init__(self, num_classes: int, in_channels: int, width: float, dropout: float, temporal_kernel: int) -> None:
        super().__init__()
        check_ranges(width, dropout)
        if temporal_kernel < 1 or temporal_kernel % 2 == 0:
            raise ValueError(f"temporal_kernel: is {temporal_kernel}, expected an odd number of frames")
        self.register_buffer("adjacency", spatial_partitions(), persistent=False)
        self.data_bn = nn.BatchNorm1d(JOINTS * in_channels)
        outputs = [(scaled(channels, width), stride) for channels, stride in LAYERS]
        channels, stride = outputs[0]
        blocks = [Block(in_channels, channels, stride, temporal_kernel, 0.0, Nothing())]
        for out_channels, stride in outputs[1:]:
            shortcut = _shortcut(channels, out_channels, stride)
            blocks.append(Block(channels, out_channels, stride, temporal_kernel, dropout, shortcut))
            channels = out_channels
        self.blocks = nn.ModuleList(blocks)
        self.edge_importance = nn.ParameterList(torch.ones_like(self.adjacency) for _ in blocks)
        self.feature_dim = channels
        self.fc = nn.Linear(channels, num_classes)
        initialise(self)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        x = clips.squeeze(4)
        by_joint = x.permute(0, 3, 1, 2)
        by_joint = self.data_bn(by_joint.flatten(1, 2)).unflatten(1, by_joint.shape[1:3])
        x = by_joint.permute(0, 2, 3, 1)
        for block, importance in zip(self.blocks, self.edge_importance, strict=True):
            x = block(x, self.adjacency * importance)
        feature = torch.mean(x, (2, 3))
        return feature, self.fc(feature)


def stgcn(
    num_classes: int, in_channels: int = 3, *, width: float = 1.0, dropout: float = 0.5, temporal_kernel: int = 9
) -> STGCN:
    """ST-GCN with the published sizes; see :class:`STGCN`.

    Args:
        num_classes: the background counts.
        in_channels: channels of the clips.
        width, dropout, temporal_kernel: as there.
    """
    return STGCN(num_classes, in_channels, width, dropout, temporal_kernel)

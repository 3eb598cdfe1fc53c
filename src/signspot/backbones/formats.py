"""Key names of the published checkpoints and the names of the same weights here.

The experts' checkpoints come in the :data:`FORMATS`; each gives a name of ours its published one, and, since our names
are those of a network at hand, the inverse too. The names were taken from the public code that writes or reads these
files and from the key lists of the reference networks; no published file itself could be compared.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """How a published checkpoint names the weights of a backbone.

    Args:
        name: for messages.
        backbone: key of :data:`signspot.backbones.BACKBONES`.
        changes: pairs (pattern, replacement), made in turn on a name used here.
        unused: pattern of the keys that the file holds beside the weights of the backbone.
    """

    name: str
    backbone: str
    changes: Sequence[tuple[str, str]] = ()
    unused: str = r"(?!)"

    def published(self, key: str) -> str:
        """The published name of a weight of ours."""
        for pattern, replacement in self.changes:
            key = re.sub(pattern, replacement, key)
        return key

    def names(self, keys: Iterable[str]) -> dict[str, str]:
        """Published name -> ours, for all the given names of ours."""
        return {self.published(key): key for key in keys}

    def is_unused(self, key: str) -> bool:
        """Whether a published key is known to be of no use to the backbone."""
        return re.match(self.unused, key) is not None


CLIP_WRAPPER = {"changes": ((r"^", "feature_extractor."),), "unused": r"conv\."}
"""The entry's I3D and P3D experts: the backbone inside a wrapper whose own convolution is never trained."""

SKELETON_EXPERT = Format(
    "ST-GCN of the challenge entry",
    "stgcn",
    (
        (r"^fc\.", "fc1."),
        (r"^blocks\.", "st_gcn.st_gcn_networks."),
        (r"^(data_bn|edge_importance)\.", r"st_gcn.\1."),
    ),
    unused=r"st_gcn\.A$|st_gcn\.fcn\.|lstm\.|tconv\.|fc\.",
)

CAFFE2_I3D = Format(
    "I3D-ResNet50 of video-nonlocal-net (caffe2)",
    "i3d_r50",
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

PYTORCHVIDEO_I3D = Format(
    "I3D-ResNet50 of pytorchvideo",
    "i3d_r50",
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
"""Its block 2 is the pooling after the first stage. The same weights stand in another network there: its first
convolution keeps every frame, its first pooling is padded, and its head pools 4x7x7 maps. signspot uses its own strides
and pooling (``backbone.variant``) with every format, so these features are not those of pytorchvideo."""

FORMATS = (
    Format("I3D-ResNet50 of the challenge entry", "i3d_r50", **CLIP_WRAPPER),
    Format("P3D-199 of the challenge entry", "p3d199", **CLIP_WRAPPER),
    SKELETON_EXPERT,
    Format("I3D-ResNet50 of pytorch-resnet3d", "i3d_r50"),
    CAFFE2_I3D,
    PYTORCHVIDEO_I3D,
    Format("P3D-199 of pseudo-3d-pytorch", "p3d199"),
)
"""All checkpoints of experts that can be loaded."""

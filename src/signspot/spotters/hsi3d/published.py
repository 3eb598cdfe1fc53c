"""Published weights of HS-I3D, and published weights from which its training starts."""

from typing import Any

from torch import Tensor, nn

from signspot.backbones.checkpoints import Checkpoint, read_checkpoint
from signspot.backbones.formats import Format
from signspot.backbones.weights import load_published, matched, origin
from signspot.spotters.hsi3d.network import HierarchicalI3d

HSI3D = Format(
    "HS-I3D of the challenge's winner",
    (
        (r"^heads\.x\.", "head_all.time_lin."),
        (r"^heads\.x(\d+)\.", r"head_\1.time_lin."),
        (r"^trunk\.", ""),
        (r"^up_8\.", "up_Mixed_5c."),
        (r"^up_16\.", "up_5c4f."),
        (r"^up_32\.", "up_5c4f3c."),
        (r"^down_8\.", "spatial_downscaling_Mixed_4f."),
        (r"^down_16\.", "spatial_downscaling_Mixed_3c."),
        (r"^merge_8\.", "merge_5c4f.double_conv."),
        (r"^merge_16\.", "merge_5c4f3c.double_conv."),
        (r"^(?!head_)", "backbone_model."),
    ),
    unused=r"backbone_model\.logits\.",
)
"""The classifier of its I3D is saved and never called."""


def read_published(checkpoint: Checkpoint, network: HierarchicalI3d) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights of a published checkpoint under the names of a network, whose first class is the background.

    Args:
        checkpoint: the file: a state dict, alone or as ``model`` beside the state of its training.
        network: that the weights are for.

    Returns:
        A whole state dict of the network, and where it comes from, for config.json: ``file``, ``sha256``, ``format``
        and ``dropped``, the keys of the file that were not used.

    Raises:
        InputError: the file is missing, damaged, of another digest, or no checkpoint; or its keys or shapes are not
            those of the network, and the message lists them.
    """
    state, digest = read_checkpoint(checkpoint)
    weights, dropped = matched(state, network, HSI3D, checkpoint.path, other_classes=False)
    heads = {key: _background_first(value) for key, value in weights.items() if key.startswith("heads.")}
    return weights | heads, origin(checkpoint, digest, HSI3D, dropped)


def load_trunk(network: HierarchicalI3d, checkpoint: Checkpoint) -> dict[str, Any]:
    """Loads the weights of Inception I3D, published or of an expert of ours, into the trunk, without its classifier.

    Returns:
        Where the weights come from, as :func:`signspot.backbones.weights.load_published` tells it.

    Raises:
        InputError: as there.
    """
    # The names of a backbone, but for its classifier.
    trunk = nn.ModuleDict({"trunk": network.trunk})
    return load_published(trunk, "i3d_inception", checkpoint, other_classes=True)


def _background_first(value: Tensor) -> Tensor:
    """Rows of a published classifier, of which the last one is the background, in the order of our classes."""
    return value.roll(1, 0)

"""Variants of a skeleton at test time, over whose logits the mean is taken: the mirror image and other sizes.

Vázquez-Enríquez, Alba-Castro, Docío-Fernández and Rodríguez-Banga, "Isolated Sign Language Recognition with Multi-Scale
Spatial-Temporal Graph Convolutional Networks", 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from torch import Tensor

Variants = Literal["none", "mirror", "six"]
"""``none``: the clip alone; ``mirror``: its mirror image too; ``six``: both at the scales 1, 1.1 and 0.9."""
SCALES = {"none": (1.0,), "mirror": (1.0,), "six": (1.0, 1.1, 0.9)}
COUNTS = {"none": 1, "mirror": 2, "six": 6}
"""How many there are of each kind."""


def mirror(clips: Tensor, partners: Sequence[int] | None) -> Tensor:
    """The mirror image of skeletons (…, channels, T, joints, 1): x is negated in every three channels.

    Args:
        clips: x is channel 0, and channel 3 of six.
        partners: for each joint its partner on the other side, with which it is exchanged. None: joints keep their
            places, as in the published training, whose weights need it so.
    """
    signs = clips.new_ones(clips.shape[-4])
    signs[0 : 6 if len(signs) == 6 else 1 : 3] = -1
    mirrored = clips * signs[:, None, None, None]
    return mirrored if partners is None else mirrored[..., list(partners), :]


def variants(clips: Tensor, kind: Variants, partners: Sequence[int] | None = None) -> list[Tensor]:
    """Variants of skeletons (…, channels, T, joints, 1), each of the same shape; the first is the clips themselves.

    Args:
        clips: of the stream that the network takes, x from the middle of the signer.
        kind: which.
        partners: as in :func:`mirror`.

    Raises:
        ValueError: the kind is unknown.
    """
    if kind not in SCALES:
        raise ValueError(f"tta: is {kind!r}, expected one of {', '.join(get_args(Variants))}")
    views = [clips] if kind == "none" else [clips, mirror(clips, partners)]
    return [view * scale for scale in SCALES[kind] for view in views]


def mean_over_variants(
    network: Callable[[Tensor], tuple[Tensor, Tensor]], views: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    """Mean feature and mean logits of a network over variants of the same clips.

    Args:
        network: gives features (B, d) and logits (B, classes).
        views: variants (B, channels, T, joints, 1) of :func:`variants`.
    """
    import torch

    features, logits = zip(*map(network, views), strict=True)
    return torch.stack(features).mean(0), torch.stack(logits).mean(0)

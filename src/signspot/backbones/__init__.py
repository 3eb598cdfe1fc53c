"""Backbones: networks that map a clip tensor to a feature and to class logits."""

import inspect
from collections.abc import Callable
from typing import Any

from torch import nn

from signspot.backbones.i3d_r50 import I3DResNet50, i3d_r50
from signspot.backbones.p3d199 import P3D, p3d199
from signspot.backbones.stgcn import STGCN, stgcn
from signspot.errors import InputError

__all__ = ["BACKBONES", "P3D", "STGCN", "I3DResNet50", "build", "i3d_r50", "p3d199", "stgcn"]

BACKBONES: dict[str, Callable[..., nn.Module]] = {"i3d_r50": i3d_r50, "p3d199": p3d199, "stgcn": stgcn}


def build(name: str, num_classes: int, in_channels: int, **options: Any) -> nn.Module:
    """A backbone with fresh weights: ``network(clips) -> (feature (B, network.feature_dim), logits (B, num_classes))``.

    Args:
        name: a key of ``BACKBONES``.
        num_classes: the background counts.
        in_channels: channels of the clip tensor.
        options: further arguments of the backbone's builder.

    Raises:
        InputError: the name, an option or an option's value is not known.
    """
    if name not in BACKBONES:
        raise InputError(f"backbone: {name!r} is unknown, expected one of {', '.join(BACKBONES)}")
    builder = BACKBONES[name]
    known = [option for option in inspect.signature(builder).parameters if option not in ("num_classes", "in_channels")]
    unknown = [option for option in options if option not in known]
    if unknown:
        raise InputError(f"backbone {name}: no option {', '.join(unknown)}; its options are {', '.join(known)}")
    try:
        return builder(num_classes, in_channels, **options)
    except (TypeError, ValueError) as error:
        raise InputError(f"backbone {name}: {error}") from error

"""Backbones, one module each: networks that map a clip tensor to a feature and to class logits.

A module states as constants what others must know without building a network: ``TAKES``, what its clips show ("images"
or "skeleton"); ``JOINTS``, how many joints its graph has unless an option ``joints`` tells it; ``STEP_LOGITS``, whether
its network has ``step_logits(clips)``, logits (B, num_classes, steps) whose mean over the steps are those of the clip;
``FOOTPRINT``, what one clip of 8 frames of 224 px costs at full width; ``FORMATS``, the published files whose weights
fit, see :mod:`signspot.backbones.formats`. A footprint holds ``weights_mb``, the weights; ``training_mb`` and
``extraction_mb``, the memory that a clip takes in a training and in an extraction on a CPU; ``gflop``, thousand
millions of operations of a clip, forward; ``clip_mb``, the tensor of a clip. A network calls its classifier, or the
classifiers of its parts, ``fc``. Its logits are linear in its feature, see
:func:`signspot.backbones.parts.classifier_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from signspot.registry import Registry

if TYPE_CHECKING:
    from torch import nn

BACKBONES = Registry("signspot.backbones", "backbone")


def build(name: str, num_classes: int, in_channels: int, **options: Any) -> nn.Module:
    """A backbone with fresh weights: ``network(clips) -> (feature (B, network.feature_dim), logits (B, num_classes))``.

    Behind them a network may give the logits of its parts, (B, num_classes) each, which only a loss reads.

    Args:
        name: of the backbone.
        num_classes: the background counts.
        in_channels: channels of the clip tensor.
        options: of the builder of the backbone.

    Raises:
        InputError: the name, an option or a value of an option is wrong.
    """
    return BACKBONES.build(name, num_classes, in_channels, **options)

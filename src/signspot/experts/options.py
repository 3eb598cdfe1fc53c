"""Which options of experts go together, checked before anything runs: no PyTorch is imported here."""

from typing import Literal, get_args

from signspot.backbones import BACKBONES
from signspot.clips.modalities import MODALITIES
from signspot.clips.variants import Variants
from signspot.errors import InputError, shown

Loss = Literal["cross_entropy", "steps"]
"""What a training makes smaller: the cross-entropy of the logits of a clip, or that of the steps of S3D, see
:func:`signspot.experts.losses.step_losses`."""


def check_tta(tta: Variants, modality: str, key: str) -> None:
    """Checks the variants at test time of an expert.

    Args:
        tta: one of :data:`signspot.clips.variants.Variants`.
        modality: name of the modality.
        key: of the expert, for the message.

    Raises:
        InputError: the value is unknown, or the modality gives no skeletons.
    """
    if tta not in get_args(Variants):
        raise InputError(f"{key}.tta: is {shown(tta)}, expected one of {', '.join(get_args(Variants))}. Correct it.")
    gives = MODALITIES.fact(modality, "GIVES")
    if tta != "none" and gives != "skeleton":
        raise InputError(
            f"{key}.tta: is {tta}, which only skeletons have; the modality {modality} gives {gives}. "
            "Set it to none, or take another modality."
        )


def check_loss(loss: Loss, backbone: str, label_smoothing: float, class_balance: float, key: str) -> None:
    """Checks the loss of an expert.

    Args:
        loss: one of :data:`Loss`.
        backbone: name of the backbone.
        label_smoothing, class_balance: options of the cross-entropy.
        key: of the expert, for the message.

    Raises:
        InputError: the value is unknown, the backbone has no logits of steps, or an option belongs to another loss.
    """
    if loss not in get_args(Loss):
        raise InputError(f"{key}.loss: is {shown(loss)}, expected one of {', '.join(get_args(Loss))}. Correct it.")
    if loss != "steps":
        return
    if not BACKBONES.fact(backbone, "STEP_LOGITS", False):
        fitting = [name for name in BACKBONES.names() if BACKBONES.fact(name, "STEP_LOGITS", False)]
        raise InputError(
            f"{key}.loss: is steps, but the backbone {backbone} has no logits of steps. "
            f"Set it to cross_entropy, or take {' or '.join(fitting)}."
        )
    for option, value in (("label_smoothing", label_smoothing), ("class_balance", class_balance)):
        if value:
            raise InputError(
                f"{key}.{option}: is {value}, which the loss steps does not know: every class is a yes or no of its "
                "own. Set it to 0, or the loss to cross_entropy."
            )

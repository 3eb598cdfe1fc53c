"""Which options of experts go together, checked before anything runs: no PyTorch is imported here."""

from typing import get_args

from signspot.clips.modalities import MODALITIES
from signspot.clips.variants import Variants
from signspot.errors import InputError, shown


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

"""Modalities, one module each: what a clip is cut from, what is done to it in training, and its tensor.

A module states as constants what others must know without building it: ``GIVES``, what the tensor shows ("images" or
"skeleton"); ``STORES``, the stores that are read, as :class:`signspot.stores.VideoFiles` calls them; ``FRAME_BYTES``,
the size of a raw frame in memory.
"""

from typing import Any

from signspot.clips.modality import Modality
from signspot.registry import Registry

MODALITIES = Registry("signspot.clips.modalities", "modality")


def build_modality(name: str, **options: Any) -> Modality:
    """The modality of a block of the configuration.

    Raises:
        InputError: the name, an option or an option's value is not known.
    """
    return MODALITIES.build(name, **options)

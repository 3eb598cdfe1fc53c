"""The spotting head of the third-placed entry of the ChaLearn 2022 challenge: a BiLSTM and convolutions read the clip
features of all experts, and predict the class of each clip and the distances to the start and the end of its sign.

Options are read without torch: whatever needs it is imported where it is used.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signspot.spotters.bilstm.predict import FittedBilstm
    from signspot.spotters.bilstm.train import Bilstm

READS = ("experts",)
BLOCKS = {
    "head": "signspot.spotters.bilstm.head:SpottingHead",
    "training": "signspot.training.recipe:Recipe",
    "augmentation": "signspot.spotters.bilstm.sequences:Augmentation",
}
FOOTPRINT = {"weights_mb": 84, "training_mb": 0.21, "extraction_mb": 0.07, "input_mb": 0.08, "seconds": 0.003}
"""Of the published size: its weights once; per clip of a batch in training, outside it, and what is read and noised of
its features before they go to the device; seconds to train on a clip (measured on two cores: 0.002)."""

KEYS = {"head": {"type": "object"}, "standardise": {"type": "boolean"}}
"""JSON schemas of what only its config.json holds."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


def bilstm(
    *,
    head: Mapping[str, Any] = NOTHING,
    training: Mapping[str, Any] | None = None,
    standardise: bool = False,
    augmentation: Mapping[str, Any] = NOTHING,
) -> "Bilstm":
    """The spotting head and how it is trained.

    Args:
        head: options of :class:`signspot.spotters.bilstm.head.SpottingHead`.
        training: options of :class:`signspot.training.recipe.Recipe`, a batch being a number of videos, or of their
            parts; None for a published head, which is not trained.
        standardise: bring every feature to mean 0 and deviation 1 on the training videos; published: no.
        augmentation: options of :class:`signspot.spotters.bilstm.sequences.Augmentation`.

    Raises:
        InputError: a value is out of range.
    """
    from signspot.spotters.bilstm.sequences import Augmentation
    from signspot.spotters.bilstm.train import Bilstm

    return Bilstm(dict(head), training, standardise, Augmentation(**augmentation))


def load(folder: Path) -> "FittedBilstm":
    """The fitted spotter of a folder, where it computes fastest.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.spotters.bilstm.predict import FittedBilstm

    return FittedBilstm.load(folder)

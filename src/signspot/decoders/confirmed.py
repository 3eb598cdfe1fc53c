"""What the second look of a spotter confirms, see :mod:`signspot.spotters.second_look`."""

from signspot.decoders.overlaps import parted
from signspot.errors import InputError
from signspot.predictions import Predictions
from signspot.spottings import Spotting

RANGES = {"threshold": (0, 1), "overlap": (0, 1)}
GRID = {"threshold": [0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], "overlap": [0.1, 0.3, 0.5, 1.0]}
"""The values that are tried when an option is tuned."""


def confirmed(predictions: Predictions, *, threshold: float = 0.8, overlap: float = 0.3) -> list[Spotting]:
    """The candidates of a second look that is sure enough, with the signs that it has named.

    Args:
        predictions: of a spotter that finds candidates.
        threshold: the probability of a sign must be higher.
        overlap: largest part of the shorter of two spottings that both may share, see
            :func:`signspot.decoders.overlaps.parted`; published: 1.

    Raises:
        InputError: the spotter finds no candidates.
    """
    if predictions.candidates is None:
        raise InputError("decoder confirmed: the spotter finds no candidates. Take windows for it, or runs.")
    sure = predictions.candidates.score > threshold
    return parted(predictions.candidates.those(sure), overlap)

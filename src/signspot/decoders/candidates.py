"""Decoding for spotters that find intervals themselves: the best of their candidates, none of them overlapping."""

from signspot.decoders.overlaps import parted
from signspot.errors import InputError
from signspot.predictions import Predictions, score_of_rate
from signspot.spottings import Spotting

RANGES = {"false_alarms_per_minute": (0, 1000), "overlap": (0, 1)}
GRID = {"false_alarms_per_minute": [0.5, 1, 2, 3, 4.5, 6, 8, 12, 20], "overlap": [0.1, 0.2, 0.3, 0.5]}


def candidates(
    predictions: Predictions, *, false_alarms_per_minute: float = 6.0, overlap: float = 0.3
) -> list[Spotting]:
    """The candidates that are good enough, without those that overlap a better one.

    Args:
        predictions: of a spotter that finds candidates.
        false_alarms_per_minute: how many wrong spottings a minute without any sign may give. With fewer of them, more
            signs are missed.
        overlap: largest part of the shorter of two candidates that both may share.

    Raises:
        InputError: the spotter finds no candidates, or an option is out of range.
    """
    if predictions.candidates is None:
        raise InputError("decoder candidates: the spotter finds none. Take cells, frames, published or runs for it.")
    if not false_alarms_per_minute > 0 or not 0 <= overlap < 1:
        raise InputError(
            f"decoder candidates: false_alarms_per_minute is {false_alarms_per_minute}, overlap {overlap}; expected "
            "more than 0, and 0 to less than 1. Correct them."
        )
    good = predictions.candidates.those(predictions.candidates.score >= score_of_rate(false_alarms_per_minute))
    return parted(good, overlap)

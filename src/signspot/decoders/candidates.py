"""Decoding for spotters that find intervals themselves: the best of their candidates, none of them overlapping."""

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
    kept = good.without_overlaps(overlap)
    columns = (kept.class_id, kept.first, kept.last, kept.score)
    return _apart([Spotting(*row) for row in zip(*(column.tolist() for column in columns), strict=True)])


def _apart(spottings: list[Spotting]) -> list[Spotting]:
    """The same spottings by time. Frames that two share belong to the better one, and a frame parts equal signs.

    Args:
        spottings: the best first.
    """
    result: list[Spotting] = []
    for one in spottings:
        first, last = one.first, one.last
        for other in result:
            gap = int(one.class_id == other.class_id)
            if other.first <= first <= other.last + gap:
                first = other.last + 1 + gap
            if other.first - gap <= last <= other.last:
                last = other.first - 1 - gap
        if first <= last:
            result.append(Spotting(one.class_id, first, last, one.score))
    return sorted(result, key=lambda one: one.first)

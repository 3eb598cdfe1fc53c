"""What becomes of spottings that overlap."""

from signspot.predictions import Candidates
from signspot.spottings import Spotting


def parted(found: Candidates, overlap: float) -> list[Spotting]:
    """Spottings in order of time, the best of those that overlap.

    Args:
        found: the intervals, in any order.
        overlap: largest part of the shorter of two that both may share; the frames that they share belong to the better
            one then. 1: all stay as they are, and may overlap.
    """
    if overlap < 1:
        return _apart(_spottings(found.without_overlaps(overlap)))
    return sorted(_spottings(found), key=lambda one: (one.first, one.last, one.class_id))


def _spottings(found: Candidates) -> list[Spotting]:
    columns = (found.class_id, found.first, found.last, found.score)
    return [Spotting(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


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

"""The signing part of a clip of one sign: without rest, and without the way of the hands to the sign and back."""

import numpy as np

from signspot.exemplars.matching import RESTING

SHORTEST = 5
"""Frames of the shortest sign."""
LONGEST_WAY = 0.4
"""Part of the time between two rests that the way to the sign, or the way back, takes at most."""
ARRIVED = 0.5
"""Of the greatest speed of a hand on its way: slower, it has arrived."""


def signing_part(hands: np.ndarray) -> tuple[int, int] | None:
    """First and last frame (inclusive) of the sign in a clip; None if the hands only rest.

    Hands rest low. A clip that begins or ends with raised hands is not cut at that end.

    Args:
        hands: descriptors, float32 (T, 2, 46).
    """
    height = -hands[:, :, 1].min(1)
    raised = np.flatnonzero(height > -RESTING)
    if len(raised) < SHORTEST:
        return None
    first, last = int(raised[0]), int(raised[-1])
    longest = int(LONGEST_WAY * (last - first + 1))
    if first > 0:
        first += _way(height[first - 1 : first + longest])
    if last < len(height) - 1:
        last -= _way(height[last + 1 : last - longest : -1])
    return first, last


def _way(height: np.ndarray) -> int:
    """Frames until a hand that is raised from rest has arrived."""
    speed = np.diff(height)
    fastest = int(speed.argmax())
    slow = np.flatnonzero(speed[fastest:] < ARRIVED * speed[fastest])
    return fastest + int(slow[0]) if len(slow) else len(speed)

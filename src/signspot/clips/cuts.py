"""Which frames a clip shows: successive ones of a video, or those of a single sign, by one rule for each
:attr:`signspot.clips.window.Window.sign`.

Every rule works from one frame on. Outside training it is given no random numbers.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from signspot.clips.positions import drawn_positions, middle_positions


class Cut(NamedTuple):
    """The frames of a clip.

    Args:
        frames: int64 (n,), at most the length of the clip, none before the one before it; the rest of the clip is
            padding.
        before: how many frames of padding come before them.
        whole: whether the clip has no padding: of frames that a store lacks, the one before is shown.
    """

    frames: np.ndarray
    before: int = 0
    whole: bool = False


Rule = Callable[[int, int, int, np.random.Generator | None], Cut]
"""``rule(first, last, length, rng)``: the clip of ``length`` frames of a sign from its first to its last frame."""


def successive(start: int, length: int, first: int, last: int) -> Cut:
    """``length`` successive frames from ``start`` on, as far as they lie in the usable range.

    Args:
        start: may lie before the usable range, but the clip does not.
        length: of the clip.
        first, last: of the usable range, inclusive.
    """
    begin, end = max(start, first), min(start + length, last + 1)
    return Cut(np.arange(begin, end), begin - start)


def own(first: int, last: int, length: int, _rng: np.random.Generator | None) -> Cut:
    """The frames of the sign alone, its middle if it is longer than the clip."""
    start = first + max(last + 1 - first - length, 0) // 2
    return Cut(np.arange(start, min(start + length, last + 1)))


def repeated(first: int, last: int, length: int, rng: np.random.Generator | None) -> Cut:
    """Successive frames at random, or the middle ones; of a shorter sign, its first or its last frame is repeated.

    Which of both is drawn in training; otherwise one half is repeated before and the other after.
    """
    spare = last + 1 - first - length
    if spare >= 0:
        skipped = spare // 2 if rng is None else int(rng.integers(spare, endpoint=True))
        return Cut(np.arange(length) + first + skipped, whole=True)
    before = -spare // 2 if rng is None else -spare * int(rng.integers(2))
    return Cut(np.clip(np.arange(length) + first - before, first, last), whole=True)


def parts(first: int, last: int, length: int, rng: np.random.Generator | None) -> Cut:
    """One frame of each of ``length`` equal parts, drawn in training, otherwise the middle one."""
    frames = last + 1 - first
    positions = middle_positions(frames, length) if rng is None else drawn_positions(frames, rng, length)
    return Cut(first + positions, whole=True)


RULES: Mapping[str, Rule] = {"own": own, "repeated": repeated, "parts": parts}
"""Rules that need to know where a sign begins and ends, by their names."""
DRAWN = ("repeated", "parts")
"""Rules that choose other frames in each epoch."""

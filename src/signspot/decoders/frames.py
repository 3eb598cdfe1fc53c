"""Boundaries in frames: the mean of where the rows of a sign say that it starts and ends.

The published decoder rounds the predicted distances to rows, so that every boundary lies on a grid of ``stride``
frames. Here each row of a sign says in fractions of a frame where the sign starts and ends, and their mean errs less
than any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from signspot.decoders.votes import required_offset
from signspot.predictions import Predictions
from signspot.spottings import Spotting

GRID = {"threshold": [0.0, 0.3, 0.4, 0.5, 0.6], "min_frames": [1, 4, 6, 8], "close": [0, 2, 4]}
"""The values that are tried when an option is tuned."""

ROUNDING = 1e-3
"""Frames by which a boundary may exceed a whole frame and still count as this frame: float32 is no finer."""


@dataclass(frozen=True)
class _Sign:
    """A sign while its boundaries are settled; all frames count from the start of the usable range, inclusive.

    Args:
        start, end: first and last frame.
        seen: the frames that its first and its last row see, which lie between both.
    """

    class_id: int
    start: int
    end: int
    seen: tuple[int, int]
    score: float


def frames(
    predictions: Predictions, *, threshold: float = 0.0, min_frames: int = 1, close: int = 0
) -> list[Spotting]:
    """The spottings whose boundaries are the means of those that the rows of a sign predict, in frames.

    Each row votes for its most likely sign from the predicted start to the predicted end, weighted by its probability;
    the background has the weight of its probability in a row. Neighbouring rows won by one sign are one spotting,
    unless neither reaches the other. The score is the mean probability of the sign in its rows.

    Args:
        threshold: least score of a spotting.
        min_frames: least length of a spotting.
        close: spottings of one class with at most so many frames between them become one.

    Raises:
        InputError: the spotter predicts no offsets.
    """
    starts, ends = boundaries(predictions)
    signs = [sign for sign in _signs(predictions, starts, ends) if sign.score >= threshold]
    signs = _apart(_closed(signs, close))
    last = predictions.last - predictions.first
    return [
        Spotting(sign.class_id, predictions.first + start, predictions.first + end, sign.score)
        for sign in signs
        if (end := min(sign.end, last)) - (start := max(sign.start, 0)) + 1 >= max(min_frames, 1)
    ]


def boundaries(predictions: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """The frames where each row says that its sign starts and ends, float64 (n,), from the start of the usable range.

    Offsets count rows up to the first and the last row of the sign. A row sees the frame before its own (see
    :func:`signspot.decoders.cells.cells`) and stands for the ``stride`` frames about that frame. So half a stride, less
    half a frame, is added on either side.

    Raises:
        InputError: the spotter predicts no offsets.
    """
    stride, seen = predictions.stride, seen_frames(predictions)
    offset = required_offset(predictions).astype(np.float64) * stride + (stride - 1) / 2
    return seen - offset[:, 0], seen + offset[:, 1]


def seen_frames(predictions: Predictions) -> np.ndarray:
    """The frame whose label each row has, int (n,), from the start of the usable range: the frame before its own."""
    return predictions.stride * np.arange(len(predictions.score)) - 1


def _labels(predictions: Predictions, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The label of every row, int (n,): the class with the most votes, ties to the lowest."""
    score, seen = predictions.score.astype(np.float64), seen_frames(predictions)
    likely = score.argmax(1)
    voters = np.flatnonzero(likely)
    begin = np.minimum(np.searchsorted(seen, starts[voters] - ROUNDING), voters)
    stop = np.maximum(np.searchsorted(seen, ends[voters] + ROUNDING), voters + 1)
    votes = np.zeros((len(score) + 1, score.shape[1]))
    # A difference array, as in signspot.decoders.votes: each vote is added where it begins and taken back after its end.
    np.add.at(votes, (begin, likely[voters]), score[voters, likely[voters]])
    np.add.at(votes, (stop, likely[voters]), -score[voters, likely[voters]])
    votes = votes.cumsum(0)[: len(score)]
    votes[:, 0] = score[:, 0]
    return votes.argmax(1)


def _signs(predictions: Predictions, starts: np.ndarray, ends: np.ndarray) -> list[_Sign]:
    """The signs that the rows show, in order of time; their boundaries may cross."""
    labels, seen = _labels(predictions, starts, ends), seen_frames(predictions)
    reached = (starts[1:] <= seen[:-1] + ROUNDING) | (ends[:-1] >= seen[1:] - ROUNDING)
    joined = (labels[1:] == labels[:-1]) & reached
    groups = np.split(np.arange(len(labels)), np.flatnonzero(~joined) + 1)
    return [_sign(predictions, int(labels[rows[0]]), rows, starts, ends) for rows in groups if labels[rows].any()]


def _sign(predictions: Predictions, label: int, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> _Sign:
    """The sign of some neighbouring rows."""
    weights = predictions.score[rows, label].astype(np.float64) + np.finfo(float).tiny
    start, end = (_frame(np.average(each[rows], weights=weights)) for each in (starts, ends))
    first, last = seen_frames(predictions)[rows[[0, -1]]].tolist()
    return _Sign(label - 1, min(start, first), max(end, last), (first, last), float(weights.mean()))


def _frame(instant: float) -> int:
    """The frame of a boundary, rounded up.

    An annotation starts and ends somewhere within a frame, on average in its middle, but counts from the start of the
    frame. A mean of uncertain boundaries is half a frame early for this reason.
    """
    return int(np.ceil(instant - ROUNDING))


def _closed(signs: Sequence[_Sign], close: int) -> list[_Sign]:
    """Signs of one class with at most ``close`` frames between them as one."""
    closed: list[_Sign] = []
    for sign in signs:
        before = closed[-1] if closed else None
        if before and before.class_id == sign.class_id and sign.start - before.end - 1 <= close:
            lengths = [one.end - one.start + 1 for one in (before, sign)]
            score = float(np.average([before.score, sign.score], weights=lengths))
            start, end = min(before.start, sign.start), max(before.end, sign.end)
            closed[-1] = _Sign(sign.class_id, start, end, (before.seen[0], sign.seen[1]), score)
        else:
            closed.append(sign)
    return closed


def _apart(signs: Sequence[_Sign]) -> list[_Sign]:
    """Signs that overlap, parted in the middle of what they share; each keeps the frames that its rows see."""
    apart = list(signs)
    for i in range(1, len(apart)):
        before, sign = apart[i - 1], apart[i]
        if before.end >= sign.start:
            middle = (before.end + sign.start) // 2
            end = min(max(middle, before.seen[1]), sign.seen[0] - 1)
            apart[i - 1], apart[i] = replace(before, end=end), replace(sign, start=end + 1)
    return apart

"""Boundaries in frames: the mean of where the rows of a sign say that it starts and ends.

The published decoder rounds the predicted distances to rows, so that every boundary lies on a grid of ``stride``
frames. Here each row of a sign says in fractions of a frame where the sign starts and ends; their mean errs less.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from signspot.decoders.votes import required_offset
from signspot.predictions import Predictions
from signspot.spottings import Spotting

RANGES = {"threshold": (0, 1), "min_frames": (0, 10_000), "close": (0, 10_000)}
GRID = {"threshold": [0.0, 0.3, 0.4, 0.5], "min_frames": [1, 4, 6, 8], "close": [0, 2, 4]}
"""The values that are tried when an option is tuned."""

ROUNDING = 1e-3
"""Frames by which a boundary may miss a whole frame and still count as this frame: the offsets are float32."""


@dataclass(frozen=True)
class _Rows:
    """What the rows of a video say; frames count from the start of the usable range.

    Args:
        seen: int (n,), the frame whose label a row has.
        likely: int (n,), the most likely label: 0 the background, c + 1 the class c.
        start, end: float64 (n,), where the sign of the row starts and ends.
    """

    seen: np.ndarray
    likely: np.ndarray
    start: np.ndarray
    end: np.ndarray


@dataclass(frozen=True)
class _Sign:
    """A sign while its boundaries are settled; frames count from the start of the usable range, inclusive.

    Args:
        start, end: first and last frame.
        seen: the frames that its first and its last row see, which lie between both.
    """

    class_id: int
    start: int
    end: int
    seen: tuple[int, int]
    score: float


def frames(predictions: Predictions, *, threshold: float = 0.3, min_frames: int = 1, close: int = 0) -> list[Spotting]:
    """The spottings whose boundaries are the means of those that the rows of a sign predict, in frames.

    Each row votes for its most likely sign from the predicted start to the predicted end, weighted by its probability;
    the background has the weight of its probability in a row. Neighbouring rows that one sign has won are one spotting
    if a vote for the sign holds for both. Its score is the mean probability of the sign in its rows.

    The default threshold suits an F1 of 0.6: a spotting raises the F1 if it is right more often than half of the F1
    says ("Thresholding Classifiers to Maximize F1 Score", 2014, https://arxiv.org/abs/1402.1892).

    Args:
        threshold: least score of a spotting.
        min_frames: least length of a spotting.
        close: spottings of one class with at most so many frames between them become one.

    Raises:
        InputError: the spotter predicts no offsets.
    """
    signs = [sign for sign in _signs(predictions) if sign.score >= threshold]
    last = predictions.last - predictions.first
    return [
        Spotting(sign.class_id, predictions.first + start, predictions.first + end, sign.score)
        for sign in _apart(_closed(signs, close))
        if (end := min(sign.end, last)) - (start := max(sign.start, 0)) + 1 >= max(min_frames, 1)
    ]


def _signs(predictions: Predictions) -> list[_Sign]:
    """The signs that the rows show, in order of time; their boundaries may cross."""
    rows = _rows(predictions)
    labels, joined = _election(rows, predictions.score)
    groups = np.split(np.arange(len(labels)), np.flatnonzero(~joined) + 1)
    signs = [_sign(rows, group, int(labels[group[0]]), predictions.score) for group in groups if labels[group].any()]
    return [sign for sign in signs if sign is not None]


def _rows(predictions: Predictions) -> _Rows:
    """What the rows say in frames.

    Offsets count rows up to the first and the last row of a sign. A row sees the frame before its own, see
    :func:`signspot.decoders.cells.cells`, and stands for the ``stride`` frames about the frame that it sees. So a sign
    reaches half of ``stride - 1`` frames further than its first and its last row see.
    """
    stride = predictions.stride
    seen = stride * np.arange(len(predictions.score)) - 1
    reach = required_offset(predictions).astype(np.float64) * stride + (stride - 1) / 2
    return _Rows(seen, predictions.score.argmax(1), seen - reach[:, 0], seen + reach[:, 1])


def _election(rows: _Rows, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The label of every row, int (n,), ties to the lowest, and whether it is of one sign with the next, bool (n - 1,).

    Args:
        rows: what the rows say.
        score: their probabilities, float32 (n, C + 1).
    """
    voters = np.flatnonzero(rows.likely)
    begin = np.minimum(np.searchsorted(rows.seen, rows.start[voters] - ROUNDING), voters)
    stop = np.maximum(np.searchsorted(rows.seen, rows.end[voters] + ROUNDING, side="right"), voters + 1)
    classes, columns = np.unique(np.append(0, rows.likely[voters]), return_inverse=True)
    columns, shape = columns[1:], (len(rows.seen), len(classes))
    votes = _held(begin, stop, columns, score[voters, rows.likely[voters]].astype(np.float64), shape)
    votes[:, 0] = score[:, 0]
    won = votes.argmax(1)
    bridges = _held(begin, stop - 1, columns, np.ones(len(voters)), shape)[np.arange(len(won)), won]
    return classes[won], (won[1:] == won[:-1]) & (bridges[:-1] > 0)


def _held(
    begin: np.ndarray, stop: np.ndarray, columns: np.ndarray, weights: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """The weight of all votes of each column that hold for each row, float64 of this shape.

    Args:
        begin, stop: int (v,), a vote holds for the rows ``begin`` … ``stop - 1``.
        columns, weights: of each vote, (v,).
        shape: rows and columns.
    """
    # A difference array, as in signspot.decoders.votes: a vote is added where it begins and taken back after its end.
    changes = np.zeros((shape[0] + 1, shape[1]))
    np.add.at(changes, (begin, columns), weights)
    np.add.at(changes, (stop, columns), -weights)
    return changes.cumsum(0)[:-1]


def _sign(rows: _Rows, group: np.ndarray, label: int, score: np.ndarray) -> _Sign | None:
    """The sign that has won some neighbouring rows; None if it is the most likely one in none of them.

    Args:
        rows: what all rows say.
        group: indices of the neighbouring rows.
        label: class id + 1 of the sign.
        score: probabilities of all rows, float32 (n, C + 1).
    """
    voters = group[rows.likely[group] == label]
    if not len(voters):
        return None
    weights = score[voters, label].astype(np.float64)
    start, end = (_frame(float(np.average(each[voters], weights=weights))) for each in (rows.start, rows.end))
    first, last = rows.seen[group[[0, -1]]].tolist()
    mean = float(score[group, label].astype(np.float64).mean())
    return _Sign(label - 1, min(start, first), max(end, last), (first, last), mean)


def _frame(boundary: float) -> int:
    """The frame of a boundary that lies between two frames: the later one.

    An annotation starts and ends within a frame, on average in its middle, but is learnt and told as the start of the
    frame. So a mean of uncertain boundaries is half a frame early.
    """
    return int(np.ceil(boundary - ROUNDING))


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

"""Runs of windows in which a recogniser of single signs is sure of one, as the baseline of the challenge decodes.

Code of the organisers: https://github.com/mvazquezgts/2022_Sign_Spotting_Challenge
"""

import numpy as np

from signspot.decoders.overlaps import parted
from signspot.labels import views
from signspot.predictions import Candidates, Predictions
from signspot.spottings import Spotting

HALF_WINDOW = 5
"""Frames from the start of a published window to its middle."""
RANGES = {
    "threshold": (0, 1),
    "close": (0, 1000),
    "min_windows": (1, 10_000),
    "half_window": (0, 1000),
    "overlap": (0, 1),
}
GRID = {
    "threshold": [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9],
    "close": [0, 1, 3, 5],
    "min_windows": [1, 2, 3, 4, 6, 8],
    "half_window": [0, 2, 4, 5, 8, 12],
    "overlap": [0.1, 0.3, 0.5, 1.0],
}
"""The values that are tried when an option is tuned."""


def windows(
    predictions: Predictions,
    *,
    threshold: float = 0.75,
    close: int = 3,
    min_windows: int = 6,
    half_window: int = HALF_WINDOW,
    overlap: float = 0.3,
) -> list[Spotting]:
    """Runs of windows that show a sign, of every class by itself; the background is not read.

    A row is the window about its frame. Rows before the first and after the last one in which any sign has a
    probability are none: no whole window lies there. A spotting lasts from the start of the first window of its run to
    the middle of the last, as published. Its score is the mean probability of those of its windows that show the sign.

    Args:
        threshold: a window shows a sign whose probability is higher.
        close: a run goes on over so many windows that do not show its sign.
        min_windows: least length of a run.
        half_window: frames from the start of a window to its middle.
        overlap: largest part of the shorter of two spottings that both may share, see
            :func:`signspot.decoders.overlaps.parted`; published: 1, so that signs may overlap.
    """
    shown = np.flatnonzero(predictions.score[:, 1:].any(1))
    if not len(shown):
        return []
    probability = predictions.score[shown[0] : shown[-1] + 1, 1:]
    rows = []
    for class_id, start, end in window_runs(probability, threshold, close, min_windows):
        first, last = (int(predictions.frame[shown[0] + row]) for row in (start, end))
        sure = probability[start : end + 1, class_id].astype(np.float64)
        score = sure[probability[start : end + 1, class_id] > threshold].mean()
        rows.append((class_id, max(first - half_window, predictions.first), last, score))
    return parted(Candidates.of_rows(rows), overlap)


def window_runs(probability: np.ndarray, threshold: float, close: int, min_windows: int) -> list[tuple[int, int, int]]:
    """Class id, first and last window (inclusive) of every run, class by class.

    Args:
        probability: of each sign in each window, (n, C).
        threshold, close, min_windows: as in :func:`windows`.
    """
    sure = probability > threshold
    return [
        (class_id, start, end)
        for class_id in np.flatnonzero(sure.any(0)).tolist()
        for _, start, end in views.runs(_closed(sure[:, class_id], close).astype(int))
        if end - start + 1 >= min_windows
    ]


def _closed(sure: np.ndarray, close: int) -> np.ndarray:
    """The windows of one class, bool (n,), with short gaps filled; in the last ``close`` windows none, as published."""
    closed, last = sure.copy(), len(sure) - 1
    for _, start, end in views.runs((~sure).astype(int)):
        if start > 0 and end < last and end - start < close:
            closed[start : end + 1] = True
    tail = max(len(sure) - close, 0)
    closed[tail:] = sure[tail:]
    return closed

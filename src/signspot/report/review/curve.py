"""How likely the best sign is over the time of a video, in steps that are few enough for a page."""

import math
from dataclasses import dataclass

import numpy as np

from signspot.predictions import Predictions

LEAST_STEP_MS = 200
MOST_STEPS = 3000


@dataclass(frozen=True)
class ScoreCurve:
    """The likeliest sign of each step of a video. All steps last equally long.

    Args:
        start_ms: when the first step begins, from the start of the file.
        step_ms: how long a step lasts.
        scores: of the likeliest sign in each step, 0 to 100.
        class_ids: which sign that is.
    """

    start_ms: int
    step_ms: float
    scores: tuple[int, ...]
    class_ids: tuple[int, ...]


def score_curve(predictions: Predictions) -> ScoreCurve:
    """The curve of a video: at most ``MOST_STEPS`` steps of at least ``LEAST_STEP_MS``.

    A step holds one row or more, and takes the highest score of them, so that no peak is lost.
    """
    row_ms = 1000 * predictions.stride / predictions.timebase.fps
    rows = max(math.ceil(LEAST_STEP_MS / row_ms), math.ceil(len(predictions.score) / MOST_STEPS))
    signs = predictions.score[:, 1:]
    highest = signs.max(1, initial=0.0)
    steps = np.pad(highest, (0, -len(highest) % rows), constant_values=-1.0).reshape(-1, rows)
    best = rows * np.arange(len(steps)) + steps.argmax(1)
    return ScoreCurve(
        predictions.timebase.ms_at(predictions.first),
        rows * row_ms,
        tuple(np.rint(100 * highest[best]).astype(int).tolist()),
        tuple(signs[best].argmax(1).tolist()),
    )

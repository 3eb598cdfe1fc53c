"""How likely the best sign is over the time of a video, in steps that are few enough for a page."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from signspot.predictions import Predictions

LEAST_STEP_MS = 200
MOST_STEPS = 3000
MOST_SIGNS = 50
"""Of a video, whose scores over time are kept: those with the highest peaks."""
LEAST_PEAK = 0.1
"""Highest score of a sign from which its scores are kept."""


@dataclass(frozen=True)
class ScoreCurve:
    """The likeliest sign of each step of a video. All steps last equally long.

    Args:
        start_ms: when the first step begins, from the start of the file.
        step_ms: how long a step lasts.
        scores: of the likeliest sign in each step, 0 to 100.
        class_ids: which sign that is.
        signs: the scores of single signs.
    """

    start_ms: int
    step_ms: float
    scores: tuple[int, ...]
    class_ids: tuple[int, ...]
    signs: "SignScores"


@dataclass(frozen=True)
class SignScores:
    """The scores of single signs over time, from the same start, in steps of their own.

    Args:
        step_ms: how long a step lasts.
        scores: by class id, a byte for each step, 0 to 255.
    """

    step_ms: float
    scores: Mapping[int, bytes]


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
        _sign_scores(signs, row_ms),
    )


def _sign_scores(signs: np.ndarray, row_ms: float) -> SignScores:
    """The scores of single signs, float32 (n, C), in at most ``MOST_STEPS`` steps that hold one row or more."""
    rows = max(math.ceil(len(signs) / MOST_STEPS), 1)
    peaks = signs.max(0, initial=0.0)
    kept = [class_id for class_id in np.argsort(-peaks, kind="stable")[:MOST_SIGNS] if peaks[class_id] >= LEAST_PEAK]
    filled = np.pad(signs[:, kept], ((0, -len(signs) % rows), (0, 0)))
    steps = filled.reshape(len(filled) // rows, rows, len(kept)).max(1)
    scores = np.rint(255 * steps).astype(np.uint8)
    return SignScores(rows * row_ms, {int(class_id): scores[:, i].tobytes() for i, class_id in enumerate(kept)})

"""The score of the ChaLearn ECCV 2022 sign spotting challenge, as computed by the organisers' program."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from signspot.scoring.counts import Intervals, class_iou, found_in, summary

THRESHOLDS: tuple[float, ...] = tuple(np.arange(0.2, 0.8 + (0.05 - 0.0001), 0.05).tolist())
"""0.20, 0.25 … 0.80 as the organisers compute them: never above the round number, so an IoU of exactly 0.35 counts."""


def official(truth: Intervals, predictions: Intervals, thresholds: Sequence[float] = THRESHOLDS) -> dict[str, Any]:
    """Micro-averaged precision, recall and F1 over videos and thresholds.

    Videos without truth are ignored. One prediction may serve two annotated signs, hence fp can be negative and
    precision exceed 1. The organisers sort predictions by start with an unstable sort; here ties keep their order, so
    that the score of predictions that start together does not depend on the processor.

    Returns:
        ``f1``, ``precision``, ``recall``, ``tp``, ``fp``, ``fn``, and ``per_threshold``: the same for each ``iou``.
    """
    predicted = sum(len(predictions.get(video, ())) for video in truth)
    return summary(found_in(official_rule, truth, predictions, truth, thresholds), predicted, thresholds)


def official_rule(truth: np.ndarray, predictions: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    """Which annotated signs (n, 3) of a video are overlapped enough by any kept prediction (m, 3), (n, thresholds)."""
    best = class_iou(truth, _kept(predictions)).max(1, initial=0.0)
    return best[:, None] >= np.asarray(thresholds)


def _kept(predictions: np.ndarray) -> np.ndarray:
    """Predictions in order of start, without those that reach into the next one when that is of the same class."""
    ordered = predictions[np.argsort(predictions[:, 1], kind="stable")]
    following = ordered[1:]
    kept = np.ones(len(ordered), dtype=bool)
    kept[:-1] = (ordered[:-1, 0] != following[:, 0]) | (following[:, 1] >= ordered[:-1, 2])
    return ordered[kept]

"""The score of the ChaLearn ECCV 2022 sign spotting challenge, as the program of the organisers computes it.

Vázquez Enríquez et al., "ECCV 2022 Sign Spotting Challenge: Dataset, Design and Results", 2022,
https://doi.org/10.1007/978-3-031-25085-9_13
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from signspot.scoring.counts import Intervals, found_in, overlaps, summary

THRESHOLDS: tuple[float, ...] = tuple(np.arange(0.2, 0.8 + (0.05 - 0.0001), 0.05).tolist())
"""0.20, 0.25 … 0.80 as the organisers compute them. None exceeds its round number, so an IoU of exactly 0.35 counts."""


def official(truth: Intervals, predictions: Intervals, thresholds: Sequence[float] = THRESHOLDS) -> dict[str, Any]:
    """Micro-averaged precision, recall and F1 over videos and thresholds.

    Videos without truth are ignored. One prediction may find two annotated signs; then fp can be negative, and
    precision can exceed 1. The organisers sort predictions by start with an unstable sort. Here predictions that start
    together keep their order, so that the score does not depend on the processor.

    Args:
        truth: annotated intervals by video.
        predictions: predicted intervals by video.
        thresholds: thresholds of intersection over union.

    Returns:
        ``f1``, ``precision``, ``recall``, ``tp``, ``fp``, ``fn``, and ``per_threshold``: the same for each ``iou``.
    """
    predicted = sum(len(predictions.get(video, ())) for video in truth)
    return summary(found_in(official_rule, truth, predictions, truth, thresholds), predicted, thresholds)


def official_rule(truth: np.ndarray, predictions: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    """Whether any kept prediction overlaps each annotated sign of a video enough, bool (n, k).

    Args:
        truth: annotated intervals, float64 (n, 3).
        predictions: predicted intervals, float64 (m, 3).
        thresholds: the k thresholds of intersection over union, above 0.
    """
    iou, best = overlaps(truth, _kept(predictions), min(thresholds)), np.zeros(len(truth))
    np.maximum.at(best, iou.row, iou.data)
    return best[:, None] >= np.asarray(thresholds)


def _kept(predictions: np.ndarray) -> np.ndarray:
    """Predictions in order of start, without predictions that overlap the next prediction and have its class."""
    ordered = predictions[np.argsort(predictions[:, 1], kind="stable")]
    following = ordered[1:]
    kept = np.ones(len(ordered), dtype=bool)
    kept[:-1] = (ordered[:-1, 0] != following[:, 0]) | (following[:, 1] >= ordered[:-1, 2])
    return ordered[kept]

"""A score stricter than the official score: a prediction finds at most one annotated sign."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from signspot.scoring.counts import Intervals, found_in, overlaps, summary
from signspot.scoring.official import THRESHOLDS

log = logging.getLogger(__name__)


def strict(truth: Intervals, predictions: Intervals, thresholds: Sequence[float] = THRESHOLDS) -> dict[str, Any]:
    """Micro-averaged precision, recall and F1 over videos and thresholds, from one-to-one matches.

    At each threshold, a maximum matching pairs as many annotated signs as possible with predictions of their class. The
    size of this matching does not depend on any order. No prediction is dropped beforehand. A prediction in a video
    without truth is a false positive.

    Hopcroft and Karp, "An n^5/2 Algorithm for Maximum Matchings in Bipartite Graphs", 1973,
    https://doi.org/10.1137/0202019

    Args:
        truth: annotated intervals by video.
        predictions: predicted intervals by video.
        thresholds: thresholds of intersection over union.

    Returns:
        As :func:`signspot.scoring.official.official`.
    """
    unknown = [video for video in predictions if video not in truth]
    if unknown:
        log.warning(
            "%d videos have predictions but no truth (%s …): false in the strict score, ignored by the official one",
            len(unknown),
            unknown[0],
        )
    predicted = sum(map(len, predictions.values()))
    return summary(found_in(strict_rule, truth, predictions, truth, thresholds), predicted, thresholds)


def strict_rule(truth: np.ndarray, predictions: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    """Whether each annotated sign of a video gets a prediction of its own, bool (n, k).

    Args:
        truth: annotated intervals, float64 (n, 3).
        predictions: predicted intervals, float64 (m, 3).
        thresholds: the k thresholds of intersection over union, above 0.
    """
    if not len(truth) or not len(predictions):
        return np.zeros((len(truth), len(thresholds)), dtype=bool)
    iou = overlaps(truth, predictions, min(thresholds))
    return np.stack([maximum_bipartite_matching(_at(iou, t), perm_type="column") >= 0 for t in thresholds], 1)


def _at(iou: coo_array, threshold: float) -> csr_array:
    """The pairs that overlap enough."""
    kept = iou.data >= threshold
    return csr_array((iou.data[kept], (iou.row[kept], iou.col[kept])), shape=iou.shape)

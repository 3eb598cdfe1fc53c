"""A score without the official one's leniency: every prediction serves one annotated sign at most."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from signspot.scoring.counts import Intervals, class_iou, found_in, summary
from signspot.scoring.official import THRESHOLDS

log = logging.getLogger(__name__)


def strict(truth: Intervals, predictions: Intervals, thresholds: Sequence[float] = THRESHOLDS) -> dict[str, Any]:
    """Micro-averaged precision, recall and F1 over videos and thresholds, from one-to-one matches.

    At each threshold a maximum matching (Hopcroft and Karp, 1973) pairs as many annotated signs as possible with
    predictions of their class: its size does not depend on any order. No prediction is dropped beforehand, and one in
    a video without truth is a false positive.

    Returns:
        As ``official``.
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
    """Which annotated signs (n, 3) of a video get a prediction (m, 3) of their own, (n, thresholds)."""
    iou = class_iou(truth, predictions)
    if not iou.size:
        return np.zeros((len(truth), len(thresholds)), dtype=bool)
    return np.stack([maximum_bipartite_matching(csr_array(iou >= t), perm_type="column") >= 0 for t in thresholds], 1)

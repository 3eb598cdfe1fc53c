"""The overlap of all pairs of intervals, which the scorers must agree with."""

import numpy as np


def all_pairs_iou(truth: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Intersection over union of intervals (n, 3) and other intervals (m, 3), as (n, m); 0 across classes."""
    classes, starts, ends = truth.T[:, :, None]
    other_classes, other_starts, other_ends = predictions.T[:, None, :]
    intersection = np.minimum(ends, other_ends) - np.maximum(starts, other_starts)
    union = np.maximum(ends, other_ends) - np.minimum(starts, other_starts)
    matches = (classes == other_classes) & (intersection > 0)
    return np.divide(intersection, union, out=np.zeros_like(union), where=matches)

"""Intervals of a video, their overlap, and measures from counts: the official and the strict score share these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Interval = tuple[int, float, float]
"""Class id, start and end in ms."""

Intervals = Mapping[str, Sequence[Interval]]
"""Intervals by video, in any order."""

Rule = Callable[[np.ndarray, np.ndarray, Sequence[float]], np.ndarray]
"""Annotated (n, 3) and predicted (m, 3) intervals of a video, thresholds (k,) -> which annotations are found (n, k)."""


def as_array(intervals: Iterable[Interval]) -> np.ndarray:
    """Intervals as float64 (n, 3): class id, start and end in ms."""
    return np.array(list(intervals), dtype=float).reshape(-1, 3)


def class_iou(truth: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Intersection over union of intervals (n, 3) and other intervals (m, 3), as (n, m); 0 across classes."""
    classes, starts, ends = truth.T[:, :, None]
    other_classes, other_starts, other_ends = predictions.T[:, None, :]
    intersection = np.minimum(ends, other_ends) - np.maximum(starts, other_starts)
    union = np.maximum(ends, other_ends) - np.minimum(starts, other_starts)
    matches = (classes == other_classes) & (intersection > 0)
    return np.divide(intersection, union, out=np.zeros_like(union), where=matches)


def measures(tp: int, fp: int, fn: int) -> dict[str, Any]:
    """F1, precision and recall with their counts; all three are 0 if nothing was found.

    Args:
        tp: true positives.
        fp: false positives; negative if one prediction found several annotations.
        fn: false negatives.
    """
    precision, recall = (tp / (tp + fp), tp / (tp + fn)) if tp else (0.0, 0.0)
    f1 = 2 * precision * recall / (precision + recall) if tp else 0.0
    return {"f1": f1, "precision": precision, "recall": recall, "tp": int(tp), "fp": int(fp), "fn": int(fn)}


def summary(found: np.ndarray, predicted: int, thresholds: Sequence[float]) -> dict[str, Any]:
    """Measures from counts summed over all thresholds (micro average), and the measures of each threshold.

    Args:
        found: bool (n, k), whether each annotation is found at each threshold.
        predicted: number of predictions.
        thresholds: the k thresholds of intersection over union.
    """
    tp = found.sum(0)
    per_threshold = [
        {"iou": round(iou, 6), **measures(hits, predicted - hits, len(found) - hits)}
        for iou, hits in zip(thresholds, tp.tolist(), strict=True)
    ]
    total = {key: sum(row[key] for row in per_threshold) for key in ("tp", "fp", "fn")}
    return {**measures(**total), "per_threshold": per_threshold}


def found_in(
    rule: Rule, truth: Intervals, predictions: Intervals, videos: Iterable[str], thresholds: Sequence[float]
) -> np.ndarray:
    """Whether each annotation of some videos is found at each threshold, bool (n, k), in the order of the videos.

    Args:
        rule: the rule of the score for one video.
        truth: annotated intervals by video.
        predictions: predicted intervals by video.
        videos: names of the videos; they may lack annotations or predictions.
        thresholds: the k thresholds of intersection over union.
    """
    parts = [rule(as_array(truth.get(v, ())), as_array(predictions.get(v, ())), thresholds) for v in videos]
    return np.concatenate([np.zeros((0, len(thresholds)), dtype=bool), *parts])

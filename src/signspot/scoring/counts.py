"""Intervals of a video, their overlap, and measures from counts: the official and the strict score share these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import coo_array

from signspot.errors import InputError

MOST_PAIRS, BLOCK = 100_000_000, 2_000_000
"""Pairs of annotations and predictions of a video that are compared, in all and at a time."""
ANY = 1e-12
"""Less than the intersection over union of any two intervals that share a millisecond."""
Interval = tuple[int, float, float]
"""Class id, start and end in ms."""

Intervals = Mapping[str, Sequence[Interval]]
"""Intervals by video, in any order."""

Rule = Callable[[np.ndarray, np.ndarray, Sequence[float]], np.ndarray]
"""Annotated (n, 3) and predicted (m, 3) intervals of a video, thresholds (k,) -> which annotations are found (n, k)."""


def as_array(intervals: Iterable[Interval]) -> np.ndarray:
    """Intervals as float64 (n, 3): class id, start and end in ms."""
    return np.array(list(intervals), dtype=float).reshape(-1, 3)


def overlaps(truth: np.ndarray, predictions: np.ndarray, least: float) -> coo_array:
    """Intersection over union of intervals (n, 3) and other intervals (m, 3) of the same class, sparse (n, m).

    Intervals that overlap by at least ``least`` begin near to each other: only these are compared, a block at a time.

    Args:
        truth: class, start and end, float64 (n, 3).
        predictions: class, start and end, float64 (m, 3).
        least: intersection over union, above 0; less counts as 0.

    Raises:
        InputError: too many pairs are near to each other.
    """
    first, stop, order = _near(truth, predictions, least)
    counts = stop - first
    if counts.sum() > MOST_PAIRS:
        raise InputError(
            f"one video has {len(truth)} signs and {len(predictions)} spottings, of which {counts.sum()} pairs are "
            f"near to each other; at most {MOST_PAIRS} can be compared. Check that no row is there many times."
        )
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    ends = np.cumsum(counts)
    cuts = np.searchsorted(ends, np.arange(BLOCK, counts.sum(), BLOCK))
    for block in np.split(np.arange(len(truth)), np.unique(cuts)):
        rows = np.repeat(block, counts[block])
        steps = np.arange(len(rows)) - np.repeat(np.cumsum(counts[block]) - counts[block], counts[block])
        columns = order[first[rows] + steps]
        iou = _iou(truth[rows], predictions[columns])
        kept = iou >= least
        found.append((iou[kept], rows[kept], columns[kept]))
    iou, rows, columns = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return coo_array((iou, (rows, columns)), shape=(len(truth), len(predictions)))


def best_ious(truth: np.ndarray, predictions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The highest intersection over union of each interval with any of its class on the other side: (n,) and (m,).

    Args:
        truth: class, start and end in ms, float64 (n, 3); an interval whose class is NaN has 0.
        predictions: the same, float64 (m, 3).

    Raises:
        InputError: too many pairs overlap.
    """
    best, best_of_predictions = np.zeros(len(truth)), np.zeros(len(predictions))
    mine, theirs = (np.flatnonzero(~np.isnan(side[:, 0])) for side in (truth, predictions))
    iou = overlaps(truth[mine], predictions[theirs], ANY)
    np.maximum.at(best, mine[iou.row], iou.data)
    np.maximum.at(best_of_predictions, theirs[iou.col], iou.data)
    return best, best_of_predictions


def _near(truth: np.ndarray, predictions: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each annotation the first and the last (exclusive) of the predictions that may overlap it by ``least``.

    They are numbers in an order of the predictions by class and start, which comes third.
    """
    order = np.lexsort((predictions[:, 1], predictions[:, 0]))
    classes, starts = predictions[order, 0], predictions[order, 1]
    first, stop = np.zeros((2, len(truth)), np.int64)
    lengths = np.maximum(truth[:, 2] - truth[:, 1], 0)
    longest = (predictions[:, 2] - predictions[:, 1]).max(initial=0)
    # Earlier ones end too soon or make the union longer, later ones the intersection shorter; 1 ms is for rounding.
    earliest = np.maximum(truth[:, 2] - lengths / least, truth[:, 1] - longest) - 1
    latest = truth[:, 2] - lengths * least + 1
    for one in np.unique(truth[:, 0]):
        mine, (begin, end) = truth[:, 0] == one, np.searchsorted(classes, [one, np.nextafter(one, np.inf)])
        first[mine] = begin + np.searchsorted(starts[begin:end], earliest[mine], "left")
        stop[mine] = begin + np.searchsorted(starts[begin:end], latest[mine], "right")
    return first, stop, order


def _iou(intervals: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union of each interval (n, 3) with another one (n, 3), 0 where they do not overlap."""
    intersection = np.minimum(intervals[:, 2], others[:, 2]) - np.maximum(intervals[:, 1], others[:, 1])
    union = np.maximum(intervals[:, 2], others[:, 2]) - np.minimum(intervals[:, 1], others[:, 1])
    return np.divide(intersection, union, out=np.zeros_like(union), where=intersection > 0)


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


def f1_of(sums: np.ndarray) -> np.ndarray:
    """F1 of many counts at once, 0 where nothing was found: (3, …) -> (…).

    Args:
        sums: true positives, false positives and false negatives.
    """
    tp, fp, fn = sums
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1)


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

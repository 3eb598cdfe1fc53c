"""What is computed from frame labels when a data set opens, for any window.

Clip i of a usable range stands for its frame ``stride * i`` and begins ``length // 2`` frames before that frame. Frames
outside the usable range are background (label 0).
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

REACH = 4
"""Largest offset, in clips."""


class Instance(NamedTuple):
    """A whole sign in a video: its class id, its first and its last frame (inclusive)."""

    class_id: int
    first: int
    last: int


def clip_labels(frame_labels: np.ndarray, stride: int, length: int) -> np.ndarray:
    """The most frequent label of each clip, int32 (ceil(frames / stride),); of equally frequent ones the first met.

    Args:
        frame_labels: of the usable range, int (frames,).
        stride, length: of the clips, in frames.
    """
    clips = -(-len(frame_labels) // stride)
    padded = np.pad(np.asarray(frame_labels, dtype=np.int32), (length // 2, length))
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[: clips * stride : stride]
    counts = np.stack([(windows == windows[:, [i]]).sum(1) for i in range(length)], axis=1)
    return windows[np.arange(clips), counts.argmax(1)]


def runs(labels: np.ndarray) -> list[tuple[int, int, int]]:
    """Runs of one sign in order: class id, first and last index (inclusive).

    Args:
        labels: of frames or of clips, int (n,).
    """
    edges = np.flatnonzero(np.diff(labels, prepend=np.nan, append=np.nan)).tolist()
    return [(int(labels[a]) - 1, a, b - 1) for a, b in pairwise(edges) if labels[a] != 0]


def instances(frame_labels: np.ndarray, first: int = 0) -> list[Instance]:
    """The whole signs of a video, in order.

    Args:
        frame_labels: of the usable range, int (frames,).
        first: first frame of the usable range.
    """
    return [Instance(class_id, first + start, first + end) for class_id, start, end in runs(frame_labels)]


def offsets(clip_labels: np.ndarray) -> np.ndarray:
    """Distance in clips to the first and the last clip of the sign, float32 (clips, 2), at most 4; background has 0.

    Args:
        clip_labels: int (clips,), of :func:`clip_labels`.
    """
    distances = np.zeros((len(clip_labels), 2), dtype=np.float32)
    for _, first, last in runs(clip_labels):
        steps = np.arange(last - first + 1)
        distances[first : last + 1] = np.stack([steps, steps[::-1]], axis=1)
    return distances.clip(max=REACH)


def window_labels(frame_labels: np.ndarray, start: int, length: int) -> np.ndarray:
    """The labels of the frames of a window, int32 (length,); frames outside the usable range are background.

    Args:
        frame_labels: of the usable range, int (frames,).
        start: first frame of the window, counted from the start of the usable range; may be negative.
        length: frames of the window.
    """
    labels = np.zeros(length, np.int32)
    begin, end = max(start, 0), max(min(start + length, len(frame_labels)), 0)
    if begin < end:
        labels[begin - start : end - start] = frame_labels[begin:end]
    return labels

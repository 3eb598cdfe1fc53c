"""Random timelines of signs, and predictions that are sure of them."""

from collections.abc import Sequence

import numpy as np

from signspot.predictions import Predictions, from_logits
from signspot.spottings import Spotting
from signspot.timebase import Timebase

CLASSES = 5


def as_predictions(
    logits: np.ndarray, offset: np.ndarray | None, *, stride: int, last: int, first: int = 0, num_classes: int = CLASSES
) -> Predictions:
    """The predictions of a network for one video at 25 frames a second.

    Args:
        logits: (n, K), K > num_classes.
        offset: (n, >= 2) in strides; None: not predicted.
        stride: frames from one row to the next.
        first, last: usable range, inclusive frames.
        num_classes: signs of the vocabulary.
    """
    score = from_logits(np.asarray(logits), num_classes)
    return Predictions(score, first, last, stride, Timebase(25), None if offset is None else np.asarray(offset)[:, :2])


def painted(spottings: Sequence[Spotting], frames: int) -> np.ndarray:
    """Frame labels, int (frames,), the background 0."""
    labels = np.zeros(frames, dtype=int)
    for one in spottings:
        labels[one.first : one.last + 1] = one.class_id + 1
    return labels


def random_timeline(
    rng: np.random.Generator, signs: int, lengths: tuple[int, int] = (9, 30), pauses: tuple[int, int] = (12, 30)
) -> list[Spotting]:
    """Signs in order of time, with pauses between them.

    Args:
        rng: source of the numbers.
        signs: how many.
        lengths, pauses: least and greatest, in frames.
    """
    first, timeline = 20, []
    for _ in range(signs):
        last = first + int(rng.integers(lengths[0], lengths[1] + 1)) - 1
        timeline.append(Spotting(int(rng.integers(CLASSES)), first, last, 1.0))
        first = last + 1 + int(rng.integers(pauses[0], pauses[1] + 1))
    return timeline


def of_frames(timeline: Sequence[Spotting], stride: int) -> Predictions:
    """Predictions that are sure of the frames of a timeline: each row knows the sign of the frame before its own.

    Its offsets are exact fractions of strides. So they may lie below 0, where a boundary cuts the cell of a row.
    """
    last = timeline[-1].last + 20
    seen = np.arange(0, last + 1, stride) - 1
    score = np.eye(CLASSES + 1, dtype=np.float32)[np.append(painted(timeline, last + 1), 0)[seen]]
    offset = np.zeros((len(seen), 2), np.float32)
    for sign in timeline:
        inside = (seen >= sign.first) & (seen <= sign.last)
        distances = np.stack([seen - sign.first, sign.last - seen], axis=1)
        offset[inside] = (distances[inside] - (stride - 1) / 2) / stride
    return Predictions(score, 0, last, stride, Timebase(25), offset)

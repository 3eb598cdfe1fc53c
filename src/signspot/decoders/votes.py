"""From class logits and boundary offsets per clip to intervals of frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from signspot.errors import InputError
from signspot.files import finished
from signspot.labels.views import runs
from signspot.timebase import Timebase

COLUMNS = ["video", "sign", "class_id", "start_ms", "end_ms", "score"]
LENGTH = 8
"""Frames of a published clip."""


@dataclass(frozen=True)
class Segment:
    """A spotted sign: 0-based class, first and last frame (inclusive, frames of the video), score in 0..1."""

    class_id: int
    first: int
    last: int
    score: float


class Decoder(Protocol):
    """Segments of one video in order of time; they never overlap, and two neighbours of one class do not touch."""

    def __call__(
        self, logits: np.ndarray, offsets: np.ndarray, *, stride: int, first: int, last: int, num_classes: int
    ) -> list[Segment]:
        """
        Args:
            logits: (n, K) per clip, K > num_classes; class 0 is the background, classes beyond num_classes count as it.
            offsets: (n, >= 2), distances >= 0 in clips to the start and to the end of the clip's sign.
            stride: frames from one clip to the next; clip i is centred at frame ``first + stride * i``.
            first, last: usable range of the video, inclusive frames; no segment leaves it.
            num_classes: signs of the vocabulary.
        """


def published(
    logits: np.ndarray, offsets: np.ndarray, *, stride: int, first: int, last: int, num_classes: int
) -> list[Segment]:
    """The released Algorithm 1: a voted clip paints the eight frames of its window, later clips over earlier ones."""
    starts = stride * np.arange(len(logits)) - LENGTH // 2
    return _segments(logits, offsets, starts, LENGTH, first, last, num_classes)


def cells(
    logits: np.ndarray, offsets: np.ndarray, *, stride: int, first: int, last: int, num_classes: int
) -> list[Segment]:
    """The same vote, but a voted clip paints only the ``stride`` frames that are nearest to the frame it stands for.

    The label of clip i is the majority of the frames stride*i - 4 … stride*i + 3, ties to the label met first: a sign
    wins from five frames on at its start, from four on at its end. Either way that is the label of frame stride*i - 1.
    The cell about that frame leaves no bias at the boundaries, but half a frame (late) where the stride is even.
    """
    starts = stride * np.arange(len(logits)) - (stride + 1) // 2
    return _segments(logits, offsets, starts, stride, first, last, num_classes)


DECODERS: dict[str, Decoder] = {"published": published, "cells": cells}


def decoder(name: str) -> Decoder:
    """The decoder of that name.

    Raises:
        InputError: there is none.
    """
    if name not in DECODERS:
        raise InputError(f"decoder: {name!r} is unknown; expected one of {', '.join(DECODERS)}.")
    return DECODERS[name]


def spottings_table(
    segments: Mapping[str, Sequence[Segment]],
    signs: Sequence[str] | Mapping[int, str],
    timebases: Mapping[str, Timebase],
) -> pd.DataFrame:
    """Segments by video as rows of video, sign, class_id, start_ms, end_ms and score.

    Args:
        signs: by class id.
        timebases: of each video.
    """
    rows = [
        (video, signs[found.class_id], found.class_id, *timebases[video].ms_of(found.first, found.last), found.score)
        for video, of_video in segments.items()
        for found in of_video
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def write_spottings(table: pd.DataFrame, path: Path | str) -> None:
    """Writes a table of spottings as tab-separated UTF-8 text, scores to six places; whole or not at all."""
    with finished(path) as part:
        table.to_csv(part, sep="\t", index=False, float_format="%.6f", lineterminator="\n", encoding="utf-8")


def _votes(logits: np.ndarray, offsets: np.ndarray, num_classes: int) -> np.ndarray:
    """Label of every clip, (n,): a sign's clip votes for its class from start to end; ties go to the lowest class."""
    n = len(logits)
    labels = logits.argmax(1)
    voters = np.flatnonzero((labels > 0) & (labels <= num_classes))
    classes, columns = np.unique(np.append(0, labels[voters]), return_inverse=True)
    reach = np.rint(offsets[voters, :2]).astype(int)
    votes = np.zeros((n + 1, len(classes)), dtype=int)
    np.add.at(votes, (np.maximum(voters - reach[:, 0], 0), columns[1:]), 1)
    np.add.at(votes, (np.minimum(voters + reach[:, 1] + 1, n), columns[1:]), -1)
    return classes[votes.cumsum(0)[:n].argmax(1)]


def _segments(
    logits: np.ndarray, offsets: np.ndarray, starts: np.ndarray, width: int, first: int, last: int, num_classes: int
) -> list[Segment]:
    """Runs of equal label; clip i paints ``width`` frames from ``first + starts[i]`` on, over earlier clips."""
    labels = _votes(logits, offsets, num_classes)
    painter = np.full(last - first + 1, -1)
    for clip in np.flatnonzero(labels):
        painter[max(starts[clip], 0) : max(starts[clip] + width, 0)] = clip
    painted = np.where(painter < 0, 0, np.append(labels, 0)[painter])
    probabilities = _softmax(logits)
    segments = []
    for class_id, start, end in runs(painted):
        score = probabilities[np.unique(painter[start : end + 1]), class_id + 1].mean()
        segments.append(Segment(class_id, first + start, first + end, float(score)))
    return segments


def _softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    return exponentials / exponentials.sum(1, keepdims=True)

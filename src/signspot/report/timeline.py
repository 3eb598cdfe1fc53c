"""Truth against spottings over time: which annotated signs were found, which spottings are right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from signspot.corpus.tables import Tables, class_ids
from signspot.report.inputs import ReportInputs
from signspot.spottings import read_spottings

HIT_IOU = 0.5
BLOCK = 500
"""Annotations that are compared with all spottings at a time."""


class State(StrEnum):
    """How a bar compares with the other row. What is annotated outside the vocabulary cannot be spotted, nor missed."""

    HIT = "hit"
    BOUNDARY = "wrong boundary"
    WRONG = "wrong"
    MISSED = "missed"
    OUTSIDE = "not in the vocabulary"

    @property
    def symbol(self) -> str:
        """One character that tells the state without colour."""
        return dict(zip(State, "✓↔✕○·", strict=True))[self]


@dataclass(frozen=True)
class ShownSign:
    """One sign of a row; ``number`` is its class id, None for a sign outside the vocabulary. Times in ms."""

    sign: str
    number: int | None
    start_ms: int
    end_ms: int
    state: State


@dataclass(frozen=True)
class Timeline:
    """Truth and spottings of one video, each in order of start."""

    video: str
    start_ms: int
    end_ms: int
    truth: tuple[ShownSign, ...]
    spottings: tuple[ShownSign, ...]

    def count(self, state: State) -> int:
        """Annotated signs in ``state``; for WRONG the spottings, because only they can be wrong."""
        return sum(bar.state == state for bar in (self.spottings if state == State.WRONG else self.truth))

    def signs(self) -> list[tuple[int, str]]:
        """Number and name of every sign of the vocabulary in either row, by number."""
        return sorted({(bar.number, bar.sign) for bar in (*self.truth, *self.spottings) if bar.number is not None})

    def windows(self, span_ms: int) -> Iterator[tuple[int, int]]:
        """Start and end (ms) of the rows of ``span_ms`` into which the video wraps; the last one may be shorter."""
        for start in range(self.start_ms, max(self.end_ms, self.start_ms + 1), span_ms):
            yield start, min(start + span_ms, self.end_ms)

    @property
    def length_ms(self) -> int:
        """Of the video, or of the part of it that is used."""
        return self.end_ms - self.start_ms


def read_timelines(files: ReportInputs, tables: Tables, videos: Sequence[str]) -> list[Timeline]:
    """Timelines of the named test videos, in their order; ``tables`` are those of the corpus.

    Args:
        files: of the run.
        tables: of the corpus.
        videos: names of the test videos.

    Raises:
        InputError: the table of spottings is missing or wrong.
    """
    truth, ids = tables.annotations, class_ids(tables.vocabulary)
    spottings = read_spottings(files.spottings)
    return [
        compare(video, files.spans_ms[video], truth[truth.video == video], spottings[spottings.video == video], ids)
        for video in videos
    ]


def best_ious(truth: pd.DataFrame, spottings: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The highest intersection over union of each row with any row of its sign in the other table: (n,) and (m,).

    Args:
        truth: number of the sign, start_ms, end_ms; a row of a negative number has the sign of no other.
        spottings: the same.
    """
    mine, other = (table[["number", "start_ms", "end_ms"]].to_numpy(float) for table in (truth, spottings))
    of_truth, of_spottings = np.zeros(len(mine)), np.zeros(len(other))
    for first in range(0, len(mine), BLOCK):
        block = mine[first : first + BLOCK]
        same = (block[:, None, 0] == other[None, :, 0]) & (block[:, None, 0] >= 0)
        found = np.where(same, iou(block[:, 1:], other[:, 1:]), 0.0)
        of_truth[first : first + BLOCK] = found.max(axis=1, initial=0.0)
        np.maximum(of_spottings, found.max(axis=0, initial=0.0), out=of_spottings)
    return of_truth, of_spottings


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of the intervals ``a`` (n, 2) with ``b`` (m, 2), as (n, m); 0 where disjoint."""
    intersection = np.minimum(a[:, None, 1], b[None, :, 1]) - np.maximum(a[:, None, 0], b[None, :, 0])
    union = np.maximum(a[:, None, 1], b[None, :, 1]) - np.minimum(a[:, None, 0], b[None, :, 0])
    return np.maximum(intersection, 0) / np.maximum(union, 1)


def compare(
    video: str, span_ms: tuple[int, int], truth: pd.DataFrame, spottings: pd.DataFrame, ids: Mapping[str, int]
) -> Timeline:
    """Timeline of one video from its rows (sign, start_ms, end_ms); ``ids`` gives the class of a gloss or alias.

    Args:
        video: its name.
        span_ms: start and end of its used part.
        truth, spottings: sign, start_ms, end_ms of its rows.
        ids: class id by gloss or alias.
    """
    truth, spottings = (rows.sort_values("start_ms", kind="stable") for rows in (truth, spottings))
    best, best_of_spottings = best_ious(*(_numbered(rows, ids) for rows in (truth, spottings)))
    return Timeline(
        video,
        *span_ms,
        _bars(truth, best, State.MISSED, ids),
        _bars(spottings, best_of_spottings, State.WRONG, ids),
    )


def _numbered(rows: pd.DataFrame, ids: Mapping[str, int]) -> pd.DataFrame:
    return rows.assign(number=[ids.get(sign, -1) for sign in rows.sign])


def _bars(table: pd.DataFrame, best: np.ndarray, unmatched: State, ids: Mapping[str, int]) -> tuple[ShownSign, ...]:
    """Bars of one row; ``best`` is each one's highest IoU with a bar of the same sign in the other row."""
    return tuple(
        ShownSign(
            row.sign,
            ids.get(row.sign),
            int(row.start_ms),
            int(row.end_ms),
            _state(overlap, unmatched, row.sign in ids),
        )
        for row, overlap in zip(table.itertuples(), best, strict=True)
    )


def _state(overlap: float, unmatched: State, known: bool) -> State:
    if unmatched == State.MISSED and not known:
        return State.OUTSIDE
    return State.HIT if overlap >= HIT_IOU else State.BOUNDARY if overlap > 0 else unmatched

"""Truth against spottings over time: which annotated signs were found, which spottings are right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from signspot.corpus.tables import Tables, class_ids, numbered, signs_by_id
from signspot.report.inputs import ReportInputs
from signspot.scoring.counts import best_ious
from signspot.spottings import read_spottings

HIT_IOU = 0.5
"""Least intersection over union of a hit."""
COMPARED = ("class_id", "start_ms", "end_ms")


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


def compare(
    video: str, span_ms: tuple[int, int], truth: pd.DataFrame, spottings: pd.DataFrame, ids: Mapping[str, int]
) -> Timeline:
    """Timeline of one video, whose signs are compared by class id, as the scores do; an alias shows as its sign.

    Args:
        video: its name.
        span_ms: start and end of its used part.
        truth: sign, start_ms, end_ms of its rows.
        spottings: the same, and perhaps class_id, which then tells the sign.
        ids: class id by gloss, as :func:`signspot.corpus.tables.class_ids` gives it.
    """
    truth = numbered(truth, ids)
    spottings = spottings if "class_id" in spottings else numbered(spottings, ids)
    truth, spottings = (rows.sort_values("start_ms", kind="stable") for rows in (truth, spottings))
    names = signs_by_id(ids)
    best, best_of_spottings = best_ious(*(rows[list(COMPARED)].to_numpy(float) for rows in (truth, spottings)))
    return Timeline(
        video,
        *span_ms,
        _bars(truth, best, State.MISSED, names),
        _bars(spottings, best_of_spottings, State.WRONG, names),
    )


def _bars(rows: pd.DataFrame, best: np.ndarray, unmatched: State, names: Mapping[int, str]) -> tuple[ShownSign, ...]:
    """Bars of one row; ``best`` is each one's highest IoU with a bar of the same sign in the other row."""
    return tuple(
        ShownSign(
            names.get(row.class_id, row.sign),
            int(row.class_id) if row.class_id in names else None,
            int(row.start_ms),
            int(row.end_ms),
            _state(overlap, unmatched, row.class_id in names),
        )
        for row, overlap in zip(rows.itertuples(), best, strict=True)
    )


def _state(overlap: float, unmatched: State, known: bool) -> State:
    if unmatched == State.MISSED and not known:
        return State.OUTSIDE
    return State.HIT if overlap >= HIT_IOU else State.BOUNDARY if overlap > 0 else unmatched

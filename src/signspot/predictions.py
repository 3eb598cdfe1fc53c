"""Predictions of a spotter: how likely each sign is over the time of a video. One file per video, shard and spotter."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from signspot import __version__
from signspot.arrays import (
    Rows,
    attribute,
    new_arrays,
    new_rows,
    open_arrays,
    timebase_of,
    write_attributes,
    write_rows,
)
from signspot.errors import InputError, NotFinite
from signspot.timebase import Timebase

EVEN_RATE = 6.0
"""False alarms per minute of candidates whose score is 0.5 or more."""
PIECE = 4096
"""Rows of levels that are held at a time."""
CANDIDATE_COLUMNS = {"class_id": np.int32, "first": np.int32, "last": np.int32, "score": np.float32}


def score_of_rate(rate: Any) -> Any:
    """The score, 0 … 1, of candidates of which there are ``rate`` false ones per minute that are as good or better."""
    return EVEN_RATE / (EVEN_RATE + rate)


@dataclass(frozen=True)
class Candidates:
    """Intervals that a spotter has found itself; they may overlap.

    Args:
        class_id: int32 (m,).
        first, last: int32 (m,), inclusive frames of the video.
        score: float32 (m,), 0 … 1: a probability, or, of ``exemplars``, see :func:`score_of_rate`.
    """

    class_id: np.ndarray
    first: np.ndarray
    last: np.ndarray
    score: np.ndarray

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[int, int, int, float]]) -> Candidates:
        """Candidates from one row for each: class id, first and last frame, score."""
        columns = zip(*rows, strict=True) if rows else [()] * len(CANDIDATE_COLUMNS)
        kinds = CANDIDATE_COLUMNS.values()
        return cls(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))

    def __len__(self) -> int:
        return len(self.class_id)

    def those(self, numbers: np.ndarray | Sequence[int]) -> Candidates:
        """Some of them, by their numbers or a mask."""
        return Candidates(*(getattr(self, name)[numbers] for name in CANDIDATE_COLUMNS))

    def without_overlaps(self, shared: float) -> Candidates:
        """The best of them, by score, of which no two share more than a part of the shorter one.

        Args:
            shared: largest part, 0 … 1.
        """
        kept: list[int] = []
        first, last = self.first.tolist(), self.last.tolist()
        for one in np.lexsort((self.class_id, self.first, -self.score)).tolist():
            if not any(
                min(last[one], last[other]) + 1 - max(first[one], first[other])
                > shared * (min(last[one] - first[one], last[other] - first[other]) + 1)
                for other in kept
            ):
                kept.append(one)
        return self.those(np.array(kept, int))


class Levels:
    """What each level of a head predicts for a video. The rows lie in a temporary file, which goes with this object:
    there may be more of them than memory can hold.

    Args:
        names: of the L levels.
        num_classes: K, the background included.
    """

    def __init__(self, names: Sequence[str], num_classes: int) -> None:
        self.names = tuple(names)
        self._shape = (len(self.names), num_classes)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115, it is closed with this object

    def append(self, rows: np.ndarray) -> None:
        """Adds rows, float32 (n, L, K)."""
        self._file.seek(0, os.SEEK_END)
        self._file.write(np.ascontiguousarray(rows, np.float32))

    def pieces(self) -> Iterator[np.ndarray]:
        """All rows in order, float32 (n, L, K), some at a time."""
        self._file.seek(0)
        row = np.dtype((np.float32, self._shape))
        while piece := self._file.read(PIECE * row.itemsize):
            yield np.frombuffer(piece, np.float32).reshape(-1, *self._shape)


@dataclass(frozen=True)
class Predictions:
    """What a spotter predicts for a video; row i stands for the frame ``first + stride * i``.

    Args:
        score: float32 (n, C + 1), the probability of the background (column 0) and of each sign (class id + 1).
        offset: float32 (n, 2), distances in rows to the first and to the last row of the sign; None: not predicted.
        first, last: usable range of the video, inclusive frames.
        stride: frames from one row to the next.
        candidates: of a spotter that finds intervals itself; None: it does not.
        levels: of a spotter whose head has several levels, each predicting by itself; None: it has one.
    """

    score: np.ndarray
    first: int
    last: int
    stride: int
    timebase: Timebase
    offset: np.ndarray | None = None
    candidates: Candidates | None = None
    levels: Levels | None = None

    @property
    def frame(self) -> np.ndarray:
        """The frame that each row stands for, int32 (n,)."""
        return self.first + self.stride * np.arange(len(self.score), dtype=np.int32)

    def rows_at(self, frames: np.ndarray) -> np.ndarray:
        """The row nearest to each frame, int64 (k,); of two that are equally near the later one.

        Args:
            frames: int (k,), counted from the start of the usable range.
        """
        return np.minimum((frames + self.stride // 2) // self.stride, len(self.score) - 1)

    def without_levels(self) -> Predictions:
        """The same predictions; the file that holds their levels is let go."""
        return replace(self, levels=None)


def require_finite(values: np.ndarray, network: str) -> None:
    """Checks what leaves a network.

    Args:
        values: its output, of any shape.
        network: what the message calls it.

    Raises:
        NotFinite: a number is NaN or infinite.
    """
    if not np.isfinite(values).all():
        raise NotFinite(
            f"{network} gives numbers that are not finite: its weights are damaged or its training failed. Train it "
            "again, or take another model."
        )


def from_logits(logits: np.ndarray, num_classes: int) -> np.ndarray:
    """The probabilities of the background and of each sign, float32 (n, num_classes + 1).

    Classes beyond the vocabulary, which published networks have, count as background: its probability is the largest of
    theirs and its own, so that the most likely class stays the most likely one; in a tie with a sign it wins.

    Args:
        logits: (n, K), K > num_classes, the background first.
        num_classes: signs of the vocabulary.
    """
    exponentials = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True, initial=-np.inf))
    score = exponentials / exponentials.sum(1, keepdims=True)
    spare = score[:, num_classes + 1 :].max(1, initial=0.0)
    score = score[:, : num_classes + 1]
    score[:, 0] = np.maximum(score[:, 0], spare)
    return score.astype(np.float32)


def write_predictions(predictions: Predictions, path: Path, spotter: Mapping[str, Any]) -> None:
    """Writes the predictions of a video: ``score`` and ``frame``; if there are any, ``offset``, the columns of
    ``candidates`` and ``level_<name>`` of each level; and the attributes spotter, weights_sha256, stride, first, last
    (the usable range, inclusive frames), fps, start_ms and signspot.

    Args:
        spotter: content of the spotter's config.json, of which ``spotter`` (its name) and ``weights_sha256`` are kept.
    """
    with new_arrays(path) as file:
        write_rows(file, "score", predictions.score.astype(np.float32))
        write_rows(file, "frame", predictions.frame)
        if predictions.offset is not None:
            write_rows(file, "offset", predictions.offset.astype(np.float32))
        if predictions.candidates is not None:
            for name, kind in CANDIDATE_COLUMNS.items():
                write_rows(file, f"candidate_{name}", getattr(predictions.candidates, name).astype(kind))
        if predictions.levels is not None:
            _write_levels(file, predictions.levels, predictions.score.shape)
        write_attributes(file, {"spotter": spotter["spotter"], "weights_sha256": spotter["weights_sha256"]})
        write_attributes(file, {"stride": predictions.stride, "first": predictions.first, "last": predictions.last})
        write_attributes(file, dict(**asdict(predictions.timebase), signspot=__version__))


def _write_levels(file: h5py.File, levels: Levels, shape: tuple[int, ...]) -> None:
    arrays = [new_rows(file, f"level_{name}", shape, np.float32) for name in levels.names]
    start = 0
    for piece in levels.pieces():
        for number, array in enumerate(arrays):
            array[start : start + len(piece)] = piece[:, number]
        start += len(piece)


def read_level(path: Path, level: str) -> Predictions:
    """The predictions of one level of a head, in the form of a spotter with one level.

    Args:
        path: of predictions with levels.
        level: its name.

    Raises:
        InputError: the file is missing, damaged, contradicts itself, or has no such level.
    """
    return _read(path, f"level_{level}")


def read_predictions(path: Path | str) -> Predictions:
    """What :func:`write_predictions` wrote, but for the levels of a head, see :func:`read_level`.

    Raises:
        InputError: the file is missing, damaged, or contradicts itself.
    """
    return _read(path, "score")


def _read(path: Path, scores: str) -> Predictions:
    with open_arrays(path) as file:
        score, frame = (_whole(Rows(file, name)) for name in (scores, "frame"))
        offset = _whole(Rows(file, "offset")) if "offset" in file else None
        first, last, stride = (attribute(file, name) for name in ("first", "last", "stride"))
        predictions = Predictions(score, first, last, stride, timebase_of(file), offset, _candidates(file))
    if score.ndim != 2 or not np.array_equal(frame, predictions.frame):
        raise InputError(f"{path}: its frames are not those of its scores. Delete it and run its stage again.")
    require_finite(score, f"{path}: the spotter")
    return predictions


def _candidates(file: h5py.File) -> Candidates | None:
    if "candidate_score" not in file:
        return None
    columns = {name: _whole(Rows(file, f"candidate_{name}")) for name in CANDIDATE_COLUMNS}
    if len({len(column) for column in columns.values()}) > 1:
        raise InputError(f"{file.filename}: its candidates are not whole. Delete it and run its stage again.")
    return Candidates(**columns)


def _whole(rows: Rows) -> np.ndarray:
    return rows.read(0, len(rows))


def mean_predictions(parts: Sequence[Predictions], weights: Sequence[float], video: str) -> Predictions:
    """The weighted mean of the predictions of several spotters for one video, at the smallest of their strides.

    A row of a spotter with a larger stride stands for the frames nearest to its own. Offsets are averaged over the
    spotters that predict them; without any there are none. Candidates have no mean, and are left out.

    Args:
        weights: of each, >= 0, not all 0.
        video: its name, for messages.

    Raises:
        InputError: the spotters do not predict the same classes for the same part of the video.
    """
    spans = {(one.score.shape[1], one.first, one.last, one.timebase) for one in parts}
    if len(spans) > 1:
        raise InputError(
            f"predictions of {video}: the spotters disagree on classes, first, last or time base: "
            f"{', '.join(sorted(map(str, spans)))}. Give all members of an ensemble one vocabulary and one corpus."
        )
    stride = min(one.stride for one in parts)
    parts = [_at_stride(one, stride) for one in parts]
    score = _mean([one.score for one in parts], weights)
    offsets = [(one.offset, weight) for one, weight in zip(parts, weights, strict=True) if one.offset is not None]
    offset = _mean(*zip(*offsets, strict=True)) if any(weight for _, weight in offsets) else None
    return replace(parts[0], score=score, offset=offset, candidates=None)


def _at_stride(predictions: Predictions, stride: int) -> Predictions:
    """The predictions with a row every ``stride`` frames, each the nearest one; offsets in the new strides."""
    if predictions.stride == stride:
        return predictions
    frames = np.arange(0, predictions.last - predictions.first + 1, stride)
    nearest = predictions.rows_at(frames)
    offset = predictions.offset
    if offset is not None:
        # A row beside the one that was predicted is nearer to one end and further from the other. The first and the
        # last row of a sign stand for ``predictions.stride`` frames, of which further rows now lie outside these two.
        moved = (frames - predictions.stride * nearest)[:, None] * np.array([1, -1])
        reach = offset[nearest] * predictions.stride + (predictions.stride - stride) / 2
        offset = np.maximum((reach + moved) / stride, 0).astype(np.float32)
    return replace(predictions, score=predictions.score[nearest], offset=offset, stride=stride)


def _mean(arrays: Sequence[np.ndarray], weights: Sequence[float]) -> np.ndarray:
    return np.average(np.stack(arrays).astype(np.float64), axis=0, weights=weights).astype(np.float32)

"""What the networks learn from: a class for every frame and clip, and how far a clip's sign reaches to both sides.

Label 0 is the background, label c + 1 the sign of class id c. Clip i covers the frames first + stride * i - 4 …
first + stride * i + 3 of a video whose usable range begins at ``first``; frames outside that range are background.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from signspot.arrays import Rows, attribute, new_arrays, open_arrays, timebase_of, write_rows
from signspot.files import finished
from signspot.rows import refuse
from signspot.timebase import Timebase

LENGTH = 8
"""Frames of a clip, half of them before its centre."""
REACH = 4
"""Largest offset, in clips."""

UNKNOWN = "not in the vocabulary"
UNUSABLE = "outside the usable range of the video"
COVERED = "covered by a later annotation"
PARTLY_COVERED = "partly covered by a later annotation, the rest is used"
TOO_SHORT = "too short: no clip over it has its label"
COLUMNS = ["video", "sign", "start_ms", "end_ms"]


def frame_labels(intervals: Sequence[tuple[int, int, int]], frames: int, timebase: Timebase) -> np.ndarray:
    """Label of each frame, int32 (frames,).

    A sign covers the frames that hold its start and its end, and all between; later intervals overwrite earlier ones.
    Frames past the end of the video are ignored.

    Args:
        intervals: class id, start and end in ms.
    """
    labels = np.zeros(frames, dtype=np.int32)
    for class_id, start_ms, end_ms in intervals:
        first, last = timebase.frames_of(start_ms, end_ms)
        labels[first : last + 1] = class_id + 1
    return labels


def clip_labels(frame_labels: np.ndarray, stride: int, length: int = LENGTH) -> np.ndarray:
    """The most frequent label of each clip, int32 (ceil(frames / stride),); of equally frequent ones the first met.

    Args:
        frame_labels: of the usable range, (frames,).
    """
    clips = -(-len(frame_labels) // stride)
    padded = np.pad(np.asarray(frame_labels, dtype=np.int32), (length // 2, length))
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[: clips * stride : stride]
    counts = (windows[:, :, None] == windows[:, None, :]).sum(2)
    return windows[np.arange(clips), counts.argmax(1)]


def segments(labels: np.ndarray) -> list[tuple[int, int, int]]:
    """Runs of one sign in order: class id, first and last index (inclusive)."""
    edges = np.flatnonzero(np.diff(labels, prepend=np.nan, append=np.nan)).tolist()
    return [(int(labels[a]) - 1, a, b - 1) for a, b in pairwise(edges) if labels[a] != 0]


def offsets(clip_labels: np.ndarray) -> np.ndarray:
    """Distance in clips to the first and the last clip of the sign, float32 (clips, 2), at most 4; background has 0."""
    distances = np.zeros((len(clip_labels), 2), dtype=np.float32)
    for _, first, last in segments(clip_labels):
        steps = np.arange(last - first + 1)
        distances[first : last + 1] = np.stack([steps, steps[::-1]], axis=1)
    return distances.clip(max=REACH)


class Annotation(NamedTuple):
    """A row of the table of annotations, of a known video.

    Args:
        class_id: of ``sign``, a gloss or alias; None if the vocabulary has neither.
    """

    sign: str
    class_id: int | None
    start_ms: int
    end_ms: int


def annotations_by_video(annotations: pd.DataFrame, class_ids: Mapping[str, int]) -> dict[str, list[Annotation]]:
    """The annotations of each video that has any, in the order of the table.

    Args:
        annotations: video, sign, start_ms, end_ms.
        class_ids: class id by gloss or alias.
    """
    by_video: dict[str, list[Annotation]] = {}
    columns = (annotations[column].tolist() for column in COLUMNS)
    for video, sign, start_ms, end_ms in zip(*columns, strict=True):
        by_video.setdefault(video, []).append(Annotation(sign, class_ids.get(sign), start_ms, end_ms))
    return by_video


def write_labels(annotations: Sequence[Annotation], pose_path: Path, out: Path, stride: int) -> None:
    """Writes the labels of a video.

    Writes ``frame`` int32 (T,), of the usable range ``clip`` int32 (n,) and ``offset`` float32 (n, 2), and the
    attributes first, last, stride, length, fps and start_ms.

    Args:
        annotations: of the video, in the order of the table; those outside the vocabulary leave no label.
        pose_path: of the video; gives the number of frames, the usable range and the rate.
        out: named after the video, with suffix .h5.

    Raises:
        InputError: an annotation lies beyond the end of the video, or the file of the poses is unusable.
    """
    with open_arrays(pose_path) as poses:
        frames = len(Rows(poses, "joints"))
        first, last = attribute(poses, "first"), attribute(poses, "last")
        timebase = timebase_of(poses)
    refuse(_beyond(Path(out).stem, annotations, frames, timebase))
    labels = frame_labels([row[1:] for row in annotations if row.class_id is not None], frames, timebase)
    clips = clip_labels(labels[first : last + 1], stride)
    arrays = {"frame": labels, "clip": clips, "offset": offsets(clips)}
    attributes = {"first": first, "last": last, "stride": stride, "length": LENGTH, **asdict(timebase)}
    with new_arrays(out) as file:
        for name, array in arrays.items():
            write_rows(file, name, array)
        file.attrs.update(attributes)


def _beyond(video: str, annotations: Sequence[Annotation], frames: int, timebase: Timebase) -> Iterator[str]:
    """The annotations of a video that end beyond it by more than one frame, or begin beyond it."""
    length_ms, limit_ms = timebase.ms_at(frames), timebase.ms_at(frames + 1)
    for sign, _, start_ms, end_ms in annotations:
        if start_ms >= length_ms or end_ms >= limit_ms:
            found = f"video {video}: {sign} from {start_ms} to {end_ms} ms"
            yield f"annotations: {found} lies beyond the end of the video at {length_ms} ms."


def write_dropped(annotations: Mapping[str, Sequence[Annotation]], labels: Mapping[str, Path], out: Path | str) -> None:
    """Writes the annotations that could not be used, or not in full: video, sign, start_ms, end_ms, reason.

    Args:
        annotations: those from which the labels were made, by video.
        labels: labels file of each video, in the order of the table to write.

    Raises:
        InputError: a labels file is missing or damaged.
    """
    with finished(out) as part, part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow([*COLUMNS, "reason"])
        for video, path in labels.items():
            of_video = annotations.get(video, ())
            reasons = _reasons(of_video, path)
            rows.writerows(
                (video, row.sign, row.start_ms, row.end_ms, reason)
                for row, reason in zip(of_video, reasons, strict=True)
                if reason
            )


def _reasons(annotations: Sequence[Annotation], labels: Path) -> list[str]:
    """Why each annotation of a video cannot be used, or only in part; "" for those that can."""
    with open_arrays(labels) as file:
        frames, clips = len(Rows(file, "frame")), Rows(file, "clip")
        clip = clips.read(0, len(clips))
        usable = attribute(file, "first"), attribute(file, "last")
        stride, timebase = attribute(file, "stride"), timebase_of(file)
    known = [row[1:] for row in annotations if row.class_id is not None]
    faults = iter(_faults(known, frames, clip, usable, stride, timebase))
    return [UNKNOWN if row.class_id is None else next(faults) for row in annotations]


def _faults(
    intervals: Sequence[tuple[int, int, int]],
    frames: int,
    clips: np.ndarray,
    usable: tuple[int, int],
    stride: int,
    timebase: Timebase,
) -> list[str]:
    """Why each annotation of a video cannot be used, or only in part; "" for those that can.

    Args:
        clips: their labels.
        usable: first and last frame (inclusive) of the usable range.
    """
    spans = [timebase.frames_of(start_ms, end_ms) for _, start_ms, end_ms in intervals]
    starts, ends = (np.array([row[i] for row in intervals]) for i in (1, 2))
    owner = np.full(frames, -1)
    for row, (first, last) in enumerate(spans):
        owner[first : last + 1] = row
    faults = []
    for row, (class_id, start_ms, end_ms) in enumerate(intervals):
        first, last = spans[row]
        own = first + np.flatnonzero(owner[first : last + 1] == row)
        used = own[(own >= usable[0]) & (own <= usable[1])] - usable[0]
        if not own.size:
            faults.append(COVERED)
        elif not used.size:
            faults.append(UNUSABLE)
        elif class_id + 1 not in clips[_clips_over(used[0], used[-1], stride)]:
            faults.append(TOO_SHORT)
        elif ((starts[row + 1 :] < end_ms) & (ends[row + 1 :] > start_ms)).any():
            faults.append(PARTLY_COVERED)
        else:
            faults.append("")
    return faults


def _clips_over(first: int, last: int, stride: int) -> slice:
    """The clips that hold any of the frames ``first`` to ``last``, counted from the start of the usable range."""
    before, after = LENGTH // 2, LENGTH - LENGTH // 2 - 1
    return slice(max(0, -(-(first - after) // stride)), (last + before) // stride + 1)


def read_span_ms(path: Path) -> tuple[int, int]:
    """Start and end of the (part of the) video of a labels file, in ms.

    Raises:
        InputError: the file is missing or damaged.
    """
    with open_arrays(path) as file:
        timebase = timebase_of(file)
        return timebase.ms_at(0), timebase.ms_at(len(Rows(file, "frame")))

"""What the networks learn from: a class for every frame and clip, and how far a clip's sign reaches to both sides.

Label 0 is the background, label c + 1 the sign of class id c. Clip i covers the frames first + stride * i - 4 …
first + stride * i + 3 of a video whose usable range begins at ``first``; frames outside that range are background.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.arrays import Rows, attribute, new_arrays, open_arrays, timebase_of, write_rows
from signspot.corpus.rows import stop
from signspot.files import finished
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


def write_labels(
    video: str, annotations: pd.DataFrame, class_ids: Mapping[str, int], pose_path: Path, out: Path, stride: int
) -> pd.DataFrame:
    """Writes the labels of a video; returns its annotations that could not be used, or not in full.

    Writes ``frame`` int32 (T,), of the usable range ``clip`` int32 (n,) and ``offset`` float32 (n, 2), and the
    attributes first, last, stride, length, classes, fps and start_ms.

    Args:
        annotations: the whole table, in its order.
        class_ids: class id by gloss or alias.
        pose_path: of the video; gives the number of frames, the usable range and the rate.

    Returns:
        video, sign, start_ms, end_ms, reason.

    Raises:
        InputError: an annotation lies beyond the end of the video, or the file of the poses is unusable.
    """
    with open_arrays(pose_path) as poses:
        frames = len(Rows(poses, "joints"))
        first, last = attribute(poses, "first"), attribute(poses, "last")
        timebase = timebase_of(poses)
    stop(_beyond(video, annotations, frames, timebase))
    rows = annotations.loc[annotations["video"] == video, COLUMNS]
    known = rows["sign"].isin(class_ids)
    intervals = [
        (class_ids[sign], int(start_ms), int(end_ms))
        for _, sign, start_ms, end_ms in rows[known].itertuples(index=False, name=None)
    ]
    labels = frame_labels(intervals, frames, timebase)
    clips = clip_labels(labels[first : last + 1], stride)
    arrays = {"frame": labels, "clip": clips, "offset": offsets(clips)}
    attributes = {"first": first, "last": last, "stride": stride, "length": LENGTH, **asdict(timebase)}
    with new_arrays(out) as file:
        for name, array in arrays.items():
            write_rows(file, name, array)
        file.attrs.update(attributes | {"classes": len(set(class_ids.values()))})
    reasons = pd.Series(UNKNOWN, index=rows.index)
    reasons[known] = _faults(intervals, frames, clips, (first, last), stride, timebase)
    return rows.assign(reason=reasons)[reasons != ""]


def _beyond(video: str, annotations: pd.DataFrame, frames: int, timebase: Timebase) -> Iterator[str]:
    """The annotations of a video that end beyond it by more than one frame, or begin beyond it."""
    length_ms, limit_ms = timebase.ms_at(frames), timebase.ms_at(frames + 1)
    rows = zip(annotations["video"], annotations["sign"], annotations["start_ms"], annotations["end_ms"], strict=True)
    for line, (name, sign, start_ms, end_ms) in enumerate(rows, 2):
        if name == video and (start_ms >= length_ms or end_ms >= limit_ms):
            found = f"video {video}: {sign} from {start_ms} to {end_ms} ms"
            yield f"annotations, line {line}: {found} lies beyond the end of the video at {length_ms} ms."


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
    owner = np.full(frames, -1)
    for row, (first, last) in enumerate(spans):
        owner[first : last + 1] = row
    faults = []
    for row, (class_id, start_ms, end_ms) in enumerate(intervals):
        own = np.flatnonzero(owner == row)
        used = own[(own >= usable[0]) & (own <= usable[1])] - usable[0]
        if not own.size:
            faults.append(COVERED)
        elif not used.size:
            faults.append(UNUSABLE)
        elif class_id + 1 not in clips[_clips_over(used[0], used[-1], stride)]:
            faults.append(TOO_SHORT)
        elif any(start < end_ms and end > start_ms for _, start, end in intervals[row + 1 :]):
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


def write_dropped(dropped: Sequence[pd.DataFrame], path: Path) -> None:
    """Writes what ``write_labels`` returned for the videos as one table: video, sign, start_ms, end_ms, reason."""
    with finished(path) as part:
        pd.concat(dropped).to_csv(part, sep="\t", index=False, encoding="utf-8")

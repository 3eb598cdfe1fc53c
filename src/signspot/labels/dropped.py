"""Annotations that cannot be used, or not in full, each with its reason."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from signspot.arrays import Rows, open_arrays
from signspot.files import finished
from signspot.labels.frames import COLUMNS, Annotation, FrameLabels, read_labels
from signspot.labels.views import clip_labels

UNKNOWN = "not in the vocabulary"
UNUSABLE = "outside the usable range of the video"
COVERED = "covered by a later annotation"
PARTLY_COVERED = "partly covered by a later annotation, the rest is used"
TOO_SHORT = "too short: no clip over it has its label"


def write_dropped(
    annotations: Mapping[str, Sequence[Annotation]],
    labels: Mapping[str, Path],
    out: Path | str,
    stride: int,
    length: int,
) -> None:
    """Writes the annotations that could not be used, or not in full: video, sign, start_ms, end_ms, reason.

    Args:
        annotations: those from which the labels were made, by video.
        labels: labels file of each video, in the order of the table to write.
        stride, length: of the clips, in frames; a sign may be too short for them.

    Raises:
        InputError: a labels file is missing or damaged.
    """
    with finished(out) as part, part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow([*COLUMNS, "reason"])
        for video, path in labels.items():
            of_video = annotations.get(video, ())
            reasons = _reasons(of_video, path, stride, length)
            rows.writerows(
                (video, row.sign, row.start_ms, row.end_ms, reason)
                for row, reason in zip(of_video, reasons, strict=True)
                if reason
            )


def _reasons(annotations: Sequence[Annotation], path: Path, stride: int, length: int) -> list[str]:
    """Why each annotation of a video cannot be used, or only in part; "" if it can."""
    with open_arrays(path) as file:
        frames = len(Rows(file, "frame"))
    known = [row[1:] for row in annotations if row.class_id is not None]
    faults = iter(_faults(known, frames, read_labels(path), stride, length))
    return [UNKNOWN if row.class_id is None else next(faults) for row in annotations]


def _faults(
    intervals: Sequence[tuple[int, int, int]], frames: int, labels: FrameLabels, stride: int, length: int
) -> list[str]:
    """Why each annotation of the vocabulary cannot be used, or only in part; "" if it can.

    Args:
        intervals: class id, start and end in ms.
        frames: number of frames of the video.
    """
    clips = clip_labels(labels.label, stride, length)
    spans = [labels.timebase.frames_of(start_ms, end_ms) for _, start_ms, end_ms in intervals]
    starts, ends = (np.array([row[i] for row in intervals]) for i in (1, 2))
    owner = np.full(frames, -1)
    for row, (first, last) in enumerate(spans):
        owner[first : last + 1] = row
    faults = []
    for row, (class_id, start_ms, end_ms) in enumerate(intervals):
        first, last = spans[row]
        own = first + np.flatnonzero(owner[first : last + 1] == row)
        used = own[(own >= labels.first) & (own <= labels.last)] - labels.first
        if not own.size:
            faults.append(COVERED)
        elif not used.size:
            faults.append(UNUSABLE)
        elif class_id + 1 not in clips[_clips_over(used[0], used[-1], stride, length)]:
            faults.append(TOO_SHORT)
        elif ((starts[row + 1 :] < end_ms) & (ends[row + 1 :] > start_ms)).any():
            faults.append(PARTLY_COVERED)
        else:
            faults.append("")
    return faults


def _clips_over(first: int, last: int, stride: int, length: int) -> slice:
    """The clips that hold any of the frames ``first`` to ``last``, counted from the start of the usable range."""
    before, after = length // 2, length - length // 2 - 1
    return slice(max(0, -(-(first - after) // stride)), (last + before) // stride + 1)

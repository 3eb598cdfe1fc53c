"""Frame labels, the truth on disk: the class of every frame of a video. All else is computed from them.

Label 0 is the background, label c + 1 the sign of class id c. Frames outside the usable range of a video, in which the
signer was found, teach nothing and are in no view.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from signspot.arrays import Rows, attribute, new_arrays, open_arrays, timebase_of, write_attributes, write_rows
from signspot.corpus.tables import TO_END_MS
from signspot.errors import InputError
from signspot.rows import refuse
from signspot.timebase import Timebase

COLUMNS = ["video", "sign", "start_ms", "end_ms"]
"""Columns of the table of annotations."""


class FrameLabels(NamedTuple):
    """The frame labels of a video.

    Args:
        first, last: usable range of the video, inclusive frames.
        label: int32 (last - first + 1,), of the usable range only.
    """

    first: int
    last: int
    timebase: Timebase
    label: np.ndarray


class Annotation(NamedTuple):
    """A row of the table of annotations, of a known video.

    Args:
        class_id: of ``sign``, a gloss or alias; None if the vocabulary has neither.
    """

    sign: str
    class_id: int | None
    start_ms: int
    end_ms: int


def frame_labels(intervals: Sequence[tuple[int, int, int]], frames: int, timebase: Timebase) -> np.ndarray:
    """Label of each frame, int32 (frames,).

    A sign covers the frames that hold its start and its end, and all between; later intervals overwrite earlier ones.
    Frames past the end of the video are ignored.

    Args:
        intervals: class id, start and end in ms.
        frames: number of frames of the video.
    """
    labels = np.zeros(frames, dtype=np.int32)
    for class_id, start_ms, end_ms in intervals:
        first, last = timebase.frames_of(start_ms, end_ms)
        labels[first : last + 1] = class_id + 1
    return labels


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


def write_labels(annotations: Sequence[Annotation], pose_path: Path, out: Path) -> None:
    """Writes the labels of a video: ``frame`` int32 (T,), and the attributes first, last, fps and start_ms.

    Args:
        annotations: of the video, in the order of the table; those outside the vocabulary leave no label.
        pose_path: of the video; gives the number of frames, the usable range and the rate.
        out: named after the video, with suffix .h5.

    Raises:
        InputError: an annotation, unless it is one to the end, lies beyond the end of the video, or the file of the
            poses is unusable.
    """
    with open_arrays(pose_path) as poses:
        frames = len(Rows(poses, "joints"))
        first, last = attribute(poses, "first"), attribute(poses, "last")
        timebase = timebase_of(poses)
    refuse(_beyond(Path(out).stem, annotations, frames, timebase))
    labels = frame_labels([row[1:] for row in annotations if row.class_id is not None], frames, timebase)
    with new_arrays(out) as file:
        write_rows(file, "frame", labels)
        write_attributes(file, {"first": first, "last": last, **asdict(timebase)})


def _beyond(video: str, annotations: Sequence[Annotation], frames: int, timebase: Timebase) -> Iterator[str]:
    """The annotations of a video that end beyond it by more than one frame, or begin beyond it."""
    length_ms, limit_ms = timebase.ms_at(frames), timebase.ms_at(frames + 1)
    for sign, _, start_ms, end_ms in annotations:
        if start_ms >= length_ms or limit_ms <= end_ms != TO_END_MS:
            found = f"video {video}: {sign} from {start_ms} to {end_ms} ms"
            yield f"annotations: {found} lies beyond the end of the video at {length_ms} ms."


def read_labels(path: Path) -> FrameLabels:
    """The labels of a labels file.

    Raises:
        InputError: the file is missing, damaged, or contradicts itself.
    """
    with open_arrays(path) as file:
        first, last, timebase = attribute(file, "first"), attribute(file, "last"), timebase_of(file)
        frames = Rows(file, "frame")
        if not 0 <= first <= last + 1 <= len(frames):
            raise InputError(
                f"{path}: its usable range is {first}…{last}, but the video has {len(frames)} frames. "
                "Delete it and run its stage again."
            )
        return FrameLabels(first, last, timebase, frames.read(first, last + 1))


def read_span_ms(path: Path) -> tuple[int, int]:
    """Start and end of the (part of the) video of a labels file, in ms.

    Raises:
        InputError: the file is missing or damaged.
    """
    with open_arrays(path) as file:
        timebase = timebase_of(file)
        return timebase.ms_at(0), timebase.ms_at(len(Rows(file, "frame")))

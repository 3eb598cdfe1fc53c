"""The frame labels of many videos in one file: a training job opens it, not thousands of labels files."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from signspot.arrays import Rows, new_arrays, new_rows, open_arrays, write_rows
from signspot.labels.frames import FrameLabels, read_labels
from signspot.timebase import Timebase


def gather_labels(files: Mapping[str, Path], out: Path) -> None:
    """Writes the labels files of videos to one file, see :func:`write_gathered`.

    Args:
        files: labels file of each video.
        out: the file to write.

    Raises:
        InputError: a labels file is missing, damaged, or contradicts itself.
    """
    write_gathered(((video, read_labels(path)) for video, path in files.items()), out)


def write_gathered(labels: Iterable[tuple[str, FrameLabels]], out: Path) -> None:
    """Writes the labels of videos to one file, holding those of one video at a time.

    ``out`` gets ``video`` (V,), names in UTF-8; ``span`` int64 (V, 2), the usable range of each video, inclusive
    frames; ``start_ms`` int64 (V,); ``fps`` float64 (V,); ``label`` int32, the labels of all usable ranges one after
    the other.

    Args:
        labels: name and labels of each video.
        out: the file to write.
    """
    videos, spans, timebases = [], [], []
    with new_arrays(out) as file:
        label = new_rows(file, "label", (0,), np.int32)
        for video, one in labels:
            label.resize(len(label) + len(one.label), axis=0)
            label[len(label) - len(one.label) :] = one.label
            videos.append(video.encode())
            spans.append((one.first, one.last))
            timebases.append(one.timebase)
        write_rows(file, "video", np.array(videos))
        write_rows(file, "span", np.array(spans, np.int64).reshape(-1, 2))
        write_rows(file, "start_ms", np.array([timebase.start_ms for timebase in timebases], np.int64))
        write_rows(file, "fps", np.array([timebase.fps for timebase in timebases], np.float64))


def read_gathered(paths: Iterable[Path]) -> dict[str, FrameLabels]:
    """What :func:`gather_labels` wrote, by video.

    Raises:
        InputError: a file is missing or damaged.
    """
    gathered = {}
    for path in paths:
        with open_arrays(path) as file:
            arrays = [Rows(file, name) for name in ("video", "span", "fps", "start_ms", "label")]
            videos, spans, fps, start_ms, label = (rows.read(0, len(rows)) for rows in arrays)
        ends = np.cumsum(spans[:, 1] - spans[:, 0] + 1)
        timebases = map(Timebase, fps.tolist(), start_ms.tolist())
        for video, (first, last), end, timebase in zip(videos, spans.tolist(), ends.tolist(), timebases, strict=True):
            gathered[video.decode()] = FrameLabels(first, last, timebase, label[end - (last - first + 1) : end])
    return gathered


def labels_digest(labels: Iterable[FrameLabels]) -> str:
    """A digest of the usable ranges of videos and of the labels of all their frames."""
    digest = hashlib.sha256()
    for one in labels:
        digest.update(repr((one.first, one.last)).encode())
        digest.update(np.ascontiguousarray(one.label))
    return digest.hexdigest()

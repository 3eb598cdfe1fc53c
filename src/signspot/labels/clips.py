"""The clip labels of many videos in one file: a training job opens it, not thousands of labels files."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from signspot.arrays import Rows, attribute, new_arrays, new_rows, open_arrays, write_rows
from signspot.errors import InputError
from signspot.labels.frames import LENGTH as CLIP_LENGTH


class ClipLabels(NamedTuple):
    """Labels of the clips of a video, int32 (n,), its usable range (frames, inclusive), and the stride of its clips."""

    first: int
    last: int
    stride: int
    label: np.ndarray


def clip_count(first: int, last: int, stride: int) -> int:
    """Clips of the usable range ``first`` … ``last`` (inclusive): one per started stride."""
    return -(-(last - first + 1) // stride)


def read_labels(path: Path) -> ClipLabels:
    """The clip labels of a labels file.

    Raises:
        InputError: the file is missing, damaged, or contradicts itself.
    """
    with open_arrays(path) as file:
        first, last, stride, length = (attribute(file, name) for name in ("first", "last", "stride", "length"))
        clips = Rows(file, "clip")
        label = clips.read(0, len(clips))
    expected = clip_count(first, last, stride)
    if length != CLIP_LENGTH or len(label) != expected:
        raise InputError(
            f"{path}: {len(label)} clips of {length} frames, expected {expected} of {CLIP_LENGTH}"
            f" for frames {first}…{last} at stride {stride}. Delete it and run its stage again."
        )
    return ClipLabels(first, last, stride, label)


def gather_labels(files: Mapping[str, Path], out: Path) -> None:
    """Writes the clip labels of videos to one file, holding those of one video at a time.

    ``out`` gets ``video`` (V,), names in UTF-8; ``span`` int64 (V, 4): first, last, stride and number of clips of each
    video; ``label`` int32 (number of all clips,).

    Args:
        files: labels file of each video.

    Raises:
        InputError: a labels file is missing, damaged, or contradicts itself.
    """
    spans = []
    with new_arrays(out) as file:
        label = new_rows(file, "label", (0,), np.int32)
        for path in files.values():
            one = read_labels(path)
            label.resize(len(label) + len(one.label), axis=0)
            label[len(label) - len(one.label) :] = one.label
            spans.append((one.first, one.last, one.stride, len(one.label)))
        write_rows(file, "video", np.array([video.encode() for video in files]))
        write_rows(file, "span", np.array(spans, np.int64))


def read_gathered(paths: Iterable[Path]) -> dict[str, ClipLabels]:
    """What :func:`gather_labels` wrote, by video.

    Raises:
        InputError: a file is missing or damaged.
    """
    gathered = {}
    for path in paths:
        with open_arrays(path) as file:
            videos, spans, label = (
                rows.read(0, len(rows)) for rows in (Rows(file, name) for name in ("video", "span", "label"))
            )
        ends = np.cumsum(spans[:, 3])
        for video, (first, last, stride, count), end in zip(videos, spans.tolist(), ends.tolist(), strict=True):
            gathered[video.decode()] = ClipLabels(first, last, stride, label[end - count : end])
    return gathered


def labels_digest(labels: Iterable[ClipLabels]) -> str:
    """A digest of the clips that videos have and of all their labels."""
    digest = hashlib.sha256()
    for one in labels:
        digest.update(repr(one[:3]).encode())
        digest.update(np.ascontiguousarray(one.label))
    return digest.hexdigest()

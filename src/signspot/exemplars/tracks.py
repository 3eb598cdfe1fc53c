"""Descriptors of a video from its pose file, in parts: memory does not grow with the length of the video."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from signspot.arrays import Rows, attribute, open_arrays, timebase_of
from signspot.exemplars.descriptors import FPS, body_unit, descriptor_count, descriptors, mirrored

PART = 3000
"""Frames that are read at a time: two minutes."""
MARGIN = 50
"""Further frames at each side, over which missing hands are filled and movements are smoothed."""
MEASURED = 6000
"""Frames at equal distances that tell the size of the signer."""


def spans(start: int, stop: int) -> list[tuple[int, int]]:
    """Parts of up to ``PART`` frames of a stretch: first frame, and frame behind the last."""
    return [(first, min(first + PART, stop)) for first in range(start, stop, PART)]


class HandTrack:
    """The descriptors of the usable range of a video, at 25 frames per second.

    Args:
        path: its pose file.
        in_mirror: whether the signer is seen in a mirror, as left-handed signers are whose signs are learnt.

    Raises:
        InputError: the file is missing or damaged.
    """

    def __init__(self, path: Path, in_mirror: bool = False) -> None:
        self.path, self._in_mirror = path, in_mirror
        with open_arrays(path) as file:
            self.first, self.last = attribute(file, "first"), attribute(file, "last")
            self.timebase = timebase_of(file)
            pose = Rows(file, "pose")
            step = -(-(self.last + 1 - self.first) // MEASURED)
            parts = range(self.first, self.last + 1, PART)
            measured = [pose.read(start, min(start + PART, self.last + 1))[::step] for start in parts]
            self._unit = body_unit(np.concatenate(measured))
        self._per_frame = self.timebase.fps / FPS

    def __len__(self) -> int:
        return descriptor_count(self.last + 1 - self.first, self.timebase.fps)

    def read(self, start: int = 0, stop: int | None = None) -> np.ndarray:
        """The descriptors of frames ``start`` … ``stop`` - 1, float32 (n, 2, 46).

        Raises:
            DamagedStore: the file is damaged.
        """
        stop = len(self) if stop is None else min(stop, len(self))
        begin, end = max(start - MARGIN, 0), min(stop + MARGIN, len(self))
        lead, first = np.modf(begin * self._per_frame)
        first, last = self.first + int(first), min(self.video_frame(end) + 1, self.last + 1)
        with open_arrays(self.path) as file:
            parts = (Rows(file, name).read(first, last) for name in ("pose", "left_hand", "right_hand"))
            found = descriptors(*parts, self.timebase.fps, self._unit, float(lead))
        found = found[start - begin : start - begin + stop - start]
        return mirrored(found) if self._in_mirror else found

    def parts(self, overlap: int) -> Iterator[tuple[int, np.ndarray, slice]]:
        """The whole track in parts that overlap: first frame, descriptors, and the part of them that is its own."""
        for start, stop in spans(0, len(self)):
            begin = max(start - overlap, 0)
            yield begin, self.read(begin, stop + overlap), slice(start - begin, stop - begin)

    def video_frame(self, frame: int) -> int:
        """The frame of the video that shows a frame of the track."""
        return self.first + round(frame * self._per_frame)

    def track_frame(self, frame: int) -> int:
        """The frame of the track at a frame of the video; it may lie outside the track."""
        return round((frame - self.first) / self._per_frame)

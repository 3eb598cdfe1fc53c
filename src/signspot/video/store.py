"""Frame stores: the frames of a video as JPEG pictures, packed in an HDF5 file so that a clip is one read."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import simplejpeg

from signspot import __version__
from signspot.arrays import CHUNK, Rows, attribute, new_arrays, open_arrays, write_attributes, write_rows
from signspot.corpus.regions import Region, region_of
from signspot.errors import DamagedStore, InputError
from signspot.video.decode import Crop, Span

QUALITY = 92
"""JPEG quality. Published: 95, for the whole picture and again for the crop. Once 92 is as good, in fewer bytes."""
BUFFER = 1 << 22
"""Bytes of pictures that are collected before they are written."""


def store_frames(pictures: Iterable[np.ndarray], out: Path | str, attributes: Mapping[str, Any], least: int = 1) -> int:
    """Writes pictures to a frame store as they come, with a few MB in memory; returns their number.

    ``out`` gets two arrays:

    - ``jpeg`` uint8 (bytes,): the pictures as JPEG, colour at half resolution. A clip of 8 frames fills about three
      chunks.
    - ``offset`` int64 (frames + 1,): the byte at which each picture begins, and the number of bytes.

    Args:
        pictures: uint8 (size, size, 3), RGB.
        out: the frame store to write.
        attributes: attributes of the file; :class:`FrameStore` needs the attributes that
            :func:`signspot.video.crop.write_frames` gives.
        least: least number of pictures.

    Raises:
        InputError: fewer than ``least`` pictures came; no file is written then.
    """
    with new_arrays(out) as file:
        jpeg = file.create_dataset("jpeg", (0,), np.uint8, maxshape=(None,), chunks=(CHUNK,), fletcher32=True)
        offsets, waiting = [0], bytearray()
        for picture in pictures:
            waiting += simplejpeg.encode_jpeg(picture, QUALITY, "RGB", "420")
            offsets.append(len(jpeg) + len(waiting))
            if len(waiting) >= BUFFER:
                _append(jpeg, waiting)
                waiting = bytearray()
        _append(jpeg, waiting)
        count = len(offsets) - 1
        if count < least:
            raise InputError(
                f"{attributes['video']}: gives {count} frames at {attributes['fps']:g} fps, expected at least {least}. "
                "Check the file, and start_ms and end_ms if given, or take it off the table of videos."
            )
        write_rows(file, "offset", np.array(offsets, np.int64))
        write_attributes(file, {**attributes, "frames": count, "signspot": __version__})
    return count


def _append(jpeg: h5py.Dataset, data: bytes) -> None:
    end = len(jpeg)
    jpeg.resize(end + len(data), axis=0)
    jpeg[end:] = np.frombuffer(data, np.uint8)


class FrameStore:
    """A frame store, open for reading: ``with FrameStore(path) as store: store.read(0, 8)``.

    Attributes:
        fps: frames per second.
        size: side of the frames, in px.
        crop: the window of the video that the frames show.
        span: the part of the video that the frames cover.
        warnings: what is to be told of its picture, see :func:`signspot.video.crop.find_signer`.

    Raises:
        InputError: the file is missing or no frame store.
        DamagedStore: the file is damaged.
    """

    def __init__(self, path: Path | str) -> None:
        with ExitStack() as stack:
            file = stack.enter_context(open_arrays(path))
            self._jpeg, offset = Rows(file, "jpeg"), Rows(file, "offset")
            self._path, self._offset = path, offset.read(0, len(offset))
            if len(self._offset) == 0 or self._offset[-1] != len(self._jpeg):
                raise DamagedStore(path, "its pictures do not begin where its offsets say")
            self.fps, self.size = attribute(file, "fps", float), attribute(file, "size")
            side, *source = (attribute(file, name) for name in ("side", "source_width", "source_height"))
            self.crop = Crop(attribute(file, "centre_x", float), side, *source, self._region(file, *source))
            self.span = Span(attribute(file, "start_ms"), attribute(file, "end_ms", optional=True))
            self.warnings = (attribute(file, "warnings", str, optional=True) or "").splitlines()
            self._file = stack.pop_all()

    def _region(self, file: h5py.File, width: int, height: int) -> Region | None:
        chosen = attribute(file, "region", str, optional=True)
        try:
            return None if chosen is None else region_of(chosen, width, height)
        except InputError as error:
            raise DamagedStore(self._path, f"its attribute 'region': {error}") from error

    def __enter__(self) -> "FrameStore":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        """Frames of the video."""
        return len(self._offset) - 1

    def read(self, start: int, stop: int) -> np.ndarray:
        """Frames ``start`` … ``stop - 1``: uint8 (stop - start, size, size, 3), RGB.

        Raises:
            InputError: the store has fewer frames.
            DamagedStore: a frame is damaged.
        """
        if not 0 <= start <= stop <= len(self):
            raise InputError(
                f"{self._path}: has {len(self)} frames, {start}…{stop - 1} were asked for. "
                "The files of this video do not belong together: delete them and run their stages again."
            )
        begin = self._offset[start]
        packed = self._jpeg.read(int(begin), int(self._offset[stop]))
        pictures = np.empty((stop - start, self.size, self.size, 3), np.uint8)
        for picture, a, b in zip(pictures, self._offset[start:stop], self._offset[start + 1 : stop + 1], strict=True):
            try:
                picture[:] = simplejpeg.decode_jpeg(packed[a - begin : b - begin], "RGB")
            except ValueError as error:
                raise DamagedStore(self._path, f"a picture of frames {start}…{stop - 1}: {error}") from error
        return pictures


def picture_warnings(paths: Iterable[Path | str]) -> list[str]:
    """What frame stores tell of the pictures of their videos, with the names of these.

    Raises:
        InputError: a file is missing or no frame store.
        DamagedStore: a file is damaged.
    """
    told = []
    for path in paths:
        with FrameStore(path) as store:
            told += [f"{Path(path).stem}: {warning}" for warning in store.warnings]
    return told

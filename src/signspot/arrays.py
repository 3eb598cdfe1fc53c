"""HDF5 files: arrays that carry checksums, and errors that name the file and what to do.

Disks and networks lose and change bytes in silence. Checksums make every such change show:

- The file format of HDF5 1.10 has a checksum for each piece of structure and for each attribute. Strings of variable
  length lie outside these pieces; therefore strings are stored with a fixed length.
- Arrays lie in chunks, and every chunk has a checksum (fletcher32).

HDF5 compares a checksum when it reads a piece, so a clip costs only its own chunks. One gap is left: the checksum of
zeros is zero, so a chunk full of zeros would pass. Therefore arrays are compressed, because zeros do not decompress.
JPEG bytes are stored as they are: zeros are no JPEG picture either.

A file that somebody else made may point to other files, or claim arrays that are not there. It counts as damaged.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import h5py
import hdf5plugin
import numpy as np

from signspot.errors import DamagedStore, InputError, make_command
from signspot.files import MADE_AS_ONE, finished, open_regular, set_aside_as
from signspot.timebase import Timebase

Value = TypeVar("Value", int, float, str)

CHUNK = 1 << 16
"""Approximate bytes of a chunk before compression."""
LARGE = 1 << 26
"""Bytes of a read before which it is checked that all of its array is there, and most bytes of a chunk."""
LARGEST = 2**53
"""Whole numbers in attributes are smaller."""
FILTERS = frozenset({h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32, hdf5plugin.BLOSC_ID})
"""What chunks may have gone through."""
KINDS = {int: "iuf", float: "iuf", str: "SU", bool: "b"}
"""Kinds of NumPy's types that a value of a type may have in an attribute."""
COMPRESSION = hdf5plugin.Blosc(cname="zstd", clevel=3, shuffle=hdf5plugin.Blosc.BITSHUFFLE)


@contextmanager
def new_arrays(path: Path | str) -> Iterator[h5py.File]:
    """Opens a new HDF5 file for writing; moves it to ``path`` when the block ends without an error."""
    with finished(path) as part, h5py.File(part, "w", libver=("v110", "v110")) as file:
        yield file


def new_rows(
    file: h5py.File,
    name: str,
    shape: tuple[int, ...],
    dtype: np.dtype | type,
    chunk: int | None = None,
    compression: Mapping[str, Any] = COMPRESSION,
) -> h5py.Dataset:
    """Makes an array in an open file, for the caller to fill: compressed chunks of whole rows, each with a checksum.

    Args:
        file: an HDF5 file, open for writing.
        name: the name of the array.
        shape: its shape; the first axis counts the rows.
        dtype: the type of its numbers.
        chunk: rows per chunk; by default, as many rows as fill about 64 KiB.
        compression: keywords of ``create_dataset`` that compress a chunk; the default suits numbers of several bytes.
    """
    row_bytes = np.dtype(dtype).itemsize * int(np.prod(shape[1:]))
    chunk = chunk or max(CHUNK // row_bytes, 1)
    # HDF5 refuses a chunk larger than the array, unless the number of rows is unlimited.
    options = {"maxshape": (None, *shape[1:]), "chunks": (chunk, *shape[1:]), "fletcher32": True}
    return file.create_dataset(name, shape, dtype, **options, **compression)


def write_attributes(file: h5py.File, attributes: Mapping[str, int | float | str]) -> None:
    """Writes attributes of an open file; texts with a fixed length, because no checksum covers those of any length."""
    file.attrs.update(
        {name: np.bytes_(value.encode()) if isinstance(value, str) else value for name, value in attributes.items()}
    )


def write_rows(file: h5py.File, name: str, array: np.ndarray) -> None:
    """Writes a whole array in the form that :func:`new_rows` gives.

    Args:
        file: an HDF5 file, open for writing.
        name: the name of the array in the file.
        array: its content, of any shape and type.
    """
    new_rows(file, name, array.shape, array.dtype)[:] = array


def text_array(texts: Iterable[str]) -> np.ndarray:
    """Texts as an array that :func:`write_rows` takes: UTF-8, all of one length."""
    encoded = [text.encode() for text in texts]
    # Texts of length 0, which no array can hold, would come of empty ones alone.
    return np.array(encoded, f"S{max(map(len, encoded), default=0) or 1}")


def texts_of(array: np.ndarray) -> list[str]:
    """The texts of which :func:`text_array` made an array.

    Raises:
        ValueError: they are not UTF-8.
    """
    return [text.decode() for text in array.tolist()]


@contextmanager
def open_arrays(path: Path | str) -> Iterator[h5py.File]:
    """Opens an HDF5 file for reading.

    Raises:
        InputError: the file is missing.
        DamagedStore: the file is truncated, is no HDF5 file, or has an array that is a link to another place; or it
            alone is missing in a folder that was made as one.
        OSError: the system cannot read the file for another reason, or it is no regular file.
    """
    try:
        open_regular(path).close()
        with _reading(path):
            file = h5py.File(path, "r")
    except FileNotFoundError as error:
        if Path(path).with_name(MADE_AS_ONE).exists():
            raise DamagedStore(path, "it is missing in its folder") from error
        raise InputError(f"{path}: there is no such file. {_remedy(Path(path))}") from error
    with file:
        with _reading(path):
            for name in file:
                if not isinstance(file.get(name, getlink=True), h5py.HardLink):
                    raise DamagedStore(path, f"{name!r} is a link to another place")
        yield file


def _remedy(path: Path) -> str:
    """What to do about a missing file: perhaps another job has set the file or its folder aside as damaged."""
    for gone in (path, path.parent):
        if gone.name and set_aside_as(gone).exists():
            return f"{gone} was found damaged, and is now {set_aside_as(gone)}: call the same command again."
    return f"Make it: {make_command(path)}"


@contextmanager
def _reading(path: Path | str) -> Iterator[None]:
    """Turns the errors that HDF5 raises on damaged bytes into DamagedStore.

    An error with a number of the system (no permission, no connection to the disk …) passes on unchanged: it says
    nothing about the bytes.
    """
    try:
        yield
    except (OSError, KeyError, RuntimeError, TypeError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise DamagedStore(path, error) from error


class Rows:
    """Reads one array of an open file by ranges of its first axis, which mostly counts frames.

    Raises:
        InputError: the file has no such array.
        DamagedStore: the description of the array is damaged, or it lies elsewhere or is of an unknown form.
    """

    def __init__(self, file: h5py.File, name: str) -> None:
        self.path, self.name = file.filename, name
        with _reading(self.path):
            known = list(file)
            if name not in known:
                raise InputError(
                    f"{self.path}: has no array {name!r}, only {', '.join(known) or 'none'}. Check the path."
                )
            self._array = file[name]
            unlike = _unlike(self._array)
        if unlike:
            raise DamagedStore(self.path, f"{name!r} {unlike}")

    def __len__(self) -> int:
        return len(self._array)

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows ``start`` … ``stop - 1``, in one read.

        Raises:
            InputError: the array has fewer rows.
            DamagedStore: the bytes of these rows are damaged.
        """
        if not 0 <= start <= stop <= len(self):
            raise InputError(
                f"{self.path}: {self.name} has {len(self)} rows, {start}…{stop - 1} were asked for. "
                "The files of this video do not belong together: delete them and run their stages again."
            )
        with _reading(self.path):
            if (stop - start) * _row_bytes(self._array) > LARGE and not _is_all_there(self._array):
                raise DamagedStore(self.path, f"{self.name!r} is not all there")
            return self._array[start:stop]


def _unlike(array: h5py.Dataset | h5py.Group) -> str:
    """How an array differs from any that a stage writes; "" if it does not."""
    if not isinstance(array, h5py.Dataset) or not array.ndim:
        return "is no array"
    if array.is_virtual or array.external:
        return "lies in other files"
    if array.dtype.kind not in "iufbS":
        return f"holds {array.dtype}, expected numbers or texts of one length"
    made = array.id.get_create_plist()
    if not {made.get_filter(i)[0] for i in range(made.get_nfilters())} <= FILTERS:
        return "is compressed in an unknown way"
    if array.chunks and math.prod(array.chunks) * array.dtype.itemsize > LARGE:
        return "has larger chunks than any stage writes"
    return ""


def _row_bytes(array: h5py.Dataset) -> int:
    return math.prod(array.shape[1:]) * array.dtype.itemsize


def _is_all_there(array: h5py.Dataset) -> bool:
    """Whether the file holds bytes for the whole array: HDF5 makes up what is missing."""
    if array.chunks is None:
        return array.id.get_storage_size() >= len(array) * _row_bytes(array)
    chunks = math.prod(-(-side // chunk) for side, chunk in zip(array.shape, array.chunks, strict=True))
    return array.id.get_num_chunks() >= chunks


def attribute(file: h5py.File, name: str, kind: type[Value] = int, *, optional: bool = False) -> Value | None:
    """The value of an attribute of an open file.

    Args:
        file: an HDF5 file, open for reading.
        name: the name of the attribute.
        kind: the type of the value.
        optional: whether a missing attribute gives None instead of an error.

    Raises:
        DamagedStore: the attribute is missing or damaged, of another type, or not finite.
    """
    with _reading(file.filename):
        if name not in file.attrs:
            if optional:
                return None
            raise DamagedStore(file.filename, f"it has no attribute {name!r}")
        value = file.attrs[name]
    if np.ndim(value) or np.asarray(value).dtype.kind not in KINDS[kind]:
        raise DamagedStore(file.filename, f"its attribute {name!r} is no {kind.__name__}")
    if kind is not str and not (abs(value) < LARGEST and kind(value) == value):
        raise DamagedStore(file.filename, f"its attribute {name!r} is {value}")
    with _reading(file.filename):
        return kind(value.decode() if isinstance(value, bytes) else value)


def is_current(path: Path, sources: Iterable[Path], **attributes: int | float | str | None) -> bool:
    """Whether a file exists, is no older than its sources, and has these attributes.

    A file with a damaged attribute or with a missing source is not current.

    Args:
        path: an HDF5 file.
        sources: the files from which it was made.
        attributes: the value that each attribute must have; None of one that must not be there.
    """
    try:
        if path.stat().st_mtime_ns < max(source.stat().st_mtime_ns for source in sources):
            return False
        with open_arrays(path) as file:
            return all(_has(file, name, value) for name, value in attributes.items())
    except (OSError, InputError):
        return False


def _has(file: h5py.File, name: str, value: float | str | None) -> bool:
    """Whether an attribute has a value, or, if that is None, is not there."""
    kind = str if value is None else type(value)
    return attribute(file, name, kind, optional=value is None) == value


def timebase_of(file: h5py.File) -> Timebase:
    """The time base of the frames of an open file, from its attributes fps and start_ms.

    Raises:
        DamagedStore: an attribute is missing or damaged, or the rate is not above 0.
    """
    fps = attribute(file, "fps", float)
    if fps <= 0:
        raise DamagedStore(file.filename, f"its attribute 'fps' is {fps}")
    return Timebase(fps, attribute(file, "start_ms"))

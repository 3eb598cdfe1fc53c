"""HDF5 files: arrays that carry checksums, and errors that name the file and what to do.

Disks and networks lose and change bytes in silence. A store is therefore written so that nothing in it changes
unnoticed: its structure and attributes in the file format of HDF5 1.10, which has a checksum for each piece of them,
and its arrays in chunks with a checksum each (fletcher32). Checksums are compared as pieces are read, so that a clip
costs no more than its own chunks. The sum of zeros is zero, so a chunk wiped out would pass; that is why arrays are
compressed as well, unless their content (JPEG) shows it: zeros are no compressed chunk.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import h5py
import hdf5plugin
import numpy as np

from signspot.errors import DamagedStore, InputError
from signspot.files import finished, set_aside_as
from signspot.timebase import Timebase

Value = TypeVar("Value", int, float, str)

CHUNK = 1 << 16
"""Bytes of a chunk, more or less, before compression."""
COMPRESSION = hdf5plugin.Blosc(cname="zstd", clevel=3, shuffle=hdf5plugin.Blosc.BITSHUFFLE)


@contextmanager
def new_arrays(path: Path | str) -> Iterator[h5py.File]:
    """A new HDF5 file, open for writing; it is moved to ``path`` when the block ends well."""
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
    """A new array of an open file, for the caller to fill: compressed, in chunks of whole rows with checksums.

    Args:
        chunk: rows of a chunk; by default as many as make about 64 KiB.
        compression: of each chunk; the default suits numbers of several bytes.
    """
    row_bytes = np.dtype(dtype).itemsize * int(np.prod(shape[1:]))
    chunk = chunk or max(CHUNK // row_bytes, 1)
    # Without a largest number of rows, a chunk may be larger than the array.
    options = {"maxshape": (None, *shape[1:]), "chunks": (chunk, *shape[1:]), "fletcher32": True}
    return file.create_dataset(name, shape, dtype, **options, **compression)


def write_rows(file: h5py.File, name: str, array: np.ndarray) -> None:
    """Writes a whole array as :func:`new_rows` makes it."""
    new_rows(file, name, array.shape, array.dtype)[:] = array


@contextmanager
def open_arrays(path: Path | str) -> Iterator[h5py.File]:
    """An HDF5 file, open for reading.

    Raises:
        InputError: there is no such file.
        DamagedStore: it is truncated or no HDF5 file.
        OSError: it cannot be read for another reason.
    """
    try:
        with _reading(path):
            file = h5py.File(path, "r")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file. {_remedy(Path(path))}") from error
    with file:
        yield file


def _remedy(path: Path) -> str:
    """What to do about a missing file: other jobs may have found it damaged, or the folder it belongs to."""
    for gone in (path, path.parent):
        if gone.name and set_aside_as(gone).exists():
            return f"{gone} was found damaged, and is now {set_aside_as(gone)}: call the same command again."
    return "Run the stage that writes it."


@contextmanager
def _reading(path: Path | str) -> Iterator[None]:
    """Turns what HDF5 raises on damaged bytes into DamagedStore.

    An error that the system numbers (no permission, no connection to the disk …) says nothing about the bytes and
    passes on as it is.
    """
    try:
        yield
    except (OSError, KeyError, RuntimeError, TypeError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise DamagedStore(path, error) from error


class Rows:
    """One array of an open file, read by ranges of its first axis (frames, mostly).

    Raises:
        InputError: the file has no such array.
        DamagedStore: the array's description is damaged.
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

    def __len__(self) -> int:
        return len(self._array)

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows ``start`` … ``stop - 1``, in one read.

        Raises:
            InputError: there are fewer rows.
            DamagedStore: their bytes are damaged.
        """
        if not 0 <= start <= stop <= len(self):
            raise InputError(
                f"{self.path}: {self.name} has {len(self)} rows, {start}…{stop - 1} were asked for. "
                "The files of this video do not belong together: delete them and run their stages again."
            )
        with _reading(self.path):
            return self._array[start:stop]


def attribute(file: h5py.File, name: str, kind: type[Value] = int, *, optional: bool = False) -> Value | None:
    """An attribute of an open file, as a whole number or as another ``kind`` of value; None if ``optional`` and absent.

    Raises:
        DamagedStore: there is no such attribute, or it is damaged.
    """
    with _reading(file.filename):
        if name not in file.attrs:
            if optional:
                return None
            raise DamagedStore(file.filename, f"it has no attribute {name!r}")
        return kind(file.attrs[name])


def is_current(path: Path, sources: Iterable[Path], **attributes: int | float | str) -> bool:
    """Whether a file is there, sound as far as its attributes go, no older than its sources, and has these attributes.

    A source that is missing makes it out of date.
    """
    try:
        if path.stat().st_mtime_ns < max(source.stat().st_mtime_ns for source in sources):
            return False
        with open_arrays(path) as file:
            return all(attribute(file, name, type(value)) == value for name, value in attributes.items())
    except (OSError, InputError):
        return False


def timebase_of(file: h5py.File) -> Timebase:
    """How the frames of an open file lie in time: its attributes fps and start_ms.

    Raises:
        DamagedStore: one of them is missing or damaged.
    """
    return Timebase(attribute(file, "fps", float), attribute(file, "start_ms"))

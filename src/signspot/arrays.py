"""Reading the arrays of HDF5 files, with errors that name the file and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin  # noqa: F401  registers the blosc filter
import numpy as np

from signspot.errors import InputError
from signspot.timebase import Timebase


@contextmanager
def open_arrays(path: Path | str) -> Iterator[h5py.File]:
    """An HDF5 file, open for reading.

    Raises:
        InputError: there is no such file, or it is truncated or no HDF5 file.
    """
    try:
        file = h5py.File(path, "r")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file. Run the stage that writes it.") from error
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error}). Delete it and run the stage that writes it again."
        ) from error
    with file:
        yield file


class Rows:
    """One array of an open file, read by ranges of its first axis (frames, mostly).

    Raises:
        InputError: the file has no such array.
    """

    def __init__(self, file: h5py.File, name: str) -> None:
        self.path, self.name = file.filename, name
        if name not in file:
            raise InputError(f"{self.path}: has no array {name!r}, only {', '.join(file) or 'none'}. Check the path.")
        self._array = file[name]

    def __len__(self) -> int:
        return len(self._array)

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows ``start`` … ``stop - 1``, in one read.

        Raises:
            InputError: there are fewer rows, or their bytes are damaged.
        """
        if not 0 <= start <= stop <= len(self):
            raise InputError(
                f"{self.path}: {self.name} has {len(self)} rows, {start}…{stop - 1} were asked for. "
                "The files of this video do not belong together: delete them and run their stages again."
            )
        try:
            return self._array[start:stop]
        except OSError as error:
            raise InputError(
                f"{self.path}: {self.name} is damaged ({error}). Delete it and run the stage that writes it again."
            ) from error


def attribute(file: h5py.File, name: str) -> int:
    """A whole number among the attributes of an open file.

    Raises:
        InputError: there is no such attribute.
    """
    return int(_attribute(file, name))


def timebase_of(file: h5py.File) -> Timebase:
    """How the frames of an open file lie in time: its attributes fps and start_ms.

    Raises:
        InputError: one of them is missing.
    """
    return Timebase(float(_attribute(file, "fps")), attribute(file, "start_ms"))


def _attribute(file: h5py.File, name: str) -> Any:
    if name not in file.attrs:
        raise InputError(
            f"{file.filename}: has no attribute {name!r}. Delete it and run the stage that writes it again."
        )
    return file.attrs[name]

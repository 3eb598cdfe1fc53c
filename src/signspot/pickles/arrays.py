"""Arrays and numbers of NumPy in a foreign pickle, made by this module from a checked type, shape and bytes.

NumPy's own ``dtype.__setstate__`` and ``_reconstruct`` believe what a pickle says: a forged state makes them read any
address. The classes here stand in their place and take nothing but plain numbers.
"""

import math
import pickle
from typing import Any

import numpy as np

CODES = frozenset({"i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
"""Types of numbers that are read."""
ORDERS = frozenset("<>|=")
"""Marks of the order of the bytes of a number."""
MOST_AXES = 8


class Refused(pickle.UnpicklingError):
    """Why a pickle is not read."""


class PlainType:
    """Stands for ``numpy.dtype``: a type of plain numbers.

    Args:
        code: one of :data:`CODES`.
        align, copy: what else a pickle gives; without a meaning for numbers.

    Raises:
        Refused: the code is another one.
    """

    def __init__(self, code: Any, align: Any = False, copy: Any = False) -> None:
        if type(code) is not str or code not in CODES:
            raise Refused(f"an array has a type other than {', '.join(sorted(CODES))}")
        self.dtype = np.dtype(code)

    def __setstate__(self, state: Any) -> None:
        """Takes the order of the bytes; whatever makes a type more than plain is refused."""
        if type(state) is not tuple or len(state) != 8 or any(part is not None for part in state[2:5]):
            raise Refused("the type of an array is not plain")
        if type(state[1]) is not str or state[1] not in ORDERS:
            raise Refused("the order of the bytes of an array is unknown")
        self.dtype = self.dtype.newbyteorder(state[1])


class PlainArray:
    """Stands for ``numpy.ndarray``; ``array`` is None until the state is there."""

    def __init__(self) -> None:
        self.array: np.ndarray | None = None

    def __setstate__(self, state: Any) -> None:
        """Takes the array: version, shape, type, order of the axes and bytes."""
        if type(state) is not tuple or len(state) != 5:
            raise Refused("an array has a state of an unknown form")
        _, shape, kind, is_fortran, data = state
        self.array = _array(shape, kind, data, "F" if is_fortran is True or is_fortran == 1 else "C")


def reconstruct(kind: Any, shape: Any, code: Any) -> PlainArray:
    """Stands for ``numpy.core.multiarray._reconstruct``: an array whose state is to come."""
    if kind is not PlainArray:
        raise Refused("an array is of an unknown kind")
    return PlainArray()


def from_buffer(data: Any, kind: Any, shape: Any, order: Any) -> PlainArray:
    """Stands for ``numpy.core.numeric._frombuffer``, an array in one step.

    Raises:
        Refused: type, shape and bytes do not belong together.
    """
    new = PlainArray()
    new.array = _array(shape, kind, data, "F" if type(order) is str and order == "F" else "C")
    return new


def scalar(kind: Any, data: Any) -> int | float:
    """Stands for ``numpy.core.multiarray.scalar``: a builtin number.

    Raises:
        Refused: type and bytes do not belong together.
    """
    return _array((), kind, data, "C").item()


def encode(text: Any, encoding: Any) -> bytes:
    """Stands for ``_codecs.encode``, by which Python 3 writes bytes in the old protocols.

    Raises:
        Refused: it is not used in this way.
    """
    if type(text) is not str or encoding not in ("latin1", "latin-1"):
        raise Refused("it wants to encode something else than bytes")
    return _bytes(text)


def no_bytes() -> bytes:
    """Stands for ``bytes``, by which Python 3 writes empty bytes in the old protocols."""
    return b""


STANDS_FOR = {
    **{f"{package}.multiarray._reconstruct": reconstruct for package in ("numpy.core", "numpy._core")},
    **{f"{package}.multiarray.scalar": scalar for package in ("numpy.core", "numpy._core")},
    **{f"{package}.numeric._frombuffer": from_buffer for package in ("numpy.core", "numpy._core")},
    **{"numpy.ndarray": PlainArray, "numpy.dtype": PlainType, "_codecs.encode": encode},
    **{"__builtin__.bytes": no_bytes, "builtins.bytes": no_bytes},
}
"""All names that a pickle may load, and what is taken in the place of each."""


def _array(shape: Any, kind: Any, data: Any, order: str) -> np.ndarray:
    """A new array of this machine's order of bytes."""
    if type(kind) is not PlainType or type(shape) is not tuple or len(shape) > MOST_AXES:
        raise Refused("an array has no plain type or shape")
    if not all(type(side) is int and side >= 0 for side in shape):
        raise Refused("the shape of an array is not of whole numbers")
    data = _bytes(data)
    if math.prod(shape) * kind.dtype.itemsize != len(data):
        raise Refused("the shape of an array does not fit its bytes")
    if shape and shape[0] > len(data):
        raise Refused("an array has rows without any number")
    try:
        array = np.frombuffer(data, kind.dtype).reshape(shape, order=order)
    except ValueError as error:
        raise Refused("the shape of an array is too large") from error
    return array.astype(kind.dtype.newbyteorder("="))


def _bytes(data: Any) -> bytes | bytearray:
    """Bytes; Python 2 wrote them as a string."""
    if type(data) is str:
        try:
            return data.encode("latin1")
        except UnicodeEncodeError as error:
            raise Refused("a text stands where bytes are expected") from error
    if type(data) not in (bytes, bytearray):
        raise Refused("an array has no bytes")
    return data

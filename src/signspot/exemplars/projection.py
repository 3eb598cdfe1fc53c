"""The projection of hand descriptors that is shipped with signspot; ``make projection`` makes it again."""

from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("projection.npy")


@cache
def projection() -> np.ndarray:
    """The shipped projection, float32 (2, 46, D): of the right and of the left hand."""
    return np.load(FILE, allow_pickle=False)


def project(hands: np.ndarray) -> np.ndarray:
    """Projects descriptors (T, 2, 46) of both hands: float32 (T, 2, D), in which unrelated people differ by about 1."""
    return np.einsum("thi,hid->thd", hands, projection()).astype(np.float32)

"""Two searches as one: the mean of what recognised signs and the common space say."""

import numpy as np

from signspot.errors import InputError


def combined(recognition: np.ndarray, common_space: np.ndarray) -> np.ndarray:
    """The mean of both similarities, float64 (texts, videos); neither is weighted or rescaled.

    Args:
        recognition: float (texts, videos), see :func:`signspot.retrieval.words.similarities`.
        common_space: float (texts, videos), cosines of the common space.

    Raises:
        InputError: the two are not of the same texts and videos.
    """
    if recognition.shape != common_space.shape:
        raise InputError(
            f"the similarities by recognised signs are of {recognition.shape[0]} texts and {recognition.shape[1]} "
            f"videos, those of the common space of {common_space.shape[0]} and {common_space.shape[1]}. "
            "Compute both for the same sentences."
        )
    return (recognition.astype(float) + common_space.astype(float)) / 2

"""How the windows of a video become the probabilities of its frames: a mean, made while the windows come."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np


def window_means(
    windows: Iterable[tuple[int, Sequence[np.ndarray]]], length: int, first: int, last: int
) -> Iterator[np.ndarray]:
    """The mean probabilities of each frame over all windows that it lies in.

    Each frame is given as soon as no window to come can hold it; so ``length`` frames are in memory, however long the
    video is.

    Args:
        windows: start and probabilities of each level, (steps, K), in the order of
            :func:`signspot.clips.window.window_starts`. A step stands for ``length / steps`` frames.
        length: of the windows, in frames.
        first, last: usable range of the video, inclusive frames.

    Yields:
        float32 (n, levels, K), of the n frames that follow those before; together all of the usable range.

    Raises:
        ValueError: a window begins before the one before it, or a frame lies in no window.
    """
    total, count, begin = np.zeros((length, 1, 1)), np.zeros(length, int), first
    for start, levels in windows:
        frames = np.stack([level.repeat(length // len(level), 0) for level in levels], 1)
        if start > begin:
            yield _means(total, count, start - begin)
        total, count = (_moved(array, start - begin) for array in (total, count))
        total, count, begin = total + frames, count + 1, start
    if last >= begin:
        yield _means(total, count, last + 1 - begin)


def _means(total: np.ndarray, count: np.ndarray, frames: int) -> np.ndarray:
    """The means of the first frames that are held."""
    if frames > len(count) or not count[:frames].all():
        raise ValueError("expected windows that hold every frame of the video")
    return (total[:frames] / count[:frames, None, None]).astype(np.float32)


def _moved(held: np.ndarray, frames: int) -> np.ndarray:
    """Without so many first frames, and with zeros for as many that follow."""
    if frames < 0:
        raise ValueError("expected windows in the order of their starts")
    return np.concatenate([held[frames:], np.zeros_like(held[:frames])])

"""Flow stores: the flow of a video as 8-bit levels, one compressed chunk per frame.

As published, 8 bits cover ±20 px. Unlike published, no motion has a level of its own, 128, and does not lie between two
levels. TV-L1 leaves motions of a thousandth of a pixel where nothing moves. Between two levels, the sign of such a
motion would decide between 127 and 128: noise of 0.08 px that takes half of the file.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import hdf5plugin
import numpy as np

from signspot import __version__
from signspot.arrays import Rows, attribute, new_arrays, new_rows, open_arrays, write_attributes
from signspot.errors import DamagedStore, InputError
from signspot.flow.engines import Engine, open_engine
from signspot.video.store import FrameStore

log = logging.getLogger(__name__)

BOUND = 20.0
"""Largest motion kept, in px per frame."""
ZERO = 128
"""Level of no motion."""
STEPS = 127
"""Number of levels between no motion and the bound; all levels are 1 … 255."""
COMPRESSION = hdf5plugin.Blosc(cname="zstd", clevel=5, shuffle=hdf5plugin.Blosc.NOSHUFFLE)
"""Levels are smooth bytes: to shuffle their bits makes the file larger by half, and slower to read."""
BLOCK = 128
"""Number of pairs of frames at a time, which keeps a GPU busy."""


def quantise(flow: np.ndarray) -> np.ndarray:
    """Flow in px -> uint8 levels: -20 … 20 px become 1 … 255, symmetric about 128; halves are rounded to even."""
    return (np.round(np.clip(flow, -BOUND, BOUND) * (STEPS / BOUND)) + ZERO).astype(np.uint8)


def dequantise(levels: np.ndarray) -> np.ndarray:
    """uint8 levels -> float32 flow in px, with an error of at most half a level (0.08 px) within the bound."""
    return (levels.astype(np.float32) - ZERO) * np.float32(BOUND / STEPS)


def write_flow(frames: Path | str, out: Path | str, size: int = 256, engine: str = "cpu", threads: int = 1) -> None:
    """Writes the TV-L1 flow of a frame store to a flow store. Memory does not grow with the length of the video.

    ``out`` gets:

    - ``flow`` uint8 (frames - 1, 2, size, size): row i is the motion from frame i to frame i + 1, as levels. The motion
      is (u, v), to the right and down, in px of a frame of side ``size``;
    - attributes: size, bound (in px), zero (the level of no motion), engine, signspot.

    Args:
        frames: the frame store of a video.
        out: the flow store to write.
        size: side of the frames between which the flow is computed, in px.
        engine: ``cpu``, ``cuda`` or ``opencv``, see :mod:`signspot.flow.engines`.
        threads: number of pairs computed at the same time on the CPU.

    Raises:
        InputError: the frame store is missing, damaged or empty.
    """
    with FrameStore(frames) as store, open_engine(engine, threads) as flow_of:
        pairs = len(store) - 1
        if pairs < 0:
            raise InputError(f"{frames}: holds no frame. Check the video and run the crop stage again.")
        with new_arrays(out) as file:
            write_attributes(
                file, {"size": size, "bound": BOUND, "zero": ZERO, "engine": engine, "signspot": __version__}
            )
            levels = new_rows(file, "flow", (pairs, 2, size, size), np.uint8, chunk=1, compression=COMPRESSION)
            for i, row in enumerate(_levels(_grey_blocks(store, size), flow_of)):
                levels[i] = row
    log.info("%s: flow of %d pairs of frames at %d px (%s)", out, pairs, size, engine)


def _grey_blocks(store: FrameStore, size: int) -> Iterator[list[np.ndarray]]:
    """The frames in grey, uint8 (size, size), in blocks whose last frame is the first of the next block."""
    for start in range(0, len(store) - 1, BLOCK):
        block = store.read(start, min(start + BLOCK + 1, len(store)))
        yield [_resized(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), size) for frame in block]


def _resized(grey: np.ndarray, size: int) -> np.ndarray:
    return grey if grey.shape == (size, size) else cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA)


def _levels(blocks: Iterator[list[np.ndarray]], flow_of: Engine) -> Iterator[np.ndarray]:
    for block in blocks:
        yield from map(quantise, flow_of(block))


class FlowStore:
    """A flow store, open for reading: ``with FlowStore(path) as flow: flow.read(0, 8)``.

    Raises:
        InputError: the file is missing or no flow store.
        DamagedStore: the file is damaged, or its level of no motion is not ``ZERO``.
    """

    def __init__(self, path: Path | str) -> None:
        with ExitStack() as stack:
            file = stack.enter_context(open_arrays(path))
            self._rows = Rows(file, "flow")
            if attribute(file, "zero") != ZERO:
                raise DamagedStore(path, f"its level of no motion is not {ZERO}")
            self._file = stack.pop_all()

    def __enter__(self) -> "FlowStore":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        """Number of pairs of frames, one less than the frames of the video."""
        return len(self._rows)

    def read(self, start: int, stop: int) -> np.ndarray:
        """Levels uint8 (stop - start, 2, S, S): (u, v) from each frame ``start`` … ``stop - 1`` to the next.

        Raises:
            InputError: the store has fewer pairs.
            DamagedStore: the flow of a pair is damaged.
        """
        return self._rows.read(start, stop)

"""All clips of the grid, with and without a sign."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from signspot.clips.sampling import Clips, grid_clips
from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels


class All:
    """All clips of the grid."""

    redrawn: ClassVar[bool] = False

    def __call__(self, videos: Sequence[FrameLabels], window: Window, _rng: np.random.Generator) -> Clips:
        return grid_clips(videos, window)


def all() -> All:
    """One clip every stride, with its most frequent label; published: the second training of an expert."""
    return All()

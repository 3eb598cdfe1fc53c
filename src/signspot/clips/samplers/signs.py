"""The clips of the grid that show a sign."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from signspot.clips.sampling import Clips, grid_clips
from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels


class SignClips:
    """The clips of the grid whose label is a sign."""

    redrawn: ClassVar[bool] = False

    def __call__(self, videos: Sequence[FrameLabels], window: Window, _rng: np.random.Generator) -> Clips:
        clips = grid_clips(videos, window)
        return clips.only(clips.label > 0)


def signs() -> SignClips:
    """The clips, one every stride, whose most frequent label is a sign; published: the first training of an expert."""
    return SignClips()

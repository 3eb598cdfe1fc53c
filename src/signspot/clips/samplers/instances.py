"""One clip for every sign, as for the recognition of isolated signs."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from signspot.clips.sampling import Clips, whole_signs
from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels

SINGLE_SIGNS = True
"""Each clip shows one sign, so that what learns from it can name single signs."""


class Instances:
    """One clip of every whole sign, whatever their lengths; the window tells how it is cut."""

    redrawn: ClassVar[bool] = False

    def __call__(self, videos: Sequence[FrameLabels], window: Window, _rng: np.random.Generator) -> Clips:
        video, class_id, first, last = whole_signs(videos)
        start = (first + last + 1) // 2 - window.length // 2
        return Clips(video, start, class_id + 1, np.stack([first, last], 1))


def instances() -> Instances:
    """One clip of the length of the window for every annotated sign, cut as ``sign`` of the window tells."""
    return Instances()

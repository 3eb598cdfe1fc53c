"""Random windows about signs, every class as often as the others."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from signspot.clips.sampling import Clips, whole_signs
from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels


class Windows:
    """Per epoch as many windows as there are signs, each about a random frame of a random sign."""

    redrawn: ClassVar[bool] = True

    def __call__(self, videos: Sequence[FrameLabels], window: Window, rng: np.random.Generator) -> Clips:
        signs = whole_signs(videos)
        if not len(signs.video):
            return Clips(signs.video, signs.first, signs.class_id)
        weight = 1 / np.bincount(signs.class_id)[signs.class_id]
        drawn = rng.choice(len(weight), len(weight), p=weight / weight.sum())
        video, class_id, first, last = (array[drawn] for array in signs)
        # The last frame of a sign is no middle of a window, as published, unless it is the only one.
        middle = rng.integers(first, np.maximum(last, first + 1), dtype=np.int32)
        return Clips(video, _kept_inside(middle - window.length // 2, video, videos, window.length), class_id + 1)


def _kept_inside(start: np.ndarray, video: np.ndarray, videos: Sequence[FrameLabels], length: int) -> np.ndarray:
    """Starts moved so that windows lie in the usable range; a window longer than the range begins with it."""
    ranges = np.array([(one.first, one.last + 1 - length) for one in videos], np.int32)
    earliest, latest = ranges[video].T
    return np.maximum(np.minimum(start, latest), earliest)


def windows() -> Windows:
    """Random windows about signs, drawn anew in each epoch; a sign counts by one over the number of signs of its class.

    As in "Hierarchical I3D for Sign Spotting" (2022, https://arxiv.org/abs/2210.00951), but windows stay in the video.
    """
    return Windows()

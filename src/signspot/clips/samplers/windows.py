"""Random windows, most of them about signs, every class as often as the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from signspot.clips.sampling import Clips, whole_signs
from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels

RANGES = {"rsp": (0, 1)}


@dataclass(frozen=True)
class Windows:
    """Per epoch as many windows as there are signs, about a random frame of a random sign or anywhere in its video.

    Args:
        rsp: share of the windows that lie anywhere; their label is that of the frame in their middle.
    """

    rsp: float
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
        earliest, latest = _starts_inside(videos, window.length)[video].T
        start, label = np.clip(middle - window.length // 2, earliest, latest), class_id + 1
        for number in np.flatnonzero(rng.random(len(video)) < self.rsp):
            one = videos[video[number]]
            start[number] = rng.integers(earliest[number], latest[number], endpoint=True)
            label[number] = one.label[min(start[number] + window.length // 2, one.last) - one.first]
        return Clips(video, start, label)


def _starts_inside(videos: Sequence[FrameLabels], length: int) -> np.ndarray:
    """First and last start of a window that lies in the usable range of each video, int32 (n, 2); a window longer than
    the range begins with it."""
    return np.array([(one.first, max(one.last + 1 - length, one.first)) for one in videos], np.int32)


def windows(*, rsp: float = 0.0) -> Windows:
    """Random windows, drawn anew in each epoch; a sign counts by one over the number of signs of its class.

    As in "Hierarchical I3D for Sign Spotting" (2022, https://arxiv.org/abs/2210.00951), but windows stay in the video.

    Args:
        rsp: share of the windows that lie anywhere in the video, not about a sign; published: 0, 0.1 and 0.5. With more
            of them, precision rises and recall falls.
    """
    return Windows(rsp)

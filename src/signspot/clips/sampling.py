"""What a sampler is: from the frame labels of videos to labelled clips."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels
from signspot.labels.views import clip_labels, instances


class Clips(NamedTuple):
    """Labelled clips, each array int32 (n,) unless told.

    Args:
        video: number of the video of each clip.
        start: its first frame; frames outside the usable range are padding, but some lie in it.
        label: 0 the background, c + 1 the sign of class id c.
        sign: the first and the last frame of the sign that a clip is cut about, (n, 2); None if clips are whatever
            frames follow their first one.
    """

    video: np.ndarray
    start: np.ndarray
    label: np.ndarray
    sign: np.ndarray | None = None

    def only(self, chosen: np.ndarray) -> "Clips":
        """The clips that a mask or indices choose."""
        return Clips(*(None if array is None else array[chosen] for array in self))


class Sampler(Protocol):
    """Chooses clips."""

    redrawn: ClassVar[bool]
    """Whether each epoch has other clips, of the same number."""

    def __call__(self, videos: Sequence[FrameLabels], window: Window, rng: np.random.Generator) -> Clips:
        """The clips of an epoch.

        Args:
            videos: labels of each video.
            window: length of the clips, and their stride if they lie on a grid.
            rng: of the epoch.
        """


class Signs(NamedTuple):
    """The whole signs of videos, each array int32 (n,): number of the video, class id, first and last frame."""

    video: np.ndarray
    class_id: np.ndarray
    first: np.ndarray
    last: np.ndarray


def grid_clips(videos: Sequence[FrameLabels], window: Window) -> Clips:
    """All clips of the grid of a window, one every stride, with their most frequent label."""
    parts = [(np.empty(0, np.int32),) * 3]
    for number, one in enumerate(videos):
        labels = clip_labels(one.label, window.stride, window.length)
        starts = window.start(one.first, np.arange(len(labels), dtype=np.int32))
        parts.append((np.full_like(labels, number), starts, labels))
    return Clips(*map(np.concatenate, zip(*parts, strict=True)))


def whole_signs(videos: Sequence[FrameLabels]) -> Signs:
    """All signs of videos, in order."""
    found = [(number, *sign) for number, one in enumerate(videos) for sign in instances(one.label, one.first)]
    return Signs(*np.array(found, np.int32).reshape(-1, 4).T)

"""One clip about a random frame of every sign."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from signspot.clips.sampling import Clips, whole_signs
from signspot.clips.window import Window
from signspot.labels.frames import FrameLabels

SINGLE_SIGNS = True
"""Each clip shows one sign, so that what learns from it can name single signs."""


class InnerFrames:
    """One clip of every whole sign, about a frame of the sign that is drawn anew in each epoch."""

    redrawn: ClassVar[bool] = True

    def __call__(self, videos: Sequence[FrameLabels], window: Window, rng: np.random.Generator) -> Clips:
        video, class_id, first, last = whole_signs(videos)
        middle = rng.integers(first, last, endpoint=True, dtype=np.int32)
        return Clips(video, middle - window.length // 2, class_id + 1)


def inner() -> InnerFrames:
    """Successive frames about a random frame of every sign, whatever ``sign`` of the window tells.

    For the sign embeddings of a search by text, and for pseudo labels, whose frames are the possible middles of clips;
    see :mod:`signspot.retrieval.pseudo_labels`.
    """
    return InnerFrames()

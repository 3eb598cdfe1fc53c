"""What a recogniser says of clips, each of which shows one sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import softmax

from signspot.clips.sampling import Signs
from signspot.labels.frames import FrameLabels
from signspot.predictions import require_finite
from signspot.stores import VideoFiles

CLIP = ["video", "start_ms", "end_ms", "sign"]
"""What tells a clip from others."""


@dataclass(frozen=True)
class Recognitions:
    """What a recogniser says of clips.

    Args:
        clips: of each clip its video, start_ms, end_ms (exclusive), and sign as the vocabulary spells it; "": unknown.
        signs: the vocabulary, gloss by class id. There is no background.
        logits: float (n, C), the output for each clip before the soft-max.

    Raises:
        NotFinite: a logit is NaN or infinite.
        ValueError: there are not as many rows as clips, or not as many columns as signs.
    """

    clips: pd.DataFrame
    signs: tuple[str, ...]
    logits: np.ndarray

    def __post_init__(self) -> None:
        if self.logits.shape != (len(self.clips), len(self.signs)):
            raise ValueError(f"{len(self.clips)} clips and {len(self.signs)} signs, but logits {self.logits.shape}")
        require_finite(self.logits, "the recogniser")

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def label(self) -> np.ndarray:
        """The class id of each clip, int64 (n,); -1 if its sign is unknown or outside the vocabulary."""
        return self.clips["sign"].map(self.class_ids).fillna(-1).to_numpy(np.int64)

    @property
    def class_ids(self) -> Mapping[str, int]:
        """Class id by gloss."""
        return {sign: class_id for class_id, sign in enumerate(self.signs)}

    @property
    def probability(self) -> np.ndarray:
        """The soft-max of the logits, float64 (n, C)."""
        return softmax(self.logits.astype(np.float64), axis=1)

    def labelled(self) -> Recognitions:
        """The clips whose sign is in the vocabulary: those that can be scored."""
        known = self.label >= 0
        return replace(self, clips=self.clips[known].reset_index(drop=True), logits=self.logits[known])


def clips_of(
    signs: Signs, videos: Sequence[VideoFiles], labels: Sequence[FrameLabels], vocabulary: Sequence[str]
) -> pd.DataFrame:
    """Video, start_ms, end_ms and sign of signs, as :class:`Recognitions` takes them.

    Args:
        signs: of the videos.
        videos, labels: in the order by which the signs number them.
        vocabulary: gloss by class id.
    """
    found = [
        (videos[video].video, *labels[video].timebase.ms_of(first, last), vocabulary[class_id])
        for video, class_id, first, last in zip(*(array.tolist() for array in signs), strict=True)
    ]
    return pd.DataFrame(found, columns=CLIP).astype({"start_ms": np.int64, "end_ms": np.int64})

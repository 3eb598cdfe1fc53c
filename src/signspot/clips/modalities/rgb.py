"""The crop in colour."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from signspot.clips import transforms
from signspot.clips.modalities.images import Images, happens
from signspot.clips.modality import Reader
from signspot.stores import VideoFiles
from signspot.video.store import FrameStore

GIVES = "images"
STORES = ("crops",)
RANGES = {
    "input_size": (1, 1024),
    "crop_fraction": (0, 1),
    "colour_jitter": (0, 10),
    "jitter_share": (0, 1),
    "grey_share": (0, 1),
    "rotate_deg": (0, 360),
    "rotate_share": (0, 1),
}
FRAME_BYTES = 196608


@dataclass(frozen=True)
class Rgb(Images):
    """The crop in colour; the fields are the options of :func:`rgb`."""

    colour_jitter: float
    jitter_share: float
    grey_share: float
    channels: ClassVar[int] = 3
    stores: ClassVar[tuple[str, ...]] = STORES

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.colour_jitter < 0 or not 0 <= self.jitter_share <= 1 or not 0 <= self.grey_share <= 1:
            raise ValueError("expected colour_jitter of 0 or more, jitter_share and grey_share from 0 to 1")

    def open(self, files: VideoFiles) -> AbstractContextManager[Reader]:
        return FrameStore(files.crops)

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        frames = super().augment(raw, rng)
        if self.colour_jitter and happens(self.jitter_share, rng):
            frames = transforms.colour_jitter(frames, self.colour_jitter, rng)
        return transforms.grey(frames) if happens(self.grey_share, rng) else frames


def rgb(
    *,
    input_size: int = 224,
    crop_fraction: float = 224 / 256,
    colour_jitter: float = 0.0,
    jitter_share: float = 1.0,
    grey_share: float = 0.0,
    rotate_deg: float = 0.0,
    rotate_share: float = 1.0,
) -> Rgb:
    """The crop in colour.

    Args:
        input_size: side of the tensor's images, in px.
        crop_fraction: side of the crop, as a part of the stored side; published: 224 of 256 px.
        colour_jitter: strength of changed light and colour in training, for signers and rooms never seen; published: 0.
        jitter_share: share of the clips whose light and colour are changed.
        grey_share: share of the clips without colour in training.
        rotate_deg: turned by up to this angle in training, either way; what comes in from outside is black.
        rotate_share: share of the clips that are turned.

    Raises:
        ValueError: a value is out of its range.
    """
    return Rgb(input_size, crop_fraction, rotate_deg, rotate_share, colour_jitter, jitter_share, grey_share)

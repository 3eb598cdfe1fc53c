"""The crop in colour, black but for a box about each hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from signspot.arrays import Rows, open_arrays
from signspot.clips import transforms
from signspot.clips.modalities.rgb import Rgb
from signspot.clips.modality import Reader
from signspot.pose.skeleton import BODY, HAND
from signspot.stores import VideoFiles
from signspot.video.store import FrameStore

GIVES = "images"
STORES = ("crops", "poses")
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

HAND_BOX = 64
"""Side of the box kept about a hand, in px of the stored crop."""
HANDS = (slice(len(BODY), len(BODY) + len(HAND)), slice(len(BODY) + len(HAND), len(BODY) + 2 * len(HAND)))
"""Joints of the left and of the right hand."""


@dataclass(frozen=True)
class Hands(Rgb):
    """The crop in colour, black but for a box about the mean of each hand's joints."""

    stores: ClassVar[tuple[str, ...]] = STORES

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with FrameStore(files.crops) as frames, open_arrays(files.poses) as pose:
            yield _HandFrames(frames, Rows(pose, "joints"))


@dataclass(frozen=True)
class _HandFrames:
    frames: FrameStore
    joints: Rows

    def read(self, start: int, stop: int) -> np.ndarray:
        joints = self.joints.read(start, stop)[..., :2].astype(np.float64)
        centres = np.stack([joints[:, hand].mean(1) for hand in HANDS], axis=1)
        return transforms.keep_boxes(self.frames.read(start, stop), centres, HAND_BOX)


def hands(
    *,
    input_size: int = 224,
    crop_fraction: float = 224 / 256,
    colour_jitter: float = 0.0,
    jitter_share: float = 1.0,
    grey_share: float = 0.0,
    rotate_deg: float = 0.0,
    rotate_share: float = 1.0,
) -> Hands:
    """The crop in colour, black but for a box about each hand; the options are those of
    :func:`signspot.clips.modalities.rgb.rgb`.

    Args:
        input_size, crop_fraction, colour_jitter, jitter_share, grey_share, rotate_deg, rotate_share: as for
            :func:`signspot.clips.modalities.rgb.rgb`.

    Raises:
        ValueError: a value is out of its range.
    """
    return Hands(input_size, crop_fraction, rotate_deg, rotate_share, colour_jitter, jitter_share, grey_share)

"""The joints of body and hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from signspot.arrays import Rows, open_arrays
from signspot.clips.modality import Reader
from signspot.pose.skeleton import flip
from signspot.pose.skeleton import relative as relative_joints
from signspot.stores import VideoFiles

if TYPE_CHECKING:
    from torch import Tensor

GIVES = "skeleton"
STORES = ("poses",)
RANGES = {"rotate_deg": (0, 360), "scale": (0, 1), "shift": (0, 100), "noise": (0, 100)}
FRAME_BYTES = 684

FLIP_PROBABILITY = 0.5


@dataclass(frozen=True)
class Skeleton:
    """57 joints, normalised (n, 57, 3); the fields are the options of :func:`skeleton`."""

    relative: bool
    rotate_deg: float
    scale: float
    shift: float
    noise: float
    stores: ClassVar[tuple[str, ...]] = STORES

    def __post_init__(self) -> None:
        if min(self.rotate_deg, self.shift, self.noise) < 0 or not 0 <= self.scale < 1:
            raise ValueError("expected rotate_deg, shift and noise of 0 or more, scale from 0 to less than 1")

    @property
    def channels(self) -> int:
        return 6 if self.relative else 3

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with open_arrays(files.poses) as pose:
            yield Rows(pose, "skeleton")

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        joints = flip(raw) if rng.random() < FLIP_PROBABILITY else raw
        angle = np.radians(rng.uniform(-self.rotate_deg, self.rotate_deg))
        turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        moved = joints @ turn * (1 + rng.uniform(-self.scale, self.scale))
        moved[..., :2] += rng.uniform(-self.shift, self.shift, 2)
        moved += rng.normal(0, self.noise, moved.shape)
        return moved.astype(np.float32)

    def centre(self, raw: np.ndarray) -> np.ndarray:
        return raw

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        joints = np.concatenate([raw, relative_joints(raw)], axis=-1) if self.relative else raw
        return np.ascontiguousarray(joints.transpose(2, 0, 1)[..., None], np.float32)

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.clone()


def skeleton(
    *,
    relative: bool = False,
    rotate_deg: float = 0.0,
    scale: float = 0.0,
    shift: float = 0.0,
    noise: float = 0.0,
) -> Skeleton:
    """57 joints; all options but ``relative`` jitter the whole clip in training (published: 0).

    Args:
        relative: three more channels, each joint relative to its own wrist or shoulder.
        rotate_deg: turned in the image plane by up to this angle, either way.
        scale: enlarged or shrunk by up to this part.
        shift: moved in x and in y by up to this, in units of two shoulder widths.
        noise: standard deviation added to each coordinate of each frame, in the same units.

    Raises:
        ValueError: a value is out of its range.
    """
    return Skeleton(relative, rotate_deg, scale, shift, noise)

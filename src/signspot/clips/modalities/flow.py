"""Optical flow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from signspot.clips import transforms
from signspot.clips.modalities.images import Images
from signspot.clips.modality import Reader
from signspot.flow.store import STEPS, ZERO, FlowStore
from signspot.stores import VideoFiles

if TYPE_CHECKING:
    from torch import Tensor

GIVES = "images"
STORES = ("flow",)
RANGES = {"input_size": (1, 1024), "crop_fraction": (0, 1), "rotate_deg": (0, 360), "rotate_share": (0, 1)}
FRAME_BYTES = 131072


@dataclass(frozen=True)
class Flow(Images):
    """Optical flow (u, v) as 8-bit levels; the tensor is the part of the bound, as published: ±20 px are ±1."""

    channels: ClassVar[int] = 2
    stores: ClassVar[tuple[str, ...]] = STORES

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with FlowStore(files.flow) as store:
            yield _FlowFrames(store)

    def _flipped(self, raw: np.ndarray) -> np.ndarray:
        return transforms.mirror_flow(raw)

    def _rotated(self, raw: np.ndarray, degrees: float) -> np.ndarray:
        return transforms.rotate_flow(raw, degrees)

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.float().sub_(ZERO).div_(STEPS)


@dataclass(frozen=True)
class _FlowFrames:
    """The last frame of a video has no flow: where it is asked for, one row less comes back."""

    store: FlowStore

    def read(self, start: int, stop: int) -> np.ndarray:
        frames = len(self.store) + 1
        return self.store.read(start, stop - 1 if stop == frames else stop).transpose(0, 2, 3, 1)


def flow(
    *, input_size: int = 224, crop_fraction: float = 224 / 256, rotate_deg: float = 0.0, rotate_share: float = 1.0
) -> Flow:
    """Optical flow.

    Args:
        input_size: side of the tensor's images, in px.
        crop_fraction: side of the crop, as a part of the stored side; published: 224 of 256 px.
        rotate_deg: turned by up to this angle in training, either way, and the motions with the picture.
        rotate_share: share of the clips that are turned.

    Raises:
        ValueError: a value is out of its range.
    """
    return Flow(input_size, crop_fraction, rotate_deg, rotate_share)

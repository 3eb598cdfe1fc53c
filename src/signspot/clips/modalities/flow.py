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
from signspot.clips.positions import flow_stacks
from signspot.flow.store import STEPS, ZERO, FlowStore
from signspot.stores import VideoFiles

if TYPE_CHECKING:
    from torch import Tensor

GIVES = "images"
STORES = ("flow",)
RANGES = {
    "input_size": (1, 1024),
    "crop_fraction": (0, 1),
    "rotate_deg": (0, 360),
    "rotate_share": (0, 1),
    "stack": (1, 100),
}
FRAME_BYTES = 131072


@dataclass(frozen=True)
class Flow(Images):
    """Optical flow as 8-bit levels, channels u0 v0 u1 v1 …; the tensor is the part of the bound: ±20 px are ±1.

    Args:
        stack: flow frames that each frame shows, its own and those after it.
    """

    stack: int = 1
    stores: ClassVar[tuple[str, ...]] = STORES

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.stack < 1:
            raise ValueError("expected stack of 1 or more")

    @property
    def channels(self) -> int:
        return 2 * self.stack

    @contextmanager
    def open(self, files: VideoFiles) -> Iterator[Reader]:
        with FlowStore(files.flow) as store:
            yield _FlowFrames(store) if self.stack == 1 else _FlowStacks(store, self.stack)

    def _flipped(self, raw: np.ndarray) -> np.ndarray:
        return transforms.mirror_flow(raw)

    def _rotated(self, raw: np.ndarray, degrees: float) -> np.ndarray:
        pairs = np.split(raw, self.stack, axis=-1)
        return np.concatenate([transforms.rotate_flow(pair, degrees) for pair in pairs], axis=-1)

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.float().sub_(ZERO).div_(STEPS)


@dataclass(frozen=True)
class _FlowFrames:
    """The last frame of a video has no flow: where it is asked for, one row less comes back."""

    store: FlowStore

    def read(self, start: int, stop: int) -> np.ndarray:
        frames = len(self.store) + 1
        return self.store.read(start, stop - 1 if stop == frames else stop).transpose(0, 2, 3, 1)


@dataclass(frozen=True)
class _FlowStacks:
    """Every frame with the flow of those after it; at the end of a video the last flow is repeated.

    Where there is no flow at all, in a video of one frame, no row comes back.
    """

    store: FlowStore
    stack: int

    def read(self, start: int, stop: int) -> np.ndarray:
        frames = len(self.store)
        begin = max(min(start, frames - 1), 0)
        levels = self.store.read(begin, max(stop - 1, min(stop - 1 + self.stack, frames)))
        rows = flow_stacks(np.arange(start, stop if frames else start), frames, self.stack)
        stacks = levels[rows - begin]
        return np.moveaxis(stacks, (1, 2), (3, 4)).reshape(len(rows), *levels.shape[2:], 2 * self.stack)


def flow(
    *,
    input_size: int = 224,
    crop_fraction: float = 224 / 256,
    rotate_deg: float = 0.0,
    rotate_share: float = 1.0,
    stack: int = 1,
) -> Flow:
    """Optical flow.

    Args:
        input_size: side of the tensor's images, in px.
        crop_fraction: side of the crop, as a part of the stored side; published: 224 of 256 px.
        rotate_deg: turned by up to this angle in training, either way, and the motions with the picture.
        rotate_share: share of the clips that are turned.
        stack: flow frames that each frame shows, its own and those after it; published for StepNet: 5. With more than
            one, the last flow stands for that of the last frame, which has none.

    Raises:
        ValueError: a value is out of its range.
    """
    return Flow(input_size, crop_fraction, rotate_deg, rotate_share, stack)

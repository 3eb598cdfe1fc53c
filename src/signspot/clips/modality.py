"""What a modality is: how frames of one kind are cut from the stores of a video."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

from signspot.stores import VideoFiles

if TYPE_CHECKING:
    from torch import Tensor


class Reader(Protocol):
    """A modality's open stores of one video."""

    def read(self, start: int, stop: int) -> np.ndarray:
        """The raw frames ``start`` … ``stop - 1``, which must lie in the video; the first axis is time.

        Raises:
            InputError: a store is damaged or ends before ``stop``.
        """


class Modality(Protocol):
    """How to cut clips.

    Raw frames become what a loader gives through ``augment`` (in training) or ``centre``, then ``tensor``; on the
    network's device this becomes its input through ``normalised``. Images travel as bytes, a quarter of their floats.
    """

    stores: ClassVar[tuple[str, ...]]
    """The stores that are read, as :class:`VideoFiles` calls them."""

    @property
    def channels(self) -> int:
        """Channels of the tensor."""

    def open(self, files: VideoFiles) -> AbstractContextManager[Reader]:
        """Opens the stores of a video; raises InputError if one is missing or damaged."""

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A variant for training, the same for all frames of the clip; ``raw`` is left as it is."""

    def centre(self, raw: np.ndarray) -> np.ndarray:
        """The view of the frames outside training, each for itself."""

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        """Such frames as uint8 (channels, n, height, width), or as float32 (channels, n, joints, 1)."""

    def normalised(self, frames: Tensor) -> Tensor:
        """A new float32 of what ``tensor`` gives, on its device; leading dimensions, as of a batch, are kept."""

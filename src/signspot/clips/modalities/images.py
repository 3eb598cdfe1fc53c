"""What all modalities of images share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signspot.clips import transforms

if TYPE_CHECKING:
    from torch import Tensor

FLIP_PROBABILITY = 0.5


@dataclass(frozen=True)
class Images:
    """Square images: a crop, random in training, resized to ``input_size`` px.

    Args:
        input_size: side of the tensor's images, in px.
        crop_fraction: side of the crop, as a part of the stored side.
    """

    input_size: int
    crop_fraction: float

    def __post_init__(self) -> None:
        if self.input_size < 1 or not 0 < self.crop_fraction <= 1:
            raise ValueError("expected input_size of 1 or more and crop_fraction above 0, at most 1")

    def _crop_size(self, raw: np.ndarray) -> int:
        return round(min(raw.shape[1:3]) * self.crop_fraction)

    def _flipped(self, raw: np.ndarray) -> np.ndarray:
        return transforms.mirror(raw)

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        cropped = transforms.random_crop(raw, self._crop_size(raw), rng)
        return self._flipped(cropped) if rng.random() < FLIP_PROBABILITY else cropped

    def centre(self, raw: np.ndarray) -> np.ndarray:
        return transforms.centre_crop(raw, self._crop_size(raw))

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(transforms.resize(raw, self.input_size).transpose(3, 0, 1, 2))

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.float().div_(127.5).sub_(1)

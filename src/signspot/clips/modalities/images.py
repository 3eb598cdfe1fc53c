"""What all modalities of images share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signspot.clips import transforms

if TYPE_CHECKING:
    from torch import Tensor

FLIP_PROBABILITY = 0.5


def happens(share: float, rng: np.random.Generator) -> bool:
    """Whether something happens that does so in a share of the clips; if that is 0 or 1, no number is drawn."""
    return share == 1 or (share > 0 and bool(rng.random() < share))


@dataclass(frozen=True)
class Images:
    """Square images: a crop, random in training, resized to ``input_size`` px.

    Args:
        input_size: side of the tensor's images, in px.
        crop_fraction: side of the crop, as a part of the stored side.
        rotate_deg: turned by up to this angle in training, either way.
        rotate_share: share of the clips that are turned.
    """

    input_size: int
    crop_fraction: float
    rotate_deg: float
    rotate_share: float

    def __post_init__(self) -> None:
        if self.input_size < 1 or not 0 < self.crop_fraction <= 1:
            raise ValueError("expected input_size of 1 or more and crop_fraction above 0, at most 1")
        if self.rotate_deg < 0 or not 0 <= self.rotate_share <= 1:
            raise ValueError("expected rotate_deg of 0 or more and rotate_share from 0 to 1")

    def _crop_size(self, raw: np.ndarray) -> int:
        return round(min(raw.shape[1:3]) * self.crop_fraction)

    def _flipped(self, raw: np.ndarray) -> np.ndarray:
        return transforms.mirror(raw)

    def _rotated(self, raw: np.ndarray, degrees: float) -> np.ndarray:
        return transforms.rotate(raw, degrees)

    def augment(self, raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        if self.rotate_deg and happens(self.rotate_share, rng):
            raw = self._rotated(raw, rng.uniform(-self.rotate_deg, self.rotate_deg))
        cropped = transforms.random_crop(raw, self._crop_size(raw), rng)
        return self._flipped(cropped) if happens(FLIP_PROBABILITY, rng) else cropped

    def centre(self, raw: np.ndarray) -> np.ndarray:
        return transforms.centre_crop(raw, self._crop_size(raw))

    def tensor(self, raw: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(transforms.resize(raw, self.input_size).transpose(3, 0, 1, 2))

    def normalised(self, frames: Tensor) -> Tensor:
        return frames.float().div_(127.5).sub_(1)

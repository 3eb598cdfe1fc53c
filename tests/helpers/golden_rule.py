"""The rule that gives every network of the reference the same weights, and the comparison with its outputs."""

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

TOLERANCE = 1e-4
"""Largest deviation, in standard deviations of the expected array, of two right implementations."""
MISTAKE = 1e-3
"""Least deviation by which a mistake shows; the smallest seen in the reference's own trials is 3.8e-3."""


def weight(key: str, shape: Sequence[int]) -> np.ndarray:
    """The value of a weight, which depends on nothing but its published name and shape."""
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    shape = tuple(shape)
    vector = len(shape) == 1 or (shape[0] == 1 and np.prod(shape) == max(shape))
    if "edge_importance" in key:
        value = rng.uniform(0.5, 1.5, shape)
    elif not vector:
        value = rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))
    elif key.endswith(("running_var", "weight")):
        value = rng.uniform(0.5, 1.5, shape)
    else:
        value = 0.1 * rng.standard_normal(shape)
    return value.astype(np.float32)


def clip(shape: Sequence[int], seed: int = 0) -> Tensor:
    """The input tensor of a golden case."""
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape).astype(np.float32) * np.float32(0.5))


class Case:
    """One golden network: its description, its weights under the published names, its outputs."""

    def __init__(self, folder: Path, name: str) -> None:
        self.about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        self.expected: Mapping[str, np.ndarray] = np.load(folder / f"{name}.npz")

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {key: tuple(shape) for key, shape, _ in self.about["state_dict"]}

    def weights(self, only: str = "", shapes: Mapping[str, tuple[int, ...]] | None = None) -> dict[str, Tensor]:
        """Weights whose key matches ``only``, constant buffers left out; ``shapes`` replaces some shapes."""
        keys = self.about["state_dict"]
        constant = self.about.get("fixed_buffers_not_refilled", ())
        wanted = {key: (shapes or {}).get(key, shape) for key, shape, _ in keys if re.match(only, key)}
        return {key: self._weight(key, shape) for key, shape in wanted.items() if key not in constant}

    def _weight(self, key: str, shape: Sequence[int]) -> Tensor:
        if key.endswith("num_batches_tracked"):
            return torch.zeros((), dtype=torch.int64)
        value = weight(key, shape)
        for pattern, factor in self.about.get("weights_scale", ()):
            if re.search(pattern, key):
                value = value * np.float32(factor)
        return torch.from_numpy(value)

    def input(self, name: str) -> Tensor:
        return clip(self.about["inputs"][name]["shape"], self.about["inputs"][name]["seed"])

    def deviation(self, name: str, actual: Tensor) -> float:
        """Largest difference from the expected array, in its standard deviations."""
        expected = self.expected[name]
        difference = np.abs(actual.detach().numpy() - expected.reshape(actual.shape)).max()
        return float(difference / expected.std())

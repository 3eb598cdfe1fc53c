"""Checkpoints of other people's training: the weights of a ``.pth`` file, of which nothing is ever run."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.serialization import safe_globals

from signspot.errors import InputError
from signspot.files import sha256

ARRAYS = [
    *(np.ndarray, np.dtype, np.core.multiarray._reconstruct, np.core.multiarray.scalar),
    *(np.dtypes.UInt32DType, np.dtypes.Float32DType, np.dtypes.Float64DType),
]
"""What numpy's arrays and scalars are pickled by: a published checkpoint holds the state of numpy's generator."""
STATE = "model_state_dict"
"""Where a published checkpoint keeps its weights, beside the optimiser and the states of the generators."""


def read_checkpoint(path: Path, digest: str | None = None) -> dict[str, Tensor]:
    """The weights of a checkpoint by name: a state dict, alone or as ``model_state_dict`` of a larger dict.

    Args:
        digest: the sha256 that the file must have; without it any will do.

    Raises:
        InputError: the file is missing, has another digest, holds more than tensors, arrays, numbers and containers, or
            no weights.
    """
    _check_digest(path, digest)
    try:
        with safe_globals(ARRAYS):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file can raise nearly any exception
        raise InputError(
            f"{path}: refused as a checkpoint ({_reason(error)}). "
            "Expected a file of torch.save with tensors, arrays, numbers and containers only; fetch it again."
        ) from error
    weights = content.get(STATE, content) if isinstance(content, Mapping) else content
    if not isinstance(weights, Mapping) or not weights or not all(isinstance(one, Tensor) for one in weights.values()):
        raise InputError(f"{path}: holds no weights. Expected a dict of tensors by name, or one with {STATE!r} in it.")
    return dict(weights)


def _reason(error: Exception) -> str:
    """torch's own message is long, and advises to load the file without any check."""
    text = str(error)
    name = re.search(r"GLOBAL (\S+)", text)
    return f"it wants to load {name[1]}" if name else text.split("WeightsUnpickler error: ")[-1].split("\n")[0]


def _check_digest(path: Path, digest: str | None) -> None:
    try:
        found = sha256(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Fetch the file, or correct its path.") from error
    if digest is not None and found != digest.lower():
        raise InputError(
            f"{path}: its sha256 is {found}, expected {digest}. Fetch the file again, or correct the sha256."
        )

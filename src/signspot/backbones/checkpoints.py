"""Checkpoints of other people's training: the weights of a file, of which nothing is ever run.

Files of PyTorch, new and old, are read with ``weights_only=True``, files of safetensors as they are, others as plain
pickles of numpy arrays that Python 2 wrote (caffe2). No published file itself could be compared: the tests write files
of that form, with these names.
"""

import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.serialization import safe_globals

from signspot.errors import InputError
from signspot.files import open_regular, sha256
from signspot.pickles import load_pickle
from signspot.pickles.arrays import STANDS_FOR, PlainArray, Refused

ENTRIES = ("model_state_dict", "state_dict", "model_state", "model", "blobs")
"""Names under which checkpoints keep their weights beside other things."""
NUMPY = [(stand_in, name) for name, stand_in in STANDS_FOR.items() if name.startswith("numpy")]
"""What the random state of NumPy, which the entry's checkpoints hold, needs to be read: arrays and numbers only. This
package makes them, because NumPy itself believes any state of a type."""

LARGEST = 2**30
"""Largest plain pickle of weights, in bytes; caffe2's of I3D-ResNet50 takes a quarter of that."""
ZIP = b"PK"
"""How files of torch.save begin since PyTorch 1.6."""


@dataclass(frozen=True)
class Checkpoint:
    """A file of weights, published or ours.

    Args:
        path: of the file.
        sha256: digest of the file, in hexadecimal, which is compared if it is given.
    """

    path: Path | str
    sha256: str | None = None


def read_checkpoint(checkpoint: Checkpoint) -> tuple[dict[str, Tensor], str]:
    """The weights of a checkpoint, whatever wraps them, under the names of the file; and its digest.

    Arrays and numbers, such as the iteration that caffe2 keeps among its weights, become tensors.

    Raises:
        InputError: the file is missing, of another digest or damaged, holds other things than numbers, or no weights.
    """
    digest = _checked_digest(checkpoint)
    content = _read(checkpoint.path)
    for entry in ENTRIES:
        if isinstance(content, Mapping) and isinstance(content.get(entry), Mapping):
            content = content[entry]
    if not _are_weights(content):
        raise InputError(
            f"{checkpoint.path}: holds no weights by name, expected a state dict, alone or under one of "
            f"{', '.join(ENTRIES)}. Check that it is a checkpoint."
        )
    state = {key: torch.as_tensor(_array(value)) for key, value in content.items()}
    if all(key.startswith("module.") for key in state):  # trained on several GPUs
        state = {key.removeprefix("module."): value for key, value in state.items()}
    return state, digest


def _checked_digest(checkpoint: Checkpoint) -> str:
    try:
        digest = sha256(checkpoint.path)
    except OSError as error:
        raise InputError(
            f"{checkpoint.path}: cannot be read ({error.strerror}), expected weights. Check the path."
        ) from error
    if checkpoint.sha256 is not None and digest != checkpoint.sha256.lower():
        raise InputError(
            f"{checkpoint.path}: its sha256 is {digest}, expected {checkpoint.sha256}. "
            "It is another file or a damaged one: fetch it again, or correct the sha256."
        )
    return digest


def _read(path: Path | str) -> Any:
    """Content of a file of safetensors, of torch.save, zipped or (before PyTorch 1.6) not, or else of a pickle."""
    if Path(path).suffix == ".safetensors":
        return _read_safetensors(path)
    with open_regular(path) as file:
        old = pickle.dumps(torch.serialization.MAGIC_NUMBER, protocol=2)
        by_torch = file.read(len(old)).startswith((old, ZIP))
    if not by_torch:
        return load_pickle(path, "weights by name", LARGEST)
    try:
        with safe_globals(NUMPY):
            return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise InputError(
            f"{path}: refused as a checkpoint ({_reason(error)}). Expected nothing but tensors, arrays, numbers and "
            "plain containers; save the state dict alone, or fetch the file again if it is damaged."
        ) from error


def _read_safetensors(path: Path | str) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise InputError(
            f"{path}: cannot be read as a file of safetensors ({error}). Copy it again if it is damaged, or name "
            "another file of weights by its own suffix."
        ) from error


def _reason(error: Exception) -> str:
    """torch's own message is long, and advises to load the file without any check."""
    if isinstance(error.__context__, Refused):
        return str(error.__context__)
    text = str(error)
    name = re.search(r"GLOBAL (\S+)", text)
    return f"it wants to load {name[1]}" if name else text.split("WeightsUnpickler error: ")[-1].split("\n")[0]


def _are_weights(content: Any) -> bool:
    """Whether it is numbers by name, some of them in arrays."""
    if not isinstance(content, Mapping) or not all(isinstance(key, str) for key in content):
        return False
    arrays = [_array(value) for value in content.values() if not isinstance(value, int | float)]
    return bool(arrays) and all(isinstance(value, Tensor) or _is_numeric(value) for value in arrays)


def _array(value: Any) -> Any:
    """What a value is, if torch's loader left a stand-in in the place of an array."""
    return value.array if isinstance(value, PlainArray) else value


def _is_numeric(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf"

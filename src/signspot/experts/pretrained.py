"""Published weights, loaded from a file into a backbone: recognised by their keys, checked key by key, never run.

Files of PyTorch, new and old, are read with ``weights_only=True``, others as plain pickles of numpy arrays that Python
2 wrote (caffe2). No published file itself could be compared: the tests write files of that form, with these names.
"""

import logging
import pickle
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from signspot.errors import InputError
from signspot.experts import build
from signspot.experts.published import FORMATS, Format
from signspot.files import load_pickle, sha256

log = logging.getLogger(__name__)

CLASSIFIER = ("fc.weight", "fc.bias")
COUNTER = "num_batches_tracked"
ENTRIES = ("model_state_dict", "state_dict", "model_state", "blobs")
"""Names under which checkpoints keep their weights beside other things."""
SHOWN = 20
"""Keys that a message lists of each kind."""

NUMPY = [
    *(
        (getattr(np.core.multiarray, name), f"{package}.multiarray.{name}")
        for package in ("numpy.core", "numpy._core")
        for name in ("_reconstruct", "scalar")
    ),
    *(np.ndarray, np.dtype),
    *{type(np.dtype(kind)) for kind in (*np.typecodes["AllInteger"], *np.typecodes["AllFloat"])},
]
"""What the random state of NumPy, which the entry's checkpoints hold, needs to be read; arrays and numbers only."""


@dataclass(frozen=True)
class Checkpoint:
    """A published file; ``sha256``, in hexadecimal, is compared if it is given."""

    path: Path | str
    sha256: str | None = None


def load_published(network: nn.Module, backbone: str, checkpoint: Checkpoint, *, other_classes: bool) -> dict[str, Any]:
    """Loads the weights of a published checkpoint into a backbone.

    Counters of seen batches, which nothing reads, may be missing as a whole: files of caffe2 and of PyTorch before
    0.4.1 have none.

    Args:
        backbone: the key of ``BACKBONES`` by which the network was built.
        other_classes: leave the network's own classifier if that of the file is for another number of classes.

    Returns:
        Where the weights come from, for config.json: ``file``, ``sha256``, ``format`` and ``dropped``, the published
        keys that were not used.

    Raises:
        InputError: the file is missing, of another digest, or no checkpoint; or its keys or shapes are not those of the
            network, which it lists.
    """
    digest = _checked_digest(checkpoint)
    state = read_state(checkpoint.path)
    form = recognise(state, network, backbone, checkpoint.path)
    own = network.state_dict()
    names = form.names(own)
    dropped = [key for key in state if form.is_unused(key)]
    if other_classes and (classifier := _other_classifier(state, names, own)):
        log.info("%s: its classifier (%s) names other classes: left out", checkpoint.path, ", ".join(classifier))
        dropped += classifier
    left_out = {*dropped, *_missing_counters(state, names)}
    names = {name: key for name, key in names.items() if name not in left_out}
    state = {key: value for key, value in state.items() if key not in left_out}
    _check(state, {name: own[key] for name, key in names.items()}, form, checkpoint.path)
    network.load_state_dict(own | {names[key]: value for key, value in state.items()})
    log.info("%s: %d weights loaded as %s, sha256 %s", checkpoint.path, len(state), form.name, digest)
    return {"file": Path(checkpoint.path).name, "sha256": digest, "format": form.name, "dropped": dropped}


def read_state(path: Path) -> dict[str, Any]:
    """The weights of a checkpoint, whatever wraps them, under the names of the file.

    Raises:
        OSError: the file cannot be opened.
        InputError: it is damaged, or holds other things than numbers, or no weights.
    """
    content = _read(path)
    for entry in ENTRIES:
        if isinstance(content, Mapping) and isinstance(content.get(entry), Mapping):
            content = content[entry]
    if not isinstance(content, Mapping) or not content or not all(isinstance(key, str) for key in content):
        raise InputError(
            f"{path}: holds no weights by name, expected a state dict, alone or under one of {', '.join(ENTRIES)}. "
            "Check that it is a checkpoint."
        )
    state = {key: _tensor(value) for key, value in content.items()}
    if all(key.startswith("module.") for key in state):  # trained on several GPUs
        state = {key.removeprefix("module."): value for key, value in state.items()}
    return state


def recognise(keys: Iterable[str], network: nn.Module, backbone: str, path: Path) -> Format:
    """The published format that shares most keys with a checkpoint.

    Raises:
        InputError: none shares half of them, or it is that of another backbone.
    """
    found = set(keys)
    likeness = {form.name: _likeness(found, form, network, backbone) for form in FORMATS}
    best = max(FORMATS, key=lambda form: likeness[form.name])
    known = ", ".join(form.name for form in FORMATS if form.backbone == backbone)
    if likeness[best.name] < 0.5:
        raise InputError(
            f"{path}: its keys ({_listed(sorted(found))}) are of no known format. For the backbone {backbone} expected "
            f"one of: {known}, of the published size."
        )
    if best.backbone != backbone:
        raise InputError(
            f"{path}: is {best.name}, the backbone is {backbone}. "
            f"Set backbone.name to {best.backbone}, or take one of: {known}."
        )
    return best


def _checked_digest(checkpoint: Checkpoint) -> str:
    try:
        digest = sha256(checkpoint.path)
    except OSError as error:
        raise InputError(
            f"{checkpoint.path}: cannot be read ({error.strerror}), expected published weights. Check the path."
        ) from error
    if checkpoint.sha256 is not None and digest != checkpoint.sha256.lower():
        raise InputError(
            f"{checkpoint.path}: its sha256 is {digest}, expected {checkpoint.sha256}. "
            "It is another file or a damaged one: fetch it again, or correct the sha256."
        )
    return digest


def _read(path: Path) -> Any:
    """Content of a file of torch.save, zipped or (before PyTorch 1.6) not, or else of a pickle."""
    with open(path, "rb") as file:
        old = pickle.dumps(torch.serialization.MAGIC_NUMBER, protocol=2)
        by_torch = file.read(len(old)) == old
    if not by_torch and not zipfile.is_zipfile(path):
        return load_pickle(path, encoding="latin1")
    try:
        with torch.serialization.safe_globals(NUMPY):
            return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"{path}: refused as a checkpoint ({reason}). Expected nothing but tensors, arrays, numbers and plain "
            "containers; save the state dict alone, or fetch the file again if it is damaged."
        ) from error


def _tensor(value: Any) -> Any:
    """Arrays of numbers as tensors; other values as they are."""
    return torch.from_numpy(value) if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" else value


def _likeness(found: set[str], form: Format, network: nn.Module, backbone: str) -> float:
    """Keys that a checkpoint and a format have in common, as a share of those of either."""
    if form.backbone == backbone:
        keys = network.state_dict()
    else:
        with torch.device("meta"):
            keys = build(form.backbone, 2, 3).state_dict()
    names = {name for name in form.names(keys) if not name.endswith(COUNTER)}
    found = {key for key in found if not key.endswith(COUNTER) and not form.is_unused(key)}
    return len(found & names) / len(found | names)


def _missing_counters(state: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Published names of the counters, if the file has none at all."""
    return [] if any(key.endswith(COUNTER) for key in state) else [name for name in names if name.endswith(COUNTER)]


def _other_classifier(state: Mapping[str, Any], names: Mapping[str, str], own: Mapping[str, Tensor]) -> list[str]:
    """Published keys of the classifier, if both its weights differ from ours in nothing but the number of classes."""
    keys = [name for name, key in names.items() if key in CLASSIFIER]
    shapes = [(_shape(state.get(name)), own[names[name]].shape) for name in keys]
    other = all(theirs and theirs[0] != ours[0] and theirs[1:] == ours[1:] for theirs, ours in shapes)
    return keys if other else []


def _check(state: Mapping[str, Any], expected: Mapping[str, Tensor], form: Format, path: Path) -> None:
    faults = {
        "missing": [key for key in expected if key not in state],
        "unexpected": [key for key in state if key not in expected],
        "of another shape": [
            f"{key} {_shape(state[key]) or type(state[key]).__name__} (expected {tuple(value.shape)})"
            for key, value in expected.items()
            if key in state and _shape(state[key]) != value.shape
        ],
    }
    lines = [f"  {kind}: {_listed(keys)}" for kind, keys in faults.items() if keys]
    if lines:
        raise InputError(
            "\n".join((f"{path}: read as {form.name}, it does not fit the network:", *lines)) + "\nTake the file as it "
            "was published, a backbone of the published size (no width, no depths), a modality with as many channels "
            "and, for an expert that is taken as it is, a vocabulary with as many signs."
        )


def _shape(value: Any) -> tuple[int, ...] | None:
    return tuple(value.shape) if isinstance(value, Tensor) else None


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return ", ".join(keys[:SHOWN]) + more

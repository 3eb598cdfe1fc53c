"""A trained network on disk: ``weights.safetensors``, ``config.json`` and ``history.tsv`` in a folder of its own."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from signspot import __version__
from signspot.errors import DamagedStore, InputError, bare, shown
from signspot.files import finished, sha256, write_json
from signspot.foreign import check_file
from signspot.rows import LISTED
from signspot.training.config import AGAIN, CONFIG, HISTORY, WEIGHTS, read_config

__all__ = ["AGAIN", "CONFIG", "HISTORY", "HISTORY_COLUMNS", "WEIGHTS", "load_network", "read_config", "save_network"]

MOST_WEIGHTS, MOST_HEADER = 2 << 30, 4 << 20
"""Bytes of a file of weights, and of its header, which names them."""
DTYPES = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64"}
"""What safetensors calls the types of the weights of all networks here."""
Weights = dict[str, tuple[str, tuple[int, ...]]]
"""Type and shape by name."""

HISTORY_COLUMNS = ("epoch", "rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "seconds")


def save_network(folder: Path, network: nn.Module, history: pd.DataFrame, config: Mapping[str, Any]) -> None:
    """Writes a trained network and drops the checkpoints of its training, damaged ones too.

    Args:
        config: all that is needed to build the network again; the digest of the weights and the versions are added.
    """
    weights = {key: value.detach().cpu().contiguous() for key, value in network.state_dict().items()}
    with finished(folder / WEIGHTS) as part:
        # Not save_file: its files are closed to everybody but their owner.
        part.write_bytes(save(weights))
    with finished(folder / HISTORY) as part:
        history.to_csv(part, sep="\t", index=False, encoding="utf-8")
    versions = {"signspot": __version__, "torch": torch.__version__, "numpy": np.__version__}
    write_json(folder / CONFIG, {**config, "weights_sha256": sha256(folder / WEIGHTS), "versions": versions})
    for checkpoint in folder.glob("*checkpoint*.pt*"):
        checkpoint.unlink()


def load_network(folder: Path, config: Mapping[str, Any], build: Callable[[], nn.Module]) -> nn.Module:
    """The trained network of a folder, set to evaluation.

    Before it takes memory, the weights that it needs are compared with those that the file names.

    Args:
        folder: of a trained network.
        config: content of config.json.
        build: makes the network that config.json describes.

    Raises:
        InputError: the weights are missing, do not fit the network, or are no finite numbers.
        DamagedStore: they are not those of the config.
    """
    path = Path(folder) / WEIGHTS
    try:
        check_file(path, MOST_WEIGHTS)
        digest = sha256(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). {AGAIN}") from error
    if digest != config["weights_sha256"]:
        raise DamagedStore(path, f"its sha256 is {digest}, {CONFIG} beside it names {bare(config['weights_sha256'])}")
    with torch.device("meta"):
        needed = build().state_dict()
    try:
        _compare(path, _described(path), {name: (DTYPES[one.dtype], tuple(one.shape)) for name, one in needed.items()})
        weights = load_file(path)
    except SafetensorError as error:
        raise InputError(f"{path}: the weights do not fit the network of config.json: {error}") from error
    wrong = [name for name, value in weights.items() if not _is_sound(name, value)]
    if wrong:
        raise InputError(f"{path}: not all weights are finite, or variances 0 or more: {_listed(wrong)}. {AGAIN}")
    network = build()
    network.load_state_dict(weights)
    return network.eval()


def _described(path: Path) -> Weights:
    """What the header of a file names."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
    if size > MOST_HEADER:
        raise SafetensorError(f"its header has {size} bytes, expected {MOST_HEADER} at most")
    with safe_open(path, "pt") as file:
        parts = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
        return {name: (part.get_dtype(), tuple(part.get_shape())) for name, part in parts.items()}


def _compare(path: Path, found: Weights, needed: Weights) -> None:
    faults = [f"{name} is missing" for name in needed if name not in found]
    faults += [f"{shown(name)} is unknown" for name in found if name not in needed]
    faults += [
        f"{name} is {kind} {shape}, expected {needed[name][0]} {needed[name][1]}"
        for name, (kind, shape) in found.items()
        if name in needed and (kind, shape) != needed[name]
    ]
    if faults:
        raise InputError(f"{path}: the weights do not fit the network of config.json: {_listed(faults)}. {AGAIN}")


def _is_sound(name: str, value: Tensor) -> bool:
    """Whether no number makes all that follows NaN."""
    return bool(value.isfinite().all()) and not (name.endswith("running_var") and bool((value < 0).any()))


def _listed(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - LISTED} more" if len(texts) > LISTED else ""
    return ", ".join(texts[:LISTED]) + more

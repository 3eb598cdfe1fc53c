"""A trained network on disk: ``weights.safetensors``, ``config.json`` and ``history.tsv`` in a folder of its own."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from signspot import __version__
from signspot.errors import DamagedStore, InputError
from signspot.files import finished, sha256, write_json

WEIGHTS, CONFIG, HISTORY = "weights.safetensors", "config.json", "history.tsv"
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


def read_config(folder: Path, keys: Sequence[str]) -> dict[str, Any]:
    """The configuration of a trained network, which has at least ``keys`` and ``weights_sha256``.

    Raises:
        InputError: the file is missing, is no JSON object, or lacks a key.
        DamagedStore: it is no JSON; the path is that of the weights, which are made with it and stand for both.
    """
    path = Path(folder) / CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Train the network again.") from error
    except ValueError as error:
        raise DamagedStore(path.with_name(WEIGHTS), f"{CONFIG} beside it cannot be read as JSON: {error}") from error
    missing = [key for key in (*keys, "weights_sha256") if not isinstance(config, dict) or key not in config]
    if missing:
        raise InputError(
            f"{path}: {', '.join(missing)} missing. It is no config of this kind of network; check the folder."
        )
    return config


def load_weights(folder: Path, network: nn.Module, config: Mapping[str, Any]) -> None:
    """Loads a folder's weights into the network that its config describes, and sets it to evaluation.

    Args:
        folder: of a trained network.
        network: that its config describes.
        config: content of config.json.

    Raises:
        InputError: the weights are missing or do not fit the network.
        DamagedStore: they are not those of the config.
    """
    path = Path(folder) / WEIGHTS
    try:
        digest = sha256(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Train the network again.") from error
    if digest != config["weights_sha256"]:
        raise DamagedStore(path, f"its sha256 is {digest}, {CONFIG} beside it names {config['weights_sha256']}")
    try:
        network.load_state_dict(load_file(path))
    except (RuntimeError, SafetensorError) as error:
        raise InputError(f"{path}: the weights do not fit the network of config.json: {error}") from error
    network.eval()

"""A trained network on disk: ``weights.safetensors``, ``config.json`` and ``history.tsv`` in a folder of its own."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import torch
import yaml
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from signspot import __version__
from signspot.errors import DamagedStore, InputError, bare, shown
from signspot.files import finished, sha256, write_json
from signspot.foreign import check_file, explain_errors, read_json
from signspot.rows import LISTED

SCHEMA = Path(__file__).with_name("config.schema.yaml")
NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST_WEIGHTS, MOST_HEADER = 2 << 30, 4 << 20
"""Bytes of a file of weights, and of its header, which names them."""
DTYPES = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64"}
"""What safetensors calls the types of the weights of all networks here."""
CONTROL = {"Cc", "Zl", "Zp"}
"""Characters that move the cursor or end a line, by their Unicode category."""
Weights = dict[str, tuple[str, tuple[int, ...]]]
"""Type and shape by name."""

WEIGHTS, CONFIG, HISTORY = "weights.safetensors", "config.json", "history.tsv"
AGAIN = "Call snakemake again, which trains the network anew; or fetch it again, if it is not yours."
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


def read_config(folder: Path, keys: Sequence[str], own: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """The configuration of a trained network, which may come from anybody.

    Args:
        folder: of a trained network.
        keys: that it must have, besides ``weights_sha256``.
        own: JSON schemas of further keys that it must have, which only this kind of network has.

    Raises:
        InputError: the file cannot be read, is no ordinary file, lacks a key, or a value is wrong.
        DamagedStore: it is no JSON object, or alone is missing; the path is that of the weights, which are made with it
            and stand for both.
    """
    path = Path(folder) / CONFIG
    try:
        config = read_json(path)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.with_name(WEIGHTS).exists():
            raise DamagedStore(path.with_name(WEIGHTS), f"{CONFIG} beside it is missing") from error
        raise InputError(f"{path}: cannot be read ({error.strerror}). {AGAIN}") from error
    except ValueError as error:
        raise DamagedStore(path.with_name(WEIGHTS), f"{CONFIG} beside it cannot be read as JSON: {error}") from error
    missing = [key for key in (*keys, *own, "weights_sha256") if key not in config]
    if missing:
        raise InputError(
            f"{path}: {', '.join(missing)} missing. It is no config of this kind of network; check the folder."
        )
    rules = _rules()
    rules = {**rules, "properties": rules["properties"] | own}
    problems = explain_errors(config, rules) or list(_wrong_glosses(config.get("vocabulary", ())))
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems[:LISTED])
        raise InputError(f"{path}: is wrong:\n{listed}\n{AGAIN}")
    return config


@cache
def _rules() -> dict[str, Any]:
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def _wrong_glosses(vocabulary: Sequence[str]) -> Iterator[str]:
    known: dict[str, int] = {}
    for number, gloss in enumerate(vocabulary):
        if any(unicodedata.category(character) in CONTROL for character in gloss):
            yield f"vocabulary.{number}: {shown(gloss)} holds a control character"
        if known.setdefault(gloss, number) != number:
            yield f"vocabulary.{number}: {shown(gloss)} is vocabulary.{known[gloss]} too"


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

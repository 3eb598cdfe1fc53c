"""The configuration of a trained network on disk, which may come from anybody. No PyTorch here."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from signspot.errors import DamagedStore, InputError, shown
from signspot.foreign import explain_errors, read_json
from signspot.rows import LISTED

SCHEMA = Path(__file__).with_name("config.schema.yaml")
NOTHING: Mapping[str, Any] = MappingProxyType({})
CONTROL = {"Cc", "Zl", "Zp"}
"""Characters that move the cursor or end a line, by their Unicode category."""

WEIGHTS, CONFIG, HISTORY = "weights.safetensors", "config.json", "history.tsv"
"""The files of a trained network."""
AGAIN = "Call snakemake again, which trains the network anew; or fetch it again, if it is not yours."


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

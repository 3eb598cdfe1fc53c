"""One level of a spotter whose head has several: what it predicts without the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from signspot.errors import InputError, shown
from signspot.predictions import Predictions, read_level
from signspot.spotters import FitTask, VideoInputs
from signspot.spotters.hsi3d import LEVELS
from signspot.spotters.members import check_members, member_of

READS = ("of",)
OF = ("hsi3d",)
"""The kinds of its only member."""
NETWORK = False
"""Nothing computes on a GPU."""
KEYS = {"level": {"type": "string", "maxLength": 100}}
"""JSON schemas of what only its config.json holds."""


def level(*, level: Literal["x4", "x8", "x16", "x32", "x"]) -> "Level":
    """The predictions of one level of the member.

    Args:
        level: its name; published: ``x``, beside the mean of all.
    """
    return Level(level)


def load(folder: Path) -> "FittedLevel":
    """The fitted spotter of a folder.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.training.store import load_network, read_config

    config = read_config(folder, ("spotter", "kind", "vocabulary", "members"), KEYS)
    weights = load_network(folder, config, lambda: _module(LEVELS[0])).weights.tolist()
    if [name for name, weight in zip(LEVELS, weights, strict=True) if weight] != [config["level"]]:
        raise InputError(f"{folder}: its weights are not those of the level {shown(config['level'])}. Fit it again.")
    return FittedLevel(config)


@dataclass(frozen=True)
class Level:
    """One level as a configuration describes it; see :func:`level`."""

    level: str

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Writes ``weights.safetensors``, ``config.json`` and ``history.tsv``; there is nothing to learn.

        Args:
            train, validation: not read.
            folder: of the spotter.
            task: name, vocabulary and the member.

        Raises:
            InputError: there are several members, or the vocabularies differ.
        """
        from signspot.training.store import save_network

        members = [member_of(member, task.vocabulary) for member in task.members]
        if len(members) != 1:
            raise InputError(f"spotters.{task.name}.of: names {len(members)} spotters, expected one. Correct the list.")
        settings = {
            "spotter": task.name,
            "kind": "level",
            "level": self.level,
            "members": members,
            "vocabulary": list(task.vocabulary),
        }
        save_network(folder, _module(self.level), pd.DataFrame(columns=["level"]), settings)


@dataclass(frozen=True)
class FittedLevel:
    """The fitted spotter; ``config`` is the content of its config.json."""

    config: Mapping[str, Any]

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The predictions of the level for a video.

        Raises:
            InputError: a file is missing, damaged, not of the member that was named, or has no such level.
        """
        check_members(inputs, self.config["members"])
        return read_level(inputs.predictions[0], self.config["level"])


def _module(level: str) -> Any:
    """The share of each level as a network, so that they are stored as the weights of every spotter."""
    import torch

    module = torch.nn.Module()
    module.register_buffer("weights", torch.tensor([float(name == level) for name in LEVELS], dtype=torch.float64))
    return module

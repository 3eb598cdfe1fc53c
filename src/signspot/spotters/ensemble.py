"""An ensemble: the weighted mean of the predictions of other spotters, of one run or of several."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signspot.decoders import TUNE
from signspot.decoders.tuning import official_f1
from signspot.errors import InputError, shown
from signspot.predictions import Predictions, mean_predictions, read_predictions
from signspot.spotters import FitTask, VideoInputs
from signspot.spotters.members import check_members, member_of

READS = ("of",)
NETWORK = False
"""Nothing computes on a GPU."""

TENTHS = 10
"""Weights are searched in steps of a tenth."""
MOST_ON_GRID = 4
"""Members up to which every combination of weights is tried; beyond, one weight at a time is changed."""

Weights = tuple[float, ...]
"""Of each member; only their proportions count."""


def ensemble(*, weights: str | Sequence[float] | None = None) -> "Ensemble":
    """The mean of the predictions of other spotters.

    Args:
        weights: of each member, 0 or more, in order; by default all alike; ``tune``: those that give the highest
            official F1 on the validation videos, by the first decoder of the ensemble.

    Raises:
        ValueError: a weight is below 0, all are 0, or another word than ``tune`` is given.
    """
    if isinstance(weights, str) and weights != TUNE:
        raise ValueError(f"weights: is {weights!r}, expected {TUNE} or a list of numbers. Correct the value.")
    if not isinstance(weights, str | None) and (min(weights, default=0) < 0 or not any(weights)):
        raise ValueError(f"weights: are {list(weights)}, expected numbers from 0, one of them above 0. Correct them.")
    return Ensemble(weights)


def load(folder: Path) -> "FittedEnsemble":
    """The fitted ensemble of a folder.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.training.store import load_network, read_config

    config = read_config(folder, ("spotter", "kind", "vocabulary", "members"))
    weights = load_network(folder, config, lambda: _module(np.zeros(len(config["members"])))).weights.tolist()
    if min(weights) < 0 or not math.isclose(sum(weights), 1):
        raise InputError(f"{folder}: its weights are {shown(weights)}, expected 0 or more, 1 in all. Fit it again.")
    return FittedEnsemble(config, weights)


@dataclass(frozen=True)
class Ensemble:
    """An ensemble as a configuration describes it; see :func:`ensemble`."""

    weights: str | Sequence[float] | None = None

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Finds the weights and writes ``weights.safetensors``, ``config.json`` and ``history.tsv``.

        Args:
            train: not read: members know their training videos too well to be weighed on them.
            validation: predictions of the members for the videos on which weights are tuned.
            folder: of the ensemble.
            task: name, vocabulary, members, decoder, and truth of the validation videos.

        Raises:
            InputError: members are of another vocabulary, there are not as many weights, or there is nothing to tune
                the weights on.
        """
        from signspot.training.store import save_network

        members = [member_of(member, task.vocabulary) for member in task.members]
        curve = self._tried(validation, members, task)
        best = np.array(max(curve, key=curve.__getitem__), float)
        settings = {
            "spotter": task.name,
            "kind": "ensemble",
            "members": members,
            "weights": "tune" if self.weights == TUNE else "given",
            "decoder": [task.decoder[0], dict(task.decoder[1])],
            "vocabulary": list(task.vocabulary),
        }
        save_network(folder, _module(best / best.sum()), _history(curve, len(members)), settings)

    def _tried(
        self, validation: Sequence[VideoInputs], members: Sequence[Mapping[str, str]], task: FitTask
    ) -> dict[Weights, float]:
        """Official F1 by the weights that were tried; NaN by those that were given."""
        key = f"spotters.{task.name}.weights"
        if self.weights == TUNE and not validation:
            raise InputError(f"{key}: tune needs validation videos, and the run has none. Name some, or give weights.")
        if self.weights == TUNE:
            return _tuned(validation, members, task)
        given = self.weights or (1.0,) * len(members)
        if len(given) != len(members):
            raise InputError(
                f"{key}: are {len(given)} weights, expected one for each of the {len(members)} members. "
                "Correct the list."
            )
        return {tuple(given): math.nan}


@dataclass(frozen=True)
class FittedEnsemble:
    """A fitted ensemble: the content of its config.json, and the weights of its members, whose sum is 1."""

    config: Mapping[str, Any]
    weights: Sequence[float]

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The weighted mean of the predictions for a video.

        Raises:
            InputError: a file is missing, damaged, or not of the member that was fitted, or the members disagree.
        """
        parts = _read(inputs, self.config["members"])
        return mean_predictions(parts, self.weights, inputs.video)


def _read(inputs: VideoInputs, members: Sequence[Mapping[str, str]]) -> list[Predictions]:
    check_members(inputs, members)
    return [read_predictions(path) for path in inputs.predictions]


def _tuned(
    validation: Sequence[VideoInputs], members: Sequence[Mapping[str, str]], task: FitTask
) -> dict[Weights, float]:
    """Official F1 on the validation videos, by the weights that were tried, in the order of the trials."""
    name, options = task.decoder
    # What the decoder tunes itself is tuned on the predictions of the ensemble, and stays at its default here.
    options = {option: value for option, value in options.items() if value != TUNE}
    parts = {inputs.video: _read(inputs, members) for inputs in validation}

    def f1(weights: Weights) -> float:
        means = {video: mean_predictions(of_video, weights, video) for video, of_video in parts.items()}
        return official_f1(name, options, means, task.truth)

    search = _on_grid if len(members) <= MOST_ON_GRID else _by_coordinates
    return search(len(members), f1)


def _on_grid(members: int, f1: Callable[[Weights], float]) -> dict[Weights, float]:
    """F1 at equal weights and at all weights in tenths whose sum is 1, those nearest to equal weights first."""
    trials = sorted(_grid(members, TENTHS), key=lambda weights: np.var(weights))
    if TENTHS % members:
        trials.insert(0, (1,) * members)
    return {weights: f1(weights) for weights in trials}


def _grid(members: int, total: int) -> Iterator[Weights]:
    """All combinations of whole numbers from 0 with a given sum."""
    for bars in itertools.combinations(range(total + members - 1), members - 1):
        edges = (-1, *bars, total + members - 1)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(edges))


def _by_coordinates(members: int, f1: Callable[[Weights], float]) -> dict[Weights, float]:
    """F1 at the weights met on a walk from equal weights (all 10) that changes one weight at a time to 0, 1 … 20, as
    long as that helps."""
    best = (TENTHS,) * members
    curve = {best: f1(best)}
    improved = True
    while improved:
        start = best
        for member in range(members):
            for value in range(2 * TENTHS + 1):
                tried = (*best[:member], value, *best[member + 1 :])
                if any(tried) and tried not in curve:
                    curve[tried] = f1(tried)
            best = max(curve, key=curve.__getitem__)
        improved = best != start
    return curve


def _history(curve: Mapping[Sequence[float], float], members: int) -> pd.DataFrame:
    """A row per trial: the share of each member, and the official F1."""
    shares = [np.divide(weights, sum(weights)).round(4) for weights in curve]
    table = pd.DataFrame(shares, columns=[f"weight_{member}" for member in range(1, members + 1)])
    return table.assign(validation_f1=list(curve.values()))


def _module(weights: np.ndarray) -> Any:
    """The weights as a network, so that they are stored as those of every spotter."""
    import torch

    module = torch.nn.Module()
    module.register_buffer("weights", torch.tensor(weights, dtype=torch.float64))
    return module

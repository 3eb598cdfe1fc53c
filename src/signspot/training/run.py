"""A training from data sets to files: batches, fingerprint, loop, result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn
from torch.utils.data import default_collate

from signspot.training.batches import Collate, EpochDataset, plain_batches, training_batches
from signspot.training.loop import Step, check_on, fingerprint, fit
from signspot.training.recipe import Recipe
from signspot.training.store import save_network


@dataclass(frozen=True)
class Training:
    """All that a training is made of.

    Args:
        network: with its initial weights; it is trained in place.
        step: from the network and a batch on its device to the outcome.
        train: examples, at least one.
        validation: may be empty: then there is no validation.
        seed: of everything random in training; the network's weights are the caller's.
        folder: where ``weights.safetensors``, ``config.json`` and ``history.tsv`` are written.
        settings: content of config.json; part of the fingerprint.
        inputs: further parts of the fingerprint.
        files: what the data sets read; each counts by its name, size and time of change.
        collate: from examples to a batch.
    """

    network: nn.Module
    step: Step
    train: EpochDataset
    validation: EpochDataset
    recipe: Recipe
    seed: int
    folder: Path
    settings: Mapping[str, Any]
    inputs: Mapping[str, Any]
    files: Iterable[Path]
    collate: Collate = default_collate


def train(training: Training) -> None:
    """Trains a network and writes its files. Stopped at any time, a later call goes on from its last whole epoch.

    Raises:
        InputError: as :func:`signspot.training.loop.fit`.
        SignspotError: the loss is no longer finite.
    """
    recipe, validation = training.recipe, training.validation
    batches = plain_batches(validation, recipe.batch_size, recipe.workers, training.collate)
    history = fit(
        training.network,
        training.step,
        training_batches(training.train, recipe.batch_size, training.seed, recipe.workers, training.collate),
        check_on(training.step, batches, recipe) if len(validation) else None,
        recipe,
        training.seed,
        training.folder,
        fingerprint({**training.settings, **training.inputs}, training.files),
    )
    save_network(training.folder, training.network, history, training.settings)

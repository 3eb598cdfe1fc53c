"""One plain training loop for every network. Stopped at any time, it goes on from its last whole epoch."""

import errno
import hashlib
import json
import logging
import math
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import torch
from torch import Tensor, nn
from tqdm import tqdm

from signspot import __version__
from signspot.compute.devices import autocast, best_device, deterministic, on_device
from signspot.errors import DamagedStore, InputError, SignspotError
from signspot.files import finished, set_aside
from signspot.training.batches import Batch, derived_seed, split
from signspot.training.mixup import Mixture, draw_mixture
from signspot.training.optimisers import optimiser_of
from signspot.training.outcome import Outcome, Step
from signspot.training.recipe import Recipe
from signspot.training.schedules import rates

log = logging.getLogger(__name__)

CHECKPOINT, PREVIOUS = "checkpoint.pt", "checkpoint.previous.pt"
"""After the last whole epoch, and after the one before it, should the former be damaged."""
NOT_MEASURED = {"validation_loss": math.nan, "validation_accuracy": math.nan}
SELECTING = {"validation_f1": "F1", "validation_geometric_mean": "geometric mean"}
"""What some checks measure besides, by column of the history, and how the log calls it: the higher, the better."""

Check = Callable[[nn.Module, int], Mapping[str, float]]
"""From the network, on its device, and the number of the epoch to what is measured, by columns of the history."""


def fingerprint(settings: Mapping[str, Any], files: Iterable[Path]) -> str:
    """A digest of all that a training depends on; a file counts by its name, size and time of change."""
    stats = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    versions = (__version__, torch.__version__)
    return hashlib.sha256(json.dumps([settings, stats, versions], sort_keys=True).encode()).hexdigest()


def fit(
    network: nn.Module,
    step: Step,
    train: Callable[[int], Collection[Batch]],
    check: Check | None,
    recipe: Recipe,
    seed: int,
    folder: Path,
    fingerprint: str,
) -> pd.DataFrame:
    """Trains ``network`` in place and leaves it with the selected weights, on the device of the training.

    After each epoch ``folder/checkpoint.pt`` is written; a later call with the same fingerprint goes on from it, or, if
    it is damaged, from ``checkpoint.previous.pt``, one epoch earlier, or else from the start; a warning says so. They
    stay until :func:`signspot.training.store.save_network` has written the result. Every epoch starts from a seed of
    its own: on a CPU, with the same number of threads, an interrupted training ends with the same bits as another one.

    Args:
        step: from the network and a batch on its device to the outcome.
        train: from the epoch (1, 2, …) to its batches, at least one.
        check: measures the network after each epoch; None without validation. Best is the epoch with the highest
            value of ``SELECTING``, if it is measured, then the highest validation accuracy, then the lowest validation
            loss, then the earliest.
        seed: of everything random in training; the network's weights are the caller's.
        fingerprint: of settings and inputs; a checkpoint with another one is not used.

    Returns:
        epoch, rate (of its first iteration), train_loss, train_accuracy, validation_loss, validation_accuracy (NaN
        where they are not measured), seconds, and what else is measured.

    Raises:
        InputError: ``best`` or ``plateau`` without validation, or precision that the device lacks.
        SignspotError: the loss is no longer finite.
    """
    _check_validation(recipe, check)
    device = best_device()
    on_device(network)
    precision = autocast(device, recipe.precision)
    optimiser = optimiser_of(network.parameters(), recipe)
    history, best = _resume(folder, fingerprint, network, optimiser)
    with deterministic(device):
        for epoch in range(len(history) + 1, recipe.epochs + 1):
            started = time.monotonic()
            torch.manual_seed(derived_seed(seed, epoch))
            batches = train(epoch)
            of_epoch = rates(recipe, history, len(batches))
            paced = zip(_shown(batches, f"epoch {epoch}"), of_epoch, strict=True)
            losses = _train(network, step, paced, optimiser, recipe, precision)
            row = {"epoch": epoch, "rate": of_epoch[0], "train_loss": losses.loss, "train_accuracy": losses.accuracy}
            measured = NOT_MEASURED | (check(network, epoch) if check else {})
            history.append(row | measured | {"seconds": round(time.monotonic() - started, 1)})
            if recipe.select == "best" and _is_best(history):
                best = {key: value.detach().cpu().clone() for key, value in network.state_dict().items()}
            _write_checkpoint(folder, fingerprint, network, optimiser, history, best)
            log.info("%s", _line(history[-1], recipe.epochs))
    if best is not None:
        network.load_state_dict(best)
    return pd.DataFrame(history)


class _Means:
    """Running sums over the batches of an epoch; the means of no batch are NaN."""

    def __init__(self) -> None:
        self._loss, self._correct, self._examples = 0.0, 0, 0

    def add(self, outcome: Outcome) -> None:
        examples = int(outcome.examples)
        self._loss += outcome.loss.item() * examples
        self._correct += int(outcome.correct)
        self._examples += examples

    @property
    def loss(self) -> float:
        return self._loss / self._examples if self._examples else math.nan

    @property
    def accuracy(self) -> float:
        return self._correct / self._examples if self._examples else math.nan


def _check_validation(recipe: Recipe, check: Check | None) -> None:
    for key, needy, other in (("select", "best", "last"), ("training.schedule", "plateau", "steps or cosine")):
        if needy in (recipe.select, recipe.schedule) and check is None:
            raise InputError(
                f"{key}: {needy} needs validation clips, and there are none. "
                f"Name validation videos that show signs of the vocabulary, or set {key} to {other}."
            )


def _train(
    network: nn.Module,
    step: Step,
    batches: Iterable[tuple[Batch, float]],
    optimiser: torch.optim.Optimizer,
    recipe: Recipe,
    precision: torch.autocast,
) -> _Means:
    """Trains on the batches of an epoch, each at a learning rate of its own."""
    network.train()
    means = _Means()
    for number, (batch, rate) in enumerate(batches, 1):
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        outcomes = _gradients(network, step, batch, recipe, precision)
        optimiser.step()
        # Only now: to look at a number of a GPU is to wait for it, and it would stand idle before the backward pass.
        for outcome in outcomes:
            means.add(outcome)
        if not math.isfinite(means.loss):
            raise SignspotError(
                f"training: the loss of batch {number} is {outcomes[-1].loss.item()}. Lower training.rate (now "
                f"{rate:g}) or set training.precision to fp32, then run the stage again."
            )
    return means


def _gradients(
    network: nn.Module, step: Step, batch: Batch, recipe: Recipe, precision: torch.autocast
) -> list[Outcome]:
    """Leaves the gradients of a batch in the network; returns the outcome of each part of the batch."""
    outcomes = []
    for part in _parts(batch, recipe):
        with precision:
            outcomes.append(step(network, *(_moved(one, network) for one in part)))
        # How many examples a batch has is known after its last part only: until then, the first part counts as one.
        weight = outcomes[-1].examples / outcomes[0].examples
        (outcomes[-1].loss * weight).backward()
    if len(outcomes) > 1:
        whole = sum(outcome.examples for outcome in outcomes) / outcomes[0].examples
        for parameter in network.parameters():
            if parameter.grad is not None:
                parameter.grad /= whole
    return outcomes


def _parts(batch: Batch, recipe: Recipe) -> list[tuple[Batch] | tuple[Batch, Mixture]]:
    """The further arguments of the step, for each part of a batch. All parts are mixed in the same share."""
    parts = split(batch, recipe.parts)
    if not recipe.mixup:
        return [(part,) for part in parts]
    mixture = draw_mixture(batch, recipe.mixup)
    partners = split(mixture.partners, recipe.parts)
    return [(part, replace(mixture, partners=some)) for part, some in zip(parts, partners, strict=True)]


def check_on(step: Step, batches: Iterable[Batch], recipe: Recipe) -> Check:
    """A check that gives the mean loss and accuracy on validation batches.

    Args:
        step: of the training.
        batches: can be gone through again and again.
        recipe: of the training, for its precision.
    """

    @torch.inference_mode()
    def check(network: nn.Module, _epoch: int) -> dict[str, float]:
        network.eval()
        means = _Means()
        for batch in batches:
            with autocast(best_device(), recipe.precision):
                means.add(step(network, _moved(batch, network)))
        return {"validation_loss": means.loss, "validation_accuracy": means.accuracy}

    return check


def _moved(value: Batch | Mixture, network: nn.Module) -> Batch | Mixture:
    if isinstance(value, Mixture):
        return replace(value, partners=_moved(value.partners, network))
    device = next(network.parameters()).device
    return [tensor.to(device, non_blocking=True) for tensor in value]


def _shown(batches: Iterable[Batch], title: str) -> Iterable[Batch]:
    """The same batches, with a progress bar on a terminal."""
    return tqdm(batches, title, leave=False, disable=not sys.stderr.isatty())


def _is_best(history: list[dict[str, float]]) -> bool:
    """Whether the last epoch is better than all before it."""
    *earlier, last = map(_rank, history)
    return all(last > other for other in earlier)


def _rank(row: Mapping[str, float]) -> list[float]:
    """What makes an epoch better than another one; what was not measured is worst."""
    selecting = (row.get(column, 0.0) for column in SELECTING)
    values = *selecting, row["validation_accuracy"], -row["validation_loss"]
    return [-math.inf if math.isnan(value) else value for value in values]


def _line(row: Mapping[str, float], epochs: int) -> str:
    line = f"epoch {row['epoch']} of {epochs}: rate {row['rate']:.3g}, loss {row['train_loss']:.4f}"
    line += f", accuracy {row['train_accuracy']:.3f}"
    if not math.isnan(row["validation_loss"]):
        line += f"; validation loss {row['validation_loss']:.4f}, accuracy {row['validation_accuracy']:.3f}"
    for column, name in SELECTING.items():
        if not math.isnan(row.get(column, math.nan)):
            line += f"; validation {name} {row[column]:.3f}"
    return f"{line}; {row['seconds']:.1f} s"


def _resume(
    folder: Path, fingerprint: str, network: nn.Module, optimiser: torch.optim.Optimizer
) -> tuple[list[dict[str, float]], dict[str, Tensor] | None]:
    """Loads the newest intact checkpoint into network and optimiser; returns its history and best weights."""
    damaged = False
    for path in (folder / CHECKPOINT, folder / PREVIOUS):
        if not path.exists():
            continue
        try:
            saved = _read_checkpoint(path)
        except DamagedStore as error:
            damaged = True
            log.warning("%s: is damaged (%s); it is now %s", path, error.reason, set_aside(path))
            continue
        if saved["fingerprint"] != fingerprint:
            log.info("%s belongs to other settings or inputs: training from the start", path)
            return [], None
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        log.info("going on after epoch %d, from %s", len(saved["history"]), path)
        return saved["history"], saved["best"]
    if damaged:
        log.warning("no intact checkpoint is left: training from the start")
    return [], None


def _read_checkpoint(path: Path) -> dict[str, Any]:
    """The content of a checkpoint; nothing in it is ever run.

    Raises:
        DamagedStore: it is no checkpoint, or a damaged one.
        OSError: it cannot be read for another reason.
    """
    with open(path, "rb") as file:
        try:
            # torch.load does not compare the checksums of the archive that torch.save writes.
            with ZipFile(file) as archive:
                changed = archive.testzip()
            if changed is not None:
                raise ValueError(f"wrong checksum of {changed}")
            file.seek(0)
            return torch.load(file, map_location="cpu", weights_only=True)
        except Exception as error:  # a damaged archive can raise nearly any exception
            # One that places a part before the start of the file raises EINVAL; other numbers tell of the disk.
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            reason = str(error).partition("\n")[0]
            raise DamagedStore(path, f"{type(error).__name__}: {reason}") from error


def _write_checkpoint(
    folder: Path,
    fingerprint: str,
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    history: list[dict[str, float]],
    best: dict[str, Tensor] | None,
) -> None:
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "history": history, "best": best}
    with finished(folder / CHECKPOINT) as part:
        torch.save(state | {"fingerprint": fingerprint}, part)
        if (folder / CHECKPOINT).exists():
            os.replace(folder / CHECKPOINT, folder / PREVIOUS)

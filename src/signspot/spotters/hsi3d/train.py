"""Training HS-I3D end to end, or taking a published network as it is."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from signspot.backbones.checkpoints import Checkpoint
from signspot.clips.dataset import ClipDataset, network_input
from signspot.clips.modalities import build_modality
from signspot.clips.modality import Modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.window import Window
from signspot.decoders import TUNE
from signspot.decoders.tuning import official_f1
from signspot.errors import InputError
from signspot.labels.views import instances
from signspot.predictions import Predictions
from signspot.rows import LISTED
from signspot.spotters import FitTask, VideoInputs
from signspot.spotters.hsi3d import LEVELS
from signspot.spotters.hsi3d.losses import hierarchical_loss
from signspot.spotters.hsi3d.predict import build, predict
from signspot.spotters.hsi3d.published import load_trunk, read_published
from signspot.spotters.hsi3d.windows import WindowDataset
from signspot.training.batches import Batch, derived_seed, training_batches
from signspot.training.loop import Check, fingerprint, fit
from signspot.training.mixup import mixing_step
from signspot.training.outcome import Outcome, Step
from signspot.training.recipe import Recipe
from signspot.training.store import HISTORY_COLUMNS, save_network

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hsi3d:
    """HS-I3D as a configuration describes it; see :func:`signspot.spotters.hsi3d.hsi3d`."""

    window: Window
    network: Mapping[str, Any]
    rsp: float
    training: Mapping[str, Any] | None
    start: Mapping[str, Any] | None
    check_every: int

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Trains the network and writes ``weights.safetensors``, ``config.json`` and ``history.tsv``; can be resumed.

        The best epoch is that of the highest official F1 of the validation videos, by the first decoder of the spotter.

        Args:
            train: stores of the training videos.
            validation: stores of the videos on which the F1 is measured; may be empty if the last epoch is selected.
            folder: of the spotter.
            task: name, vocabulary, seed, selection, modality, labels, decoder and truth.

        Raises:
            InputError: no sign to learn, a file is missing, damaged or of another network, or an option is wrong.
            SignspotError: the loss is no longer finite.
        """
        recipe = Recipe(**self.training or {}, select=task.select)
        if recipe.schedule == "plateau":
            raise InputError(
                f"spotters.{task.name}.training.schedule: is plateau, which needs a validation accuracy after each "
                "epoch; here the F1 is measured. Take steps or cosine."
            )
        _check_signs(train, task)
        _tell_short_videos(train, task, self.window.length)
        seed = derived_seed(task.seed, "hsi3d")
        modality = build_modality(**task.modality)
        sampler = SAMPLERS.build("windows", rsp=self.rsp)
        stores = [inputs.stores for inputs in train]
        windows = WindowDataset(ClipDataset(modality, stores, sampler, self.window, seed, True, task.labels))
        settings = self.settings(task) | {"rsp": self.rsp, "recipe": asdict(recipe), "seed": task.seed}
        torch.manual_seed(seed)
        network = build(settings, modality)
        if self.start is not None:
            settings |= {"start": load_trunk(network, Checkpoint(**self.start))}
        made_of = settings | {
            "train": [inputs.video for inputs in train],
            "validation": {inputs.video: task.truth.get(inputs.video, ()) for inputs in validation},
            "labels": windows.digest,
            "check_every": self.check_every,
        }
        history = fit(
            network,
            _step(modality),
            training_batches(windows, recipe.batch_size, seed, recipe.workers),
            self._check(validation, modality, recipe.epochs, task) if validation else None,
            recipe,
            seed,
            folder,
            fingerprint(made_of, [path for inputs in (*train, *validation) for path in inputs.files]),
        )
        save_network(folder, network, history, settings)

    def import_trained(self, checkpoint: Checkpoint, example: VideoInputs, folder: Path, task: FitTask) -> None:
        """Writes a published network as a fitted spotter; ``imported`` in its config.json tells the origin.

        Args:
            checkpoint: the published file.
            example: not read: the network reads stores, whatever they show.
            folder: of the spotter.
            task: name, vocabulary and modality.

        Raises:
            InputError: the file is missing, has another digest, or is no network of this kind, size and vocabulary;
                lists the weights that are missing, unexpected or of another shape.
        """
        settings = self.settings(task)
        network = build(settings, build_modality(**task.modality))
        weights, origin = read_published(checkpoint, network)
        network.load_state_dict(weights)
        save_network(folder, network, pd.DataFrame(columns=HISTORY_COLUMNS), settings | {"imported": origin})

    def settings(self, task: FitTask) -> dict[str, Any]:
        """The part of config.json that every HS-I3D has."""
        return {
            "spotter": task.name,
            "kind": "hsi3d",
            "modality": dict(task.modality),
            "network": dict(self.network),
            "levels": list(LEVELS),
            "num_classes": len(task.vocabulary) + 1,
            "vocabulary": list(task.vocabulary),
            "clip": self.window.grid,
        }

    def _check(self, validation: Sequence[VideoInputs], modality: Modality, epochs: int, task: FitTask) -> Check:
        """Measures the official F1 of the mean of the levels on the validation videos."""
        decoder, options = task.decoder
        # What the decoder tunes is tuned on the trained network, and stays at its default here.
        options = {option: value for option, value in options.items() if value != TUNE}

        def check(network: nn.Module, epoch: int) -> dict[str, float]:
            if epoch % self.check_every and epoch != epochs:
                return {"validation_f1": math.nan}
            network.eval()
            found = {inputs.video: self._mean(network, modality, inputs) for inputs in validation}
            return {"validation_f1": official_f1(decoder, options, found, task.truth)}

        return check

    def _mean(self, network: nn.Module, modality: Modality, inputs: VideoInputs) -> Predictions:
        return predict(network, modality, inputs.stores, self.window).without_levels()


def _check_signs(train: Sequence[VideoInputs], task: FitTask) -> None:
    counts = np.zeros(len(task.vocabulary), int)
    for inputs in train:
        labels = task.labels[inputs.video]
        for sign in instances(labels.label, labels.first):
            if sign.class_id >= len(counts):
                raise InputError(
                    f"spotters.{task.name}: the labels name class {sign.class_id}, the vocabulary has {len(counts)} "
                    "signs (from 0). Run the labels stage again with this vocabulary."
                )
            counts[sign.class_id] += 1
    if not counts.any():
        raise InputError(
            f"spotters.{task.name}: no training video shows a sign. "
            "Check that their annotations use the glosses of the vocabulary and lie in the usable range of the videos."
        )
    absent = [sign for sign, count in zip(task.vocabulary, counts, strict=True) if not count]
    if absent:
        log.warning("no training video shows %s: such signs cannot be learnt", ", ".join(absent))


def _tell_short_videos(train: Sequence[VideoInputs], task: FitTask, length: int) -> None:
    short = [inputs.video for inputs in train if len(task.labels[inputs.video].label) < length]
    if short:
        named = ", ".join(short[:LISTED])
        log.warning("%d videos have fewer than the %d frames of a window: %s", len(short), length, named)


def _step(modality: Modality) -> Step:
    def inputs(batch: Batch) -> tuple[Tensor]:
        frames, present, _ = batch
        return (network_input(modality, frames, present),)

    def outcome(levels: Sequence[Tensor], batch: Batch) -> Outcome:
        labels = batch[2]
        loss = hierarchical_loss(levels, labels)
        with torch.no_grad():
            likely = sum(_at_frames(level.float().softmax(2), labels.shape[1]) for level in levels).argmax(2)
        return Outcome(loss, (likely == labels).sum(), labels.numel())

    return mixing_step(inputs, outcome)


def _at_frames(level: Tensor, length: int) -> Tensor:
    """The steps of a level, (B, steps, K), repeated to one for each frame."""
    return level.repeat_interleave(length // level.shape[1], 1)

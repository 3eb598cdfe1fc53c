"""Fitting the spotting head to the cached features of all experts, or taking a published one as it is."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from signspot.backbones.checkpoints import Checkpoint
from signspot.errors import InputError
from signspot.spotters import FitTask, VideoInputs
from signspot.spotters.bilstm.head import SpottingHead
from signspot.spotters.bilstm.losses import spotting_loss
from signspot.spotters.bilstm.sequences import (
    Augmentation,
    ClipFeatures,
    SequenceDataset,
    check_experts,
    feature_statistics,
    padded,
)
from signspot.training.batches import Batch, derived_seed
from signspot.training.mixup import mixing_step
from signspot.training.outcome import Outcome
from signspot.training.recipe import Recipe
from signspot.training.run import Training
from signspot.training.run import train as run
from signspot.training.store import HISTORY_COLUMNS, save_network
from signspot.vipl.head import SPARE_CLASSES, read_head

log = logging.getLogger(__name__)


class StandardisedHead(SpottingHead):
    """The spotting head on features that are standardised by the ``mean`` and ``deviation`` stored with its weights."""

    def __init__(self, input_dim: int, num_classes: int, **options: Any) -> None:
        super().__init__(input_dim, num_classes, **options)
        self.register_buffer("mean", torch.zeros(input_dim))
        self.register_buffer("deviation", torch.ones(input_dim))

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward((x - self.mean) / self.deviation, lengths)


@dataclass(frozen=True)
class Bilstm:
    """The spotting head as a configuration describes it; see :func:`signspot.spotters.bilstm.bilstm`."""

    head: Mapping[str, Any]
    training: Mapping[str, Any] | None = None
    standardise: bool = False
    augmentation: Augmentation = field(default_factory=Augmentation)

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Trains the head and writes ``weights.safetensors``, ``config.json`` and ``history.tsv``. It can be resumed.

        Accuracies are shares of clips. Validation is on whole videos.

        Args:
            train: feature files of the training videos.
            validation: may be empty if the last epoch is selected.
            folder: of the spotter.
            task: name, vocabulary, seed, selection and labels.

        Raises:
            InputError: no clip shows a sign, the files do not belong together, or an option is wrong.
            SignspotError: the loss is no longer finite.
        """
        recipe = Recipe(**self.training or {}, select=task.select)
        seed = derived_seed(task.seed, "spotter")
        augmentation = None if self.augmentation == Augmentation() else self.augmentation
        training_videos = SequenceDataset(train, task.labels, seed, augmentation)
        validation_videos = SequenceDataset(validation, task.labels, seed)
        _check_labels(training_videos, task.vocabulary)
        features = training_videos.features[0]
        for inputs, clips in zip(validation, validation_videos.features, strict=True):
            check_experts(inputs.video, clips, features.experts, features.stride)
        settings = _settings(task, features, self.head, len(task.vocabulary) + 1, self.standardise)
        settings |= {"recipe": asdict(recipe), "augmentation": asdict(self.augmentation), "seed": task.seed}
        torch.manual_seed(seed)
        network = build(settings)
        if self.standardise:
            mean, deviation = training_videos.statistics or feature_statistics(training_videos.features)
            network.mean.copy_(torch.from_numpy(mean))
            network.deviation.copy_(torch.from_numpy(deviation))
        run(
            Training(
                network,
                _step,
                training_videos,
                validation_videos,
                recipe,
                seed,
                folder,
                settings=settings,
                inputs={
                    "train": [inputs.video for inputs in train],
                    "validation": [inputs.video for inputs in validation],
                    "labels": [training_videos.digest, validation_videos.digest],
                },
                files=[path for inputs in (*train, *validation) for path in inputs.features],
                collate=padded,
            )
        )
        _warn_of_dead_offsets(network, training_videos.features)

    def import_trained(self, checkpoint: Checkpoint, example: VideoInputs, folder: Path, task: FitTask) -> None:
        """Writes the published head of the entry as a fitted spotter; ``imported`` in its config.json tells the origin.

        Args:
            checkpoint: the published file.
            example: a video whose feature files tell experts and clips.
            folder: of the spotter.
            task: name and vocabulary.

        Raises:
            InputError: the file is missing, has another digest, is no published head, or is one for other features or
                another vocabulary; lists the weights that are missing, unexpected or of another shape.
        """
        published = read_head(checkpoint)
        head = {**self.head, "outputs": published.form.outputs, "offset_activation": "relu"}
        num_classes = len(task.vocabulary) + SPARE_CLASSES
        settings = _settings(task, ClipFeatures(example.features), head, num_classes, standardise=False)
        with torch.device("meta"):
            network = build(settings)
        network.load_state_dict(published.weights(network.state_dict(), len(task.vocabulary)), assign=True)
        history = pd.DataFrame(columns=HISTORY_COLUMNS)
        save_network(folder, network, history, settings | {"imported": published.origin})


def _settings(
    task: FitTask, features: ClipFeatures, head: Mapping[str, Any], num_classes: int, standardise: bool
) -> dict[str, Any]:
    """The part of config.json that every spotting head has."""
    return {
        "spotter": task.name,
        "kind": "bilstm",
        "experts": features.experts,
        "head": dict(head),
        "num_classes": num_classes,
        "standardise": standardise,
        "vocabulary": list(task.vocabulary),
        "clip": {"length": features.length, "stride": features.stride},
    }


def build(config: Mapping[str, Any]) -> SpottingHead:
    """The head that a config.json describes, with fresh weights.

    Raises:
        InputError: an option of the head is wrong.
    """
    kind = StandardisedHead if config["standardise"] else SpottingHead
    dim = sum(expert["features"] for expert in config["experts"])
    try:
        return kind(dim, config["num_classes"], **config["head"])
    except (InputError, TypeError, ValueError) as error:
        raise InputError(
            f"spotters.{config['spotter']}.head: {error}. The options are those of SpottingHead."
        ) from error


def _inputs(batch: Batch) -> tuple[Tensor, Tensor]:
    x, lengths, *_ = batch
    return x, lengths


def _outcome(outputs: tuple[Tensor, Tensor], batch: Batch) -> Outcome:
    logits, offsets = outputs
    _, lengths, labels, targets = batch
    mask = torch.arange(labels.shape[1], device=labels.device) < lengths[:, None]
    correct = (logits.argmax(2) == labels) & mask
    return Outcome(spotting_loss(logits, offsets, labels, targets, mask), correct.sum(), int(mask.sum()))


_step = mixing_step(_inputs, _outcome)


def _check_labels(videos: SequenceDataset, vocabulary: Sequence[str]) -> None:
    highest = max((int(labels.max(initial=0)) for labels, _ in videos.targets), default=0)
    if highest == 0:
        raise InputError(
            "spotter: no clip of the training videos shows a sign. "
            "Check that their annotations use the glosses of the vocabulary and lie in the usable range of the videos."
        )
    if highest > len(vocabulary):
        raise InputError(
            f"spotter: the labels name class {highest - 1}, the vocabulary has {len(vocabulary)} signs (from 0). "
            "Run the labels stage again with this vocabulary."
        )


@torch.inference_mode()
def _warn_of_dead_offsets(network: nn.Module, videos: Sequence[ClipFeatures]) -> None:
    """A final ReLU can end at zero for every clip, and then learns no more. One other clip is enough to know."""
    network.eval()
    device = next(network.parameters()).device
    largest = np.zeros(2)
    for clips in videos:
        x = torch.from_numpy(clips.read(0, len(clips)))
        _, offsets = network(x[None].to(device), torch.tensor([len(clips)]))
        largest = np.maximum(largest, offsets[0, :, :2].amax(0).float().cpu().numpy())
        if largest.all():
            return
    for side, value in zip(("start", "end"), largest, strict=True):
        if value == 0:
            log.warning(
                "the offset to the %s of a sign is 0 for every clip: its ReLU is dead. "
                "Set head.offset_activation of the spotter to softplus, or change the seed",
                side,
            )

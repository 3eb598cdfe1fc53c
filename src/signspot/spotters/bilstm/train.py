"""Training the spotting head on the cached features of all experts."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.labels.frames import FrameLabels
from signspot.spotters.bilstm.head import SpottingHead
from signspot.spotters.bilstm.losses import spotting_loss
from signspot.spotters.bilstm.sequences import (
    Augmentation,
    SequenceDataset,
    VideoFeatures,
    check_experts,
    feature_statistics,
    padded,
)
from signspot.training.batches import Batch, derived_seed
from signspot.training.loop import Outcome
from signspot.training.recipe import Recipe
from signspot.training.run import Training
from signspot.training.run import train as run
from signspot.training.store import load_weights, read_config

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SpotterConfig:
    """The spotter and how it is trained.

    Args:
        head: options of :class:`SpottingHead`.
        recipe: a batch is a number of videos, or of their parts.
        standardise: bring every feature to mean 0 and deviation 1 on the training videos; published: no.
    """

    head: Mapping[str, Any]
    recipe: Recipe
    augmentation: Augmentation = field(default_factory=Augmentation)
    standardise: bool = False


class StandardisedHead(SpottingHead):
    """The spotting head on features that are standardised by the ``mean`` and ``deviation`` stored with its weights."""

    def __init__(self, input_dim: int, num_classes: int, **options: Any) -> None:
        super().__init__(input_dim, num_classes, **options)
        self.register_buffer("mean", torch.zeros(input_dim))
        self.register_buffer("deviation", torch.ones(input_dim))

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward((x - self.mean) / self.deviation, lengths)


def train_spotter(
    config: SpotterConfig,
    train: Sequence[VideoFeatures],
    validation: Sequence[VideoFeatures],
    folder: Path,
    *,
    vocabulary: Sequence[str],
    seed: int,
    labels: Mapping[str, FrameLabels] | None = None,
) -> None:
    """Trains a spotter and writes ``weights.safetensors``, ``config.json`` and ``history.tsv``. It can be resumed.

    Accuracies are shares of clips. Validation is on whole videos.

    Args:
        validation: may be empty if the recipe selects the last epoch.
        vocabulary: the C glosses in the order of their class ids.
        labels: of all videos, by their names; without them, the labels file of each is read.

    Raises:
        InputError: no clip shows a sign, the files do not belong together, or an option is wrong.
        SignspotError: the loss is no longer finite.
    """
    recipe = config.recipe
    seed_of_spotter = derived_seed(seed, "spotter")
    augmentation = None if config.augmentation == Augmentation() else config.augmentation
    training_videos = SequenceDataset(train, seed_of_spotter, augmentation, labels)
    validation_videos = SequenceDataset(validation, seed_of_spotter, labels=labels)
    _check_labels(training_videos, vocabulary)
    features = training_videos.features[0]
    for one, clips in zip(validation, validation_videos.features, strict=True):
        check_experts(one.video, clips, features.experts, features.stride)
    settings = {
        "experts": features.experts,
        "head": dict(config.head),
        "num_classes": len(vocabulary) + 1,
        "standardise": config.standardise,
        "recipe": asdict(recipe),
        "augmentation": asdict(config.augmentation),
        "seed": seed,
        "vocabulary": list(vocabulary),
        "clip": {"length": Window().length, "stride": features.stride},
    }
    torch.manual_seed(seed_of_spotter)
    network = _build(settings)
    if config.standardise:
        mean, deviation = training_videos.statistics or feature_statistics(training_videos.features)
        network.mean.copy_(torch.from_numpy(mean))
        network.deviation.copy_(torch.from_numpy(deviation))
    inputs = {
        "train": [one.video for one in train],
        "validation": [one.video for one in validation],
        "labels": [training_videos.digest, validation_videos.digest],
    }
    run(
        Training(
            network,
            _step,
            training_videos,
            validation_videos,
            recipe,
            seed_of_spotter,
            folder,
            settings=settings,
            inputs=inputs,
            files=[path for one in (*train, *validation) for path in one.features],
            collate=padded,
        )
    )
    _warn_of_dead_offsets(network, SequenceDataset(train, seed_of_spotter, labels=labels))


def load_spotter(folder: Path) -> tuple[SpottingHead, dict[str, Any]]:
    """A trained spotter, for evaluation on the CPU, and the content of its config.json.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    config = read_config(folder, ("experts", "head", "num_classes", "standardise", "vocabulary", "clip"))
    network = _build(config)
    load_weights(folder, network, config)
    return network, config


def _build(config: Mapping[str, Any]) -> SpottingHead:
    kind = StandardisedHead if config["standardise"] else SpottingHead
    dim = sum(expert["features"] for expert in config["experts"])
    try:
        return kind(dim, config["num_classes"], **config["head"])
    except (InputError, TypeError, ValueError) as error:
        raise InputError(f"spotter.head: {error}. The options are those of SpottingHead.") from error


def _step(network: nn.Module, batch: Batch) -> Outcome:
    x, lengths, labels, targets = batch
    logits, offsets = network(x, lengths)
    mask = torch.arange(labels.shape[1], device=labels.device) < lengths[:, None]
    correct = (logits.argmax(2) == labels) & mask
    return Outcome(spotting_loss(logits, offsets, labels, targets, mask), correct.sum(), int(mask.sum()))


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
def _warn_of_dead_offsets(network: nn.Module, videos: SequenceDataset) -> None:
    """A final ReLU can end at zero for every clip, and then learns no more. One other clip is enough to know."""
    network.eval()
    device = next(network.parameters()).device
    largest = np.zeros(2)
    for x, labels, _ in videos:
        _, offsets = network(x[None].to(device), torch.tensor([len(labels)]))
        largest = np.maximum(largest, offsets[0, :, :2].amax(0).float().cpu().numpy())
        if largest.all():
            return
    for side, value in zip(("start", "end"), largest, strict=True):
        if value == 0:
            log.warning(
                "the offset to the %s of a sign is 0 for every clip: its ReLU is dead. "
                "Set spotter.head.offset_activation to softplus, or change the seed",
                side,
            )

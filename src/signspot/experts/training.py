"""The trainings of an expert, a list: published are one on the clips of signs, and one on all clips that goes on."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from signspot.backbones import build
from signspot.backbones.checkpoints import Checkpoint
from signspot.backbones.weights import load_published
from signspot.clips.dataset import ClipDataset, network_input
from signspot.clips.modalities import build_modality
from signspot.clips.modality import Modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.variants import Variants
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.experts.config import origin_of
from signspot.experts.losses import step_losses, summed_cross_entropy
from signspot.experts.options import Loss, check_loss, check_tta
from signspot.experts.store import load_expert
from signspot.labels.frames import FrameLabels
from signspot.stores import VideoFiles
from signspot.training.batches import Batch, derived_seed
from signspot.training.mixup import mixing_step
from signspot.training.outcome import Outcome, Step
from signspot.training.recipe import Recipe
from signspot.training.run import Training, train

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExpertConfig:
    """An expert and one of its trainings.

    Args:
        modality, backbone: ``name`` and the options of each.
        window: of the clips.
        clips: name of the sampler that chooses the clips.
        label_smoothing: share of the target spread over all classes; published: 0.
        class_balance: a class counts by its number of clips to the power of minus this, from 0 (published: every clip
            alike) to 1 (every class alike).
        tta: the variants of a clip over which the outputs of the trained expert are means; the training has none.
        loss: ``steps`` is that of S3D, which neither smooths labels nor balances classes.

    Raises:
        InputError: the modality has no such variants, or the backbone no such loss.
    """

    name: str
    modality: Mapping[str, Any]
    backbone: Mapping[str, Any]
    window: Window
    clips: str
    recipe: Recipe
    label_smoothing: float = 0.0
    class_balance: float = 0.0
    tta: Variants = "none"
    loss: Loss = "cross_entropy"

    def __post_init__(self) -> None:
        check_tta(self.tta, self.modality["name"], self.name)
        check_loss(self.loss, self.backbone["name"], self.label_smoothing, self.class_balance, self.name)


def train_expert(
    expert: ExpertConfig,
    number: int,
    training: Sequence[VideoFiles],
    validation: Sequence[VideoFiles],
    folder: Path,
    *,
    vocabulary: Sequence[str],
    seed: int,
    labels: Mapping[str, FrameLabels],
    start: Path | Checkpoint | None = None,
) -> None:
    """Runs one training and writes ``weights.safetensors``, ``config.json`` and ``history.tsv``. It can be resumed.

    The loss is the cross-entropy over C + 1 classes, 0 being the background, as published; of a network with logits of
    parts, the sum over all of them; or that of steps, if the expert asks for it. Validation is on the same kind of
    clips as training.

    Args:
        expert: and the recipe of this training.
        number: of the training in the list of the expert, from 1.
        training: videos to learn from.
        validation: may be empty if the recipe selects the last epoch.
        folder: of this training.
        vocabulary: the C glosses in the order of their class ids.
        seed: of the run.
        labels: of all videos, by their names.
        start: folder of the training before, or a file of weights, whose classes may be others; without it, the weights
            are random. A file is named in config.json under ``start``, in the trainings that come of it too; of an
            expert of ours also its name and how many signs it knew.

    Raises:
        InputError: no clip to train on, labels of another vocabulary, a ``start`` of another expert, or wrong files.
        SignspotError: the loss is no longer finite.
    """
    modality, sampler = build_modality(**expert.modality), SAMPLERS.build(expert.clips)
    own_seed = derived_seed(seed, expert.name, number)
    training_clips, validation_clips = (
        ClipDataset(modality, videos, sampler, expert.window, own_seed, augment, labels, in_memory)
        for videos, augment, in_memory in ((training, True, expert.recipe.in_memory), (validation, False, False))
    )
    _check_labels(training_clips.labels, vocabulary)
    settings = _settings(expert, number, vocabulary, seed)
    torch.manual_seed(own_seed)
    network, origin, source = _start(modality, settings, start)
    inputs = {
        "train": [files.video for files in training],
        "validation": [files.video for files in validation],
        "labels": [training_clips.digest, validation_clips.digest],
        "start": origin,
    }
    weights = _class_weights(training_clips.labels, len(vocabulary) + 1, expert.class_balance)
    steps = expert.loss == "steps"
    step = _step_of_steps(modality) if steps else _step(modality, weights, expert.label_smoothing)
    stores = _stores(modality, [*training, *validation])
    data = training_clips, validation_clips
    train(Training(network, step, *data, expert.recipe, own_seed, folder, settings | source, inputs, stores))


def _settings(expert: ExpertConfig, number: int, vocabulary: Sequence[str], seed: int) -> dict[str, Any]:
    """Content of config.json."""
    return {
        "expert": expert.name,
        "modality": dict(expert.modality),
        "backbone": dict(expert.backbone),
        "num_classes": len(vocabulary) + 1,
        "training": number,
        "clips": expert.clips,
        "recipe": asdict(expert.recipe),
        "label_smoothing": expert.label_smoothing,
        "class_balance": expert.class_balance,
        "loss": expert.loss,
        "seed": seed,
        "vocabulary": list(vocabulary),
        "clip": asdict(expert.window),
        "tta": expert.tta,
    }


def _check_labels(labels: np.ndarray, vocabulary: Sequence[str]) -> None:
    counts = np.bincount(labels, minlength=len(vocabulary) + 1)[1:]
    if not counts.any():
        raise InputError(
            "training: no clip of the training videos shows a sign. "
            "Check that their annotations use the glosses of the vocabulary and lie in the usable range of the videos."
        )
    if len(counts) > len(vocabulary):
        raise InputError(
            f"training: the labels name class {len(counts) - 1}, the vocabulary has {len(vocabulary)} signs (from 0). "
            "Run the labels stage again with this vocabulary."
        )
    absent = [sign for sign, count in zip(vocabulary, counts, strict=True) if not count]
    if absent:
        log.warning("no training clip shows %s: such signs cannot be learnt", ", ".join(absent))


def _start(
    modality: Modality, settings: Mapping[str, Any], start: Path | Checkpoint | None
) -> tuple[nn.Module, str | None, dict[str, Any]]:
    """The network at the start of a training, the digest of the weights that it comes from, and ``start``, if any."""
    if isinstance(start, Path):
        return _previous(settings, start)
    network = build(num_classes=settings["num_classes"], in_channels=modality.channels, **settings["backbone"])
    if start is None:
        return network, None, {}
    source = load_published(network, settings["backbone"]["name"], start, other_classes=True)
    return network, source["sha256"], {"start": source | origin_of(start.path)}


def _previous(settings: Mapping[str, Any], folder: Path) -> tuple[nn.Module, str, dict[str, Any]]:
    network, _, config = load_expert(folder)
    for key in ("modality", "backbone", "vocabulary"):
        if config[key] != settings[key]:
            raise InputError(
                f"{folder}: its {key} is {config[key]}, expected {settings[key]}. "
                "Run that training with these settings first."
            )
    source = {"start": config["start"]} if "start" in config else {}
    return network, config["weights_sha256"], source


def _class_weights(labels: np.ndarray, num_classes: int, balance: float) -> Tensor:
    counts = np.bincount(labels, minlength=num_classes)
    return torch.from_numpy(np.maximum(counts, 1).astype(np.float32) ** -balance)


def _step(modality: Modality, weights: Tensor, label_smoothing: float) -> Step:
    def outcome(outputs: tuple[Tensor, ...], batch: Batch) -> Outcome:
        _, logits, *parts = outputs
        labels = batch[2]
        loss = summed_cross_entropy((logits, *parts), labels, weights.to(logits.device), label_smoothing)
        return Outcome(loss, (logits.argmax(1) == labels).sum(), len(labels))

    return mixing_step(_inputs(modality), outcome)


def _step_of_steps(modality: Modality) -> Step:
    """A step that learns from the logits of the steps of a clip; it is named by their mean, as outside training."""

    def outcome(step_logits: Tensor, batch: Batch) -> Outcome:
        frames, _, labels = batch
        loss = step_losses(step_logits, labels, frames.shape[2]).mean
        return Outcome(loss, (step_logits.mean(2).argmax(1) == labels).sum(), len(labels))

    step = mixing_step(_inputs(modality), outcome)
    return lambda network, *batch: step(network.step_logits, *batch)


def _inputs(modality: Modality) -> Callable[[Batch], tuple[Tensor]]:
    def inputs(batch: Batch) -> tuple[Tensor]:
        frames, present, _ = batch
        return (network_input(modality, frames, present),)

    return inputs


def _stores(modality: Modality, videos: Sequence[VideoFiles]) -> list[Path]:
    """What a modality reads. Other stores may still be in the making: the training does not depend on them."""
    paths = [getattr(files, store) for files in videos for store in modality.stores]
    return [path for path in paths if path.exists()]

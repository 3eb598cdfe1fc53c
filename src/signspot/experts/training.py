"""The two rounds of an expert: round 1 on the sign clips only, round 2 on all clips from the weights of round 1."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from signspot.backbones import build
from signspot.backbones.weights import load_published
from signspot.clips import CLIP_LENGTH, ClipDataset, Modality, build_modality, network_input
from signspot.clips.window import Window
from signspot.compute.devices import autocast, best_device
from signspot.errors import InputError
from signspot.labels.frames import FrameLabels
from signspot.stores import VideoFiles
from signspot.training.batches import Batch, derived_seed, plain_batches, training_batches
from signspot.training.checkpoints import Checkpoint
from signspot.training.loop import Outcome, Step, fingerprint, fit
from signspot.training.recipe import Recipe
from signspot.training.store import HISTORY_COLUMNS, load_weights, read_config, save_network

log = logging.getLogger(__name__)

SELECT = {1: "signs", 2: "all"}
"""Clips of each round."""


@dataclass(frozen=True)
class ExpertConfig:
    """An expert and the recipe of one of its rounds.

    Args:
        modality, backbone: ``name`` and the options of each.
        label_smoothing: share of the target spread over all classes; published: 0.
        class_balance: a class counts by its number of clips to the power of minus this, from 0 (published: every clip
            alike) to 1 (every class alike).
    """

    name: str
    modality: Mapping[str, Any]
    backbone: Mapping[str, Any]
    recipe: Recipe
    label_smoothing: float = 0.0
    class_balance: float = 0.0


class Expert(NamedTuple):
    """A trained expert: its network (for evaluation, on the CPU), its modality, and the content of its config.json."""

    network: nn.Module
    modality: Modality
    config: dict[str, Any]


def train_round(
    expert: ExpertConfig,
    round_number: Literal[1, 2],
    train: Sequence[VideoFiles],
    validation: Sequence[VideoFiles],
    folder: Path,
    *,
    vocabulary: Sequence[str],
    stride: int,
    seed: int,
    init: Path | Checkpoint | None = None,
    labels: Mapping[str, FrameLabels] | None = None,
) -> None:
    """Trains one round and writes ``weights.safetensors``, ``config.json`` and ``history.tsv``. It can be resumed.

    The loss is the cross-entropy over C + 1 classes, 0 being the background, as published. Validation is on the same
    kind of clips as training.

    Args:
        validation: may be empty if the recipe selects the last epoch.
        vocabulary: the C glosses in the order of their class ids.
        stride: of the clips, in frames.
        init: folder of the round to start from, or published weights; without it, the weights are random. Published
            weights are named in config.json under ``pretrained``, in the rounds that come of them too.
        labels: of all videos, by their names; without them, the labels file of each is read.

    Raises:
        InputError: no clip to train on, labels of another vocabulary, an ``init`` of another expert, or wrong files.
        SignspotError: the loss is no longer finite.
    """
    modality = build_modality(**expert.modality)
    recipe, select = expert.recipe, SELECT[round_number]
    seed_of_round = derived_seed(seed, expert.name, round_number)
    training_clips = ClipDataset(
        modality,
        train,
        select,
        seed_of_round,
        augment=True,
        labels=labels,
        in_memory=recipe.in_memory,
        window=Window(stride=stride),
    )
    validation_clips = ClipDataset(
        modality, validation, select, seed_of_round, augment=False, labels=labels, window=Window(stride=stride)
    )
    _check_labels(training_clips.labels, vocabulary)
    settings = {
        "expert": expert.name,
        "modality": dict(expert.modality),
        "backbone": dict(expert.backbone),
        "num_classes": len(vocabulary) + 1,
        "round": round_number,
        "recipe": asdict(recipe),
        "label_smoothing": expert.label_smoothing,
        "class_balance": expert.class_balance,
        "seed": seed,
        "vocabulary": list(vocabulary),
        "clip": {"length": CLIP_LENGTH, "stride": stride},
    }
    torch.manual_seed(seed_of_round)
    network, origin, published = _start(modality, settings, init)
    settings |= published
    weights = _class_weights(training_clips.labels, len(vocabulary) + 1, expert.class_balance)
    inputs = {
        "train": [files.video for files in train],
        "validation": [files.video for files in validation],
        "labels": [training_clips.digest, validation_clips.digest],
        "init": origin,
    }
    history = fit(
        network,
        _step(modality, weights, expert.label_smoothing),
        training_batches(training_clips, recipe.batch_size, seed_of_round, recipe.workers),
        plain_batches(validation_clips, recipe.batch_size, recipe.workers) if len(validation_clips) else None,
        recipe,
        seed_of_round,
        folder,
        fingerprint(settings | inputs, _stores(modality, [*train, *validation])),
    )
    save_network(folder, network, history, settings)


def import_expert(
    name: str,
    modality: Mapping[str, Any],
    backbone: Mapping[str, Any],
    checkpoint: Checkpoint,
    folder: Path,
    *,
    vocabulary: Sequence[str],
    stride: int,
) -> None:
    """Writes a published expert, as it is, in the place of a trained round; its history is empty.

    Args:
        modality, backbone: ``name`` and the options of each, those with which the expert was trained.
        vocabulary: the C glosses in the order of the published classes, of which 0 is the background.
        stride: of the clips, in frames.

    Raises:
        InputError: as :func:`signspot.backbones.weights.load_published`.
    """
    channels = build_modality(**modality).channels
    network = build(num_classes=len(vocabulary) + 1, in_channels=channels, **backbone)
    settings = {
        "expert": name,
        "modality": dict(modality),
        "backbone": dict(backbone),
        "num_classes": len(vocabulary) + 1,
        "trained": load_published(network, backbone["name"], checkpoint, other_classes=False),
        "vocabulary": list(vocabulary),
        "clip": {"length": CLIP_LENGTH, "stride": stride},
    }
    save_network(folder, network, pd.DataFrame(columns=HISTORY_COLUMNS), settings)


def load_expert(folder: Path) -> Expert:
    """A trained expert.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    config = read_config(folder, ("expert", "modality", "backbone", "num_classes", "vocabulary", "clip"))
    modality = build_modality(**config["modality"])
    network = build(num_classes=config["num_classes"], in_channels=modality.channels, **config["backbone"])
    load_weights(folder, network, config)
    return Expert(network, modality, config)


@torch.inference_mode()
def accuracy(
    folder: Path, files: Sequence[VideoFiles], batch_size: int = 8, labels: Mapping[str, FrameLabels] | None = None
) -> dict[str, float | int | None]:
    """How well an expert alone names the clips of labelled videos.

    Args:
        labels: of the videos, by their names; without them, the labels file of each is read.

    Returns:
        ``sign_clips``: share of the clips with a sign whose sign is named rightly, the background being no choice, so
        that both rounds compare with ``chance`` = 1 / C; ``all_clips``: share of all clips named rightly, the
        background being one of C + 1 choices; ``clips``: number of clips with a sign. A share of no clips is None.

    Raises:
        InputError: as :func:`load_expert`, or a store is missing or damaged.
    """
    network, modality, config = load_expert(folder)
    device = best_device()
    network.to(device)
    precision = autocast(device)
    named: list[Tensor] = [torch.empty(2, 0, dtype=torch.bool)]
    shown: list[Tensor] = [torch.empty(0, dtype=torch.bool)]
    dataset = ClipDataset(modality, files, "all", 0, augment=False, labels=labels)
    for frames, present, label in plain_batches(dataset, batch_size):
        clips = network_input(modality, frames.to(device), present.to(device))
        with precision:
            logits = network(clips)[1].float().cpu()
        named.append(torch.stack([logits[:, 1:].argmax(1) + 1 == label, logits.argmax(1) == label]))
        shown.append(label > 0)
    of_signs, of_all = torch.cat(named, 1)
    signs = torch.cat(shown)
    return {
        "sign_clips": _share(of_signs[signs]),
        "all_clips": _share(of_all),
        "chance": 1 / (config["num_classes"] - 1),
        "clips": int(signs.sum()),
    }


def _share(right: Tensor) -> float | None:
    return right.double().mean().item() if len(right) else None


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
    modality: Modality, settings: Mapping[str, Any], init: Path | Checkpoint | None
) -> tuple[nn.Module, str | None, dict[str, Any]]:
    """The network at the start of a round, the digest of the weights that it comes from, and ``pretrained``, if any."""
    if isinstance(init, Path):
        return _previous(settings, init)
    network = build(num_classes=settings["num_classes"], in_channels=modality.channels, **settings["backbone"])
    if init is None:
        return network, None, {}
    source = load_published(network, settings["backbone"]["name"], init, other_classes=True)
    return network, source["sha256"], {"pretrained": source}


def _previous(settings: Mapping[str, Any], folder: Path) -> tuple[nn.Module, str, dict[str, Any]]:
    network, _, config = load_expert(folder)
    for key in ("modality", "backbone", "vocabulary"):
        if config[key] != settings[key]:
            raise InputError(
                f"{folder}: its {key} is {config[key]}, expected {settings[key]}. "
                "Train that round with these settings first."
            )
    published = {"pretrained": config["pretrained"]} if "pretrained" in config else {}
    return network, config["weights_sha256"], published


def _class_weights(labels: np.ndarray, num_classes: int, balance: float) -> Tensor:
    counts = np.bincount(labels, minlength=num_classes)
    return torch.from_numpy(np.maximum(counts, 1).astype(np.float32) ** -balance)


def _step(modality: Modality, weights: Tensor, label_smoothing: float) -> Step:
    def step(network: nn.Module, batch: Batch) -> Outcome:
        frames, present, labels = batch
        logits = network(network_input(modality, frames, present))[1].float()
        loss = F.cross_entropy(logits, labels, weights.to(logits.device), label_smoothing=label_smoothing)
        return Outcome(loss, (logits.argmax(1) == labels).sum(), len(labels))

    return step


def _stores(modality: Modality, videos: Sequence[VideoFiles]) -> list[Path]:
    """What a modality reads. Other stores may still be in the making: the training does not depend on them."""
    paths = [getattr(files, store) for files in videos for store in modality.stores]
    return [path for path in paths if path.exists()]

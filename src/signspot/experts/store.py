"""A trained expert on disk: reading one, and taking a published one as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from torch import nn

from signspot.backbones import BACKBONES, build
from signspot.backbones.checkpoints import Checkpoint
from signspot.backbones.weights import load_published
from signspot.clips.modalities import MODALITIES, build_modality
from signspot.clips.modality import Modality
from signspot.clips.window import Window
from signspot.compute.devices import best_device
from signspot.errors import InputError, bare
from signspot.training.store import AGAIN, CONFIG, HISTORY_COLUMNS, load_network, read_config, save_network


class Expert(NamedTuple):
    """A trained expert: its network (for evaluation), its modality, and the content of its config.json."""

    network: nn.Module
    modality: Modality
    config: dict[str, Any]

    @property
    def window(self) -> Window:
        """The clips that it was trained on."""
        return Window(**self.config["clip"])


def load_expert(folder: Path) -> Expert:
    """A trained expert, on the CPU.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    config = read_expert_config(folder)
    modality = build_modality(**config["modality"])
    sizes = {"num_classes": config["num_classes"], "in_channels": modality.channels}
    network = load_network(folder, config, lambda: build(**sizes, **config["backbone"]))
    return Expert(network, modality, config)


def read_expert_config(folder: Path) -> dict[str, Any]:
    """The configuration of a trained expert, which may come from anybody; its network can be built.

    Raises:
        InputError: the file is missing, lacks a key, or a value is wrong.
        DamagedStore: it is no JSON object.
    """
    config = read_config(folder, ("expert", "modality", "backbone", "num_classes", "vocabulary", "clip"))
    path = folder / CONFIG
    for registry, block in ((MODALITIES, "modality"), (BACKBONES, "backbone")):
        options = {option: value for option, value in config[block].items() if option != "name"}
        registry.check(config[block]["name"], options, f"{path}: {block} {bare(config[block]['name'])}")
    classes, signs = config["num_classes"], len(config["vocabulary"])
    if classes != signs + 1:
        raise InputError(f"{path}: num_classes is {classes}, expected {signs + 1} for {signs} signs. {AGAIN}")
    return config


def load_on_device(folder: Path) -> Expert:
    """A trained expert where it computes fastest.

    Raises:
        InputError: as :func:`load_expert`.
    """
    expert = load_expert(folder)
    expert.network.to(best_device())
    return expert


def import_expert(
    name: str,
    modality: Mapping[str, Any],
    backbone: Mapping[str, Any],
    window: Window,
    checkpoint: Checkpoint,
    folder: Path,
    *,
    vocabulary: Sequence[str],
) -> None:
    """Writes a published expert, as it is, in the place of its first training; its history is empty.

    Args:
        name: of the expert.
        modality, backbone: ``name`` and the options of each, those with which the expert was trained.
        window: of the clips that the expert was trained on.
        checkpoint: the published file.
        folder: where the files of a training are written.
        vocabulary: the C glosses in the order of the published classes, of which 0 is the background.

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
        "clip": asdict(window),
    }
    save_network(folder, network, pd.DataFrame(columns=HISTORY_COLUMNS), settings)

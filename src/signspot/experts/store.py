"""A trained expert on disk: reading one, and taking a published one as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch
from torch import Tensor, nn

from signspot.backbones import build
from signspot.backbones.checkpoints import Checkpoint
from signspot.backbones.weights import load_published
from signspot.clips.modalities import build_modality
from signspot.clips.modality import Modality
from signspot.clips.variants import Variants, mean_over_variants, variants
from signspot.clips.window import Window
from signspot.compute.devices import on_device
from signspot.errors import InputError, bare
from signspot.experts.config import expert_beside, origin_of, read_expert_config
from signspot.experts.options import check_tta
from signspot.training.store import HISTORY_COLUMNS, load_network, save_network

NEVER = -1e4
"""The logit of a background that a network does not know: its probability is 0."""


class Expert(NamedTuple):
    """A trained expert: its network (for evaluation), its modality, and the content of its config.json."""

    network: nn.Module
    modality: Modality
    config: dict[str, Any]

    @property
    def window(self) -> Window:
        """The clips that it was trained on."""
        return Window(**self.config["clip"])

    @property
    def tta(self) -> Variants:
        """The variants of a clip over which its outputs are means; ``none`` of older experts."""
        return self.config.get("tta", "none")

    def outputs(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Feature (B, feature_dim) and logits (B, num_classes) of clips, float32: means over their variants.

        Args:
            clips: (B, channels, length, …), as the network takes them, on its device.
        """
        if self.tta == "none":
            return self._plain(clips)
        return mean_over_variants(self._plain, variants(clips, self.tta, self.modality.partners))

    def _plain(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        feature, logits, *_ = self.network(clips)
        return feature.float(), logits.float()


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


def load_on_device(folder: Path) -> Expert:
    """A trained expert where it computes fastest.

    Raises:
        InputError: as :func:`load_expert`.
    """
    expert = load_expert(folder)
    on_device(expert.network)
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
    tta: Variants = "none",
    background: bool = True,
) -> None:
    """Writes a published expert, as it is, in the place of its first training; its history is empty.

    Args:
        name: of the expert.
        modality, backbone: ``name`` and the options of each, those with which the expert was trained.
        window: of the clips that the expert was trained on.
        checkpoint: the published file.
        folder: where the files of a training are written.
        vocabulary: the C glosses in the order of the published classes.
        background: whether the published class 0 is the background. A network without one gets one that it never names.
        tta: the variants of a clip over which the outputs of the expert are means.

    Raises:
        InputError: the modality has no such variants, or as :func:`signspot.backbones.weights.load_published`; or the
            file is that of an expert of ours, and its config.json names other signs, or the same ones in another order.
    """
    check_tta(tta, modality["name"], name)
    _check_vocabulary(checkpoint, vocabulary)
    channels = build_modality(**modality).channels
    published = build(num_classes=len(vocabulary) + background, in_channels=channels, **backbone)
    source = load_published(published, backbone["name"], checkpoint, other_classes=False)
    network = build(num_classes=len(vocabulary) + 1, in_channels=channels, **backbone)
    network.load_state_dict(_with_background(published.state_dict(), network.state_dict()))
    settings = {
        "expert": name,
        "modality": dict(modality),
        "backbone": dict(backbone),
        "num_classes": len(vocabulary) + 1,
        "trained": source | origin_of(checkpoint.path),
        "vocabulary": list(vocabulary),
        "clip": asdict(window),
        "tta": tta,
    }
    save_network(folder, network, pd.DataFrame(columns=HISTORY_COLUMNS), settings)


def _with_background(weights: Mapping[str, Tensor], like: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a network, whose classifiers may lack the background, in the shapes of one that has it."""
    whole = {}
    for name, value in weights.items():
        if value.shape != like[name].shape:
            background = torch.full_like(value[:1], NEVER if value.dim() == 1 else 0)
            value = torch.cat([background, value])
        whole[name] = value
    return whole


def _check_vocabulary(checkpoint: Checkpoint, vocabulary: Sequence[str]) -> None:
    config = expert_beside(checkpoint.path)
    if config is None or config["vocabulary"] == list(vocabulary):
        return
    theirs = config["vocabulary"]
    places = enumerate(zip_longest(theirs, vocabulary, fillvalue="no sign"))
    class_id, (their, our) = next((place, pair) for place, pair in places if pair[0] != pair[1])
    raise InputError(
        f"{checkpoint.path}: the expert {config['expert']} names {len(theirs)} signs, of which class {class_id} is "
        f"{bare(their)}; in this vocabulary of {len(vocabulary)} signs it is {bare(our)}. Taken as it is, it would "
        "misname signs. Give its vocabulary, or start a training from it (start)."
    )

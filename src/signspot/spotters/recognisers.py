"""Recognisers: what experts say about single clips, from the features of these that are kept.

The classifier of a backbone reads the feature alone, so that the logits of a clip come of its feature: no network
computes anew. Features that are means over variants of a clip give the mean of the logits of these variants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from signspot.backbones.parts import classifier_of
from signspot.clips.window import window_starts
from signspot.errors import InputError
from signspot.experts.store import load_expert
from signspot.predictions import from_logits, require_finite
from signspot.spotters import FitTask, VideoInputs
from signspot.spotters.bilstm.sequences import ClipFeatures, check_experts
from signspot.training.store import AGAIN, CONFIG, load_network, read_config

NEEDED = ("spotter", "kind", "experts", "num_classes", "vocabulary", "clip")


@dataclass(frozen=True)
class Recognisers:
    """The classifiers of some experts, which cut the same clips, and the content of the config.json of their spotter.

    Args:
        classifiers: a linear layer for each expert, in order.
        config: with ``experts``, ``clip``, ``num_classes`` and ``vocabulary``.
    """

    classifiers: nn.ModuleList
    config: Mapping[str, Any]

    @classmethod
    def of_experts(cls, task: FitTask, settings: Mapping[str, Any]) -> "Recognisers":
        """Those of the trained experts of a fit, with the content of config.json.

        Args:
            task: name, vocabulary and the folders of the experts.
            settings: what config.json holds besides.

        Raises:
            InputError: an expert is missing, has another vocabulary or other clips, or its backbone has no classifier.
        """
        layers, experts, windows = [], [], []
        for folder in task.experts:
            expert = load_expert(folder)
            config, network, window = expert.config, expert.network, expert.window
            if config["vocabulary"] != list(task.vocabulary):
                raise InputError(
                    f"{folder}: its vocabulary has {len(config['vocabulary'])} signs, not the {len(task.vocabulary)} "
                    f"signs of the spotter {task.name}. Name experts of one vocabulary."
                )
            if windows and window.grid != windows[0].grid:
                raise InputError(
                    f"{folder}: cuts clips of {window.length} frames every {window.stride}, the first expert "
                    f"{windows[0].length} every {windows[0].stride}. Name experts that cut the same clips."
                )
            layers.append(_classifier(network, f"{folder}: its backbone {config['backbone']['name']}"))
            digest = config["weights_sha256"]
            experts.append({"name": config["expert"], "features": network.feature_dim, "weights_sha256": digest})
            windows.append(window)
        config = {
            "spotter": task.name,
            "experts": experts,
            "num_classes": len(task.vocabulary) + 1,
            "vocabulary": list(task.vocabulary),
            "clip": windows[0].grid,
        }
        return cls(nn.ModuleList(layers), config | settings)

    @classmethod
    def load(cls, folder: Path, keys: Sequence[str] = (), own: Mapping[str, Any] | None = None) -> "Recognisers":
        """Those of the folder of a fitted spotter.

        Args:
            folder: of the spotter.
            keys: that its config.json must have besides.
            own: JSON schemas of keys that only this kind of spotter has.

        Raises:
            InputError: a file is missing or damaged, or weights and config do not belong together.
        """
        config = read_config(folder, [*NEEDED, *keys], own or {})
        classes, signs = config["num_classes"], len(config["vocabulary"])
        if classes != signs + 1:
            raise InputError(
                f"{folder / CONFIG}: num_classes is {classes}, expected {signs + 1} for {signs} signs. {AGAIN}"
            )
        layers = load_network(folder, config, lambda: _layers(config["experts"], classes))
        return cls(layers, config)

    def open(self, inputs: VideoInputs) -> ClipFeatures:
        """The features of a video by these experts.

        Raises:
            InputError: a feature file is missing, damaged, or not of these experts.
        """
        clips = ClipFeatures(inputs.features)
        check_experts(inputs.video, clips, self.config["experts"], self.config["clip"]["stride"])
        return clips

    @torch.inference_mode()
    def logits(self, clips: ClipFeatures, start: int, stop: int) -> np.ndarray:
        """The logits of the clips ``start`` … ``stop - 1``, float32 (experts, stop - start, num_classes).

        Raises:
            InputError: a feature file is damaged.
            NotFinite: a classifier gives numbers that are not finite.
        """
        features = torch.from_numpy(clips.read(start, stop)).split(clips.dims, 1)
        pairs = zip(self.classifiers, features, strict=True)
        logits = torch.stack([layer(feature) for layer, feature in pairs]).numpy()
        require_finite(logits, "a classifier")
        return logits

    def clip_logits(self, clips: ClipFeatures, start: int, frames: int) -> np.ndarray:
        """The mean logits of the windows of a longer clip, float32 (experts, num_classes).

        Args:
            clips: of the video.
            start: first frame of the clip, counted from the start of the usable range.
            frames: of the clip; a clip shorter than a window has one, which goes on after it.
        """
        length, stride = self.config["clip"]["length"], self.config["clip"]["stride"]
        starts = window_starts(start, start + frames - 1, length, min(stride, length))
        centres = np.array(starts) + length // 2
        rows = np.unique(np.minimum((centres + stride // 2) // stride, len(clips) - 1))
        return self.logits(clips, int(rows[0]), int(rows[-1]) + 1)[:, rows - rows[0]].mean(1)


def _classifier(network: nn.Module, what: str) -> nn.Linear:
    """The layer of a backbone that makes logits of features; ``what`` begins the message if there is none."""
    layer = classifier_of(network)
    if layer is None:
        raise InputError(f"{what} has no classifier of its features, which this spotter needs. Name another expert.")
    return layer


def _layers(experts: Sequence[Mapping[str, Any]], num_classes: int) -> nn.ModuleList:
    return nn.ModuleList(nn.Linear(expert["features"], num_classes) for expert in experts)


def mean_probabilities(logits: np.ndarray) -> np.ndarray:
    """The mean over experts of the probabilities of the background and of each sign, float32 (n, num_classes).

    Args:
        logits: (experts, n, num_classes).
    """
    return np.mean([from_logits(one, one.shape[1] - 1) for one in logits], 0, dtype=np.float64).astype(np.float32)

"""Predictions of the spotting head for videos whose features are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from signspot.compute.devices import on_device
from signspot.errors import InputError
from signspot.predictions import Predictions, from_logits
from signspot.registry import check_block
from signspot.spotters import VideoInputs
from signspot.spotters.bilstm import BLOCKS, KEYS
from signspot.spotters.bilstm.sequences import ClipFeatures, check_experts
from signspot.spotters.bilstm.train import build
from signspot.training.store import AGAIN, CONFIG, WEIGHTS, load_network, read_config
from signspot.vipl.head import SPARE_CLASSES

WINDOW = 8192
"""Clips that go through the head at a time (22 min at stride 4 and 25 fps): nearly every video whole, as published."""
CONTEXT = 256
"""Further clips at each side of a window, whose own predictions are not used."""


@dataclass(frozen=True)
class FittedBilstm:
    """A fitted spotting head: its network, where it computes fastest, and the content of its config.json."""

    network: nn.Module
    config: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> "FittedBilstm":
        """The head of a folder.

        Raises:
            InputError: a file is missing or damaged, or weights and config do not belong together.
        """
        config = read_config(folder, ("spotter", "experts", "num_classes", "vocabulary", "clip"), KEYS)
        path, classes, signs = folder / CONFIG, config["num_classes"], len(config["vocabulary"])
        check_block(BLOCKS["head"], config["head"], f"{path}: head")
        if not signs < classes <= signs + SPARE_CLASSES:
            raise InputError(f"{path}: num_classes is {classes}, expected {signs + 1} for {signs} signs. {AGAIN}")
        network = load_network(folder, config, lambda: build(config))
        if config["standardise"] and not bool((network.deviation > 0).all()):
            raise InputError(f"{path.with_name(WEIGHTS)}: a deviation of the features is not above 0. {AGAIN}")
        return cls(on_device(network), config)

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The predictions for a video, one per clip: probabilities, and offsets in clips.

        Raises:
            InputError: a feature file is missing, damaged, or not of the experts that the head was trained on.
        """
        clips = ClipFeatures(inputs.features)
        check_experts(inputs.video, clips, self.config["experts"], self.config["clip"]["stride"])
        logits, offsets = predict(self.network, clips)
        score = from_logits(logits, len(self.config["vocabulary"]))
        return Predictions(score, clips.first, clips.last, clips.stride, clips.timebase, offsets[:, :2])


@torch.inference_mode()
def predict(
    network: nn.Module, clips: ClipFeatures, window: int = WINDOW, context: int = CONTEXT
) -> tuple[np.ndarray, np.ndarray]:
    """Class logits (n, K) and offsets (n, outputs) in clips, float32, of one video.

    A video longer than ``window`` clips goes through the head in windows, each with ``context`` further clips at both
    sides; memory does not grow with its length but for the result.

    Args:
        network: the head.
        clips: features of the video.
        window, context: in clips.
    """
    device = next(network.parameters()).device
    results = []
    for start in range(0, len(clips), window):
        stop = min(start + window, len(clips))
        begin, end = max(start - context, 0), min(stop + context, len(clips))
        x = torch.from_numpy(clips.read(begin, end))[None].to(device)
        both = network(x, torch.tensor([end - begin]))
        results.append([part[0, start - begin : stop - begin].cpu().numpy() for part in both])
    logits, offsets = (np.concatenate(parts) for parts in zip(*results, strict=True))
    return logits, offsets

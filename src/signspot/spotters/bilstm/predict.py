"""Spotting signs in videos whose features are there."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from signspot.compute.devices import best_device
from signspot.decoders import DECODERS, decode
from signspot.predictions import Predictions, from_logits
from signspot.spotters.bilstm.sequences import ClipFeatures, check_experts
from signspot.spotters.bilstm.train import load_spotter
from signspot.spottings import spottings_table

log = logging.getLogger(__name__)

WINDOW = 8192
"""Clips that go through the head at a time (22 min at stride 4 and 25 fps): nearly every video whole, as published."""
CONTEXT = 256
"""Further clips at each side of a window, whose own predictions are not used."""


@dataclass(frozen=True)
class Spotter:
    """A trained spotter: its network, where it computes, and the content of its config.json."""

    network: nn.Module
    config: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> "Spotter":
        """The spotter of a folder, where it computes fastest.

        Raises:
            InputError: a file is missing or damaged, or weights and config do not belong together.
        """
        network, config = load_spotter(folder)
        return cls(network.to(best_device()), config)

    def spot(self, features: Mapping[str, Sequence[Path]], decoders: Sequence[str]) -> dict[str, pd.DataFrame]:
        """Spottings by every decoder: video, sign, class_id, start_ms, end_ms, score (0..1), videos in the order given.

        Args:
            features: feature files of each video, in the order of the spotter's experts.

        Raises:
            InputError: a feature file is missing, damaged, or not of the experts that the spotter was trained on; an
                unknown decoder.
        """
        for name in decoders:
            DECODERS.check_name(name)
        vocabulary, stride = self.config["vocabulary"], self.config["clip"]["stride"]
        spottings = {name: {} for name in decoders}
        timebases = {}
        for video, paths in features.items():
            clips = ClipFeatures(paths)
            check_experts(video, clips, self.config["experts"], stride)
            timebases[video] = clips.timebase
            logits, offsets = predict(self.network, clips)
            score, span = from_logits(logits, len(vocabulary)), (clips.first, clips.last, clips.stride, clips.timebase)
            predictions = Predictions(score, *span, offsets[:, :2])
            for name, of_video in spottings.items():
                of_video[video] = decode(name, predictions)
            counts = ", ".join(f"{len(found[video])} signs ({name})" for name, found in spottings.items())
            log.info("%s: %s", video, counts)
        return {name: spottings_table(of_videos, vocabulary, timebases) for name, of_videos in spottings.items()}


def spot(
    spotter: Path, features: Mapping[str, Sequence[Path]], decoders: Sequence[str] = ("published", "cells")
) -> dict[str, pd.DataFrame]:
    """What :meth:`Spotter.spot` of the spotter in a folder gives.

    Raises:
        InputError: as there, or the spotter is missing or damaged.
    """
    return Spotter.load(spotter).spot(features, decoders)


@torch.inference_mode()
def predict(
    network: nn.Module, clips: ClipFeatures, window: int = WINDOW, context: int = CONTEXT
) -> tuple[np.ndarray, np.ndarray]:
    """Class logits (n, K) and offsets (n, outputs) in clips, float32, of one video.

    A video longer than ``window`` clips goes through the head in windows, each with ``context`` further clips at both
    sides; memory does not grow with its length but for the result.
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

"""Predictions of HS-I3D: the mean over all windows that cover a frame, and over the levels of the head."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from signspot.arrays import open_arrays, timebase_of
from signspot.clips.modalities import MODALITIES, build_modality
from signspot.clips.modality import Modality
from signspot.clips.video import clips_at, usable_range
from signspot.clips.window import Window, window_starts
from signspot.compute.devices import autocast, best_device, on_device
from signspot.errors import InputError, bare
from signspot.predictions import Levels, Predictions, require_finite
from signspot.registry import check_block
from signspot.spotters import VideoInputs
from signspot.spotters.hsi3d import BLOCKS, KEYS, LEVELS
from signspot.spotters.hsi3d.averages import window_means
from signspot.spotters.hsi3d.network import HierarchicalI3d
from signspot.spotters.hsi3d.windows import last_repeated
from signspot.stores import VideoFiles
from signspot.training.store import AGAIN, CONFIG, load_network, read_config

log = logging.getLogger(__name__)

BATCH = {"cpu": 4, "cuda": 32}
"""Windows that go through the network at a time."""


@dataclass(frozen=True)
class FittedHsi3d:
    """A fitted HS-I3D: its network, where it computes fastest, its modality, and the content of its config.json."""

    network: nn.Module
    modality: Modality
    config: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> "FittedHsi3d":
        """The spotter of a folder.

        Raises:
            InputError: a file is missing or damaged, or weights and config do not belong together.
        """
        config = read_config(folder, ("spotter", "modality", "num_classes", "vocabulary", "clip"), KEYS)
        path, classes, signs = folder / CONFIG, config["num_classes"], len(config["vocabulary"])
        name, options = config["modality"]["name"], {k: v for k, v in config["modality"].items() if k != "name"}
        MODALITIES.check(name, options, f"{path}: modality {bare(name)}")
        check_block(BLOCKS["network"], config["network"], f"{path}: network")
        check_block(BLOCKS["window"], config["clip"], f"{path}: clip")
        if classes != signs + 1:
            raise InputError(f"{path}: num_classes is {classes}, expected {signs + 1} for {signs} signs. {AGAIN}")
        modality = build_modality(**config["modality"])
        network = load_network(folder, config, lambda: build(config, modality))
        return cls(on_device(network), modality, config)

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The predictions for a video, one per frame: the mean over windows and levels, and that of each level.

        Raises:
            InputError: a store is missing or damaged.
            NotFinite: the network gives numbers that are not finite.
        """
        return predict(self.network, self.modality, inputs.stores, Window(**self.config["clip"]))


def build(config: Mapping[str, Any], modality: Modality) -> HierarchicalI3d:
    """The network that a config.json describes, with fresh weights."""
    return HierarchicalI3d(config["num_classes"], modality.channels, **config["network"])


def predict(network: HierarchicalI3d, modality: Modality, files: VideoFiles, window: Window) -> Predictions:
    """The predictions for a video. Memory does not grow with its length but for the result.

    Args:
        network: on its device, set to evaluation.
        modality: cuts the frames.
        files: stores of the video.
        window: length of the windows, and the frames from one to the next.

    Raises:
        InputError: a store is missing or damaged.
        NotFinite: the network gives numbers that are not finite.
    """
    first, last = usable_range(files)
    with open_arrays(files.poses) as poses:
        timebase = timebase_of(poses)
    if last + 1 - first < window.length:
        log.warning(
            "video %s has %d usable frames, fewer than a window of %d: its last one is repeated",
            *(files.video, last + 1 - first, window.length),
        )
    levels = Levels(LEVELS, network.num_classes)
    # Made at once: thousands of small arrays would keep the memory between them from being used again.
    score, done = np.empty((last + 1 - first, network.num_classes), np.float32), 0
    starts = window_starts(first, last, window.length, window.stride)
    windows = _window_probabilities(network, modality, files, starts, window.length)
    for rows in window_means(zip(starts, windows, strict=True), window.length, first, last):
        levels.append(rows)
        score[done : done + len(rows)] = rows.mean(1, dtype=np.float64)
        done += len(rows)
    return Predictions(score, first, last, 1, timebase, levels=levels)


@torch.inference_mode()
def _window_probabilities(
    network: HierarchicalI3d, modality: Modality, files: VideoFiles, starts: Sequence[int], length: int
) -> Iterator[list[np.ndarray]]:
    """The probabilities of each window, in order: of each level float32 (steps, K)."""
    device = best_device()
    for windows, present in clips_at(modality, files, starts, length, BATCH[device.type], device):
        whole = [last_repeated(*pair) for pair in zip(windows, present.sum(1).tolist(), strict=True)]
        with autocast(device):
            logits = network(torch.stack(whole))
        levels = [level.float().softmax(2).cpu().numpy() for level in logits]
        for level in levels:
            require_finite(level, "the network")
        yield from map(list, zip(*levels, strict=True))

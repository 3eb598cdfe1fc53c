"""Spotting signs in videos whose features are there."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn

from signspot.spotting.decode import DECODERS, decoder, spottings_table
from signspot.spotting.sequences import ClipFeatures, check_experts
from signspot.spotting.train import load_spotter
from signspot.training.devices import best_device

log = logging.getLogger(__name__)

WINDOW = 8192
"""Clips that go through the head at a time (22 min at stride 4 and 25 fps): nearly every video whole, as published."""
CONTEXT = 256
"""Further clips at each side of a window, whose own predictions are not used."""


def spot(
    spotter: Path, features: Mapping[str, Sequence[Path]], decoders: Sequence[str] = tuple(DECODERS)
) -> dict[str, pd.DataFrame]:
    """Spottings by every decoder: video, sign, class_id, start_ms, end_ms, score (0..1), videos in the order given.

    Args:
        spotter: folder of the trained spotter.
        features: feature files of each video, in the order of the spotter's experts.

    Raises:
        InputError: the spotter or a feature file is missing, damaged, or not of the experts it was trained on; an
            unknown decoder.
    """
    decode = {name: decoder(name) for name in decoders}
    network, config = load_spotter(spotter)
    network.to(best_device())
    segments = {name: {} for name in decoders}
    timebases = {}
    for video, paths in features.items():
        clips = ClipFeatures(paths)
        check_experts(video, clips, config["experts"], config["clip"]["stride"])
        timebases[video] = clips.timebase
        logits, offsets = predict(network, clips)
        span = {"stride": clips.stride, "first": clips.first, "last": clips.last}
        for name, of_video in segments.items():
            of_video[video] = decode[name](logits, offsets, **span, num_classes=len(config["vocabulary"]))
        log.info("%s: %s", video, ", ".join(f"{len(found[video])} signs ({name})" for name, found in segments.items()))
    return {name: spottings_table(of_videos, config["vocabulary"], timebases) for name, of_videos in segments.items()}


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

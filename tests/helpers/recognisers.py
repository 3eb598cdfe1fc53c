"""Tiny recognisers: experts on skeletons with random weights, and the features that they give to a random video."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import torch
from clip_stores import write_video

from signspot.backbones import build
from signspot.experts.features import extract
from signspot.spotters import VideoInputs
from signspot.training.store import read_config, save_network

SIGNS = ["A", "B"]
BACKBONE = {"name": "stgcn", "width": 0.0625}


def recogniser(folder: Path, name: str, seed: int = 0, length: int = 10, stride: int = 1) -> Path:
    """The folder of an expert of the signs A and B."""
    torch.manual_seed(seed)
    network = build(num_classes=3, in_channels=3, **BACKBONE)
    config = {"expert": name, "modality": {"name": "skeleton"}, "backbone": BACKBONE, "num_classes": 3}
    config |= {"vocabulary": SIGNS, "clip": {"length": length, "stride": stride}}
    save_network(folder, network, pd.DataFrame(), config)
    return folder


def fitted_video(folder: Path, experts: Sequence[Path], frames: int, first: int, last: int) -> VideoInputs:
    """A video of random skeletons, and its features by these experts."""
    files = write_video(folder, frames, first, last)
    with h5py.File(files.poses, "r+") as poses:
        poses.attrs.update({"fps": 25.0, "start_ms": 0})
    features = [folder / f"{expert.name}.h5" for expert in experts]
    for expert, out in zip(experts, features, strict=True):
        extract(expert, files, out)
    return VideoInputs(files.video, tuple(features), stores=files)


def write_features(path: Path, expert: Path, rows: np.ndarray) -> Path:
    """Features (n, dim), one for each frame of a video, in the file of an expert."""
    config = read_config(expert, ["expert", "clip"])
    attributes = {"expert": config["expert"], "weights_sha256": config["weights_sha256"], **config["clip"]}
    with h5py.File(path, "w") as file:
        file["features"], file["frame"] = rows, np.arange(len(rows), dtype=np.int32)
        file.attrs.update(attributes | {"first": 0, "last": len(rows) - 1, "fps": 25.0, "start_ms": 0})
    return path

"""Made-up files of the names, shapes and forms that the entry published."""

from pathlib import Path

import numpy as np
import torch
from golden_rule import weight
from torch import Tensor

from signspot.spotters.bilstm.head import SpottingHead
from signspot.vipl.head import FORMS

FOLDERS = {"rgb": ("video", 2048), "hands": ("mask_video", 2048), "flow": ("flow", 2048), "skeleton": ("skeleton", 256)}
"""Modality -> the entry's folder, and features per clip."""
UNUSED = "temporal_module.transformer.pos_encoder.pe"
"""A weight of the submitted head that it does not use."""


def spotter_shapes(form: str, signs: int = 60) -> dict[str, tuple[int, ...]]:
    """Published name -> published shape of every weight that is used."""
    with torch.device("meta"):
        state = SpottingHead(6400, signs + 2, outputs=FORMS[form].outputs).state_dict()
    shapes = {FORMS[form].published_name(name): tuple(value.shape) for name, value in state.items()}
    norms = {key.removesuffix(".bias") for key in shapes if key.endswith(".bias") and _is_norm(key, shapes)}
    return {
        key: (1, *shape, 1) if key.rsplit(".", 1)[0] in norms and len(shape) == 1 else shape
        for key, shape in shapes.items()
    }


def _is_norm(key: str, shapes: dict[str, tuple[int, ...]]) -> bool:
    """Whether a bias is that of a LayerNorm: its weight is a vector, and there are no running statistics."""
    module = key.removesuffix(".bias")
    return len(shapes.get(f"{module}.weight", (0, 0))) == 1 and f"{module}.running_mean" not in shapes


def spotter_weights(form: str, signs: int = 60) -> dict[str, Tensor]:
    """Random weights that depend on names and shapes only."""
    return {
        key: torch.from_numpy(weight(key, shape)) if shape else torch.zeros((), dtype=torch.int64)
        for key, shape in spotter_shapes(form, signs).items()
    }


def save_checkpoint(path: Path, weights: dict[str, Tensor]) -> Path:
    """With what the entry's training saves beside the weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    generators = {"numpy": np.random.RandomState(0).get_state(), "torch": torch.get_rng_state()}
    torch.save({"epoch": 79, "model_state_dict": weights, "rng_state": generators, "best_metric_val": np.inf}, path)
    return path


def write_features(folder: Path, video: str, frames: int, seed: int = 0) -> None:
    """Random features of a video with so many usable frames; the flow reads two frames less."""
    rng = np.random.default_rng(seed)
    for modality, (name, width) in FOLDERS.items():
        clips = -(-(frames - 2 * (modality == "flow")) // 4)
        (folder / name).mkdir(parents=True, exist_ok=True)
        np.save(folder / name / f"{video}.npy", 0.5 * rng.standard_normal((clips, width), np.float32))


def listed(video: str, first: int, last: int) -> str:
    """A line of the entry's list of videos."""
    folder = "./MSSL_dataset/processed/test"
    return f"{folder}/original_video/{video} | {folder}/pose/{video}_pose.pkl | {first} | {last}\n"

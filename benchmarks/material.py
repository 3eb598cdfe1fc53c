"""What the measurements are made on: videos, pairs of frames and their flow, experts with random weights."""

import subprocess
from pathlib import Path
from typing import Any

import cv2
import h5py
import numpy as np
import pandas as pd
import reference
import torch
import yaml
from measuring import ROOT
from ours import CLIP, SIGNS, SIZE, STRIDE

from signspot.backbones import build
from signspot.clips.modalities import build_modality
from signspot.signer import SyntheticCorpus, tables
from signspot.signer.film import render_video
from signspot.training.store import HISTORY_COLUMNS, save_network
from signspot.video.program import executable
from signspot.video.store import FrameStore


def experts() -> dict[str, dict[str, Any]]:
    """Modality and backbone of the four experts at their published size."""
    return yaml.safe_load((ROOT / "config/chalearn2022.yaml").read_text(encoding="utf-8"))["experts"]


def write_expert(folder: Path, name: str, modality: dict[str, Any], backbone: dict[str, Any]) -> None:
    """A folder as of a trained round, with random weights."""
    torch.manual_seed(0)
    settings = {
        "expert": name,
        "modality": modality,
        "backbone": backbone,
        "num_classes": SIGNS + 1,
        "vocabulary": [f"SIGN_{i}" for i in range(SIGNS)],
        "clip": {"length": CLIP, "stride": STRIDE},
    }
    network = build(num_classes=SIGNS + 1, in_channels=build_modality(**modality).channels, **backbone)
    save_network(folder, network, pd.DataFrame(columns=HISTORY_COLUMNS), settings)


def shortened(results: Path, video: str, clips: int) -> None:
    """Leaves no more than the first ``clips`` clips of a video in its usable range."""
    with h5py.File(results / f"poses/{video}.h5", "r+") as pose:
        pose.attrs["last"] = min(int(pose.attrs["last"]), int(pose.attrs["first"]) + STRIDE * clips - 1)


def rendered(path: Path, seconds: float, height: int = 720) -> None:
    """A video of the embedded signer."""
    corpus = SyntheticCorpus(seconds=seconds, height=height, splits={"train": 1})
    render_video(corpus, tables(corpus).videos["video"].iloc[0], path)


def repeated(video: Path, seconds: float, out: Path) -> None:
    """A video of so many seconds, from a shorter one again and again, without encoding anything anew."""
    command = [executable(), "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", str(video)]
    subprocess.run([*command, "-t", str(seconds), "-map", "0:V:0", "-c", "copy", str(out)], check=True)


def grey_pairs(frames: Path, count: int, size: int = SIZE) -> np.ndarray:
    """Pairs of neighbouring frames at equal distances over a frame store: grey uint8 (count, 2, size, size)."""
    with FrameStore(frames) as store:
        starts = np.linspace(0, len(store) - 2, min(count, len(store) - 1)).round().astype(int)
        pairs = [store.read(start, start + 2) for start in starts.tolist()]
    return np.array([[_grey(frame, size) for frame in pair] for pair in pairs])


def _grey(frame: np.ndarray, size: int) -> np.ndarray:
    return cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), (size, size), interpolation=cv2.INTER_AREA)


def difference(flow: np.ndarray, expected: np.ndarray) -> dict[str, float]:
    """End-point error in px and mean difference of the levels, as published; and how much moves at all."""
    error = np.hypot(*np.moveaxis(flow - expected, 1, 0))
    motion = np.hypot(*np.moveaxis(expected, 1, 0))
    return {
        "pairs": len(flow),
        "epe_median_px": float(np.median(error)),
        "epe_p95_px": float(np.percentile(error, 95)),
        "level_difference": float(np.abs(reference.levels(flow).astype(int) - reference.levels(expected)).mean()),
        "motion_p95_px": float(np.percentile(motion, 95)),
    }

"""Memory of training the spotting head on more and more videos: it must not grow with their features.

    python benchmarks/spotter_memory.py FOLDER [--videos 10 100 400]

Writes made-up features of videos of five minutes into FOLDER (1,875 clips, four experts of 64 features: 1.9 MB per
video) and trains a small head on them for one epoch, each time in a process of its own. Prints a TSV: videos, MiB of
features on disk, and the peak MiB of the process.
"""

import argparse
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from signspot.labels.frames import FrameLabels
from signspot.spotters import SPOTTERS, FitTask, VideoInputs
from signspot.timebase import Timebase

CLIPS, STRIDE, SIGNS = 1875, 4, 60
EXPERTS = dict.fromkeys(("rgb", "hands", "flow", "skeleton"), 64)
"""Features of each."""
HEAD = {"reduced": 128, "hidden": 64, "head_channels": 64, "offset_activation": "softplus"}
TRAINING = {"optimiser": "adamw", "rate": 1e-3, "weight_decay": 0.01, "epochs": 1, "batch_size": 2}


def write_video(folder: Path, name: str) -> VideoInputs:
    """Feature files of noise, unless they are there."""
    rng = np.random.default_rng(0)
    inputs = VideoInputs(name, tuple(folder / expert / f"{name}.h5" for expert in EXPERTS))
    span = {"first": 0, "last": STRIDE * CLIPS - 1, "length": 8, "stride": STRIDE, "fps": 25.0, "start_ms": 0}
    for (expert, dim), path in zip(EXPERTS.items(), inputs.features, strict=True):
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with h5py.File(path, "w") as file:
            file["features"] = rng.normal(size=(CLIPS, dim)).astype(np.float32)
            file["frame"] = STRIDE * np.arange(CLIPS, dtype=np.int32)
            file.attrs.update({**span, "expert": expert, "weights_sha256": expert})
    return inputs


def random_labels() -> FrameLabels:
    """Signs of five clips, and stretches without a sign, one after the other."""
    signs = np.random.default_rng(0).integers(0, SIGNS + 1, -(-CLIPS // 5))
    return FrameLabels(
        0, STRIDE * CLIPS - 1, Timebase(), np.repeat(signs, 5 * STRIDE)[: STRIDE * CLIPS].astype(np.int32)
    )


def peak_mib(folder: Path, videos: list[VideoInputs]) -> float:
    """Of a process that does nothing else."""
    labels = dict.fromkeys((inputs.video for inputs in videos), random_labels())
    spotter = SPOTTERS.build("bilstm", head=HEAD, training=TRAINING, augmentation={"noise": 0.1})
    spotter.fit(videos, [], folder, FitTask("bilstm", [f"SIGN_{i}" for i in range(SIGNS)], seed=0, labels=labels))
    return int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--videos", type=int, nargs="+", default=[10, 100, 400])
    arguments = parser.parse_args()
    rows = []
    for count in arguments.videos:
        videos = [write_video(arguments.folder, f"v{i:04d}") for i in range(count)]
        on_disk = sum(path.stat().st_size for video in videos for path in video.features)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            peak = pool.submit(peak_mib, arguments.folder / f"spotter{count}", videos).result()
        rows.append({"videos": count, "features_mib": on_disk / 2**20, "peak_mib": peak})
    pd.DataFrame(rows).to_csv(sys.stdout, sep="\t", index=False, float_format="%.0f")


if __name__ == "__main__":
    main()

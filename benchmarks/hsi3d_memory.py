"""Memory and time of HS-I3D's predictions for short and for long videos: the memory must not grow with the length.

    python benchmarks/hsi3d_memory.py FOLDER [--minutes 3 60] [--width 0.25] [--size 64] [--stride 16]

Writes made-up stores of moving noise into FOLDER (1 GB an hour) and predicts for each with a fresh network of 60 signs,
each time in a process of its own. Prints a TSV: minutes, MiB of the predictions, seconds, and the peak MiB of the
process.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from signspot.arrays import new_arrays, new_rows, write_attributes
from signspot.clips.modalities import build_modality
from signspot.predictions import write_predictions
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter, predict_video
from signspot.spotters.hsi3d.predict import build
from signspot.stores import CorpusFiles, VideoFiles
from signspot.training.store import HISTORY_COLUMNS, save_network
from signspot.video.store import store_frames

FPS, SIDE, PICTURES = 25, 256, 50
SIGNS = [f"SIGN_{i}" for i in range(60)]


def pictures(frames: int) -> Iterator[np.ndarray]:
    """Noise that repeats every two seconds."""
    rng = np.random.default_rng(0)
    known = [rng.integers(0, 256, (8, 8, 3), np.uint8).repeat(32, 0).repeat(32, 1) for _ in range(PICTURES)]
    return (known[number % PICTURES] for number in range(frames))


def write_stores(folder: Path, minutes: int) -> VideoFiles:
    """Crops, and poses that tell the usable range, unless they are there."""
    frames = 60 * FPS * minutes
    files = CorpusFiles(folder).stores_of(f"m{minutes:03d}")
    window = {"size": SIDE, "centre_x": SIDE / 2, "side": SIDE, "source_width": SIDE, "source_height": SIDE}
    if not files.crops.exists():
        store_frames(pictures(frames), files.crops, {"video": files.video, "fps": float(FPS), "start_ms": 0, **window})
    with new_arrays(files.poses) as file:
        new_rows(file, "joints", (frames, 57, 3), np.float32)
        write_attributes(file, {"first": 0, "last": frames - 1, "fps": float(FPS), "start_ms": 0})
    return files


def write_spotter(folder: Path, width: float, size: int, stride: int) -> None:
    """A network with fresh weights, as the folder of a fitted spotter."""
    modality = {"name": "rgb", "input_size": size}
    task = FitTask("hsi3d", SIGNS, seed=0, modality=modality)
    options = {"window": {"length": 32, "stride": stride}, "network": {"width": width}}
    settings = SPOTTERS.build("hsi3d", **options).settings(task)
    torch.manual_seed(0)
    network = build(settings, build_modality(**modality))
    save_network(folder, network, pd.DataFrame(columns=HISTORY_COLUMNS), settings)


def predicted(spotter: Path, files: VideoFiles, out: Path) -> tuple[float, float]:
    """Seconds of a prediction, and peak MiB of a process that does nothing else."""
    start = time.perf_counter()
    fitted = load_spotter(spotter)
    write_predictions(predict_video(fitted, VideoInputs(files.video, stores=files)), out, fitted.config)
    seconds = time.perf_counter() - start
    return seconds, int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=int, nargs="+", default=[3, 60])
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--stride", type=int, default=16)
    arguments = parser.parse_args()
    spotter = arguments.folder / "spotter"
    write_spotter(spotter, arguments.width, arguments.size, arguments.stride)
    rows = []
    for minutes in arguments.minutes:
        files, out = write_stores(arguments.folder, minutes), arguments.folder / f"predictions{minutes}.h5"
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            seconds, peak = pool.submit(predicted, spotter, files, out).result()
        size = out.stat().st_size / 2**20
        rows.append({"minutes": minutes, "predictions_mib": size, "seconds": seconds, "peak_mib": peak})
    pd.DataFrame(rows).to_csv(sys.stdout, sep="\t", index=False, float_format="%.0f")


if __name__ == "__main__":
    main()

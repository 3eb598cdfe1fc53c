"""What a GPU gives: flow, features and training, and whether networks and flow stay the same there.

    python benchmarks/gpu.py [VIDEO] [--seconds 240] [--parts flow features training windows golden] [--out FILE.json]

Needs a CUDA device. VIDEO (or the embedded signer) is repeated to the length asked for and brought through the stages
before; landmarks are found in its first 250 frames and repeated. Prints figures as they come and writes them as JSON to
benchmarks/results/gpu_NAME.json. Rates are of the clock, after a warm-up:

- flow: pairs per second of the batched TV-L1, compiled and not, by the size of the batch; of a whole video with reading
  and storing; and how far it is from OpenCV's.
- features: clips per second of each network at its published size on clips that lie on the GPU, in the extraction's
  layout and with the channels last, the share of the matrix rate in bf16 that is (that of a large product measured
  here, and of the data sheet where known), and clips per second of a whole video from its stores to its features.
- training: clips per second in the last epoch of a round, and how busy nvidia-smi says the GPU was (median).
- windows: windows per second of HS-I3D at its published size in prediction and in training, the share of the matrix
  rate that is, and its largest deviation from the published network in fp32, TF32 and bf16.
- golden: largest deviation from the published networks in standard deviations, in fp32, TF32 and bf16.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import material
import numpy as np
import ours
import torch
import windows
from measuring import RESULTS, ROOT, machine, measured, write_results
from torch.utils.flop_counter import FlopCounterMode

from signspot.backbones import build
from signspot.backbones.stgcn import ENTRY
from signspot.clips.modalities import build_modality
from signspot.clips.video import usable_range
from signspot.clips.window import Window
from signspot.compute.devices import autocast
from signspot.experts.features import BATCH, extract
from signspot.experts.training import ExpertConfig, train_expert
from signspot.flow import batched, opencv
from signspot.flow.store import write_flow
from signspot.stores import CorpusFiles
from signspot.training.recipe import Recipe
from signspot.video.decode import probe
from signspot.video.store import FrameStore

VIDEO = "video"
CUDA = torch.device("cuda")
DATA_SHEET = {"H200": 989e12, "H100 PCIe": 756e12, "H100": 989e12, "A100": 312e12, "L40S": 362e12}
"""Dense bf16 products and sums per second by a part of the GPU's name; the first that fits."""
PARTS = ("flow", "features", "training", "windows", "golden")
FLOW_BATCHES = (64, 128, 256)
WINDOW_SHAPE, WINDOW_BATCHES, WINDOW_TRAINING_BATCH = (3, 32, 224, 224), (8, 32), 8
PRECISIONS = ("fp32", "tf32", "bf16")
EPOCHS = 3
WINDOW = Window(ours.CLIP, ours.STRIDE)


def rate(work: Callable[[], Any], units: int, seconds: float = 5.0) -> float:
    """Units per second of work that takes so many units at a time."""
    for _ in range(2):
        work()
    torch.cuda.synchronize()
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        work()
        torch.cuda.synchronize()
        done += units
    return done / (time.perf_counter() - start)


def seconds_of(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def stores(folder: Path, video: Path, seconds: float) -> Path:
    """Results of all stages before the networks, for a video of so many seconds."""
    info = probe(video)
    files = CorpusFiles(folder / "results").stores_of(VIDEO)
    longer = folder / f"longer{video.suffix}"
    material.repeated(video, seconds, longer)
    measured(ours.crop, ours.Excerpt(longer, info.fps, round(1000 * seconds)), files.crops)
    measured(ours.pose_repeated, longer, files.crops, files.poses)
    write_flow(files.crops, files.flow, engine="cuda")
    return folder / "results"


def flow(results: Path) -> dict[str, Any]:
    files = CorpusFiles(results).stores_of(VIDEO)
    pairs = torch.from_numpy(material.grey_pairs(files.crops, max(FLOW_BATCHES)))
    previous, following = pairs.to(CUDA).unbind(1)
    figures: dict[str, Any] = {"pairs_per_s": {}}
    eager = patch.object(batched, "_functions", lambda _: (batched._step, batched._median))
    for name, context in (("compiled", nullcontext()), ("eager", eager)):
        with context:
            figures["pairs_per_s"][name] = {
                size: rate(lambda size=size: batched.flow_of_pairs(previous[:size], following[:size]), size)
                for size in FLOW_BATCHES
            }
    few = material.grey_pairs(files.crops, 8)
    computed = batched.flow_of_pairs(*torch.from_numpy(few).to(CUDA).unbind(1)).cpu().numpy()
    figures["opencv"] = material.difference(computed, np.stack([opencv.flow_of_pair(*pair) for pair in few]))
    with FrameStore(files.crops) as store:
        count = len(store) - 1
    figures["whole_video_pairs_per_s"] = count / seconds_of(lambda: write_flow(files.crops, files.flow, engine="cuda"))
    print("flow", figures, flush=True)
    return figures


@torch.inference_mode()
def matrix_rate(side: int = 8192) -> float:
    """Products and sums per second of a large product of matrices in bf16."""
    a, b = (torch.randn(side, side, device=CUDA, dtype=torch.bfloat16) for _ in range(2))
    return rate(lambda: a @ b, 2 * side**3)


def features(results: Path, folder: Path) -> dict[str, Any]:
    measured_peak = matrix_rate()
    sheet = next((peak for name, peak in DATA_SHEET.items() if name in torch.cuda.get_device_name()), None)
    files = CorpusFiles(results).stores_of(VIDEO)
    count = WINDOW.count(*usable_range(files))
    figures: dict[str, Any] = {"matrix_tflops": measured_peak / 1e12, "data_sheet_tflops": sheet and sheet / 1e12}
    for name, expert in material.experts().items():
        clips_per_s, flops = network_rate(expert["modality"], expert["backbone"])
        images = "input_size" in expert["modality"]
        other = network_rate(expert["modality"], expert["backbone"], torch.channels_last_3d)[0] if images else None
        material.write_expert(folder / name, name, expert["modality"], expert["backbone"])
        out = folder / f"{name}.h5"
        whole = min(seconds_of(lambda at=folder / name, out=out: extract(at, files, out)) for _ in range(2))
        figures[name] = {
            "network_clips_per_s": clips_per_s,
            "network_clips_per_s_channels_last": other,
            "gflop_per_clip": flops / 1e9,
            "share_of_matrix_rate": clips_per_s * flops / measured_peak,
            "share_of_data_sheet": sheet and clips_per_s * flops / sheet,
            "whole_video_clips_per_s": count / whole,
        }
        print(name, figures[name], flush=True)
    return figures


@torch.inference_mode()
def network_rate(
    modality: dict[str, Any], backbone: dict[str, Any], layout: torch.memory_format = torch.contiguous_format
) -> tuple[float, float]:
    """Clips per second of a network, and floating point operations per clip; the extraction's layout is contiguous."""
    channels, size = build_modality(**modality).channels, modality.get("input_size")
    network = build(num_classes=ours.SIGNS + 1, in_channels=channels, **backbone).eval().to(CUDA)
    shape = (channels, ours.CLIP, size, size) if size else (channels, ours.CLIP, 57, 1)
    clips = torch.randn(BATCH["cuda"], *shape, device=CUDA).to(memory_format=layout)
    for weights in network.parameters():
        if weights.ndim == clips.ndim:
            weights.data = weights.data.to(memory_format=layout)
    with FlopCounterMode(display=False) as counter:
        network(clips[:1])
    with autocast(CUDA):
        return rate(lambda: network(clips), len(clips)), counter.get_total_flops()


def training(results: Path, folder: Path, workers: int) -> dict[str, Any]:
    files = CorpusFiles(results).stores_of(VIDEO)
    count = WINDOW.count(*usable_range(files))
    labels = {VIDEO: ours.made_up_labels(files)}
    vocabulary = [f"SIGN_{i}" for i in range(ours.SIGNS)]
    recipe = Recipe("adamw", 1e-4, 0.05, EPOCHS, ours.BATCH, workers=workers)
    figures = {}
    for name, expert in material.experts().items():
        config = ExpertConfig(name, expert["modality"], expert["backbone"], WINDOW, "all", recipe)
        options = {"vocabulary": vocabulary, "seed": 0, "labels": labels}
        with utilisation() as busy:
            train_expert(config, 1, [files], [], folder / f"trained_{name}", **options)
        history = np.genfromtxt(folder / f"trained_{name}/history.tsv", names=True, delimiter="\t")
        per_s = count / history["seconds"][-1]
        figures[name] = {"clips_per_s": per_s, "gpu_busy_percent": float(np.median(busy)) if busy else None}
        print(name, figures[name], flush=True)
    return figures


def hsi3d(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    peak = matrix_rate()
    figures: dict[str, Any] = {"matrix_tflops": peak / 1e12}
    for name, layout in (("contiguous", torch.contiguous_format), ("channels_last", torch.channels_last_3d)):
        for batch in WINDOW_BATCHES:
            found = windows.prediction(CUDA, rate, batch, WINDOW_SHAPE, 1.0, layout)
            share = found["windows_per_s"] * found["gflop"] * 1e9 / peak
            figures[f"prediction_{name}_{batch}"] = found | {"share_of_matrix_rate": share}
    figures["training"] = windows.training(CUDA, rate, WINDOW_TRAINING_BATCH, WINDOW_SHAPE, 1.0)
    for precision in PRECISIONS:
        figures[precision] = {given: deviation(precision, given, folder) for given in "ab"}
    print("windows", figures, flush=True)
    return figures


def deviation(precision: str, given: str, folder: Path) -> float:
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    return windows.golden(CUDA, given, folder, "bf16" if precision == "bf16" else "fp32")


@contextmanager
def utilisation() -> Iterator[list[float]]:
    """Percent of the time that the GPU is busy, sampled while the block runs; empty without nvidia-smi."""
    samples: list[float] = []
    over = threading.Event()
    uuid = torch.cuda.get_device_properties(0).uuid
    command = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", f"--id=GPU-{uuid}"]

    def sample() -> None:
        while shutil.which("nvidia-smi") and not over.wait(0.5):
            answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
            samples.extend(float(word) for word in answer[:1] if word.isdigit())

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


@torch.inference_mode()
def golden() -> dict[str, Any]:
    """Deviations of features; the tests on the CPU allow 1e-4 in fp32."""
    sys.path.insert(0, str(ROOT / "tests/helpers"))
    from golden_rule import Case

    cases = {
        "i3d_r50": ("i3d_r50_vipl", "a", "feature_a", 3),
        "p3d199": ("p3d199_flow_vipl", "a", "feature_a", 2),
        "stgcn": ("stgcn_vipl", "clip", "conv_feats", 3),
    }
    figures: dict[str, Any] = {}
    for backbone, (name, given, feature, channels) in cases.items():
        case = Case(ROOT / "tests/golden", name)
        network = build(backbone, num_classes=61, in_channels=channels)
        weights = case.weights()
        if backbone == "stgcn":
            names = ENTRY.names(network.state_dict())
            weights = {key: weights[published] for published, key in names.items()}
        network.load_state_dict(weights)
        network.eval().to(CUDA)
        clips = case.input(given).to(CUDA)
        figures[backbone] = {}
        for precision in PRECISIONS:
            torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
            with autocast(CUDA, "bf16" if precision == "bf16" else "fp32"):
                computed = network(clips)[0].float().cpu()
            figures[backbone][precision] = case.deviation(feature, computed)
        print(backbone, figures[backbone], flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path, nargs="?", help="default: the embedded signer")
    parser.add_argument("--seconds", type=float, default=240.0, help="length of the video that is made of it")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)) - 1, help="of training")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("benchmarks/gpu.py: PyTorch sees no CUDA device. Run it on a machine where nvidia-smi lists one.")
    described = machine()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        video = arguments.video and arguments.video.resolve()
        if video is None:
            video = folder / "embedded.mp4"
            material.rendered(video, seconds=20)
        results = stores(folder, video, arguments.seconds)
        work = {
            "flow": lambda: flow(results),
            "features": lambda: features(results, folder / "features"),
            "training": lambda: training(results, folder / "training", arguments.workers),
            "windows": lambda: hsi3d(folder / "windows"),
            "golden": golden,
        }
        figures = {part: work[part]() for part in PARTS if part in arguments.parts}
    write_results(
        arguments.out or RESULTS / f"gpu_{torch.cuda.get_device_name().replace(' ', '_')}.json",
        machine=described,
        video={"name": video.name, "seconds": arguments.seconds},
        workers=arguments.workers,
        **figures,
    )


if __name__ == "__main__":
    main()
